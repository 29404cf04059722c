"""The cases that all bindings share (tests/cases): the same texts, the same answers."""

import json
from collections import Counter
from decimal import Decimal
from pathlib import Path

import pytest
import qianmo
from qianmo.documents import TABLES

CASES = Path(__file__).parents[1] / "cases"


def read(path):
    return [json.loads(line, parse_float=Decimal) for line in path.read_text(encoding="utf-8").splitlines()]


def plain(value):
    """Of a row or of JSON: a pair is a tuple there and an object here."""
    if value is None or isinstance(value, (int, Decimal, str)):
        return value
    if isinstance(value, dict):
        return list(value.values())
    return list(value) if isinstance(value, (tuple, list)) else value.isoformat()


def keys_of(rows, number, table):
    """What a case says of a row; of one too many, what shows it."""
    if number < len(rows):
        return list(rows[number])
    return ["text", "kind"] if table == "entities" else ["text"]


def found_and_expected(case):
    """The answer of rows, checked against that of JSON, and the one of the file."""
    document = qianmo.mine(case["text"])
    as_json = document.to_dict()
    for table in TABLES:
        if table not in case:
            continue
        rows = []
        for number, row in enumerate(getattr(document, table)):
            keys = keys_of(case[table], number, table)
            rows.append({key: plain(getattr(row, key)) for key in keys})
            in_json = as_json[table][number]
            assert rows[-1] == {key: plain(in_json.get(key)) for key in keys}
        yield rows, [{key: plain(value) for key, value in row.items()} for row in case[table]]


EXACT = [case for name in ("quantities", "reports") for case in read(CASES / f"{name}.jsonl")]


@pytest.mark.parametrize("case", [pytest.param(case, id=case["text"]) for case in EXACT])
def test_rows_are_as_expected(case):
    for found, expected in found_and_expected(case):
        assert found == expected


def test_entities_are_nearly_always_as_wanted():
    """Entities are judged, not computed: the floor is that of tests/unit/test_entity.c, on single mentions."""
    right = wrong = 0
    for case in read(CASES / "entities.jsonl"):
        for found, expected in found_and_expected(case):
            found, expected = (Counter((row["text"], row["kind"]) for row in rows) for rows in (found, expected))
            right += 2 * (found & expected).total()
            wrong += (found - expected).total() + (expected - found).total()
    assert right / (right + wrong) >= 0.945
