"""Falls: how far each person's fall has come. Takes poses and times; no images, no network, nothing but numpy.

:mod:`~haredge.falls.body` reads a pose, :mod:`~haredge.falls.perspective` learns how tall people stand where in the
image, :mod:`~haredge.falls.baseline` a person's own upright self, :mod:`~haredge.falls.cues` compares the two,
:mod:`~haredge.falls.machine` is the table of states, :mod:`~haredge.falls.watch` follows everyone in view.
"""
