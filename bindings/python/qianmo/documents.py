"""Documents and their tables. Nothing is copied out of a result before somebody asks for it."""

from __future__ import annotations

import bisect
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Generic, NoReturn, Self, TypeVar, cast, overload

from ._qianmo import Chunk, chunks_stream
from .rows import Clause, Entity, Initiative, Quantity, Token

if TYPE_CHECKING:
    import pandas

TABLES = ("tokens", "quantities", "initiatives", "entities", "clauses", "measures")
_JSON, _HTML = 0, 1

Row = TypeVar("Row", bound=Token | Quantity | Initiative | Entity | Clause)

_STYLE = """<style>
.qm-text{white-space:pre-wrap;line-height:1.9;max-width:48em;padding:0 .5em;background:#fff;color:#1f2937}
.qm-text mark{background:#fde68a;color:inherit;border-radius:3px;padding:0 1px}
.qm-text .qm-initiative{border-bottom:2px solid #2563eb;position:relative}
.qm-text .qm-initiative[data-status=planned]{border-bottom-style:dashed}
.qm-text .qm-initiative[data-status=ongoing]{border-bottom-style:dotted}
.qm-text .qm-entity{color:#047857;font-weight:600}
.qm-text .qm-initiative:hover{background:rgba(37,99,235,.12)}
.qm-text .qm-initiative:hover::after{content:attr(data-name) " " attr(data-status);position:absolute;
left:0;top:100%;z-index:1;background:#1e3a8a;color:#fff;font-size:.8em;line-height:1.6;
padding:0 .5em;border-radius:3px;white-space:nowrap}
</style>
"""


class Whole:
    """What lives in the memory of the library: it never changes, so that a copy is the same one."""

    __slots__ = ()

    def __copy__(self) -> Self:
        return self

    def __deepcopy__(self, memo: object) -> Self:
        return self

    def __reduce__(self) -> NoReturn:
        raise TypeError(
            f"{type(self).__name__} cannot be pickled: rows, to_dict() and to_json() of a document "
            "can, and a process makes an engine of its own"
        )


class Rows(Whole, Generic[Row]):
    """The rows of one table of one document: a light sequence, each is made when it is asked for.

    pandas, polars, pyarrow and DuckDB read the table without a copy: it has __arrow_c_array__ and
    __arrow_c_stream__. Its columns are those of the C library.
    """

    # No collections.abc.Sequence: polars would take the rows for a list before it asks for Arrow.
    __slots__ = ("_document", "_table", "_type", "_from", "_to")

    def __init__(self, document: Document, table: int, row_type: type[Row]) -> None:
        self._document = document
        self._table = table
        self._type = row_type
        self._from, self._to = document._chunk.range(table, document._index)

    def __len__(self) -> int:
        return self._to - self._from

    @overload
    def __getitem__(self, index: int) -> Row: ...
    @overload
    def __getitem__(self, index: slice) -> list[Row]: ...
    def __getitem__(self, index: int | slice) -> Row | list[Row]:
        if isinstance(index, slice):
            return [self[i] for i in range(*index.indices(len(self)))]
        if index < 0:
            index += len(self)
        if not 0 <= index < len(self):
            raise IndexError("there is no such row")
        document = self._document
        values = document._chunk.row(
            self._table, self._from + index, document._index, document.text
        )
        return cast("Row", self._type._make(values))

    def __iter__(self) -> Iterator[Row]:
        document, table, make = self._document, self._table, self._type._make
        text, row, index = document.text, document._chunk.row, document._index
        for number in range(self._from, self._to):
            yield cast("Row", make(row(table, number, index, text)))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Rows) and list(self) == list(other)

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return f"<{len(self)} {TABLES[self._table]}>"

    def _repr_html_(self) -> str:
        return _table_html(self._type._fields, self, len(self))

    def to_frame(self) -> pandas.DataFrame:
        """The rows as a pandas DataFrame, a column for each attribute."""
        import pandas

        return pandas.DataFrame.from_records(list(self), columns=list(self._type._fields))

    def __arrow_c_array__(self, requested_schema: object = None) -> tuple[object, object]:
        """The table as one Arrow record batch; requested_schema is not followed."""
        document = self._document
        return document._chunk.export(
            self._table, document.number - document._index, document._index
        )

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        """The table as an Arrow stream of one batch."""
        document = self._document
        first = document.number - document._index
        return chunks_stream((document._chunk,), self._table, first, document._index)


class Document(Whole):
    """One text and what stands in it."""

    __slots__ = ("_chunk", "_index", "_text", "name", "number")

    def __init__(self, chunk: Chunk, index: int, number: int = 0, name: str = "") -> None:
        self._chunk = chunk
        self._index = index
        self._text: str | None = None
        self.number: int = number
        """Its place among the documents that were mined together."""
        self.name: str = name
        """Of its file, where it came from one."""

    @property
    def text(self) -> str:
        """What was analysed."""
        if self._text is None:
            self._text = self._chunk.text(self._index)
        return self._text

    @property
    def tokens(self) -> Rows[Token]:
        """All tokens; blanks among them, with the flag "space"."""
        return Rows(self, 0, Token)

    @property
    def quantities(self) -> Rows[Quantity]:
        """Money, measures, counts, percentages, dates, ..."""
        return Rows(self, 1, Quantity)

    @property
    def initiatives(self) -> Rows[Initiative]:
        """What was done, is being done or is planned."""
        return Rows(self, 2, Initiative)

    @property
    def entities(self) -> Rows[Entity]:
        """Persons, places, organisations, roles, brands."""
        return Rows(self, 3, Entity)

    @property
    def clauses(self) -> Rows[Clause]:
        """The clauses that the text falls into."""
        return Rows(self, 4, Clause)

    def _render(self, format: int) -> str:
        # The name of a file may hold bytes that are no UTF-8: as in its name, they are U+FFFD then.
        name = self.name.encode("utf-8", "surrogateescape")
        return self._chunk.render(self._index, name, format)

    def to_json(self) -> str:
        """One line of JSON, as `qianmo mine --format jsonl` writes it."""
        return self._render(_JSON).rstrip("\n")

    def to_dict(self) -> dict[str, Any]:
        """The same as Python objects; numbers that are not whole are Decimals."""
        import json

        found: dict[str, Any] = json.loads(self.to_json(), parse_float=Decimal)
        return found

    def to_html(self) -> str:
        """The text with its quantities, entities and initiatives marked; no script, no style."""
        return self._render(_HTML)

    def to_frame(self) -> pandas.DataFrame:
        """The initiatives as a pandas DataFrame."""
        return self.initiatives.to_frame()

    def _repr_html_(self) -> str:
        return _STYLE + self.to_html()

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, Document)
            and self._chunk is other._chunk
            and self._index == other._index
        )

    def __hash__(self) -> int:
        return hash((id(self._chunk), self._index))

    def __len__(self) -> int:
        return len(self.text)

    def __repr__(self) -> str:
        name = f" {self.name!r}" if self.name else ""
        return (
            f"<qianmo.Document{name}: {len(self)} characters, {len(self.initiatives)} initiatives, "
            f"{len(self.quantities)} quantities>"
        )


class Table(Whole, Generic[Row]):
    """One table of many documents: a light sequence of rows, or Arrow to read it whole.

    __arrow_c_stream__ gives a record batch for each batch that was mined. The column "document" has
    the number of the document, "quantities" the row numbers within it.
    """

    __slots__ = ("_documents", "_table", "_type")

    def __init__(self, documents: Documents, table: int, row_type: type[Row]) -> None:
        self._documents = documents
        self._table = table
        self._type = row_type

    def __len__(self) -> int:
        return sum(chunk.rows(self._table) for chunk in self._documents._chunks)

    @overload
    def __getitem__(self, index: int) -> Row: ...
    @overload
    def __getitem__(self, index: slice) -> list[Row]: ...
    def __getitem__(self, index: int | slice) -> Row | list[Row]:
        if isinstance(index, slice):
            return [self[i] for i in range(*index.indices(len(self)))]
        left = index + len(self) if index < 0 else index
        for chunk, first in zip(self._documents._chunks, self._documents._firsts):
            rows = chunk.rows(self._table)
            if 0 <= left < rows:
                own = bisect.bisect_right(
                    range(len(chunk)), left, key=lambda d: chunk.range(self._table, d)[1]
                )
                return self._rows(first + own)[left - chunk.range(self._table, own)[0]]
            left -= rows
        raise IndexError("there is no such row")

    def _rows(self, document: int) -> Rows[Row]:
        return Rows(self._documents[document], self._table, self._type)

    def __iter__(self) -> Iterator[Row]:
        for number in range(len(self._documents)):
            yield from self._rows(number)

    def __repr__(self) -> str:
        return f"<{len(self)} {TABLES[self._table]} of {len(self._documents)} documents>"

    def _repr_html_(self) -> str:
        return _table_html(self._type._fields, self, len(self))

    def to_frame(self) -> pandas.DataFrame:
        """The rows as a pandas DataFrame; "document" (its number) and "file" come first."""
        import pandas

        return pandas.DataFrame.from_records(
            [
                (document.number, document.name, *row)
                for document in self._documents
                for row in Rows(document, self._table, self._type)
            ],
            columns=["document", "file", *self._type._fields],
        )

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        """The table as an Arrow stream; requested_schema is not followed."""
        return chunks_stream(tuple(self._documents._chunks), self._table, 0, -1)


class Documents(Whole, Sequence[Document]):
    """Documents that were mined together, and their tables."""

    __slots__ = ("_chunks", "_firsts", "_count", "_names")

    def __init__(self, chunks: Sequence[Chunk], names: Sequence[str] | None = None) -> None:
        self._chunks = list(chunks)
        self._firsts: list[int] = []
        self._count = 0
        self._names = names
        for chunk in self._chunks:
            self._firsts.append(self._count)
            self._count += len(chunk)

    def __len__(self) -> int:
        return self._count

    @overload
    def __getitem__(self, index: int) -> Document: ...
    @overload
    def __getitem__(self, index: slice) -> list[Document]: ...
    def __getitem__(self, index: int | slice) -> Document | list[Document]:
        if isinstance(index, slice):
            return [self[i] for i in range(*index.indices(self._count))]
        if index < 0:
            index += self._count
        if not 0 <= index < self._count:
            raise IndexError("there is no such document")
        chunk = bisect.bisect_right(self._firsts, index) - 1
        name = self._names[index] if self._names else ""
        return Document(self._chunks[chunk], index - self._firsts[chunk], index, name)

    def __iter__(self) -> Iterator[Document]:
        for chunk, first in zip(self._chunks, self._firsts):
            for index in range(len(chunk)):
                name = self._names[first + index] if self._names else ""
                yield Document(chunk, index, first + index, name)

    @property
    def names(self) -> list[str]:
        """The names of the documents, empty ones where they have none."""
        return list(self._names) if self._names else [""] * self._count

    @property
    def tokens(self) -> Table[Token]:
        """All tokens; blanks among them, with the flag "space"."""
        return Table(self, 0, Token)

    @property
    def quantities(self) -> Table[Quantity]:
        """Money, measures, counts, percentages, dates, ..."""
        return Table(self, 1, Quantity)

    @property
    def initiatives(self) -> Table[Initiative]:
        """What was done, is being done or is planned."""
        return Table(self, 2, Initiative)

    @property
    def entities(self) -> Table[Entity]:
        """Persons, places, organisations, roles, brands."""
        return Table(self, 3, Entity)

    @property
    def clauses(self) -> Table[Clause]:
        """The clauses that the texts fall into."""
        return Table(self, 4, Clause)

    def to_frame(self) -> pandas.DataFrame:
        """The initiatives of all documents as a pandas DataFrame."""
        return self.initiatives.to_frame()

    def to_json(self) -> str:
        """JSON Lines: a line for each document."""
        return "".join(document.to_json() + "\n" for document in self)

    def __repr__(self) -> str:
        return f"<qianmo.Documents: {self._count} documents, {len(self.initiatives)} initiatives>"

    def _repr_html_(self) -> str:
        tables = ("initiatives", "quantities", "entities")
        rows = (
            (d.number, d.name, len(d), *(len(getattr(d, table)) for table in tables)) for d in self
        )
        return _table_html(("document", "file", "characters", *tables), rows, self._count)


def _table_html(fields: Sequence[str], table: Any, count: int, limit: int = 50) -> str:
    """The first rows as an HTML table."""
    from html import escape

    lines = ["<table><thead><tr>", *(f"<th>{escape(field)}</th>" for field in fields)]
    lines.append("</tr></thead><tbody>")
    for row, _ in zip(table, range(limit)):
        cells = ("" if value is None or value == () else escape(str(value)) for value in row)
        lines.append("<tr>" + "".join(f"<td>{cell}</td>" for cell in cells) + "</tr>")
    lines.append("</tbody></table>")
    if count > limit:
        lines.append(f"<p>{count - limit} more rows</p>")
    return "".join(lines)


__all__ = ["Document", "Documents", "Rows", "Table"]
