// duckdb.mjs REFERENCE CURRENT distances|findings: the statistics of a comparison in SQL, by DuckDB (npm: @duckdb/node-api), of files of
// NDJSON, CSV or Parquet. distances: of each number those of Kolmogorov-Smirnov and Wasserstein, of the category chi-squared. findings:
// what a finding tells of both sides besides: count, missing, mean, deviation, ends and quantiles. NDJSON and CSV are read into a table
// first, the columns that are asked about alone, Parquet is read by each query: what is faster for each. Prints the seconds, the seconds
// of CPU and the kB of memory of a second round, behind a cold one. For scripts/bench.
import { createRequire } from 'node:module';
const { DuckDBInstance } = createRequire(process.cwd() + '/')('@duckdb/node-api');
const [reference, current, what] = process.argv.slice(2);
const connection = await (await DuckDBInstance.create(':memory:')).connect();
const rows = async (sql) => (await connection.runAndReadAll(sql)).getRows();
const described = await rows(`describe select * from '${reference}'`);
const kept = described.filter(([name]) => name !== 'transaction_id' && name !== 'ts');
const texts = kept.filter(([, type]) => type === 'VARCHAR').map(([name]) => name);
const numbers = kept.filter(([, type]) => type !== 'VARCHAR').map(([name]) => name);
const distance = (name) => `with a as (select ${name} v, 1 s from reference union all select ${name}, 0 from current),
  g as (select v, sum(s) x, count(*) - sum(s) y from a where v is not null group by v),
  n as (select sum(x) x, sum(y) y from g),
  k as (select v, lead(v) over w - v step, sum(x) over w / (select x from n) - sum(y) over w / (select y from n) d from g window w as (order by v))
  select max(abs(d)) ks, sum(abs(d) * step) wasserstein from k`;
const summary = (name) => ['reference', 'current'].map((side) => `select count(*), count(${name}), avg(${name}), stddev_samp(${name}), min(${name}),
  max(${name}), quantile_cont(${name}, [0.05, 0.25, 0.5, 0.75, 0.95]) from ${side}`);
const chi = (name) => `with a as (select ${name} v, count(*) n from reference group by v), b as (select ${name} v, count(*) n from current group by v)
  select sum((a.n - b.n) * (a.n - b.n) / (a.n + b.n)::double) from a join b using (v)`;
for (let round = 0; round < 2; round++) {
  const start = performance.now(), cpu = process.cpuUsage();
  for (const [side, file] of [['reference', reference], ['current', current]])
    await rows(`create or replace ${file.endsWith('.parquet') ? 'view' : 'table'} ${side} as select ${[...numbers, ...texts].join(', ')} from '${file}'`);
  for (const name of numbers) for (const query of what === 'findings' ? [distance(name), ...summary(name)] : [distance(name)]) await rows(query);
  for (const name of texts) await rows(chi(name));
  const { user, system } = process.cpuUsage(cpu);
  if (round) console.log((performance.now() - start) / 1e3, (user + system) / 1e6, process.resourceUsage().maxRSS);
}
