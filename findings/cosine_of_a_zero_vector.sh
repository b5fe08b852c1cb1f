#!/usr/bin/env bash
# The cosine distance of a vector of zeros is 0, 1, 2 or NaN, depending on the library, and so is that of a vector of small numbers to
# itself.
# Versions: DuckDB 1.5.6 (npm), scipy 1.10.1 and scikit-learn 1.2.1 (Debian 12). Seen for [0, 0] and [1, 0]: DuckDB's
# array_cosine_distance 2 (similarity -1: the exact opposite), scikit-learn's cosine_distances 1, scipy's distance.cosine 0 (the same
# direction), scipy's cdist NaN. For [1e-170, 2e-170] and itself: 2, 1, 0 and NaN; DuckDB says 2 for FLOAT vectors of 1e-23 or 1e20 and
# themselves too, and for a vector with a NaN; scipy's cosine says 0 for a NaN. An empty text's embedding is zeros: a mean distance of a
# window takes it as closest or as farthest. The cause in DuckDB and scipy: 0/0 is NaN, and the cut to the range of the result turns the
# NaN into an end of the range.
# Run outside CI. Ends 0 while the behaviour is as stated, 1 when it changed, 77 where the packages cannot be had.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --ignore-scripts --no-audit --no-fund --prefix . @duckdb/node-api@1.5.6-r.1 \
  >log 2>&1 || { echo "skipped: $(tail -n 1 log)"; exit 77; }
apt-get -q download python3-sklearn=1.2.1+dfsg-1 python3-sklearn-lib=1.2.1+dfsg-1 python3-joblib=1.2.0-4+deb12u1 \
  python3-threadpoolctl=3.1.0-1 libgomp1=12.2.0-14+deb12u1 python3-scipy=1.10.1-2 python3-numpy=1:1.24.2-1+deb12u1 \
  libblas3=3.11.0-2 liblapack3=3.11.0-2 libgfortran5=12.2.0-14+deb12u1 libquadmath0=12.2.0-14+deb12u1 \
  python3-decorator=5.1.1-3 \
  >log 2>&1 || { echo "skipped: $(tail -n 1 log)"; exit 77; }
for package in *.deb; do dpkg-deb -x "$package" root; done
libraries=$(find "$PWD/root" -name '*.so.*' -printf '%h\n' | sort -u | paste -sd :)
cat >run.mjs <<'NODE'
import assert from "node:assert";
import { DuckDBInstance } from "@duckdb/node-api";
const database = await (await DuckDBInstance.create(":memory:")).connect();
const row = async (text) => (await database.runAndReadAll(text)).getRowsJson()[0];
const [version] = await row("select version()");
assert.equal(version, "v1.5.6");
const seen = await row(`select
  array_cosine_distance([0, 0]::float[2], [1, 0]::float[2]), array_cosine_similarity([0, 0]::float[2], [1, 0]::float[2]),
  list_cosine_distance([1e-170, 2e-170]::double[], [1e-170, 2e-170]::double[]),
  list_cosine_distance([1e-23, 2e-23]::float[], [1e-23, 2e-23]::float[]),
  list_cosine_distance([1e20, 2e20]::float[], [1e20, 2e20]::float[]),
  list_cosine_distance(['nan', '1']::varchar[]::float[], [1, 1]::float[]), list_cosine_distance([1, 2]::float[], [1, 2]::float[])`);
console.log(`DuckDB: zeros ${seen[0]} (similarity ${seen[1]}), to itself: small ${seen[2]}, small as FLOAT ${seen[3]}, large ${seen[4]}; ` +
  `with NaN ${seen[5]}, usual ${seen[6]}`);
assert.deepEqual(seen.slice(0, 6), [2, -1, 2, 2, 2, 2]);
assert(Math.abs(seen[6]) < 1e-6);
NODE
node run.mjs
export LD_LIBRARY_PATH="$libraries" PYTHONPATH="$PWD/root/usr/lib/python3/dist-packages"
env -u OPENBLAS_CORETYPE /usr/bin/python3 -W ignore - <<'PYTHON'
import math, scipy, sklearn
from scipy.spatial.distance import cdist, cosine
from sklearn.metrics.pairwise import cosine_distances
assert scipy.__version__ == "1.10.1" and sklearn.__version__ == "1.2.1"
zeros, small = ([0.0, 0.0], [1.0, 0.0]), ([1e-170, 2e-170], [1e-170, 2e-170])
def three(one, two): return cosine(one, two), cdist([one], [two], "cosine")[0, 0], cosine_distances([one], [two])[0, 0]
for name, pair in (("zeros", zeros), ("small to itself", small)):
    single, matrix, learn = three(*pair)
    print(f"{name}: scipy cosine {single}, scipy cdist {matrix}, scikit-learn {learn}")
    assert single == 0 and math.isnan(matrix) and learn == 1
assert cosine([math.nan, 1], [1, 1]) == 0
PYTHON
