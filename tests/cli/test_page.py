"""The page in a browser: headless Chromium lays it out, runs its script and prints it."""
import html
import json
import os
import re
import shutil
import subprocess
import sys
import unittest

from cli import REPORTS, ROOT, CliTest, main

BROWSER = next((path for path in map(shutil.which, ("chromium", "chromium-browser", "google-chrome")) if path), None)
HOSTILE = "</div><script>document.title='taken'</script><img src=x onerror=\"document.title='taken'\">修路3公里，'\"&amp;\n"

# Put at the end of the page: does what a reader does, and leaves what was seen in the title.
PROBE = """<script>
(() => {
  const q = (s) => [...document.querySelectorAll(s)];
  const seen = {title: document.title, scripts: q('script').length, images: q('img').length};
  const shown = () => q('tbody tr').filter((row) => !row.hidden && row.offsetParent !== null).length;
  seen.rows = shown();
  seen.articles = q('article').length;
  seen.wide = document.documentElement.scrollWidth - document.documentElement.clientWidth;
  seen.background = getComputedStyle(document.body).backgroundColor;
  const bar = q('.bar')[0];
  if (bar) {
    const type = bar.dataset.type;
    seen.expected = q('tbody tr').filter((row) => row.dataset.type === type).length;
    bar.click();
    seen.filtered = shown();
    seen.off = q('.qm-text .qm-initiative:not(.off)').every((span) => span.dataset.type === type);
    bar.click();
    seen.all = shown();
    const text = q('#by-text')[0];
    const search = (words) => { text.value = words; text.dispatchEvent(new Event('input')); };
    const counted = () => q('.bar .count').reduce((sum, count) => sum + Number(count.textContent), 0);
    const total = counted();
    search('道路');
    seen.drawn = counted() === shown() && counted() < total && q('.bar i').some((part) => part.hidden);
    search('');
    seen.drawn = seen.drawn && counted() === total;
    seen.tips = q('.bar i').map((part) => part.title);
    const amount = q('th[data-amount] button')[0];
    amount.click(); amount.click();
    seen.amounts = q('tbody tr').map((row) => row.children[4].title);
    const heads = q('th button');
    heads[0].click(); heads[0].click();
    seen.first = Number(q('tbody tr')[0].children[0].textContent);
    heads[0].click();
    seen.sorted = q('tbody tr').every((row, i) => Number(row.children[0].textContent) === i + 1);
    const row = q('tbody tr')[seen.rows - 1];
    row.click();
    const here = q('.here');
    seen.jumped = here.length > 0 && here[0].closest('article').id === 'd' + row.dataset.doc &&
      here[0].dataset.row === row.dataset.row;
    seen.hash = location.hash === '#d' + row.dataset.doc;
    seen.clause = here.map((piece) => piece.textContent).join('');
    seen.told = row.children[8].textContent;
  }
  document.documentElement.dataset.seen = JSON.stringify(seen);
})();
</script></body>"""


def luminance(colour):
    parts = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in colour[:3]]
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), parts))


@unittest.skipUnless(BROWSER, "no Chromium")
class Page(CliTest):
    def browse(self, *options, page):
        command = [BROWSER, "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
                   f"--user-data-dir={self.path}/profile", *options, page.as_uri()]
        return subprocess.run(command, capture_output=True, timeout=120).stdout.decode(errors="replace")

    def make(self, *arguments, name="page.html"):
        self.run_qianmo("mine", "-f", "html", "-o", name, *arguments)
        return self.path / name

    def seen(self, page, *options):
        probed = page.with_name("probed.html")
        probed.write_text(page.read_text().replace("</body>", PROBE))
        dom = self.browse("--dump-dom", *options, page=probed)
        found = re.search(r'data-seen="([^"]*)"', dom)
        self.assertTrue(found, dom[:400])
        return json.loads(html.unescape(found[1]))

    def test_table_chart_filter_and_jumps(self):
        page = self.make(*sorted(REPORTS.glob("*.txt")))
        lines = self.run_qianmo("mine", "-f", "jsonl", "-t", "initiatives", *sorted(REPORTS.glob("*.txt")))[0]
        rows = sum(len(json.loads(line)["initiatives"]) for line in lines.splitlines())
        seen = self.seen(page, "--window-size=1280,900")
        self.assertEqual(seen["articles"], 3)
        self.assertEqual(seen["rows"], rows)
        self.assertEqual(seen["wide"], 0)
        if rows:
            self.assertEqual(seen["filtered"], seen["expected"])
            self.assertTrue(seen["off"] and seen["sorted"] and seen["jumped"] and seen["hash"] and seen["drawn"], seen)
            self.assertEqual((seen["all"], seen["first"]), (rows, rows))
            self.assertTrue(re.sub(r"\s", "", seen["clause"]).startswith(re.sub(r"\s", "", seen["told"])[:8]))

    def test_amounts_are_sorted_by_unit_and_value(self):
        text = "争取资金900元。\n村里有路。\n争取资金3万元。\n修路5公里。\n修路12公里。\n安装了路灯。\n"
        seen = self.seen(self.make("--lang", "zh", self.file("a.txt", text)))
        self.assertEqual(seen["amounts"], ["12 km", "5 km", "30000 CNY", "900 CNY", ""])
        self.assertIn("已完成 2", seen["tips"])

    def test_colours_can_be_told_from_their_ground(self):
        css = (ROOT / "bindings/cli/page/page.css").read_text()
        light, dark = re.findall(r":root \{([^}]*)\}", css)[:2]
        for theme in (light, dark):
            colour = {name: [int(value[i:i + 2], 16) / 255 for i in (0, 2, 4)] + [int(value[6:] or "ff", 16) / 255]
                      for name, value in re.findall(r"--([\w-]+): #(\w+);", theme)}
            grounds = {name: colour[name] for name in ("paper", "card")}
            for name in ("done-tint", "ongoing-tint", "planned-tint"):
                *tint, alpha = colour[name]
                grounds[name] = [alpha * a + (1 - alpha) * b for a, b in zip(tint, colour["card"])]
            pairs = [(name, "card") for name in ("soft", "done", "ongoing", "planned")]
            pairs += [(name, "paper") for name in ("soft", "done", "ongoing", "planned")]
            pairs += [(name, ground) for name in ("ink", "quantity", "person", "place", "org", "role", "brand")
                      for ground in grounds]
            for name, ground in pairs:
                a, b = sorted((luminance(colour[name]), luminance(grounds[ground])))
                self.assertGreaterEqual((b + 0.05) / (a + 0.05), 4.5, (name, ground))

    def test_a_phone_needs_no_scrolling_sideways(self):
        seen = self.seen(self.make(*REPORTS.glob("*.txt")), "--window-size=500,900")
        self.assertEqual(seen["wide"], 0)

    def test_hostile_texts_and_names_stay_text(self):
        name = self.file("<img src=x onerror=alert(1)>&'\"{{rows}}.txt", HOSTILE * 3)
        page = self.make(name)
        seen = self.seen(page)
        self.assertEqual((seen["scripts"], seen["images"]), (2, 0))
        self.assertNotEqual(seen["title"], "taken")
        self.assertNotIn("<script>document.title='taken'", page.read_text())

    def test_it_needs_no_network(self):
        text = self.make(*REPORTS.glob("*.txt")).read_text()
        self.assertEqual(re.findall(r'(?:src|href)="(?!#|data:)[^"]*', text), [])
        self.assertNotIn("@import", text)
        self.assertIn("default-src 'none'", text)

    def test_it_prints(self):
        page = self.make(*REPORTS.glob("*.txt"))
        self.browse(f"--print-to-pdf={self.path}/page.pdf", page=page)
        self.assertGreater(os.path.getsize(self.path / "page.pdf"), 10000)

    @unittest.skipUnless(shutil.which("pdftotext"), "poppler-utils shows what was printed")
    def test_every_printed_page_of_the_table_has_its_head(self):
        page = self.make(*REPORTS.glob("*.txt"))
        # With wide margins a sheet is as narrow as a telephone, and is a sheet all the same.
        page.write_text(page.read_text().replace("</style>", "@page { size: A4; margin: 2.5cm }</style>", 1))
        self.browse(f"--print-to-pdf={self.path}/page.pdf", "--no-pdf-header-footer", page=page)
        done = subprocess.run(["pdftotext", "-layout", self.path / "page.pdf", "-"], capture_output=True, check=True)
        sheets = done.stdout.decode().split("\f")
        table = [sheet for sheet in sheets if len(re.findall(r"^ *\d+ .*\.txt$", sheet, re.M)) > 2]
        self.assertGreater(len(table), 2)
        for sheet in table:
            self.assertRegex(sheet, r"Type +Status +What")

    def test_an_empty_report(self):
        seen = self.seen(self.make(self.file("empty.txt", "")))
        self.assertEqual((seen["rows"], seen["articles"]), (0, 1))


if __name__ == "__main__":
    if not BROWSER:
        print("skipped: no Chromium to show the page")
        sys.exit(77)
    main()
