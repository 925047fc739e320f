"""Look for retired words in prose: docstrings, comments, help, messages and documents. Prints the term to use.

    python scripts/words.py [PATH ...]

Without paths, the whole tree is checked. Names of code are not prose: keys, options,
and what stands in quotes of code stay.
"""

from __future__ import annotations

import ast
import io
import re
import sys
import textwrap
import tokenize
from collections.abc import Iterator
from pathlib import Path
from typing import Final

LEFT_OUT: Final = ("scripts/words.py", "build", "dist", "out")
"""What is not checked, beside hidden folders: the table below, and what is built."""

SUFFIXES: Final = {".py", ".md", ".sh", ".yaml", ".service"}
"""Of the files that people read."""

RETIRED: Final = {
    r"tell|tells|told|telling": "report, show, say, return",
    r"films?|filming|filmed": "video, record",
    r"pictures?": "image (frame, if it has a time)",
    r"whom|whoever": "who, anyone who",
    r"somebody|nobody|anybody|everybody": "a person, no person, anyone, everyone",
    r"learnt|taught|teach|teaches|lessons?": "learned, trained, distilled",
    r"anew|afresh": "again, from scratch",
    r"mend|mends|mended|mending": "fix, correct",
    r"lest|amiss|aright|rightly|wrongly": "correctly, incorrectly",
    r"kept aside|keep aside": "held out",
    r"one's own": "your own",
    r"for ever": "permanently, indefinitely",
    r"but for": "except",
    r"by hand": "manually",
    r"surest|surely": "most confident",
    r"drawn (person|people|figures?)": "synthetic person",
    r"courier|letters? that wait": "MQTT client, queued message",
    r"looks|looked at|look at|closer look": "pass, inference, check",
    r"(frames|looks|pictures) a second": "fps, per second",
    r"(is|are) (no|none) (text|time|picture|number|mapping|list)s?": "is not a ...",
    r"of (no )?use": "usable, unusable",
    r"sittings|(a|one|each) sitting(?! down)": "recording session",
    r"so (often|many|long) (times )?a": "N per ...",
    r"dial|hang up|hangs up": "connect, disconnect",
}
"""Words, and what is said instead."""

_CODE: Final = re.compile(r"```.*?```|``.*?``|`[^`\n]*`|^ {4,}.*?$|https?://\S+", re.DOTALL | re.MULTILINE)
_FOUND: Final = [
    (re.compile(rf"(?<![\w-])(?:{words})(?![\w-]|\.\w)", re.IGNORECASE), use) for words, use in RETIRED.items()
]


def prose_of_python(text: str) -> Iterator[tuple[int, str]]:
    """Yield the line and the text of each docstring, message and comment."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and " " in node.value:
            first, _, rest = node.value.partition("\n")
            yield node.lineno, f"{first}\n{textwrap.dedent(rest)}"  # what is indented further is code
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type == tokenize.COMMENT:
            yield token.start[0], token.string


def prose(path: Path) -> Iterator[tuple[int, str]]:
    """Yield the line and the text of what people read in a file."""
    text = path.read_text()
    if path.suffix == ".py":
        yield from prose_of_python(text)
    elif path.suffix == ".md":
        yield 1, text
    else:
        for number, line in enumerate(text.splitlines(), 1):
            yield number, line if path.suffix == ".yaml" else " ".join(re.findall(r"#\s.*|say .*|die .*", line))


def retired(path: Path) -> Iterator[str]:
    """Yield a line for each retired word of a file."""
    for first, text in prose(path):
        plain = _CODE.sub(lambda code: re.sub(r"[^\n]", " ", code[0]), text) if path.suffix != ".sh" else text
        for pattern, use in _FOUND:
            for found in pattern.finditer(plain):
                yield f"{path}:{first + text.count(chr(10), 0, found.start())}: {found[0]!r}: use {use}"


def files(place: Path) -> Iterator[Path]:
    """Yield a file, or those of a folder that people read."""
    if place.is_file():
        yield place
        return
    for entry in sorted(place.iterdir()):
        hidden = entry.name.startswith(".") and entry.name != ".github"
        if not hidden and str(entry) not in LEFT_OUT and (entry.is_dir() or entry.suffix in SUFFIXES):
            yield from files(entry)


def main() -> None:
    """Check the files; status 1 if a retired word is found."""
    places = [Path(name) for name in sys.argv[1:] or ["."]]
    lines = [line for place in places for file in files(place) for line in retired(file)]
    print("\n".join(lines), end="\n" if lines else "")
    sys.exit(bool(lines))


if __name__ == "__main__":
    main()
