"""The same bytes for any number of worker threads; run under ThreadSanitizer, too."""

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

    def test_mine(self):
        for form in ("jsonl", "csv", "table", "html"):
            with self.subTest(format=form):
                one = self.mined(form, 1)
                self.assertGreater(len(one), 2500)
                for jobs in (3, 16):
                    self.assertTrue(one == self.mined(form, jobs), jobs)


if __name__ == "__main__":
    cli.main()
