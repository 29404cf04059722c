"""Engines: models and settings, and what one asks of them."""

from __future__ import annotations

import datetime
import operator
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any, Literal, overload

from . import _qianmo
from ._qianmo import Chunk
from .documents import TABLES, Document, Documents, Whole

Source = str | os.PathLike[str] | bytes
"""A file, or its content: bytes, or a str with a line break in it."""
Words = Source | Iterable[str] | Mapping[str, str]
Images = str | os.PathLike[str] | Sequence[str | os.PathLike[str]]
Granularity = Literal["word", "fine", "term"]
Quality = Literal["fast", "lattice"]
JoinLines = Literal["never", "clauses", "always"]
Offsets = Literal["codepoint", "byte"]
Style = Literal["digits", "hanzi", "financial", "scaled"]
Number = int | float | Decimal | str

_PARAMS = {
    "tables": 1,
    "granularity": 2,
    "strict": 3,
    "max_doc_bytes": 4,
    "join_lines": 5,
    "offsets": 6,
    "quality": 7,
    "tags": 8,
    "reference_date": 9,
    "suppressed": 10,
}
_CHOICES: dict[str, tuple[str, ...]] = {
    "granularity": ("word", "fine", "term"),
    "join_lines": ("never", "clauses", "always"),
    "offsets": ("byte", "codepoint"),
    "quality": ("fast", "lattice"),
}
_FLAGS = ("strict", "suppressed", "tags")
_MODES = {"prefer": 0, "force": 1, "forbid": 2}
_STYLES = {"digits": 0, "hanzi": 1, "financial": 2, "scaled": 3}
# What is said of an engine is what differs from these.
_USUAL = {
    "granularity": "word",
    "quality": "fast",
    "tags": False,
    "suppressed": False,
    "join_lines": "clauses",
    "strict": False,
    "offsets": "codepoint",
}
_BATCH_CHARACTERS = 1 << 18
# Tables whose row numbers stand in another.
_NEEDS = {"initiatives": ("quantities",), "measures": ("initiatives", "quantities")}


def _setting(name: str, value: Any) -> tuple[int, int]:
    if name in _CHOICES:
        if value not in _CHOICES[name]:
            raise ValueError(f"{name} is {value!r}; it is one of {', '.join(_CHOICES[name])}")
        value = _CHOICES[name].index(value)
    elif name == "tables":
        value = _table_bits(value)
    elif name == "reference_date":
        value = _day(value)
    elif name in _FLAGS and value not in (True, False):
        raise ValueError(f"{name} is {value!r}; it is True or False")
    elif name == "max_doc_bytes" and not hasattr(value, "__index__"):
        raise TypeError(f"max_doc_bytes is {value!r}; it is a whole number")
    return _PARAMS[name], int(value)


def _day(value: datetime.date | int) -> int:
    if isinstance(value, datetime.date):
        return value.year * 10000 + value.month * 100 + value.day
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    raise TypeError(f"reference_date is {value!r}; it is a datetime.date or a number yyyymmdd")


def _table_bits(names: Iterable[str]) -> int:
    bits = 0
    for name in [names] if isinstance(names, str) else names:
        if name not in TABLES:
            raise ValueError(f"there is no table {name!r}; there are {', '.join(TABLES)}")
        bits |= 1 << TABLES.index(name)
        if name == "initiatives":
            bits |= 1 << TABLES.index("measures")
    return bits


def _read(source: Source) -> tuple[bytes, str | None]:
    """The content of a source, and the name of its file."""
    if isinstance(source, bytes):
        return source, None
    if isinstance(source, str) and "\n" in source:
        return source.encode(), None
    with open(source, "rb") as file:
        return file.read(), os.fspath(source)


def _sources(kind: str, what: Source | Sequence[Source] | None) -> Iterator[tuple[str, bytes, str | None]]:
    if what is None:
        return
    for source in [what] if isinstance(what, (str, bytes, os.PathLike)) else what:
        text, name = _read(source)
        csv = kind == "taxonomy" and name is not None and name.lower().endswith(".csv")
        yield ("taxonomy-csv" if csv else kind, text, name)


def _word_rows(words: Iterable[str] | Mapping[str, str]) -> Iterator[tuple[str, str, int, int]]:
    if isinstance(words, Mapping):
        for word, mode in words.items():
            if mode not in _MODES:
                raise ValueError(f"{mode!r} is no way to treat {word!r}: prefer, force or forbid")
            yield word, "", 0, _MODES[mode]
    else:
        for word in words:
            if not isinstance(word, str):
                raise TypeError(f"a word is a str, not {type(word).__name__}: {word!r}")
            yield word, "", 0, _MODES["prefer"]


def _models(
    taxonomy: Source | Sequence[Source] | None,
    words: Words | None,
    units: Source | Sequence[Source] | None,
    models: Images,
) -> _qianmo.Models:
    sources = [*_sources("units", units), *_sources("taxonomy", taxonomy)]
    rows: list[tuple[str, str, int, int]] = []
    if isinstance(words, (str, bytes, os.PathLike)):
        sources += _sources("words", words)
    elif words is not None:
        rows += _word_rows(words)
    paths = [models] if isinstance(models, (str, os.PathLike)) else models
    return _qianmo.Models(tuple(os.fspath(path) for path in paths), tuple(sources), tuple(rows))


class Engine(Whole):
    """The built-in model, what you add to it, and settings. Any number of threads may share one.

    taxonomy, units: files (or their content) in the formats of lib/data: YAML, or CSV by its
        suffix, and TSV; one or several.
    words: a file in the format of words.tsv, an iterable of words, or a mapping of words to
        "prefer", "force" or "forbid".
    models: image files made by `qianmo compile` or `qianmo train`; later ones win over earlier ones.
    tables: those to produce, by default all: tokens quantities initiatives entities clauses.
    granularity: of tokens: "word", "fine" (also the words inside words), "term" (long ones).
    quality: of word segmentation: "fast", or "lattice" (a little more exact, slower).
    tags: True for parts of speech.
    reference_date: what relative dates count from; a date or yyyymmdd.
    suppressed: True to keep negated and hypothetical initiatives, flagged.
    join_lines: whether hard-wrapped lines are joined before analysis.
    strict: True to refuse ill-formed UTF-8 (only Arrow input can have any).
    max_doc_bytes: longer documents are refused.
    offsets: what start and end count: "codepoint", as str does, or "byte" of its UTF-8.
    """

    __slots__ = ("_given", "_models", "_miner", "_cutter", "_reader", "_streamers", "_settings")

    def __init__(
        self,
        *,
        taxonomy: Source | Sequence[Source] | None = None,
        words: Words | None = None,
        units: Source | Sequence[Source] | None = None,
        models: Images = (),
        tables: Iterable[str] | None = None,
        granularity: Granularity = "word",
        quality: Quality = "fast",
        tags: bool = False,
        reference_date: datetime.date | int | None = None,
        suppressed: bool = False,
        join_lines: JoinLines = "clauses",
        strict: bool = False,
        max_doc_bytes: int | None = None,
        offsets: Offsets = "codepoint",
    ) -> None:
        given = {
            "tables": tables,
            "granularity": granularity,
            "quality": quality,
            "tags": tags,
            "reference_date": reference_date,
            "suppressed": suppressed,
            "join_lines": join_lines,
            "strict": strict,
            "max_doc_bytes": max_doc_bytes,
            "offsets": offsets,
        }
        self._settings = tuple(_setting(k, v) for k, v in given.items() if v is not None)
        own = {"taxonomy": taxonomy, "words": words, "units": units, "models": models or None}
        self._given = {**own, **{k: v for k, v in given.items() if v != _USUAL.get(k)}}
        self._models = _models(taxonomy, words, units, models)
        self._miner = _qianmo.Engine(self._models, self._settings)
        self._cutter: _qianmo.Engine | None = None
        self._reader: _qianmo.Engine | None = None
        self._streamers: dict[str, _qianmo.Engine] = {}

    def info(self, key: str) -> str | None:
        """What the models say of themselves, by key: "build-id", "size", "format", ..."""
        return self._models.info(key)

    def __repr__(self) -> str:
        import reprlib

        given = (f" {k}={reprlib.repr(v)}" for k, v in self._given.items() if v is not None)
        return f"<qianmo.Engine{''.join(given)}>"

    # ---- mining ----

    @overload
    def mine(self, text: str) -> Document: ...
    @overload
    def mine(self, text: Any, *, column: str | None = None, threads: int = 1) -> Documents: ...
    def mine(
        self, text: Any, *, column: str | None = None, threads: int = 1
    ) -> Document | Documents:
        """A str gives a Document; many texts give Documents.

        Many texts are an iterable of str, a pandas or polars Series, or any object with
        __arrow_c_stream__ or __arrow_c_array__: a column of strings, or a table whose column is
        named (or is the only one of strings). None and null are documents without text. threads
        works on iterables; 0 is one a processor.
        """
        if isinstance(text, str):
            return Document(self._miner.analyze((text,)), 0)
        chunks = _arrow_chunks(self._miner, text, column)
        if chunks is not None:
            return Documents(chunks or [self._miner.analyze(())])
        return self._mine_texts(text, threads)

    def _mine_texts(
        self, texts: Iterable[Any], threads: int, names: Sequence[str] | None = None
    ) -> Documents:
        batches = _batches(texts)
        threads = _threads(threads)
        if threads > 1:
            from concurrent.futures import ThreadPoolExecutor

            with ThreadPoolExecutor(threads) as pool:
                chunks = list(pool.map(self._miner.analyze, batches))
        else:
            chunks = [self._miner.analyze(batch) for batch in batches]
        return Documents(chunks or [self._miner.analyze(())], names)

    def mine_stream(self, source: Any, table: str, *, column: str | None = None) -> TableStream:
        """One table of a stream of texts, as a stream: batch by batch, in little memory.

        source has __arrow_c_stream__; what comes out has it, too, and can be read once.
        """
        if table not in TABLES:
            raise ValueError(f"there is no table {table!r}; there are {', '.join(TABLES)}")
        if not hasattr(source, "__arrow_c_stream__"):
            raise TypeError(f"{type(source).__name__} is no stream of Arrow data")
        stream = source.__arrow_c_stream__()
        if table not in self._streamers:
            self._streamers[table] = self._make([table, *_NEEDS.get(table, ())])
        core = self._streamers[table]
        return TableStream(core.stream(stream, column, TABLES.index(table)))

    def _make(self, tables: Sequence[str], **more: Any) -> _qianmo.Engine:
        """An engine of the same models for these tables alone."""
        settings = (_setting(key, value) for key, value in {"tables": tables, **more}.items())
        return _qianmo.Engine(self._models, (*self._settings, *settings))

    # ---- words ----

    @overload
    def segment(self, text: str, *, spaces: bool = False) -> list[str]: ...
    @overload
    def segment(
        self, text: Any, *, spaces: bool = False, column: str | None = None
    ) -> list[list[str]]: ...
    def segment(
        self, text: Any, *, spaces: bool = False, column: str | None = None
    ) -> list[str] | list[list[str]]:
        """The words and marks of a text, or of each of many: whatever `mine` takes.

        With spaces=True blanks are tokens, too: the tokens joined are the text, unless the
        granularity is "fine". With "fine", the words inside a word follow it.
        """
        if self._cutter is None:
            self._cutter = self._make(["tokens"], join_lines="never", offsets="codepoint")
        what = text if isinstance(text, str) else self._texts(text, column)
        words: list[str] | list[list[str]] = self._cutter.segment(what, spaces)
        return words

    def _texts(self, source: Any, column: str | None) -> tuple[Any, ...]:
        """Many texts as str, wherever they stand."""
        if self._reader is None:
            self._reader = self._make([])
        chunks = _arrow_chunks(self._reader, source, column)
        if chunks is None:
            return tuple(_many(source))
        return tuple(chunk.text(number) for chunk in chunks for number in range(len(chunk)))

    # ---- units ----

    def convert(self, value: Number, source: str, target: str) -> int | Decimal:
        """A number in another unit, exactly; Error where no finite decimal of 18 digits is it."""
        if not (isinstance(source, str) and isinstance(target, str)):
            raise TypeError("units are named by a str: mu, 亩")
        number: int | Decimal = self._miner.convert(*_decimal(value), source, target)
        return number


class TableStream:
    """One table as an Arrow stream; it can be read once."""

    __slots__ = ("_capsule",)

    def __init__(self, capsule: object) -> None:
        self._capsule: object | None = capsule

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        """The stream; requested_schema is not followed."""
        capsule, self._capsule = self._capsule, None
        if capsule is None:
            raise ValueError("the stream was read before")
        return capsule


def _arrow_chunks(engine: _qianmo.Engine, source: Any, column: str | None) -> list[Chunk] | None:
    """What the engine makes of an Arrow column; None where the source has no Arrow."""
    try:
        if hasattr(source, "__arrow_c_stream__"):
            stream = source.__arrow_c_stream__()
        elif hasattr(source, "__arrow_c_array__"):
            schema, array = source.__arrow_c_array__()
            return [engine.analyze_array(schema, array, column)]
        else:
            stream = None
    except ImportError:  # pandas without pyarrow
        stream = None
    if stream is None:
        if isinstance(source, (bytes, bytearray)):
            raise TypeError("a text must be a str, not bytes; decode() makes one")
        if column is not None:
            raise TypeError(f"{type(source).__name__} has no columns")
        return None
    return list(iter(lambda: engine.analyze_next(stream, column), None))


def _batches(texts: Iterable[Any]) -> Iterator[tuple[Any, ...]]:
    """Pieces that are large enough to pay and small enough to stay in the caches."""
    batch: list[Any] = []
    size = 0
    for text in _many(texts):
        batch.append(text)
        size += len(text) if isinstance(text, str) else 0
        if size >= _BATCH_CHARACTERS or len(batch) >= 4096:
            yield tuple(batch)
            batch, size = [], 0
    if batch:
        yield tuple(batch)


def _threads(number: int) -> int:
    number = operator.index(number)
    if number < 0:
        raise ValueError(f"threads is {number}; it is 0 (one a processor) or more")
    return number or os.cpu_count() or 1


def _many(texts: Any) -> Iterable[Any]:
    if isinstance(texts, Mapping):
        raise TypeError("texts are the values of a mapping, or its keys? pass one of them")
    if isinstance(texts, os.PathLike):
        raise TypeError("a path is no text: mine_files() reads files")
    if not isinstance(texts, Iterable):
        raise TypeError(f"texts are a str, many of them, or Arrow data, not {type(texts).__name__}")
    return texts


def _exact(value: Number) -> Decimal:
    """What is written, of a float the shortest decimal that stands for it: 0.1 is 0.1."""
    if isinstance(value, float):
        return Decimal(float.__repr__(value))
    if isinstance(value, (int, Decimal)):
        return Decimal(value)
    try:
        return Decimal(str(value))  # numbers of NumPy, too
    except InvalidOperation:
        if isinstance(value, str):
            return Decimal(_qianmo.number_parse(value))
        raise ValueError(f"{value!r} is not a number") from None


def _decimal(value: Number) -> tuple[int, int]:
    """Coefficient and exponent."""
    sign, digits, exponent = _exact(value).as_tuple()
    if not isinstance(exponent, int):
        raise ValueError(f"{value} is not a number")
    written = "".join(map(str, digits))
    short = written.strip("0") or "0"
    exponent += len(written) - len(written.rstrip("0"))
    if len(short) > 19 or int(short) >= 1 << 63 or abs(exponent) >= 1 << 15:
        raise ValueError("the number has too many digits")
    coefficient = int(short)
    return (-coefficient if sign else coefficient), exponent if coefficient else 0


def number_parse(text: str) -> int | Decimal:
    """The whole of text as one number, exactly: 三万五 is 35000, 百分之三点五 is 0.035.

    A fraction without a finite decimal (三分之二) is rounded to at most 15 digits, with a
    RuntimeWarning.
    """
    if not isinstance(text, str):
        raise TypeError(f"a number in words is a str, not {type(text).__name__}")
    number: int | Decimal = _qianmo.number_parse(text)
    return number


def number_format(value: Number, style: Style = "hanzi") -> str:
    """A number in words: "digits" 35000, "hanzi" 三万五千, "financial" 叁万伍仟, "scaled" 3.5万.

    A float is what it is printed as: 0.1 is 零点一.
    """
    if style not in _STYLES:
        raise ValueError(f"style is {style!r}; it is one of {', '.join(_STYLES)}")
    return _qianmo.number_format(*_decimal(value), _STYLES[style])


__all__ = ["Chunk", "Engine", "TableStream", "number_format", "number_parse"]
