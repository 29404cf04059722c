"""The calls of jieba."""

import io

import pytest
from qianmo import jieba
from qianmo.jieba import analyse, posseg

TEXT = "驻村工作队为石笋坡村争取资金，硬化了村道。"


@pytest.fixture(autouse=True)
def clean(monkeypatch):
    """User words of one test are not those of the next."""
    monkeypatch.setattr(jieba.dt, "_words", {})
    monkeypatch.setattr(jieba.dt, "_tags", {})
    jieba.dt._engines.clear()
    yield
    jieba.dt._engines.clear()


def test_cut_gives_back_the_text():
    text = TEXT + " A b\n完"
    assert "".join(jieba.cut(text)) == text
    assert list(jieba.cut(text)) == jieba.lcut(text)
    assert "工作队" in jieba.lcut(text, cut_all=False, HMM=False)


def test_tokenize_has_places():
    for mode in ("default", "search"):
        for word, start, end in jieba.tokenize(TEXT, mode=mode):
            assert TEXT[start:end] == word
    with pytest.raises(ValueError, match="default or search"):
        list(jieba.tokenize(TEXT, mode="other"))


def test_search_puts_the_words_inside_first():
    words = jieba.lcut_for_search("中华人民共和国合作社")
    assert words == list(jieba.cut_for_search("中华人民共和国合作社"))
    whole = jieba.lcut("中华人民共和国合作社")
    assert [word for word in words if word in whole] == whole
    assert set(jieba.lcut("中华人民共和国合作社", cut_all=True)) == set(words)


def test_user_words():
    assert "笋坡村争" not in jieba.lcut(TEXT)
    jieba.add_word("笋坡村争")
    assert "笋坡村争" in jieba.lcut(TEXT)
    jieba.del_word("笋坡村争")
    assert "笋坡村争" not in jieba.lcut(TEXT)
    jieba.add_word("笋坡村争", freq="42", tag="nz")
    assert posseg.pair("笋坡村争", "nz") in posseg.lcut(TEXT)
    jieba.add_word("笋坡村争", freq="0")
    assert "笋坡村争" not in jieba.lcut(TEXT)


def test_words_can_be_split():
    assert "工作队" in jieba.lcut(TEXT)
    assert jieba.suggest_freq(("工作", "队"), tune=True) == 0
    assert "工作队" not in jieba.lcut(TEXT)
    assert jieba.suggest_freq("工作队", tune=True) == 1
    assert "工作队" in jieba.lcut(TEXT)


def test_dictionaries_of_users(tmp_path):
    path = tmp_path / "words.txt"
    path.write_text("石笋坡村 3 ns\n争取资金\n\n", encoding="utf-8")
    jieba.load_userdict(path)
    assert {"石笋坡村", "争取资金"} <= set(jieba.lcut(TEXT))
    assert posseg.pair("石笋坡村", "ns") in posseg.lcut(TEXT)
    jieba.load_userdict(io.BytesIO("化了村 5 n\n".encode()))
    assert "化了村" in jieba.lcut(TEXT)


def test_words_of_users_may_have_blanks():
    jieba.load_userdict(io.StringIO("Edu Trust认证 2000\nNew York 10 ns\n八一双鹿 nz\n"))
    assert set(jieba.dt._words) == {"Edu Trust认证", "New York", "八一双鹿"}
    assert jieba.lcut("Edu Trust认证在New York") == ["Edu Trust认证", "在", "New York"]
    assert posseg.lcut("New York") == [posseg.pair("New York", "ns")]


def test_bytes_are_text():
    for data in (TEXT.encode(), TEXT.encode("gbk")):
        assert list(jieba.cut(data)) == jieba.lcut(TEXT)
        assert posseg.lcut(data) == posseg.lcut(TEXT)
        assert jieba.lcut_for_search(data) == jieba.lcut_for_search(TEXT)
        assert analyse.extract_tags(data) == analyse.extract_tags(TEXT)


@pytest.mark.parametrize("what", [None, 5, ["村"]])
def test_what_is_no_text(what):
    for call in (jieba.lcut, jieba.lcut_for_search, posseg.lcut, analyse.extract_tags):
        with pytest.raises(TypeError, match="a text must be a str"):
            call(what)


def test_calls_that_have_nothing_to_do():
    jieba.enable_parallel(4)
    jieba.disable_parallel()
    jieba.enable_paddle()
    jieba.set_dictionary("dict.txt.big")
    jieba.initialize()
    assert jieba.Tokenizer(dictionary="dict.txt.big").lcut(TEXT) == jieba.lcut(TEXT)


def test_little_words_of_english_are_no_key_words():
    assert analyse.extract_tags("the market and the road") == ["market", "road"]


def test_tags_are_letters():
    pairs = list(posseg.cut(TEXT))
    assert pairs == posseg.lcut(TEXT)
    assert [p.word for p in pairs] == jieba.lcut(TEXT)
    word, flag = pairs[-1]
    assert str(pairs[-1]) == f"{word}/{flag}"
    assert all(p.flag.islower() for p in pairs)


def test_key_words():
    text = "茶叶合作社卖出茶叶，茶叶的销售收入归合作社。2024年，我们和他们都说好。"
    words = jieba.analyse.extract_tags(text, topK=3)
    assert words[0] == "茶叶" and "合作社" in words
    weighted = analyse.extract_tags(text, topK=None, withWeight=True)
    assert weighted == sorted(weighted, key=lambda item: -item[1])
    assert not any(c.isdigit() for word, _ in weighted for c in word)
    assert all(isinstance(p, posseg.pair) for p in analyse.extract_tags(text, withFlag=True))


def test_key_words_by_their_company():
    text = "合作社卖出茶叶，合作社加工茶叶，茶叶有了销路。村里修了公路，公路通到茶园。"
    weighted = analyse.textrank(text, topK=None, withWeight=True)
    assert weighted[0] == ("茶叶", 1.0)
    assert weighted == sorted(weighted, key=lambda item: -item[1])
    assert analyse.textrank(text, topK=2) == [word for word, _ in weighted[:2]]
    assert {p.flag for p in analyse.textrank(text, withFlag=True)} <= {"n", "ns", "v", "vn"}
    assert {p.flag for p in analyse.textrank(text, withFlag=True, allowPOS=("n",))} == {"n"}
    assert analyse.textrank("", withWeight=True) == []
    own = analyse.TextRank()
    own.stop_words = {"茶叶"}
    assert "茶叶" not in own.textrank(text)


def test_suffixes_are_nouns():
    flags = {p.word: p.flag for p in posseg.cut("党员们到村里修了路")}
    assert flags["了"] == "u"
    assert posseg.lcut("村")[0].flag == "n"


def test_marks_are_no_nouns():
    text = "后在日本京都大学深造。今天“天气”真好，我们去吃饭……好！"
    marks = {p.flag for p in posseg.cut(text) if not any(c.isalnum() for c in p.word)}
    assert marks == {"x"}


def test_tables_of_others(tmp_path):
    (tmp_path / "idf").write_text("合作社 9.5\n茶叶 0.1\n", encoding="utf-8")
    (tmp_path / "stop").write_text("销售\n", encoding="utf-8")
    own = analyse.TFIDF(tmp_path / "idf")
    own.set_stop_words(tmp_path / "stop")
    words = own.extract_tags("茶叶茶叶合作社销售销售销售")
    assert words[0] == "合作社" and "销售" not in words
