#!/usr/bin/env bash
# DuckDB's reservoir_quantile looks at the first 8,192 rows and at nothing else.
# Version: DuckDB 1.5.6 (npm). Seen: the median of 0 to 999,999 is 4,095, with 1 thread and with 2, every time; of 0 to 4,999,999 it is
# 4,095 as well; with a sample size of 1,000 it is 499. A sample of 8,192 drawn from all rows would miss by about 0.6 %. approx_quantile
# gives 500,000. Rows are seldom in random order: of a log in the order of time this is the median of the first minutes. A reservoir is
# defined by every row having the same chance.
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
for (const threads of [1, 2]) {
  await database.run(`set threads = ${threads}`);
  const [sampled, small, sketched, exact] = await row(`select
    reservoir_quantile(x, 0.5), reservoir_quantile(x, 0.5, 1000), approx_quantile(x, 0.5), quantile_disc(x, 0.5) from range(1000000) t(x)`);
  const [larger] = await row("select reservoir_quantile(x, 0.5) from range(5000000) t(x)");
  console.log(`${threads} threads, 0 to 999,999: reservoir_quantile ${sampled}, of a sample of 1,000 ${small}, ` +
    `approx_quantile ${sketched}, exact ${exact}; 0 to 4,999,999: reservoir_quantile ${larger}`);
  assert(Number(sampled) === 4095 && Number(small) === 499 && Number(larger) === 4095);
  assert(Math.abs(Number(sketched) - 500000) < 10000 && Number(exact) === 499999);
}
NODE
node run.mjs
