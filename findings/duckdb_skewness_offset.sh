#!/usr/bin/env bash
# DuckDB's skewness and kurtosis are wrong as soon as a column's mean is large beside its spread: beyond what any column can have, or NaN.
# Version: DuckDB 1.5.6 (npm). Seen: 1,000 values of skewness 0.0001 and excess kurtosis -1.09; the same plus 10,000: 0.0018 and -81.3;
# plus 1,000,000: -9,594 and 2.1e+10, where no 1,000 values can have a skewness beyond 31.6; plus 1.7e9 (seconds since 1970): NaN and
# NULL. stddev, of the same values, is right in each. The cause: they come of sums of powers of the values, not of the deviations.
# Timestamps, identifiers, years and prices are such columns.
# Run outside CI. Ends 0 while the behaviour is as stated, 1 when it changed, 77 where the packages cannot be had.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --ignore-scripts --no-audit --no-fund --prefix . @duckdb/node-api@1.5.6-r.1 \
  >log 2>&1 || { echo "skipped: $(tail -n 1 log)"; exit 77; }
cat >run.mjs <<'NODE'
import assert from "node:assert";
import { DuckDBInstance } from "@duckdb/node-api";
const database = await (await DuckDBInstance.create(":memory:")).connect();
const row = async (text) => (await database.runAndReadAll(text)).getRowsJson()[0];
const [version] = await row("select version()");
assert.equal(version, "v1.5.6");
const seen = {};
for (const offset of ["0", "1e4", "1e6", "1.7e9"]) {
  const [skewness, kurtosis, spread] = await row(
    `select skewness(x), kurtosis(x), stddev(x) from (select ${offset} + sin(i) * exp(cos(i)) as x from range(1000) t(i))`);
  console.log(`plus ${offset}: skewness ${skewness}, kurtosis ${kurtosis}, stddev ${spread}`);
  seen[offset] = { skewness, kurtosis };
  assert(Math.abs(spread - 0.8917883) < 1e-6);
}
assert(Math.abs(seen["0"].skewness) < 0.001 && Math.abs(seen["0"].kurtosis + 1.0937) < 0.001);
assert(seen["1e4"].kurtosis < -50 && Math.abs(seen["1e6"].skewness) > Math.sqrt(1000) && seen["1e6"].kurtosis > 1000);
assert(seen["1.7e9"].skewness === "NaN" && seen["1.7e9"].kurtosis === null);
NODE
node run.mjs
