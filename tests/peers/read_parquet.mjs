// read_parquet.mjs PARQUET NDJSON: the records of a Parquet file, as DuckDB, polars and hyparquet read it (npm: @duckdb/node-api,
// nodejs-polars, hyparquet, in the working directory), held to those of NDJSON. Instants are compared as instants, everything else as it is.
// Prints a line for each reader; status 1 when one of them sees something else. For scripts/test_peers_parquet.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
const here = createRequire(process.cwd() + '/');
const load = (name) => import(pathToFileURL(here.resolve(name)));
const [path, twin] = process.argv.slice(2);
const want = readFileSync(twin, 'utf8').split('\n').filter(Boolean).map((line) => JSON.parse(line));

// Instants come as {micros}, or as a Date where the reader has no more than milliseconds.
async function ofDuckdb() {
  const { DuckDBInstance } = here('@duckdb/node-api');
  const connection = await (await DuckDBInstance.create(':memory:')).connect();
  const columns = (await connection.runAndReadAll(`describe select * from '${path}'`)).getRowObjectsJS();
  const instants = columns.filter((column) => column.column_type.startsWith('TIMESTAMP')).map((column) => column.column_name);
  const replaced = instants.length ? `replace (${instants.map((name) => `epoch_us("${name}") as "${name}"`)})` : '';
  const rows = (await connection.runAndReadAll(`select * ${replaced} from '${path}'`)).getRowObjectsJS();
  for (const row of rows) for (const name of instants) if (row[name] !== null) row[name] = { micros: BigInt(row[name]) };
  return rows;
}

async function ofPolars() {
  const pl = (await load('nodejs-polars')).default;
  let frame = pl.readParquet(path);
  const instants = frame.columns.filter((name) => /Datetime/.test(String(frame.getColumn(name).dtype)));
  for (const name of instants) {
    if (!/us|μs|Microseconds/i.test(JSON.stringify(frame.getColumn(name).dtype))) throw new Error(`${name} is in no microseconds`);
    frame = frame.withColumn(pl.col(name).cast(pl.Int64).alias(name));
  }
  const rows = frame.toRecords();
  for (const row of rows) for (const name of instants) if (row[name] !== null) row[name] = { micros: BigInt(row[name]) };
  return rows;
}

async function ofHyparquet() {
  const { asyncBufferFromFile, parquetReadObjects } = await load('hyparquet');
  const { compressors } = await load('hyparquet-compressors');
  return parquetReadObjects({ file: await asyncBufferFromFile(path), compressors });
}

function micros(text) {
  const [, seconds, fraction = ''] = /^(.*?)(?:\.(\d+))?Z$/.exec(text);
  return BigInt(Date.parse(seconds + 'Z')) * 1000n + BigInt(fraction.padEnd(6, '0'));
}

function same(got, wanted) {
  if (got instanceof Date) return BigInt(got.getTime()) === micros(wanted) / 1000n;
  if (got !== null && typeof got === 'object' && 'micros' in got) return typeof wanted === 'string' && got.micros === micros(wanted);
  if (Array.isArray(wanted)) {
    const list = got === null ? null : Array.from(got.items ?? got);
    return list !== null && list.length === wanted.length && wanted.every((value, i) => same(list[i], value));
  }
  if (typeof got === 'bigint') return typeof wanted === 'number' && got === BigInt(wanted);
  return Object.is(got ?? null, wanted ?? null);
}

function difference(rows) {
  if (rows.length !== want.length) return `${rows.length} records, and not ${want.length}`;
  const names = new Set(want.flatMap(Object.keys));
  const shown = (value) => JSON.stringify(value, (_, v) => (typeof v === 'bigint' ? String(v) : v));
  for (let i = 0; i < rows.length; i++) {
    if (Object.keys(rows[i]).length !== names.size) return `columns ${Object.keys(rows[i])}, and not ${[...names]}`;
    for (const name of names)
      if (!same(rows[i][name], want[i][name])) return `record ${i + 1}, "${name}": ${shown(rows[i][name])}, and not ${shown(want[i][name])}`;
  }
  return null;
}

for (const [reader, read] of Object.entries({ DuckDB: ofDuckdb, polars: ofPolars, hyparquet: ofHyparquet })) {
  let wrong;
  try {
    wrong = difference(await read());
  } catch (error) {
    wrong = String(error);
  }
  if (wrong) process.exitCode = 1;
  console.log(`  ${path.split('/').pop()}, ${reader}: ${wrong ?? `the same ${want.length} records`}`);
}
