"""Chinese text to tables of words, quantities, initiatives and entities.

    >>> import qianmo
    >>> qianmo.segment("驻村工作队来了")
    >>> report = qianmo.mine("村里争取资金36万余元，硬化道路4.2公里。")
    >>> report.quantities[0].low
    360000

Numbers are exact: int or Decimal. Offsets count characters of the str. A Document shows itself in a
notebook, and every table can be read by pandas, polars, pyarrow and DuckDB without a copy.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any, overload

from ._qianmo import Error
from ._qianmo import version as __version__
from .documents import Document, Documents, Rows, Table
from .engine import Engine, Number, TableStream, number_format, number_parse
from .files import Paths, decode, list_files, read_files
from .rows import Clause, Entity, Initiative, Quantity, Token

__all__ = [
    "Clause",
    "Document",
    "Documents",
    "Engine",
    "Entity",
    "Error",
    "Initiative",
    "Quantity",
    "Rows",
    "Table",
    "TableStream",
    "Token",
    "convert",
    "decode",
    "mine",
    "mine_files",
    "mine_stream",
    "number_format",
    "number_parse",
    "segment",
]


_shared: list[Engine] = []


def _default() -> Engine:
    """The engine of those who bring none; made when it is first needed."""
    if not _shared:
        _shared.append(Engine())
    return _shared[0]


@overload
def mine(text: str, *, engine: Engine | None = None) -> Document: ...
@overload
def mine(
    text: Any, *, column: str | None = None, threads: int = 1, engine: Engine | None = None
) -> Documents: ...
def mine(
    text: Any, *, column: str | None = None, threads: int = 1, engine: Engine | None = None
) -> Document | Documents:
    """A str gives a Document; a list, a Series, Arrow data give Documents: see Engine.mine."""
    return (engine or _default()).mine(text, column=column, threads=threads)


def mine_files(
    paths: Paths,
    *,
    pattern: str = "*.txt",
    encoding: str | None = None,
    progress: bool = True,
    threads: int = 1,
    engine: Engine | None = None,
) -> Documents:
    """Mines files, and the files of directories that match pattern, in order of name.

    The names of the documents are their paths; what is not there, or a directory without texts, is
    a FileNotFoundError. Encodings are guessed as decode() says; a warning tells of files with
    ill-formed pieces, and of those that are no texts: they are read as empty. With
    progress=True there is a progress bar where tqdm is installed and somebody can see it.
    """
    names = list_files(paths, pattern)
    texts = read_files(names, encoding, progress)
    return (engine or _default())._mine_texts(texts, threads, names)


def mine_stream(
    source: Any, table: str, *, column: str | None = None, engine: Engine | None = None
) -> TableStream:
    """One table of an Arrow stream of texts, as an Arrow stream: see Engine.mine_stream."""
    return (engine or _default()).mine_stream(source, table, column=column)


@overload
def segment(text: str, *, spaces: bool = False, engine: Engine | None = None) -> list[str]: ...
@overload
def segment(
    text: Any, *, spaces: bool = False, column: str | None = None, engine: Engine | None = None
) -> list[list[str]]: ...
def segment(
    text: Any, *, spaces: bool = False, column: str | None = None, engine: Engine | None = None
) -> list[str] | list[list[str]]:
    """The words and marks of a text, or of each of many: see Engine.segment."""
    return (engine or _default()).segment(text, spaces=spaces, column=column)


def convert(value: Number, source: str, target: str) -> int | Decimal:
    """A number in another unit, exactly: convert("1.5", "mu", "m2"), convert(3, "亩", "平方米")."""
    return _default().convert(value, source, target)
