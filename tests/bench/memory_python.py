"""Peak memory of mining 100000 documents to Arrow.

usage: memory_python.py DIRECTORY [TABLE]     its *.txt files over and over; TABLE: stream that one alone
"""

import itertools
import resource
import sys
import time
from pathlib import Path

import pyarrow
import qianmo

COUNT, BATCH = 100_000, 1000
NAMES = ("quantities", "initiatives", "entities", "clauses", "tokens")


def texts(directory):
    found = [qianmo.decode(path.read_bytes()) for path in sorted(Path(directory).rglob("*.txt"))]
    # Pieces of 400 characters: as many documents as the task has, not as many novels.
    pieces = [text[i : i + 400] for text in found for i in range(0, len(text), 400)]
    return itertools.islice(itertools.cycle(pieces), COUNT)


def peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def batches(source):
    for _ in range(COUNT // BATCH):
        yield pyarrow.record_batch({"text": list(itertools.islice(source, BATCH))})


def main():
    source = texts(sys.argv[1])
    qianmo.mine("")
    start, before = time.perf_counter(), peak()
    if len(sys.argv) > 2:
        schema = pyarrow.schema({"text": pyarrow.utf8()})
        reader = pyarrow.RecordBatchReader.from_batches(schema, batches(source))
        stream = pyarrow.RecordBatchReader.from_stream(qianmo.mine_stream(reader, sys.argv[2]))
        rows = {sys.argv[2]: sum(batch.num_rows for batch in stream)}
    else:
        documents = qianmo.mine(source)
        rows = {name: pyarrow.table(getattr(documents, name)).num_rows for name in NAMES}
    print(f"{time.perf_counter() - start:.1f} s, {before:.0f} MB before, {peak():.0f} MB at most, rows: {rows}")


if __name__ == "__main__":
    if len(sys.argv) not in (2, 3):
        sys.exit(__doc__)
    main()
