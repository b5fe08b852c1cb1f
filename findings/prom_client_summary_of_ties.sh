#!/usr/bin/env bash
# A Summary of prom-client reports quantiles in the middle of nowhere when most observations are equal.
# Version: prom-client 15.1.3 with tdigest 0.1.3 (npm). Seen: 99,000 observations of 0 and 1,000 of 1,000: quantile 0.5 is 10, 0.75 is
# 510, 0.9 is 810; the right answers are 0, 0, 0. With 5 % of 1,000 the median is 50. The cause: the t-digest merges equal values into one
# centroid, however heavy, and interpolates between centroids by their centres, so that half of the weight of the 99,000 zeros is spread
# out between 0 and 1,000. Waiting times with a cache, counts of retries and scores with a default are such columns.
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
const quantiles = async (percent) => {
  const registers = [new prometheus.Registry()];
  const summary = new prometheus.Summary({ name: "waited", help: "waited", registers, percentiles: [0.5, 0.75, 0.9] });
  for (let i = 0; i < 100000; i++) summary.observe(i % 100 < percent ? 1000 : 0);
  const { values } = await summary.get();
  return values.filter((value) => value.labels.quantile !== undefined).map((value) => Math.round(value.value));
};
const one = await quantiles(1), five = await quantiles(5), half = await quantiles(60);
console.log(`quantiles 0.5, 0.75 and 0.9 with 1 % of 1,000 and else 0: ${one}; with 5 %: ${five}; with 60 %: ${half}`);
assert.deepEqual(one, [10, 510, 810]);
assert.deepEqual(five, [50, 550, 850]);
NODE
node run.mjs
