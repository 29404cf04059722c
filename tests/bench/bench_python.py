"""How fast the Python binding is, next to jieba and its Rust port (pip install jieba rjieba).

usage: bench_python.py FILE     one sentence a line; the first 100000 are taken, over again if need be
"""

import itertools
import sys
import time

import pyarrow
import qianmo

COUNT, ROUNDS = 100_000, 5


def seconds(run):
    start = time.perf_counter()
    run()
    return time.perf_counter() - start


def sentences(path):
    lines = [line for line in open(path, encoding="utf-8").read().split("\n") if line]
    return list(itertools.islice(itertools.cycle(lines), COUNT))


def segmenting(texts):
    import jieba
    import rjieba

    jieba.setLogLevel("ERROR")
    jieba.initialize()
    rjieba.cut("")
    qianmo.segment("")
    part = texts[: COUNT // 10]  # jieba takes its time
    rivals = {
        "qianmo": lambda: qianmo.segment(texts),
        "rjieba": lambda: [rjieba.cut(text) for text in texts],
        "jieba": lambda: [jieba.lcut(text) for text in part],
    }
    times = {name: [] for name in rivals}
    for _ in range(ROUNDS):
        for name, run in rivals.items():
            times[name].append(seconds(run) * (10 if name == "jieba" else 1))
    ours = min(times["qianmo"])
    for name, found in times.items():
        best = min(found)  # the round that was disturbed least
        print(f"{name:8}{best:8.3f} s for {COUNT} sentences, {best / ours:6.1f} x")


def arrow(texts):
    """Arrow in, Arrow out, against the C library alone on the same buffers."""
    table = pyarrow.table({"text": texts})
    batches = table.to_batches(max_chunksize=2000)
    engine = qianmo.Engine(tables="tokens", join_lines="never")
    core = engine._miner

    def through():
        pyarrow.table(engine.mine_stream(table.to_reader(max_chunksize=2000), "tokens"))

    def alone():
        for batch in batches:
            core.analyze_array(*batch.__arrow_c_array__(), None)

    times = [(seconds(through), seconds(alone)) for _ in range(3 * ROUNDS)]
    ours, c = (min(column) for column in zip(*times, strict=True))
    print(f"Arrow to Arrow {ours:.3f} s, the analysis alone {c:.3f} s: {c / ours:.2f} of its speed")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    lines = sentences(sys.argv[1])
    segmenting(lines)
    arrow(lines)
