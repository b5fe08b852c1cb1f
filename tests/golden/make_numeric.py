#!/usr/bin/env python3
"""Makes stats_numeric.txt: histogram edges and counts and quantiles from numpy 1, moments from fractions. Samples: golden_sample.py."""
import math
import random
from fractions import Fraction

import numpy as np
from golden_sample import sample

random.seed(5)
assert np.__version__.startswith("1."), "numpy 2 has other edges for integers"


def text(*fields):
    return " ".join(f if isinstance(f, str) else repr(float(f)) if isinstance(f, float) else str(f) for f in fields) + "\n"


def edges_lines():
    sizes = [1, 2, 3, 40, 64, 80, 1000, 1024, 2000, 4096, 8192, 10000, 16384, 100000]
    for n in sizes * 12:
        low = random.choice([0.0, -1.0, random.uniform(-1e3, 1e3), random.uniform(-1, 1) * 1e-12, random.uniform(-1, 1) * 1e12])
        high = low + random.choice([0.0, 1.0, random.uniform(0, 10), random.uniform(0, 1e6), random.uniform(0, 1e-3), 5e-324])
        x = np.full(n, low)
        x[-1] = high
        low, high = x.min(), x.max()
        edges = np.histogram_bin_edges(x, bins="sturges")
        bins = len(edges) - 1
        yield text("edges", float(low), float(high), n, bins, float(edges[0]), float(edges[bins // 2]), float(edges[bins - 1]), float(edges[bins]))


def count_lines():
    for seed in range(20):
        n = random.choice([2, 40, 64, 1000, 4096])
        scale, shift, steps = random.choice([(1.0, 0.0, 0.0), (100.0, -150.0, 1.0), (3.0, 5.0, 10.0), (2.0, 0.0, 64.0)])
        counts, edges = np.histogram(sample(seed, n, scale, shift, steps), bins="sturges")
        yield text("counts", seed, n, scale, shift, steps, *[int(c) for c in counts])


def quantile_lines():
    for seed in range(40):
        n = random.choice([1, 2, 3, 10, 1001, 5000])
        steps = random.choice([0.0, 0.0, 10.0])
        q = random.choice([0.0, 1.0, 0.5, 0.05, 0.95, 0.25, 0.75, random.random(), random.random()])
        yield text("quantile", seed, n, steps, q, float(np.quantile(sample(seed, n, 10.0, -15.0, steps), q)))


def root(x):
    """Square root of a fraction to some 40 digits."""
    return Fraction(math.isqrt(x.numerator * x.denominator * 10 ** 80), x.denominator * 10 ** 40)


def moment_lines():
    for seed, (n, scale, shift, steps) in enumerate([(1, 1.0, 0.0, 0.0), (2, 1.0, 0.0, 0.0), (3, 1.0, 1e9, 0.0), (1000, 1.0, 0.0, 0.0), (1000, 1.0, 1e9, 0.0),
                                                     (2048, 100.0, -150.0, 1.0), (2049, 1e-8, 1.0, 0.0), (7001, 5.0, 1e6, 4.0), (5000, 1e100, 0.0, 0.0)]):
        x = [Fraction(float(v)) for v in sample(seed, n, scale, shift, steps)]
        mean = sum(x) / n
        m2, m3, m4 = (sum((v - mean) ** k for v in x) / n for k in (2, 3, 4))
        skew, kurtosis = (float(m3 / (m2 * root(m2))), float(m4 / (m2 * m2) - 3)) if m2 else (math.nan, math.nan)
        yield text("moments", seed, n, scale, shift, steps, float(mean), float(m2), skew, kurtosis)


with open(__file__.rsplit("/", 1)[0] + "/stats_numeric.txt", "w") as out:
    out.write("# made by make_numeric.py\n")
    for lines in (edges_lines, count_lines, quantile_lines, moment_lines):
        out.writelines(lines())
