#!/bin/sh
# Rebuilds words.qm, byte for byte, where the sources are at hand:
#     train.sh QIANMO JIEBA GCDT GSD OUTPUT
# QIANMO: the program; JIEBA: dict.txt of jieba 0.42.1; GCDT: its training part as segmented text;
# GSD: the training part of UD Chinese GSD (simplified) in CoNLL-U. See README.md.
set -eu
[ $# -eq 5 ] || { sed -n '2,6s/^# \?//p' "$0" >&2; exit 64; }
here=$(cd "$(dirname "$0")" && pwd)
own=$here/own
python3 "$here/make_own.py" "$own/templates.tsv" | cmp - "$own/filled.txt"
raw=$(mktemp -d)
trap 'rm -r "$raw"' EXIT
cut -f3 "$here"/../clauses/reports/r[01]*.tsv > "$raw/clauses.txt"
"$1" train --lattice --prune 0.07 --seed 1 --output "$5" --tagged "$4" --dict "$2" \
    --dict "$own/words.txt" --raw "$raw/clauses.txt" "$3" "$own/hard.txt" "$own/phrases.txt" \
    "$own/village.txt" "$own/townships.txt" "$own/official.txt" "$own/news.txt" \
    "$own/prose.txt" "$own/traditional.txt" "$own/filled.txt"
