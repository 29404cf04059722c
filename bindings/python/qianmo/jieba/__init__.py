"""The everyday calls of jieba, answered by qianmo: change `import jieba` to

    from qianmo import jieba

The words are those of qianmo, so they are not always the ones that jieba would cut. What is different:
HMM, use_paddle and main dictionaries are taken and not heeded; a frequency of a user word only says
whether it is wanted at all; enable_parallel() changes nothing; cut_all gives the words and, behind each,
the words inside it.
"""

from __future__ import annotations

import os
import re
import threading
from collections.abc import Iterable, Iterator
from typing import IO, Any, Literal

from ..documents import Document
from ..engine import Engine, Granularity

Text = str | bytes
TextFile = str | os.PathLike[str] | IO[str] | IO[bytes]
Mode = Literal["prefer", "force", "forbid"]

# A word may have blanks in it: Edu Trust认证 2000.
_ENTRY = re.compile(r"(.+?)(?:\s+([0-9]+))?(?:\s+([a-z]+))?")


def text_of(sentence: Text) -> str:
    """A text; bytes are UTF-8 or GBK."""
    if isinstance(sentence, bytes):
        try:
            return sentence.decode()
        except UnicodeDecodeError:
            return sentence.decode("gbk", "ignore")
    if not isinstance(sentence, str):
        raise TypeError(f"a text must be a str, not {type(sentence).__name__}")
    return sentence


class Tokenizer:
    """A set of user words and the engines that know them; made when they are first needed."""

    def __init__(self, dictionary: TextFile | None = None) -> None:
        self._lock = threading.RLock()
        self._words: dict[str, Mode] = {}
        self._tags: dict[str, str] = {}
        self._engines: dict[tuple[Granularity, bool], Engine] = {}

    def initialize(self, dictionary: TextFile | None = None) -> None:
        """Makes the engine now instead of at the first cut."""
        self.engine().segment("")

    def set_dictionary(self, dictionary_path: TextFile) -> None:
        """The words stay those of qianmo: load_userdict() adds to them."""

    def engine(self, granularity: Granularity = "word", tags: bool = False) -> Engine:
        """The engine with all user words so far."""
        with self._lock:
            key = (granularity, tags)
            if key not in self._engines:
                self._engines[key] = Engine(
                    words=dict(self._words),
                    granularity=granularity,
                    tags=tags,
                    tables=("tokens", "entities") if tags else ("tokens",),
                    join_lines="never",
                )
            return self._engines[key]

    def _set(self, word: str, mode: Mode) -> None:
        with self._lock:
            self._words[word] = mode
            self._engines.clear()

    # ---- cutting ----

    def lcut(
        self, sentence: Text, cut_all: bool = False, HMM: bool = True, use_paddle: bool = False
    ) -> list[str]:
        """The words, marks and blanks of a text."""
        return self.engine("fine" if cut_all else "word").segment(text_of(sentence), spaces=True)

    def cut(
        self, sentence: Text, cut_all: bool = False, HMM: bool = True, use_paddle: bool = False
    ) -> Iterator[str]:
        """The same as an iterator."""
        yield from self.lcut(sentence, cut_all)

    def lcut_for_search(self, sentence: Text, HMM: bool = True) -> list[str]:
        """The words inside a word stand before it."""
        return [word for word, _, _ in self.tokenize(sentence, "search")]

    def cut_for_search(self, sentence: Text, HMM: bool = True) -> Iterator[str]:
        """The same as an iterator."""
        yield from self.lcut_for_search(sentence)

    def tokenize(
        self, unicode_sentence: Text, mode: str = "default", HMM: bool = True
    ) -> Iterator[tuple[str, int, int]]:
        """Words with their start and end, in characters."""
        if mode not in ("default", "search"):
            raise ValueError(f"mode is {mode!r}; it is default or search")
        document = self.engine("fine" if mode == "search" else "word").mine(text_of(unicode_sentence))
        whole: tuple[str, int, int] | None = None
        for token in document.tokens:
            place = (token.text, token.start, token.end)
            if "colocated" in token.flags:
                yield place
                continue
            if whole:
                yield whole
            whole = place
        if whole:
            yield whole

    def tagged(self, sentence: Text) -> Document:
        """A document with tags and entities, for posseg."""
        return self.engine(tags=True).mine(text_of(sentence))

    def tag_of(self, word: str) -> str | None:
        """The tag that a user gave a word."""
        return self._tags.get(word)

    # ---- user words ----

    def add_word(self, word: str, freq: int | str | None = None, tag: str | None = None) -> None:
        """From now on it is a word wherever it stands; a frequency of 0 forbids it."""
        if not word:
            return
        if freq is not None and int(freq) == 0:
            self.del_word(word)
            return
        self._set(word, "force")
        if tag:
            self._tags[word] = tag

    def del_word(self, word: str) -> None:
        """From now on it is no word of its own."""
        self._set(word, "forbid")
        self._tags.pop(word, None)

    def suggest_freq(self, segment: str | Iterable[str], tune: bool = False) -> int:
        """Whether the words are cut like that has no frequency here: 1 for a word that is wanted
        whole, 0 for one that is wanted in pieces. With tune=True it is made so."""
        whole = isinstance(segment, str)
        word = segment if isinstance(segment, str) else "".join(segment)
        if tune:
            self.add_word(word, None if whole else 0)
        return int(whole)

    def load_userdict(self, f: TextFile) -> None:
        """One word a line; behind it, if there is one, its frequency and its tag (small letters)."""
        for line in _lines(f):
            entry = _ENTRY.fullmatch(line.strip())
            if entry:
                word, freq, tag = entry.groups()
                self.add_word(word, int(freq) if freq else None, tag)


def _lines(f: TextFile) -> Iterator[str]:
    if isinstance(f, (str, os.PathLike)):
        with open(f, encoding="utf-8-sig") as file:
            yield from file
        return
    for line in f:
        yield line.decode("utf-8-sig") if isinstance(line, bytes) else line


dt = Tokenizer()
cut = dt.cut
lcut = dt.lcut
cut_for_search = dt.cut_for_search
lcut_for_search = dt.lcut_for_search
tokenize = dt.tokenize
add_word = dt.add_word
del_word = dt.del_word
suggest_freq = dt.suggest_freq
load_userdict = dt.load_userdict
initialize = dt.initialize
set_dictionary = dt.set_dictionary


def setLogLevel(log_level: Any) -> None:
    """Nothing is logged; there to be called."""


def enable_parallel(processnum: int | None = None) -> None:
    """A text is cut in one thread; there to be called."""


def disable_parallel() -> None:
    """There to be called."""


def enable_paddle() -> None:
    """There to be called."""


from . import analyse, posseg  # noqa: E402  (they need what is above)

__all__ = [
    "Tokenizer",
    "add_word",
    "analyse",
    "cut",
    "cut_for_search",
    "del_word",
    "disable_parallel",
    "dt",
    "enable_paddle",
    "enable_parallel",
    "initialize",
    "lcut",
    "lcut_for_search",
    "load_userdict",
    "posseg",
    "setLogLevel",
    "set_dictionary",
    "suggest_freq",
    "tokenize",
]
