"""Real labelled videos through the pose network: what activity models learn of them. Not part of the wheel."""
