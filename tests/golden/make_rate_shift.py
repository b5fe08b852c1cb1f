#!/usr/bin/env python3
"""Makes rate_shift.txt: exact p-values of stats/answers/rate_shift.h, in fractions, from all sums of hypergeometric counts. Those of one
prompt are scipy.stats.fisher_exact's.

PROMPTS {YES_REFERENCE ALL_REFERENCE YES_CURRENT ALL_CURRENT}... P"""
import random
from fractions import Fraction
from math import comb

rng = random.Random(20261130)


def law(a, n, b, m):
    yes = a + b
    return {k: Fraction(comb(n, k) * comb(m, yes - k), comb(n + m, yes)) for k in range(max(0, yes - m), min(n, yes) + 1)}


def case(tables):
    total, seen = {0: Fraction(1)}, 0
    for a, n, b, m in tables:
        if not n or not m:
            continue
        seen += a
        new = {}
        for s, p in total.items():
            for k, q in law(a, n, b, m).items():
                new[s + k] = new.get(s + k, 0) + p * q
        total = new
    p = sum(q for q in total.values() if q <= total[seen])
    print(len(tables), " ".join(" ".join(map(str, t)) for t in tables), repr(float(p)))


case([(0, 12, 12, 12)])
case([(3, 10, 7, 10)])
case([(1, 8, 1, 4)])
case([(0, 5, 0, 5)])
case([(5, 5, 5, 5)])
case([(0, 40, 3, 10), (0, 40, 2, 10), (1, 40, 3, 10)])
case([(4, 4, 0, 4), (0, 4, 4, 4)])
case([(2, 6, 0, 0), (1, 9, 6, 9)])
case([(10, 400, 60, 400)])
case([(0, 300, 300, 300)])
for _ in range(6):
    case([(rng.randint(0, n), n, rng.randint(0, m), m) for n, m in [(rng.randint(1, 12), rng.randint(1, 12)) for _ in range(rng.randint(2, 6))]])
