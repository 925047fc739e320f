"""Larger networks distil the one that is deployed (Hinton, Vinyals, Dean, arXiv:1503.02531): for whoever has a GPU.

``python -m research.distillation`` trains the teachers, then the student, and writes the student's weights,
from which ``haredge train --start`` makes a model.
"""
