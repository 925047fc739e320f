"""Annotated videos: drawing, palette, writing. Knows observations and spans, not how they came about."""
