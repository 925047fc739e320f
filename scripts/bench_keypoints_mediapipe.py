"""Run MediaPipe Pose over single images, in its own environment.

    bench_keypoints_mediapipe.py IMAGES.npz OUT.npy COMPLEXITY

OUT holds (images, 17, 3) x, y in pixels and visibility of COCO's keypoints; NaN where no person is found.
"""

from __future__ import annotations

import sys

import cv2
import mediapipe
import numpy as np

COCO = (0, 2, 5, 7, 8, 11, 12, 13, 14, 15, 16, 23, 24, 25, 26, 27, 28)
"""Which of MediaPipe's 33 landmarks COCO's 17 keypoints are."""


def main() -> int:
    """Run over all images, each by itself."""
    stored, out, complexity = sys.argv[1:]
    pose = mediapipe.solutions.pose.Pose(static_image_mode=True, model_complexity=int(complexity))
    found = []
    with np.load(stored) as images:
        for number in range(len(images.files)):
            image = images[f"arr_{number}"]
            height, width = image.shape[:2]
            landmarks = pose.process(cv2.cvtColor(image, cv2.COLOR_BGR2RGB)).pose_landmarks
            rows = np.full((17, 3), np.nan)
            if landmarks is not None:
                all_33 = np.array([(one.x * width, one.y * height, one.visibility) for one in landmarks.landmark])
                rows = all_33[list(COCO)]
            found.append(rows)
    np.save(out, np.array(found))
    return 0


if __name__ == "__main__":
    sys.exit(main())
