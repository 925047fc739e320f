"""How good an answer is: segments of videos, windows of clips, keypoints of images.

Reads no files of labels, trains nothing.
"""
