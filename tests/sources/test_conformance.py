"""Promises that every frame source keeps, on each source that can run here.

Servers, pipelines and files are real; Video4Linux and picamera2 are stood in for at the seam where OpenCV and
picamera2 would be.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from contextlib import AbstractContextManager, closing, contextmanager, nullcontext
from itertools import islice
from pathlib import Path
from typing import cast

import clips
import numpy as np
import pytest
import servers
from processes import held
from stand_ins import BLUE, FakeCapture, FakePicamera2

from haredge.core.types import Frame
from haredge.sources.buffered import BufferedSource, LatestFrame, Prefetched
from haredge.sources.camera import UsbCamera
from haredge.sources.csi import CsiCamera
from haredge.sources.source import Source
from haredge.sources.uri import open_source

Make = Callable[[Path], AbstractContextManager[Source]]

SIZE = (48, 64)
BLUE_PIPELINE = "videotestsrc is-live=true pattern=blue ! video/x-raw,width=64,height=48,framerate=30/1"


def video(folder: Path) -> AbstractContextManager[Source]:
    return nullcontext(open_source(str(clips.clip(folder / "clip.avi"))))


def images(folder: Path) -> AbstractContextManager[Source]:
    return nullcontext(open_source(str(clips.folder(folder / "images"))))


def glob(folder: Path) -> AbstractContextManager[Source]:
    return nullcontext(open_source(str(clips.folder(folder / "images") / "*.jpg")))


@contextmanager
def mjpeg(folder: Path) -> Iterator[Source]:
    with servers.mjpeg(clips.image(folder / "blue.jpg"), then="repeat") as server:
        yield open_source(server.address)


@contextmanager
def rtsp(folder: Path) -> Iterator[Source]:
    with servers.rtsp() as server:
        yield open_source(server.address)


def gst(folder: Path) -> AbstractContextManager[Source]:
    return nullcontext(open_source(f"gst:{BLUE_PIPELINE}"))


def v4l2(folder: Path) -> AbstractContextManager[Source]:
    return nullcontext(UsbCamera("/dev/video0", size=SIZE, open_capture=lambda _: FakeCapture([BLUE])))


def csi(folder: Path) -> AbstractContextManager[Source]:
    return nullcontext(CsiCamera(size=SIZE, picamera2=lambda: FakePicamera2))


def figure(folder: Path) -> AbstractContextManager[Source]:
    return nullcontext(open_source("test:?size=64x64"))


FILES = [video, images, glob]
LIVE = [mjpeg, rtsp, gst, v4l2, csi]


@pytest.fixture(params=[*FILES, *LIVE, figure], ids=lambda make: make.__name__)
def source(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Source]:
    """Give every source in turn, each of at least six frames."""
    with request.param(tmp_path) as made:
        yield made


@pytest.fixture(params=[*FILES, *LIVE], ids=lambda make: make.__name__)
def blue_source(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Source]:
    """Give every source whose images are blue all over."""
    with request.param(tmp_path) as made:
        yield made


def first(source: Source | BufferedSource, count: int) -> list[Frame]:
    """Take the first frames of a source and close it."""
    with closing(cast("Generator[Frame, None, None]", iter(source))) as frames:
        return list(islice(frames, count))


def test_index_and_time_grow_with_every_frame(source: Source) -> None:
    """Indices grow from 0, and no frame's time is that of the one before or earlier."""
    frames = first(source, 6)
    assert frames[0].index == 0
    assert np.all(np.diff([frame.index for frame in frames]) > 0)
    assert np.all(np.diff([frame.t for frame in frames]) > 0)


def test_images_are_contiguous_bytes_of_three_channels(source: Source) -> None:
    """A frame's image is what core.Image promises, and each frame has its own."""
    frames = first(source, 6)
    for frame in frames:
        assert frame.image.dtype == np.uint8
        assert frame.image.ndim == 3
        assert frame.image.shape[2] == 3
        assert frame.image.flags.c_contiguous


def test_channels_are_blue_green_red(blue_source: Source) -> None:
    """A blue image is blue, whatever the codec, the pipe or the camera did on the way."""
    blue, green, red = first(blue_source, 3)[-1].image.reshape(-1, 3).mean(axis=0)
    assert blue > 230
    assert green < 25
    assert red < 25


def test_closing_leaves_no_thread_file_or_child_behind(source: Source) -> None:
    """A source that is closed in the middle lets go of everything that it opened."""
    before = held()
    first(source, 3)
    assert not held() - before


def test_it_can_be_read_again_from_the_start(source: Source) -> None:
    """Each iteration opens the source again."""
    assert first(source, 2)[0].index == first(source, 2)[0].index == 0


def test_it_names_itself_in_one_line(source: Source) -> None:
    """A source's name is fit for a message."""
    assert str(source)
    assert "\n" not in str(source)
    assert " object at 0x" not in str(source)


@pytest.mark.parametrize("make", FILES)
def test_a_file_ends_by_itself_with_every_frame_given(make: Make, tmp_path: Path) -> None:
    """What lies in files is read whole and then ends; prefetched or not."""
    with make(tmp_path) as source:
        assert not source.live
        assert len(list(source)) == len(list(Prefetched(source))) == 8


@pytest.mark.parametrize("make", LIVE)
def test_a_live_source_is_read_through_its_thread(make: Make, tmp_path: Path) -> None:
    """The newest frame of every live source comes out of LatestFrame."""
    with make(tmp_path) as source:
        assert source.live
        before = held()
        frames = first(LatestFrame(source), 4)
        assert not held() - before
    assert np.all(np.diff([frame.index for frame in frames]) > 0)
