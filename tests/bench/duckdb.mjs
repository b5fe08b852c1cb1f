// duckdb.mjs REFERENCE CURRENT: the statistics that a comparison rests on, in SQL, by DuckDB (npm: @duckdb/node-api): of each number the
// Kolmogorov-Smirnov distance, of the category chi-squared. Prints the milliseconds of each of five rounds; the first one is cold.
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
const took = [];
for (let round = 0; round < 5; round++) {
  const start = performance.now();
  for (const name of numbers.split(',')) await connection.runAndReadAll(distance(name));
  await connection.runAndReadAll(chi('merchant_category'));
  took.push(performance.now() - start);
}
const warm = took.slice(1).sort((a, b) => a - b);
console.log(`  DuckDB, the same in SQL: ${(warm[warm.length >> 1] / 1000).toFixed(2)} s warm (median of 4), peak ${(process.resourceUsage().maxRSS / 1024).toFixed(0)} MB`);
