"""OpenCV, quietly: the one place that imports it.

OpenCV and the FFmpeg inside it write their own lines to standard error about every damaged file. haredge says what is
wrong in one line of its own, so both are silenced unless the user has set their environment variables
(``OPENCV_LOG_LEVEL``, ``OPENCV_FFMPEG_LOGLEVEL``), which OpenCV reads when it is loaded.
"""

from __future__ import annotations

import os

os.environ.setdefault("OPENCV_LOG_LEVEL", "SILENT")
os.environ.setdefault("OPENCV_FFMPEG_LOGLEVEL", "-8")  # FFmpeg's AV_LOG_QUIET

import cv2  # reads the variables above while it loads

__all__ = ["DECODE_IN_ONE_THREAD", "cv2"]

DECODE_IN_ONE_THREAD = [cv2.CAP_PROP_N_THREADS, 1] if hasattr(cv2, "CAP_PROP_N_THREADS") else []
"""Parameters of a ``cv2.VideoCapture`` (OpenCV 4.6, Debian Bookworm's, does not know them).

More threads would hold more pictures in memory, hold a stream's frames back, and take the network's cores.
"""
