#!/usr/bin/env bash
# Arrow's JavaScript library stores numbers beyond the range of Float16 as small numbers: 1,000,000 becomes 3.8.
# Version: apache-arrow 21.2.0 (npm). Seen: vectorFromArray([70000, 100000, 1000000, -1000000], new Float16()) holds 2.13, 3.05, 3.81 and
# -3.81 instead of the infinity that numpy, Parquet's writers and IEEE 754 have there; 65504 is kept, 65520 is Infinity as it should be,
# and 70000.1 is Infinity too. The cause: for a number from 65,536 on whose low 32 bits are 0, which holds for all whole numbers up to
# 2,097,152, the exponent is cut with the mask for infinity instead of set to it. An outlier becomes an ordinary value, and no check of
# ranges or for infinities finds it.
# Run outside CI. Ends 0 while the behaviour is as stated, 1 when it changed, 77 where the packages cannot be had.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --ignore-scripts --no-audit --no-fund --prefix . apache-arrow@21.2.0 \
  >log 2>&1 || { echo "skipped: $(tail -n 1 log)"; exit 77; }
cat >run.mjs <<'NODE'
import assert from "node:assert";
import { Float16, vectorFromArray } from "apache-arrow";
const stored = (value) => vectorFromArray([value], new Float16()).get(0);
const large = [70000, 100000, 1000000, -1000000];
console.log([65504, 65520, ...large, 70000.1].map((value) => `${value} -> ${stored(value)}`).join(", "));
assert(stored(65504) === 65504 && stored(65520) === Infinity && stored(70000.1) === Infinity);
for (const value of large) assert(Math.abs(stored(value)) >= 2 && Math.abs(stored(value)) < 4);
assert.equal(stored(1000000), 3.814453125);
NODE
node run.mjs
