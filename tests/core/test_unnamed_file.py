"""Promises of haredge.core.unnamed_file: there is one although no disk takes anything."""

from __future__ import annotations

import subprocess
import sys

import pytest

from haredge.core.unnamed_file import unnamed_file

WITHOUT_A_DISK = """
import resource
# As on a disk that is full, no byte can be written to any folder.
_, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
resource.setrlimit(resource.RLIMIT_FSIZE, (0, hard))
"""


def test_it_holds_what_is_written() -> None:
    """Text of another program, for one, which has it by its number."""
    with unnamed_file() as file:
        subprocess.run([sys.executable, "-c", "import sys; sys.exit('why')"], stderr=file, check=False)
        file.seek(0)
        assert file.read() == b"why\n"


@pytest.mark.skipif(sys.platform != "linux", reason="files in memory")
def test_it_needs_no_folder_that_can_be_written_to() -> None:
    """The daemon starts on a board whose SD card is full: its networks' lines are caught in such a file."""
    code = WITHOUT_A_DISK + "from haredge.core.unnamed_file import unnamed_file\nunnamed_file().close()"
    subprocess.run([sys.executable, "-c", code], check=True)
