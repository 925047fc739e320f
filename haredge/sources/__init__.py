"""Where frames come from, one kind a module, and how they are buffered and throttled. No pose, no activity."""
