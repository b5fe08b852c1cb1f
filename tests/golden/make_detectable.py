#!/usr/bin/env python3
"""Makes stats_detectable.txt with scipy: "n m alpha h", the least h that Fisher's test finds with a chance of 0.8, the shares symmetric
about one half; the tests' tables in whole numbers, all tables counted. pi: none. "least n m p": p of the two sides apart."""
from math import comb, pi, sin

import numpy as np
from scipy.stats import binom, fisher_exact


def region(n, m, alpha):
    out = np.zeros((n + 1, m + 1), bool)
    for t in range(n + m + 1):
        ways = {k: comb(n, k) * comb(m, t - k) for k in range(max(0, t - m), min(n, t) + 1)}
        for k, way in ways.items():
            out[k, t - k] = sum(w for w in ways.values() if w <= way) / comb(n + m, t) < alpha
    return out


def power(rejects, n, m, h):
    p = sin(pi / 4 - h / 4) ** 2
    return binom.pmf(np.arange(n + 1), n, p) @ rejects @ binom.pmf(np.arange(m + 1), m, 1 - p)


def least(n, m, alpha):
    rejects = region(n, m, alpha)
    low, high = 0, pi
    if power(rejects, n, m, pi) < 0.8:
        return pi
    at = [power(rejects, n, m, i * pi / 2000) for i in range(2001)]
    assert all(b >= a - 1e-12 for a, b in zip(at, at[1:])), "the power does not rise"
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if power(rejects, n, m, middle) < 0.8 else (low, middle)
    return high


with open("stats_detectable.txt", "w") as out:
    for n, m, alpha in [(3, 3, 0.05), (4, 4, 0.05), (5, 5, 0.05), (5, 5, 0.05 / 18), (10, 10, 0.05), (10, 10, 0.05 / 18), (29, 29, 0.05),
                        (30, 30, 0.05 / 18), (1, 20, 0.05), (1, 19, 0.05), (2, 30, 0.05), (7, 40, 0.05 / 4.5), (20, 12, 0.05),
                        (60, 60, 0.05), (60, 60, 0.05 / 18), (25, 300, 0.05), (300, 25, 0.05)]:
        print(n, m, repr(alpha), repr(least(n, m, alpha)), file=out)
    for n, m in [(1, 1), (3, 3), (4, 4), (1, 20), (5, 9), (30, 30)]:
        print("least", n, m, repr(fisher_exact([[n, 0], [0, m]])[1]), file=out)
