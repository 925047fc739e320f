"""From an image to people: regions, letterbox, decoders, tracker. May use OpenCV; no camera, no label."""
