#!/usr/bin/env python3
"""Writes chars.tsv: how characters fold, one to one, and which class each is of.

usage: make.py > chars.tsv        (needs uconv of the ICU tools; run once, the table is committed)

Sources: the Unicode Character Database (Python's unicodedata) and ICU's Hant-Hans transform.
What they do not decide is said here, with the reason.
"""
import itertools
import subprocess
import sys
import unicodedata

# Decompositions that only change the form. Not <circle>, <super>, <sub>, <square>: a circled 1 is
# no digit of a number, and 10 to the power of 3 is not 103.
FORMS = {"<wide>", "<narrow>", "<small>", "<vertical>", "<noBreak>", "<font>", "<compat>",
         "<initial>", "<medial>", "<final>", "<isolated>"}
# Marks of Chinese punctuation stay apart from the ASCII ones: a comma between digits is part of
# a number, the Chinese comma is not.
KEEP = set("，；：！？（）")
# Roman numerals: some fold to one letter, some to two; better all alike.
KEEP |= {chr(c) for c in range(0x2160, 0x2180)}
# Small and vertical forms of Chinese marks are those marks, not the ASCII ones NFKC gives.
MARKS = dict(zip("﹐﹑﹔﹕﹖﹗﹙﹚︐︑︒︓︔︕︖︵︶", "，、；：？！（），、。：；！？（）"))
# Traditional forms that GB 2312 has, too (for names), yet are Traditional in all running text; the
# quotation marks of Traditional text; and the wave dash, which is a typist's tilde.
EXTRA = {"於": "于", "後": "后", "「": "“", "」": "”", "『": "‘", "』": "’", "\u301c": "~"}
# Variants that the transform leaves.
EXTRA.update({"羣": "群", "峯": "峰", "閒": "闲", "祇": "只", "妳": "你", "牠": "它", "裡": "里", "啓": "启",
              "牀": "床", "綫": "线", "爲": "为", "衆": "众", "麪": "面", "卽": "即", "敎": "教", "戶": "户",
              "靑": "青", "淸": "清", "黃": "黄", "內": "内", "吳": "吴", "呂": "吕", "宮": "宫", "說": "说",
              "稅": "税", "脫": "脱", "銳": "锐", "閱": "阅", "悅": "悦", "別": "别", "刪": "删", "敍": "叙"})

# Not in GB 2312, but Simplified writing all the same since 1986: 瞭望.
SIMPLIFIED_TOO = {"瞭"}

NUMERALS = "〇零一二三四五六七八九十百千万亿两半廿卅卌壹贰叁肆伍陆柒捌玖拾佰仟"
HAN = [(0x2E80, 0x2FD5), (0x3005, 0x3005), (0x3021, 0x3029), (0x3038, 0x303B), (0x3400, 0x4DBF),
       (0x4E00, 0x9FFF), (0xF900, 0xFAFF), (0x20000, 0x2A6DF), (0x2A700, 0x2EBE0),
       (0x2F800, 0x2FA1F), (0x30000, 0x323AF)]
KANA = [(0x3041, 0x3096), (0x309D, 0x309F), (0x30A1, 0x30FA), (0x30FC, 0x30FF), (0x31F0, 0x31FF),
        (0x1AFF0, 0x1AFFE), (0x1B000, 0x1B167)]


def inside(ranges, code):
    return any(a <= code <= b for a, b in ranges)


def form(char):
    """The plain form of a full-width, small, compatibility ... character."""
    if char in KEEP:
        return char
    if char in MARKS:
        return MARKS[char]
    tag = unicodedata.decomposition(char).split(" ")[0]
    if tag.startswith("<") and tag not in FORMS:
        return char
    plain = unicodedata.normalize("NFKC", char)
    return plain if len(plain) == 1 else char


def in_gb2312(char):
    if char == "瞭":  # younger than GB 2312 as a Simplified character, yet one: 瞭望
        return True
    try:
        char.encode("gb2312")
        return True
    except UnicodeEncodeError:
        return False


def simplify(chars):
    """ICU's Simplified form of each. What GB 2312 has is Simplified writing already (乾坤, 瞭望,
    著名, 慰藉, 覆盖): folding it would change words of Simplified text."""
    lines = "\n".join(chars) + "\n"
    out = subprocess.run(["uconv", "-f", "utf-8", "-t", "utf-8", "-x", "Hant-Hans"],
                         input=lines.encode(), capture_output=True, check=True)
    result = out.stdout.decode().split("\n")[:-1]
    assert len(result) == len(chars)
    return {a: b for a, b in zip(chars, result)
            if len(b) == 1 and a != b and not in_gb2312(a) and a not in SIMPLIFIED_TOO}


def name_class(code):
    char = chr(code)
    category = unicodedata.category(char)
    if char in NUMERALS:
        return "numeral"
    if inside(HAN, code):
        return "han"
    if inside(KANA, code):
        return "kana"
    if 0x30 <= code <= 0x39:
        return "digit"
    if category[0] == "L" and unicodedata.name(char, "").startswith("LATIN "):
        return "latin"
    if category[0] == "P":
        return "punct"
    if category[0] == "Z" or category in ("Cc", "Cf"):
        return "space"
    return "other"


def main():
    codes = [c for c in range(0x110000) if not 0xD800 <= c <= 0xDFFF]
    plain = {c: form(chr(c)) for c in codes}
    han = sorted({p for p in plain.values() if inside(HAN, ord(p))})
    simple = simplify(han)
    simple.update(EXTRA)
    fold = {c: ord(simple.get(p, p)) for c, p in plain.items()}
    while any(fold[f] != f for f in fold.values()):
        fold = {c: fold[f] for c, f in fold.items()}
    out = sys.stdout
    out.write("# Folding and classes of characters. Written by make.py; a line may be added or changed by hand.\n")
    out.write("# fold\tcode point\tfolded code point\tthe two, to read\n")
    out.write("# class\tfirst code point\tlast code point\tclass (what is not listed is other)\n")
    for c in codes:
        if fold[c] != c:
            shown = f"{chr(c)} {chr(fold[c])}" if chr(c).isprintable() and chr(fold[c]).isprintable() else ""
            out.write(f"fold\t{c:04X}\t{fold[c]:04X}\t{shown}".rstrip() + "\n")
    for name, run in itertools.groupby(codes, name_class):
        run = list(run)
        if name == "other":
            continue
        first = run[0]
        for before, after in zip(run, run[1:] + [None]):
            if after != before + 1:
                out.write(f"class\t{first:04X}\t{before:04X}\t{name}\n")
                first = after


if __name__ == "__main__":
    main()
