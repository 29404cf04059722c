"""The same shape with DuckDB: tables registered by Arrow, and a function for SQL.

usage: duck.py REPORTS
"""

import sys

import duckdb
import pyarrow as pa
import qianmo

TOTALS = """
SELECT i.type, count(*) AS initiatives, sum(q.low) FILTER (q.unit = 'CNY') AS yuan
FROM initiatives i LEFT JOIN quantities q
  ON q.document = i.document AND list_contains(i.quantities, q.row)
GROUP BY i.type ORDER BY initiatives DESC, i.type
"""


def connect(documents: qianmo.Documents) -> duckdb.DuckDBPyConnection:
    """A database in which the tables of the documents can be asked; nothing is copied."""
    connection = duckdb.connect()
    connection.register("initiatives", pa.table(documents.initiatives))
    connection.register("all_quantities", pa.table(documents.quantities))
    # Measures name quantities by their row within the document.
    connection.execute(
        """CREATE VIEW quantities AS SELECT *,
           row_number() OVER (PARTITION BY document ORDER BY start, "end") - 1 AS row
           FROM all_quantities"""
    )
    return connection


def add_function(connection: duckdb.DuckDBPyConnection) -> None:
    """words(text) for SQL over any table: a list of the words of each row, batch by batch."""

    def words(texts: pa.ChunkedArray) -> pa.Array:
        return pa.array(qianmo.segment(texts.to_pylist()), pa.list_(pa.string()))

    connection.create_function("words", words, ["VARCHAR"], "VARCHAR[]", type="arrow")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    print(connect(qianmo.mine_files(sys.argv[1])).sql(TOTALS))
