#!/usr/bin/env python3
"""Makes stats_lattice.txt: exact p-values of two samples, in whole numbers.
"kuiper n m h p": P(V >= h / lcm(n, m)) by counting the lattice paths inside every strip (n != m), or by the reflection principle (n = m, Maag and Stephens 1968).
"cvm seed n seed m scale shift steps statistic p": scipy's exact method, beyond its own limit of 20 too, of samples without ties; samples by golden_sample.py."""
import math
import random
from fractions import Fraction

from golden_sample import sample
from scipy import stats

random.seed(3)


def inside(n, m, low, high):
    """Paths from (0, 0) to (n, m) with low <= i b - j a <= high all the way."""
    g = math.gcd(n, m)
    a, b = n // g, m // g
    row = []
    for i in range(n + 1):
        new = []
        for j in range(m + 1):
            ways = (1 if i + j == 0 else 0) + (row[j] if i else 0) + (new[j - 1] if j else 0)
            new.append(ways if low <= i * b - j * a <= high else 0)
        row = new
    return row[m]


def kuiper(n, m, h):
    if n == m:
        c = lambda j: math.comb(2 * n, n + j) if j <= n else 0
        many = 2 * sum(h * c(k * h) - (h + 1) * c(k * (h + 1)) for k in range(1, n // h + 2))
        return Fraction(many, math.comb(2 * n, n))
    w = h - 1
    short = sum(inside(n, m, -d, w - d) for d in range(w + 1)) - sum(inside(n, m, -(d - 1), w - d) for d in range(1, w + 1))
    return 1 - Fraction(short, math.comb(n + m, n))


with open(__file__.rsplit("/", 1)[0] + "/stats_lattice.txt", "w") as out:
    out.write("# made by make_lattice.py\n")
    for n, m in [(1, 1), (1, 2), (2, 3), (2, 4), (4, 2), (3, 9), (6, 9), (8, 12), (10, 11), (7, 30), (20, 30), (25, 50), (40, 24)]:
        lcm = math.lcm(n, m)
        for h in sorted({1, 2, lcm // 3, lcm // 2, 2 * lcm // 3, lcm - 1, lcm} - {0}):
            if h <= 200:
                out.write("kuiper %d %d %d %r\n" % (n, m, h, float(kuiper(n, m, h))))
    for n, hs in [(2, [1, 2]), (5, [1, 2, 3, 5]), (6, [2]), (40, [3, 7, 14, 22, 30, 40]), (1000, [20, 40, 60, 100, 300, 600]), (20000, [100, 300, 1200, 3000])]:
        for h in hs:
            p = float(kuiper(n, n, h))
            if p > 1e-290:
                out.write("kuiper %d %d %d %r\n" % (n, n, h, p))
    seed = 900
    for n, m in [(2, 2), (5, 7), (20, 20), (21, 21), (24, 24), (30, 15), (40, 40), (22, 44)]:
        for shift in (0.0, 0.3):
            for steps in (0.0, 4.0):
                seed += 2
                if steps:
                    continue
                t = stats.cramervonmises_2samp(sample(seed, n, 1.0, 0.0, steps), sample(seed + 1, m, 1.0, shift, steps), method="exact")
                out.write("cvm %d %d %d %d 1.0 %r %r %r %r\n" % (seed, n, seed + 1, m, shift, steps, float(t.statistic), float(t.pvalue)))
