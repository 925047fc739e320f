"""Labelled recordings and images: what they hold, how each format is read, what is refused, who is held out.

No TensorFlow.
"""
