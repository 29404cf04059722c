"""The same bytes for any number of worker threads; run under ThreadSanitizer, too."""

import json
import unittest

import cli


class Jobs(cli.CliTest):
    """Many small documents, several batches of them, on one thread and on more."""

    def records(self):
        return "".join(
            '{"id":"%d","text":"第%d个村修路%d.5公里，争取资金%d万余元，还要建一座冷库。"}\n' % (i, i, i, i)
            for i in range(2500))

    def mined(self, form, jobs):
        out, _ = self.run_qianmo("mine", "--input", "jsonl", "--text-field", "text", "--id-field", "id",
                                 "--format", form, "--jobs", jobs, given=self.records())
        return out

    def test_segment(self):
        text = (cli.REPORTS / "newspaper.txt").read_text() * 400
        one, _ = self.run_qianmo("segment", "--jobs", 1, given=text)
        four, _ = self.run_qianmo("segment", "--jobs", 4, given=text)
        self.assertTrue(one == four)
        self.assertEqual(one.replace(" ", ""), text.replace(" ", ""))

    def test_messages_stand_in_the_order_of_files(self):
        names = []
        for i in range(60):
            text = b"PK\3\4" + bytes(50) if i % 3 == 0 else "修路".encode() + b"\xff\n" if i % 3 == 1 else "\n".encode("utf-16")
            names.append(self.file(f"{i:02}.txt", text))
        one = self.run_raw("segment", "--jobs", 1, *names)
        four = self.run_raw("segment", "--jobs", 4, *names)
        self.assertEqual((one.stdout, one.stderr), (four.stdout, four.stderr))
        said = [line.split(b": ")[1].split(b":")[0].decode() for line in four.stderr.splitlines()]
        self.assertEqual(said, [name for i, name in enumerate(names) if i % 3 < 2])

    def test_mine(self):
        for form in ("jsonl", "csv", "table", "html"):
            with self.subTest(format=form):
                one = self.mined(form, 1)
                self.assertGreater(len(one), 2500)
                for jobs in (3, 16):
                    self.assertTrue(one == self.mined(form, jobs), jobs)

    def test_large_documents_among_small_ones(self):
        """The JSON of a large one is written in pieces, and in its turn."""
        report = (cli.REPORTS / "newspaper.txt").read_text()
        large = report * (1500000 // len(report.encode()) + 1)
        texts = [report, large, report, report[:100], large, ""]
        names = [self.file(f"{i}.txt", text) for i, text in enumerate(texts)]
        one, _ = self.run_qianmo("mine", "--format", "jsonl", "--jobs", 1, *names)
        four, _ = self.run_qianmo("mine", "--format", "jsonl", "--jobs", 4, *names)
        self.assertTrue(one == four)
        documents = [json.loads(line) for line in one.splitlines()]
        self.assertEqual([document["doc"] for document in documents], names)
        for document, text in zip(documents, texts):
            self.assertEqual(document["chars"], len(text))
            words = "".join(token["text"] for token in document["tokens"])
            self.assertTrue("".join(words.split()) == "".join(text.split()))
        self.assertEqual(documents[1]["initiatives"], documents[4]["initiatives"])
        self.assertGreater(len(documents[1]["quantities"]), 100 * len(documents[0]["quantities"]))


if __name__ == "__main__":
    cli.main()
