"""The pose network that finds all people in one inference: labels, training, export and evaluation."""
