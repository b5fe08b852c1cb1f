#!/usr/bin/env bash
# polars drops a field of NDJSON that first comes behind the records it infers the schema from, in silence; a value of another type there is an error.
# Version: nodejs-polars 0.26.1 (npm). Seen: of 2,000 records, one has a field that the others lack; where that is record 50 (from 1) or an earlier one the
# frame of readJSON has the column, from record 51 on it has not, and nothing is said; scanJson has it up to record 100. A number where the first 50 have whole ones (1500.5)
# and a text where they have numbers end with an error, a number where they have null too. With inferSchemaLength as large as the file the column is there.
# A new field is what a deployment adds and what a drift monitor is asked about: reference and current then look alike.
# Run outside CI. Ends 0 while the behaviour is as stated, 1 when it changed, 77 where the packages cannot be had.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --ignore-scripts --no-audit --no-fund --prefix . nodejs-polars@0.26.1 nodejs-polars-linux-x64-gnu@0.26.1 \
  >log 2>&1 || { echo "skipped: $(tail -n 1 log)"; exit 77; }
cat >run.cjs <<'NODE'
const assert = require("node:assert");
const fs = require("node:fs");
const polars = require("nodejs-polars");
assert.equal(require("nodejs-polars/package.json").version, "0.26.1");
const lines = (record) => Array.from({ length: 2000 }, (_, i) => JSON.stringify(record(i + 1))).join("\n") + "\n";
const columns = (at, options) => {
  const text = lines((i) => (i === at ? { x: i, late: 1.5 } : { x: i }));
  fs.writeFileSync("records.ndjson", text);
  return polars.readJSON(Buffer.from(text), { format: "lines", ...options }).columns.join();
};
const scanned = () => polars.scanJson("records.ndjson").collectSync().columns.join(); // the same records
for (const at of [1, 50, 51, 100, 101, 2000]) {
  const seen = [columns(at), scanned(), columns(at, { inferSchemaLength: 2000 })];
  console.log(`a field in record ${at} alone: readJSON ${seen[0]}; scanJson ${seen[1]}; schema inferred from all records ${seen[2]}`);
  assert.deepEqual(seen, [at <= 50 ? "x,late" : "x", at <= 100 ? "x,late" : "x", "x,late"]);
}
const refusal = (record) => {
  try {
    polars.readJSON(Buffer.from(lines(record)), { format: "lines" });
    return "none";
  } catch (error) {
    return error.message;
  }
};
const refusals = [
  refusal((i) => ({ x: i <= 1500 ? i : i + 0.5 })),
  refusal((i) => ({ x: i <= 1500 ? i : "n/a" })),
  refusal((i) => ({ x: i, y: i <= 1000 ? null : i })),
];
console.log("other types:", refusals.join("; "));
assert.match(refusals[0], /cannot parse '1501.5'/);
assert.match(refusals[1], /cannot parse 'n\/a'/);
assert.match(refusals[2], /NULL-typed column/);
NODE
node run.cjs
