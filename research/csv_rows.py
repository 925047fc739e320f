"""The rows of a CSV file with a heading, as the data sets have them."""

from __future__ import annotations

import csv
from pathlib import Path


def csv_rows(path: Path) -> list[dict[str, str]]:
    """Return each row's cells by the column's name."""
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))
