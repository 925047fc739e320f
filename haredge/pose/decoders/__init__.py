"""From a pose network's tensors to keypoints, one kind of network a module.

numpy alone: no interpreter, no image.
"""
