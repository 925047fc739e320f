"""Pages for eyes: the live view of the daemon, and trying one's own clip."""
