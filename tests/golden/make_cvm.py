#!/usr/bin/env python3
"""Makes stats_cvm.txt: Cramér and von Mises' test where rows are tied, from its definition T = nm / N^2 sum over rows of (F - G)^2, in fractions.
Samples as "value:times in r:times in c" joined by commas.
"exact samples T p": p by walking through every choice of n rows (all of them listed for N <= 12, counted value by value beyond).
"moments samples T p": the limit law at T's mean and variance over all choices (summed over pairs of values, hypergeometric joint law), by mpmath.
"drawn samples T p error": p from 200,000 random choices (numpy), and its standard error."""
import itertools
import math
from collections import Counter
from fractions import Fraction

import mpmath as M
import numpy as np

M.mp.dps = 40


def statistic(table):
    n, m = sum(a for a, _ in table), sum(b for _, b in table)
    u = v = total = 0
    for a, b in table:
        u, v = u + a, v + b
        total += (a + b) * (Fraction(u, n) - Fraction(v, m)) ** 2
    return total * n * m / (n + m) ** 2


def listed(table):
    n, sizes = sum(a for a, _ in table), [a + b for a, b in table]
    rows = [i for i, s in enumerate(sizes) for _ in range(s)]
    t, hits, ways = statistic(table), 0, 0
    for chosen in itertools.combinations(range(len(rows)), n):
        took = Counter(rows[i] for i in chosen)
        hits += statistic([(took[i], s - took[i]) for i, s in enumerate(sizes)]) >= t
        ways += 1
    return Fraction(hits, ways)


def counted(table):
    n, m = sum(a for a, _ in table), sum(b for _, b in table)
    at, below = {0: {0: 1}}, 0
    for a, b in table:
        size, below, new = a + b, below + a + b, {}
        for u, sums in at.items():
            for more in range(max(0, below - m - u), min(size, n - u) + 1):
                to = u + more
                add = size * (m * to - n * (below - to)) ** 2
                into = new.setdefault(to, {})
                for s, ways in sums.items():
                    into[s + add] = into.get(s + add, 0) + ways * math.comb(size, more)
        at = new
    limit = statistic(table) * n * m * (n + m) ** 2
    return Fraction(sum(w for s, w in at[n].items() if s >= limit), math.comb(n + m, n))


def moments(table):
    """Of T over all choices: E e_j^2 e_k^2 from the joint hypergeometric law of (u_j, u_k)."""
    n, all_rows = sum(a for a, _ in table), sum(a + b for a, b in table)
    sizes, ends, end = [], [], 0
    for a, b in table:
        end += a + b
        sizes.append(a + b)
        ends.append(end)
    off = lambda u, k: Fraction(u) - Fraction(n * k, all_rows)
    law = lambda rows, marked, drawn: [(u, Fraction(math.comb(marked, u) * math.comb(rows - marked, drawn - u), math.comb(rows, drawn)))
                                       for u in range(max(0, drawn - rows + marked), min(marked, drawn) + 1)]
    mean = second = Fraction(0)
    for j, (tj, kj) in enumerate(zip(sizes, ends)):
        for u, p in law(all_rows, n, kj):
            square = off(u, kj) ** 2
            mean += tj * p * square
            second += tj * tj * p * square * square
            for tk, kk in list(zip(sizes, ends))[j + 1:]:
                second += 2 * tj * tk * p * square * sum(q * off(u + w, kk) ** 2 for w, q in law(all_rows - kj, n - u, kk - kj))
    scale = Fraction(n * (all_rows - n))
    return mean / scale, second / scale ** 2 - (mean / scale) ** 2


def limit_sf(x):
    """P(W^2 > x): Smirnov's alternating integrals."""
    if x <= 0:
        return M.mpf(1)
    total = M.mpf(0)
    for k in range(1, 60):
        lo, hi = (2 * k - 1) * M.pi, 2 * k * M.pi
        part = M.quad(lambda f: 2 * M.exp(-x * (u := lo + M.pi * M.sin(f / 2) ** 2) ** 2 / 2) * M.pi * M.sin(f) / 2 / M.sqrt(u * abs(M.sin(u))),
                      [M.mpf(0), M.pi / 2, M.pi])
        total += part if k % 2 else -part
        if part < M.mpf(10) ** -30 * total:
            break
    return total / M.pi


def untied(n, m):
    N, k = M.mpf(n + m), M.mpf(n) * m
    return (1 + 1 / N) / 6, (N + 1) * (4 * k * N - 3 * (n * n + m * m) - 2 * k) / (45 * N * N * 4 * k)


def limit(table):
    n, m = sum(a for a, _ in table), sum(b for _, b in table)
    number = lambda f: M.mpf(f.numerator) / f.denominator
    t, (mean, variance), (mean0, variance0) = number(statistic(table)), map(number, moments(table)), untied(n, m)
    p = limit_sf(M.mpf(1) / 6 + (t - mean) / M.sqrt(45 * variance))
    if all(a + b == 1 for a, b in table):
        return p
    least = variance0 / mean0 ** 2
    weight = min(max((variance / mean ** 2 - least) / (2 - least), 0), 1)
    square = 1 + (t - mean) * M.sqrt(2 / variance)
    return (1 - weight) * p + weight * (M.erfc(M.sqrt(square / 2)) if square > 0 else 1)


def cheap(table):
    """Few enough values of the statistic below T that the library counts them all."""
    n, m = sum(a for a, _ in table), sum(b for _, b in table)
    return n * m * statistic(table) * n * m * (n + m) ** 2 / math.gcd(n, m) ** 2 <= 2e7


def drawn(table, rng, draws=200000):
    n, sizes = sum(a for a, _ in table), np.array([a + b for a, b in table])
    m, ends = int(sizes.sum()) - n, np.cumsum(sizes)
    t, hits = statistic(table) * n * m, 0
    for _ in range(draws // 1000):
        u = np.cumsum(rng.multivariate_hypergeometric(sizes, n, size=1000), axis=1)
        e = u - n * ends / (n + m)
        hits += np.count_nonzero((sizes * e * e).sum(axis=1) >= float(t) * (1 - 1e-12))
    p = hits / draws
    return p, math.sqrt(p * (1 - p) / draws)


def sides(rng, n, m, draw, shift):
    r, c = Counter(draw(n).tolist()), Counter((draw(m) + shift).tolist())
    return [(r[v], c[v]) for v in sorted(set(r) | set(c))]


def text(table):
    return ",".join("%d:%d:%d" % (i, a, b) for i, (a, b) in enumerate(table))


rng = np.random.default_rng(11)
whole = lambda k: lambda n: rng.integers(0, k, n).astype(float)
zeros = lambda share: lambda n: np.where(rng.random(n) < share, 0, np.ceil(rng.exponential(40, n)))
poisson = lambda n: rng.poisson(4, n).astype(float)
with open(__file__.rsplit("/", 1)[0] + "/stats_cvm.txt", "w") as out:
    out.write("# made by make_cvm.py\n")
    small = [[(30, 3)], [(2, 0), (0, 2)], [(1, 2), (3, 1)], [(2, 2), (1, 3), (2, 0)], [(0, 3), (4, 0), (1, 2)], [(1, 0), (0, 1), (2, 1), (1, 3), (1, 1)]]
    for table in small:
        t, p = statistic(table), counted(table)
        assert sum(map(sum, table)) > 12 or listed(table) == p
        out.write("exact %s %r %r\n" % (text(table), float(t), float(p)))
    for n, m, draw, shift in [(5, 7, whole(3), 0), (8, 4, whole(4), 1), (20, 20, poisson, 1), (20, 3, zeros(.5), 0), (30, 20, whole(5), 1), (40, 40, zeros(.8), 0), (60, 6, whole(6), 2),
                              (24, 36, poisson, 1)]:
        table = sides(rng, n, m, draw, shift)
        out.write("exact %s %r %r\n" % (text(table), float(statistic(table)), float(counted(table))))
    for n, m, draw, shift in [(70, 81, whole(2), 0), (70, 81, whole(5), 1), (101, 97, poisson, 1), (120, 41, zeros(.8), 0), (55, 110, zeros(.95), 0), (60, 79, lambda n: rng.permutation(140)[:n] * 1.0, 9)]:
        table = sides(rng, n, m, draw, shift)
        out.write("%s %s %r %r\n" % ("exact" if cheap(table) else "moments", text(table), float(statistic(table)), float((counted if cheap(table) else limit)(table))))
    for n, m, draw, shift in [(500, 501, whole(2), 0), (2000, 200, zeros(.8), 0), (900, 1100, zeros(.95), 0), (3000, 301, poisson, .0), (400, 601, whole(3), 0), (1000, 1001, whole(10), 0)]:
        for wanted in (0.05, 0.004):
            best = None
            for _ in range(25):
                table = sides(rng, n, m, draw, shift)
                if sum(a + b > 0 for a, b in table) < 2:
                    continue
                p, _ = drawn(table, rng, 2000)
                if p and (best is None or abs(math.log(p / wanted)) < abs(math.log(best[0] / wanted))):
                    best = p, table
            p, error = drawn(best[1], rng)
            out.write("drawn %s %r %r %r\n" % (text(best[1]), float(statistic(best[1])), p, error))
