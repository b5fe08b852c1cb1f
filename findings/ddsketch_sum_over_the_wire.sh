#!/usr/bin/env bash
# A DDSketch that went over the wire has all its values and a sum of 0.
# Version: @datadog/sketches-js 2.1.1 with protobufjs 7.5.4 (npm). Seen: 1,000 values 1 to 1,000: count 1,000, sum 500,500, median 498,
# minimum 1, maximum 1,000; after toProto and fromProto count and median are the same, sum is 0, minimum Infinity, maximum -Infinity.
# Merged into a sketch of one value 5: count 1,001, sum 5, maximum 5, quantile 1 is 1,002: a mean of 0.005. Nothing is raised. The cause:
# the message has buckets only; what is not in it keeps the value of an empty sketch, but the count is added up anew. Means of merged
# hours then fall towards 0 by how much came from elsewhere.
# Run outside CI. Ends 0 while the behaviour is as stated, 1 when it changed, 77 where the packages cannot be had.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --ignore-scripts --no-audit --no-fund --prefix . @datadog/sketches-js@2.1.1 protobufjs@7.5.4 \
  >log 2>&1 || { echo "skipped: $(tail -n 1 log)"; exit 77; }
cat >run.mjs <<'NODE'
import assert from "node:assert";
import sketches from "@datadog/sketches-js";
const { DDSketch } = sketches;
const sent = new DDSketch();
for (let i = 1; i <= 1000; i++) sent.accept(i);
const received = DDSketch.fromProto(sent.toProto()), merged = new DDSketch();
merged.accept(5);
merged.merge(received);
const show = (name, sketch) => {
  const [median, last] = [0.5, 1].map((quantile) => sketch.getValueAtQuantile(quantile).toFixed(1));
  console.log(`${name}: count ${sketch.count}, sum ${sketch.sum}, minimum ${sketch.min}, maximum ${sketch.max}, ` +
    `median ${median}, quantile 1 ${last}`);
};
const seen = { sent, received, "merged with a 5": merged };
for (const [name, sketch] of Object.entries(seen)) show(name, sketch);
assert(sent.count === 1000 && sent.sum === 500500 && sent.min === 1 && sent.max === 1000);
assert(received.count === 1000 && received.sum === 0);
assert(received.min === Infinity && received.max === -Infinity);
assert(Math.abs(received.getValueAtQuantile(0.5) / 500 - 1) < 0.01);
assert(merged.count === 1001 && merged.sum === 5 && merged.max === 5 && merged.getValueAtQuantile(1) > 900);
NODE
node run.mjs
