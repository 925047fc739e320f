"""A person drawn by the project: labelled pictures for training, and clips for tests and demonstrations.

:func:`haredge.figure.picture.random_picture` draws single labelled pictures. :mod:`~haredge.figure.motions` moves a
figure, :mod:`~haredge.figure.render` draws it, :class:`haredge.sources.figure.FigureSource` (``test:``) plays it.
"""
