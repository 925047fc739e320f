"""Promises of ``haredge doctor`` as a user calls it."""

from __future__ import annotations

import json
import socket
from pathlib import Path

import pytest

from haredge.cli import main

NAMES = ["system", "Python", "clock", "temperature", "power", "disk", "memory", "configuration"]


def test_a_wrong_configuration_fails_and_the_rest_is_reported(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """What needs no configuration is still checked; what does is left out."""
    path = tmp_path / "config.yaml"
    path.write_text("camrea: 1\n")
    assert main(["doctor", "--config", str(path), "--json"]) == 1
    checks = json.loads(capsys.readouterr().out)
    assert [check["name"] for check in checks] == NAMES
    assert checks[-1]["status"] == "fail"
    assert f"{path}:1: camrea: unknown key" in checks[-1]["words"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("view: {enabled: true, host: 0.0.0.0}", "listening on 0.0.0.0 opens the pages to others"),
        ("view: {enabled: true, token_file: gone}", "cannot read the token in "),
        ("webhook: {secret_file: gone}", "webhook.secret_file = "),
        ("activity: {thresholds: {fallin: 0.5}}", "activity.thresholds.fallin: the model everyday has no such label"),
    ],
)
def test_a_configuration_that_the_daemon_would_refuse_fails(
    text: str, said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Not only its keys and values; the rest is examined all the same, as it could be read."""
    pytest.importorskip("starlette")
    path = tmp_path / "config.yaml"
    path.write_text(f"{text}\n")
    assert main(["doctor", "--offline", "--config", str(path), "--json"]) == 1
    failed, *others = [check for check in json.loads(capsys.readouterr().out) if check["name"] not in NAMES[:-1]]
    assert (failed["name"], failed["status"]) == ("configuration", "fail")
    assert failed["words"].startswith(f"{path}:1: {said}")
    assert "activity model" in [check["name"] for check in others]


def test_a_screen_has_a_line_for_each_check(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Status, name, words; a missing model is named with its path, and fails."""
    path = tmp_path / "config.yaml"
    path.write_text("pose: {model: ./none.tflite}\n")
    assert main(["doctor", "--config", str(path), "--offline"]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert any(line.startswith("fail  pose model") and "none.tflite" in line for line in lines)
    assert all(line[:6].strip() in {"ok", "warn", "fail", ""} for line in lines)
    assert any(line.startswith("ok    runtime") for line in lines)


def test_offline_leaves_out_what_may_be_away(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Neither camera nor broker: what an installer can judge by."""
    path = tmp_path / "config.yaml"
    path.write_text("source: /dev/video99\nmqtt: {host: no.such.host.invalid}\n")
    main(["doctor", "--config", str(path), "--offline", "--json"])
    names = [check["name"] for check in json.loads(capsys.readouterr().out)]
    assert names == [*NAMES, "runtime", "video", "pose model", "activity model", "still model"]


def test_without_a_camera_and_a_broker_both_fail(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Each with its own words, one not hiding the other."""
    path = tmp_path / "config.yaml"
    path.write_text("source: /dev/video99\nmqtt: {host: 127.0.0.1, port: 1}\n")
    assert main(["doctor", "--config", str(path), "--json"]) == 1
    status = {check["name"]: check["status"] for check in json.loads(capsys.readouterr().out)}
    assert (status["camera"], status["broker"]) == ("fail", "fail")


def outside(path: Path, text: str, capsys: pytest.CaptureFixture[str]) -> dict[str, dict[str, str]]:
    """Run doctor with a configuration, a synthetic person before the camera; return its checks by name."""
    path.write_text(f'source: "test:"\n{text}\n')
    main(["doctor", "--config", str(path), "--json"])
    return {check["name"]: check for check in json.loads(capsys.readouterr().out)}


def test_events_to_a_web_address_need_no_broker(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Where only the webhook is configured, its server is what is tried, without an event; a broker is but missed."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        url = f"http://127.0.0.1:{server.getsockname()[1]}/path-that-is-a-secret"
        checks = outside(tmp_path / "config.yaml", f"webhook: {{url: {url}}}\nmqtt: {{port: 1}}", capsys)
        connection, _ = server.accept()
        with connection:
            assert connection.recv(1) == b"", "nothing is posted"
    assert (checks["webhook"]["status"], checks["broker"]["status"]) == ("ok", "warn")
    assert "needs none" in checks["broker"]["remedy"]
    assert "secret" not in checks["webhook"]["words"]


def test_a_webhook_whose_server_is_away_fails(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """And so does a broker that is named, webhook or not."""
    text = "webhook: {url: http://127.0.0.1:1/x}\nmqtt: {host: 127.0.0.1, port: 1}"
    checks = outside(tmp_path / "config.yaml", text, capsys)
    assert (checks["webhook"]["status"], checks["broker"]["status"]) == ("fail", "fail")
    assert checks["webhook"]["words"].startswith("http://127.0.0.1:1: no answer: Connection refused")


def test_the_shipped_models_pass(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """Their golden windows are answered as measured, by this interpreter."""
    path = tmp_path / "config.yaml"
    path.write_text("")
    main(["doctor", "--config", str(path), "--offline", "--json"])
    status = {check["name"]: check for check in json.loads(capsys.readouterr().out)}
    for name in ("pose model", "activity model"):
        assert status[name]["status"] == "ok", status[name]
