#!/usr/bin/env python3
"""Makes stats_baseline.txt from numpy 1 and scipy, by the definitions of NannyML 0.13. Samples: golden_sample.py.

edges LOW HIGH N SKEWNESS BINS EDGE_1 EDGE_LAST-1    numpy's "doane"
numbers SEED N STEPS M SHIFT SCALE KS WASSERSTEIN JS HELLINGER    reference: seed, n; chunk: seed + 1, m, moved and stretched
counts K REFERENCE… CHUNK… JS HELLINGER CHI2 P
"""
import random

import numpy as np
from golden_sample import sample
from scipy.spatial.distance import jensenshannon
from scipy.stats import chi2_contingency, ks_2samp, skew, wasserstein_distance

random.seed(11)
FINE = 10000
assert np.__version__.startswith("1."), "numpy 2 has other edges for integers"


def text(*fields):
    return " ".join(f if isinstance(f, str) else repr(float(f)) if isinstance(f, float) else str(f) for f in fields)


def edges_lines():
    for seed in range(60):
        n = random.choice([1, 2, 3, 4, 40, 1000, 5000, 20000])
        steps = random.choice([0.0, 0.0, 1.0, 10.0])
        x = sample(seed, n, random.choice([1.0, 100.0]), random.choice([0.0, -150.0, 1e6]), steps)
        x = np.exp(x / x.max()) if random.random() < 0.4 else x ** 3 if random.random() < 0.3 and x.max() < 1e5 else x
        edges = np.histogram_bin_edges(x, bins="doane")
        yield text("edges", float(x.min()), float(x.max()), n, float(skew(x)) if n > 1 and x.std() > 0 else float("nan"), len(edges) - 1, float(edges[min(1, len(edges) - 1)]), float(edges[-2]))


def binned_ks(r, c):
    edges = np.linspace(r.min(), r.max(), FINE + 1)
    f = np.cumsum(np.histogram(r, edges)[0] / len(r))
    g = np.cumsum(np.histogram(c, edges)[0] / len(c)) + (c < edges[0]).mean()
    return np.abs(f - g).max()


def area_outside(values, limit):
    """Integral of |F - G| beyond the reference's range, in which one of them is 0 or 1."""
    return np.abs(values - limit).sum()


def binned_wasserstein(r, c):
    counts, edges = np.histogram(r, FINE)
    below, above = c[c < edges[0]], c[c > edges[-1]]
    start = (len(below) + 1) / len(c) if len(below) else 0.0
    g = np.cumsum(np.histogram(c, edges)[0] / len(c)) + start
    inside = np.sum(np.abs(np.cumsum(counts / len(r)) - g) * (edges[1] - edges[0]))
    return inside + area_outside(below, edges[0]) / len(c) + area_outside(above, edges[-1]) / len(c)


def shares(r, c):
    edges = np.histogram_bin_edges(r, bins="doane")
    p, counts = np.histogram(r, edges)[0] / len(r), np.histogram(c, edges)[0]
    return np.append(p, 0.0), np.append(counts, len(c) - counts.sum()) / len(c)


def hellinger(p, q):
    return np.sqrt(np.sum((np.sqrt(p) - np.sqrt(q)) ** 2)) / np.sqrt(2)


def number_lines():
    for seed in range(100, 160, 2):
        n, m = random.choice([10, 500, 9999, 10000, 30000]), random.choice([1, 30, 5000])
        steps, shift, scale = random.choice([0.0, 0.0, 4.0, 100.0]), random.choice([0.0, 0.05, -0.3, 1.0, 5.0]), random.choice([1.0, 1.0, 1.4, 0.2])
        r, c = sample(seed, n, 1.0, 0.0, steps), sample(seed + 1, m, scale, shift, steps)
        ks = binned_ks(r, c) if n >= FINE else ks_2samp(r, c).statistic
        w = binned_wasserstein(r, c) if n >= FINE else wasserstein_distance(r, c)
        p, q = shares(r, c)
        yield text("numbers", seed, n, steps, m, shift, scale, float(ks), float(w), float(jensenshannon(p, q, base=2)), float(hellinger(p, q)))


def count_lines():
    for k in (1, 2, 2, 2, 3, 5, 12):
        for unseen in (0, 1, 2):
            r = [random.randint(1, 400) for _ in range(k)] + [0] * unseen
            c = [random.randint(0, 60) for _ in range(k - 1)] + [random.randint(1, 60)] + [random.randint(1, 9) for _ in range(unseen)]
            p = np.append(np.array(r[:k]) / sum(r), 0.0)
            q = np.append(np.array(c[:k]), sum(c[k:])) / sum(c)
            chi2 = chi2_contingency(np.array([r, c]).T)
            yield text("counts", len(r), *r, *c, float(jensenshannon(p, q, base=2)), float(hellinger(p, q)), float(chi2[0]), float(chi2[1]))


with open(__file__.rsplit("/", 1)[0] + "/stats_baseline.txt", "w") as out:
    print("# made by make_baseline.py", file=out)
    for lines in (edges_lines, number_lines, count_lines):
        for line in lines():
            print(line, file=out)
