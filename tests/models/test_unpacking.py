"""Copying a model out of an archive from any source: what it brings lies in the folder given, or is refused."""

from __future__ import annotations

import gzip
import io
import random
import stat
import tarfile
import tempfile
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from haredge.core.errors import ModelError
from haredge.models.unpacking import MOST_BYTES, MOST_FILES, is_archive, take_out, unpack

Pack = Callable[[Path, Mapping[str, bytes]], Path]

FILES = {"model.tflite": b"network" * 1000, "manifest.json": b"{}"}


def zipped(path: Path, files: Mapping[str, bytes] = FILES) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return path


def tarred(path: Path, files: Mapping[str, bytes] = FILES, *others: tarfile.TarInfo) -> Path:
    with tarfile.open(path, "w:gz", compresslevel=1) as archive:
        for name, content in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
        for member in others:
            archive.addfile(member)
    return path


def other(name: str, kind: bytes, target: str = "") -> tarfile.TarInfo:
    member = tarfile.TarInfo(name)
    member.type, member.linkname = kind, target
    return member


def outcome(source: Path, folder: Path) -> str:
    try:
        return f"{len(unpacked(source, folder))} files"
    except ModelError as error:
        return str(error)


def unpacked(source: Path, folder: Path) -> dict[str, bytes]:
    folder.mkdir()
    unpack(source, folder)
    return {path.name: path.read_bytes() for path in folder.iterdir()}


@pytest.mark.parametrize("pack", [zipped, tarred])
@pytest.mark.parametrize("above", ["", "gym/", "./", "./gym/"])
def test_an_archive_of_a_folder_or_of_its_files(pack: Pack, above: str, tmp_path: Path) -> None:
    """Archives are made in either way, and are recognised by their content, whatever their names are."""
    archive = pack(tmp_path / "x", {f"{above}{name}": content for name, content in FILES.items()})
    assert is_archive(archive)
    assert unpacked(archive, tmp_path / "out") == FILES


def test_folders_that_an_archive_names_are_no_files(tmp_path: Path) -> None:
    """Most programs list the folder itself too."""
    zipped(tmp_path / "x", {"gym/": b"", "gym/model.tflite": b"n"})
    assert unpacked(tmp_path / "x", tmp_path / "out") == {"model.tflite": b"n"}
    tarred(tmp_path / "y", {"gym/model.tflite": b"n"}, other("gym", tarfile.DIRTYPE))
    assert unpacked(tmp_path / "y", tmp_path / "out2") == {"model.tflite": b"n"}


def test_a_folder_is_copied(tmp_path: Path) -> None:
    """A model folder that is not packed is taken file by file; what lies deeper is refused and not left out."""
    (tmp_path / "gym").mkdir()
    for name, content in FILES.items():
        (tmp_path / "gym" / name).write_bytes(content)
    assert unpacked(tmp_path / "gym", tmp_path / "out") == FILES
    (tmp_path / "gym/deeper").mkdir()
    with pytest.raises(ModelError, match="gym/deeper: a model is one folder of files"):
        unpacked(tmp_path / "gym", tmp_path / "out2")


def test_what_systems_leave_beside_files_is_passed_over(tmp_path: Path) -> None:
    """MacOS packs a second tree, and folders of a NAS or of Windows hold their own files."""
    beside = {"__MACOSX/gym/._model.tflite": b"", "gym/.DS_Store": b"", "gym/Thumbs.db": b"", "gym/@eaDir/x/y": b""}
    files = {f"gym/{name}": content for name, content in FILES.items()}
    for pack in (zipped, tarred):
        assert unpacked(pack(tmp_path / "x", beside | files), tmp_path / pack.__name__) == FILES
    for name, content in (beside | files).items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(content)
    assert unpacked(tmp_path / "gym", tmp_path / "out") == FILES


@pytest.mark.parametrize("name", ["/etc/x", "../x", "gym/../../x", "a/b/c", "..", "a\\b", "C:\\x"])
@pytest.mark.parametrize("pack", [zipped, tarred])
def test_files_that_would_lie_elsewhere_are_refused(pack: Pack, name: str, tmp_path: Path) -> None:
    """No archive reaches outside the folder, nor below it."""
    with pytest.raises(ModelError, match="lies elsewhere"):
        unpacked(pack(tmp_path / "x", {name: b"evil"}), tmp_path / "out")
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["out", "x"]


@pytest.mark.parametrize(
    "member",
    [
        other("x", tarfile.SYMTYPE, "/etc/passwd"),
        other("x", tarfile.LNKTYPE, "model.tflite"),
        other("x", tarfile.FIFOTYPE),
        other("x", tarfile.CHRTYPE),
    ],
    ids=["link", "hard link", "pipe", "device"],
)
def test_links_and_devices_are_refused(member: tarfile.TarInfo, tmp_path: Path) -> None:
    """Only plain files are taken."""
    with pytest.raises(ModelError, match="'x' is not a plain file"):
        unpacked(tarred(tmp_path / "a.tar.gz", FILES, member), tmp_path / "out")


def test_a_link_in_a_zip_is_refused(tmp_path: Path) -> None:
    """A zip can hold links too."""
    member = zipfile.ZipInfo("x")
    member.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr(member, "/etc/passwd")
    with pytest.raises(ModelError, match="'x' is not a plain file"):
        unpacked(tmp_path / "a.zip", tmp_path / "out")


@pytest.mark.slow
@pytest.mark.parametrize("pack", [zipped, tarred])
def test_what_is_packed_to_nothing_is_refused(pack: Pack, tmp_path: Path) -> None:
    """A small archive that would fill the disk ends at the bound."""
    archive = pack(tmp_path / "x", {"model.tflite": bytes(MOST_BYTES + 1)})
    assert archive.stat().st_size < 2_000_000
    with pytest.raises(ModelError, match="too large: a model has at most 128 MiB"):
        unpacked(archive, tmp_path / "out")


@pytest.mark.slow
def test_headers_that_are_packed_to_nothing_are_refused(tmp_path: Path) -> None:
    """A header, which is read before any file, is bounded too."""
    header = other("x", tarfile.GNUTYPE_LONGNAME)
    header.size = 300 << 20
    with gzip.open(tmp_path / "x", "wb", compresslevel=1) as file:
        file.write(header.tobuf(tarfile.GNU_FORMAT))
        for _ in range(300):
            file.write(bytes(1 << 20))
    with pytest.raises(ModelError, match=r"damaged archive: .*more than 128 MiB"):
        unpacked(tmp_path / "x", tmp_path / "out")


@pytest.mark.parametrize("pack", [zipped, tarred])
@pytest.mark.parametrize(
    ("files", "message"),
    [
        ({str(n): b"" for n in range(MOST_FILES + 1)}, "one folder of at most 64 files; this has more"),
        ({"a/x": b"", "b/y": b""}, "one folder of files; 'b/y' lies in another"),
        ({"x": b"", "a/y": b""}, "one folder of files; 'a/y' lies in another"),
        ({"x": b"", "a" * 300: b""}, "a{90,}.* is too long a name"),
        ({"x": b"", "ä" * 150: b""}, "ä{90,}.* is too long a name"),
    ],
)
def test_more_than_one_folder_of_a_few_files_is_refused(
    pack: Pack, files: Mapping[str, bytes], message: str, tmp_path: Path
) -> None:
    """Number is bounded as size is, and two models are not mixed into one."""
    with pytest.raises(ModelError, match=message):
        unpacked(pack(tmp_path / "x", files), tmp_path / "out")


def test_a_file_that_comes_twice_is_refused(tmp_path: Path) -> None:
    """The second of two would replace the first."""
    with tarfile.open(tmp_path / "x", "w:gz") as archive:
        for _ in range(2):
            archive.addfile(tarfile.TarInfo("model.tflite"), io.BytesIO())
    with pytest.raises(ModelError, match=r"'model\.tflite' is in it twice"):
        unpacked(tmp_path / "x", tmp_path / "out")


def test_a_password_is_named(tmp_path: Path) -> None:
    """Not in the words of a library, for one who has the archive from somewhere else."""
    content = bytearray(zipped(tmp_path / "x").read_bytes())
    for start, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = -1
        while (at := content.find(start, at + 1)) >= 0:
            content[at + flags] |= 1
    (tmp_path / "x").write_bytes(content)
    with pytest.raises(ModelError, match=r"'model\.tflite' has a password: pack it without one"):
        unpacked(tmp_path / "x", tmp_path / "out")


@pytest.mark.parametrize("content", [b"", b"PK", b"TFL3", b"\x1c\0\0\0TFL3" + b"PK\x05\x06" + bytes(18)])
def test_what_is_no_archive(content: bytes, tmp_path: Path) -> None:
    """A network may end in a zip of its labels, as TFLite's metadata do, and is no archive for that."""
    (tmp_path / "x").write_bytes(content)
    assert not is_archive(tmp_path / "x")


@given(seed=st.integers(0, 2**32), pack=st.sampled_from([zipped, tarred]))
def test_a_damaged_archive_is_one_error(seed: int, pack: Pack) -> None:
    """However an archive is damaged, it gives the files or one line, never anything else."""
    rng = random.Random(seed)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        content = bytearray(pack(folder / "x", FILES).read_bytes())
        for _ in range(rng.randint(1, 4)):
            content[rng.randrange(4, len(content))] = rng.randrange(256)
        (folder / "x").write_bytes(content[: rng.randint(4, len(content))])
        assert "\n" not in outcome(folder / "x", folder / "out")


def test_one_file_is_taken_out_of_an_archive_in_an_archive(tmp_path: Path) -> None:
    """By its path in each; nothing else is written."""
    inner = zipped(tmp_path / "inner.zip", {"deep/net.tflite": b"network", "other": b"x"})
    outer = zipped(tmp_path / "outer.whl", {"inner.zip": inner.read_bytes()})
    take_out(outer, ("inner.zip", "deep/net.tflite"), tmp_path / "out")
    assert (tmp_path / "out").read_bytes() == b"network"
    take_out(inner, ("other",), tmp_path / "out")
    assert (tmp_path / "out").read_bytes() == b"x"


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        (("missing",), "the archive holds no missing"),
        (("inner.zip", "missing"), "the archive holds no missing in inner.zip"),
        (("text", "net"), "damaged archive"),
        (("bomb",), "too large: bomb has more than 128 MiB"),
    ],
)
def test_what_cannot_be_taken_out_is_one_line(tmp_path: Path, path: tuple[str, ...], reason: str) -> None:
    """A file that is missing, an archive that is none, and one that unpacks to more than a model has."""
    inner = zipped(tmp_path / "inner.zip")
    content = {"inner.zip": inner.read_bytes(), "text": b"no archive", "bomb": bytes(MOST_BYTES + 1)}
    with pytest.raises(ModelError, match=f"outer.whl: {reason}"):
        take_out(zipped(tmp_path / "outer.whl", content), path, tmp_path / "out")
    assert not (tmp_path / "out").exists()
