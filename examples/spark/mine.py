"""Mines a directory of reports on many machines with PySpark: one engine for each Python worker.

usage: mine.py REPORTS OUT.parquet     (spark-submit, or python for local[*])
"""

import sys
from collections.abc import Iterator

import pyarrow as pa
from pyspark.sql import DataFrame, SparkSession

SCHEMA = """path string, start long, end long, text string, type string, status string,
            object string, actor string, place string, time string, score int"""
FIELDS = ["start", "end", "text", "type", "status", "object", "actor", "place", "time", "score"]
ARROW = pa.schema(
    [("path", pa.string()), ("start", pa.int64()), ("end", pa.int64())]
    + [(name, pa.string()) for name in FIELDS[2:-1]]
    + [("score", pa.int32())]
)


def initiatives(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """Record batches of path and text into record batches of initiatives."""
    import qianmo  # on the worker; the module keeps its engine from one call to the next

    for batch in batches:
        paths = batch.column("path").to_pylist()
        documents = qianmo.mine(batch.column("text"))
        rows = [
            {"path": paths[document.number], **{name: getattr(row, name) for name in FIELDS}}
            for document in documents
            for row in document.initiatives
        ]
        yield pa.RecordBatch.from_pylist(rows, schema=ARROW)


def read_reports(spark: SparkSession, directory: str) -> DataFrame:
    """A row for each file: its path and its text."""
    texts = spark.read.text(directory, wholetext=True, recursiveFileLookup=True)
    return texts.selectExpr("input_file_name() AS path", "value AS text")


def mine(spark: SparkSession, directory: str) -> DataFrame:
    """A row for each initiative of each report."""
    return read_reports(spark, directory).mapInArrow(initiatives, SCHEMA)


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    session = SparkSession.builder.appName("qianmo").getOrCreate()
    mine(session, sys.argv[1]).write.mode("overwrite").parquet(sys.argv[2])
    session.stop()
