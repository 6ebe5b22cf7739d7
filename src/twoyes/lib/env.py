"""The environment: each setting as NAME or, for secrets, as NAME_FILE.

Sentences here are needed before a language is known; then they stand in English (`lib.words`).
"""

import os
from pathlib import Path

from twoyes.lib.errors import Refused
from twoyes.lib.words import said as _


def read(name: str, default: str | None = None) -> str | None:
    """Return NAME, or the content of the file that NAME_FILE points to, or `default`. Empty counts as unset.

    Raises Refused: `two_values` when both are set, `unreadable_file` when the file cannot be read.
    """
    value = os.environ.get(name, "").strip()
    path = os.environ.get(f"{name}_FILE", "").strip()
    if value and path:
        raise Refused("two_values", _("%(name)s and %(name)s_FILE are both set. Unset one of them.") % {"name": name})
    if path:
        return _content(name, Path(path)) or default
    return value or default


def _content(name: str, path: Path) -> str:
    try:
        return path.read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        sentence = _("%(name)s_FILE names %(path)s, which cannot be read (%(error)s). Correct it.") % {
            "name": name,
            "path": path,
            "error": error,
        }
        raise Refused("unreadable_file", sentence) from error


def data_dir() -> Path:
    """Return the directory TWOYES_DATA (default `./var`), made for its owner alone if it is missing.

    Raises Refused `no_data_dir` when it cannot be made.
    """
    path = Path(read("TWOYES_DATA", "var") or "var").expanduser().absolute()
    try:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        sentence = _("TWOYES_DATA is %(path)s, which cannot be used as a directory (%(error)s). Name another one.") % {
            "path": path,
            "error": error,
        }
        raise Refused("no_data_dir", sentence) from error
    return path


def user_dir(variable: str, fallback: str) -> Path:
    """Return the user's own `twoyes` directory under an XDG variable, made for its owner alone.

    Raises Refused `no_user_dir` when it cannot be made.
    """
    base = os.environ.get(variable, "").strip()
    path = ((Path(base) if base else Path("~") / fallback).expanduser() / "twoyes").absolute()
    try:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
    except (OSError, RuntimeError) as error:
        sentence = _("%(path)s cannot be made (%(error)s). Set %(variable)s to a directory this user may write to.") % {
            "path": path,
            "error": error,
            "variable": variable,
        }
        raise Refused("no_user_dir", sentence) from error
    return path


def make_private(path: Path, content: str) -> str:
    """Write `content` to a new file of mode 600, or keep the file that is there; return what it then holds.

    Two processes that start together agree: the link is made once, whole, or not at all.
    """
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
    return path.read_text("utf-8")
