"""Key words by TF-IDF or TextRank, as jieba.analyse gives them.

How rare a word is says idf.tsv, which tools/make_idf.py counts in the project's own texts; it knows the
words of villages and offices best. set_idf_path() takes any other table in jieba's format.
"""

from __future__ import annotations

import importlib.resources
import os
import statistics
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from typing import Literal, overload

from . import Text, Tokenizer, dt, text_of
from .posseg import lcut, pair

Path = str | os.PathLike[str]
# Those of jieba.
STOP_WORDS = frozenset(
    "the of is and to in that we for an are by be as on with can if from which you it this then at"
    " have all not one has or".split()
)


def _table(lines: Iterable[str]) -> dict[str, float]:
    rows = (line.split() for line in lines)
    return {row[0]: float(row[1]) for row in rows if len(row) == 2}


Found = list[str] | list[pair] | list[tuple[str, float]] | list[tuple[pair, float]]


def _counts(word: str, stop_words: Collection[str]) -> bool:
    """No marks, no figures, nothing of one character."""
    word = word.strip()
    if len(word) < 2 or word.lower() in stop_words:
        return False
    return any(c.isalpha() for c in word) and not any(c.isdigit() for c in word)


def _best(weights: Mapping[pair, float], top: int | None, weighted: bool, flagged: bool) -> Found:
    best = sorted(weights.items(), key=lambda item: (-item[1], item[0].word))[:top]
    if flagged:
        return best if weighted else [p for p, _ in best]
    return [(p.word, w) for p, w in best] if weighted else [p.word for p, _ in best]


class TFIDF:
    """Extracts key words with the words of a tokenizer, a table of IDFs and a list of stop words."""

    def __init__(self, idf_path: Path | None = None, tokenizer: Tokenizer = dt) -> None:
        self.tokenizer: Tokenizer = tokenizer
        self.stop_words: set[str] = set(STOP_WORDS)
        self._idf: dict[str, float] | None = None
        self._median = 0.0
        if idf_path is not None:
            self.set_idf_path(idf_path)

    def set_idf_path(self, idf_path: Path) -> None:
        """Lines of a word, a blank and its IDF."""
        with open(idf_path, encoding="utf-8") as file:
            self._take(_table(file))

    def set_stop_words(self, stop_words_path: Path) -> None:
        """A file of words that are never key words, one a line."""
        with open(stop_words_path, encoding="utf-8") as file:
            self.stop_words |= {line.strip() for line in file}

    def _take(self, table: dict[str, float]) -> dict[str, float]:
        self._idf = table
        self._median = statistics.median(table.values()) if table else 1.0
        return table

    def _words(self, sentence: Text, tags: Collection[str], with_flag: bool) -> list[pair]:
        if not tags and not with_flag:
            words = self.tokenizer.engine().segment(text_of(sentence))
            found = [pair(word, "") for word in words]
        else:
            found = [p for p in lcut(sentence, tokenizer=self.tokenizer) if not tags or p.flag in tags]
        return [p for p in found if _counts(p.word, self.stop_words)]

    def extract_tags(
        self,
        sentence: Text,
        topK: int | None = 20,
        withWeight: bool = False,
        allowPOS: Collection[str] = (),
        withFlag: bool = False,
    ) -> Found:
        """The topK words (None: all) that are frequent here and rare elsewhere."""
        idf = self._idf
        if idf is None:
            file = importlib.resources.files(__package__).joinpath("idf.tsv")
            idf = self._take(_table(file.read_text(encoding="utf-8").splitlines()))
        words = self._words(sentence, allowPOS, withFlag)
        total = len(words) or 1
        weights = {
            p: count / total * idf.get(p.word, self._median) for p, count in Counter(words).items()
        }
        return _best(weights, topK, withWeight, withFlag)


class TextRank:
    """Extracts key words by their company: words within a few of one another vote for each other."""

    span = 5
    pos_filt = frozenset(("ns", "n", "vn", "v"))

    def __init__(self, tokenizer: Tokenizer = dt) -> None:
        self.tokenizer: Tokenizer = tokenizer
        self.stop_words: set[str] = set(STOP_WORDS)

    def _edges(self, sentence: Text, tags: Collection[str], with_flag: bool) -> dict[pair, Counter[pair]]:
        """How often two words stand together, from both sides."""
        words = lcut(sentence, tokenizer=self.tokenizer)
        good = [p.flag in tags and _counts(p.word, self.stop_words) for p in words]
        nodes = [p if with_flag else pair(p.word, "") for p in words]
        edges: dict[pair, Counter[pair]] = defaultdict(Counter)
        for i, first in enumerate(nodes):
            for k in range(i + 1, min(i + self.span, len(nodes)) if good[i] else 0):
                if good[k]:
                    edges[first][nodes[k]] += 1
                    edges[nodes[k]][first] += 1
        return edges

    @overload
    def textrank(
        self,
        sentence: Text,
        topK: int | None = 20,
        withWeight: Literal[False] = False,
        allowPOS: Collection[str] = ("ns", "n", "vn", "v"),
        withFlag: Literal[False] = False,
    ) -> list[str]: ...
    @overload
    def textrank(
        self,
        sentence: Text,
        topK: int | None,
        withWeight: Literal[True],
        allowPOS: Collection[str] = ("ns", "n", "vn", "v"),
        withFlag: Literal[False] = False,
    ) -> list[tuple[str, float]]: ...
    @overload
    def textrank(
        self,
        sentence: Text,
        topK: int | None = 20,
        *,
        withWeight: Literal[True],
        allowPOS: Collection[str] = ("ns", "n", "vn", "v"),
        withFlag: Literal[False] = False,
    ) -> list[tuple[str, float]]: ...
    @overload
    def textrank(
        self,
        sentence: Text,
        topK: int | None = 20,
        withWeight: bool = False,
        allowPOS: Collection[str] = ("ns", "n", "vn", "v"),
        withFlag: bool = False,
    ) -> Found: ...
    def textrank(
        self,
        sentence: Text,
        topK: int | None = 20,
        withWeight: bool = False,
        allowPOS: Collection[str] = ("ns", "n", "vn", "v"),
        withFlag: bool = False,
    ) -> Found:
        """The topK words (None: all) that stand with the best company; the best weighs 1."""
        edges = self._edges(sentence, frozenset(allowPOS) or self.pos_filt, withFlag)
        sums = {node: beside.total() for node, beside in edges.items()}
        ranks = {node: 1.0 / len(edges) for node in edges}
        for _ in range(10):
            for node in sorted(edges):
                votes = sum(n / sums[other] * ranks[other] for other, n in edges[node].items())
                ranks[node] = 0.15 + 0.85 * votes
        most = max(ranks.values(), default=1.0)
        return _best({node: rank / most for node, rank in ranks.items()}, topK, withWeight, withFlag)

    extract_tags = textrank


default_tfidf = TFIDF()
set_idf_path = default_tfidf.set_idf_path
default_textrank = TextRank()


def set_stop_words(stop_words_path: Path) -> None:
    """A file of words that are never key words, one a line."""
    default_tfidf.set_stop_words(stop_words_path)
    default_textrank.stop_words = default_tfidf.stop_words


@overload
def extract_tags(
    sentence: Text,
    topK: int | None = 20,
    withWeight: Literal[False] = False,
    allowPOS: Collection[str] = (),
    withFlag: Literal[False] = False,
) -> list[str]: ...
@overload
def extract_tags(
    sentence: Text,
    topK: int | None,
    withWeight: Literal[True],
    allowPOS: Collection[str] = (),
    withFlag: Literal[False] = False,
) -> list[tuple[str, float]]: ...
@overload
def extract_tags(
    sentence: Text,
    topK: int | None = 20,
    *,
    withWeight: Literal[True],
    allowPOS: Collection[str] = (),
    withFlag: Literal[False] = False,
) -> list[tuple[str, float]]: ...
@overload
def extract_tags(
    sentence: Text,
    topK: int | None = 20,
    withWeight: bool = False,
    allowPOS: Collection[str] = (),
    withFlag: bool = False,
) -> Found: ...
def extract_tags(
    sentence: Text,
    topK: int | None = 20,
    withWeight: bool = False,
    allowPOS: Collection[str] = (),
    withFlag: bool = False,
) -> Found:
    """Key words by TF-IDF: words, or pairs of word and tag, with their weights if they are wanted."""
    return default_tfidf.extract_tags(sentence, topK, withWeight, allowPOS, withFlag)


tfidf = extract_tags
textrank = default_textrank.textrank

__all__ = [
    "TFIDF",
    "TextRank",
    "default_textrank",
    "default_tfidf",
    "extract_tags",
    "set_idf_path",
    "set_stop_words",
    "textrank",
    "tfidf",
]
