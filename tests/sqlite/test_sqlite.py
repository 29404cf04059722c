"""The extension of SQLite. QIANMO_SQLITE is the path of qianmo.so, QIANMO_SQLITE_MODULE a module like
sqlite3 that brings another SQLite."""

import importlib
import json
import os
import subprocess
import unittest
from pathlib import Path

sqlite3 = importlib.import_module(os.environ.get("QIANMO_SQLITE_MODULE", "sqlite3"))
EXTENSION = os.environ["QIANMO_SQLITE"]
CASES = Path(__file__).parents[1] / "cases"
ROAD = "2021年4月7日，工作队争取资金36万余元，硬化道路4.2公里。"


def connect():
    db = sqlite3.connect(":memory:")
    db.row_factory = sqlite3.Row
    db.enable_load_extension(True)
    db.load_extension(EXTENSION)
    db.enable_load_extension(False)
    return db


def columns(row):
    """A row of JSON: what is an object there is two columns, lists are JSON."""
    flat = {}
    for key, value in row.items():
        if isinstance(value, dict):
            flat |= {f"{key}_{name}": inner for name, inner in value.items()}
        else:
            flat[key] = json.dumps(value, separators=(",", ":")) if isinstance(value, list) else value
    return flat


class Database(unittest.TestCase):
    def setUp(self):
        self.db = connect()

    def tearDown(self):
        self.db.close()

    def rows(self, sql, *arguments):
        return [dict(row) for row in self.db.execute(sql, arguments)]

    def value(self, sql, *arguments):
        return self.db.execute(sql, arguments).fetchone()[0]


class Tables(Database):
    def test_shared_cases(self):
        lines = [line for name in ("quantities", "reports")
                 for line in (CASES / f"{name}.jsonl").read_text("utf-8").splitlines()]
        for case in map(json.loads, lines):
            for table in {"quantities", "initiatives", "entities"} & case.keys():
                found = self.rows(f"SELECT * FROM qianmo_{table}(?)", case["text"])
                with self.subTest(case["text"], table=table):
                    self.assertEqual([row["text"] for row in found], [row["text"] for row in case[table]])
                    for row, expected in zip(found, map(columns, case[table])):
                        self.assertEqual({key: row[key] for key in expected}, expected)

    def test_places_are_those_of_str(self):
        for text in (ROAD, "𠮷😀：" + ROAD, "a\r\n" + ROAD):
            for table in ("quantities", "initiatives", "entities"):
                for row in self.rows(f"SELECT * FROM qianmo_{table}(?)", text):
                    self.assertEqual(text[row["start"]:row["end"]], row["text"])

    def test_values_are_exact(self):
        date, money, road = self.rows("SELECT * FROM qianmo_quantities(?)", ROAD)
        self.assertEqual((date["kind"], date["low"]), ("date", "2021-04-07"))
        self.assertEqual((money["low"], money["relation"], money["high"]), (360000, "gt", None))
        self.assertEqual((money["soft_low"], money["soft_high"]), (360000, 370000))
        self.assertIs(type(money["low"]), int)
        self.assertEqual((road["low"], road["si_value"], road["si_unit"]), (4.2, 4200, "m"))
        self.assertEqual(ROAD[road["number_start"]:road["number_end"]], "4.2")

    def test_initiatives_name_their_quantities(self):
        self.db.execute("CREATE TABLE reports(name, body)")
        self.db.executemany("INSERT INTO reports VALUES(?, ?)", [("a", ROAD), ("b", "添书600册。"), ("c", None)])
        found = self.rows(
            "SELECT r.name, i.type, q.text FROM reports r, qianmo_initiatives(r.body) i, "
            "json_each(i.quantities) m, qianmo_quantities(r.body) q WHERE q.rowid = m.value")
        self.assertIn({"name": "a", "type": "roads", "text": "4.2公里"}, found)
        self.assertIn({"name": "a", "type": "funding", "text": "36万余元"}, found)
        self.assertEqual(self.value("SELECT count(*) FROM qianmo_initiatives(?)", ""), 0)

    def test_totals(self):
        self.db.execute("CREATE TABLE reports(body)")
        self.db.executemany("INSERT INTO reports VALUES(?)", [("修路3公里。",), ("硬化道路1.5公里。",)])
        self.assertEqual(self.value("SELECT sum(q.low) FROM reports r, qianmo_quantities(r.body) q "
                                    "WHERE q.unit = 'km'"), 4.5)

    def test_entities_link_to_their_first_mention(self):
        found = self.rows("SELECT rowid, * FROM qianmo_entities(?)", "张岭村修路。张岭村高兴。")
        self.assertEqual([row["text"] for row in found], ["张岭村", "张岭村"])
        self.assertEqual([row["link"] for row in found], [None, 0])

    def test_without_a_document_there_are_no_rows(self):
        self.assertEqual(self.rows("SELECT * FROM qianmo_entities"), [])
        self.assertEqual(self.rows("SELECT * FROM qianmo_quantities(NULL)"), [])
        self.assertEqual(self.value("SELECT document FROM qianmo_quantities('修路3公里。')"), "修路3公里。")

    def test_any_bytes(self):
        for blob in ("'ffe4bfae33e585ace9878cf09f'", "'e4bfae0033e585ace9878c'"):
            found = self.db.execute(f"SELECT low FROM qianmo_quantities(CAST(x{blob} AS TEXT))").fetchall()
            self.assertEqual([row[0] for row in found], [3])

    def test_cursors_do_not_meet(self):
        found = self.rows("SELECT a.text AS a, b.text AS b FROM qianmo_quantities('修路3公里，架桥2座') a, "
                          "qianmo_quantities('植树600棵，捐书70册') b ORDER BY a.rowid, b.rowid")
        self.assertEqual([(row["a"], row["b"]) for row in found],
                         [("3公里", "600棵"), ("3公里", "70册"), ("2座", "600棵"), ("2座", "70册")])


class Numbers(Database):
    def test_numbers(self):
        for text, number in (("三万五", 35000), ("百分之三点五", 0.035), ("1.6万", 16000), ("许多", None),
                             ("", None), (None, None), (35, 35), ("1.23456789012345678", "1.23456789012345678"),
                             ("999999999999999999", 999999999999999999), ("1万亿亿", "1E20")):
            found = self.value("SELECT qianmo_number(?)", text)
            self.assertEqual((found, type(found)), (number, type(number)))

    def test_what_is_rounded_says_so(self):
        for text, rounded in (("三分之二", 1), ("百分之三点五", 0), ("三万五", 0), ("许多", None), (None, None)):
            self.assertEqual(self.value("SELECT qianmo_number_rounded(?)", text), rounded)
        self.assertEqual(self.value("SELECT qianmo_number('三分之二')"), 0.66666666666667)
        found = self.rows("SELECT text, low FROM qianmo_quantities(?) WHERE flags LIKE '%\"rounded\"%'",
                          "三分之二的农户种茶，四分之三的农户养蜂。")
        self.assertEqual(found, [{"text": "三分之二", "low": 0.6667}])

    def test_an_index_may_use_it(self):
        self.db.execute("CREATE TABLE t(a)")
        self.db.execute("CREATE INDEX i ON t(qianmo_number(a))")
        self.db.execute("INSERT INTO t VALUES('三万五')")
        self.assertEqual(self.value("SELECT a FROM t WHERE qianmo_number(a) = 35000"), "三万五")


class Tokenizer(Database):
    def make(self, tokenize, *texts):
        self.db.execute("DROP TABLE IF EXISTS f")
        self.db.execute(f"CREATE VIRTUAL TABLE f USING fts5(body, tokenize = \"{tokenize}\")")
        self.db.executemany("INSERT INTO f VALUES(?)", [(text,) for text in texts])

    def find(self, query):
        return [row[0] for row in self.db.execute(
            "SELECT highlight(f, 0, '[', ']') FROM f WHERE f MATCH ? ORDER BY rowid", (query,))]

    def test_words_are_found(self):
        self.make("qianmo", "工作队硬化道路。", "道理很多。")
        self.assertEqual(self.find("道路"), ["工作队硬化[道路]。"])
        self.assertEqual(self.find('"硬化道路"'), ["工作队[硬化道路]。"])
        self.assertEqual(self.find("道"), [])
        self.assertEqual(self.find("道*"), ["工作队硬化[道路]。", "[道理]很多。"])

    def test_words_inside_words_are_found(self):
        self.make("qianmo", "县乡村振兴局", "振兴乡村")
        self.assertEqual(self.find("振兴"), ["县乡村[振兴局]", "[振兴]乡村"])
        self.assertEqual(self.find("振兴局"), ["县乡村[振兴局]"])
        self.make("qianmo word", "县乡村振兴局", "振兴乡村")
        self.assertEqual(self.find("振兴"), ["[振兴]乡村"])
        self.make("qianmo fine", "县乡村振兴局", "振兴乡村")
        self.assertEqual(len(self.find("振兴")), 2)

    def test_terms_are_folded(self):
        self.make("qianmo", "ＡＢＣ公司 Hello ÉCOLE ２０２３年")
        for query in ("abc", "ABC", "ＡＢＣ"):
            self.assertEqual(self.find(query), ["[ＡＢＣ]公司 Hello ÉCOLE ２０２３年"])
        self.assertEqual(self.find("hello AND école"), ["ＡＢＣ公司 [Hello] [ÉCOLE] ２０２３年"])
        self.assertEqual(self.find('"2023年"'), ["ＡＢＣ公司 Hello ÉCOLE [２０２３年]"])

    def test_marks_are_no_words(self):
        self.make("qianmo", "修路，。！？\n（架桥）")
        self.db.execute("CREATE VIRTUAL TABLE v USING fts5vocab(f, 'row')")
        self.assertEqual(sorted(row["term"] for row in self.rows("SELECT term FROM v")), ["修路", "架桥"])

    def test_snippets(self):
        self.make("qianmo", "我们" * 200 + "硬化道路" + "他们" * 200)
        self.assertEqual(self.value("SELECT snippet(f, 0, '<', '>', '…', 4) FROM f WHERE f MATCH '硬化'").count("<硬化>"), 1)

    def test_the_index_stays_whole(self):
        self.make("qianmo", *[ROAD * n for n in range(1, 30)], "", "\0修路\0")
        self.db.execute("UPDATE f SET body = body || '县乡村振兴局' WHERE rowid % 2")
        self.db.execute("DELETE FROM f WHERE rowid % 3 = 0")
        self.db.execute("INSERT INTO f(f) VALUES('optimize')")
        self.db.execute("INSERT INTO f(f) VALUES('integrity-check')")
        self.assertTrue(self.find("振兴"))

    def test_wrong_arguments(self):
        for arguments in ("coarse", "model", "model /no/such/image.qm"):
            with self.assertRaises(sqlite3.OperationalError):
                self.make("qianmo " + arguments)

    def test_ill_formed_text(self):
        self.make("qianmo")
        self.db.execute("INSERT INTO f VALUES(CAST(x'ffe4bfaee8b7aff09f' AS TEXT))")
        self.db.execute("INSERT INTO f(f) VALUES('integrity-check')")
        self.assertEqual(self.value("SELECT count(*) FROM f WHERE f MATCH '修路'"), 1)


class Memory(unittest.TestCase):
    """Memory that ends: SQLite is limited more and more in a process of its own."""

    SCRIPT = (
        "SELECT group_concat(text) FROM qianmo_quantities('工作队硬化道路4.2公里。');\n"
        "SELECT type FROM qianmo_initiatives('工作队硬化道路4.2公里。');\n"
        "CREATE VIRTUAL TABLE f USING fts5(body, tokenize = 'qianmo');\n"
        "INSERT INTO f VALUES('工作队硬化道路4.2公里。');\n"
        "SELECT highlight(f, 0, '[', ']') FROM f WHERE f MATCH '道路';\n")

    def run_limited(self, kilobytes):
        limit = f"PRAGMA hard_heap_limit = {kilobytes << 10};\n" if kilobytes else ""
        return subprocess.run(
            ["sqlite3", "-batch", "-init", "/dev/null", ":memory:"], text=True, capture_output=True,
            input=f".load {EXTENSION[:-3]}\n" + limit + self.SCRIPT, timeout=60)

    def test_memory_may_end_anywhere(self):
        whole = self.run_limited(0)
        self.assertEqual(whole.stdout.splitlines(), ["4.2公里", "roads", "工作队硬化[道路]4.2公里。"])
        failures = 0
        for kilobytes in range(100, 4000, 100):
            limited = self.run_limited(kilobytes)
            self.assertIn(limited.returncode, (0, 1))
            for line in limited.stdout.splitlines()[1:]:
                self.assertIn(line, whole.stdout)
            failures += "memory" in limited.stderr
        self.assertGreater(failures, 3)


if __name__ == "__main__":
    unittest.main()
