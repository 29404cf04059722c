"""Arrow capsules passed from one of our objects to another, without any other library."""

import pytest
import qianmo
from qianmo import _qianmo

TEXTS = ("修路3公里，花了36万余元。", None, "建桥2座")


def test_capsules_that_nobody_takes():
    documents = qianmo.mine(TEXTS)
    for table in (documents.tokens, documents.quantities, documents.initiatives):
        table.__arrow_c_stream__()
    for document in documents:
        document.entities.__arrow_c_array__()
        document.clauses.__arrow_c_stream__()


def test_tables_as_input():
    """A table of quantities has several columns of strings: the texts of values and no others."""
    quantities = qianmo.mine(TEXTS).quantities
    mined = qianmo.mine(quantities, column="low_text")
    assert [document.text for document in mined] == ["3", "360000", "2"]
    stream = qianmo.mine_stream(quantities, "initiatives", column="low_text")
    assert len(qianmo.mine(qianmo.mine(TEXTS)[0].quantities, column="low_text")) == 2
    with pytest.raises(qianmo.Error, match="several columns"):
        qianmo.mine(stream)
    units = qianmo.mine(quantities, column="unit")
    assert [document.text for document in units] == ["km", "CNY", "座"]
    with pytest.raises(qianmo.Error, match="not of strings"):
        qianmo.mine(quantities, column="start")


def test_what_the_c_side_refuses():
    chunk = qianmo.mine(TEXTS)._chunks[0]
    models = _qianmo.Models((), (), ())
    engine = _qianmo.Engine(models, ())
    wrong = [
        (IndexError, lambda: chunk.text(3)),
        (IndexError, lambda: chunk.text(-1)),
        (IndexError, lambda: chunk.range(9, 0)),
        (IndexError, lambda: chunk.row(0, 10**6, 0, "")),
        (IndexError, lambda: chunk.row(5, 0, 0, "")),
        (IndexError, lambda: chunk.export(0, 0, 3)),
        (KeyError, lambda: chunk.column(0, "nothing")),
        (KeyError, lambda: chunk.column(1, "low")),
        (qianmo.Error, lambda: chunk.export(0, -1, -1)),
        (ValueError, lambda: _qianmo.chunks_stream((), 0, 0, -1)),
        (TypeError, lambda: _qianmo.chunks_stream((1,), 0, 0, -1)),
        (TypeError, lambda: engine.analyze(["x"])),
        (TypeError, lambda: engine.analyze((b"x",))),
        (TypeError, lambda: engine.segment((b"x",), False)),
        (TypeError, lambda: _qianmo.Models((), (), (("a",),))),
        (TypeError, lambda: _qianmo.Engine(models, ((1,),))),
        (TypeError, lambda: _qianmo.Models(a=1)),
        (qianmo.Error, lambda: _qianmo.Engine(models, ((99, 1),))),
        (qianmo.Error, lambda: _qianmo.Models((), (("nothing", b"", None),), ())),
        (ValueError, lambda: engine.analyze_array(object(), object(), None)),
    ]
    for kind, call in wrong:
        with pytest.raises(kind):
            call()


def test_an_array_is_used_once():
    schema, array = qianmo.mine(TEXTS).quantities._documents[0].quantities.__arrow_c_array__()
    engine = _qianmo.Engine(_qianmo.Models((), (), ()), ())
    assert len(engine.analyze_array(schema, array, "low_text")) == 2
    with pytest.raises(ValueError, match="used before"):
        engine.analyze_array(schema, array, "low_text")
