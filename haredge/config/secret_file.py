"""Files that hold a secret: a password, a token."""

from __future__ import annotations

import errno
from pathlib import Path
from typing import Final

from haredge.core.regular_file import read_regular

MAX_BYTES: Final = 4000
"""What is longer is another file; a device or a pipe would give bytes without end."""


COPIES: Final = Path("/run/credentials")
"""Where systemd puts a service's copies of secrets, in a folder for each service, while it runs."""

ORIGINALS: Final = Path("/etc/haredge")
"""Where it takes them from; only root may read them."""


UNREADABLE: Final = "check its path, and whether this user may read it (sudo haredge doctor)"
"""What to do about a secret that cannot be read."""


def at_hand(path: Path, copies: Path = COPIES, originals: Path = ORIGINALS) -> Path:
    """Return where a secret can be read: in place of a service's copy that is gone, where that was made from.

    So `haredge doctor`, `haredge config check` and `haredge mqtt forget` do as root what they are asked, also if the
    service has ended. Raises OSError if it cannot be known whether there is a copy.
    """
    gone = path.parent.parent == copies and not path.exists()
    return originals / path.name if gone else path


def read_secret(path: Path) -> str:
    """Return the first line of a small text file, empty if there is none.

    Raises OSError, with words in ``strerror``, if the file is missing, may not be read, is not a regular file of at
    most :data:`MAX_BYTES`, or is not a UTF-8 text.
    """
    try:
        text = read_regular(at_hand(path), MAX_BYTES).decode("utf-8-sig")
    except UnicodeDecodeError:
        raise OSError(errno.EILSEQ, "it is not a UTF-8 text file", str(path)) from None
    first = text.partition("\n")[0].rstrip("\r")
    if not all(letter.isprintable() or letter == "\t" for letter in first):
        raise OSError(errno.EILSEQ, "its first line has a character that cannot be printed", str(path))
    return first
