#!/usr/bin/env bash
# simple-statistics: the normal distribution ends at three deviations: no two-sided p-value of a z is ever below 0.002.
# Version: simple-statistics 7.12.1 (npm). Seen: cumulativeStdNormalProbability is looked up in a table that ends at z = 3.09, and is 0.999 from there on: for
# 4, where 0.99997 is right, as for 40. 2 (1 - P(z)) is 0.002 then, where 4.5e-5 is wanted at 4.06. With a limit of 0.05 over 30 columns by Bonferroni, 0.0017,
# no column ever drifts, however far its mean moves; with 20 columns, 0.0025, all is well. Within the table, which knows two decimals of z, the error is up to 0.002.
# Run outside CI. Ends 0 while the behaviour is as stated, 1 when it changed, 77 where the packages cannot be had.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --ignore-scripts --no-audit --no-fund --prefix . simple-statistics@7.12.1 >log 2>&1 || { echo "skipped: $(tail -n 1 log)"; exit 77; }
cat >run.mjs <<'NODE'
import assert from "node:assert";
import { cumulativeStdNormalProbability as normal } from "simple-statistics";
for (const z of [1.96, 3, 3.09, 3.5, 4.06, 6, 40]) console.log(`z = ${z}: P = ${normal(z)}, two-sided p = ${(2 * (1 - normal(z))).toPrecision(3)}`);
assert.ok(Math.abs(normal(1.96) - 0.9750021) < 1e-3 && Math.abs(normal(3) - 0.9986501) < 1e-3); // the standard normal's, by any table
for (const z of [3.1, 3.5, 4.06, 6, 8, 40]) assert.equal(normal(z), 0.999);
assert.ok(Math.abs(normal(-40) - 0.001) < 1e-12);
const p = 2 * (1 - normal(40));
assert.ok(p > 0.05 / 30 && p < 0.05 / 20);
// within the table, against sums of the density (Simpson's rule, 2,000 parts)
const density = (x) => Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI);
let largest = 0;
for (let z = 0; z <= 3.085; z += 0.005) {
  let sum = 0;
  for (let i = 0; i <= 2000; i++) sum += density((z * i) / 2000) * (i === 0 || i === 2000 ? 1 : i % 2 ? 4 : 2);
  largest = Math.max(largest, Math.abs(normal(z) - 0.5 - (sum * z) / 6000));
}
console.log("largest error within the table:", largest.toPrecision(2));
assert.ok(largest < 2.1e-3);
NODE
node run.mjs
