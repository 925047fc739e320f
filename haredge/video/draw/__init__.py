"""Drawing on images: skeleton, bars, time line, and the panel that holds them together.

Everything draws in place on a (height, width, 3) BGR image and takes colours as red, green, blue.
"""
