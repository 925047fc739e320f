"""MediaPipe's whole BlazePose over a store of images; runs in an environment of its own (mediapipe 0.10.21).

MediaPipe pins old versions of what the rest of the training needs, so ``label`` starts this as a child process:
``python -m research.pose.mediapipe_poses images.bin answers.npy``.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from research.pose.store import ImageStore

COCO = (0, 2, 5, 7, 8, 11, 12, 13, 14, 15, 16, 23, 24, 25, 26, 27, 28)


def find_all(images: ImageStore) -> NDArray[np.float32]:
    """Return (n, 17, 3) x, y in pixels, visibility; NaN if no person is found."""
    import mediapipe  # noqa: PLC0415 - only the child process has it

    answers = np.full((len(images), len(COCO), 3), np.nan, np.float32)
    options = {"static_image_mode": True, "model_complexity": 1, "min_detection_confidence": 0.3}
    with mediapipe.solutions.pose.Pose(**options) as pose:
        for index in range(len(images)):
            image = images[index]
            height, width = image.shape[:2]
            found = pose.process(np.ascontiguousarray(image[:, :, ::-1])).pose_landmarks
            if found:
                marks = [found.landmark[k] for k in COCO]
                answers[index] = [(m.x * width - 0.5, m.y * height - 0.5, m.visibility) for m in marks]
    return answers


if __name__ == "__main__":
    np.save(sys.argv[2], find_all(ImageStore.open(Path(sys.argv[1]))))
