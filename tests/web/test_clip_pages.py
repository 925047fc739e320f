"""The page to try a clip, from the upload to the result, with the real command and small real models."""

from __future__ import annotations

import asyncio
import http.client
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("starlette")
pytest.importorskip("ai_edge_litert")

import installed
import numpy as np
import promtool
import schemas
import serving
from serving import Answer, Client

from haredge.commands.web import working
from haredge.opencv import cv2
from haredge.sources.video_limits import VideoLimits
from haredge.web.access import access_to
from haredge.web.clip_pages import Choice, ClipPages
from haredge.web.clips import Clips, Full, OneEach
from haredge.web.limits import Limits
from haredge.web.uploaded_clip import Models, UploadedClip

CHOICE = Choice(["dots"], {"arms": installed.LABELS}, {"colours": installed.STILL_LABELS})


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Make a folder with models the current one."""
    installed.pose_model(tmp_path / "models")
    installed.activity_model(tmp_path / "models")
    installed.still_model(tmp_path / "models")
    (tmp_path / "work").mkdir()
    monkeypatch.chdir(tmp_path)
    return tmp_path


@contextmanager
def pages(here: Path, limits: Limits | None = None) -> Iterator[Client]:
    limits = limits or Limits(video=VideoLimits(20, 1000))
    clips = Clips(here / "work", working(None, limits), limits)
    access = access_to("127.0.0.1", (), None)
    with serving.served(lambda stop: ClipPages(clips, CHOICE, access, stop).app()) as client:
        yield client


@pytest.fixture
def client(here: Path) -> Iterator[Client]:
    with pages(here) as client:
        yield client


class Clock:
    """Time that the test moves, and each reading of it."""

    now_s = 0.0
    step_s = 0.0

    def __call__(self) -> float:
        self.now_s += self.step_s
        return self.now_s


def send(client: Client, content: bytes, **query: str) -> Answer:
    words = "&".join(f"{key}={value}" for key, value in {"name": "my+video.mp4", **query}.items())
    return client.ask("POST", f"/api/clips?{words}", content)


def followed(client: Client, sent: Answer) -> list[dict[str, Any]]:
    """Return the events of a clip until it is done or has failed."""
    assert sent.status == 201, sent.text
    answers = []
    with client.events(f"/api/clips/{sent.json['id']}/events") as events:
        for event in events:
            answers.append(event)
            if event["state"] in {"done", "failed"}:
                break
    return answers


def left_behind(here: Path) -> list[Path]:
    return serving.below(here / "work")


def test_a_video_becomes_an_annotated_video_and_a_table(client: Client, here: Path) -> None:
    """Progress is reported on the way; the video can be played from anywhere in it, and be kept."""
    sent_video = installed.exercise_film(here / "video.mp4").read_bytes()
    sent = send(client, sent_video)
    answers = followed(client, sent)
    assert answers[-1]["state"] == "done"
    assert answers[-1]["nobody"] is False
    assert [row["activity"] for row in answers[-1]["activities"]] == ["unknown", "arms_down", "arms_up"]
    assert {row["person"] for row in answers[-1]["activities"]} == {1}
    assert answers[-1]["rows"] == [[1, 0]]
    shares = [event["share"] for event in answers if event["state"] == "working" and event["share"] is not None]
    assert shares == sorted(shares)
    address = f"/api/clips/{sent.json['id']}"
    video = client.get(f"{address}/video")
    assert video.headers["content-type"] in {"video/mp4", "video/webm"}
    assert video.headers["content-disposition"].startswith("inline")
    part = client.get(f"{address}/video", Range="bytes=10-19")
    assert (part.status, part.body) == (206, video.body[10:20])
    kept = client.get(f"{address}/video?download").headers["content-disposition"]
    assert kept.startswith("attachment; filename")
    assert "my%20video.annotated" in kept or "my video.annotated" in kept
    assert client.get(f"{address}/activities.csv").text.splitlines()[0].startswith("start_s,end_s")
    assert client.get(f"{address}/activities.json").json == answers[-1]["activities"]
    assert client.get(f"{address}/timeline.png").body.startswith(b"\x89PNG")
    assert not [path for path in left_behind(here) if path.name == "upload"]  # what was sent is not kept


def an_image(here: Path, image: np.ndarray[Any, Any]) -> bytes:
    cv2.imwrite(str(here / "image.png"), image)
    return (here / "image.png").read_bytes()


def test_an_image_becomes_an_annotated_image_and_a_table(client: Client, here: Path) -> None:
    """Who is there with the most probable labels; both can be kept, under the image's own name."""
    sent = send(client, an_image(here, installed.person(arms_up=True)), name="us.png")
    last = followed(client, sent)[-1]
    assert (last["state"], last["kind"], last["whole"]) == ("done", "image", None)
    assert len(last["found"]) >= 1
    assert {label["name"] for label in last["labels"]} == {*installed.STILL_LABELS, "unknown"}
    address = f"/api/clips/{sent.json['id']}"
    image = client.get(f"{address}/image")
    assert (image.headers["content-type"], image.body[:3]) == ("image/jpeg", b"\xff\xd8\xff")
    kept = client.get(f"{address}/image?download").headers["content-disposition"]
    assert kept == 'attachment; filename="us.recognised.jpg"'
    people = client.get(f"{address}/people.json").json
    schemas.check("image", people)
    assert people["image"] == "us.png"
    assert client.get(f"{address}/video").status == 404
    assert not [path for path in left_behind(here) if path.name == "upload"]


def test_an_image_without_people_has_the_label_of_the_whole(client: Client, here: Path) -> None:
    """And no person is counted."""
    last = followed(client, send(client, an_image(here, np.full((90, 120, 3), (30, 30, 240), np.uint8))))[-1]
    assert last["found"] == []
    assert last["whole"]["label"] == "red"


def test_what_is_not_in_the_result_is_reported_with_it(client: Client, here: Path) -> None:
    """The end of a video that is cut short, the other frames of an animated image; by no path of this machine."""
    video = installed.film(here / "video.avi", [installed.person(arms_up=True)] * 60, codec="MJPG").read_bytes()
    short = followed(client, send(client, video[: len(video) // 2]))[-1]
    assert short["state"] == "done"
    assert re.fullmatch(
        r"This video: it ends at \d\.\d s of 4\.0 s: the file is cut short or damaged\.", short["warnings"][0]
    )
    images = pytest.importorskip("PIL.Image")
    frames = [images.new("RGB", (120, 90), colour) for colour in ("red", "blue")]
    frames[0].save(here / "moving.webp", save_all=True, append_images=frames[1:])
    moving = followed(client, send(client, (here / "moving.webp").read_bytes()))[-1]
    assert moving["warnings"] == [
        "This image is animated: only its first frame is used; convert it to a video for all of them."
    ]
    whole = followed(client, send(client, video))[-1]
    assert whole["warnings"] == []


def test_images_that_cannot_be_read_are_answered_in_words(client: Client, here: Path) -> None:
    """Cut off, a GIF, more than 50 megapixels; no path of this machine, and nothing of it stays."""
    whole = an_image(here, installed.person(arms_up=True))
    for content, said in (
        (whole[: len(whole) // 2], "Not an image, or damaged."),
        (b"GIF89a" + bytes(600), "A GIF, which OpenCV cannot decode; convert it to PNG"),
        (an_image(here, np.zeros((10_000, 10_000), np.uint8)), "It is too large: at most 50 megapixels."),
    ):
        sent = send(client, content, name="image.png")
        last = followed(client, sent)[-1]
        assert last["state"] == "failed"
        assert said in last["error"]
        assert str(here) not in last["error"]
        assert client.ask("DELETE", f"/api/clips/{sent.json['id']}").status == 204
        assert not left_behind(here)


def test_without_a_still_model_images_are_refused(here: Path) -> None:
    """With the reason."""
    limits = Limits()
    clips = Clips(here / "work", working(None, limits), limits)
    choice = Choice(["dots"], {"arms": installed.LABELS})
    with serving.served(lambda stop: ClipPages(clips, choice, access_to("127.0.0.1", (), None), stop).app()) as client:
        answer = send(client, an_image(here, installed.nobody()))
        assert answer.status == 415
        assert "no still model" in answer.json["error"]
        assert client.get("/api/setup").json["stills"] == []


def test_a_page_without_a_longest_video_is_served(here: Path) -> None:
    """`haredge web --longest inf` takes a video of any length; JSON has no word for infinity."""
    with pages(here, Limits(video=VideoLimits())) as client:
        answer = client.get("/api/setup")
        assert (answer.status, answer.json["longest_s"]) == (200, None)


def sound_as_video(here: Path) -> bytes:
    if shutil.which("ffmpeg") is None:
        pytest.skip("no ffmpeg: apt install ffmpeg")
    source = ["-f", "lavfi", "-i", "sine=d=1", "-c:a", "aac", "-f", "mp4", str(here / "sound.mp4")]
    subprocess.run(["ffmpeg", "-v", "error", *source], check=True)
    return (here / "sound.mp4").read_bytes()


def test_a_video_without_people_has_no_activity(client: Client, here: Path) -> None:
    """It is no mistake, and there is a video all the same."""
    video = installed.film(here / "video.mp4", [installed.nobody()] * 20).read_bytes()
    last = followed(client, send(client, video))[-1]
    assert (last["state"], last["nobody"]) == ("done", True)


def test_what_cannot_be_decoded_is_answered_in_words(client: Client, here: Path) -> None:
    """Sound in a video's container; a video cut off; one too long; images too large. Nothing of it stays."""
    whole = installed.film(here / "video.mp4", [installed.nobody()] * 20).read_bytes()
    long = installed.film(here / "long.mp4", [installed.nobody((48, 64))] * 400).read_bytes()
    large = installed.film(here / "large.mp4", [installed.nobody((96, 1100))] * 3).read_bytes()
    for content, said in (
        (sound_as_video(here), "No video in it that can be decoded (sound only, damaged, or an unknown format?)"),
        (whole[: len(whole) // 2], "No video in it that can be decoded (sound only, damaged, or an unknown format?)"),
        (long, "It is too long (0:27): at most 0:20."),
        (large, "of 1100 x 96 is too large: at most 1000 pixels a side."),
    ):
        sent = send(client, content)
        last = followed(client, sent)[-1]
        assert last["state"] == "failed"
        assert said in last["error"]
        assert client.ask("DELETE", f"/api/clips/{sent.json['id']}").status == 204
        assert not left_behind(here)


@pytest.mark.parametrize(
    ("content", "status", "said"),
    [(b"", 422, "empty"), (b"just text" * 99, 415, "not a video"), (b"ID3" + bytes(999), 415, "sound file")],
)
def test_other_files_are_refused_at_once(client: Client, here: Path, content: bytes, status: int, said: str) -> None:
    """Whatever its name says, and nothing of it stays."""
    answer = send(client, content)
    assert answer.status == status
    assert said in answer.json["error"]
    assert not left_behind(here)


def test_too_much_is_refused_whether_it_is_announced_or_not(here: Path) -> None:
    """Before it has all arrived."""
    with pages(here, Limits(most_mb=1)) as client:
        announced = client.ask("POST", "/api/clips?name=a", None, Content_Length="1100000")
        assert announced.status == 413
        assert "at most 1 MB" in announced.json["error"]
        connection = client.connect()
        chunks = (b"\x00\x00\x00\x18ftypisom" + bytes(100_000) for _ in range(30))
        try:
            connection.request("POST", "/api/clips?name=a", chunks, encode_chunked=True)
            assert connection.getresponse().status == 413
        except (BrokenPipeError, ConnectionResetError):
            pass  # the server disconnected while it was still being sent
        finally:
            connection.close()
        assert not left_behind(here)


@pytest.mark.parametrize(
    "query", [{"pose": "../../etc"}, {"activity": "none"}, {"pose": "/tmp/x.tflite"}, {"still": "/tmp"}]
)
def test_only_installed_models_can_be_chosen(client: Client, query: dict[str, str]) -> None:
    """A visitor cannot name a path; a page that is older than the server learns how to offer what there is."""
    answer = send(client, b"", **query)
    assert answer.status == 422
    assert "load the page again" in answer.json["error"]


def long_video(here: Path) -> bytes:
    path = here / "long.mp4"
    if not path.exists():
        installed.film(path, [installed.person(arms_up=True, size=(480, 640))] * 280)
    return path.read_bytes()


def test_one_clip_of_an_address_is_under_way(here: Path) -> None:
    """Another one is refused at once, and there is a place again when it is cancelled."""
    with pages(here) as client:
        first = send(client, long_video(here))
        refused = send(client, long_video(here))
        assert (first.status, refused.status) == (201, 429)
        assert "from your address" in refused.json["error"]
        assert client.ask("DELETE", f"/api/clips/{first.json['id']}").status == 204
        assert send(client, long_video(here)).status == 201


def test_who_has_results_open_is_not_asked_to_wait_for_them(client: Client, here: Path) -> None:
    """Nothing is under way: there is a place again when the page of one is closed."""
    image = an_image(here, installed.person(arms_up=True))
    results = []
    for _ in range(3):
        results.append(send(client, image))
        followed(client, results[-1])
    refused = send(client, image)
    assert (refused.status, "results" in refused.json["error"]) == (429, True)
    client.ask("DELETE", f"/api/clips/{results[0].json['id']}")
    assert send(client, image).status == 201


def test_who_is_refused_learns_why_though_all_is_sent_first(here: Path) -> None:
    """As browsers and nginx do, over a connection that ends with the answer; a disk that is full is no other case."""
    much = b"\x00\x00\x00\x18ftypisom" + bytes(30_000_000)
    with pages(here) as client:
        (here / "work").rename(here / "away")
        no_room = client.ask("POST", "/api/clips?name=a", much, Connection="close")
        (here / "away").rename(here / "work")
        assert no_room.status == 507
        send(client, long_video(here))
        second = client.ask("POST", "/api/clips?name=a", much, Connection="close")
        assert (second.status, "from your address" in second.json["error"]) == (429, True)


def test_an_upload_that_stalls_loses_its_place(here: Path) -> None:
    """Its sender learns so, if still there, and nothing of it stays."""
    with pages(here, Limits(part_s=0.3)) as client, client.open_raw() as connection:
        head = f"POST /api/clips?name=a HTTP/1.1\r\nHost: {client.host}\r\nContent-Length: 100000\r\n\r\n".encode()
        connection.sendall(head + b"\x00\x00\x00\x18ftypisom" + bytes(1000))
        answer = connection.recv(65_536)
        assert answer.startswith(b"HTTP/1.1 408 ")
        assert b"stopped arriving" in answer + connection.recv(65_536)
        assert not left_behind(here)


def worked_on(here: Path, script: str, limits: Limits, clock: Clock) -> str | None:
    """Return why a clip has failed whose work is this script of Python."""

    async def work() -> str | None:
        clips = Clips(here / "work", lambda _clip: [sys.executable, "-c", script], limits, clock)
        clip = clips.add("a", Models("dots", "arms"))
        clips.start(clip)
        assert clip.work
        await asyncio.wait_for(clip.work, 60)
        return clip.error

    return asyncio.run(work())


def test_work_that_takes_too_long_is_ended(here: Path) -> None:
    """It holds all others up."""
    said = worked_on(here, "import time; time.sleep(600)", Limits(work_s=0.5), Clock())
    assert said == "It takes too long here: more than 0 s."


def test_work_that_would_take_too_long_is_not_waited_for(here: Path) -> None:
    """Its sender learns so when it can be known, and what it would need."""
    clock = Clock()
    clock.step_s = 20.0
    script = 'import time; print(\'{"share": 0.01, "left_s": 5000}\', flush=True); time.sleep(600)'
    said = worked_on(here, script, Limits(), clock)
    assert said == "It would take too long here: about 84 min, and at most 30 min."


def test_what_cannot_be_written_is_told_without_paths(here: Path) -> None:
    """A sender learns why there is no result, and nothing of where it would have been."""
    folder = "import os, sys; from pathlib import Path; folder = Path(os.environ['TMPDIR'])\n"
    script = "sys.exit(f'haredge: cannot write {folder}/annotated.mp4: No space left on device')"
    assert worked_on(here, folder + script, Limits(), Clock()) == "Cannot write the result: No space left on device."
    script = "(folder / 'activities.json').write_text('[]'); (folder / 'activities.csv').mkdir()"
    said = worked_on(here, folder + script, Limits(), Clock())
    assert said == "There is no room for the result here (Is a directory)."


def test_a_place_where_no_clip_can_lie_is_told(client: Client, here: Path) -> None:
    """A disk that is full, or a folder that someone has removed, is an answer in words."""
    (here / "work").rmdir()
    refused = send(client, b"")
    assert refused.status == 507
    assert refused.json["error"] == "There is no room for this file here (No such file or directory)."


def test_turns_come_in_the_order_of_arrival(here: Path) -> None:
    """Who began to send first, and is still sending when another has sent all, comes after that one."""

    async def work() -> list[int]:
        clips = Clips(here / "work", lambda _clip: [sys.executable, "-c", ""], Limits())
        slow, quick = (clips.add("a", Models("dots", "arms"), address) for address in ("127.0.0.2", "127.0.0.3"))
        clips.start(quick)
        clips.start(slow)
        before = [clips.before(clip) for clip in (quick, slow)]
        await clips.close()
        return before

    assert asyncio.run(work()) == [0, 1]


def test_clips_queue(here: Path) -> None:
    """One is worked on, one waits and knows that one is before it, and the third is asked to come back."""
    with pages(here, Limits(waiting=1)) as client:
        first, second = (send(client.from_address(f"127.0.0.{n}"), long_video(here)) for n in (2, 3))
        with ExitStack() as stack:
            one = stack.enter_context(client.events(f"/api/clips/{first.json['id']}/events"))
            two = stack.enter_context(client.events(f"/api/clips/{second.json['id']}/events"))
            assert next(one)["state"] in {"waiting", "working"}
            waiting = next(two)
            assert (waiting["state"], waiting["before"]) == ("waiting", 1)
            third = send(client, long_video(here))
            assert third.status == 503
            assert "try again" in third.json["error"]


def test_a_clip_can_be_given_up(client: Client, here: Path) -> None:
    """Its process ends, its files go, and the next has its turn."""
    sent = send(client, long_video(here))
    with client.events(f"/api/clips/{sent.json['id']}/events") as events:
        while next(events)["state"] != "working":
            pass
        assert client.ask("DELETE", f"/api/clips/{sent.json['id']}").status == 204
        assert all(event["state"] == "working" for event in events)
    assert client.get(f"/api/clips/{sent.json['id']}/events").status == 204
    video = installed.film(here / "video.mp4", [installed.nobody()] * 5).read_bytes()
    next_one = send(client, video)
    assert followed(client, next_one)[-1]["state"] == "done"
    folders = {path.parent for path in left_behind(here) if path.is_file()}
    assert len(folders) == 1


def test_an_upload_that_breaks_off_leaves_nothing(client: Client, here: Path) -> None:
    """A closed tab half-way."""
    connection = client.connect()
    connection.putrequest("POST", "/api/clips?name=a")
    connection.putheader("Content-Length", "100000")
    connection.endheaders(b"\x00\x00\x00\x18ftypisom" + bytes(1000))
    while not [path for path in left_behind(here) if path.name == "upload"]:
        pass
    connection.close()
    while left_behind(here):
        pass


def test_a_server_that_ends_takes_everything_with_it(here: Path) -> None:
    """Also the process of a clip that is being worked on."""
    with pages(here) as client:
        sent = send(client, long_video(here))
        with client.events(f"/api/clips/{sent.json['id']}/events") as events:
            while next(events)["state"] != "working":
                pass
    assert not left_behind(here)
    assert not [pid for pid in Path("/proc").glob("[0-9]*") if str(here / "work") in command_line(pid)]


def command_line(process: Path) -> str:
    try:
        return (process / "cmdline").read_text()
    except (OSError, UnicodeDecodeError):
        return ""


def test_a_streams_header_is_answered_at_once(client: Client, here: Path) -> None:
    """HEAD holds no place among the viewers: it ends, with what GET would answer, and as often as one likes."""
    sent = send(client, long_video(here))
    with closing(http.client.HTTPConnection("127.0.0.1", client.port, timeout=5)) as connection:
        for _ in range(12):
            connection.request("HEAD", f"/api/clips/{sent.json['id']}/events")
            answer = connection.getresponse()
            assert (answer.status, answer.read()) == (200, b"")
            assert answer.headers["content-type"].startswith("text/event-stream")


def test_strangers_results_are_not_there(client: Client) -> None:
    """Neither by guessing nor by climbing."""
    for path in ("/api/clips/x/video", "/api/clips/../../etc/passwd", "/api/clips/x/../../etc/passwd"):
        assert client.get(path).status == 404
    assert client.get("/api/clips/x/events").status == 204


def at_work(here: Path, tried: Callable[[Clips, Clock], None], limits: Limits | None = None) -> None:
    """Try something on clips whose work does not end by itself."""

    async def lived() -> None:
        clock = Clock()
        clips = Clips(here / "work", lambda _clip: ["sleep", "600"], limits or Limits(), clock)
        tried(clips, clock)
        await clips.close()

    asyncio.run(lived())


def started(clips: Clips, name: str, address: str) -> UploadedClip:
    clip = clips.add(name, Models("dots", "arms"), address)
    clips.start(clip)
    return clip


def test_a_locked_phone_does_not_lose_its_clip(here: Path) -> None:
    """For minutes a page may be away; one that listens keeps its clip longer, and one that stays away does not."""

    def tried(clips: Clips, clock: Clock) -> None:
        seen, _forgotten = started(clips, "seen", "192.0.2.1"), started(clips, "forgotten", "192.0.2.2")
        with clips.watching(seen):
            clock.now_s = 300.0
            clips.remove_forgotten()
            assert [clip.name for clip in clips] == ["seen", "forgotten"]
            clock.now_s = 601.0
            clips.remove_forgotten()
            assert [clip.name for clip in clips] == ["seen"]
        clips.remove_forgotten()
        assert [clip.name for clip in clips] == ["seen"]
        clock.now_s = 1202.0
        clips.remove_forgotten()
        assert not list(clips)

    at_work(here, tried)


def test_who_leaves_again_and_again_fills_no_queue(here: Path) -> None:
    """A clip whose page is away gives way to the next of its address; one whose page is there does not."""

    def tried(clips: Clips, clock: Clock) -> None:
        for n in range(20):
            started(clips, str(n), "192.0.2.1")
            clock.now_s += 5.0
            with pytest.raises(OneEach):
                clips.add("at once", Models("dots", "arms"), "192.0.2.1")
            clock.now_s += 16.0
        assert [clip.name for clip in clips] == ["19"]
        with clips.watching(next(iter(clips))), pytest.raises(OneEach):
            clips.add("one more", Models("dots", "arms"), "192.0.2.1")

    at_work(here, tried)


def test_clips_of_pages_that_are_away_do_not_shut_others_out(here: Path) -> None:
    """Of a full queue the one whose page has been away longest gives way; else the newcomer has to wait."""

    def tried(clips: Clips, clock: Clock) -> None:
        first, _second = (started(clips, name, f"192.0.2.{name}") for name in "12")
        clock.now_s = 10.0
        with pytest.raises(Full):
            clips.add("3", Models("dots", "arms"), "192.0.2.3")
        clock.now_s = 60.0
        with clips.watching(first):
            started(clips, "3", "192.0.2.3")
        assert [clip.name for clip in clips] == ["1", "3"]

    at_work(here, tried, Limits(waiting=1))


def test_metrics_and_health(client: Client, here: Path) -> None:
    """Clips are counted by how they ended."""
    followed(client, send(client, installed.film(here / "video.mp4", [installed.nobody()] * 5).read_bytes()))
    assert client.get("/healthz").text == "ok\n"
    answer = client.get("/metrics")
    assert 'haredge_clips_total{result="done"} 1.0' in answer.text


def test_promtool_finds_nothing_to_say(client: Client) -> None:
    """Names, units and help are as Prometheus's conventions ask."""
    assert promtool.said_of(client.get("/metrics").body) == (0, "")
