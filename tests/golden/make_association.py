#!/usr/bin/env python3
"""Makes stats_association.txt: correlations of scipy, their variances from the definitions, tables' V and G^2 of the model without three-factor interaction by statsmodels-free
Newton steps on the Poisson likelihood. Samples: golden_sample.py.

correlation: "r" seed n steps noise, then pearson, its variance of atanh, spearman, its variance; change: "z" of the case before last and the last: z and p of Pearson, z and p of Spearman
table: "t" rows columns, reference counts, current counts, V of either, G^2, p
"""
import numpy as np
from golden_sample import sample
from scipy.stats import chi2, norm, pearsonr, rankdata, spearmanr


def variance(x, y, ranks):
    x, y = (x - x.mean()) / x.std(), (y - y.mean()) / y.std()
    r, n = (x * y).mean(), len(x)
    u = (x * y - r * (x * x + y * y) / 2) * n / (n - 1 - np.maximum(x * x, y * y))
    return max((1 + r * r / 2 if ranks else 1) / (n - 3), (u * u).sum() / n**2 / (1 - r * r) ** 2)


def deviance(tables):
    """Poisson log-linear model with all two-way terms, by Newton's method."""
    counts = np.array(tables, float)
    _, rows, columns = counts.shape
    design = []
    for s in range(2):
        for i in range(rows):
            for k in range(columns):
                one = np.zeros(2 * rows + 2 * columns + rows * columns)
                one[s * rows + i] = one[2 * rows + s * columns + k] = one[2 * rows + 2 * columns + i * columns + k] = 1
                design.append(one)
    design, y = np.array(design), counts.ravel()
    q, _ = np.linalg.qr(design @ np.linalg.svd(design)[2].T[:, : np.linalg.matrix_rank(design)])
    mu = y + 0.5
    for _ in range(100):
        z = np.log(mu) + (y - mu) / mu
        w = np.sqrt(mu)
        beta = np.linalg.lstsq(q * w[:, None], z * w, rcond=None)[0]
        mu = np.exp(q @ beta)
    with np.errstate(divide="ignore", invalid="ignore"):
        g = 2 * np.where(y > 0, y * np.log(y / mu), 0).sum()
    return g, chi2.sf(g, (rows - 1) * (columns - 1))


def v(table):
    t = np.array(table, float)
    e = t.sum(1)[:, None] * t.sum(0)[None, :] / t.sum()
    return np.sqrt(((t - e) ** 2 / e).sum() / t.sum() / (min(t.shape) - 1))


with open(__file__.rsplit("/", 1)[0] + "/stats_association.txt", "w") as out:
    out.write("# made by make_association.py\n")
    before = None
    for case, (n, steps, noise) in enumerate([(10, 0.0, 0.5), (12, 4.0, 2.0), (100, 0.0, 0.1), (101, 3.0, 1.0), (2000, 0.0, 3.0), (1999, 5.0, 1.0)]):
        seed = 100 * case + 7
        x = sample(seed, n, 1.0, 0.0, steps)
        y = (x if case % 2 else -x) + noise * sample(seed + 1, n, 1.0, 0.0, steps)
        a, b = rankdata(x), rankdata(y)
        now = [pearsonr(x, y)[0], variance(x, y, False), spearmanr(x, y)[0], variance(a, b, True)]
        out.write("r %d %d %r %r %s\n" % (seed, n, steps, noise, " ".join(repr(float(f)) for f in now)))
        if before:
            line = []
            for k in (0, 2):
                z = (np.arctanh(now[k]) - np.arctanh(before[k])) / np.sqrt(now[k + 1] + before[k + 1])
                line += [z, 2 * norm.sf(abs(z))]
            out.write("z %s\n" % " ".join(repr(float(f)) for f in line))
        before = now
    rng = np.random.default_rng(3)
    for rows, columns, scale in [(2, 2, 20), (2, 2, 1000), (3, 4, 30), (5, 5, 100), (2, 6, 10)]:
        tables = rng.poisson(scale * rng.uniform(0.5, 2, (2, rows, columns))) + 1
        g, p = deviance(tables)
        numbers = " ".join(str(int(f)) for f in tables.ravel())
        out.write("t %d %d %s %r %r %r %r\n" % (rows, columns, numbers, float(v(tables[0])), float(v(tables[1])), float(g), float(p)))
