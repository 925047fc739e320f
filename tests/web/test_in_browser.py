"""The pages in a real browser, at the width of a phone and of a desk, in light and in dark."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from itertools import combinations, count
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("starlette")
pytest.importorskip("ai_edge_litert")

import crowd
import hushable
import installed
import numpy as np
import serving
from browser import complaints, foreign, launched_browser, opened_browser
from observed import LABELS
from serving import Client

from haredge.commands.web import working
from haredge.config.load import load
from haredge.core.types import Activity, FallAlarm, Frame, Observation, Occupancy, Person, Pose, Prediction
from haredge.core.zone import Zone, mistake_in
from haredge.opencv import cv2
from haredge.web.access import access_to
from haredge.web.clip_pages import Choice, ClipPages
from haredge.web.clips import Clips
from haredge.web.limits import Limits
from haredge.web.live import LiveView
from haredge.web.live_pages import EVENT_STREAMS, IMAGE_STREAMS, LivePages

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]


@pytest.fixture(scope="module", autouse=True)
def _one_browser() -> Iterator[None]:
    """Launch it once: that takes longer than most of the tests."""
    with launched_browser():
        yield


WIDTHS = {"phone": (360, 740), "desk": (1280, 900)}
TOKEN = "0123456789abcdef0123456789abcdef"


def shot(page: Any, path: Path) -> None:
    """Take a screenshot of the whole page; nothing may stick out sideways, and it is not blank."""
    page.screenshot(path=str(path), full_page=True)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert np.asarray(cv2.imread(str(path))).std() > 5


def wait_until(page: Any, condition: str, argument: object = None) -> None:
    """Wait until a condition holds; Playwright's own way evaluates text within the page, which its policy forbids."""
    while not page.evaluate(condition, argument):
        page.wait_for_timeout(100)


def live_observation(n: int) -> Observation:
    keypoints = np.c_[installed.STANDING * 20 + (320, 260), np.full(17, 0.9)].astype(np.float32)
    keypoints[9:11, 1] -= 10 * (n % 15)
    label = LABELS[n // 30 % 3]
    share = np.array([0.2 + 0.05 * (n % 10), 0.1, 0.1], np.float32)
    frame = Frame(n, n / 15, np.full((480, 640, 3), 200, np.uint8))
    activity = Activity(label, 0.9, n // 30 * 2.0)
    person = Person(1, Pose(n / 15, keypoints), Prediction(n / 15, share), activity)
    return Observation(frame, (person,), activity, zones=(Occupancy(SOFA, False, 0.0),))


def family_observation(n: int) -> Observation:
    t = n / 15
    seen = crowd.crowd(crowd.family(t), np.full((480, 640, 3), 200, np.uint8), t)
    return replace(seen, fall_alarm=FallAlarm("confirmed", t - 5, 3, "hall", "lies"), zones=(Occupancy(SOFA, True, t),))


SOFA = Zone("sofa", ((0.2, 0.5), (0.45, 0.5), (0.45, 0.95), (0.2, 0.9)), rest=True)


def dancing_observation(n: int) -> Observation:
    seen = live_observation(n)
    activity = replace(seen.activity, label="dancing")
    return replace(seen, activity=activity, people=(replace(seen.people[0], activity=activity),))


@contextmanager
def running_view(
    token_file: Path | None = None,
    *,
    image: bool = False,
    labels: Sequence[str] = LABELS,
    observation: Callable[[int], Observation] = live_observation,
    port: int = 0,
) -> Iterator[Client]:
    """Serve a live view that is fed fifteen times a second."""
    health = {"fps": 15.0, "dropped": 0, "stages_ms": {"pose": 12.0}}
    live = LiveView(labels, lambda: health, background=("other",), keep_image=image)
    access = access_to("127.0.0.1", (), token_file)
    ended = threading.Event()

    def feed() -> None:
        for n in count():
            live.emit(observation(n))
            if ended.wait(1 / 15):
                return

    feeding = threading.Thread(target=feed)
    feeding.start()
    try:
        with serving.served(lambda stop: LivePages(live, access, stop).app(), port=port) as client:
            yield client
    finally:
        ended.set()
        feeding.join()


def test_without_the_daemon_nothing_lasts_on() -> None:
    """The page says that it is not connected, and what was last known does not grow older as if it was still seen."""
    with opened_browser() as browser:
        page = browser.new_page()
        with running_view() as client:
            page.goto(client.url)
            page.locator("#hour-title", has_text="The last 5 minutes").wait_for()
        page.locator("#state", has_text="not connected").wait_for()
        page.locator("main.past").wait_for()
        known = page.locator("#since").text_content()
        page.wait_for_timeout(3000)
        assert page.locator("#since").text_content() == known
        assert page.evaluate("getComputedStyle(document.getElementById('figures')).opacity") == "0.5"


def test_without_frames_nothing_lasts_on() -> None:
    """A camera that hangs adds nothing to what was seen last, in the legend of the time line as elsewhere."""
    ahead_s = [0.0]
    live = LiveView(LABELS, dict, clock=lambda: time.monotonic() + ahead_s[0])
    access = access_to("127.0.0.1", (), None)
    with serving.served(lambda stop: LivePages(live, access, stop).app()) as client, opened_browser() as browser:
        for n in range(75):
            live.emit(live_observation(n))
        ahead_s[0] = 11.0
        page = browser.new_page()
        page.goto(client.url)
        page.locator("#legend li").first.wait_for()
        page.locator("#state", has_text="no frame lately").wait_for()
        page.wait_for_timeout(7000)
        assert page.locator("#legend .number").all_text_contents() == ["2 s", "2 s", "1 s"]


def test_a_network_that_falls_silent_is_noticed() -> None:
    """Wi-Fi that is lost ends no connection: the page says all the same that it is not connected, and comes back."""
    with running_view() as client, hushable.network(client) as network, opened_browser() as browser:
        page = browser.new_page()
        page.goto(network.client.url)
        page.locator("#state", has_text="live").wait_for()
        page.locator('img[src^="blob:"]').wait_for()
        network.hushed.set()
        page.locator("#state", has_text="not connected").wait_for(timeout=30_000)
        page.locator("main.past").wait_for()
        network.hushed.clear()
        page.locator("#state", has_text="live").wait_for()
        before = page.locator("#picture").get_attribute("src")
        wait_until(page, "before => document.querySelector('.stage img').src !== before", before)


def test_a_view_that_starts_again_may_have_another_model() -> None:
    """A page that stays open shows the labels of the model that is in use, without being loaded again by a person."""
    with opened_browser() as browser:
        page = browser.new_page()
        said = complaints(page)
        with running_view() as client:
            page.goto(client.url)
            page.locator("#state", has_text="live").wait_for()
        with running_view(labels=("dancing",), observation=dancing_observation, port=client.port):
            page.locator("#activity", has_text="dancing").wait_for()
            page.locator("#bars li", has_text="dancing").wait_for()
        assert not [words for words in said if "undefined" in words]


def test_another_token_is_asked_for(tmp_path: Path) -> None:
    """A page whose token holds no more leads to where it is asked for, in place of being not connected permanently."""
    tokens = tmp_path / "one", tmp_path / "other"
    for token_file in tokens:
        token_file.write_text(f"{TOKEN}{token_file.name}\n")
    with opened_browser() as browser:
        page = browser.new_page()
        with running_view(tokens[0]) as client:
            page.goto(client.url)
            page.get_by_label("Token").fill(f"{TOKEN}one")
            page.get_by_role("button").click()
            page.locator("#state", has_text="live").wait_for()
        with running_view(tokens[1], port=client.port):
            page.get_by_label("Token").wait_for()


def test_a_link_on_another_page_finds_a_viewer_logged_in(tmp_path: Path) -> None:
    """The token is given once, whichever way the page is opened: from a dashboard of another host, too."""
    (tmp_path / "token").write_text(TOKEN)
    with running_view(tmp_path / "token") as client, opened_browser() as browser:
        page = browser.new_page()
        page.goto(client.url)
        page.get_by_label("Token").fill(TOKEN)
        page.get_by_role("button").click()
        page.locator("#state", has_text="live").wait_for()
        page.goto(f"http://localhost:{client.port}/login")
        page.evaluate("address => location.assign(address)", client.url)
        page.wait_for_url(f"{client.url}**")
        assert page.url == client.url


def test_a_page_whose_server_has_no_time_tries_again(clips: Client) -> None:
    """A first answer that does not come is said in words, and asked for until it does."""
    with opened_browser() as browser:
        page = browser.new_page()
        page.route("**/api/setup", lambda route: route.fulfill(status=503, body="Too many requests at once"))
        page.goto(clips.url)
        page.locator("#trouble", has_text="does not answer").wait_for()
        page.unroute("**/api/setup")
        page.locator("#limits", has_text="At most").wait_for()
        assert page.locator("#trouble").is_hidden()


def test_a_page_that_was_open_over_an_upgrade_is_loaded_again(clips: Client) -> None:
    """Seen again, it is that of the haredge that runs; while that is the same, the page stays as it is."""
    with opened_browser() as browser:
        page = browser.new_page()
        page.goto(clips.url)
        page.locator("#limits", has_text="At most").wait_for()
        page.evaluate("document.body.id = 'before'")
        with page.expect_response("**/api/setup"):
            _set_hidden(page, hidden=False)
        setup = clips.get("/api/setup").json
        page.route("**/api/setup", lambda route: route.fulfill(json=setup | {"version": "later"}))
        assert page.locator("#before").count() == 1
        _set_hidden(page, hidden=False)
        page.locator("#before").wait_for(state="detached")
        page.locator("#limits", has_text="At most").wait_for()


def test_pages_that_are_not_in_view_let_go_of_their_connections() -> None:
    """A browser has six to a server: tabs left open would keep the next from being loaded. Seen again, it goes on."""
    with running_view() as client, opened_browser() as browser:
        page = browser.new_page()
        page.goto(client.url)
        page.locator("#state", has_text="live").wait_for()
        _set_hidden(page, hidden=True)
        page.locator("#state", has_text="connecting").wait_for()
        _set_hidden(page, hidden=False)
        page.locator("#state", has_text="live").wait_for()


def _set_hidden(page: Any, *, hidden: bool) -> None:
    """Make a page take itself for one behind others: without a window a browser shows all of its pages."""
    page.evaluate(
        """hidden => {
            Object.defineProperty(document, "hidden", { configurable: true, get: () => hidden });
            document.dispatchEvent(new Event("visibilitychange"));
        }""",
        hidden,
    )


def test_a_viewer_who_is_refused_is_told_why() -> None:
    """A view that has too many viewers is there, and pages that are closed make room; the image says it of itself."""
    with running_view() as client, opened_browser() as browser, ExitStack() as streams:
        for _ in range(EVENT_STREAMS[1]):
            streams.enter_context(client.stream("/api/events"))
        for _ in range(IMAGE_STREAMS[1]):
            streams.enter_context(client.stream("/api/images"))
        page = browser.new_page()
        page.goto(client.url)
        page.locator("#state", has_text="too many pages open at your address").wait_for()
        page.locator("#no-picture", has_text="Too many viewers from this address: close one first.").wait_for()
        streams.close()
        page.locator("#state", has_text="live").wait_for()
        page.locator("#no-picture").wait_for(state="hidden")


def test_detection_that_was_switched_off_is_no_trouble() -> None:
    """The page says so, in place of missing frames, and what was seen last does not last on."""
    live = LiveView(LABELS, dict)
    access = access_to("127.0.0.1", (), None)
    with serving.served(lambda stop: LivePages(live, access, stop).app()) as client, opened_browser() as browser:
        live.emit(live_observation(0))
        live.pause()
        page = browser.new_page()
        page.goto(client.url)
        page.locator("#state:not(.bad)", has_text="detection is off").wait_for()
        page.locator("main.past").wait_for()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", WIDTHS)
def test_the_live_view_moves(tmp_path: Path, width: str, scheme: str) -> None:
    """Activity, numbers, timeline and image change by themselves; nothing is asked of any other server."""
    with running_view() as client, opened_browser() as browser:
        page = browser.new_page()
        said, asked = complaints(page), foreign(page, client.host)
        page.set_viewport_size(dict(zip(("width", "height"), WIDTHS[width], strict=True)))
        page.emulate_media(color_scheme=scheme)
        page.goto(client.url)
        for label in LABELS:
            page.locator("#activity", has_text=label).wait_for()
        page.locator("#state", has_text="live").wait_for()
        page.locator("#bars li").nth(2).wait_for()
        page.locator("#figures dd", has_text="15.0").wait_for()
        page.locator("#spans rect").nth(2).wait_for(state="attached")
        assert page.locator("#of-camera").is_hidden()
        images = {page.locator("#picture").screenshot() for _ in range(6)}
        assert len(images) > 1
        page.get_by_text("As a table").click()
        page.locator("#rows tr").nth(1).wait_for()
        shot(page, tmp_path / "live.png")
        assert not asked
        assert not said


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", WIDTHS)
def test_four_people_are_shown_side_by_side(tmp_path: Path, width: str, scheme: str) -> None:
    """Each with number, activity, zone and fall, a bar and a row of the time line; nothing lies over anything else."""
    with running_view(labels=crowd.LABELS, observation=family_observation) as client, opened_browser() as browser:
        page = browser.new_page()
        said = complaints(page)
        page.set_viewport_size(dict(zip(("width", "height"), WIDTHS[width], strict=True)))
        page.emulate_media(color_scheme=scheme)
        page.goto(client.url)
        page.locator("#people li").nth(3).wait_for()
        page.locator("#spans rect").nth(3).wait_for(state="attached")
        lines = page.locator("#people li").all_inner_texts()
        assert [line.split()[:2] for line in lines] == [
            ["1", "Walking"],
            ["2", "Unknown"],
            ["3", "Falling"],
            ["4", "Sitting"],
        ]
        assert "no activity: other 41 %" in lines[1]
        assert "fall" in lines[2]
        assert "hall" in lines[2]
        assert page.locator("#people .fall").count() == 1
        assert page.get_by_role("alert").inner_text() == "fall, person 3, hall"
        assert page.locator(".zone.rest.occupied").count() == 1
        assert page.locator("#bars li").first.locator("rect").count() == 4
        assert page.locator("#strip-people .chip").count() == 4
        boxes = page.locator("#people li > *").evaluate_all(
            "all => all.map(each => each.getBoundingClientRect().toJSON())"
        )
        assert not any(overlap(a, b) for a, b in combinations(boxes, 2))
        shot(page, tmp_path / "four.png")
        assert not said


def overlap(a: Any, b: Any) -> bool:
    across = min(a["x"] + a["width"], b["x"] + b["width"]) - max(a["x"], b["x"])
    down = min(a["y"] + a["height"], b["y"] + b["height"]) - max(a["y"], b["y"])
    return bool(across > 1 and down > 1)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_colours_of_the_readers_own_choice_hide_nothing(tmp_path: Path, clips: Client, scheme: str) -> None:
    """High contrast, as Windows has it: how far work has come, and whether a switch is on, can still be seen."""
    with running_view(image=True) as view, opened_browser(forced_colors="active", color_scheme=scheme) as browser:
        page = browser.new_page()
        page.goto(view.url)
        switch = page.locator("#of-camera")
        off = pixels(switch, tmp_path / "off.png")
        switch.check()
        assert np.abs(pixels(switch, tmp_path / "on.png") - off).mean() > 5
        page.goto(clips.url)
        page.locator("#pose option").first.wait_for(state="attached")
        page.evaluate("document.getElementById('working').hidden = false")
        bar = page.locator("#progress")
        shares = []
        for share in (0.2, 0.8):
            bar.evaluate("(bar, share) => { bar.value = share; }", share)
            shares.append(pixels(bar, tmp_path / "bar.png"))
        assert np.abs(shares[0] - shares[1]).mean() > 5


def pixels(part: Any, path: Path) -> Any:
    """Return a screenshot of a part of a page."""
    part.screenshot(path=str(path))
    return np.asarray(cv2.imread(str(path)), np.float32)


@pytest.mark.parametrize(("width", "letters"), [(320, "100%"), (360, "200%")], ids=["narrow", "large letters"])
def test_nothing_sticks_out_sideways(clips: Client, width: int, letters: str) -> None:
    """On the narrowest phones, and with letters of twice the size, a page is read by scrolling in one direction."""
    with running_view(labels=crowd.LABELS, observation=family_observation) as view, opened_browser() as browser:
        page = browser.new_page()
        page.set_viewport_size({"width": width, "height": 640})
        for client, ready in ((view, "#people li"), (clips, "#pose option")):
            page.goto(client.url)
            page.locator(ready).first.wait_for(state="attached")
            page.evaluate("letters => document.documentElement.style.fontSize = letters", letters)
            if client is view:
                page.get_by_role("button", name="Edit zones").click()
                page.locator("#list summary").click()
                page.locator("#scale span").first.wait_for()
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), client.url


@pytest.mark.parametrize("width", [320, 390])
def test_tables_fit_a_phone(tmp_path: Path, clips: Client, width: int) -> None:
    """Their last columns are in view, with times of the day as long as "11:45:00 AM", too."""
    with running_view() as view, opened_browser(locale="en-US", viewport={"width": width, "height": 700}) as browser:
        page = browser.new_page()
        page.goto(view.url)
        page.locator("#list summary").click()
        page.locator("#rows tr").nth(2).wait_for()
        assert page.evaluate(TABLES_FIT)
        page.goto(clips.url)
        page.locator("#pose option").first.wait_for(state="attached")
        frames = [installed.person(arms_up=n > 30) for n in range(60)]
        page.set_input_files("#file", str(installed.film(tmp_path / "video.mp4", frames)))
        page.locator("#rows tr", has_text="%").first.wait_for()
        assert page.evaluate(TABLES_FIT)


TABLES_FIT = "[...document.querySelectorAll('.table')].every(table => table.scrollWidth <= table.clientWidth)"


@pytest.mark.parametrize("touch", [False, True], ids=["mouse", "finger"])
def test_a_zone_is_drawn_and_copied(tmp_path: Path, touch: bool) -> None:
    """Corner by corner, named and given a meaning; what is copied is a configuration that haredge accepts."""
    options = {"has_touch": touch, "permissions": ["clipboard-read", "clipboard-write"]}
    with running_view(image=True) as client, opened_browser(**options) as browser:
        page = browser.new_page()
        said = complaints(page)
        page.set_viewport_size(dict(zip(("width", "height"), WIDTHS["phone" if touch else "desk"], strict=True)))
        page.goto(client.url)
        page.locator(".zone").wait_for()
        page.get_by_role("button", name="Edit zones").click()
        page.get_by_role("button", name="New zone").click()
        place = page.locator("#zones").bounding_box()

        def at(x: float, y: float) -> tuple[float, float]:
            return place["x"] + x * place["width"], place["y"] + y * place["height"]

        for corner in ((0.6, 0.2), (0.9, 0.2), (0.9, 0.5), (0.6, 0.5), (0.6, 0.2)):
            (page.touchscreen.tap if touch else page.mouse.click)(*at(*corner))
        assert page.locator(".corner").count() == 4
        page.locator("#zone-list .chosen input").fill("the tv")
        page.locator("#zone-hint", has_text="1 to 40 letters").wait_for()
        assert page.get_by_role("button", name="Copy").is_disabled()
        page.locator("#zone-list .chosen input").fill("tv")
        page.locator("#zone-list .chosen select").select_option("ignore")
        page.locator(".corner").nth(2).focus()
        page.keyboard.press("ArrowLeft")
        if not touch:
            page.mouse.move(*at(0.6, 0.5))
            page.mouse.down()
            page.mouse.move(*at(0.7, 0.6), steps=3)
            page.mouse.up()
        shot(page, tmp_path / "zones.png")
        page.get_by_role("button", name="Copy").click()
        page.locator("#zone-copied", has_text="Copied").wait_for()
        copied = tmp_path / "config.yaml"
        copied.write_text(page.evaluate("navigator.clipboard.readText()"))
        zones = load(copied).zones
        assert list(zones) == ["sofa", "tv"]
        assert (zones["sofa"].polygon, zones["sofa"].rest) == (SOFA.polygon, True)
        assert zones["tv"].ignore
        last = (0.6, 0.5) if touch else (0.7, 0.6)
        drawn = [(0.6, 0.2), (0.9, 0.2), (0.89, 0.5), last]
        np.testing.assert_allclose(zones["tv"].polygon, drawn, atol=0.006)
        assert not said


def edit_zones(page: Any, client: Client) -> None:
    """Open the live page on a desk, and its editor of zones."""
    page.set_viewport_size(dict(zip(("width", "height"), WIDTHS["desk"], strict=True)))
    page.goto(client.url)
    page.locator(".zone").wait_for()
    page.get_by_role("button", name="Edit zones").click()


def click_corners(page: Any, *corners: tuple[float, float], clicks: int = 1) -> None:
    """Click at places of the image, in shares of it."""
    place = page.locator("#zones").bounding_box()
    for x, y in corners:
        page.mouse.click(place["x"] + x * place["width"], place["y"] + y * place["height"], click_count=clicks)


def test_a_zone_that_crosses_itself_is_not_copied() -> None:
    """The page says so in words, before the file is written; a zone can be deleted."""
    with running_view() as client, opened_browser() as browser:
        page = browser.new_page()
        edit_zones(page, client)
        page.get_by_role("button", name="New zone").click()
        click_corners(page, (0.6, 0.2), (0.9, 0.5), (0.9, 0.2), (0.6, 0.5))
        page.get_by_role("button", name="Done").click()
        page.locator("#zone-hint", has_text="crosses itself").wait_for()
        assert page.get_by_role("button", name="Copy").is_disabled()
        page.get_by_role("button", name="Delete zone_1").click()
        assert page.get_by_role("button", name="Copy").is_enabled()
        assert page.locator("#zone-yaml").input_value().startswith("zones:\n  sofa:\n    polygon: [[0.2, 0.5]")


OUTLINES = (
    ((0.1, 0.1), (0.9, 0.1), (0.9, 0.9)),
    ((0.1, 0.1), (0.9, 0.1), (0.9, 0.9), (0.9, 0.9)),
    ((0.1, 0.1), (0.1, 0.1), (0.9, 0.9)),
    ((0.1, 0.1), (0.5, 0.5), (0.9, 0.9)),
    ((0.1, 0.1), (0.101, 0.1), (0.101, 0.101)),
    ((0.1, 0.1), (0.9, 0.1), (0.5, 0.1), (0.5, 0.9)),
    ((0.75, 0.0), (0.5, 0.0), (0.25, 0.0), (0.5, 0.75), (1.0, 0.0)),
    ((0.1, 0.1), (0.9, 0.9), (0.9, 0.1), (0.1, 0.9)),
    ((0.1, 0.1), (0.9, 0.1), (0.5, 0.5), (0.9, 0.9), (0.1, 0.9), (0.5, 0.5)),
)
"""Some may be a zone's, some not: corners at one place, on a line, edges that fold back, cross, go straight on."""


def test_the_page_finds_in_a_zone_what_config_check_finds() -> None:
    """What can be copied is accepted from config.yaml, and what is accepted can be copied."""
    with running_view() as client, opened_browser() as browser:
        page = browser.new_page()
        page.goto(client.url)
        judge = """async (outlines) => {
          const { mistakeIn } = await import("./static/outline.js");
          return outlines.map((corners) => mistakeIn("zone", corners));
        }"""
        found = page.evaluate(judge, OUTLINES)
        assert [bool(words) for words in found] == [mistake_in(corners) is not None for corners in OUTLINES], found


def test_what_is_shown_are_the_zones_that_hold() -> None:
    """A double click adds one corner; who closes the editor sees the zones that hold, and keeps the others."""
    with running_view() as client, opened_browser() as browser:
        page = browser.new_page()
        edit_zones(page, client)
        page.get_by_role("button", name="New zone").click()
        click_corners(page, (0.6, 0.2), (0.9, 0.2), (0.9, 0.5), clicks=2)
        assert page.locator(".corner").count() == 3
        page.get_by_role("button", name="Done").click()
        assert page.locator(".zone-name").all_text_contents() == ["sofa", "zone_1"]
        page.get_by_role("button", name="Close").click()
        assert page.locator(".zone-name").all_text_contents() == ["sofa"]
        page.get_by_role("button", name="Edit zones").click()
        assert page.locator(".zone-name").all_text_contents() == ["sofa", "zone_1"]


def test_the_keyboard_keeps_its_corner() -> None:
    """Who moves a corner with the arrow keys goes on when a person enters a zone, and when a corner is removed."""

    def in_and_out(n: int) -> Observation:
        return replace(live_observation(n), zones=(Occupancy(SOFA, n // 5 % 2 == 1, 0.0),))

    with running_view(observation=in_and_out) as client, opened_browser() as browser:
        page = browser.new_page()
        edit_zones(page, client)
        page.get_by_role("button", name="Edit sofa").click()
        page.locator(".corner").nth(3).focus()
        for occupied in (".occupied", ":not(.occupied)"):
            page.locator(f".zone{occupied}").wait_for()
        page.keyboard.press("ArrowLeft")
        page.keyboard.press("Delete")
        page.keyboard.press("ArrowLeft")
        assert "[[0.2, 0.5], [0.45, 0.5], [0.44, 0.95]]" in page.locator("#zone-yaml").input_value()


def test_a_zone_that_was_left_half_drawn_goes_on() -> None:
    """Who closes the editor after two corners draws on when the zone is chosen again."""
    with running_view() as client, opened_browser() as browser:
        page = browser.new_page()
        edit_zones(page, client)
        page.get_by_role("button", name="New zone").click()
        click_corners(page, (0.6, 0.2), (0.9, 0.2))
        page.get_by_role("button", name="Close").click()
        page.get_by_role("button", name="Edit zones").click()
        page.get_by_role("button", name="Edit zone_1").click()
        click_corners(page, (0.9, 0.5))
        page.get_by_role("button", name="Done").click()
        assert page.get_by_role("button", name="Copy").is_enabled()


def test_a_zone_is_drawn_by_keyboard_alone() -> None:
    """It begins as a square, whose first corner has the focus; so has that of a zone that is chosen by keyboard."""
    with running_view() as client, opened_browser() as browser:
        page = browser.new_page()
        page.goto(client.url)
        page.locator(".zone").wait_for()
        for name in ("Edit zones", "New zone"):
            page.get_by_role("button", name=name).press("Enter")
        page.keyboard.press("ArrowLeft")
        assert "[[0.39, 0.4], [0.6, 0.4], [0.6, 0.6], [0.4, 0.6]]" in page.locator("#zone-yaml").input_value()
        page.get_by_role("button", name="Edit sofa").press("Enter")
        page.keyboard.press("ArrowLeft")
        assert "[[0.19, 0.5], [0.45, 0.5], " in page.locator("#zone-yaml").input_value()
        assert page.get_by_role("button", name="Copy").is_enabled()


def test_the_editor_says_that_no_further_zone_may_be() -> None:
    """Why "New zone" cannot be pressed any more is said; with one deleted it can."""
    with running_view() as client, opened_browser() as browser:
        page = browser.new_page()
        edit_zones(page, client)
        for _ in range(31):
            page.get_by_role("button", name="New zone").press("Enter")
        page.locator("#zone-hint:not(.bad)", has_text="These are 32 zones, as many as there may be").wait_for()
        assert page.get_by_role("button", name="New zone").is_disabled()
        page.get_by_role("button", name="Delete zone_31").press("Enter")
        page.locator("#zone-hint", has_text="A person is in a zone").wait_for()
        assert page.get_by_role("button", name="New zone").is_enabled()


def test_a_name_that_is_selected_is_replaced_by_what_is_typed() -> None:
    """Tab selects a zone's name, and chooses that zone, which leaves the selection as it is."""
    with running_view() as client, opened_browser() as browser:
        page = browser.new_page()
        edit_zones(page, client)
        page.get_by_role("button", name="Pause").press("Tab")
        page.keyboard.type("couch")
        assert page.locator("#zone-list .chosen input").input_value() == "couch"
        assert "  couch:\n" in page.locator("#zone-yaml").input_value()


def test_zones_of_someone_else_are_not_copied_over_unseen() -> None:
    """If config.yaml changes under an open editor, the page says so, and begins with those zones when opened again.

    What was copied here, and has arrived in config.yaml, is no one else's.
    """
    live = LiveView(LABELS, dict)
    access = access_to("127.0.0.1", (), None)

    def hold(n: int, *zones: Zone) -> None:
        live.emit(replace(live_observation(n), zones=tuple(Occupancy(zone, False, 0.0) for zone in zones)))

    hold(0, SOFA)
    with serving.served(lambda stop: LivePages(live, access, stop).app()) as client, opened_browser() as browser:
        page = browser.new_page()
        page.goto(client.url)
        page.get_by_role("button", name="Edit zones").click()
        page.get_by_role("button", name="New zone").press("Enter")
        page.get_by_role("button", name="Copy").click()
        square = Zone("zone_1", ((0.4, 0.4), (0.6, 0.4), (0.6, 0.6), (0.4, 0.6)))
        hold(1, square, SOFA)
        page.locator("#zone-copied:empty").wait_for(state="attached")
        page.locator("#zone-hint:not(.bad)").wait_for()
        hold(2, replace(SOFA, name="bed"))
        page.locator("#zone-hint.bad", has_text="other zones").wait_for()
        page.get_by_role("button", name="Close").click()
        page.get_by_role("button", name="Edit zones").click()
        assert page.locator(".zone-name").all_text_contents() == ["bed"]


def test_zones_that_no_one_has_copied_are_not_lost_unasked() -> None:
    """The browser asks before such a page is left or loaded again, and does not where there is nothing to lose."""
    with running_view() as client, opened_browser() as browser:
        page = browser.new_page()
        asked: list[str] = []

        def leave(dialog: Any) -> None:
            asked.append(dialog.type)
            dialog.accept()

        page.on("dialog", leave)
        page.goto(client.url)
        page.locator(".zone").wait_for()
        page.get_by_role("button", name="Edit zones").click()
        page.reload()
        page.locator(".zone").wait_for()
        assert not asked
        for copy in (False, True):
            page.get_by_role("button", name="Edit zones").click()
            page.get_by_role("button", name="New zone").press("Enter")
            if copy:
                page.get_by_role("button", name="Copy").click()
                page.locator("#zone-copied", has_text="Copied").wait_for()
            page.get_by_role("button", name="Close").click()
            page.reload()
            page.locator(".zone").wait_for()
            assert asked == ["beforeunload"]


def test_zones_that_are_not_known_yet_are_not_copied_as_none() -> None:
    """Before the first frame the page does not know the zones, and what it would give to copy would delete them."""
    live = LiveView(LABELS, dict)
    access = access_to("127.0.0.1", (), None)
    with serving.served(lambda stop: LivePages(live, access, stop).app()) as client, opened_browser() as browser:
        page = browser.new_page()
        page.goto(client.url)
        page.locator("#state", has_text="waiting for the camera").wait_for()
        assert page.get_by_role("button", name="Edit zones").is_disabled()
        live.emit(live_observation(0))
        page.locator(".zone").wait_for()
        page.get_by_role("button", name="Edit zones").click()
        assert "sofa" in page.locator("#zone-yaml").input_value()


def test_the_image_is_shown_when_it_is_allowed_and_asked_for() -> None:
    """Black at first; the switch shows the room; a pause holds the image."""
    with running_view(image=True) as client, opened_browser() as browser:
        page = browser.new_page()
        page.goto(client.url)
        shown = page.locator("#picture")

        def pixels() -> np.ndarray:
            return np.asarray(cv2.imdecode(np.frombuffer(shown.screenshot(), np.uint8), cv2.IMREAD_COLOR))

        def corner() -> int:
            return int(pixels()[20:40, 40:60].mean())

        page.locator("#state", has_text="live").wait_for()
        assert corner() < 30
        page.get_by_role("switch", name="Show the camera's image").click()
        while corner() < 150:
            page.wait_for_timeout(100)
        page.get_by_role("button", name="Pause").click()
        page.get_by_role("button", name="Continue").wait_for()
        page.wait_for_function(
            "() => document.images.picture.src.startsWith('blob:') && document.images.picture.complete"
        )
        # The browser blends the round corners again each time.
        assert len({pixels()[20:-20, 20:-20].tobytes() for _ in range(3)}) == 1


def test_a_token_is_asked_for_refused_and_accepted(tmp_path: Path) -> None:
    """With the keyboard alone; and again after leaving."""
    (tmp_path / "token").write_text(TOKEN)
    with running_view(tmp_path / "token") as client, opened_browser() as browser:
        page = browser.new_page()
        page.goto(client.url)
        for typed in ("wrong", TOKEN):
            assert page.url.endswith("/login")
            page.get_by_label("Token").wait_for()
            page.keyboard.type(typed)
            page.keyboard.press("Enter")
            if typed == "wrong":
                page.get_by_role("alert").get_by_text("That is not the token.").wait_for()
                shot(page, tmp_path / "login.png")
        page.locator("#state", has_text="live").wait_for()
        page.get_by_role("button", name="Log out").click()
        page.get_by_label("Token").wait_for()
        page.goto(client.url)
        assert page.url.endswith("/login")


@pytest.fixture
def clips(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Client]:
    """Serve the page to try a clip, with small real models."""
    installed.pose_model(tmp_path / "models")
    installed.activity_model(tmp_path / "models")
    installed.still_model(tmp_path / "models")
    (tmp_path / "work").mkdir()
    monkeypatch.chdir(tmp_path)
    made = Clips(tmp_path / "work", working(None, Limits()), Limits())
    choice = Choice(["dots"], {"arms": installed.LABELS}, {"colours": installed.STILL_LABELS})
    access = access_to("127.0.0.1", (), None)
    with serving.served(lambda stop: ClipPages(made, choice, access, stop).app()) as client:
        yield client


@pytest.mark.parametrize("width", WIDTHS)
def test_a_clip_is_sent_watched_and_kept(tmp_path: Path, clips: Client, width: str) -> None:
    """With a progress bar and the time left; the video plays, a row leads into it, and it can be downloaded."""
    video = installed.film(
        tmp_path / "video.mp4", [installed.person(arms_up=n > 200, size=(480, 640)) for n in range(400)]
    )
    with opened_browser(accept_downloads=True) as browser:
        page = browser.new_page()
        said, asked = complaints(page), foreign(page, clips.host)
        page.set_viewport_size(dict(zip(("width", "height"), WIDTHS[width], strict=True)))
        page.goto(clips.url)
        shot(page, tmp_path / "choose.png")
        with page.expect_file_chooser() as chooser:
            page.get_by_role("button", name="Choose a file").press("Enter")
        chooser.value.set_files(str(video))
        page.locator("#left", has_text="left").wait_for()
        shot(page, tmp_path / "progress.png")
        page.locator("#rows tr", has_text="arms up").wait_for()
        shot(page, tmp_path / "result.png")
        page.get_by_role("button", name="Play from").last.click()
        while page.evaluate("document.getElementById('video').currentTime") < 13.5:
            page.wait_for_timeout(100)
        with page.expect_download() as download:
            page.get_by_role("link", name="Download the video").click()
        kept = tmp_path / download.value.suggested_filename
        download.value.save_as(kept)
        assert kept.stem == "video.annotated"
        assert cv2.VideoCapture(str(kept)).get(cv2.CAP_PROP_FRAME_COUNT) == 400
        page.get_by_role("button", name="Try another one").click()
        while [path for path in serving.below(tmp_path / "work") if path.is_file()]:
            page.wait_for_timeout(100)
        assert not asked
        assert not said


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", WIDTHS)
def test_an_image_is_sent_and_shown(tmp_path: Path, clips: Client, width: str, scheme: str) -> None:
    """With a row for each person beside it; without a person it says so; a video then shows its own result again."""
    cv2.imwrite(str(tmp_path / "us.png"), installed.person(arms_up=False, size=(480, 640)))
    cv2.imwrite(str(tmp_path / "room.png"), installed.nobody())
    with opened_browser(accept_downloads=True) as browser:
        page = browser.new_page()
        said, asked = complaints(page), foreign(page, clips.host)
        page.set_viewport_size(dict(zip(("width", "height"), WIDTHS[width], strict=True)))
        page.emulate_media(color_scheme=scheme)
        page.goto(clips.url)
        page.locator("#pose option").first.wait_for(state="attached")
        page.set_input_files("#file", str(tmp_path / "us.png"))
        page.locator("#found tr").first.wait_for()
        page.wait_for_function("() => document.images.image.naturalWidth > 0")
        assert page.locator("#found .chip").count() == page.locator("#found tr").count()
        assert page.locator("#of-video").is_hidden()
        assert page.locator("#nobody").is_hidden()
        assert page.locator("#image").get_attribute("alt").startswith("person 1: ")
        shot(page, tmp_path / "image.png")
        with page.expect_download() as download:
            page.get_by_role("link", name="Download the image").click()
        assert download.value.suggested_filename == "us.recognised.jpg"
        page.get_by_role("button", name="Try another one").click()
        page.set_input_files("#file", str(tmp_path / "room.png"))
        page.locator("#nobody", has_text="No person was detected in this image").wait_for()
        assert page.locator("#found tr").count() == 1
        page.get_by_role("button", name="Try another one").click()
        video = installed.film(tmp_path / "video.mp4", [installed.person(arms_up=False)] * 20)
        page.set_input_files("#file", str(video))
        page.locator("#rows tr").first.wait_for()
        assert page.locator("#of-image").is_hidden()
        assert not asked
        assert not said


def test_what_is_not_a_video_is_answered_in_words(tmp_path: Path, clips: Client) -> None:
    """And the page is ready for another one."""
    (tmp_path / "text.mp4").write_text("no video\n" * 100)
    (tmp_path / "empty.mp4").touch()
    with opened_browser() as browser:
        page = browser.new_page()
        page.goto(clips.url)
        page.locator("#pose option").first.wait_for(state="attached")
        for name, words in (("text.mp4", "This is not a video"), ("empty.mp4", "This file is empty")):
            page.set_input_files("#file", str(tmp_path / name))
            page.get_by_role("alert").get_by_text(words).wait_for()
            page.get_by_role("button", name="Choose a file").wait_for()


def test_what_is_to_be_known_of_a_result_is_announced(tmp_path: Path, clips: Client) -> None:
    """A screen reader says that a video was cut short, and that no person was detected in it."""
    whole = installed.film(tmp_path / "video.avi", [installed.nobody()] * 60, codec="MJPG").read_bytes()
    with opened_browser() as browser:
        page = browser.new_page()
        page.goto(clips.url)
        page.locator("#pose option").first.wait_for(state="attached")
        video = {"name": "video.avi", "mimeType": "video/avi", "buffer": whole[: len(whole) // 2]}
        page.set_input_files("#file", files=[video])
        page.get_by_role("alert").filter(has_text="cut short").wait_for()
        page.get_by_role("alert").filter(has_text="No person was detected").wait_for()


def test_a_clip_is_given_up_and_a_closed_tab_leaves_nothing(tmp_path: Path, clips: Client) -> None:
    """By its button, or by closing the page while it is worked on."""
    video = installed.film(tmp_path / "video.mp4", [installed.person(arms_up=True, size=(480, 640))] * 900)
    with opened_browser() as browser:
        for leave in ("cancel", "close"):
            page = browser.new_page()
            page.goto(clips.url)
            page.locator("#pose option").first.wait_for(state="attached")
            page.set_input_files("#file", str(video))
            page.locator("#stage", has_text="Working on the video").wait_for()
            if leave == "cancel":
                page.get_by_role("button", name="Cancel").click()
                page.get_by_role("button", name="Choose a file").wait_for()
            else:
                page.close(run_before_unload=True)
            waiting = browser.new_page()
            while [path for path in serving.below(tmp_path / "work") if path.is_file()]:
                waiting.wait_for_timeout(100)


def test_a_page_that_was_away_comes_back_to_its_clip(tmp_path: Path, clips: Client) -> None:
    """Refused for a moment, or dropped from memory by a phone; a clip that is gone meanwhile is said to be."""
    video = installed.film(tmp_path / "video.mp4", [installed.person(arms_up=True, size=(480, 640))] * 400)
    with opened_browser() as browser:
        page = browser.new_page()
        page.route("**/events", lambda route: route.fulfill(status=503, body="Too many viewers"))
        page.goto(clips.url)
        page.locator("#pose option").first.wait_for(state="attached")
        page.set_input_files("#file", str(video))
        page.locator("#left", has_text="connection lost, trying again").wait_for()
        page.unroute("**/events")
        page.locator("#stage", has_text="Working on the video").wait_for()
        clip = page.evaluate("sessionStorage.getItem('clip')")
        again = browser.new_page()
        again.goto(clips.url)
        again.locator("#limits", has_text="At most").wait_for()
        again.evaluate("clip => sessionStorage.setItem('clip', clip)", clip)
        again.reload()
        again.locator("#rows tr").first.wait_for()
        page.locator("#rows tr").first.wait_for()
        assert clips.ask("DELETE", f"/api/clips/{clip}").status == 204
        again.locator("#trouble", has_text="no longer has this result: it was started again, or").wait_for()
        assert again.evaluate("sessionStorage.getItem('clip')") is None


def test_the_webcam_can_be_used(clips: Client) -> None:
    """What a browser records is a video like any other."""
    with opened_browser(permissions=["camera"]) as browser:
        page = browser.new_page()
        page.goto(clips.url)
        page.get_by_role("button", name="Use the webcam").click()
        page.get_by_role("button", name="Record").click()
        page.locator("#recorded", has_text="2 of 30 s").wait_for()
        page.get_by_role("button", name="Stop and send").click()
        page.locator("#rows tr").first.wait_for()
        while not page.evaluate("document.getElementById('video').videoWidth"):
            page.wait_for_timeout(100)


def test_who_is_logged_out_meanwhile_is_asked_for_the_token(tmp_path: Path) -> None:
    """A file that is sent once the login has expired leads there, and not to a message without a way on."""
    (tmp_path / "token").write_text(TOKEN)
    (tmp_path / "work").mkdir()
    made = Clips(tmp_path / "work", working(None, Limits()), Limits())
    access = access_to("127.0.0.1", (), tmp_path / "token")
    choice = Choice(["dots"], {"arms": installed.LABELS})
    with (
        serving.served(lambda stop: ClipPages(made, choice, access, stop).app()) as client,
        opened_browser() as browser,
    ):
        page = browser.new_page()
        page.goto(client.url)
        page.get_by_label("Token").fill(TOKEN)
        page.get_by_role("button").click()
        page.locator("#limits", has_text="At most").wait_for()
        browser.clear_cookies()
        page.set_input_files("#file", files=[{"name": "a.mp4", "mimeType": "video/mp4", "buffer": b"x"}])
        page.get_by_label("Token").wait_for()


DROP = """(names) => {
  const dropped = new DragEvent("drop", { cancelable: true, bubbles: true });
  const files = names.map((name) => new File(["x"], name));
  const unreadable = Object.assign(new File(["x"], "folder"), {
    slice: () => ({ arrayBuffer: () => Promise.reject(new DOMException("", "NotReadableError")) }),
  });
  Object.defineProperty(dropped, "dataTransfer", { value: { files: files.length ? files : [unreadable] } });
  document.dispatchEvent(dropped);
}"""
"""Drops files with these names, or else one that cannot be read, as a folder, or a file in a cloud."""


def test_what_is_dropped_and_cannot_be_sent_is_told(clips: Client) -> None:
    """Several files at once; what cannot be read, which a browser would report as it does a lost connection."""
    with opened_browser() as browser:
        page = browser.new_page()
        page.goto(clips.url)
        page.locator("#limits", has_text="At most").wait_for()
        page.evaluate(DROP, ["a.mp4", "b.mp4"])
        page.locator("#trouble", has_text="One file at a time").wait_for()
        page.evaluate(DROP, [])
        page.locator("#trouble", has_text="cannot read this file").wait_for()
        assert page.get_by_role("button", name="Choose a file").is_visible()


def test_a_file_that_is_dropped_on_a_result_is_the_next(tmp_path: Path, clips: Client) -> None:
    """It is sent in place of being passed over without a word."""
    cv2.imwrite(str(tmp_path / "room.png"), installed.nobody())
    with opened_browser() as browser:
        page = browser.new_page()
        page.goto(clips.url)
        page.locator("#limits", has_text="At most").wait_for()
        page.set_input_files("#file", str(tmp_path / "room.png"))
        page.locator("#result").wait_for()
        page.evaluate(DROP, ["a.mp4"])
        page.locator("#trouble", has_text="This is not a video").wait_for()


def test_a_webcam_that_is_unplugged_before_it_records_is_told(clips: Client) -> None:
    """In place of a button that does nothing."""
    with opened_browser(permissions=["camera"]) as browser:
        page = browser.new_page()
        page.goto(clips.url)
        page.get_by_role("button", name="Use the webcam").click()
        page.get_by_role("button", name="Record").wait_for()
        page.evaluate("document.getElementById('preview').srcObject.getTracks()[0].dispatchEvent(new Event('ended'))")
        page.locator("#trouble", has_text="The webcam is gone").wait_for()
        assert page.get_by_role("button", name="Choose a file").is_visible()


SLOW_WEBCAMS = """() => {
  const devices = navigator.mediaDevices, ask = devices.getUserMedia.bind(devices);
  window.tracks = [];
  devices.getUserMedia = async (wanted) => {
    const stream = await ask(wanted);
    window.tracks.push(...stream.getTracks());
    await new Promise((allowed) => addEventListener("allow", allowed));
    return stream;
  };
}"""
"""Notes each webcam that is opened, and hands it over once a person has allowed it: at the event "allow"."""

OPEN_WEBCAMS = "window.tracks.filter((track) => track.readyState === 'live').length"


def test_a_webcam_that_is_not_used_is_closed(tmp_path: Path, clips: Client) -> None:
    """Asked for twice, or allowed once a file is on its way, no webcam stays on, and the file's progress is shown."""
    video = installed.exercise_film(tmp_path / "wave.mp4")
    with opened_browser(permissions=["camera"]) as browser:
        page = browser.new_page()
        page.goto(clips.url)
        page.locator("#limits", has_text="At most").wait_for()
        page.evaluate(SLOW_WEBCAMS)
        for _ in range(2):
            page.get_by_role("button", name="Use the webcam").click()
        wait_until(page, "window.tracks.length === 2")
        page.evaluate("dispatchEvent(new Event('allow'))")
        page.get_by_role("button", name="Record").wait_for()
        assert page.evaluate(OPEN_WEBCAMS) == 1
        page.get_by_role("button", name="Cancel").click()
        assert page.evaluate(OPEN_WEBCAMS) == 0
        page.get_by_role("button", name="Use the webcam").click()
        wait_until(page, "window.tracks.length === 3")
        page.set_input_files("#file", str(video))
        page.locator("#working").wait_for()
        page.evaluate("dispatchEvent(new Event('allow'))")
        page.locator("#result").wait_for()
        assert page.evaluate(OPEN_WEBCAMS) == 0
