#!/usr/bin/env python3
"""Scores entities on our own marked passages: entities.py QIANMO FILE [--errors] [--at-least F1]

FILE has documents like those in tests/score/entities. A mention is right when span and kind are.
With --errors every missed and every superfluous mention is listed, with what stands around it.
"""
import argparse, collections, json, re, subprocess, sys

KINDS = {"p": "person", "l": "place", "o": "org", "r": "role", "b": "brand"}
MARK = re.compile(r"\[([plorb])([^\[\]]*)\]")


def read_documents(path):
    """The documents: name, text, mentions (start, end, kind)."""
    with open(path, encoding="utf-8") as f:
        parts = re.split(r"^# ", f.read(), flags=re.M)
    for part in parts[1:]:
        head, body = part.split("\n", 1)
        if MARK.search(body) is None:
            continue  # a comment
        text, mentions, at = "", set(), 0
        for mark in MARK.finditer(body := body.strip("\n")):
            text += body[at : mark.start()]
            mentions.add((len(text), len(text) + len(mark[2]), KINDS[mark[1]]))
            text += mark[2]
            at = mark.end()
        yield head.split()[0], text + body[at:], mentions


def mine(qianmo, documents):
    lines = "".join(json.dumps({"id": name, "text": text}) + "\n" for name, text, _ in documents)
    command = [qianmo, "mine", "--quiet", "--format", "jsonl", "--tables", "entities",
               "--input", "jsonl", "--id-field", "id", "-"]
    out = subprocess.run(command, input=lines.encode(), stdout=subprocess.PIPE, check=True).stdout
    rows = [json.loads(line) for line in out.decode().splitlines()]
    return [{(e["start"], e["end"], e["kind"]) for e in row["entities"]} for row in rows]


def f1(tally):
    both = tally["gold"] + tally["found"]
    return 2 * tally["right"] / both if both else 0.0


def show(name, text, mentions, what):
    for start, end, kind in sorted(mentions):
        around = text[max(0, start - 12) : start] + "【" + text[start:end] + "】" + text[end : end + 12]
        print(f"{name} {what} {kind}: {around!r}")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("qianmo")
    parser.add_argument("file")
    parser.add_argument("--errors", action="store_true")
    parser.add_argument("--at-least", type=float, default=0.0)
    args = parser.parse_args()
    documents = list(read_documents(args.file))
    tallies = collections.defaultdict(collections.Counter)
    for (name, text, gold), found in zip(documents, mine(args.qianmo, documents), strict=True):
        for kind in list(KINDS.values()) + [None]:
            tally = tallies[kind or "entities"]
            tally["right"] += sum(m[2] == (kind or m[2]) for m in gold & found)
            tally["gold"] += sum(m[2] == (kind or m[2]) for m in gold)
            tally["found"] += sum(m[2] == (kind or m[2]) for m in found)
        if args.errors:
            show(name, text, gold - found, "missed")
            show(name, text, found - gold, "extra")
    for kind, tally in tallies.items():
        print(f"{kind:<9} F1 {f1(tally):.4f}  ({tally['right']} right, {tally['gold']} gold, {tally['found']} found)")
    return f1(tallies["entities"]) < args.at_least


if __name__ == "__main__":
    sys.exit(main())
