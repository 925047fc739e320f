"""The pose network that finds everybody in one inference: labels, training, export and evaluation."""
