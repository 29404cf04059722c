"""Files and directories of texts."""

from __future__ import annotations

import codecs
import errno
import os
import warnings
from collections.abc import Iterable, Iterator

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)

Paths = str | os.PathLike[str] | Iterable[str | os.PathLike[str]]


def decode(data: bytes, encoding: str | None = None) -> str:
    """Bytes as text; without an encoding it is guessed.

    A byte order mark decides, then well-formed UTF-8, GB18030, Big5, in this order; what is none of
    these is read as UTF-8 with U+FFFD for every piece that is ill-formed. `qianmo mine` looks
    closer: it has ICU.
    """
    if encoding is not None:
        return data.decode(encoding, "replace")
    for mark, name in _MARKS:
        if data.startswith(mark):
            return data.decode(name, "replace")
    for name in ("utf-8", "gb18030", "big5"):
        try:
            return data.decode(name)
        except UnicodeDecodeError:
            pass
    return data.decode("utf-8", "replace")


def list_files(paths: Paths, pattern: str = "*.txt") -> list[str]:
    """Files as they are given, and the files of directories that match, in order of name.

    A directory without any is a FileNotFoundError, like a file that is not there.
    """
    found: list[str] = []
    for path in [paths] if isinstance(paths, (str, os.PathLike)) else paths:
        if os.path.isdir(path):
            from pathlib import Path

            inside = sorted(str(file) for file in Path(path).rglob(pattern) if file.is_file())
            if not inside:
                reason = f"no texts ({pattern}) in this directory"
                raise FileNotFoundError(errno.ENOENT, reason, os.fspath(path))
            found += inside
        else:
            found.append(os.fspath(path))
    return found


def _text(name: str, data: bytes, encoding: str | None) -> str:
    # With a warning where it is none, or not whole.
    text = decode(data, encoding)
    lost = text.count("\ufffd")
    lost -= data.count("\ufffd".encode()) if lost else 0
    if lost > 0 and "\0" in text:
        warnings.warn(f"{name}: not a text but a binary file; read as empty", stacklevel=2)
        return ""
    if lost > 0:
        warnings.warn(f"{name}: {lost} ill-formed piece{'s' * (lost > 1)}, U+FFFD now", stacklevel=2)
    return text


def read_files(paths: list[str], encoding: str | None, progress: bool) -> Iterator[str]:
    """The texts of files, with a progress bar where tqdm is installed.

    A warning tells of files with ill-formed pieces, and of those that are no texts: they are empty.
    """
    names: Iterable[str] = paths
    if progress:
        try:
            from tqdm.auto import tqdm
        except ImportError:
            pass
        else:
            names = tqdm(paths, unit="file", disable=None)
    for name in names:
        with open(name, "rb") as file:
            data = file.read()
        yield _text(name, data, encoding)


__all__ = ["decode", "list_files", "read_files"]
