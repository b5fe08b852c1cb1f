#!/usr/bin/env python3
"""Makes stats_kernel.txt: unbiased MMD^2 with the RBF kernel from scipy's distances, under the three bandwidths, and a permutation
p-value from 4000 permutations of numpy. Rows: golden_sample.py, reference of `seed`, current of `seed + 1` shifted and scaled, cut into rows.
Fields: seed n m width scale shift steps, then gamma and MMD^2 for pooled, between, within; p of pooled."""
import numpy as np
from golden_sample import sample
from scipy.spatial.distance import cdist, pdist

def mmd2(k, n, m):
    x, y, xy = k[:n, :n], k[n:, n:], k[:n, n:]
    return (x.sum() - np.trace(x)) / (n * (n - 1)) + (y.sum() - np.trace(y)) / (m * (m - 1)) - 2 * xy.mean()

CASES = [(2, 2, 1, 1.0, 0.0, 0.0), (30, 20, 1, 1.0, 0.0, 0.0), (20, 31, 1, 1.0, 1.0, 0.0), (40, 40, 3, 1.0, 0.2, 0.0), (50, 35, 17, 1.0, 0.0, 0.0),
         (60, 60, 8, 1.3, 0.0, 0.0), (33, 47, 64, 1.0, 0.1, 0.0), (25, 25, 2, 1.0, 0.0, 2.0), (64, 9, 5, 1.0, 0.5, 1.0), (20, 20, 4, 1.0, 1e6, 0.0)]
with open(__file__.rsplit("/", 1)[0] + "/stats_kernel.txt", "w") as out:
    out.write("# made by make_kernel.py\n")
    for seed, (n, m, width, scale, shift, steps) in enumerate(CASES):
        seed = 20 * seed + 5
        far = 1e6 if shift == 1e6 else 0.0  # both sides far from the origin
        x = sample(seed, n * width, 1.0, far, steps).reshape(n, width)
        y = sample(seed + 1, m * width, scale, shift, steps).reshape(m, width)
        pooled = np.vstack([x, y])
        gammas = [1 / np.median(pdist(pooled)) ** 2, 1 / np.median(cdist(x, y)) ** 2,
                  1 / np.quantile(cdist(x, x, "sqeuclidean"), 0.5, method="nearest")]
        fields = []
        for gamma in gammas:
            fields += [gamma, mmd2(np.exp(-gamma * cdist(pooled, pooled, "sqeuclidean")), n, m)]
        k = np.exp(-gammas[0] * cdist(pooled, pooled, "sqeuclidean"))
        rng = np.random.default_rng(seed)
        hits = 0
        for _ in range(4000):
            order = rng.permutation(n + m)
            hits += mmd2(k[np.ix_(order, order)], n, m) >= fields[1] - 1e-12
        fields.append((1 + hits) / 4001)
        out.write("%d %d %d %d %r %r %r %s\n" % (seed, n, m, width, scale, shift, steps, " ".join(repr(float(f)) for f in fields)))
