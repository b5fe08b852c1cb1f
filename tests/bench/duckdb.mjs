// duckdb.mjs REFERENCE CURRENT tests|findings: the statistics of a comparison in SQL, by DuckDB (npm: @duckdb/node-api). tests: of each
// number the distances of Kolmogorov-Smirnov and Wasserstein, of the category chi-squared. findings: what a finding tells of both sides
// besides: count, missing, mean, deviation, ends and quantiles. Prints the seconds, the seconds of CPU and the kB of memory of a warm
// round: the medians of five behind a cold one. For scripts/bench.
import { createRequire } from 'node:module';
const { DuckDBInstance } = createRequire(process.cwd() + '/')('@duckdb/node-api');
const [reference, current, what] = process.argv.slice(2);
const numbers = 'transaction_amount,transaction_hour,customer_age,account_tenure_days,merchant_risk_score,geo_distance_km,is_international,is_fraud';
const distance = (name) => `with a as (select ${name} v, 1 s from '${reference}' union all select ${name}, 0 from '${current}'),
  g as (select v, sum(s) x, count(*) - sum(s) y from a where v is not null group by v),
  n as (select sum(x) x, sum(y) y from g),
  k as (select v, lead(v) over w - v step, sum(x) over w / (select x from n) - sum(y) over w / (select y from n) d from g window w as (order by v))
  select max(abs(d)) ks, sum(abs(d) * step) wasserstein from k`;
const summary = (name) => ['reference', 'current'].map((side) => `select count(*), count(${name}), avg(${name}), stddev_samp(${name}), min(${name}),
  max(${name}), quantile_cont(${name}, [0.05, 0.25, 0.5, 0.75, 0.95]) from '${side === 'reference' ? reference : current}'`);
const chi = (name) => `with a as (select ${name} v, count(*) n from '${reference}' group by v),
  b as (select ${name} v, count(*) n from '${current}' group by v)
  select sum((a.n - b.n) * (a.n - b.n) / (a.n + b.n)::double) from a join b using (v)`;
const connection = await (await DuckDBInstance.create(':memory:')).connect();
const took = [], busy = [];
for (let round = 0; round < 6; round++) {
  const start = performance.now(), cpu = process.cpuUsage();
  for (const name of numbers.split(',')) for (const query of what === 'findings' ? [distance(name), ...summary(name)] : [distance(name)]) await connection.runAndReadAll(query);
  await connection.runAndReadAll(chi('merchant_category'));
  took.push((performance.now() - start) / 1e3);
  const { user, system } = process.cpuUsage(cpu);
  busy.push((user + system) / 1e6);
}
const middle = (values) => values.slice(1).sort((a, b) => a - b)[2].toFixed(3);
console.log(middle(took), middle(busy), process.resourceUsage().maxRSS);
