"""What flows, the seams, errors, words and clocks that every part shares.

numpy at most; importing it loads nothing.
"""
