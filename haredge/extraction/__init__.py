"""Recordings of poses from many videos: which there are, what is made of one, and who does the work."""
