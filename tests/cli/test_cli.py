"""The commands and their forms of output."""
import csv
import io
import json
import re
import struct
import subprocess
import unicodedata
import unittest

from cli import CANNOT_CREATE, DATA, NO_INPUT, QIANMO, REPORTS, ROOT, USAGE, CliTest, main

SENTENCE = "2023年5月，工作队争取资金36万余元，硬化道路4.2公里。\n"


def columns(line):
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 0 if unicodedata.combining(c) else 1 for c in line)


class Help(CliTest):
    def test_every_command_has_help_and_version(self):
        for command in ("mine", "segment", "number", "units", "explain", "lint", "train", "eval", "compile",
                        "info"):
            text, _ = self.run_qianmo(command, "--help")
            self.assertIn(f"Usage: qianmo {command}", text)
            self.assertTrue(all(columns(line) <= 80 for line in text.splitlines()), text)
            self.assertIn("--version ", text)
            self.assertRegex(self.run_qianmo(command, "--version")[0], r"^qianmo \d+\.\d+\.\d+ ")
        self.assertEqual(self.run_qianmo("mine", "--quiet", "--version", "none.txt"), self.run_qianmo("--version"))
        self.assertIn("segment", self.run_qianmo("--help")[0])
        self.assertEqual(self.run_qianmo("help", "mine"), self.run_qianmo("mine", "-h"))
        self.assertEqual(self.run_qianmo("help"), self.run_qianmo("-h"))
        self.assertEqual(self.run_qianmo("help", "mine", "more"), self.run_qianmo("mine", "-h"))
        self.run_qianmo("help", "nothing", status=USAGE)

    def test_the_shell_completes(self):
        script = ROOT / "bindings/cli/completions/qianmo"
        for words, wanted in ((["se"], "segment"), (["segment", "-f", ""], "text table jsonl csv tsv"),
                              (["mine", "--format", "=", "ht"], "html"), (["help", "uni"], "units"),
                              (["mine", "--supp"], "--suppressed"), (["units", "con"], "convert")):
            typed = " ".join(f"'{word}'" for word in [QIANMO, *words])
            done = subprocess.run(["bash", "-c", f'source {script}; COMP_WORDS=({typed}); COMP_CWORD={len(words)}; '
                                   '_qianmo; echo "${COMPREPLY[*]}"'], capture_output=True, text=True, check=True)
            self.assertEqual(done.stdout.strip(), wanted)

    def test_the_last_of_equal_options_counts(self):
        text, _ = self.run_qianmo("number", "format", "--style", "hanzi", "-s", "scaled", "-o", "one", "-o", "-", given="35000\n")
        self.assertEqual(text, "3.5万\n")
        self.assertFalse((self.path / "one").exists())

    def test_wrong_command_lines_say_what_is_wrong(self):
        for arguments, word in (
                ([], "Usage"), (["frobnicate"], "frobnicate"), (["mine", "--formt", "csv"], "--formt"),
                (["mine", "--format", "xml"], "xml"), (["mine", "--tables", "tokens,birds"], "birds"),
                (["mine", "--jobs", "-3"], "--jobs"), (["mine", "--jobs", "many"], "many"),
                (["mine", "--reference-date", "2023-02-29"], "2023-02-29"),
                (["mine", "--format", "csv", "--tables", "tokens,entities"], "one table"),
                (["mine", "--text-field", "t"], "jsonl"), (["number", "guess"], "guess"),
                (["compile", "--output", "x.qm"], "no file"), (["mine", "--encoding", "klingon"], "klingon"),
                (["segment", "--format", "html"], "'html' is none of text, table, jsonl, csv, tsv\n"),
                (["mine", "--format", "text"], "'text' is none of table, jsonl, csv, tsv, html\n"),
                (["mine", "--format", "村" * 200], "村' is none of table, jsonl, csv, tsv, html\n"),
                (["mine", "-j", "abc"], "--jobs: 'abc' is no whole number"),
                (["mine", "-j", "1e3"], "--jobs"), (["train", "--cost", "-1"], "--cost"), (["train", "--window", "9"], "--window: '9' is not from 1 to 3"),
                (["train", "--seed", "99999999999999999999"], "--seed")):
            with self.subTest(arguments):
                _, messages = self.run_qianmo(*arguments, status=USAGE)
                self.assertIn(word, messages)


class Segment(CliTest):
    def test_nothing_changes_but_blanks_between_words(self):
        text = "驻村第一书记带领村民修路。\n\n  indented line\r\n全角　空格\ttab\nno line break at the end"
        out, messages = self.run_qianmo("segment", given=text)
        self.assertEqual(messages, "")
        self.assertEqual(out.replace(" ", ""), text.replace(" ", ""))
        self.assertEqual(out.count("\n"), text.count("\n"))
        self.assertIn(" ", out.splitlines()[0])
        self.assertIn("　", out)
        for line in out.split("\n"):
            self.assertFalse(line.endswith(" "), line)

    def test_lines_are_segmented_for_themselves(self):
        lines = (REPORTS / "diary.txt").read_text().splitlines()
        together, _ = self.run_qianmo("segment", given="\n".join(lines))
        for line, cut in list(zip(lines, together.split("\n")))[:12]:
            self.assertEqual(self.run_qianmo("segment", given=line)[0], cut)

    def test_a_line_longer_than_any_block(self):
        text = (REPORTS / "workreport.txt").read_text().replace("\n", "").replace("\t", "") * 2200
        self.assertGreater(len(text.encode()), 5 << 20)
        out, _ = self.run_qianmo("segment", given="短。\n" + text + "\n末行。\n")
        first, middle, last, rest = out.split("\n")
        self.assertEqual(middle.replace(" ", ""), text)
        self.assertEqual(last.replace(" ", ""), "末行。")
        self.assertFalse(rest)
        self.assertNotIn("  ", middle)
        # Where the line is short enough for the usual way, the words are the same.
        start = text[:3000]
        short, _ = self.run_qianmo("segment", given=start)
        self.assertTrue(middle.startswith(short[:6000 // 2]))

    def test_tags_are_there_or_their_lack_is_told(self):
        done = self.run_raw("segment", "--tags", given="我们修路。\n")
        if done.returncode == 69:
            self.assertIn("no part-of-speech tags", done.stderr.decode())
            self.assertEqual(done.stdout, b"")
        else:
            self.assertRegex(done.stdout.decode(), r"^\w+/[A-Z]+( |$)")

    def test_other_forms_print_tokens(self):
        out, _ = self.run_qianmo("segment", "--format", "tsv", given="修路4.2公里\n")
        rows = [line.split("\t") for line in out.splitlines()]
        self.assertEqual(rows[0], ["doc", "start", "end", "text", "tag", "flags"])
        self.assertEqual("".join(row[3] for row in rows[1:]), "修路4.2公里")

    def test_user_words_are_obeyed(self):
        words = self.file("words.tsv", "蓝靛窝\n")
        out, _ = self.run_qianmo("segment", "--user-words", words, given="来到蓝靛窝村口\n")
        self.assertIn("蓝靛窝", out.replace("\n", " ").split(" "))
        image = self.path / "words.qm"
        self.run_qianmo("compile", words, "--output", image)
        self.assertEqual(self.run_qianmo("segment", "--model", image, given="来到蓝靛窝村口\n")[0], out)

    def test_a_blank_for_a_tab_is_told(self):
        for line, column in (("蓝靛窝 3 n", 4), ("  蓝靛窝 force", 6), ("蓝靛窝  NOUN", 4), ("蓝靛窝　force", 4)):
            words = self.file("words.tsv", f"# own\n{line}\n")
            _, messages = self.run_qianmo("segment", "--words", words, given="村口\n", status=DATA)
            self.assertIn(f"{words}:2:{column}: a blank where a tab should be", messages)
        words = self.file("words.tsv", "华为 Mate60\n小米 14\tprefer\n")
        self.assertIn("小米 14 ", self.run_qianmo("segment", "--words", words, given="小米 14上市\n")[0])

    def test_an_image_of_another_format_is_named(self):
        words, image = self.file("words.tsv", "蓝靛窝\n"), self.path / "words.qm"
        self.run_qianmo("compile", words, "--output", image)
        image.write_bytes(with_format(image.read_bytes(), b"LEXA", 77))
        _, messages = self.run_qianmo("segment", "--model", image, given="来到村口\n", status=DATA)
        self.assertRegex(messages, rf"qianmo: {re.escape(str(image))}.*format 77, but this library reads format \d+")


def qm_hash(data, seed):
    """What images are checked by: lib/base/hash.c."""
    whole = (1 << 64) - 1

    def mix(h):
        for _ in range(2):
            h = ((h ^ h >> 32) * 0xD6E8FEB86659FD93) & whole
        return h ^ h >> 32

    h = mix(seed ^ len(data) * 0x9E3779B97F4A7C15 & whole)
    for at in range(0, len(data), 8):
        h = (mix(h ^ int.from_bytes(data[at:at + 8], "little")) + 0x9E3779B97F4A7C15) & whole
    return mix(h)


def with_format(image, section, number):
    """The image with a section said to be of another format, its checksums right: lib/image/format.h."""
    image = bytearray(image)
    sections = int.from_bytes(image[20:24], "little")
    for at in range(64, 64 + 32 * sections, 32):
        if image[at:at + 4] != section:
            continue
        offset, length = struct.unpack_from("<QQ", image, at + 8)
        struct.pack_into("<I", image, offset, number)
        struct.pack_into("<Q", image, at + 24, qm_hash(image[offset:offset + length], struct.unpack("<I", section)[0]))
    struct.pack_into("<Q", image, 48, 0)
    checksum = qm_hash(image[64:64 + 32 * sections], qm_hash(image[:64], 0))
    struct.pack_into("<Q", image, 48, checksum)
    return bytes(image)


class Mine(CliTest):
    def test_json_lines_keep_the_contract(self):
        out, _ = self.run_qianmo("mine", "--format", "jsonl", *sorted(REPORTS.glob("*.txt")))
        documents = [json.loads(line) for line in out.splitlines()]
        self.assertEqual([d["doc"] for d in documents], [str(p) for p in sorted(REPORTS.glob("*.txt"))])
        for document, path in zip(documents, sorted(REPORTS.glob("*.txt"))):
            text = path.read_text()
            self.assertEqual(document["chars"], len(text))
            for table in ("tokens", "quantities", "initiatives", "entities"):
                for row in document[table]:
                    self.assertEqual(text[row["start"]:row["end"]], row["text"])

    def test_where_is_the_village_of_the_report_unless_the_sentence_says(self):
        text = ("石笋坡上的三本账\n——记云汀县白鹭乡石笋坡村驻村第一书记\n石笋坡村地处云汀县最北边。%s新建蓄水池4口。\n"
                "在云岭村修路3公里。\n")
        for more, village in (("", "石笋坡村"), ("隔壁的李家村更远，李家村在山上，李家村有水，去李家村要一天。", "李家村"),
                              ("隔壁的李家村更远，李家村在山上，石笋坡有水，去李家村要一天。", "石笋坡村")):
            out, _ = self.run_qianmo("mine", "-f", "jsonl", "-t", "initiatives", given=text % more)
            rows = json.loads(out)["initiatives"]
            self.assertEqual([row["place"] for row in rows], [village, "云岭村"], more)

    def test_shared_cases(self):
        for name in ("quantities", "reports"):
            path = ROOT / "tests/cases" / f"{name}.jsonl"
            out, _ = self.run_qianmo("mine", "--format", "jsonl", "--input", "jsonl", "--text-field", "text", path)
            cases = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
            documents = [json.loads(line) for line in out.splitlines()]
            self.assertEqual(len(documents), len(cases))
            for case, document in zip(cases, documents):
                for table in document.keys() & case.keys() - {"text"}:
                    with self.subTest(case["text"], table=table):
                        self.assertEqual(len(document[table]), len(case[table]))
                        for row, expected in zip(document[table], case[table]):
                            self.assertEqual({key: row[key] for key in expected}, expected)

    def test_offsets_in_every_unit_point_to_the_same_text(self):
        text = "𠮷村修路3公里。\n"
        for unit, encode in (("byte", lambda t: t.encode()), ("utf16", lambda t: t.encode("utf-16-le"))):
            out, _ = self.run_qianmo("mine", "-f", "csv", "-t", "tokens", "--offsets", unit, given=text)
            width = 2 if unit == "utf16" else 1
            for row in csv.DictReader(io.StringIO(out)):
                cut = encode(text)[int(row["start"]) * width:int(row["end"]) * width]
                self.assertEqual(cut, encode(row["text"]))
        out, _ = self.run_qianmo("mine", "-f", "csv", "-t", "tokens", given=text)
        for row in csv.DictReader(io.StringIO(out)):
            self.assertEqual(text[int(row["start"]):int(row["end"])], row["text"])

    def test_csv_is_rfc_4180(self):
        name = self.file('odd "name", with comma.txt', SENTENCE)
        out, _ = self.run_qianmo("mine", "-f", "csv", "-t", "clauses", "--bom", name)
        self.assertTrue(out.startswith("\ufeffdoc,start,end,text,role"))
        self.assertTrue(out.endswith("\r\n"))
        rows = list(csv.DictReader(io.StringIO(out[1:])))
        self.assertGreaterEqual(len(rows), 3)
        self.assertEqual({row["doc"] for row in rows}, {name})

    def test_excel_calculates_nothing_of_a_text(self):
        text = "＝（甲）修建广场1个。\n=A1，+争取资金20万元。\n-修路\"3公里\"。\n零下5℃，-3℃。\n"
        plain, _ = self.run_qianmo("mine", "-f", "csv", "-t", "clauses", given=text)
        guarded, _ = self.run_qianmo("mine", "-f", "csv", "-t", "clauses", "--bom", given=text)
        plain, guarded = ([row["text"] for row in csv.DictReader(io.StringIO(out))] for out in (plain, guarded))
        self.assertIn("=A1", plain)
        for cell, safe in zip(plain, guarded):
            self.assertEqual(safe, "'" + cell if cell[0] in "=+-@" else cell)
        out, _ = self.run_qianmo("mine", "-f", "csv", "-t", "quantities", "--bom", given="气温零下5℃。")
        row = next(csv.DictReader(io.StringIO(out)))
        self.assertEqual((row["\ufeffdoc"], row["low"]), ("-", "-5"))

    def test_every_table_as_csv_and_on_the_terminal(self):
        for table in ("tokens", "quantities", "initiatives", "entities", "clauses", "measures"):
            out, _ = self.run_qianmo("mine", "-f", "csv", "-t", table, *REPORTS.glob("*.txt"))
            widths = {len(row) for row in csv.reader(io.StringIO(out))}
            self.assertEqual(len(widths), 1, table)
            out, _ = self.run_qianmo("mine", "-t", table, given=SENTENCE)
            self.assertTrue(out.strip())

    def test_tables_fit_the_terminal(self):
        for width in (40, 60, 80, 100, 120, 200):
            out, _ = self.run_qianmo("mine", "-t", "initiatives,entities,quantities", REPORTS,
                                     env={"COLUMNS": str(width)})
            wide = [line for line in out.splitlines() if columns(line) > width and not line.startswith(str(REPORTS))]
            self.assertEqual(wide, [])

    def test_titles_follow_the_language(self):
        self.assertIn("documents,", self.run_qianmo("mine", REPORTS)[0])
        self.assertIn("篇", self.run_qianmo("mine", REPORTS, env={"LANG": "zh_CN.UTF-8"})[0])
        self.assertIn("篇", self.run_qianmo("mine", "--lang", "zh", REPORTS)[0])

    def test_colours_only_where_they_are_wanted(self):
        self.assertNotIn("\x1b", self.run_qianmo("mine", REPORTS)[0])
        self.assertIn("\x1b[", self.run_qianmo("mine", "--color", "always", REPORTS)[0])

    def test_terminals_are_not_steered_by_documents(self):
        out, _ = self.run_qianmo("mine", "-t", "tokens", given="路\x1b[2J桥\u202e\n")
        self.assertNotIn("\x1b", out)
        self.assertNotIn("\u202e", out)
        for arguments, given, status in ((["number", "parse"], "三\x1b[2J\x9b\n", 0), (["mine", "none\x1b[2J\n.txt"], "", NO_INPUT),
                                         (["units", "convert", "五\x7f亩", "m2"], "", DATA)):
            _, messages = self.run_qianmo(*arguments, given=given, status=status)
            self.assertEqual(len(messages.splitlines()), 1)
            self.assertNotRegex(messages[:-1], "[\x00-\x1f\x7f-\x9f]")
            self.assertIn("?", messages)

    def test_json_lines_in(self):
        lines = [{"id": "甲", "text": "修路3公里。", "extra": [1, {"a": "]"}]}, {"text": "架桥\u0001座。\U00020BB7"}]
        given = "\n".join(json.dumps(line) for line in lines) + "\n\n"
        out, _ = self.run_qianmo("mine", "-i", "jsonl", "-f", "jsonl", given=given)
        documents = [json.loads(line) for line in out.splitlines()]
        self.assertEqual([d["doc"] for d in documents], ["甲", "standard input:2"])
        self.assertEqual([d["chars"] for d in documents], [len(line["text"]) for line in lines])
        name = self.file("x.jsonl", json.dumps({"nr": 7, "body": "修路。"}))
        out, _ = self.run_qianmo("mine", "-i", "jsonl", "--text-field", "body", "--id-field", "nr", "-f", "jsonl", name)
        self.assertEqual(json.loads(out)["doc"], "7")
        marked, _ = self.run_qianmo("mine", "-i", "jsonl", "-f", "jsonl", given="\ufeff" + given)
        self.assertEqual([json.loads(line)["chars"] for line in marked.splitlines()], [d["chars"] for d in documents])

    def test_a_name_is_a_string_or_a_number(self):
        given = "".join('{"id":%s,"text":"好"}\n' % name for name in ("null", "true", "{}", "[7]", "-1.50e+3", '"null"'))
        out, _ = self.run_qianmo("mine", "-i", "jsonl", "-f", "jsonl", given=given)
        self.assertEqual([json.loads(line)["doc"] for line in out.splitlines()],
                         [*(f"standard input:{n}" for n in range(1, 5)), "-1.50e+3", "null"])

    def test_what_is_no_json_is_refused(self):
        wrong = {"[,]": 18, "[1,]": 20, "[1 2]": 20, "{,}": 18, '{"a"}': 21, '{"a":}': 22, "[1:2]": 19, "01": 17, "-": 17, "1.": 17,
                 ".5": 17, "1e": 17, "+1": 17, "1-2": 18, "nul": 17, "[}": 18, "[": 18, "": 17}
        given = "".join('{"text":"好","x":%s}\n' % value for value in wrong)
        out, messages = self.run_qianmo("mine", "-i", "jsonl", "-f", "jsonl", given=given, status=DATA)
        self.assertEqual(out, "")
        self.assertEqual([int(line.split(":")[3]) for line in messages.splitlines()], list(wrong.values()))

    def test_json_mistakes_have_a_place(self):
        given = '{"text":"好"}\n{"text":"坏\n[1]\n{"id":1}\n{"text":"\\q"}\n{"text":"好"}\n'
        out, messages = self.run_qianmo("mine", "-i", "jsonl", "-f", "jsonl", given=given, status=DATA)
        self.assertEqual(len(out.splitlines()), 2)
        for place in ("standard input:2:", "standard input:3:1:", "standard input:4:", "standard input:5:"):
            self.assertIn(place, messages)


class Numbers(CliTest):
    def test_parse(self):
        out, _ = self.run_qianmo("number", "parse", given="三万五\r\n壹佰贰拾元整\n修路\n\n1.6万\n百分之三点五")
        self.assertEqual(out.split("\n"), ["35000", "120", "-", "-", "16000", "0.035", ""])

    def test_what_is_no_number_is_told_with_its_place(self):
        name = self.file("n.txt", "\ufeff五成\n五斤\n99999999999999999999999\n三分之二\n")
        out, messages = self.run_qianmo("number", "parse", name)
        self.assertEqual(out.split("\n"), ["0.5", "-", "-", "0.66666666666667", ""])
        self.assertEqual([line.split(": ")[1] for line in messages.splitlines()],
                         [f"{name}:2:2", f"{name}:3", f"{name}:4"])
        for line, word in zip(messages.splitlines(), ("斤", "exact", "no finite decimal")):
            self.assertIn(word, line)
        self.assertEqual(self.run_qianmo("number", "parse", "--quiet", name), (out, ""))
        _, messages = self.run_qianmo("number", "format", "-s", "hanzi", given="1e30\n")
        self.assertIn("standard input:1: number too large", messages)
        self.assertIn("parse or format", self.run_qianmo("number", status=USAGE)[1])

    def test_format(self):
        for style, wanted in (("hanzi", "三万五千"), ("financial", "叁万伍仟"), ("scaled", "3.5万"), ("digits", "35000")):
            self.assertEqual(self.run_qianmo("number", "format", "-s", style, given="35000\n")[0], wanted + "\n")

    def test_files(self):
        name = self.file("n.txt", "两百\n")
        self.assertEqual(self.run_qianmo("number", "parse", name)[0], "200\n")


class Units(CliTest):
    def test_values_are_converted_exactly_or_not_at_all(self):
        self.assertEqual(self.run_qianmo("units", "convert", "三万五", "jin", "kg")[0], "17500\n")
        _, messages = self.run_qianmo("units", "convert", "1", "mu", "ha", status=DATA)
        self.assertIn("no finite decimal", messages)
        self.run_qianmo("units", "convert", "1", status=USAGE)
        _, messages = self.run_qianmo("units", "convert", "许多", "mu", "ha", status=DATA)
        self.assertEqual(messages, "qianmo: '许多': not a number: \"许多\" is no part of one\n")

    def test_units_have_ids_and_words(self):
        for words in (("3", "亩", "平方米"), ("3亩", "m2"), ("3 mu", "平米"), ("三畝", "平方公尺")):
            self.assertEqual(self.run_qianmo("units", "convert", *words), ("2000\n", ""))
        for words, word in ((("1", "furlong", "m"), "no unit \"furlong\"; 'qianmo units' lists"),
                            (("abc", "m"), "no number with a unit"), (("1", "m", "kg"), "length, mass"),
                            (("1亩", "公顷"), "1/15")):
            self.assertIn(word, self.run_qianmo("units", "convert", *words, status=DATA)[1])
        lines = [line.split("\t") for line in self.run_qianmo("units")[0].splitlines()]
        self.assertIn(["mu", "area", "亩|市亩"], lines)
        self.assertTrue({"m", "kg", "mu", "CNY"} <= {line[0] for line in lines})
        own = self.file("units.tsv", "basket\t箩筐\tmass\t20\t-\t-\n")
        self.assertIn("basket\tmass\t箩筐\n", self.run_qianmo("units", "--units-file", own)[0])
        self.assertEqual(self.run_qianmo("units", "convert", "--units-file", own, "2箩筐", "公斤")[0], "40\n")

    def test_quantities_in_wanted_units(self):
        given = "硬化道路3.8公里，流转土地430亩，卖出大米3000斤。\n"
        out, _ = self.run_qianmo("mine", "-f", "csv", "-t", "quantities", "--units", "m,kg,ha", given=given)
        self.assertEqual([(row["low"], row["unit"]) for row in csv.DictReader(io.StringIO(out))],
                         [("3800", "m"), ("430", "mu"), ("1500", "kg")])
        out, _ = self.run_qianmo("mine", "-f", "csv", "-t", "quantities", "--units", "米", given=given)
        self.assertIn(",3800,,米,", out)
        _, messages = self.run_qianmo("mine", "--units", "m,furlong", given=given, status=USAGE)
        self.assertIn("furlong", messages)

    def test_quantities_in_wanted_units_with_scales(self):
        given = "投入35万元，流转土地15000亩，养鸡300只。\n\n单位：万元\n项目\t金额\n水窖\t1.8\n"
        mine = ("mine", "-f", "csv", "-t", "quantities", "--units")
        out, messages = self.run_qianmo(*mine, "万元,万亩", given=given)
        self.assertEqual([(row["low"], row["unit"], row["header_unit"]) for row in csv.DictReader(io.StringIO(out))],
                         [("35", "万元", ""), ("1.5", "万亩", ""), ("300", "只", ""), ("1.8", "万元", "万元")])
        self.assertEqual(messages, "")
        out, messages = self.run_qianmo(*mine, "元,万元,USD,km", given=given)
        self.assertEqual([row["low"] for row in csv.DictReader(io.StringIO(out))], ["350000", "15000", "300", "18000"])
        self.assertNotIn("万元", messages)
        self.assertIn("--units: there was nothing to give in 'USD'\n", messages)
        self.assertIn("--units: there was nothing to give in 'km'\n", messages)
        self.assertEqual(self.run_qianmo(*mine, "km", "--quiet", given=given)[1], "")

    def test_amounts_of_each_say_of_what(self):
        text = "村里流转撂荒地，租金260元/亩，户均分红1860元。\n"
        out, _ = self.run_qianmo("mine", "-f", "csv", "-t", "quantities", given=text)
        self.assertEqual([(row["low"], row["per"], row["rate"]) for row in csv.DictReader(io.StringIO(out))],
                         [("260", "mu", ""), ("1860", "", "户")])
        out, _ = self.run_qianmo("mine", "-f", "csv", given=text)
        values = "; ".join(row["values"] for row in csv.DictReader(io.StringIO(out)))
        self.assertIn("1860 CNY/户", values)

    def test_bare_cells_of_initiatives_show_the_unit_of_their_table(self):
        given = "单位：万元\n项目\t投资\n新建冷库1座\t120\n"
        out, _ = self.run_qianmo("mine", "-f", "csv", "-t", "initiatives", given=given)
        self.assertEqual([(row["how_much"], row["values"]) for row in csv.DictReader(io.StringIO(out))],
                         [("1座、120（万元）", "1 座; 120 万元")])

    def test_dates_of_initiatives_are_when_and_no_amount(self):
        given = "今年5月硬化道路3公里、安装路灯20盏。\n"
        out, _ = self.run_qianmo("mine", "-f", "csv", "-t", "initiatives", given=given)
        self.assertEqual([(row["how_much"], row["values"], row["when"]) for row in csv.DictReader(io.StringIO(out))],
                         [("3公里", "3 km", "5月"), ("20盏", "20 盏", "5月")])


class Rules(CliTest):
    TAXONOMY = """version: 1
types:
- id: bells
  zh: 钟楼
  group: build
  duty: RICH
  triggers:
  - "铸|铸造 > 铜钟"
  yes: [村里铸造铜钟三口]
  no: [村里没有铸造铜钟, %s]
"""

    def test_explain_names_rule_and_points(self):
        out, _ = self.run_qianmo("explain", given="工作队硬化道路4.2公里。\n")
        self.assertRegex(out, r"row roads done, \d+ points, rule roads:")

    def test_a_taxonomy_of_ones_own(self):
        name = self.file("mine.yaml", self.TAXONOMY % "钟声很远")
        out, _ = self.run_qianmo("mine", "--taxonomy", name, "-f", "csv", given="村里铸造铜钟三口。\n")
        rows = list(csv.DictReader(io.StringIO(out)))
        self.assertIn(("bells", "钟楼"), [(row["type"], row["type_name"]) for row in rows])

    def test_a_taxonomy_of_another_field(self):
        school = ROOT / "examples" / "taxonomy"
        self.assertIn(" 0 wrong", self.run_qianmo("lint", school / "school.yaml")[0])
        out, _ = self.run_qianmo("mine", "--taxonomy", school / "school.yaml", "--format", "jsonl",
                                 school / "school.txt")
        rows = json.loads(out)["initiatives"]
        self.assertEqual([row["type"] for row in rows],
                         ["home", "home", "teaching", "teaching", "facility", "facility", "facility"])
        self.assertEqual(rows[-1]["status"], "planned")

    def test_lint_tries_the_sentences(self):
        good = self.file("good.yaml", self.TAXONOMY % "钟声很远")
        self.assertIn("3 sentences, 0 wrong", self.run_qianmo("lint", good)[0])
        bad = self.file("bad.yaml", self.TAXONOMY % "又铸铜钟一口")
        out, messages = self.run_qianmo("lint", bad, status=DATA)
        self.assertIn("3 sentences, 1 wrong", out)
        self.assertRegex(messages, r"bad\.yaml:10:\d+: bells: a row, though it is a no")
        for once in ("-", "/dev/stdin"):
            messages = self.run_qianmo("lint", once, given=self.TAXONOMY % "又铸铜钟一口", status=USAGE)[1]
            self.assertIn(f"lint: '{once}' can be read once, ", messages)
        broken = self.file("broken.yaml", (self.TAXONOMY % "钟声").replace("铸|铸造 > 铜钟", "> 铜钟"))
        self.assertRegex(self.run_qianmo("lint", broken, status=DATA)[1], r"broken\.yaml:8:\d+: ")

    def test_files_of_other_encodings_are_told(self):
        for name in ("t.yaml", "t.csv", "words.tsv", "units.tsv"):
            kind = {"words.tsv": "--words", "units.tsv": "--units-file"}.get(name, "--taxonomy")
            path = self.file(name, "a\n钟楼，钟声很远，铜钟三口。".encode("gb18030"))
            _, messages = self.run_qianmo("mine", kind, path, given="修路。\n", status=DATA)
            self.assertIn(f"{path}:2:1: ill-formed UTF-8", messages)
            self.assertIn("seems to be GB18030", messages)

    def test_a_taxonomy_may_have_any_name(self):
        name = self.file("bells-words.tsv", self.TAXONOMY % "钟声")
        out, _ = self.run_qianmo("mine", "--taxonomy", name, "-f", "csv", given="村里铸造铜钟三口。\n")
        self.assertIn("bells", out)
        self.assertIn("3 sentences, 0 wrong", self.run_qianmo("lint", name)[0])
        words = self.file("words.tsv", "石笋坡\tforce\n")
        for command in (("mine", "--taxonomy", words), ("lint", words)):
            self.assertIn(f"{words}:1:1: ", self.run_qianmo(*command, given="", status=DATA)[1])

    def test_utf8_with_a_slip_is_not_said_to_be_utf8(self):
        path = self.file("words.tsv", "石笋坡\n".encode() * 20 + b"\xff\n")
        messages = self.run_qianmo("segment", "--words", path, given="", status=DATA)[1]
        self.assertIn(f"{path}:21:1: ill-formed UTF-8", messages)
        self.assertNotIn("seems to be", messages)

    def test_the_built_in_taxonomy_keeps_its_word(self):
        self.run_qianmo("lint", "--built-in", *(ROOT / "lib/data/taxonomy").glob("*.yaml"))


class Training(CliTest):
    def test_a_model_is_trained_scored_and_used(self):
        lines = ["村里 修 了 路", "工作队 修 了 桥", "村民 走 上 了 桥", "路 通 到 村里"] * 30
        text = self.file("words.txt", "\n".join(lines) + "\n")
        _, messages = self.run_qianmo("train", text, "-o", "a.qm", "--dev", text)
        self.assertRegex(messages, r"F1 +100\.000 %")
        self.assertEqual(len(re.findall(r"pass \d+: .*, F1 of the dev text \d+\.\d+ %", messages)), 12)
        self.run_qianmo("train", text, "-o", "b.qm", "--quiet")
        self.assertEqual((self.path / "a.qm").read_bytes(), (self.path / "b.qm").read_bytes())
        self.assertRegex(self.run_qianmo("eval", "-m", "a.qm", text)[0], r"precision +100\.000 %")
        # What is said of the last pass is what the image does, where nothing is pruned.
        dev = self.file("dev.txt", "村民 修 桥\n修了 桥 来\n人 来 ２０ 次 abc\n\n车 通到 村里\n")
        _, messages = self.run_qianmo("train", text, "-o", "c.qm", "--dev", dev, "--lattice",
                                      *("--prune", "0", "--passes", "1", "--copies"))
        fast, lattice = re.split(r"\nlattice:\n", re.split(r"\nfast:\n", messages)[1])
        self.assertEqual(re.findall(r"F1 of the dev text (\S+)", messages)[-1], re.search(r"F1 +(\S+)", fast)[1])
        self.assertIn(lattice.split("crossing")[0], self.run_qianmo("eval", "-m", "c.qm", "-q", "lattice", dev,
                                                                    "--vocabulary", text)[0])
        empty = self.file("empty.txt", "")
        self.assertIn(f"{empty}: no words to score", self.run_qianmo("eval", text, empty, status=DATA)[1])
        self.assertEqual(self.run_qianmo("segment", "-m", "a.qm", given="工作队修了路\n")[0], "工作队 修 了 路\n")

    def test_a_lattice_learns_what_words_are_worth(self):
        lines = ["村里 修 了 路", "工作队 修 了 桥", "村民 走 上 了 桥", "路 通 到 村里", "工作 队员 来 了"]
        text = self.file("words.txt", "\n".join(lines) + "\n")
        messages = self.run_qianmo("train", text, "-o", "a.qm", "--lattice", "--cost", 0.001)[1]
        self.assertRegex(messages, r"part 5 of 5 left out\n(.*\n)+lattice, pass 8: 0\.000 % of")
        self.run_qianmo("train", text, "-o", "b.qm", "--cost", 0.001, "--quiet")
        right = [re.search(r"F1 +(\S+)", self.run_qianmo("eval", "-m", model, "-q", "lattice", text)[0])[1]
                 for model in ("a.qm", "b.qm")]
        self.assertEqual(right[0], "100.000")
        self.assertNotEqual(right[1], "100.000")

    def test_a_student_learns_from_raw_text(self):
        """A first model cuts the text for a second; a window of one character sees less."""
        lines = ["村里 修 了 路", "工作队 修 了 桥", "村民 走 上 了 桥", "路 通 到 村里"] * 30
        text = self.file("words.txt", "\n".join(lines) + "\n")
        raw = self.file("raw.txt", "工作队到村里修路\n\n村民上了桥\n" * 20)
        wide = self.run_qianmo("train", text, "-o", "plain.qm")[1]
        self.run_qianmo("train", text, "-o", "a.qm", "--raw", raw, "--quiet")
        self.run_qianmo("train", text, "-o", "b.qm", "--raw", raw, "--quiet")
        narrow = self.run_qianmo("train", text, "-o", "narrow.qm", "--window", 1)[1]
        features = [int(re.search(r"(\d+) features", messages)[1]) for messages in (narrow, wide)]
        self.assertLess(features[0], features[1] / 2)
        images = [(self.path / f"{name}.qm").read_bytes() for name in ("plain", "a", "b")]
        self.assertEqual(images[1], images[2])
        self.assertNotEqual(images[0], images[1])
        self.assertEqual(self.run_qianmo("segment", "-m", "a.qm", given="工作队修了路\n")[0], "工作队 修 了 路\n")
        self.assertIn("raw.txt", self.run_qianmo("info", "a.qm")[0])
        self.run_qianmo("train", text, "-o", "c.qm", "--window", 4, status=USAGE)

    def school(self, clauses, *more, status=0):
        """The example of another field, trained on clauses: the messages."""
        return self.run_qianmo("train", "--taxonomy", ROOT / "examples/taxonomy/school.yaml", *more,
                               "-o", "school.qm", "clauses", clauses, status=status)[1]

    def test_types_of_ones_own_are_learnt_from_labelled_clauses(self):
        """Sentences without a word of any rule; the rules' own rows are there, too."""
        text = self.file("news.txt", "语文老师们把一节课磨了又磨。走廊的旧灯管全换成了护眼灯。"
                                     "班主任敲开了二十户学生的家门。下月，学校将给每间教室装上空调。校园里的银杏黄了。")
        examples = ROOT / "examples/taxonomy"
        self.assertIn("one for each type", self.school(examples / "clauses"))
        first = (self.path / "school.qm").read_bytes()
        self.school(examples / "clauses", "--quiet")
        self.assertEqual((self.path / "school.qm").read_bytes(), first)
        ruled, learnt = (json.loads(self.run_qianmo("mine", *model, "-f", "jsonl", text)[0])["initiatives"]
                         for model in (("--taxonomy", examples / "school.yaml"), ("-m", "school.qm")))
        self.assertEqual(ruled, [])
        self.assertEqual([(row["type"], row["status"], row["rule"]) for row in learnt],
                         [("teaching", "done", None), ("facility", "done", None), ("home", "done", None),
                          ("facility", "planned", None)])
        out, _ = self.run_qianmo("mine", "-m", "school.qm", "-f", "jsonl", examples / "school.txt")
        rows = json.loads(out)["initiatives"]
        self.assertEqual([row["type"] for row in rows if row["rule"]],
                         ["home", "home", "teaching", "teaching", "facility", "facility", "facility"])

    def test_a_compiled_taxonomy_is_trained_like_its_text(self):
        self.run_qianmo("compile", ROOT / "examples/taxonomy/school.yaml", "-o", "rules.qm")
        self.run_qianmo("train", "-m", "rules.qm", "-o", "weights.qm", "--quiet", "clauses",
                        ROOT / "examples/taxonomy/clauses")
        out, _ = self.run_qianmo("mine", "-m", "rules.qm", "-m", "weights.qm", "-f", "jsonl",
                                 given="走廊的旧灯管全换成了护眼灯。")
        self.assertEqual([row["type"] for row in json.loads(out)["initiatives"]], ["facility"])

    def bells(self, *head):
        """A taxonomy of one type and clauses labelled with it: the messages of their training."""
        self.file("bells.yaml", "\n".join((
            "version: 1", *head, "types:", "- id: bells", "  zh: 铸钟", "  group: own", "  duty: SERVE", "  rules:",
            "  - 铸造 > 铜钟", "  yes: [铸造铜钟三口]", "  no: [铜钟很好]")) + "\n")
        labelled = self.path / "bells"
        labelled.mkdir()
        (labelled / "a.tsv").write_text("".join(
            f"bells\tdone\t老匠人{what}\nnone\t-\t{what[-2:]}在山间响了{n}回\n"
            for n, what in enumerate(("浇出了大钟", "浇出了小钟", "铸成了一口钟", "浇成了古钟", "铸出了新钟") * 6)) +
            "none\t-\t老匠人浇不出大钟\n")
        return self.run_qianmo("train", "--taxonomy", "bells.yaml", "-o", "bells.qm", "clauses", "bells")[1]

    def test_an_only_type_is_weighed_with_what_stands_around_it(self):
        self.assertRegex(self.bells("extends: none"), r"\d+ cases: other -?\d")

    def test_types_without_labelled_clauses_keep_to_their_rules(self):
        self.bells()
        out, _ = self.run_qianmo("mine", "-m", "bells.qm", "-f", "jsonl",
                                 given="老匠人浇出了大钟。村里修通道路2公里。")
        self.assertEqual([row["type"] for row in json.loads(out)["initiatives"]], ["bells", "roads"])

    def test_mistakes_in_labelled_clauses_have_a_place(self):
        labelled = self.path / "labelled"
        for text, message in (("home\tdone\t走访\nhome,bells\tdone\t敲钟\n", r"a\.tsv:2:6: no type 'bells'"),
                              ("home\tdoing\t走访\n", r"a\.tsv:1:6: no status 'doing'"),
                              ("# 家\nhome 走访\n", r"a\.tsv:2:1: a line is types"),
                              ("none\tdone\t走访\n", r"a\.tsv:1:6: the status of none is -"),
                              ("home\tdone\t走访\n", "too few labelled clauses to learn from: 1")):
            labelled.mkdir(exist_ok=True)
            (labelled / "a.tsv").write_text(text)
            self.assertRegex(self.school("labelled", status=DATA), message)
        for text in ("", "# nothing yet\n", "none\t-\t天晴了\n"):
            (labelled / "a.tsv").write_text(text)
            self.assertIn("no clause is labelled with a type", self.school("labelled", status=DATA))
        (labelled / "a.tsv").unlink()
        self.assertIn("no file *.tsv", self.school("labelled", status=NO_INPUT))
        self.assertFalse((self.path / "school.qm").exists())

    def test_mistakes_leave_no_image(self):
        text = self.file("words.txt", "路 通 了\n")
        self.run_qianmo("train", text, "-o", "a.qm", "--passes", 0, status=USAGE)
        self.run_qianmo("train", "none.txt", "-o", "a.qm", status=NO_INPUT)
        for content in ("", "路通了\n路通了\n"):
            useless = self.file("useless.txt", content)
            self.assertIn("no two words", self.run_qianmo("train", useless, "-o", "a.qm", status=DATA)[1])
        for content in ("", " \n\n"):
            empty = self.file("empty.txt", content)
            for option, message in (("--dev", "the dev text has no words"), ("--tagged", "has no tags to learn from")):
                _, messages = self.run_qianmo("train", text, "-o", "a.qm", option, empty, status=DATA)
                self.assertIn(message, messages.splitlines()[-1])
        _, messages = self.run_qianmo("train", text, "-o", "a.qm", "--cost", "0", status=USAGE)
        self.assertIn("the cost must be above 0", messages)
        self.assertIn("more than 200 texts", self.run_qianmo("train", *[text] * 201, "-o", "a.qm", status=DATA)[1])
        foreign = self.file("foreign.txt", "路 通 了\n工作队 修 了 路\n".encode("gb18030"))
        for command in (["train", "-o", "a.qm"], ["train", text, "-o", "a.qm", "--dict"], ["eval"]):
            self.assertRegex(self.run_qianmo(*command, foreign, status=DATA)[1],
                             rf"{foreign}:1:\d+: ill-formed UTF-8.*GB18030")
        self.assertFalse((self.path / "a.qm").exists())


class Compile(CliTest):
    def test_mistakes_have_file_line_and_column(self):
        words = self.file("words.tsv", "好词\t\t\n坏词\tNOUN\tmany\n")
        _, messages = self.run_qianmo("compile", words, "-o", "out.qm", status=DATA)
        self.assertRegex(messages, r"words\.tsv:2:\d+: ")
        self.assertFalse((self.path / "out.qm").exists())

    def test_same_files_same_bytes(self):
        words = self.file("words.tsv", "蓝靛窝\n界石坪\n")
        self.run_qianmo("compile", words, "-o", "a.qm")
        self.run_qianmo("compile", words, "-o", "b.qm")
        self.assertEqual((self.path / "a.qm").read_bytes(), (self.path / "b.qm").read_bytes())
        self.assertIn("format: 1", self.run_qianmo("info", "a.qm")[0])

    def test_unknown_kinds_are_answered_with_the_list(self):
        name = self.file("birds.xyz", "a\n")
        self.assertIn("words", self.run_qianmo("compile", name, "-o", "o.qm", status=USAGE)[1])
        self.assertIn("words", self.run_qianmo("compile", "-k", "birds", name, "-o", "o.qm", status=USAGE)[1])

    def test_an_output_that_cannot_be_made(self):
        words = self.file("words.tsv", "蓝靛窝\n")
        self.run_qianmo("compile", words, "-o", "nowhere/out.qm", status=CANNOT_CREATE)


class Info(CliTest):
    def test_the_built_in_model(self):
        out, _ = self.run_qianmo("info")
        self.assertIn("model: built in", out)
        self.assertRegex(out, r"build-id: [0-9a-f]{8}")


if __name__ == "__main__":
    main()
