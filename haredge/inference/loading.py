"""Opening a network with the engine that runs its format."""

from __future__ import annotations

from pathlib import Path

from haredge.inference.engine import Engine
from haredge.inference.engines import HEAD, recognise
from haredge.inference.model_file import read_model


def open_engine(
    model: Path | bytes,
    *,
    threads: int = 1,
    input_size: tuple[int, int] | None = None,
    sha256: str | None = None,
) -> Engine:
    """Load a network from a model file or its bytes.

    ``input_size`` (height, width) resizes the input of a network of images. ``sha256`` is the file's checksum; a file
    for which none is known is tried in a way that cannot crash this process.

    Raises :class:`haredge.core.errors.ModelError` for a file that is missing, damaged, of no format that an engine
    runs, not the one that ``sha256`` names, or not for this engine;
    :class:`haredge.core.errors.RuntimeMissingError` if the engine's library is not installed.
    """
    content = read_model(model, sha256)
    title = "model" if isinstance(model, bytes) else str(model)
    engine = recognise(content[:HEAD], title).load()
    return engine.open_network(content, title, threads=threads, input_size=input_size, trusted=sha256 is not None)
