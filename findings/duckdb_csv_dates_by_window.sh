#!/usr/bin/env bash
# DuckDB reads one feed's dates with the day first or with the month first, depending on the days that a file holds.
# Version: DuckDB 1.5.6 (npm). Seen: a feed with the month first, a file a week: 03/01/2024 to 03/07/2024 is read as the 3rd of January to
# the 3rd of July 2024, 03/13/2024 to 03/19/2024 as the 13th to the 19th of March. Both columns are DATE, nothing is logged. In the same
# way a column of versions, 3.10.12 and 3.11.10, is DATE: the 10th month of 2012 and the 11th of 2010; once 3.13.19 is released beside
# 3.9.19, the latter is the 9th of March 2019. The cause: all formats that fit the sampled rows are kept, and the first of them in a fixed
# order wins. Two windows of one source then have different ages, weekdays and orders of rows.
# Run outside CI. Ends 0 while the behaviour is as stated, 1 when it changed, 77 where the packages cannot be had.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --ignore-scripts --no-audit --no-fund --prefix . @duckdb/node-api@1.5.6-r.1 \
  >log 2>&1 || { echo "skipped: $(tail -n 1 log)"; exit 77; }
cat >run.mjs <<'NODE'
import fs from "node:fs";
import assert from "node:assert";
import { DuckDBInstance } from "@duckdb/node-api";
const database = await (await DuckDBInstance.create(":memory:")).connect();
const row = async (text) => (await database.runAndReadAll(text)).getRowsJson()[0];
const [version] = await row("select version()");
assert.equal(version, "v1.5.6");
const read = async (values) => {
  fs.writeFileSync("feed.csv", "d\n" + values.join("\n") + "\n");
  return row("select any_value(typeof(d)), min(d)::varchar, max(d)::varchar from 'feed.csv'");
};
const week = (first) => Array.from({ length: 7 }, (_, day) => `03/${String(first + day).padStart(2, "0")}/2024`);
const early = await read(week(1)), late = await read(week(13));
const versions = await read(["3.10.12", "3.11.10"]), later = await read(["3.9.19", "3.13.19"]);
console.log(`03/01 to 03/07: ${early}; 03/13 to 03/19: ${late}; 3.10.12, 3.11.10: ${versions}; 3.9.19, 3.13.19: ${later}`);
assert.deepEqual(early, ["DATE", "2024-01-03", "2024-07-03"]);
assert.deepEqual(late, ["DATE", "2024-03-13", "2024-03-19"]);
assert.deepEqual(versions, ["DATE", "2010-11-03", "2012-10-03"]);
assert.deepEqual(later, ["DATE", "2019-03-09", "2019-03-13"]);
NODE
node run.mjs
