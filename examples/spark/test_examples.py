"""The recipes run for real; what they give is what one process gives."""

import os
import random
import shutil
import sys
from decimal import Decimal
from pathlib import Path

import pytest
import qianmo

sys.path.insert(0, str(Path(__file__).parent))
import duck  # noqa: E402

REPORTS = 3000


@pytest.fixture(scope="module")
def directory(tmp_path_factory):
    """Reports made up from a few patterns, in directories as an office has them."""
    chance = random.Random(7)
    root = tmp_path_factory.mktemp("reports")
    for number in range(REPORTS):
        village = chance.choice("桃杏柳槐榆") + chance.choice("溪坪湾岭沟") + "村"
        km, money = chance.randint(10, 90) / 10, chance.randint(5, 400)
        acts = [
            f"争取资金{money}万元，硬化村道{km}公里。",
            f"新建便民桥{chance.randint(1, 4)}座，安装路灯{chance.randint(5, 90)}盏。",
            f"计划明年种植茶叶{chance.randint(100, 900)}亩。",
            f"走访慰问困难群众{chance.randint(3, 40)}户。",
        ]
        text = f"{village}驻村工作队工作汇报\n\n" + "\n".join(chance.sample(acts, 3)) + "\n"
        folder = root / f"{number % 20:02}"
        folder.mkdir(exist_ok=True)
        (folder / f"{number:05}.txt").write_text(text, encoding="utf-8")
    return root


@pytest.fixture(scope="module")
def documents(directory):
    return qianmo.mine_files(directory, progress=False)


@pytest.mark.skipif(not shutil.which("java"), reason="Spark needs Java (openjdk-17-jre-headless)")
def test_spark_gives_what_one_process_gives(directory, documents):
    import mine
    from pyspark.sql import SparkSession

    os.environ["PYSPARK_PYTHON"] = sys.executable
    spark = (
        SparkSession.builder.master("local[*]")
        .config("spark.ui.enabled", "false")
        .config("spark.driver.host", "127.0.0.1")
        .config("spark.driver.bindAddress", "127.0.0.1")
        .config("spark.sql.execution.arrow.maxRecordsPerBatch", "500")
        .getOrCreate()
    )
    try:
        spark.sparkContext.addPyFile(mine.__file__)
        found = [tuple(row) for row in mine.mine(spark, str(directory)).collect()]
    finally:
        spark.stop()
    expected = [
        (document.name, *(getattr(row, name) for name in mine.FIELDS))
        for document in documents
        for row in document.initiatives
    ]
    assert len(expected) > REPORTS
    key = lambda row: (row[0], row[1], row[2], row[4])  # noqa: E731
    assert sorted(((r[0].removeprefix("file://"), *r[1:]) for r in found), key=key) == sorted(
        expected, key=key
    )


def test_duckdb_asks_the_tables(documents):
    totals = duck.connect(documents).sql(duck.TOTALS).fetchall()
    counts, yuan = {}, {}
    for document in documents:
        quantities = document.quantities
        for row in document.initiatives:
            counts[row.type] = counts.get(row.type, 0) + 1
            for number in row.quantities:
                if quantities[number].unit == "CNY":
                    yuan[row.type] = yuan.get(row.type, 0) + quantities[number].low
    assert {kind: count for kind, count, _ in totals} == counts
    assert {kind: Decimal(sum_) for kind, _, sum_ in totals if sum_ is not None} == yuan
    assert yuan


def test_duckdb_has_a_function_for_words():
    import duckdb

    connection = duckdb.connect()
    duck.add_function(connection)
    connection.execute("CREATE TABLE t AS SELECT * FROM (VALUES (1, '村里修路3公里'), (2, '建桥')) v(id, text)")
    rows = connection.sql("SELECT text, words(text) FROM t ORDER BY id").fetchall()
    assert [words for _, words in rows] == qianmo.segment([text for text, _ in rows])
