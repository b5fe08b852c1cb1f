#!/usr/bin/env bash
# polars for Node drops all values of a column whose first hundred rows are null.
# Version: nodejs-polars 0.26.1 (npm). Seen: 300 records with b missing in the first 99: 201 numbers; missing in the first 100: the column
# is of type Null and all 300 are null, though 200 numbers were given; the number of rows is right and nothing is raised, by readRecords
# and by DataFrame. readJSON of the same records as NDJSON raises an error. The cause: a column's type is taken from the first 100
# records, and what does not fit it becomes null. A feature that was added later, in records in the order of time, is just this.
# Run outside CI. Ends 0 while the behaviour is as stated, 1 when it changed, 77 where the packages cannot be had.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --ignore-scripts --no-audit --no-fund --prefix . nodejs-polars@0.26.1 nodejs-polars-linux-x64-gnu@0.26.1 \
  >log 2>&1 || { echo "skipped: $(tail -n 1 log)"; exit 77; }
cat >run.mjs <<'NODE'
import assert from "node:assert";
import polars from "nodejs-polars";
const records = (missing) => Array.from({ length: 300 }, (_, i) => ({ a: i, b: i < missing ? null : i }));
const numbers = (frame) => frame.getColumn("b").toArray().filter((value) => value !== null).length;
for (const build of [polars.readRecords, polars.DataFrame]) {
  const few = build(records(99)), many = build(records(100));
  const name = build === polars.DataFrame ? "DataFrame" : "readRecords";
  console.log(`${name}: kept of 201 numbers after 99 nulls ${numbers(few)}, of 200 after 100 nulls ${numbers(many)}`);
  assert(few.height === 300 && many.height === 300 && numbers(few) === 201 && numbers(many) === 0);
}
const lines = (missing) => Buffer.from(records(missing).map((record) => JSON.stringify(record)).join("\n"));
assert.equal(numbers(polars.readJSON(lines(40), { format: "lines" })), 260);
assert.throws(() => polars.readJSON(lines(100), { format: "lines" }), /NULL-typed/);
NODE
node run.mjs
