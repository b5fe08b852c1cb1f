#!/usr/bin/env bash
# jStat's t test gives p-values above 1 when there are many rows.
# Version: jstat 1.9.6 (npm). Seen: ttest(0.01, 10,000,000, 2) = 1.57; ttest(0.1, 1,000,000, 2) = 0.925 where 0.920 is right; ttest(0.1,
# 100,000,001, 2) = 1.115. studentt.cdf is as wrong, and says more than 0.5 below the middle. t = -1.96 is right at each size. The cause:
# the continued fraction of the incomplete beta function is left after 100 steps whether it has settled or not, and needs about as many as
# the root of the degrees of freedom. p-values above 1 stop Benjamini-Hochberg and combined p-values from meaning anything.
# Run outside CI. Ends 0 while the behaviour is as stated, 1 when it changed, 77 where the packages cannot be had.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --ignore-scripts --no-audit --no-fund --prefix . jstat@1.9.6 \
  >log 2>&1 || { echo "skipped: $(tail -n 1 log)"; exit 77; }
cat >run.mjs <<'NODE'
import assert from "node:assert";
import module from "jstat";
const { jStat } = module;
const p = [[0.1, 1e4], [0.1, 1e6], [0.1, 1e8 + 1], [0.01, 1e7]].map(
  ([t, rows]) => [t, rows, jStat.ttest(t, rows, 2), 2 * jStat.normal.cdf(-t, 0, 1)]);
for (const [t, rows, student, normal] of p) console.log(`t = ${t}, ${rows} rows: p = ${student.toFixed(4)}, normal ${normal.toFixed(4)}`);
assert(Math.abs(p[0][2] - p[0][3]) < 1e-4);
assert(Math.abs(p[1][2] - 0.9249) < 1e-4 && p[2][2] > 1.1 && p[3][2] > 1.5);
assert(Math.abs(jStat.ttest(1.96, 1e8, 2) - 0.0499958) < 1e-6);
NODE
node run.mjs
