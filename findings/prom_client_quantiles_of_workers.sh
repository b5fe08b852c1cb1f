#!/usr/bin/env bash
# prom-client adds up the quantiles of the workers of a cluster.
# Version: prom-client 15.1.3 (npm). Seen: four workers, each with a Summary of 1,000 waiting times between 0.1 and 0.11 s and a Gauge of
# 0.1: the aggregated metrics say a median of 0.42 s and a gauge of 0.4; the largest waiting time in all of them is 0.109. Sum and count
# of the same Summary are right, so that its mean (0.1045) contradicts its quantiles. The cause: what says no other "aggregator" is summed
# up, and for a Summary that includes the quantiles. A drift score or a share kept as a Gauge, exported by each worker, grows with the
# number of workers.
# Run outside CI. Ends 0 while the behaviour is as stated, 1 when it changed, 77 where the packages cannot be had.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --ignore-scripts --no-audit --no-fund --prefix . prom-client@15.1.3 tdigest@0.1.3 \
  >log 2>&1 || { echo "skipped: $(tail -n 1 log)"; exit 77; }
cat >run.mjs <<'NODE'
import assert from "node:assert";
import prometheus from "prom-client";
const workers = [];
for (let worker = 0; worker < 4; worker++) {
  const registry = new prometheus.Registry();
  const summary = new prometheus.Summary({ name: "waited", help: "waited", registers: [registry], percentiles: [0.5, 0.99] });
  new prometheus.Gauge({ name: "score", help: "score", registers: [registry] }).set(0.1);
  for (let i = 0; i < 1000; i++) summary.observe(0.1 + (i % 10) / 1000);
  workers.push(await registry.getMetricsAsJSON());
}
const text = await prometheus.AggregatorRegistry.aggregate(workers).metrics();
const value = (name) => Number(text.split("\n").find((line) => line.startsWith(`${name} `)).split(" ")[1]);
const median = value('waited{quantile="0.5"}'), high = value('waited{quantile="0.99"}');
const mean = value("waited_sum") / value("waited_count"), score = value("score");
console.log(`four workers, all waits 0.1 to 0.109: median ${median.toFixed(3)}, quantile 0.99 ${high.toFixed(3)}, ` +
  `mean ${mean.toFixed(4)}; gauge of 0.1: ${score}`);
assert(Math.abs(median - 0.418) < 0.002 && Math.abs(high - 0.436) < 0.002);
assert(Math.abs(mean - 0.1045) < 1e-9 && score === 0.4);
NODE
node run.mjs
