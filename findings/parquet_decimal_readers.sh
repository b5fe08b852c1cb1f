#!/usr/bin/env bash
# One DECIMAL(9,2) column of a Parquet file is three different columns in three readers, without a word.
# Version: DuckDB 1.5.6 writes and reads; hyparquet 1.31.5; parquet-wasm 0.8.0 with apache-arrow 21.2.0 (npm). Seen: for 19.99 DuckDB's
# cast to DOUBLE gives 19.99, hyparquet 19.990000000000002, Arrow's JavaScript 1999, both as a number and as text. Of the 10,000 prices
# 0.00 to 99.99 hyparquet gives 1,327 that are not the number that JSON or CSV of the same price gives: they match no category, join or
# edge of a bin. The causes: hyparquet multiplies with 0.01 instead of dividing by 100; Arrow's vectors hand out the integer without its
# scale.
# Run outside CI. Ends 0 while the behaviour is as stated, 1 when it changed, 77 where the packages cannot be had.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --ignore-scripts --no-audit --no-fund --prefix . @duckdb/node-api@1.5.6-r.1 hyparquet@1.31.5 parquet-wasm@0.8.0 \
  apache-arrow@21.2.0 \
  >log 2>&1 || { echo "skipped: $(tail -n 1 log)"; exit 77; }
cat >run.mjs <<'NODE'
import fs from "node:fs";
import { tableFromIPC } from "apache-arrow";
import { asyncBufferFromFile, parquetReadObjects } from "hyparquet";
import { readParquet } from "parquet-wasm/node";
import assert from "node:assert";
import { DuckDBInstance } from "@duckdb/node-api";
const database = await (await DuckDBInstance.create(":memory:")).connect();
const row = async (text) => (await database.runAndReadAll(text)).getRowsJson()[0];
const [version] = await row("select version()");
assert.equal(version, "v1.5.6");
await database.run("copy (select (i / 100)::decimal(9,2) as price, i from range(10000) t(i)) to 'prices.parquet'");
const answer = await database.runAndReadAll("select price::double from 'prices.parquet' order by i");
const duckdb = answer.getRowsJson().map(([price]) => price);
const hyparquet = (await parquetReadObjects({ file: await asyncBufferFromFile("prices.parquet") })).map((row) => row.price);
const table = tableFromIPC(readParquet(fs.readFileSync("prices.parquet")).intoIPCStream());
const arrow = [...table.getChild("price")];
const wrong = (prices) => prices.filter((price, i) => price !== Number((i / 100).toFixed(2))).length;
console.log(`19.99: DuckDB ${duckdb[1999]}, hyparquet ${hyparquet[1999]}, Arrow ${+arrow[1999]} ("${arrow[1999]}"); ` +
  `of 10,000 prices differ from their decimal text: ${wrong(duckdb)}, ${wrong(hyparquet)}, ${wrong(arrow.map(Number))}`);
assert(duckdb[1999] === 19.99 && wrong(duckdb) === 0);
assert(hyparquet[1999] === 19.990000000000002 && wrong(hyparquet) === 1327);
assert(+arrow[1999] === 1999 && String(arrow[1999]) === "1999" && wrong(arrow.map(Number)) === 9999);
NODE
node run.mjs
