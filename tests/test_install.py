"""Promises of scripts/install.sh and uninstall.sh, shown many machines: what they would do on each.

The machine is a folder of files and a folder of programs that come first on the PATH; the scripts are the real ones.
What they then really do is tried on whole machines by scripts/board.
"""

from __future__ import annotations

import configparser
import fcntl
import os
import re
import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from haredge.version import __version__

ROOT = Path(__file__).parents[1]


@dataclass
class Machine:
    """What install.sh examines."""

    folder: Path
    architecture: str = "arm64"
    processor: str = "aarch64"
    glibc: str = "2.36"
    python: str = "3.11"
    model: str = ""
    system: str = "Debian GNU/Linux 12 (bookworm)"
    raspberry_pi_os: bool = False
    cameras: tuple[str, ...] = ()
    systemd: int = 252
    groups: tuple[str, ...] = ("video", "render")
    installed: tuple[str, ...] = field(default=())
    """Debian packages that are there already."""

    def __post_init__(self) -> None:
        """Put the machine up."""
        self._file("root/etc/os-release", f'PRETTY_NAME="{self.system}"\n')
        (self.folder / "root/opt").mkdir()
        if self.model:
            self._file("root/proc/device-tree/model", f"{self.model}\0")
        if self.raspberry_pi_os:
            self._file("root/etc/rpi-issue", "Raspberry Pi reference\n")
        for number, name in enumerate(self.cameras):
            self._file(f"root/sys/class/video4linux/video{number}/name", f"{name}\n")
        packages = "|".join(self.installed) or "none"
        self._program("dpkg", f"echo {self.architecture}")
        self._program("dpkg-query", f'case "$*" in *" "{packages}) echo install ok installed;; *) exit 1;; esac')
        self._program("uname", f"echo {self.processor}")
        self._program("getconf", f"echo glibc {self.glibc}")
        self._program("python3", f"echo {self.python}")
        self._program("systemctl", f"echo 'systemd {self.systemd} ({self.systemd}.1)'; echo +PAM")
        self._program("getent", f'case "$2" in {"|".join(self.groups)}) ;; *) exit 2;; esac')
        for other in ("3.10", "3.11", "3.12", "3.13", "3.14"):
            self._program(f"python{other}", "exit 127")

    def _file(self, name: str, text: str) -> Path:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        return path

    def _program(self, name: str, script: str) -> None:
        self._file(f"bin/{name}", f"#!/bin/sh\n{script}\n").chmod(0o755)

    def has_python(self, version: str) -> None:
        """Add a Python beside the system's."""
        self._program(f"python{version}", f"echo {version}")

    def run(self, script: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run one of the scripts as a dry run."""
        return self._run(script, "--dry-run", *arguments)

    def run_as_root(self, script: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run one of the scripts in earnest, below the machine's folder, as a user who is taken for root."""
        self._program("id", "echo 0")
        return self._run(script, *arguments)

    def _run(self, script: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        path = f"{self.folder / 'bin'}:{os.environ['PATH']}"
        return subprocess.run(
            [ROOT / "scripts" / script, *arguments],
            env={"PATH": path, "HAREDGE_ROOT": str(self.folder / "root")},
            capture_output=True,
            text=True,
            check=False,
        )

    def plan(self) -> str:
        """Return what install.sh would do and what it says, which must go well."""
        done = self.run("install.sh")
        assert done.returncode == 0, done.stderr
        return done.stdout + done.stderr

    def refusal(self) -> str:
        """Return why install.sh refuses, having planned nothing."""
        done = self.run("install.sh")
        assert done.returncode == 1
        assert "would run" not in done.stdout
        return done.stderr


JETSON = {"glibc": "2.27", "python": "3.6", "cameras": ("vi-output, imx219 7-0010",)}
RASPBERRY_PI = {"model": "Raspberry Pi 4 Model B Rev 1.4", "raspberry_pi_os": True}


def test_a_dry_run_changes_nothing(tmp_path: Path) -> None:
    """Not a file: it prints."""
    machine = Machine(tmp_path)
    before = sorted(tmp_path.rglob("*"))
    plan = machine.plan()
    assert plan.endswith("install: nothing was done, as --dry-run was asked for\n")
    assert "install: done" not in plan
    assert sorted(tmp_path.rglob("*")) == before


def test_a_version_is_named_by_number_and_content(tmp_path: Path) -> None:
    """People see in /opt/haredge/versions what is installed, and another number is another folder."""
    assert re.search(rf"opt/haredge/versions/{re.escape(__version__)}-[0-9a-f]{{8}}\b", Machine(tmp_path).plan())


def test_debian_gets_an_environment_of_its_own(tmp_path: Path) -> None:
    """Pinned wheels, numpy among them, and none of the system's Python packages."""
    plan = Machine(tmp_path, architecture="amd64", processor="x86_64", python="3.13", glibc="2.41").plan()
    assert "x86_64 machine" in plan
    assert "--require-hashes" in plan
    assert "requirements/64-bit.txt" in plan
    assert "requirements/numpy.txt" in plan
    assert "requirements/web.txt" in plan
    assert "--system-site-packages" not in plan


def test_a_raspberry_pi_keeps_apts_numpy(tmp_path: Path) -> None:
    """picamera2 is built for it: no other is installed, and the environment sees the system's packages."""
    plan = Machine(tmp_path, **RASPBERRY_PI, cameras=("unicam-image",)).plan()  # type: ignore[arg-type]
    assert "Raspberry Pi 4 Model B Rev 1.4, Raspberry Pi OS (Debian GNU/Linux 12 (bookworm))" in plan
    assert "-m venv --system-site-packages" in plan
    assert "requirements/numpy.txt" not in plan
    assert "python3-picamera2" in plan
    assert "source: csi" in plan


def test_a_raspberry_pi_with_a_usb_camera_needs_no_picamera2(tmp_path: Path) -> None:
    """A Pi's own codecs and the camera's second node are no cameras."""
    cameras = ("bcm2835-codec-decode", "HD Webcam: HD Webcam", "HD Webcam: HD Webcam Metadata", "bcm2835-isp")
    plan = Machine(tmp_path, **RASPBERRY_PI, cameras=cameras).plan()  # type: ignore[arg-type]
    assert "python3-picamera2" not in plan
    assert "source: 1" in plan


def test_32_bits_take_numpy_opencv_and_yaml_from_apt(tmp_path: Path) -> None:
    """Shown by its programs: such a system may run on a 64-bit kernel."""
    plan = Machine(tmp_path, architecture="armhf", **RASPBERRY_PI).plan()  # type: ignore[arg-type]
    for package in ("python3-numpy", "python3-opencv", "python3-yaml"):
        assert package in plan
    assert "requirements/32-bit.txt" in plan
    assert "requirements/web.txt" in plan
    assert "requirements/64-bit.txt" not in plan


def test_a_jetson_nano_gets_a_python_from_uv(tmp_path: Path) -> None:
    """With the last interpreter that its glibc can load, and its camera through GStreamer."""
    machine = Machine(
        tmp_path,
        glibc="2.27",
        python="3.6",
        model="NVIDIA Jetson Nano Developer Kit",
        system="Ubuntu 18.04.6 LTS",
        cameras=("vi-output, imx219 7-0010",),
    )
    plan = machine.plan()
    assert "python install --quiet --no-bin 3.10" in plan
    assert "cpython-3.10-linux-aarch64-gnu/bin/python3 -m venv" in plan
    assert "requirements/old-glibc.txt" in plan
    assert "requirements/web.txt" in plan
    assert "source: gst:nvarguscamerasrc" in plan
    assert re.search(r"would run: check_sha256 \S+ [0-9a-f]{64}\n", plan)


def test_an_old_systemd_gets_what_it_lacks(tmp_path: Path) -> None:
    """JetPack's 237: the system calls that it can name, a state folder, secrets and no group that is not there."""
    plan = Machine(tmp_path, glibc="2.27", python="3.6", systemd=237, groups=("video",)).plan()
    for unit, state in (("haredge.service", "haredge"), ("haredge@.service", "haredge-%i")):
        written = plan.split(f"write {tmp_path}/root/etc/systemd/system/{unit}.d/old-systemd.conf [Service]")[1]
        lines = written.split("would run")[0].splitlines()
        assert "SystemCallFilter=" in lines
        assert f"Environment=STATE_DIRECTORY=/var/lib/{state}" in lines
        assert f"Environment=RUNTIME_DIRECTORY=/run/{state}" in lines
        assert any(line.startswith("ExecStartPre=+") for line in lines)
        assert f"--reference=/var/lib/private/{state} " in written
        assert (
            f"{unit}.d/no-render-group.conf [Service]\nSupplementaryGroups=\nSupplementaryGroups=video haredge-config\n"
            in plan
        )


def test_ubuntu_20_lacks_credentials_only(tmp_path: Path) -> None:
    """Its systemd 245 knows the rest."""
    plan = Machine(tmp_path, glibc="2.31", python="3.8", systemd=245).plan()
    assert "ExecStartPre=+" in plan
    assert "SystemCallFilter" not in plan


def test_a_present_systemd_takes_the_unit_as_it_is(tmp_path: Path) -> None:
    """No drop-in at all."""
    assert ".conf" not in Machine(tmp_path, systemd=247).plan()


def test_packages_that_are_there_are_not_fetched(tmp_path: Path) -> None:
    """A machine that has them needs no package index of Debian's."""
    assert "apt-get" in Machine(tmp_path / "a").plan()
    assert "apt-get" not in Machine(tmp_path / "b", installed=("python3-venv",)).plan()


def test_another_python_is_taken_where_the_systems_has_no_wheels(tmp_path: Path) -> None:
    """And only that one."""
    machine = Machine(tmp_path, python="3.15", glibc="2.43")
    machine.has_python("3.13")
    assert "would run: python3.13 -m venv" in machine.plan()


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({"python": "3.15", "glibc": "2.43"}, "no TFLite interpreter for Python 3.15"),
        ({"architecture": "armhf", "python": "3.13", "system": "Debian GNU/Linux 13 (trixie)"}, "install the 64-bit"),
        ({"architecture": "armhf", "processor": "armv6l"}, "ARMv6"),
        ({"architecture": "riscv64", "processor": "riscv64"}, "no TFLite interpreter exists for it"),
        ({"glibc": "2.24", "python": "3.5"}, "too old"),
        ({"architecture": "amd64", "processor": "x86_64", "glibc": "2.27", "python": "3.6"}, "too old"),
    ],
)
def test_what_cannot_be_served_is_reported(tmp_path: Path, facts: dict[str, str], words: str) -> None:
    """In one line that says why, and before anything is done."""
    refusal = Machine(tmp_path, **facts).refusal()  # type: ignore[arg-type]
    assert words in refusal
    assert len(refusal.splitlines()) == 1


@pytest.mark.parametrize("script", ["install.sh", "uninstall.sh"])
def test_an_unknown_argument_is_refused(tmp_path: Path, script: str) -> None:
    """Rather than passed over: it may have been meant as --dry-run."""
    done = Machine(tmp_path).run(script, "--dry-rnu")
    assert done.returncode == 1
    assert "unknown argument: --dry-rnu" in done.stderr


def test_uninstall_keeps_the_configuration_unless_asked(tmp_path: Path) -> None:
    """And says so."""
    machine = Machine(tmp_path)
    kept, purged = machine.run("uninstall.sh"), machine.run("uninstall.sh", "--purge")
    assert "/opt/haredge" in kept.stdout
    assert "/etc/haredge " not in kept.stdout
    assert kept.stderr == purged.stderr == "uninstall: nothing was done, as --dry-run was asked for\n"
    done = machine.run_as_root("uninstall.sh")
    assert done.stderr.endswith("are still there (--purge removes them too)\n")
    assert purged.stdout.splitlines()[-1].endswith("root/etc/haredge")
    assert "/var/lib/haredge" in purged.stdout


@pytest.mark.parametrize("purge", [(), ("--purge",)])
def test_uninstall_keeps_what_a_user_changed_of_the_service(tmp_path: Path, purge: tuple[str, ...]) -> None:
    """By `systemctl edit haredge`: it is a part of the configuration. What install.sh has put beside it goes."""
    machine = Machine(tmp_path)
    folder = tmp_path / "root/etc/systemd/system/haredge.service.d"
    other = folder.with_name("haredge@.service.d")
    for path in (folder / "override.conf", folder / "jetson.conf", other / "old-systemd.conf"):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("[Service]\n")
    done = machine.run_as_root("uninstall.sh", *purge)
    assert done.returncode == 0, done.stderr
    left = [path.name for path in folder.parent.rglob("*.conf")]
    assert left == ([] if purge else ["override.conf"])
    assert not other.exists()


def test_the_configuration_is_not_for_every_user(tmp_path: Path) -> None:
    """It may get the password of a camera: the service reads it by a group, which further cameras' files inherit."""
    planned = Machine(tmp_path).plan()
    assert "groupadd --system haredge-config" in planned
    assert re.search(r"chgrp haredge-config \S+/etc/haredge \S+/etc/haredge/config.yaml", planned)
    for unit in (ROOT / "systemd").glob("*.service"):
        assert re.search(r"^SupplementaryGroups=.*\bharedge-config$", unit.read_text(), re.MULTILINE)


@pytest.mark.parametrize("facts", [{"groups": ("video",)}, {"model": "NVIDIA Jetson Nano Developer Kit", **JETSON}])
def test_every_drop_in_keeps_the_group_of_readers(tmp_path: Path, facts: dict[str, Any]) -> None:
    """A drop-in that lists the groups again lists this one, too."""
    planned = Machine(tmp_path, **facts).plan()
    assert re.findall("SupplementaryGroups=(.+)", planned) == ["video haredge-config"] * planned.count(
        "SupplementaryGroups=video"
    )
    assert "SupplementaryGroups=video" in planned


def test_purge_takes_what_was_installed_and_nothing_that_is_called_alike(tmp_path: Path) -> None:
    """The state of each camera that has a configuration or a service goes; another's haredge-backup stays."""
    machine = Machine(tmp_path)
    root = tmp_path / "root"
    for name in ("etc/haredge/config.yaml", "etc/haredge/hall.yaml", "opt/haredge/bin/haredge"):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text("")
    wants = root / "etc/systemd/system/multi-user.target.wants"
    wants.mkdir(parents=True)
    (wants / "haredge@attic.service").symlink_to("/etc/systemd/system/haredge@.service")
    for name in ("haredge", "haredge-hall", "haredge-attic", "haredge-backup"):
        (root / "var/lib/private" / name).mkdir(parents=True)
        (root / "var/lib" / name).symlink_to(f"private/{name}")
    done = machine.run_as_root("uninstall.sh", "--purge")
    assert done.returncode == 0, done.stderr
    left = {str(path.relative_to(root)) for path in (root / "var/lib").rglob("*")}
    assert left == {"var/lib/haredge-backup", "var/lib/private", "var/lib/private/haredge-backup"}
    assert not (root / "etc/haredge").exists()


def test_uninstall_waits_for_install(tmp_path: Path) -> None:
    """Neither works beside the other: the lock is one."""
    machine = Machine(tmp_path)
    (tmp_path / "root/run").mkdir()
    with (tmp_path / "root/run/haredge-install.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        done = machine.run_as_root("uninstall.sh")
    assert done.returncode == 1
    assert "is running: wait until it has ended" in done.stderr


def pinned(name: str) -> dict[str, str]:
    """Return the versions in a lock file; where there are several, the first."""
    text = (ROOT / "requirements" / f"{name}.txt").read_text()
    found = re.findall(r"^([a-z0-9.-]+)==(\S+)", text, re.MULTILINE)
    return dict(reversed(found))


@pytest.mark.parametrize(
    ("locks", "from_apt"),
    [
        (("64-bit", "numpy", "web"), {"tflite-runtime"}),
        (("old-glibc", "web"), {"ai-edge-litert"}),
        (("32-bit", "web"), {"ai-edge-litert", "numpy", "opencv-python-headless", "pyyaml"}),
    ],
)
def test_what_is_pinned_is_what_haredge_asks_for(locks: tuple[str, ...], from_apt: set[str]) -> None:
    """Each dependency of setup.cfg, the live view's too, is pinned once, to what it allows, or comes otherwise."""
    metadata = configparser.ConfigParser(interpolation=None)
    metadata.read(ROOT / "setup.cfg")
    pins = [pin for lock in locks for pin in pinned(lock).items()]
    versions = dict(pins)
    assert len(pins) == len(versions)
    needed = metadata["options"]["install_requires"] + metadata["options.extras_require"]["web"]
    for line in needed.strip().splitlines():
        asked = Requirement(line)
        name = canonicalize_name(asked.name)
        if name in from_apt or (name == "numpy" and asked.marker):
            continue
        assert asked.specifier.contains(versions[name]), f"{line}: {versions[name]}"


def test_every_pin_has_checksums() -> None:
    """Pip takes nothing whose bytes are not those that were pinned."""
    for path in (ROOT / "requirements").glob("*.txt"):
        if path.name != "uv.txt":
            pins = re.split(r"^(?=[a-z0-9.-]+==)", path.read_text(), flags=re.MULTILINE)[1:]
            assert pins
            assert all("--hash=sha256:" in pin for pin in pins), path
