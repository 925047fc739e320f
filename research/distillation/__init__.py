"""The deployed network is distilled from larger ones (Hinton, Vinyals, Dean, arXiv:1503.02531), on a GPU.

``python -m research.distillation`` trains the teachers, then the student, and writes the student's weights,
from which ``haredge train --start`` makes a model.
"""
