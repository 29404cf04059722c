#!/usr/bin/env python3
"""Scores initiatives on our own labelled reports: initiatives.py QIANMO DIRECTORY [--errors] [--at-least F1]

DIRECTORY has reports like those of lib/data/clauses/reports, told clause by clause. A row is right when its type is, and
when it lies on the clause that carries the type or on those of its run ("+") in the sentence. What lies on a debatable
clause ("?") counts neither way. Status is asked of the rows that are right.
With --errors every missed and every superfluous row is listed, with its report and line.
"""
import argparse, collections, dataclasses, json, pathlib, subprocess, sys


@dataclasses.dataclass
class Clause:
    line: int
    start: int
    end: int
    types: str
    status: str
    sentence: int


@dataclasses.dataclass
class Row:
    start: int
    end: int
    type: str
    status: str
    line: int
    found: bool = False


def read_report(path):
    """The text of a labelled report and its clauses; a blank line ends a paragraph and a sentence."""
    text, clauses, sentence = "", [], 0
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if line.startswith("#"):
            continue
        if not line:
            text, sentence = text + ("" if not text or text.endswith("\n") else "\n"), sentence + 1
            continue
        types, status, words = line.split("\t", 2)
        clauses.append(Clause(number, len(text), len(text) + len(words), types, status, sentence))
        text += words
        sentence += words.rstrip("”’）》」\"")[-1:] in "。！？"
    return text, clauses


def run_of(clauses, i):
    """From where to where the clauses go that belong to the row of clause i."""
    def reach(j, step):
        while 0 <= j + step < len(clauses) and clauses[j + step].types == "+" and clauses[j + step].sentence == clauses[i].sentence:
            j += step
        return j
    return clauses[reach(i, -1)].start, clauses[reach(i, 1)].end


def gold_rows(clauses):
    return [Row(*run_of(clauses, i), name, clause.status, clause.line)
            for i, clause in enumerate(clauses) if clause.types not in ("none", "?", "+")
            for name in clause.types.split(",")]


def overlap(a, b):
    return a.start < b.end and b.start < a.end


def mine(qianmo, texts):
    lines = "".join(json.dumps({"id": str(i), "text": text}) + "\n" for i, text in enumerate(texts))
    command = [qianmo, "mine", "--quiet", "--format", "jsonl", "--tables", "initiatives",
               "--input", "jsonl", "--id-field", "id", "-"]
    out = subprocess.run(command, input=lines.encode(), stdout=subprocess.PIPE, check=True).stdout
    for line in out.decode().splitlines():
        yield [Row(r["start"], r["end"], r["type"], r["status"], 0) for r in json.loads(line)["initiatives"]]


def match(gold, found, clauses, statuses):
    """Notes which are found; returns the superfluous ones."""
    extra = []
    for row in found:
        same = [g for g in gold if g.type == row.type and overlap(g, row)]
        for g in same:
            if not g.found:
                statuses[g.status, row.status] += 1
            g.found = True
        if not same and not any(c.types == "?" and overlap(c, row) for c in clauses):
            extra.append(row)
    return extra


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("qianmo")
    parser.add_argument("directory", type=pathlib.Path)
    parser.add_argument("--errors", action="store_true")
    parser.add_argument("--at-least", type=float, default=0.0)
    args = parser.parse_args()
    paths = sorted(args.directory.glob("*.tsv"))
    reports = [read_report(path) for path in paths]
    statuses, right, missed, superfluous = collections.Counter(), 0, 0, 0
    for path, (text, clauses), found in zip(paths, reports, mine(args.qianmo, [r[0] for r in reports]), strict=True):
        gold = gold_rows(clauses)
        extra = match(gold, found, clauses, statuses)
        right += sum(g.found for g in gold)
        missed += sum(not g.found for g in gold)
        superfluous += len(extra)
        if args.errors:
            for g in gold:
                if not g.found:
                    print(f"{path.name}:{g.line}: missed {g.type}: {text[g.start:g.end]!r}")
            for row in extra:
                line = next(c.line for c in clauses if overlap(c, row))
                print(f"{path.name}:{line}: extra {row.type}: {text[row.start:row.end]!r}")
    both = 2 * right + missed + superfluous
    f1 = 2 * right / both if both else 0.0
    same = sum(count for (gold, found), count in statuses.items() if gold == found)
    print(f"{len(paths)} reports: initiatives F1 {f1:.4f}  ({right} right, {missed} missed, {superfluous} extra); "
          f"status {same} of {sum(statuses.values())}")
    return f1 < args.at_least


if __name__ == "__main__":
    sys.exit(main())
