"""How the networks that come with haredge were made: teachers, recipes, label making.

Not in the wheel; haredge never imports it.
"""
