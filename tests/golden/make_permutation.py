#!/usr/bin/env python3
"""Makes permutation.txt: exact permutation p-values that random permutations must come near to, and the hypergeometric law.
"tvd k ref... cur... distance p p_tied": over all tables with these margins, in whole numbers; p_tied: the share of exact ties.
"hypergeometric white black drawn mean variance"."""
import math
from fractions import Fraction


def tables(both, left):
    if not both:
        if left == 0:
            yield ()
        return
    for a in range(max(0, left - sum(both[1:])), min(both[0], left) + 1):
        for rest in tables(both[1:], left - a):
            yield (a,) + rest


def tvd(ref, cur):
    n, m, both = sum(ref), sum(cur), [a + b for a, b in zip(ref, cur)]
    gap = lambda a: sum(abs(x * m - (t - x) * n) for x, t in zip(a, both))
    seen, hits, ties = gap(ref), 0, 0
    for a in tables(both, n):
        ways = math.prod(math.comb(t, x) for t, x in zip(both, a))
        hits += ways * (gap(a) >= seen)
        ties += ways * (gap(a) == seen)
    every = math.comb(n + m, n)
    return float(Fraction(seen, 2 * n * m)), float(Fraction(hits, every)), float(Fraction(ties, every))


with open(__file__.rsplit("/", 1)[0] + "/permutation.txt", "w") as out:
    out.write("# made by make_permutation.py\n")
    for ref, cur in [((3, 1), (1, 3)), ((20, 20), (20, 20)), ((40, 12, 8), (30, 25, 5)), ((60, 30), (100, 80)), ((5, 0, 5), (5, 5, 0)), ((15, 15, 10, 5), (10, 20, 10, 9)),
                     ((200, 100), (170, 140)), ((1, 0), (0, 1)), ((30, 0), (0, 12))]:
        out.write("tvd %d %s %s %r %r %r\n" % (len(ref), " ".join(map(str, ref)), " ".join(map(str, cur)), *tvd(ref, cur)))
    for white, black, drawn in [(5, 5, 3), (30, 70, 11), (1000, 20, 500), (20, 1000, 900), (10 ** 6, 10 ** 6, 10 ** 6), (10 ** 9, 3 * 10 ** 9, 123456789), (50, 50, 99), (10 ** 12, 10 ** 6, 10 ** 7)]:
        all = white + black
        mean = Fraction(drawn * white, all)
        variance = mean * Fraction(black, all) * Fraction(all - drawn, all - 1)
        out.write("hypergeometric %d %d %d %r %r\n" % (white, black, drawn, float(mean), float(variance)))
