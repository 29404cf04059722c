"""What one row of each table holds; the names are those of docs/jsonl.md."""

import datetime
from decimal import Decimal
from typing import NamedTuple

Number = int | Decimal
Value = int | Decimal | datetime.date | str
"""A number as int or Decimal, a full date as date, other dates and times as ISO 8601 text."""


class Token(NamedTuple):
    """A word, a mark or a blank."""

    start: int
    end: int
    text: str
    tag: str | None
    flags: tuple[str, ...]


class Quantity(NamedTuple):
    """A numeral with its exact value and what it measures."""

    start: int
    end: int
    text: str
    kind: str
    low: Value | None
    high: Value | None
    relation: str | None
    unit: str | None
    per: str | None
    counted: str | None
    number: tuple[int, int] | None
    soft: tuple[Value | None, Value | None] | None
    si: tuple[Number | None, str | None] | None
    rate: str | None
    header_unit: str | None
    flags: tuple[str, ...]


class Initiative(NamedTuple):
    """What was done, by whom, where and when, and how far it has come.

    type_name is what people read for the type.
    """

    start: int
    end: int
    text: str
    type: str
    type_name: str | None
    group: str | None
    duty: str | None
    status: str | None
    trigger: str | None
    object: str | None
    quantities: tuple[int, ...]
    actor: str | None
    place: str | None
    time: str | None
    score: int
    rule: str | None
    flags: tuple[str, ...]


class Entity(NamedTuple):
    """A person, place, organisation, role or brand; link: the row of its first mention."""

    start: int
    end: int
    text: str
    kind: str
    link: int | None


class Clause(NamedTuple):
    """A clause, with its sentence, its paragraph and its role in the document."""

    start: int
    end: int
    text: str
    role: str | None
    sentence: int
    paragraph: int
    flags: tuple[str, ...]
