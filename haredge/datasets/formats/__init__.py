"""Labelled poses as other programs write them, one module a format."""
