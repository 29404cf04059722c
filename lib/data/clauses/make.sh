#!/bin/sh
# Rebuilds clauses.qm byte for byte from the labelled clauses beside it and the library as it is:
# the features of a clause are read with its words, quantities and rules, so that a change of those
# wants this run again. QIANMO names the program, "qianmo" if it is not set.
set -e
here=$(cd "$(dirname "$0")" && pwd)
exec "${QIANMO:-qianmo}" train --output "$here/clauses.qm" clauses "$here"
