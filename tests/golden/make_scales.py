#!/usr/bin/env python3
"""Makes stats_scales.txt: moments, t-tests and Hellinger's distance of values in any unit, by mpmath at 80 digits. Samples: golden_sample.py.
Fields: seed n scale shift (r), seed m scale shift (c), mean_r / unit std_r / unit skew_r kurtosis_r t p welch welch_p welch_df cohen_d hellinger; unit is the larger scale.
hellinger: over numpy's sturges bins of the distinct values, made in the unit of the values (bins do not depend on it)."""
import math

import mpmath as M
import numpy as np
from golden_sample import sample

M.mp.dps = 80


def central(x):
    x = [M.mpf(float(v)) for v in x]
    mean = M.fsum(x) / len(x)
    return (mean,) + tuple(M.fsum((v - mean) ** k for v in x) for k in (2, 3, 4))


def student(t, df):
    return M.betainc(df / 2, M.mpf(1) / 2, 0, df / (df + t * t), regularized=True)


def hellinger(r, c):
    pooled = np.sort(np.unique(np.concatenate([r, c])))
    low, high = M.mpf(float(pooled[0])), M.mpf(float(pooled[-1]))
    bins = int(M.ceil(M.log(len(pooled), 2) + 1))
    edges = [low + (high - low) * k / bins for k in range(bins + 1)]
    def counts(x):
        out = [0] * bins
        for v in x:
            out[min(int(M.floor((M.mpf(float(v)) - low) / (high - low) * bins)), bins - 1)] += 1
        return out
    a, b = counts(r), counts(c)
    bc = M.fsum(M.sqrt(M.mpf(p) / len(r) * q / len(c)) for p, q in zip(a, b))
    return M.sqrt(1 - min(bc, 1))


cases = []
for scale in (1e-300, 1e-200, 1e-160, 1e-100, 1e-61, 1e-60, 1.0, 1e60, 1e61, 1e77, 1e155, 1e200, 1e300, 5e307):
    cases.append((301, scale, -1.5 * scale, 257, scale, -1.4 * scale))
    cases.append((3000, scale, 0.0, 2500, scale, 0.05 * scale))
cases += [(2000, 1e-3, 1e9, 2000, 1e-3, 1e9 + 1e-4), (2000, 1e-3, 1e9, 1500, 1e-3, 1e9), (500, 1e-200, 0.0, 400, 1e-180, 0.0), (500, 1e200, 0.0, 400, 1.0, 0.0), (9000, 1e-6, 1e3, 50, 1e-6, 1e3)]
with open(__file__.rsplit("/", 1)[0] + "/stats_scales.txt", "w") as out:
    out.write("# made by make_scales.py\n")
    for i, (n, s, h, m, s2, h2) in enumerate(cases):
        seed = 4000 + 2 * i
        r, c = sample(seed, n, s, h, 0.0), sample(seed + 1, m, s2, h2, 0.0)
        unit = M.mpf(max(s, s2))
        (mr, r2, r3, r4), (mc, c2, _, _) = central(r), central(c)
        vr, vc = r2 / (n - 1) / n, c2 / (m - 1) / m
        pooled = (r2 + c2) / (n + m - 2)
        t, w, df = (mr - mc) / M.sqrt(pooled * (M.mpf(1) / n + M.mpf(1) / m)), (mr - mc) / M.sqrt(vr + vc), (vr + vc) ** 2 / (vr ** 2 / (n - 1) + vc ** 2 / (m - 1))
        skew, kurtosis = r3 / n / (r2 / n) ** 1.5, r4 / n / (r2 / n) ** 2 - 3
        row = [mr / unit, M.sqrt(r2 / (n - 1)) / unit, skew, kurtosis, t, student(t, n + m - 2), w, student(w, df), df, (mc - mr) / M.sqrt(pooled), hellinger(r, c)]
        out.write(" ".join(map(repr, [seed, n, s, h, seed + 1, m, s2, h2])) + " " + " ".join(repr(float(v)) for v in row) + "\n")
