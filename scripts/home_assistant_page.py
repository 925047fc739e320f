"""Make docs/images/home-assistant.webp: the page of haredge's device in a real Home Assistant, 150 kB at most.

    sudo unshare --net sh -c 'ip link set lo up
        HAREDGE_HASS=ha/bin/hass .venv/bin/python scripts/home_assistant_page.py'

CONTRIBUTING.md says how to install Home Assistant, and what its pages need. It runs here with mosquitto, haredge's
daemon in front of the synthetic person, and Chromium, with the loopback alone: nothing else is reached, and nothing in
the page is drawn for the purpose.
"""

from __future__ import annotations

import json
import os
import shlex
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Any, Final
from urllib.error import URLError
from urllib.parse import urlencode
from urllib.request import Request, urlopen

ROOT: Final = Path(__file__).parents[1]
OUT: Final = ROOT / "docs" / "images" / "home-assistant.webp"
MOST_KB: Final = 150
QUALITY: Final = 80

HASS_PORT, BROKER_PORT = 8123, 18830
HOME: Final = f"http://127.0.0.1:{HASS_PORT}/"
PATIENCE_S: Final = 180.0

SOURCE: Final = "test:?seed=1&script=walking:4,waving:300"
SHOWN_WITH: Final = "Waving"
"""The activity with which the page is shown."""
WIDTH, HEIGHT = 1200, 2200
SIDEBAR_PX: Final = 256
"""Of the page's left edge, which is left out: Home Assistant's own menu."""
LAST_CARD: Final = "Events"
"""The page is shown down to this card; settings and diagnostics are below."""

DEVICE: Final = """
Object.values(document.querySelector("home-assistant")?.hass?.devices ?? {})
    .find((device) => device.manufacturer === "haredge")?.id
"""
"""The device's id, once the page knows it."""
NOW: Final = """
(activity) => document.querySelector("home-assistant").hass.states["sensor.kitchen_activity"].state === activity
"""
BOTTOM: Final = "(cards, name) => cards.find((card) => card.header === name).getBoundingClientRect().bottom"
MARGIN_PX: Final = 12
CHANGED: Final = "changed to"
"""In the list of what has happened, which comes last."""

HASS_CONFIGURATION: Final = f"""
homeassistant: {{name: Home, time_zone: UTC, country: GB, unit_system: metric}}
http: {{server_host: 127.0.0.1, server_port: {HASS_PORT}}}
frontend:
config:
automation:
history:
logbook:
logger: {{default: warning}}
"""
BROKER_ENTRY: Final = {
    "entry_id": "1",
    "version": 1,
    "domain": "mqtt",
    "title": "mosquitto",
    "source": "user",
    "data": {"broker": "127.0.0.1", "port": BROKER_PORT, "discovery": True},
}
HAREDGE_CONFIGURATION: Final = f"""
source: "{SOURCE}"
mqtt: {{host: 127.0.0.1, port: {BROKER_PORT}, node: kitchen, skeletons: true, discovery: {{area: Kitchen}}}}
"""


def main() -> int:
    """Run all of them, and take the screenshot."""
    with tempfile.TemporaryDirectory() as name, ExitStack() as running:
        folder = Path(name)
        run_broker(running, folder)
        run_hass(running, folder)
        tokens = signed_up()
        run_haredge(running, folder)
        states = f"{HOME}api/states"
        wait_for(lambda: shown(asked(states, token=tokens["access_token"])), f"haredge sees {SHOWN_WITH}")
        screenshot(tokens, folder / "page.png")
        command = ["ffmpeg", "-v", "error", "-y", "-i", str(folder / "page.png"), "-c:v", "libwebp"]
        subprocess.run([*command, "-quality", str(QUALITY), str(OUT)], check=True)
        complaints = [line for line in (folder / "hass.log").read_text().splitlines() if "mqtt" in line]
    size_kb = OUT.stat().st_size / 1000
    print(f"{OUT.relative_to(ROOT)}: {size_kb:.0f} kB", *complaints, sep="\n")
    return 0 if size_kb <= MOST_KB and not complaints else 1


def run_broker(running: ExitStack, folder: Path) -> None:
    """Run mosquitto."""
    config = folder / "mosquitto.conf"
    config.write_text(f"user root\nlistener {BROKER_PORT} 127.0.0.1\nallow_anonymous true\n")
    mosquitto = shutil.which("mosquitto", path=f"{os.environ['PATH']}:/usr/sbin") or "mosquitto"
    start(running, [mosquitto, "-c", str(config)], folder / "mosquitto.log")


def run_hass(running: ExitStack, folder: Path) -> None:
    """Run Home Assistant, which knows the broker, until it answers."""
    home = folder / "hass"
    (home / ".storage").mkdir(parents=True)
    (home / "configuration.yaml").write_text(HASS_CONFIGURATION)
    entries = {"version": 1, "minor_version": 1, "key": "core.config_entries", "data": {"entries": [BROKER_ENTRY]}}
    (home / ".storage" / "core.config_entries").write_text(json.dumps(entries))
    hass = shlex.split(os.environ.get("HAREDGE_HASS", "hass"))
    start(running, [*hass, "--config", str(home), "--skip-pip"], folder / "hass.log")
    wait_for(lambda: bool(asked(f"{HOME}api/onboarding")), "Home Assistant answers")


def run_haredge(running: ExitStack, folder: Path) -> None:
    """Run the daemon with a state folder of its own."""
    config = folder / "haredge.yaml"
    config.write_text(HAREDGE_CONFIGURATION)
    command = [sys.executable, "-m", "haredge", "--config", str(config)]
    start(running, command, folder / "haredge.log", {"STATE_DIRECTORY": str(folder)})


def start(running: ExitStack, command: Sequence[str], log: Path, environ: Mapping[str, str] | None = None) -> None:
    """Start a process that is ended when all is done; what it says goes into a file."""
    with log.open("wb") as out:
        environment = {**os.environ, **(environ or {})}
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=out, stderr=subprocess.STDOUT)
    running.callback(process.wait)
    running.callback(process.terminate)


def signed_up() -> dict[str, Any]:
    """Make the owner of the new Home Assistant, as its first page does, and return their tokens."""
    owner = {"client_id": HOME, "name": "Ada", "username": "ada", "password": os.urandom(8).hex(), "language": "en"}
    code = asked(f"{HOME}api/onboarding/users", json.dumps(owner).encode())["auth_code"]
    grant = {"grant_type": "authorization_code", "code": code, "client_id": HOME}
    tokens: dict[str, Any] = asked(f"{HOME}auth/token", urlencode(grant).encode())
    for step, answer in (("core_config", {}), ("analytics", {}), ("integration", {"redirect_uri": HOME})):
        body = json.dumps({"client_id": HOME, **answer} if answer else {}).encode()
        asked(f"{HOME}api/onboarding/{step}", body, tokens["access_token"])
    return tokens


def asked(url: str, body: bytes | None = None, token: str | None = None) -> Any:
    """Return what Home Assistant answers; raises OSError if it does not."""
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    with urlopen(Request(url, body, headers), timeout=60) as answer:  # noqa: S310  # a constant address
        return json.load(answer)


def shown(states: Sequence[Mapping[str, Any]]) -> bool:
    """Return whether the activity is the one to be shown, and all that comes once a minute has come."""
    now = {each["entity_id"]: each["state"] for each in states}
    times = ("image.kitchen_skeletons", "sensor.kitchen_last_movement")
    return now.get("sensor.kitchen_activity") == SHOWN_WITH and all(now[name].startswith("20") for name in times)


def wait_for(holds: Callable[[], bool], what: str) -> None:
    """Wait until something holds; what does not answer yet does not."""
    deadline = time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline:
        with suppress(URLError, ConnectionError):
            if holds():
                return
        time.sleep(0.5)
    raise SystemExit(f"home_assistant_page: waited {PATIENCE_S:.0f} s in vain: {what}")


def screenshot(tokens: Mapping[str, Any], out: Path) -> None:
    """Open the device's page as the owner, and take the part of it that is shown."""
    from playwright.sync_api import sync_playwright  # noqa: PLC0415

    expires_ms = round((time.time() + tokens["expires_in"]) * 1000)
    kept = json.dumps({**tokens, "hassUrl": HOME[:-1], "clientId": HOME, "expires": expires_ms})
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": WIDTH, "height": HEIGHT}, color_scheme="light", locale="en-GB")
        page.set_default_timeout(PATIENCE_S * 1000)
        page.add_init_script(f"localStorage.setItem('hassTokens', {json.dumps(kept)})")
        page.goto(HOME)
        device = page.wait_for_function(DEVICE).json_value()
        page.goto(f"{HOME}config/devices/device/{device}")
        page.get_by_text(CHANGED).first.wait_for()
        page.wait_for_timeout(5000)  # the cards are still growing
        bottom = page.locator("ha-device-entities-card").evaluate_all(BOTTOM, LAST_CARD)
        area: Any = {"x": SIDEBAR_PX, "y": 0, "width": WIDTH - SIDEBAR_PX, "height": bottom + MARGIN_PX}
        page.wait_for_function(NOW, arg=SHOWN_WITH)
        page.screenshot(path=str(out), clip=area)
        browser.close()


if __name__ == "__main__":
    sys.exit(main())
