"""How the numbers of the fall rule are fitted and measured, on replays of real and synthetic falls."""
