#!/usr/bin/env bash
# DuckDB rounds the fractions of a column whose first 20,480 records are whole numbers, and makes numbers behind booleans booleans, in silence.
# Version: DuckDB 1.5.6 (npm). Seen: 60,000 records of x, 1 up to record 40,000 and 0.4 behind. select sum(x) from the file, NDJSON or CSV, is 40000 where
# 48000 is right: the column is a BIGINT, and each 0.4 is 0. Of NDJSON with the first 0.4 in record 20,480 the column is a DOUBLE, with it in record 20,481 a
# BIGINT. Booleans up to record 40,000 and numbers behind: all numbers but 0 are true. A text there is an error, and with sample_size=-1 the sums are right.
# A score that was rounded for a while, a label that became a probability, an amount in cents from a certain day: such a change is what a drift monitor is for.
# Run outside CI. Ends 0 while the behaviour is as stated, 1 when it changed, 77 where the packages cannot be had.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --ignore-scripts --no-audit --no-fund --prefix . @duckdb/node-api@1.5.6-r.1 \
  >log 2>&1 || { echo "skipped: $(tail -n 1 log)"; exit 77; }
cat >run.mjs <<'NODE'
import assert from "node:assert";
import fs from "node:fs";
import { DuckDBInstance } from "@duckdb/node-api";
const database = await (await DuckDBInstance.create(":memory:")).connect();
const rows = async (text) => (await database.runAndReadAll(text)).getRowsJson();
assert.equal((await rows("select version()"))[0][0], "v1.5.6");
const values = (value) => Array.from({ length: 60000 }, (_, i) => value(i + 1));
const ndjson = (value) => fs.writeFileSync("x.ndjson", values(value).map((x) => JSON.stringify({ x })).join("\n") + "\n");
const csv = (value) => fs.writeFileSync("x.csv", "x\n" + values(value).join("\n") + "\n");
const sums = async (file) => (await rows(`select typeof(x), round(sum(x))::bigint from ${file} group by 1`))[0];
const late = (i) => (i > 40000 ? 0.4 : 1);
ndjson(late);
csv(late);
const seen = { ndjson: await sums("'x.ndjson'"), csv: await sums("'x.csv'"), all: await sums("read_json('x.ndjson', sample_size=-1)") };
console.log("sum and type of the column:", JSON.stringify(seen));
assert.deepEqual(seen, { ndjson: ["BIGINT", "40000"], csv: ["BIGINT", "40000"], all: ["DOUBLE", "48000"] });
for (const [first, type] of [[20480, "DOUBLE"], [20481, "BIGINT"]]) {
  ndjson((i) => (i >= first ? 0.4 : 1));
  assert.equal((await sums("'x.ndjson'"))[0], type);
}
ndjson((i) => (i > 40000 ? i : i % 2 === 0));
const booleans = await rows("select typeof(x), x, count(*) from 'x.ndjson' group by all order by x");
console.log("numbers behind booleans:", JSON.stringify(booleans));
assert.deepEqual(booleans, [["BOOLEAN", false, "20000"], ["BOOLEAN", true, "40000"]]);
ndjson((i) => (i > 40000 ? "n/a" : i));
await assert.rejects(rows("select sum(x) from 'x.ndjson'"), /Failed to cast value to numerical: "n\/a"/);
NODE
node run.mjs
