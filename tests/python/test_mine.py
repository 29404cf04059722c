"""Texts in, documents out."""

import datetime
import json
import os
import warnings
from decimal import Decimal

import pytest
import qianmo

REPORT = "2021年4月7日，工作队争取资金36万余元，硬化道路4.2公里。\n“三会一课”每月1次。"


@pytest.fixture(scope="module")
def document():
    return qianmo.mine(REPORT)


def test_numbers_are_exact(document):
    found = {quantity.text: quantity for quantity in document.quantities}
    assert found["36万余元"].low == 360000 and type(found["36万余元"].low) is int
    assert found["36万余元"].relation == "gt" and found["36万余元"].unit == "CNY"
    assert found["4.2公里"].low == Decimal("4.2") and type(found["4.2公里"].low) is Decimal
    assert found["4.2公里"].si == (4200, "m")
    assert found["2021年4月7日"].low == datetime.date(2021, 4, 7)


def test_dates_that_are_not_whole_are_text():
    values = [quantity.low for quantity in qianmo.mine("2019年4月动工，2月30日完工。").quantities]
    assert values[0] == "2019-04"
    assert not any(isinstance(value, datetime.date) for value in values)


def test_offsets_count_characters():
    text = "𠮷😀：修路3公里，\ud83d建桥2座。"
    document = qianmo.mine(text)
    assert document.text == text
    for table in (document.tokens, document.quantities, document.initiatives, document.clauses):
        for row in table:
            assert text[row.start : row.end] == row.text
    assert [quantity.text for quantity in document.quantities] == ["3公里", "2座"]
    assert "".join(token.text for token in document.tokens) == text


def test_offsets_can_count_bytes():
    document = qianmo.Engine(offsets="byte").mine("修路3公里")
    assert document.quantities[0].start == 6
    assert document.quantities[0].text == "3公里"
    text = "\ud83d修路3公里\ud83d"
    tokens = qianmo.Engine(offsets="byte").mine(text).tokens
    assert "".join(token.text for token in tokens) == text


def test_initiatives_name_their_quantities(document):
    rows = list(document.initiatives)
    assert rows
    for row in rows:
        assert document.text[row.start : row.end] == row.text
        for number in row.quantities:
            assert isinstance(document.quantities[number], qianmo.Quantity)
    assert any(row.quantities for row in rows)


def test_rows_are_sequences(document):
    tokens = document.tokens
    assert tokens[-1] == tokens[len(tokens) - 1] == list(tokens)[-1]
    assert tokens[1:3] == [tokens[1], tokens[2]]
    assert tokens == document.tokens and tokens != document.clauses
    with pytest.raises(IndexError):
        tokens[len(tokens)]


def test_dict_is_the_json_of_the_command_line(document):
    found = document.to_dict()
    assert found == json.loads(document.to_json(), parse_float=Decimal)
    assert found["chars"] == len(REPORT)
    assert [row["text"] for row in found["quantities"]] == [row.text for row in document.quantities]
    for row, other in zip(found["initiatives"], document.initiatives, strict=True):
        assert row["quantities"] == list(other.quantities)
        for key in ("start", "end", "text", "type", "group", "duty", "status", "trigger", "object",
                    "actor", "place", "time", "score", "rule"):
            assert row[key] == getattr(other, key)


def test_html_is_escaped_and_has_no_script():
    html = qianmo.mine('<script>alert("x")</script>\n村里修路3公里。')._repr_html_()
    assert "<script" not in html and "&lt;script&gt;" in html
    assert '<mark class="qm-quantity"' in html


def test_many_texts_count_on_across_batches():
    texts = ["修路3公里。", None, "建桥2座。"] * 4000
    documents = qianmo.mine(texts, threads=3)
    assert len(documents) == len(texts) and len(documents._chunks) > 1
    assert documents[-1].text == texts[-1] and documents[-1].number == len(texts) - 1
    assert documents[1].text == "" and len(documents[1].tokens) == 0
    assert len(documents.quantities) == 8000
    assert [document.text for document in documents] == [text or "" for text in texts]
    assert documents[4:6][1].text == texts[5]


def test_nothing_at_all():
    assert len(qianmo.mine([])) == 0
    assert len(qianmo.mine([]).tokens) == 0
    assert len(qianmo.mine("").tokens) == 0
    assert qianmo.segment("") == [] and qianmo.segment([]) == []


def test_segment_gives_words():
    assert qianmo.segment("驻村工作队来了") == ["驻村", "工作队", "来", "了"]
    assert qianmo.segment(["修路", None]) == [["修路"], []]
    assert qianmo.segment("我们 来了\n") == ["我们", "来", "了"]


def test_segment_with_spaces_gives_back_the_text():
    text = "我们 来了\r\n\t𠮷\x00野家的很长很长的Supercalifragilistic词\ud800！ "
    assert "".join(qianmo.segment(text, spaces=True)) == text
    assert all("".join(words) == text for words in qianmo.segment([text] * 3, spaces=True))


def test_words_are_the_same_however_they_are_asked_for():
    texts = [REPORT * n for n in range(60)]
    assert qianmo.segment(texts) == [qianmo.segment(text) for text in texts]
    tokens = qianmo.Engine(join_lines="never").mine(REPORT).tokens
    assert [t.text for t in tokens if "space" not in t.flags] == qianmo.segment(REPORT)


def test_a_document_is_the_same_however_it_was_reached():
    documents = qianmo.mine(["修路3公里。", "修路3公里。"])
    assert documents[0] == documents[0] != documents[1]
    assert documents[1] in documents and documents.index(documents[1]) == 1
    assert len({documents[0], documents[1], documents[-1]}) == 2


def test_a_document_is_dark_on_light_whatever_the_notebook_is():
    style = qianmo.mine("修路3公里。")._repr_html_().split("</style>")[0]
    text = style.split(".qm-text{")[1].split("}")[0]
    assert "background:#fff" in text and "color:#1f2937" in text


def test_documents_show_themselves():
    page = qianmo.mine(["<b>修路3公里。", ""])._repr_html_()
    assert "<td>9</td><td>1</td><td>1</td>" in page
    assert "50 more rows" in qianmo.mine(["修路"] * 100)._repr_html_()


def test_files_and_directories(tmp_path):
    (tmp_path / "b").mkdir()
    (tmp_path / "a.txt").write_bytes("修路3公里。".encode("gb18030"))
    (tmp_path / "b" / "c.txt").write_bytes("﻿建桥2座。".encode())
    (tmp_path / "b" / "d.csv").write_bytes(b"no report")
    documents = qianmo.mine_files(tmp_path, progress=False)
    assert [document.text for document in documents] == ["修路3公里。", "建桥2座。"]
    assert documents.names == [str(tmp_path / "a.txt"), str(tmp_path / "b" / "c.txt")]
    assert json.loads(documents.to_json().splitlines()[0])["doc"] == str(tmp_path / "a.txt")
    assert len(qianmo.mine_files([tmp_path / "a.txt"], progress=True)) == 1
    name = tmp_path / os.fsdecode("修路".encode("gbk"))
    name.write_text("修路3公里。", encoding="utf-8")
    document = qianmo.mine_files(name, progress=False)[0]
    assert document.name == str(name) and "修路" in document.to_html()
    assert json.loads(document.to_json())["doc"].endswith("/\N{REPLACEMENT CHARACTER}\N{REPLACEMENT CHARACTER}·")
    with pytest.raises(FileNotFoundError, match="no texts"):
        qianmo.mine_files(tmp_path / "b", pattern="*.md", progress=False)


def test_files_that_are_no_texts_are_told_of(tmp_path):
    def mined(content, **options):
        (tmp_path / "a.txt").write_bytes(content)
        return qianmo.mine_files(tmp_path, progress=False, **options)[0].text

    with pytest.warns(UserWarning, match="a.txt: not a text but a binary file; read as empty"):
        assert mined(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\xff") == ""
    with pytest.warns(UserWarning, match="a.txt: 1 ill-formed piece, U"):
        assert mined("修路".encode() + b"\xff\n") == "修路\N{REPLACEMENT CHARACTER}\n"
    with pytest.warns(UserWarning, match="2 ill-formed pieces"):
        mined(b"\xff,\xff", encoding="utf-8")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert mined("修路\0\N{REPLACEMENT CHARACTER}".encode()) == "修路\0\N{REPLACEMENT CHARACTER}"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32", "gb18030", "gbk"])
def test_encodings_are_guessed(encoding):
    assert qianmo.decode("驻村工作队硬化道路4.2公里。".encode(encoding)) == "驻村工作队硬化道路4.2公里。"


def test_what_is_no_encoding_is_decoded_all_the_same():
    assert "\N{REPLACEMENT CHARACTER}" in qianmo.decode(b"abc\xff\xff\xfe")
    assert qianmo.decode("修路".encode("big5"), "big5") == "修路"


def test_numbers_in_words():
    assert qianmo.number_parse("三万五") == 35000
    assert qianmo.number_parse("百分之三点五") == Decimal("0.035")
    assert qianmo.number_format(35000) == "三万五千"
    assert qianmo.number_format("3.50", "digits") == "3.5"
    assert qianmo.number_format(Decimal(35000), "financial") == "叁万伍仟"
    assert qianmo.number_format(-7) == "负七"


def test_a_float_is_what_it_is_printed_as():
    assert qianmo.number_format(0.1) == "零点一"
    assert qianmo.number_format(0.1 + 0.2, "digits") == "0.30000000000000004"
    assert qianmo.number_format(35000.0) == "三万五千"
    assert qianmo.convert(1.5, "mu", "m2") == 1000
    np = pytest.importorskip("numpy")
    assert qianmo.number_format(np.float32(0.1)) == qianmo.number_format(np.float64(0.1)) == "零点一"
    assert qianmo.number_format(np.int64(12)) == "十二"


def test_what_is_rounded_is_told():
    with pytest.warns(RuntimeWarning, match="三分之二"):
        assert qianmo.number_parse("三分之二") == Decimal("0.66666666666667")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert qianmo.number_parse("四分之三") == Decimal("0.75")
        assert qianmo.number_parse("五成") == Decimal("0.5")
    third, half = qianmo.mine("三分之一的人参加，二分之一的人没有。").quantities
    assert "rounded" in third.flags and "rounded" not in half.flags


def test_wrong_numbers_say_where():
    with pytest.raises(qianmo.Error, match='"斤" is no part of one') as raised:
        qianmo.number_parse("五斤")
    assert raised.value.offset == 3


def test_units_are_converted_exactly():
    assert qianmo.convert("1.5", "mu", "m2") == 1000
    assert qianmo.convert(Decimal("4.2"), "km", "m") == 4200
    assert qianmo.convert("三万", "亩", "平方米") == 20_000_000
    assert qianmo.convert(5, "分", "元") == Decimal("0.05")
    with pytest.raises(qianmo.Error, match="1/15"):
        qianmo.convert(1, "亩", "公顷")
