#!/usr/bin/env python3
"""Makes stats_shift.txt with the standard library alone, in decimals of 60 digits:
"law white black drawn k pmf lower upper"  the hypergeometric law, P(X = k), P(X <= k), P(X >= k);
"tails white black drawn tail low high"    the largest tails of at most `tail`: values below low, from high on;
"angle k n j m h"                          |2 asin sqrt(k/n) - 2 asin sqrt(j/m)|."""
from decimal import Decimal as D, getcontext

getcontext().prec = 60


def choose(n, k):
    out = D(1)
    for i in range(min(k, n - k)):
        out = out * (n - i) / (i + 1)
    return out


def law(white, black, drawn):
    low, high = max(0, drawn - black), min(drawn, white)
    out = {low: choose(white, low) * choose(black, drawn - low) / choose(white + black, drawn)}
    for k in range(low, high):
        out[k + 1] = out[k] * (white - k) * (drawn - k) / ((k + 1) * (black - drawn + k + 1))
    return out


def arcsin(x):
    """By halving the angle until the series is short: asin x = 2 asin(x / sqrt(2 (1 + sqrt(1 - x^2))))."""
    times = 1
    while x > D("0.001"):
        x = x / (2 * (1 + (1 - x * x).sqrt())).sqrt()
        times *= 2
    term, total = x, D(0)
    for i in range(30):
        total += term / (2 * i + 1)
        term = term * x * x * (2 * i + 1) / (2 * i + 2)
    return times * total


print("# made by make_shift.py")
LAWS = [(1, 1, 1), (3, 4, 2), (5, 5, 5), (10, 1, 4), (7, 300, 50), (300, 7, 50), (20, 100000, 50), (1000, 99050, 50), (2000, 2000, 2000),
        (125, 3875, 2000), (1, 3999, 2000), (40, 19960, 10000), (9000, 12500, 1500), (60000, 60000, 20000)]
for white, black, drawn in LAWS:
    p = law(white, black, drawn)
    mean, low, high = drawn * white / (white + black), min(p), max(p)
    sd = (mean * black / (white + black) * max(0, white + black - drawn) / (white + black - 1)) ** 0.5
    seen = {low, low + 1, high - 1, high} | {round(mean + z * sd) for z in (-30, -12, -6, -3, -1, -0.3, 0, 0.3, 1, 3, 6, 12, 30)}
    lower, upper, total = {}, {}, D(0)
    for k in range(low, high + 1):
        total += p[k]
        lower[k] = total
    total = D(0)
    for k in range(high, low - 1, -1):
        total += p[k]
        upper[k] = total
    for k in sorted(seen):
        if low <= k <= high:
            print("law", white, black, drawn, k, *(f"{x:.17e}" for x in (p[k], lower[k], upper[k])))
    for tail in ("0.4", "0.025", "0.001", "1e-6", "1e-30"):
        at_most = D(tail)
        first = max([k for k in range(low, high + 1) if lower[k] <= at_most], default=low - 1) + 1
        last = min([k for k in range(low, high + 1) if upper[k] <= at_most], default=high + 1)
        print("tails", white, black, drawn, tail, first, last)
for k, n, j, m in [(0, 7, 7, 7), (1, 100, 23, 1000), (10, 100, 133, 1000), (1, 2, 11, 20), (999999, 1000000, 1, 1), (3, 10 ** 15, 10 ** 15 - 5, 10 ** 15),
                   (0, 5, 1, 10 ** 12), (123, 4567, 890, 12345)]:
    a, b = (2 * arcsin((D(x) / D(y)).sqrt()) for x, y in ((k, n), (j, m)))
    print("angle", k, n, j, m, f"{abs(a - b):.17e}")
