#!/usr/bin/env bash
# The Python tests with the extension and the library built with AddressSanitizer and UBSan; then every leak
# that has the extension in its stack is an error, too. Needs build/venv (tests/bindings makes it).
set -eu
cd "$(dirname "$0")/../.."
venv=$PWD/build/venv
site=$PWD/build/asan-python
rm -rf "$site" && mkdir -p "$site"

"$venv/bin/pip" wheel --quiet --no-deps --no-build-isolation --wheel-dir "$site" \
  --config-settings=build-dir=../../build/python/asan --config-settings=install.strip=false \
  --config-settings=cmake.build-type=RelWithDebInfo \
  --config-settings=cmake.define.QIANMO_SANITIZE=address,undefined bindings/python
"$venv/bin/pip" install --quiet --no-deps --target "$site" "$site"/*.whl

# CPython keeps things for ever, so leaks go to a log and only ours are looked at. Polars brings an allocator
# that a sanitizer cannot go along with: what needs it is left out.
status=0
env LD_PRELOAD="$(gcc -print-file-name=libasan.so):$(gcc -print-file-name=libstdc++.so.6)" \
  ASAN_OPTIONS="detect_leaks=1:log_path=$site/log:exitcode=0" \
  UBSAN_OPTIONS="halt_on_error=1:print_stacktrace=1" PYTHONMALLOC=malloc PYTHONPATH="$site" \
  "$venv/bin/python" -X faulthandler -m pytest tests/python/test_mine.py tests/python/test_engine.py \
  tests/python/test_jieba.py tests/python/test_capsules.py -q -p no:cacheprovider \
  -k "not left_behind and not others_run" || status=$?

ours=0
for log in "$site"/log.*; do
  [ -e "$log" ] || continue
  if grep -q 'ERROR: AddressSanitizer\|runtime error' "$log"; then cat "$log" && ours=1; fi
  # records are paragraphs
  awk -v RS= '/bindings\/python\/src|_qianmo| qm_/ && /leak of/ {print $0 "\n"; found = 1} END {exit found}' \
    "$log" || ours=1
done
[ $status -eq 0 ] && [ $ours -eq 0 ] && echo "SUMMARY: no error and no leak of ours"
