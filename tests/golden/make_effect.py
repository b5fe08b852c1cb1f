#!/usr/bin/env python3
"""Makes effect.txt. "ncx2 x df noncentrality cdf" by scipy; "noncentrality x df p value" by its root; "cramer statistic df total v low high" by Smithson's definition;
"cohen seed n seed m scale shift steps d low high" by Hedges and Olkin's formula and "superiority seed n seed m scale shift steps p low high" by Wilson's from DeLong's variance written
out over all pairs, for samples of golden_sample.py."""
import math
import random

import numpy as np
from golden_sample import sample
from scipy import optimize, stats

random.seed(77)
Z = stats.norm.ppf(0.975)


def noncentrality(x, df, p):
    if stats.chi2.cdf(x, df) <= p:
        return 0.0
    return optimize.brentq(lambda l: stats.ncx2.cdf(x, df, l) - p, 1e-12, x + 20 * math.sqrt(x + 10) + 50, xtol=1e-13, rtol=1e-14)


def cramer(x, df, total):
    v = min(1, math.sqrt(x / total))
    least, most = noncentrality(x, df, 0.975), noncentrality(x, df, 0.025)
    low = min(v, math.sqrt((least + df) / total)) if least > 0 else 0.0
    return v, low, max(v, min(1, math.sqrt((most + df) / total)))


def cohen(r, c):
    n, m = len(r), len(c)
    d = (c.mean() - r.mean()) / math.sqrt(((n - 1) * r.var(ddof=1) + (m - 1) * c.var(ddof=1)) / (n + m - 2))
    reach = Z * math.sqrt((n + m) / (n * m) + d * d / (2 * (n + m)))
    return d, d - reach, d + reach


def superiority(r, c):
    n, m = len(r), len(c)
    wins = (c[None, :] > r[:, None]) + 0.5 * (c[None, :] == r[:, None])
    p = wins.mean()
    variance = wins.mean(axis=0).var(ddof=1) / m + wins.mean(axis=1).var(ddof=1) / n
    trials = p * (1 - p) / variance if variance > 1e-20 else min(n, m)
    center = (p + Z * Z / (2 * trials)) / (1 + Z * Z / trials)
    reach = Z / (1 + Z * Z / trials) * math.sqrt(p * (1 - p) / trials + Z * Z / (4 * trials * trials))
    return p, max(0, center - reach), min(1, center + reach)


def lines():
    for _ in range(60):
        df, l = random.randint(1, 60), 10 ** random.uniform(-3, 4.5)
        x = max(1e-3, df + l + random.uniform(-5, 5) * math.sqrt(2 * (df + 2 * l)))
        yield "ncx2", x, float(df), l, stats.ncx2.cdf(x, df, l)
    for df, x in [(1, 0.5), (1, 6.0), (1, 5000.0), (4, 3.0), (4, 60.0), (30, 20.0), (30, 44.0), (30, 3000.0), (2, 60000.0)]:
        for p in (0.025, 0.975):
            yield "noncentrality", x, float(df), p, noncentrality(x, df, p)
    for x, df, total in [(0.0, 1, 100), (0.4, 1, 100), (9.0, 1, 100), (100.0, 1, 100), (31.0, 9, 5000), (7.0, 9, 5000), (4000.0, 9, 10 ** 6), (1.2, 1, 2), (90000.0, 3, 10 ** 5)]:
        yield ("cramer", x, float(df), total) + cramer(x, df, total)
    for i, (n, m) in enumerate([(2, 2), (2, 30), (5, 7), (40, 40), (300, 200), (2000, 1500)]):
        for scale, shift, steps in [(1.0, 0.0, 0.0), (1.0, 0.4, 0.0), (1.5, 0.2, 4.0), (1.0, 6.0, 0.0)]:
            seeds = (500 + 10 * i, 501 + 10 * i)
            r, c = sample(seeds[0], n, 1.0, 0.0, steps), sample(seeds[1], m, scale, shift, steps)
            for name, made in (("cohen", cohen), ("superiority", superiority)):
                if r.std() + c.std() > 0:
                    yield (name, seeds[0], n, seeds[1], m, scale, shift, steps) + made(r, c)


with open(__file__.rsplit("/", 1)[0] + "/effect.txt", "w") as out:
    out.write("# made by make_effect.py\n")
    for line in lines():
        out.write(" ".join(f if isinstance(f, str) else repr(int(f)) if isinstance(f, int) else repr(float(f)) for f in line) + "\n")
