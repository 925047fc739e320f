"""Promises of haredge.sources.gst, beside those of every source."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from haredge.core.errors import SourceError
from haredge.opencv import cv2
from haredge.sources.gst import GstPipeline


@pytest.mark.parametrize("size", [(64, 48), (322, 241), (1366, 768), (50, 37)])
def test_any_size_comes_whole(size: tuple[int, int]) -> None:
    """Rows are not sheared where the width is no multiple of eight: such an image is scaled by a few pixels."""
    pipeline = f"videotestsrc num-buffers=1 pattern=smpte ! video/x-raw,width={size[0]},height={size[1]}"
    (frame,) = GstPipeline(pipeline)
    assert frame.image.shape[1] % 8 == 0
    assert frame.image.shape[1::-1] == pytest.approx(size, abs=8)
    # The upper half of the test image is upright bars: all of its rows are alike.
    bars = frame.image[2 : frame.image.shape[0] // 2].astype(int)
    assert np.abs(bars - bars.mean(axis=0)).max() < 8


def test_images_that_no_other_source_takes_are_refused() -> None:
    """Frames of any kind of camera have one bound, and the memory that the services have holds."""
    pipeline = "videotestsrc num-buffers=1 ! video/x-raw,width=4104,height=4096"
    with pytest.raises(SourceError, match=r"images of 4104 x 4096 pixels are too large: at most 16\.8 megapixels"):
        next(iter(GstPipeline(pipeline)))


def test_a_pipeline_that_ends_by_itself_ends_the_iteration() -> None:
    """The end of a stream is no error."""
    assert [frame.index for frame in GstPipeline("videotestsrc num-buffers=5 ! video/x-raw,framerate=100/1")] == [
        0,
        1,
        2,
        3,
        4,
    ]


def test_quotes_keep_what_has_spaces_together(tmp_path: Path) -> None:
    """A pipeline is split as a shell would split it, but no shell sees it."""
    pipeline = "videotestsrc num-buffers=1 ! 'video/x-raw, width=(int)64, height=(int)48' ! identity name='$(touch x)'"
    (frame,) = GstPipeline(pipeline)
    assert frame.image.shape == (48, 64, 3)
    assert not Path("x").exists()


def test_what_the_child_prints_does_not_get_into_the_images() -> None:
    """A Jetson's camera driver prints on standard output; here a chatty element does."""
    blue = "videotestsrc num-buffers=3 pattern=blue"
    frames = list(GstPipeline(f"{blue} ! fakesink silent=false dump=true {blue}"))
    assert len(frames) == 3
    assert all(frame.image[..., 0].min() > 230 for frame in frames)


def test_an_error_in_the_middle_is_reported_after_the_frames() -> None:
    """A pipeline that fails while it runs has stopped, for a reason of its own."""
    frames = iter(GstPipeline("videotestsrc ! video/x-raw,framerate=100/1 ! identity error-after=4"))
    assert [next(frames).index for _ in range(3)] == [0, 1, 2]
    with pytest.raises(SourceError, match="has stopped: Failed after iterations as requested"):
        next(frames)


def test_images_that_change_their_size_are_no_camera_that_hangs(tmp_path: Path) -> None:
    """The stream that the child sends does not say so: rather than garbage, there is a message that says what to do."""
    for number in range(40):
        size = (48, 64) if number < 20 else (96, 128)
        cv2.imwrite(str(tmp_path / f"{number}.jpg"), np.zeros((*size, 3), np.uint8))
    images = f"multifilesrc location={tmp_path}/%d.jpg stop-index=39 caps=image/jpeg,framerate=100/1 ! jpegdec"
    frames = iter(GstPipeline(images))
    assert [next(frames).image.shape for _ in range(20)] == [(48, 64, 3)] * 20
    with pytest.raises(SourceError, match="has stopped: the size of its images has changed; have the pipeline scale"):
        list(frames)
    scaled = GstPipeline(f"{images} ! videoconvert ! videoscale ! video/x-raw,width=64,height=48")
    assert [frame.image.shape for frame in scaled] == [(48, 64, 3)] * 40
