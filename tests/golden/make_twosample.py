#!/usr/bin/env python3
"""Makes stats_twosample.txt from scipy 1.10 (tests, distances) and from the definitions of Evidently 0.7.21 written out in numpy (psi … hellinger).
Samples: golden_sample.py. Fields: seed n seed m scale shift steps, then the values in the order of COLUMNS."""
import math
import random
import warnings

import mpmath as M
import numpy as np
from golden_sample import sample
from scipy import stats
from scipy.spatial import distance

warnings.simplefilter("ignore")
M.mp.dps = 60
random.seed(9)
COLUMNS = ("ks ks_p ks_at u mw_two mw_less mw_greater t t_p welch welch_p welch_df wasserstein energy psi kl_div jensenshannon hellinger cohen_d"
           " cvm cvm_p anderson anderson_p es es_p kuiper kuiper_p")


def shares(r, c):
    if len(np.unique(r)) > 20:
        edges = np.histogram_bin_edges(np.concatenate([r, c]), bins="sturges")
        return np.histogram(r, edges)[0] / len(r), np.histogram(c, edges)[0] / len(c)
    keys = sorted(set(r) | set(c))
    return tuple(np.array([np.count_nonzero(x == k) for k in keys]) / len(x) for x in (r, c))


def filled(p):
    least = p[p != 0].min()
    return np.where(p == 0, least / 10 ** 6 if least <= 0.0001 else 0.0001, p)


def hellinger(r, c):
    edges = np.histogram_bin_edges(sorted(set(r) | set(c)), bins="sturges")
    a, b = (np.histogram(x, edges, density=True)[0] for x in (r, c))
    width = (edges.max() - edges.min()) / (len(edges) - 1)
    return math.sqrt(1 - np.clip(np.sum(np.sqrt(a * b)) * width, 0, 1))


def attempt(function):
    try:
        return function()
    except (ValueError, ZeroDivisionError, IndexError, np.linalg.LinAlgError):
        return math.nan


def later_tests(r, c):
    out = []
    cvm = attempt(lambda: stats.cramervonmises_2samp(r, c))
    out += [cvm.statistic, cvm.pvalue] if cvm == cvm else [math.nan] * 2
    ad = attempt(lambda: stats.anderson_ksamp([r, c]))
    out += [ad[0], ad[2]] if ad == ad else [math.nan] * 2
    es = attempt(lambda: stats.epps_singleton_2samp(r, c))
    out += [es[0], es[1]] if es == es else [math.nan] * 2
    return out + kuiper(r, c)


def kuiper(r, c):
    z = np.concatenate([r, c])
    gap = np.searchsorted(np.sort(r), z, "right") / len(r) - np.searchsorted(np.sort(c), z, "right") / len(c)
    v, root = max(gap.max(), 0) + max(-gap.min(), 0), M.sqrt(M.mpf(len(r)) * len(c) / (len(r) + len(c)))
    x = (root + M.mpf("0.155") + M.mpf("0.24") / root) * v
    p = 2 * sum((4 * j * j * x * x - 1) * M.exp(-2 * j * j * x * x) for j in range(1, 60)) if x > 0.3 else 1
    return [v, float(min(p, 1))]


def values(r, c):
    n, m = len(r), len(c)
    ks = stats.ks_2samp(r, c)
    mw = [stats.mannwhitneyu(r, c, alternative=a) for a in ("two-sided", "less", "greater")]
    p, q = shares(r, c)
    fp, fq = filled(p), filled(q)
    out = [ks.statistic, ks.pvalue, ks.statistic_location, mw[0].statistic] + [t.pvalue for t in mw]
    t, w = stats.ttest_ind(r, c), stats.ttest_ind(r, c, equal_var=False)
    if n > 1 and m > 1:
        vr, vc = r.var(ddof=1) / n, c.var(ddof=1) / m
        df = (vr + vc) ** 2 / (vr ** 2 / (n - 1) + vc ** 2 / (m - 1)) if vr + vc else math.nan
        d = (c.mean() - r.mean()) / math.sqrt(((n - 1) * r.var(ddof=1) + (m - 1) * c.var(ddof=1)) / (n + m - 2)) if vr + vc else math.nan
        out += [t.statistic, t.pvalue, w.statistic, w.pvalue, df]
    else:
        d = math.nan
        out += [math.nan] * 5
    out += [stats.wasserstein_distance(r, c), stats.energy_distance(r, c)]
    out += [np.sum((fp - fq) * np.log(fp / fq)), stats.entropy(fp, fq), distance.jensenshannon(p, q), hellinger(r, c), d]
    return out + later_tests(r, c)


def cases():
    sizes = [(1, 1), (1, 2), (2, 2), (2, 3), (3, 3), (5, 7), (8, 8), (8, 40), (9, 9), (8, 150), (12, 30), (24, 24), (25, 24), (40, 40), (20, 21), (64, 64),
             (100, 150), (300, 300), (512, 512), (700, 1300)]
    for n, m in sizes:
        for shift in (0.0, 0.25, 2.0):
            for steps in (0.0, 4.0):
                yield n, m, random.choice([1.0, 1.0, 1.5]), shift, steps
    for n, m in [(10000, 10000), (10000, 9000), (10001, 10000), (10001, 50), (20000, 20000), (20000, 3000)]:
        for shift in (0.0, 0.01, 0.3):
            yield n, m, 1.0, shift, random.choice([0.0, 64.0])
    yield 50, 60, 0.0, 0.0, 1.0  # all values equal
    yield 50, 60, 0.0, 1.0, 0.0


with open(__file__.rsplit("/", 1)[0] + "/stats_twosample.txt", "w") as out:
    out.write("# made by make_twosample.py: seed n seed m scale shift steps %s\n" % COLUMNS)
    for i, (n, m, scale, shift, steps) in enumerate(cases()):
        if scale == 0:
            r, c = np.full(n, 3.0), np.full(m, 3.0 + shift)
        else:
            r, c = sample(2 * i + 1, n, 1.0, 0.0, steps), sample(2 * i + 2, m, scale, shift, steps)
        fields = [2 * i + 1, n, 2 * i + 2, m, scale, shift, steps] + [float(v) for v in values(r, c)]
        out.write(" ".join(repr(f) for f in fields) + "\n")
