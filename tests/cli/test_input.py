"""Bad input, bad outputs: what is told, what goes on, what is left behind."""
import json
import os
import signal
import subprocess
import unittest

from cli import CANNOT_CREATE, DATA, IO_ERROR, NO_INPUT, QIANMO, REPORTS, USAGE, CliTest, main

GOOD = "工作队修路3公里。\n"


class BadInput(CliTest):
    def names(self, out):
        return [line for line in out.splitlines() if line.endswith(".txt")]

    def test_the_other_files_are_worked_on(self):
        good = [self.file("a.txt", GOOD), self.file("z.txt", GOOD)]
        binary = self.file("b.txt", bytes(range(256)) * 40)
        out, messages = self.run_qianmo("mine", good[0], "missing.txt", binary, good[1], status=NO_INPUT)
        self.assertEqual(self.names(out), good)
        self.assertIn("missing.txt: No such file or directory", messages)
        self.assertIn("b.txt: not a text but a binary file", messages)
        out, messages = self.run_qianmo("segment", good[0], "missing.txt", binary, good[1], status=NO_INPUT)
        self.assertEqual(out.replace(" ", ""), GOOD * 2)

    def test_what_a_directory_has_besides_texts_is_told_of(self):
        self.file("d/a.txt", "修路3公里。\n")
        self.file("d/.hidden", "x")
        self.assertEqual(self.run_qianmo("mine", "d")[1], "")
        self.file("d/b.docx", b"PK\3\4" + bytes(100))
        messages = self.run_qianmo("mine", "d")[1]
        self.assertEqual(messages, "qianmo: d/b.docx: not *.txt, *.text or *.md; left out\n")
        self.file("d/sub/c.pdf", b"%PDF-1.4\n" + bytes(100))
        for command in ("mine", "segment"):
            messages = self.run_qianmo(command, "d")[1]
            self.assertEqual(messages, "qianmo: d/b.docx: not *.txt, *.text or *.md; left out, as 1 more\n")
        self.assertEqual(self.run_qianmo("mine", "--quiet", "d")[1], "")
        for name in ("d/b.docx", "d/sub/c.pdf"):
            for command in ("mine", "segment"):
                messages = self.run_qianmo(command, name, status=DATA)[1]
                self.assertIn("office document, PDF or archive", messages)

    def test_ill_formed_text_is_told_of_with_its_place(self):
        name = self.file("ill.txt", "第一行。\n第二\xff行。\n".encode("utf-8").replace("\xff".encode(), b"\xff"))
        out, messages = self.run_qianmo("mine", "-t", "tokens", name)
        self.assertIn("ill.txt:2:3: ill-formed UTF-8", messages)
        self.assertIn("第", out)
        _, messages = self.run_qianmo("mine", "--strict", name, status=DATA)
        self.assertIn("ill.txt:2:3", messages)
        done = self.run_raw("segment", name)
        self.assertEqual(done.stdout.replace(b" ", b""), (self.path / "ill.txt").read_bytes())
        self.assertIn(b"ill.txt:2: ill-formed", done.stderr)

    def test_nul_bytes_stay(self):
        name = self.file("nul.txt", "修路3公里，架桥\0两座。\n")
        _, messages = self.run_qianmo("mine", name)
        self.assertIn("nul.txt:1:9: a NUL byte", messages)
        self.assertEqual(self.run_qianmo("segment", name)[0].replace(" ", ""), "修路3公里，架桥\0两座。\n")

    def test_nothing_at_all(self):
        name = self.file("empty.txt", b"")
        self.assertEqual(self.names(self.run_qianmo("mine", name)[0]), [name])
        self.assertEqual(self.run_qianmo("segment", name), ("", ""))
        self.assertEqual(self.run_qianmo("segment", given=b""), ("", ""))
        self.assertEqual(self.run_qianmo("mine", "-i", "jsonl", given=b"")[0], "")

    def test_directories(self):
        os.mkdir(self.path / "bare")
        _, messages = self.run_qianmo("mine", "bare", status=NO_INPUT)
        self.assertIn("bare: no texts", messages)
        for name in ("d/b.txt", "d/a/x.TXT", "d/.hidden.txt", "d/c.pdf"):
            self.file(name, GOOD)
        os.symlink("..", self.path / "d/a/loop")
        out, _ = self.run_qianmo("mine", "-f", "jsonl", "-t", "clauses", "d")
        self.assertEqual([line.split('"')[3] for line in out.splitlines()], ["d/a/x.TXT", "d/b.txt"])

    def test_unreadable_files(self):
        """Root reads everything, so that it goes as nobody where it may."""
        self.file("good.txt", GOOD)
        os.chmod(self.file("secret.txt", GOOD), 0)
        os.mkdir(self.path / "closed", 0)
        os.chmod(self.path, 0o755)
        nobody = {"user": 65534} if os.geteuid() == 0 else {}
        try:
            done = subprocess.run([QIANMO, "segment", "secret.txt", "closed", "good.txt"], cwd=self.path,
                                  capture_output=True, text=True, **nobody)
        except PermissionError:
            self.skipTest("only root may run the program where it stands")
        self.assertEqual(done.returncode, NO_INPUT)
        messages = [line for line in done.stderr.splitlines() if line.startswith("qianmo: ")]  # not gcov's own
        self.assertEqual(messages, ["qianmo: closed: Permission denied", "qianmo: secret.txt: Permission denied"])
        self.assertEqual(done.stdout.replace(" ", ""), GOOD)

    def test_standard_input_has_a_name_in_messages(self):
        directory = os.open(self.path, os.O_RDONLY)
        self.addCleanup(os.close, directory)
        for arguments in (["mine"], ["segment"], ["number", "parse"], ["lint", "--built-in", "-"]):
            done = subprocess.run([QIANMO, *arguments], stdin=directory, capture_output=True, text=True)
            self.assertEqual(done.stderr, "qianmo: standard input: Is a directory\n", arguments)
        for arguments in (["segment", "-w", "-", self.file("a.txt", GOOD)], ["compile", "-k", "words", "-o", "a.qm", "-"]):
            _, messages = self.run_qianmo(*arguments, given="石笋坡\tclearly\n", status=DATA)
            self.assertIn("qianmo: standard input:1:5: ", messages)

    def test_what_lies_too_deep_is_told_of(self):
        self.file("d/a.txt", GOOD)
        self.file("d/" + "x/" * 70 + "b.txt", GOOD)
        out, messages = self.run_qianmo("segment", "d", status=NO_INPUT)
        self.assertEqual(out.replace(" ", ""), GOOD)
        self.assertEqual(messages, "qianmo: d/" + "/".join("x" * 65) + ": too deep in directories; left out\n")

    def test_what_cannot_be_looked_at_is_told_once(self):
        os.mkdir(self.path / "d")
        os.symlink("nowhere", self.path / "d" / "a.txt")
        _, messages = self.run_qianmo("mine", "d", status=NO_INPUT)
        self.assertEqual(messages, "qianmo: d/a.txt: No such file or directory\n")
        _, messages = self.run_qianmo("mine", "", status=NO_INPUT)
        self.assertEqual(messages, "qianmo: '': No such file or directory\n")

    def test_every_encoding_gives_the_same_words(self):
        text = (REPORTS / "diary.txt").read_text()
        wanted = self.run_qianmo("segment", given=text)[0]
        for encoding in ("gb18030", "gbk", "utf-16", "utf-16-le", "utf-8-sig"):
            name = self.file("encoded.txt", text.encode(encoding))
            self.assertEqual(self.run_qianmo("segment", name)[0], wanted, encoding)
            self.run_qianmo("mine", name)
        name = self.file("encoded.txt", "驻村".encode("gbk"))
        self.assertEqual(self.run_qianmo("segment", "-e", "gbk", name)[0].replace(" ", ""), "驻村")

    def test_encodings_by_all_their_names(self):
        text = "".join(f"修路{i}公里，上村架桥两座。\n" for i in range(9000))
        wanted = self.run_qianmo("segment", given=text)[0]
        for encoding, names in (("utf-16", ("unicode", "csUnicode", "UnicodeLittle")), ("utf-16-le", ("x-utf-16le", "UnicodeLittleUnmarked")),
                                ("utf-32-be", ("UTF32_BigEndian",)), ("utf-7", ("utf-7",)), ("gbk", ("cp936",))):
            given = text.encode(encoding)
            for name in names:
                self.assertEqual(self.run_qianmo("segment", "-e", name, given=given), (wanted, ""), name)
        self.assertEqual(self.run_qianmo("segment", "-e", "euc-jp", given="水道\n".encode("euc-jp"))[0], "水道\n")

    def test_ill_formed_text_of_other_encodings_is_told_of(self):
        for encoding, ill, named, place in (("gbk", b"\xff", "GB18030", "ill.txt:2"),
                                            ("utf-16-le", b"\0\xd8", "UTF-16LE", r"ill.txt(:2)?")):
            name = self.file("ill.txt", "修路三公里，架桥两座。\n第二".encode(encoding) + ill + "行，架桥两座。\n".encode(encoding))
            for arguments, status in ((["segment"], 0), (["segment", "--strict"], DATA), (["mine", "--strict"], DATA)):
                _, messages = self.run_qianmo(*arguments, name, status=status)
                self.assertRegex(messages, f"{place}: ill-formed {named}, ")

    def test_a_long_line_that_is_refused_goes_out_as_it_is(self):
        text = GOOD.strip().encode() * 200000 + b"\xff" + GOOD.encode() * 2
        names = [self.file("long.txt", text), self.file("good.txt", GOOD)]
        done = self.run_raw("segment", "--strict", *names)
        self.assertEqual(done.returncode, DATA)
        self.assertEqual(done.stdout.replace(b" ", b""), text + GOOD.encode())
        self.assertTrue(done.stdout.endswith("\n工作队 修路 3 公里 。\n".encode()))
        self.assertEqual(done.stderr.decode(), f"qianmo: {names[0]}:1: ill-formed UTF-8 at byte {text.index(255)}\n")
        self.assertEqual(self.run_raw("segment", names[0]).stderr.decode(),
                         f"qianmo: {names[0]}:1: ill-formed UTF-8, kept as it is (told once a file)\n")

    def test_json_lines_in_every_encoding(self):
        text = "".join('{"id": %d, "text": "村里争取资金%d万余元，硬化道路4.2公里。"}\n' % (i, i) for i in range(9)) + "\n{1}"
        wanted, _ = self.run_qianmo("mine", "-i", "jsonl", "-f", "jsonl", given=text, status=DATA)
        self.assertEqual(len(wanted.splitlines()), 9)
        for encoding in ("gb18030", "big5", "utf-16", "utf-16-le", "utf-8-sig"):
            encoded = text.replace("争", "爭").replace("资", "資") if encoding == "big5" else text
            name = self.file("encoded.jsonl", encoded.encode(encoding))
            for arguments in ([], ["-e", encoding.replace("-sig", "")]):
                out, messages = self.run_qianmo("mine", "-i", "jsonl", "-f", "jsonl", *arguments, name, status=DATA)
                self.assertIn("encoded.jsonl:11:2: ", messages)
                if encoding == "big5":
                    self.assertEqual(len(out.splitlines()), 9)
                else:
                    self.assertEqual(out, wanted, encoding)

    def test_ill_formed_json_is_told_of_with_its_place(self):
        name = self.file("ill.jsonl", '{"text":"好"}\n{"text":"修路3公里'.encode() + b'\xff"}\n{"text":"\xe5\xa5\xbd"}\n')
        out, messages = self.run_qianmo("mine", "-i", "jsonl", "-f", "jsonl", "-t", "clauses", name)
        self.assertEqual(len(out.splitlines()), 3)
        self.assertIn("ill.jsonl:2:15: ill-formed UTF-8, 1 piece, the first at byte 22 of the line\n", messages)
        out, messages = self.run_qianmo("mine", "-i", "jsonl", "-f", "jsonl", "--strict", name, status=DATA)
        self.assertEqual(len(out.splitlines()), 2)
        self.assertIn("ill.jsonl:2:15: ill-formed UTF-8", messages)

    def test_a_json_line_longer_than_any_block(self):
        large = "长城，" * 600000
        name = self.file("large.jsonl", "".join('{"id":"%d","text":"%s"}\n' % (i, text) for i, text in
                                                enumerate((GOOD.strip(), large, "好", large, GOOD.strip()))) + "{}\n")
        out, messages = self.run_qianmo("mine", "-i", "jsonl", "-f", "jsonl", "-t", "entities", name, self.file("b.jsonl", "1"),
                                        status=DATA)
        self.assertEqual(messages, f'qianmo: {name}:6: no field "text" with a string\n'
                         f"qianmo: {self.path}/b.jsonl:1:1: an object {{...}} is expected here\n")
        self.assertEqual([(d["doc"], d["chars"]) for d in map(json.loads, out.splitlines())],
                         [("0", 9), ("1", len(large)), ("2", 1), ("3", len(large)), ("4", 9)])

    def test_images(self):
        words = self.file("words.tsv", "蓝靛窝\n")
        self.run_qianmo("compile", words, "-o", "w.qm")
        image = bytearray((self.path / "w.qm").read_bytes())
        self.file("short.qm", bytes(image[:100]))
        self.file("text.qm", "no image")
        image[len(image) // 2] ^= 0xFF
        self.file("broken.qm", bytes(image))
        for name in ("short.qm", "text.qm", "broken.qm"):
            _, messages = self.run_qianmo("segment", "--model", name, given=GOOD, status=DATA)
            self.assertIn(name, messages)
            self.run_qianmo("info", name, status=DATA)
        _, messages = self.run_qianmo("segment", "--model", "none.qm", given=GOOD, status=NO_INPUT)
        self.assertEqual(messages, "qianmo: none.qm: No such file or directory\n")

    def test_user_files_with_mistakes(self):
        words = self.file("w.tsv", "好词\n坏词\tNOUN\tmany\n")
        _, messages = self.run_qianmo("mine", "--words", words, given=GOOD, status=DATA)
        self.assertRegex(messages, r"w\.tsv:2:\d+: ")


class BadOutput(CliTest):
    def test_a_full_disk(self):
        for arguments in (["mine"], ["segment"], ["number", "parse"], ["mine", "-f", "html"]):
            with open("/dev/full", "wb") as full:
                done = subprocess.run([QIANMO, *arguments], input=GOOD.encode(), stdout=full, stderr=subprocess.PIPE)
            self.assertEqual(done.returncode, IO_ERROR, arguments)
            self.assertIn(b"No space left on device", done.stderr)
        for command in ("info", "--help"):
            with open("/dev/full", "wb") as full:
                done = subprocess.run([QIANMO, command], stdout=full, stderr=subprocess.PIPE)
            self.assertEqual(done.returncode, IO_ERROR)
        self.run_qianmo("mine", "-o", "/dev/full", given=GOOD, status=IO_ERROR)

    def test_a_closed_pipe_is_no_news(self):
        name = self.file("big.txt", GOOD * 200000)
        for arguments in (["segment"], ["mine", "-f", "csv", "-t", "clauses"]):
            run = subprocess.Popen([QIANMO, *arguments, name], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
            run.stdout.read(10)
            run.stdout.close()
            messages = run.stderr.read()
            run.stderr.close()
            self.assertEqual(run.wait(), -signal.SIGPIPE)
            self.assertEqual(messages, b"")

    def test_outputs_are_whole_or_not_there(self):
        name = self.file("a.txt", GOOD)
        self.run_qianmo("mine", "-f", "csv", "-o", "out.csv", name)
        whole = (self.path / "out.csv").read_bytes()
        self.assertTrue(whole.startswith(b"doc,"))
        os.chmod(self.path / "out.csv", 0o664)
        self.addCleanup(os.umask, os.umask(0o077))
        self.run_qianmo("mine", "-f", "csv", "-o", "out.csv", "missing.txt", status=NO_INPUT)
        self.assertEqual((self.path / "out.csv").read_bytes(), whole)
        self.run_qianmo("mine", "-f", "csv", "-o", "out.csv", name)
        self.assertEqual((self.path / "out.csv").stat().st_mode & 0o777, 0o664)
        self.run_qianmo("mine", "-o", "none/out.csv", name, status=CANNOT_CREATE)
        self.assertEqual(sorted(os.listdir(self.path)), ["a.txt", "out.csv"])

    def test_standard_output_has_a_name(self):
        name = self.file("a.txt", GOOD)
        wanted = self.run_raw("segment", name).stdout
        for output in ("-", "/dev/stdout"):
            self.assertEqual(self.run_raw("segment", "-o", output, name).stdout, wanted)
            with open(self.path / "redirected.txt", "wb") as file:
                subprocess.run([QIANMO, "segment", "-o", output, name], stdout=file, cwd=self.path, check=True)
            self.assertEqual((self.path / "redirected.txt").read_bytes(), wanted)
        self.assertEqual(sorted(os.listdir(self.path)), ["a.txt", "redirected.txt"])
        self.run_qianmo("compile", "-k", "words", "-o", "-", name, status=USAGE)

    def test_messages_are_no_results_where_streams_are_closed(self):
        name = self.file("ill.txt", "修路".encode() + b"\xff\n")
        for closed in ("<&-", ">&-", "2>&-", "<&- >&- 2>&-"):
            subprocess.run(f"'{QIANMO}' segment -o out.txt {name} {closed}", shell=True, cwd=self.path, check=True,
                           stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            self.assertEqual((self.path / "out.txt").read_bytes(), "修路 ".encode() + b"\xff\n", closed)
        for closed, name, status in ((">&-", name, IO_ERROR), ("<&-", "-", IO_ERROR)):
            done = subprocess.run(f"'{QIANMO}' segment {name} {closed}", shell=True, cwd=self.path,
                                  stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            self.assertEqual(done.returncode, status, closed)

    def test_links_stay(self):
        name = self.file("a.txt", GOOD)
        target = self.file("d/target.txt", "old")
        os.symlink("d/target.txt", self.path / "link.txt")
        self.run_qianmo("segment", "-o", "link.txt", name)
        self.assertTrue((self.path / "link.txt").is_symlink())
        with open(target, encoding="utf-8") as file:
            self.assertEqual(file.read().replace(" ", ""), GOOD)
        self.assertEqual(os.listdir(self.path / "d"), ["target.txt"])

    def test_an_interrupted_run_leaves_nothing(self):
        run = subprocess.Popen([QIANMO, "segment", "-o", "out.txt"], stdin=subprocess.PIPE, cwd=self.path)
        run.stdin.write((GOOD * 100000).encode())
        run.stdin.flush()
        run.kill()
        run.stdin.close()
        run.wait()
        self.assertEqual(os.listdir(self.path), [])

    def test_a_file_may_be_its_own_output(self):
        name = self.file("a.txt", GOOD)
        self.run_qianmo("segment", name, "-o", name)
        self.assertEqual((self.path / "a.txt").read_text().replace(" ", ""), GOOD)


@unittest.skipIf(os.environ.get("QIANMO_SANITIZE"), "sanitizers take memory of their own")
class Memory(CliTest):
    def test_large_input_needs_little_memory(self):
        text = (REPORTS / "workreport.txt").read_text().replace("\n", "").encode()
        for name, piece in (("lines.txt", text[:240] + b"\n"), ("line.txt", text)):
            path = self.path / name
            with open(path, "wb") as file:
                while file.tell() < 50 << 20:
                    file.write(piece)
            self.assertLess(self.peak("segment", "-j", "1", path), 120 << 20, name)

    def test_a_large_document_needs_what_the_manual_says(self):
        text = (REPORTS / "workreport.txt").read_bytes()
        path = self.path / "report.txt"
        path.write_bytes(text * ((12 << 20) // len(text)))
        self.assertLess(self.peak("mine", "-f", "jsonl", "-j", "1", path), 28 * (12 << 20) + (30 << 20))

    def peak(self, *arguments):
        with subprocess.Popen([QIANMO, *arguments], stdout=subprocess.DEVNULL) as run:
            _, status, usage = os.wait4(run.pid, 0)
            run.returncode = os.waitstatus_to_exitcode(status)
        self.assertEqual(run.returncode, 0)
        return usage.ru_maxrss * 1024


if __name__ == "__main__":
    main()
