"""Where numba keeps what it compiled: beside the package, or where that cannot be written to, in the data directory.

A package that root installed, a container with a read-only root, a service without a home: numba refuses to start
where it finds no folder to write to, so one is found for it before it is imported.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from twoyes.lib import env
from twoyes.lib.errors import Refused

NAME = "NUMBA_CACHE_DIR"
_PACKAGE = Path(__file__).parent


def prepare() -> None:
    """Name a folder to write to, unless what is named or the package's own will do; before numba is imported."""
    given = os.environ.get(NAME, "")
    if usable(Path(given) if given else _PACKAGE / "__pycache__"):
        return
    for place in _others():
        if usable(place):
            os.environ[NAME] = str(place)
            return


def usable(place: Path) -> bool:
    """Say whether files can be made there; the folder itself is made if need be."""
    try:
        place.mkdir(mode=0o700, parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=place):
            return True
    except OSError:
        return False


def _others() -> Iterator[Path]:
    with suppress(Refused):
        yield env.data_dir() / "compiled"
    with suppress(OSError):
        # Nobody else's: what is found there is run.
        yield Path(tempfile.mkdtemp(prefix="twoyes-compiled-"))
