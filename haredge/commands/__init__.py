"""The commands of the line, one a module: its arguments, its words on the screen, its exit status.

No recognition, no loop.
"""
