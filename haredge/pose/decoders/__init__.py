"""From a pose network's tensors to keypoints, one architecture a module.

numpy alone: no inference engine, no image.
"""
