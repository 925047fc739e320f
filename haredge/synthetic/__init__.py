"""The synthetic person that ``test:``, ``practice`` and training draw. No pose network, no label of any model.

:mod:`~haredge.synthetic.motions` moves a figure, :mod:`~haredge.synthetic.render` draws it,
:class:`haredge.sources.synthetic.SyntheticSource` (``test:``) plays it.
"""
