"""Engines: settings, additions, errors, threads."""

import copy
import datetime
import gc
import pathlib
import pickle
import sys
import threading
import time
import tracemalloc
from concurrent.futures import ThreadPoolExecutor

import pytest
import qianmo

TAXONOMY = """\
version: 1
types:
- id: kites
  zh: 放风筝
  group: play
  duty: RICH
  rules:
  - "放飞|扎制 > 风筝"
"""
REPORT = "村里扎制风筝30只，争取资金36万余元，硬化道路4.2公里。" * 20


def test_a_taxonomy_of_ones_own(tmp_path):
    (tmp_path / "my.yaml").write_text(TAXONOMY, encoding="utf-8")
    for source in (TAXONOMY, TAXONOMY.encode(), tmp_path / "my.yaml", [str(tmp_path / "my.yaml")]):
        document = qianmo.Engine(taxonomy=source).mine("村里扎制风筝30只。")
        assert [(row.type, row.type_name) for row in document.initiatives] == [("kites", "放风筝")]
    assert not list(qianmo.mine("村里扎制风筝30只。").initiatives)


def test_words_of_ones_own(tmp_path):
    text = "石笋坡上种满了茶"
    assert qianmo.Engine(words=["石笋坡上"]).segment(text)[0] == "石笋坡上"
    assert qianmo.Engine(words={"坡上种": "force"}).segment(text)[1] == "坡上种"
    (tmp_path / "w.tsv").write_text("坡上种\tforce\n", encoding="utf-8")
    assert "坡上种" in qianmo.Engine(words=tmp_path / "w.tsv").segment(text)
    assert "种满" not in qianmo.Engine(words={"种满": "forbid"}).segment(text)
    with pytest.raises(ValueError, match="prefer, force or forbid"):
        qianmo.Engine(words={"种满": "love"})


def test_mistakes_have_a_line_and_a_column(tmp_path):
    path = tmp_path / "wrong.yaml"
    path.write_text(TAXONOMY.replace(" > ", " >>> "), encoding="utf-8")
    with pytest.raises(qianmo.Error) as caught:
        qianmo.Engine(taxonomy=path)
    error = caught.value
    assert error.code == -4 and error.line == 8 and error.column >= 1
    assert error.path == str(path) and str(error).startswith(f"{path}:8:{error.column}: ")
    with pytest.raises(qianmo.Error, match="^line 1, column"):
        qianmo.Engine(words=b"a\tlove\n")
    with pytest.raises(FileNotFoundError):
        qianmo.Engine(taxonomy=tmp_path / "none.yaml")


def test_files_that_are_no_models(tmp_path):
    (tmp_path / "m.qm").write_bytes(b"no model at all" * 10)
    with pytest.raises(qianmo.Error) as caught:
        qianmo.Engine(models=[tmp_path / "m.qm"])
    assert caught.value.path == str(tmp_path / "m.qm") and caught.value.line is None
    assert isinstance(caught.value, ValueError)
    with pytest.raises(qianmo.Error) as caught:
        qianmo.Engine(models=tmp_path / "m.qm")
    assert caught.value.path == str(tmp_path / "m.qm")


@pytest.mark.parametrize(
    "settings",
    [{"granularity": "huge"}, {"tables": ["chairs"]}, {"quality": 1}, {"offsets": "utf32"},
     {"reference_date": 20241399}, {"max_doc_bytes": -1}, {"join_lines": "perhaps"}],
)
def test_settings_that_do_not_exist(settings):
    with pytest.raises(ValueError):
        qianmo.Engine(**settings)


def test_a_model_that_is_not_there_is_an_os_error(tmp_path):
    with pytest.raises(FileNotFoundError) as caught:
        qianmo.Engine(models=tmp_path / "none.qm")
    assert caught.value.filename == str(tmp_path / "none.qm")


@pytest.mark.parametrize("settings", [{"tags": "no"}, {"strict": 2}, {"suppressed": []}])
def test_flags_are_true_or_false(settings):
    with pytest.raises(ValueError, match="it is True or False"):
        qianmo.Engine(**settings)


@pytest.mark.parametrize(
    "settings, said",
    [({"max_doc_bytes": "12"}, "max_doc_bytes is '12'; it is a whole number"),
     ({"max_doc_bytes": 1.5}, "max_doc_bytes is 1.5; it is a whole number"),
     ({"words": [("石笋坡", 1)]}, "a word is a str, not tuple")],
)
def test_settings_of_the_wrong_type_are_named(settings, said):
    with pytest.raises(TypeError, match=said):
        qianmo.Engine(**settings)


def test_an_engine_says_what_it_was_given():
    assert repr(qianmo.Engine()) == "<qianmo.Engine>"
    engine = qianmo.Engine(granularity="fine", words=["石笋坡"], tags=True)
    assert repr(engine) == "<qianmo.Engine words=['石笋坡'] granularity='fine' tags=True>"


def test_what_cannot_be_pickled_says_what_can():
    engine = qianmo.Engine()
    documents = engine.mine(["村里修路3公里。"])
    for whole in (engine, documents, documents[0], documents.tokens, documents[0].tokens):
        with pytest.raises(TypeError, match="cannot be pickled: rows, to_dict"):
            pickle.dumps(whole)
        assert copy.copy(whole) is whole and copy.deepcopy(whole) is whole
    assert pickle.loads(pickle.dumps(documents[0].quantities[0])) == documents[0].quantities[0]


@pytest.mark.parametrize("day", ["2024-05-01", 2024.5, True, [20240501]])
def test_reference_dates_of_no_day(day):
    with pytest.raises(TypeError, match="reference_date"):
        qianmo.Engine(reference_date=day)


def test_settings_do_something():
    assert not list(qianmo.Engine(tables="tokens").mine(REPORT).quantities)
    long_word = {"驻村工作队": "force"}
    fine = qianmo.Engine(granularity="fine", words=long_word).mine("驻村工作队来了").tokens
    assert any("colocated" in token.flags for token in fine)
    assert all(token.tag is None for token in qianmo.mine(REPORT).tokens)
    with pytest.raises(qianmo.Error) as caught:
        qianmo.Engine(max_doc_bytes=10).mine(REPORT)
    assert caught.value.code == -8
    dated = qianmo.Engine(reference_date=datetime.date(2024, 5, 1)).mine("今年4月7日动工。")
    assert dated.quantities[0].low == datetime.date(2024, 4, 7)
    assert qianmo.Engine().info("size").isdigit()
    assert qianmo.Engine().info("nothing") is None


@pytest.mark.parametrize("what", [1, [1], ["a", b"b"], object(), [object()], {"a": "修路"}])
def test_what_is_no_text(what):
    for call in (qianmo.mine, qianmo.segment):
        with pytest.raises(TypeError):
            call(what)
        with pytest.raises(TypeError, match="not bytes"):
            call("修路".encode())
        with pytest.raises(TypeError, match="mine_files"):
            call(pathlib.Path("report.txt"))


def test_wrong_numbers():
    with pytest.raises(qianmo.Error):
        qianmo.number_parse("很多")
    for call, words in (
        (lambda: qianmo.number_parse(5), "a str, not int"),
        (lambda: qianmo.convert(5, "亩", None), "a str: mu"),
        (lambda: qianmo.mine(None), "not NoneType"),
    ):
        with pytest.raises(TypeError, match=words):
            call()
    for value in ("nan", "inf"):
        with pytest.raises(ValueError):
            qianmo.number_format(value)
    for call in (qianmo.number_format, lambda value: qianmo.convert(value, "mu", "m2")):
        with pytest.raises(ValueError, match="too many digits"):
            call(10**5000 + 1)
    for value in (10**30 + 1, "1e99999", "three"):
        with pytest.raises(ValueError):
            qianmo.number_format(value)
        with pytest.raises(ValueError):
            qianmo.convert(value, "mu", "m2")
    with pytest.raises(qianmo.Error):
        qianmo.convert(1, "km", "kg")


def test_numbers_of_threads():
    texts = ["村里修路3公里。"] * 9
    for threads in (0, 1, 3):
        assert len(qianmo.mine(texts, threads=threads).quantities) == 9
    with pytest.raises(ValueError, match="threads is -1"):
        qianmo.mine(texts, threads=-1)
    with pytest.raises(TypeError):
        qianmo.mine(texts, threads="4")


def test_threads_share_an_engine():
    texts = [f"第{n}次，村里争取资金{n}万元，硬化道路{n}.5公里。" for n in range(400)]
    expected = [qianmo.mine(text).to_json() for text in texts]
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(lambda text: qianmo.mine(text).to_json(), texts)) == expected
        words = list(pool.map(qianmo.segment, texts))
    assert words == qianmo.segment(texts)


def test_others_run_while_we_work():
    """Without the GIL held, a ticking thread goes on ticking during one long call."""
    text = REPORT * 2000
    ticks, stop = [], threading.Event()

    def tick():
        while not stop.is_set():
            ticks.append(time.perf_counter())
            time.sleep(0.001)

    thread = threading.Thread(target=tick)
    thread.start()
    start = time.perf_counter()
    qianmo.mine(text)
    end = time.perf_counter()
    stop.set()
    thread.join()
    assert end - start > 0.05
    inside = [t for t in ticks if start < t < end]
    assert len(inside) > 10
    assert max(b - a for a, b in zip(inside, inside[1:])) < (end - start) / 2


def objects():
    gc.collect()
    return len(gc.get_objects())


def test_nothing_is_left_behind():
    def work():
        engine = qianmo.Engine(words=["石笋坡"], taxonomy=TAXONOMY)
        documents = engine.mine([REPORT, None])
        for document in documents:
            document.to_json(), document.to_html(), document.to_dict()
            for table in (document.tokens, document.quantities, document.initiatives):
                list(table)
                table.__arrow_c_array__(), table.__arrow_c_stream__()
        documents.tokens.__arrow_c_stream__()
        documents._chunks[0].column(0, "start")
        engine.segment([REPORT])
        for wrong in (lambda: engine.mine([1]), lambda: qianmo.Engine(taxonomy="a:\n b")):
            with pytest.raises((TypeError, qianmo.Error)):
                wrong()

    for _ in range(3):
        work()
    before, references = objects(), sys.getrefcount(None)
    tracemalloc.start()
    work()
    first = tracemalloc.get_traced_memory()[0]
    for _ in range(20):
        work()
    grown = tracemalloc.get_traced_memory()[0] - first
    tracemalloc.stop()
    assert objects() - before < 50
    assert sys.getrefcount(None) - references < 200
    assert grown < 200_000
