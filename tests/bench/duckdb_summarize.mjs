// duckdb_summarize.mjs FILE: SUMMARIZE of a file of NDJSON by DuckDB (npm: @duckdb/node-api): of each column count, minimum, maximum, mean,
// spread, quartiles and an approximate count of different values. Prints the seconds, the seconds of CPU and the kB of memory of a warm
// round: the medians of five behind a cold one. For scripts/bench.
import { createRequire } from 'node:module';
const { DuckDBInstance } = createRequire(process.cwd() + '/')('@duckdb/node-api');
const connection = await (await DuckDBInstance.create(':memory:')).connect();
const took = [], busy = [];
for (let round = 0; round < 6; round++) {
  const start = performance.now(), cpu = process.cpuUsage();
  await connection.runAndReadAll(`summarize select * from read_ndjson_auto('${process.argv[2]}')`);
  took.push((performance.now() - start) / 1e3);
  const { user, system } = process.cpuUsage(cpu);
  busy.push((user + system) / 1e6);
}
const middle = (values) => values.slice(1).sort((a, b) => a - b)[2].toFixed(3);
console.log(middle(took), middle(busy), process.resourceUsage().maxRSS);
