"""Counts how rare words are in the project's own texts: qianmo/jieba/idf.tsv.

usage: make_idf.py      with the package installed, from anywhere

A document is a line: a sentence of lib/data/words/own, a labelled clause of lib/data/clauses. Words that
stand in one line alone are left out: what is not in the table is taken for as rare as its median.
"""

import math
import pathlib
from collections import Counter

import qianmo

ROOT = pathlib.Path(__file__).resolve().parents[3]
TARGET = ROOT / "bindings/python/qianmo/jieba/idf.tsv"


def lines():
    for path in sorted((ROOT / "lib/data/words/own").glob("*.txt")):
        for line in path.read_text(encoding="utf-8").splitlines():
            yield line.replace(" ", "")
    for path in sorted((ROOT / "lib/data/clauses").glob("*.tsv")):
        for line in path.read_text(encoding="utf-8").splitlines():
            fields = line.split("\t")
            if len(fields) == 3:
                yield fields[2]


documents = [set(words) for words in qianmo.segment(lines())]
counts = Counter(word for words in documents for word in words)
kept = sorted(
    (word, math.log(len(documents) / count))
    for word, count in counts.items()
    if count > 1 and len(word) > 1 and not any(c.isdigit() for c in word) and any(c.isalpha() for c in word)
)
TARGET.write_text("".join(f"{word}\t{idf:.3f}\n" for word, idf in kept), encoding="utf-8")
print(len(documents), "documents,", len(kept), "words")
