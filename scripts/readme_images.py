"""Make the images of README.md: the annotated demonstration clip, and the live view while the clip is read.

    scripts/readme_images.py clip     docs/images/demo.webp, 500 kB at most (ffmpeg)
    scripts/readme_images.py live     docs/images/live-view.webp, 150 kB at most (playwright, chromium, ffmpeg)

Both run the real command on the clip that comes with haredge; nothing in them is drawn for the purpose.
"""

from __future__ import annotations

import argparse
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any, Final

ROOT: Final = Path(__file__).parents[1]
IMAGES: Final = ROOT / "docs" / "images"
CLIP: Final = ROOT / "haredge" / "synthetic" / "demo.webm"
HAREDGE: Final = (sys.executable, "-m", "haredge")

START_S, LENGTH_S, FPS, WIDTH = 11.5, 14.5, 8, 480
"""The part of the clip that is shown: waving, jumping jacks, squats."""
QUALITY: Final = 30
"""Of WebP: the image moves, and the skeleton is what counts."""

PORT: Final = 8799
SHOWN_WITH: Final = "squat"
"""The activity with which the live view is shown."""
PAGE_WIDTH: Final = 1100
MARGIN_PX: Final = 16
"""What is kept of the page: all above the health values, which are those of the machine that makes the image."""
PATIENCE_S: Final = 1200.0


def clip() -> Path:
    """Annotate the clip, and keep a part of it as an animated WebP."""
    out = IMAGES / "demo.webp"
    with tempfile.TemporaryDirectory() as folder:
        annotated = Path(folder, "annotated.webm")
        subprocess.run([*HAREDGE, "annotate", str(CLIP), "-o", str(annotated)], cwd=ROOT, check=True)
        command = ["ffmpeg", "-v", "error", "-y", "-ss", str(START_S), "-t", str(LENGTH_S), "-i", str(annotated)]
        command += ["-vf", f"fps={FPS},scale={WIDTH}:-2:flags=lanczos", "-c:v", "libwebp_anim"]
        command += ["-quality", str(QUALITY), "-compression_level", "6", "-loop", "0", str(out)]
        subprocess.run(command, check=True)
    return out


def live() -> Path:
    """Run the daemon on the clip with its live view, and take a screenshot while the person does squats."""
    from playwright.sync_api import sync_playwright  # noqa: PLC0415

    out = IMAGES / "live-view.webp"
    with tempfile.TemporaryDirectory() as folder:
        config = Path(folder, "config.yaml")
        config.write_text(f"view: {{enabled: true, port: {PORT}}}\n")
        command = [*HAREDGE, "--dry-run", "--json", "--config", str(config), "--source", str(CLIP)]
        with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL) as daemon, sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
            page = browser.new_page(viewport={"width": PAGE_WIDTH, "height": 900}, color_scheme="light")
            _open(page, daemon)
            activity = page.locator("#activity", has_text=re.compile(SHOWN_WITH, re.IGNORECASE))
            activity.wait_for(timeout=PATIENCE_S * 1000)
            page.wait_for_timeout(1000)
            bottom = page.locator(".side").evaluate("side => side.getBoundingClientRect().bottom + scrollY")
            shown: Any = {"x": 0, "y": 0, "width": PAGE_WIDTH, "height": bottom + MARGIN_PX}
            page.screenshot(path=f"{folder}/page.png", full_page=True, clip=shown)
            browser.close()
            daemon.terminate()
        encode = [
            "ffmpeg",
            "-v",
            "error",
            "-y",
            "-i",
            f"{folder}/page.png",
            "-c:v",
            "libwebp",
            "-quality",
            "80",
            str(out),
        ]
        subprocess.run(encode, check=True)
    return out


def _open(page: Any, daemon: subprocess.Popen[bytes]) -> None:
    """Open the live view as soon as it answers."""
    deadline = time.monotonic() + PATIENCE_S
    while not _answers():
        if time.monotonic() > deadline or daemon.poll() is not None:
            raise SystemExit("readme_images: the live view does not answer")
        time.sleep(0.5)
    page.goto(f"http://127.0.0.1:{PORT}/")


def _answers() -> bool:
    with socket.socket() as asking:
        return asking.connect_ex(("127.0.0.1", PORT)) == 0


MADE: Final = {"clip": (clip, 500), "live": (live, 150)}
"""What is made, and the most kilobytes that it may have."""


def main() -> int:
    """Make one image, and check that it is small enough for a page."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("which", choices=tuple(MADE))
    make, most_kb = MADE[parser.parse_args().which]
    IMAGES.mkdir(exist_ok=True)
    out = make()
    size_kb = out.stat().st_size / 1000
    print(f"{out.relative_to(ROOT)}: {size_kb:.0f} kB")
    if size_kb > most_kb:
        print(f"readme_images: more than {most_kb} kB", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
