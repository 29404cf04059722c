"""Other segmenters on the text of bench_words: MB/s of the best of several runs, one thread.

    bench_others.py FILE [megabytes]

jieba-rs by the PyPI package rjieba, ICU's word break iterator by PyICU; what is not installed is passed over.
"""
import sys
import time


def best(name, size, run, runs=3):
    took = min(timed(run) for _ in range(runs))
    print(f"{name:24} {size / took / 1e6:7.1f} MB/s")


def timed(run):
    start = time.perf_counter()
    run()
    return time.perf_counter() - start


def with_jieba_rs(lines, size):
    import rjieba
    rjieba.cut("词")  # loads its dictionary
    best("jieba-rs, HMM", size, lambda: [rjieba.cut(line) for line in lines])
    best("jieba-rs, no HMM", size, lambda: [rjieba.cut(line, False) for line in lines])


def with_icu(lines, size):
    import icu
    iterator = icu.BreakIterator.createWordInstance(icu.Locale("zh"))
    strings = [icu.UnicodeString(line) for line in lines]

    def run():
        for string in strings:
            iterator.setText(string)
            while iterator.nextBoundary() != icu.BreakIterator.DONE:
                pass

    best("ICU (UTF-16)", size, run)


def main(path, megabytes=5):
    with open(path, "rb") as file:
        data = file.read(int(float(megabytes) * 1000000))
    lines = data.decode("utf-8", "ignore").splitlines()
    for run in (with_jieba_rs, with_icu):
        try:
            run(lines, len(data))
        except ImportError as missing:
            print(f"{run.__name__}: {missing}")


if __name__ == "__main__":
    main(*sys.argv[1:])
