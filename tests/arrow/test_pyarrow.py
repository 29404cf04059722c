#!/usr/bin/env python3
"""The Arrow arrays of the shared library, read by pyarrow.

usage: test_pyarrow.py LIBRARY
Exits with 77 (skipped) where pyarrow is not installed.
"""
import ctypes as c
import sys
from decimal import Decimal

try:
    import pyarrow as pa
except ImportError:
    print("skipped: pyarrow is not installed")
    sys.exit(77)

TOKENS, QUANTITIES, INITIATIVES, ENTITIES, CLAUSES, MEASURES = range(6)
TEXTS = ["去年，石桥村修路3公里，投资36万余元。", "", "1月，第一书记李明为村民安装路灯40盏，增长3.5%。"]


class Setting(c.Structure):
    _fields_ = [("param", c.c_int32), ("reserved", c.c_int32), ("value", c.c_int64)]


def check(status, error):
    if status != 0:
        raise RuntimeError(error.raw[24:].split(b"\0")[0].decode())


def pointer(make, *arguments):
    out, error = c.c_void_p(), c.create_string_buffer(256)
    check(make(c.byref(out), *arguments, error), error)
    return out


def make_engine(lib):
    model = pointer(lib.qm_model_builtin)
    models = (c.c_void_p * 1)(model)
    settings = (Setting * 1)(Setting(6, 0, 1))  # QM_P_OFFSETS: code points
    engine = pointer(lib.qm_engine_new, models, c.c_size_t(1), settings, c.c_size_t(1), None)
    lib.qm_model_unref(model)
    return engine


def export(lib, engine, table):
    analyzer = pointer(lib.qm_analyzer_new, engine, None)
    result = pointer(lib.qm_result_new, None)
    data = "".join(TEXTS).encode()
    ends = [0]
    for text in TEXTS:
        ends.append(ends[-1] + len(text.encode()))
    error = c.create_string_buffer(256)
    offsets = (c.c_int32 * len(ends))(*ends)
    check(lib.qm_analyze_offsets32(analyzer, data, offsets, c.c_size_t(len(TEXTS)), result, error), error)
    schema, array = c.create_string_buffer(72), c.create_string_buffer(80)
    check(lib.qm_result_export(result, table, schema, array, error), error)
    batch = pa.RecordBatch._import_from_c(c.addressof(array), c.addressof(schema))
    lib.qm_result_unref(result)  # the batch holds on to it
    lib.qm_analyzer_free(analyzer)
    return batch


def stream(lib, engine, texts, table):
    reader = pa.Table.from_arrays([texts], names=["text"]).to_reader(max_chunksize=2)
    ours, theirs = c.create_string_buffer(40), c.create_string_buffer(40)
    reader._export_to_c(c.addressof(theirs))
    error = c.create_string_buffer(256)
    check(lib.qm_analyze_stream(engine, theirs, b"text", table, ours, error), error)
    return pa.RecordBatchReader._import_from_c(c.addressof(ours)).read_all()


def spans_are_right(batch):
    for row in batch.to_pylist():
        text = TEXTS[row["document"]]
        assert 0 <= row["start"] < row["end"] <= len(text), row


def quantities_are_right(batch):
    rows = batch.to_pylist()
    found = {TEXTS[r["document"]][r["start"]:r["end"]]: r for r in rows}
    money = found["36万余元"]
    assert money["low"] == Decimal(360000) and money["low_text"] == "360000", money
    assert money["kind"] == "money" and money["relation"] == "gt" and money["unit"] == "CNY", money
    assert money["high"] is None and money["high_text"] is None, money


def main():
    lib = c.CDLL(sys.argv[1])
    lib.qm_model_unref.argtypes = [c.c_void_p]
    engine = make_engine(lib)
    for table in range(6):
        batch = export(lib, engine, table)
        batch.validate(full=True)
        if table < MEASURES:
            spans_are_right(batch)
        if table == QUANTITIES:
            quantities_are_right(batch)
        for texts in (pa.array(TEXTS), pa.array(TEXTS, pa.large_utf8()), pa.array(["x"] + TEXTS)[1:]):
            streamed = stream(lib, engine, texts, table)
            streamed.validate(full=True)
            assert streamed.to_pylist() == batch.to_pylist(), table
    print("all six tables are right, exported and streamed")


main()
