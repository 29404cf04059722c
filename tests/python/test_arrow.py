"""Arrow in and out: the tables of others read ours, and theirs are mined."""

import json

import duckdb
import numpy
import pandas
import polars
import pyarrow
import pytest
import qianmo

TEXTS = ["李家村硬化道路3公里，花了36万余元。", "", "这一年，村里建成了很长很长很长的便民桥2座。", "种植茶叶1200亩"]
TABLES = ["tokens", "quantities", "initiatives", "entities", "clauses"]


@pytest.fixture(scope="module")
def documents():
    return qianmo.mine(TEXTS)


@pytest.mark.parametrize("name", TABLES)
def test_pyarrow_reads_every_table(documents, name):
    ours = getattr(documents, name)
    table = pyarrow.table(ours)
    table.validate(full=True)
    assert table.num_rows == len(ours)
    rows = [(d.number, row.start, row.end) for d in documents for row in getattr(d, name)]
    found = [table[c].to_pylist() for c in ("document", "start", "end")]
    assert list(zip(*found, strict=True)) == rows


def test_values_are_decimals_and_texts(documents):
    table = pyarrow.table(documents.quantities).to_pylist()
    rows = list(documents.quantities)
    assert [row["low"] for row in table] == [row.low for row in rows]
    assert [row["unit"] for row in table] == [row.unit for row in rows]
    assert table[0]["low_text"] == "3"


def test_initiatives_list_their_quantities(documents):
    table = pyarrow.table(documents.initiatives)
    assert table["quantities"].to_pylist() == [list(r.quantities) for r in documents.initiatives]


@pytest.mark.parametrize("name", TABLES)
def test_polars_pandas_and_duckdb_read_the_same(documents, name):
    for ours in (getattr(documents, name), getattr(documents[0], name)):
        expected = pyarrow.table(ours)["start"].to_pylist()
        assert len(expected) == len(ours) > 0
        assert polars.DataFrame(ours)["start"].to_list() == expected
        assert pandas.DataFrame.from_arrow(ours)["start"].tolist() == expected
        assert [row[0] for row in duckdb.sql("select start from ours").fetchall()] == expected


@pytest.mark.parametrize("name", TABLES)
def test_tables_are_light_sequences(documents, name):
    table = getattr(documents, name)
    rows = list(table)
    assert [table[i] for i in range(len(table))] == rows
    assert table[-1] == rows[-1] and table[1:3] == rows[1:3]
    assert rows[0] in table and list(reversed(table)) == rows[::-1]
    for wrong in (len(rows), -len(rows) - 1):
        with pytest.raises(IndexError):
            table[wrong]


def test_the_table_of_one_document_is_a_slice(documents):
    for document in documents:
        for name in TABLES:
            rows = getattr(document, name)
            batch = pyarrow.record_batch(rows)
            batch.validate(full=True)
            assert batch["start"].to_pylist() == [row.start for row in rows]
            assert set(batch["document"].to_pylist()) <= {document.number}
            assert pyarrow.table(rows).num_rows == len(rows)
    lists = pyarrow.record_batch(documents[3].initiatives)["quantities"].to_pylist()
    assert lists == [list(row.quantities) for row in documents[3].initiatives]


def test_columns_are_not_copied(documents):
    chunk = documents._chunks[0]
    column = chunk.column(0, "start")
    assert column.readonly and column.format == "I" and len(column) == len(documents.tokens)
    array = numpy.asarray(column)
    exported = pyarrow.table(documents.tokens)["start"].chunk(0)
    assert array.ctypes.data == exported.buffers()[1].address
    assert array.tolist() == exported.to_pylist()


def test_tables_outlive_their_documents():
    table = pyarrow.table(qianmo.mine(TEXTS).quantities)
    assert table.num_rows == len(qianmo.mine(TEXTS).quantities)
    table.validate(full=True)


SOURCES = {
    "list": lambda: [*TEXTS, None],
    "tuple": lambda: (*TEXTS, None),
    "generator": lambda: (text for text in [*TEXTS, None]),
    "pandas": lambda: pandas.Series([*TEXTS, None]),
    "pandas objects": lambda: pandas.Series([*TEXTS, float("nan")], dtype=object),
    "polars": lambda: polars.Series([*TEXTS, None]),
    "array": lambda: pyarrow.array([*TEXTS, None]),
    "large array": lambda: pyarrow.array([*TEXTS, None], pyarrow.large_utf8()),
    "dictionary": lambda: pyarrow.array([*TEXTS, None]).dictionary_encode(),
    "categories": lambda: polars.Series([*TEXTS, None], dtype=polars.Categorical),
    "views": lambda: pyarrow.array([*TEXTS, None], pyarrow.string_view()),
    "slice": lambda: pyarrow.array(["x", *TEXTS, None, "y"])[1:-1],
    "chunks": lambda: pyarrow.chunked_array([TEXTS[:1], [], [*TEXTS[1:], None]], pyarrow.utf8()),
    "table": lambda: pyarrow.table({"id": range(5), "text": [*TEXTS, None]}),
    "batch": lambda: pyarrow.record_batch({"text": ["x", *TEXTS, None]})[1:],
    "frame": lambda: polars.DataFrame({"id": range(5), "text": [*TEXTS, None]}),
}


@pytest.mark.parametrize("name", SOURCES)
def test_texts_come_from_anywhere(name):
    documents = qianmo.mine(SOURCES[name]())
    expected = qianmo.mine([*TEXTS, ""])
    assert documents.to_json() == expected.to_json()
    assert [document.text for document in documents] == [*TEXTS, ""]


@pytest.mark.parametrize("name", SOURCES)
def test_words_come_from_anywhere(name):
    assert qianmo.segment(SOURCES[name]()) == qianmo.segment([*TEXTS, ""])


def test_the_column_is_named():
    table = pyarrow.table({"title": ["a"], "text": ["修路3公里"]})
    assert qianmo.mine(table, column="text")[0].quantities[0].low == 3
    assert qianmo.segment(table, column="text") == [["修路", "3", "公里"]]
    with pytest.raises(qianmo.Error, match="several columns"):
        qianmo.mine(table)
    with pytest.raises(qianmo.Error, match='no column "body"'):
        qianmo.mine(table, column="body")
    with pytest.raises(qianmo.Error, match="not of strings"):
        qianmo.mine(pyarrow.array([1, 2]))
    with pytest.raises(TypeError, match="no columns"):
        qianmo.mine(["修路"], column="text")


EMPTY = {
    "pandas": lambda: pandas.Series([None, None], dtype=object),
    "polars": lambda: polars.Series([None, None]),
    "pyarrow": lambda: pyarrow.nulls(2),
}


@pytest.mark.parametrize("name", EMPTY)
def test_a_column_in_which_nothing_was_written(name):
    column = EMPTY[name]()
    documents = qianmo.mine(column)
    assert [document.text for document in documents] == ["", ""]
    assert qianmo.segment(column) == [[], []]
    assert len(qianmo.mine(column[:0])) == 0


def test_ill_formed_text_is_read_all_the_same():
    data = "修".encode() + b"\xe4\xb8 3" + "公里".encode()
    offsets = numpy.array([0, len(data)], dtype="int32")
    ill = pyarrow.StringArray.from_buffers(1, pyarrow.py_buffer(offsets), pyarrow.py_buffer(data))
    documents = qianmo.mine(ill)
    text = documents[0].text
    assert "\N{REPLACEMENT CHARACTER}" in text
    for token in documents[0].tokens:
        assert text[token.start : token.end] == token.text
    json.loads(documents[0].to_json())
    for token in qianmo.Engine(offsets="byte").mine(ill)[0].tokens:
        assert data[token.start : token.end].decode(errors="replace") == token.text
    with pytest.raises(qianmo.Error) as caught:
        qianmo.Engine(strict=True).mine(ill)
    assert caught.value.offset == 3


def test_streams_in_little_memory():
    batches = [pyarrow.record_batch({"text": TEXTS[i : i + 2]}) for i in (0, 2)]
    reader = pyarrow.RecordBatchReader.from_batches(batches[0].schema, batches)
    stream = qianmo.mine_stream(reader, "quantities", column="text")
    found = pyarrow.table(stream)
    expected = pyarrow.table(qianmo.mine(TEXTS).quantities)
    for column in ("document", "start", "low", "unit"):
        assert found[column].to_pylist() == expected[column].to_pylist()
    with pytest.raises(ValueError, match="read before"):
        pyarrow.table(stream)


@pytest.mark.parametrize("name", TABLES)
def test_streams_have_the_rows_of_tables(name):
    stream = qianmo.mine_stream(pyarrow.table({"text": TEXTS}), name)
    expected = pyarrow.table(getattr(qianmo.mine(TEXTS), name))
    assert pyarrow.table(stream).to_pylist() == expected.to_pylist()


def test_a_stream_that_breaks_says_so():
    def batches():
        yield pyarrow.record_batch({"text": TEXTS})
        raise RuntimeError("the line is dead")

    schema = pyarrow.schema({"text": pyarrow.utf8()})
    with pytest.raises(OSError, match="the line is dead"):
        qianmo.mine(pyarrow.RecordBatchReader.from_batches(schema, batches()))


def test_frames_have_the_names_of_rows(documents):
    frame = documents.quantities.to_frame()
    assert list(frame.columns) == ["document", "file", *qianmo.Quantity._fields]
    assert frame["low"].tolist() == [row.low for row in documents.quantities]
    assert len(documents[0].to_frame()) == len(documents[0].initiatives)
    assert list(documents[0].to_frame().columns) == list(qianmo.Initiative._fields)
