"""Words with tags, as jieba.posseg gives them: the letters that jieba users know, for the parts of
speech that qianmo has. Names are nr, ns and nt where they are persons, places, organisations."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from . import Text, Tokenizer, dt

_LETTERS = {
    "ADJ": "a",
    "ADP": "p",
    "ADV": "d",
    "AUX": "v",
    "CCONJ": "c",
    "DET": "r",
    "INTJ": "e",
    "NOUN": "n",
    "NUM": "m",
    "PART": "u",
    "PRON": "r",
    "PROPN": "nz",
    "PUNCT": "x",
    "SCONJ": "c",
    "SYM": "x",
    "VERB": "v",
    "X": "eng",
}
# UD has suffixes among the particles (村, 者, 性); to jieba's users they are nouns.
_PARTICLES = frozenset("的了着过地得之所等们吗呢吧啊呀嘛啦么罢似般而以")
_NAMES = {"person": "nr", "place": "ns", "org": "nt"}


class pair(NamedTuple):
    """A word and its tag."""

    word: str
    flag: str

    def __str__(self) -> str:
        return f"{self.word}/{self.flag}"


def lcut(
    sentence: Text, HMM: bool = True, use_paddle: bool = False, *, tokenizer: Tokenizer = dt
) -> list[pair]:
    """The words of a text with their tags."""
    document = tokenizer.tagged(sentence)
    names = {(entity.start, entity.end): entity.kind for entity in document.entities}
    found = []
    for token in document.tokens:
        flag = tokenizer.tag_of(token.text) or _NAMES.get(names.get((token.start, token.end), ""))
        if not flag and not any(c.isalnum() for c in token.text):
            flag = "x"  # whatever the model takes a mark for
        if not flag and token.tag == "PART" and token.text not in _PARTICLES:
            flag = "n"
        if not flag:
            flag = _LETTERS.get(token.tag or "", "x")
        found.append(pair(token.text, flag))
    return found


def cut(
    sentence: Text, HMM: bool = True, use_paddle: bool = False, *, tokenizer: Tokenizer = dt
) -> Iterator[pair]:
    """The same as an iterator."""
    yield from lcut(sentence, tokenizer=tokenizer)


__all__ = ["cut", "lcut", "pair"]
