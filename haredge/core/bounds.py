"""How large an image may be: what a file or a camera may make haredge hold in memory, before anything is decoded."""

from __future__ import annotations

from typing import Final

IMAGE_PIXELS: Final = 50_000_000
"""Of an image file: the largest telephone's photograph; 150 MB once decoded."""

IMAGE_BYTES: Final = 200_000_000
"""Of an image file; such a photograph without compression."""

FRAME_PIXELS: Final = 4096 * 4096
"""Of a frame of a camera or a video: twice 4K. Some frames are held at a time, and the services have 300 MB."""

FRAME_BYTES: Final = 16_000_000
"""Of a frame that a camera sends as a JPEG."""


def check_frame_size(height: float, width: float) -> None:
    """Raise ValueError for frames of more than :data:`FRAME_PIXELS`, with the size and the limit."""
    if height * width > FRAME_PIXELS:
        size = f"{width:.0f} x {height:.0f} pixels"
        raise ValueError(f"{size} are too large: at most {FRAME_PIXELS / 1e6:.1f} megapixels")
