"""Larger networks teach the one that is deployed (Hinton, Vinyals, Dean, arXiv:1503.02531): for whoever has a GPU.

``python -m research.distillation`` trains the teachers, then the pupil, and writes the pupil's weights,
from which ``haredge train --start`` makes a model.
"""
