// duckdb.mjs REFERENCE CURRENT: the statistics that a comparison rests on, in SQL, by DuckDB (npm: @duckdb/node-api): of each number the
// Kolmogorov-Smirnov distance, of the category chi-squared. Prints the seconds,
// the seconds of CPU and the kB of memory of a warm round: the medians of five behind a cold one. For scripts/bench.
import { createRequire } from 'node:module';
const { DuckDBInstance } = createRequire(process.cwd() + '/')('@duckdb/node-api');
const [reference, current] = process.argv.slice(2);
const numbers = 'transaction_amount,transaction_hour,customer_age,account_tenure_days,merchant_risk_score,geo_distance_km,is_international,is_fraud';
const distance = (name) => `with a as (select ${name} v, 1 s from '${reference}' union all select ${name}, 0 from '${current}'),
  g as (select v, sum(s) x, count(*) - sum(s) y from a group by v),
  k as (select sum(x) over (order by v) / (select sum(x) from g) - sum(y) over (order by v) / (select sum(y) from g) d from g)
  select max(abs(d)) from k`;
const chi = (name) => `with a as (select ${name} v, count(*) n from '${reference}' group by v),
  b as (select ${name} v, count(*) n from '${current}' group by v)
  select sum((a.n - b.n) * (a.n - b.n) / (a.n + b.n)::double) from a join b using (v)`;
const connection = await (await DuckDBInstance.create(':memory:')).connect();
const took = [], busy = [];
for (let round = 0; round < 6; round++) {
  const start = performance.now(), cpu = process.cpuUsage();
  for (const name of numbers.split(',')) await connection.runAndReadAll(distance(name));
  await connection.runAndReadAll(chi('merchant_category'));
  took.push((performance.now() - start) / 1e3);
  const { user, system } = process.cpuUsage(cpu);
  busy.push((user + system) / 1e6);
}
const middle = (values) => values.slice(1).sort((a, b) => a - b)[2].toFixed(3);
console.log(middle(took), middle(busy), process.resourceUsage().maxRSS);
