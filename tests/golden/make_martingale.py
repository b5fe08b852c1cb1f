#!/usr/bin/env python3
"""stats_martingale.txt: the capital of a betting martingale, computed the long way round.

Every expert is kept by itself: one for each look at which money leaves the cash and each density it is put on; the Dirichlet histograms by
scipy's gammaln from their closed form. The C code merges the experts of a density into one account; the sums must agree.
Also conformal p-values of numbers and categories, ranked by brute force among all that came before.
"""
import math
import numpy as np
from scipy.special import gammaln, logsumexp
from golden_sample import uniform

EDGES = [0, .001, .01, .05, .1, .2, .3, .4, .5, .6, .7, .8, .9, .95, .99, .999, 1]
LOCATION = [.1, .3, .8, -.1, -.3, -.8]
SCALE = [.15, .4, -.15, -.4]
SHARES = [.25, .6, 1.5, 4, 30]


def cash(t):
    return 1.0 if t == 0 else 1 / (2 + math.log(t))


def dirichlet(count, mass, scale):
    count, mass = np.array(count, float), np.array(mass, float)
    prior = scale * mass
    return float(gammaln(scale) - gammaln(scale + count.sum()) + (gammaln(prior + count) - gammaln(prior) - count * np.log(mass)).sum())


def shares(p, width, edges):
    """of each bin, by p-value: what it has of [p, p + width]"""
    if width == 0:
        return np.array([np.histogram([x], edges)[0] for x in p], float)
    return np.array([[max(0, min(x + width, high) - max(x, low)) / width for low, high in zip(edges, edges[1:])] for x in p])


def densities(edges, width):
    """(weight, logarithm of the gain on an array of p)"""
    bins = len(edges) - 1
    mass = np.diff(edges)

    def mean(primitive, point):
        return (lambda p: (primitive(2 * (p + width) - 1) - primitive(2 * p - 1)) / (2 * width)) if width else (lambda p: point(2 * p - 1))

    for e in LOCATION:
        f = mean(lambda t, e=e: t + e * t * t / 2, lambda t, e=e: 1 + e * t)
        yield .3 / 6, lambda p, f=f: np.log(f(p))
    for e in SCALE:
        f = mean(lambda t, e=e: t + e * (t ** 3 - t), lambda t, e=e: 1 + e * (3 * t * t - 1))
        yield .15 / 4, lambda p, f=f: np.log(f(p))
    for b in range(bins):
        for k in SHARES:
            bet = mass[b] if mass[b] == 1 else min(k * mass[b], max(.9, mass[b]))
            gain = np.full(bins, math.log((1 - bet) / (1 - mass[b])) if mass[b] < 1 else 0.)
            gain[b] = math.log(bet / mass[b])
            yield .3 / (5 * bins), lambda p, gain=gain: shares(p, width, edges) @ gain


def capital(looks, edges, width):
    """ln of the capital after each look"""
    mass = np.diff(edges)
    counts = [shares(p, width, edges).sum(axis=0) for p in looks]
    gains = [(w, np.array([f(p).sum() for p in looks])) for w, f in densities(edges, width)]
    out = []
    for t in range(1, len(looks) + 1):
        terms = [math.log(.75 * cash(t))]
        for w, gain in gains:
            for start in range(1, t + 1):
                terms.append(math.log(w * (cash(start - 1) - cash(start))) + gain[start - 1:t].sum())
        k = 0
        while 2 ** k <= t:
            since = sum(counts[2 ** k - 1:t])
            for scale in (16, 256):
                terms.append(math.log(.25 / ((k + 1) * (k + 2)) / 2) + dirichlet(since, mass, scale))
            k += 1
        terms.append(math.log(.25 / (k + 1)))
        out.append(float(logsumexp(terms)))
    return out


def rank_p(pool, x, theta):
    return (sum(v < x for v in pool) + theta * (sum(v == x for v in pool) + 1)) / (len(pool) + 1)


def main():
    print("# dirichlet SCALE BINS | counts | masses -> ln capital")
    for scale, counts in ((16, [3, 0, 5]), (256, [1000, 900, 1100]), (16, [123456, 1, 7]), (256, [0, 1, 0]), (16, [100000000, 200000000, 100000000])):
        mass = [.25, .5, .25]
        print("dirichlet", scale, len(mass), *counts, *mass, repr(dirichlet(counts, mass, scale)))
    print("# capital SEED LOOKS SIZE POWER FROM WIDTH EDGES... : p = (1 - WIDTH) u ^ (POWER from look FROM on), spread over [p, p + WIDTH] -> ln capital after look 1 and every max(1, LOOKS / 5) looks")
    plain = EDGES
    for seed, n, size, power, start, width, edges in ((1, 60, 20, 1, 1, 0, plain), (2, 40, 50, 1.3, 10, 0, plain), (3, 30, 40, .7, 1, 0, plain), (4, 40, 25, 1, 1, 0, [0, .2, .97, 1]),
                                               (5, 33, 30, 2, 16, 0, [0, .5, 1]), (6, 5, 400, 1.5, 2, 0, plain), (7, 10, 3, 1.2, 1, 0, [0, 1]),
                                                      (8, 20, 50, 1.4, 5, .0625, plain), (9, 20, 50, .5, 5, .75, [0, .2, .97, 1])):
        u = uniform(seed, n * size).reshape(n, size)
        looks = [(1 - width) * u[t] ** (power if t + 1 >= start else 1) for t in range(n)]
        print("capital", seed, n, size, power, start, width, len(edges) - 1, *edges, *[repr(v) for v in capital(looks, edges, width)][:: max(1, n // 5)])
    print("# category SEED N CELLS: arrivals floor(CELLS u^2), theta the next uniform; of category c first (5 + 7 c) mod 11 -> the p-values")
    for seed, n, cells in ((11, 12, 4), (12, 20, 3)):
        u = uniform(seed, 2 * n)
        pool = [c for c in range(cells) for _ in range((5 + 7 * c) % 11)]
        p = []
        for i in range(n):
            x = int(cells * u[2 * i] ** 2)
            p.append(float(rank_p(pool, x, u[2 * i + 1])))
            pool.append(x)
        print("category", seed, n, cells, *[repr(v) for v in p])


main()
