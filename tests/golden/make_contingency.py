#!/usr/bin/env python3
"""Makes stats_contingency.txt: chi-square, G and Fisher from scipy, G's statistic and z from mpmath, exceedance from fractions.
Lines: "table k ref… cur… fit fit_p homogeneity homogeneity_p g g_p", "equal k ref… cur… g_fit g_fit_p", "z hits n hits n z p p_by_cdf", "fisher a b c d odds p",
"exceed n m k p"."""
import math
import random
import warnings
from fractions import Fraction

import numpy as np
from mpmath import mp, mpf
import mpmath as M
from scipy import stats

mp.dps = 50
warnings.simplefilter("ignore")
random.seed(13)


def line(*fields):
    return " ".join(repr(float(f)) if isinstance(f, (float, np.floating)) else str(f) for f in fields) + "\n"


def likelihood_ratio(both):
    """2 sum O ln(O / E), which scipy loses to cancellation when it is small."""
    n, m = (mpf(sum(side)) for side in zip(*both))
    g = 2 * sum((a * M.log(a * (n + m) / ((a + b) * n)) if a else 0) + (b * M.log(b * (n + m) / ((a + b) * m)) if b else 0) for a, b in both)
    assert abs(g - stats.chi2_contingency(np.array(both).T, correction=False, lambda_="log-likelihood")[0]) < 1e-6
    return float(g)


def tables():
    for k in [2, 2, 3, 5, 12] * 8:
        most = random.choice([5, 50, 1000, 10 ** 6])
        ref = [random.randint(0, most) for _ in range(k)]
        cur = [random.randint(0, random.choice([1, 3]) * most) for _ in range(k)] if random.random() < 0.7 else [x + random.randint(0, 1 + x // 20) for x in ref]
        if not sum(ref) or not sum(cur) or sum(1 for a, b in zip(ref, cur) if a or b) < 2:
            continue
        both = [(a, b) for a, b in zip(ref, cur) if a or b]
        a, b = np.array(both).T.astype(float)
        fit = stats.chisquare(b, a * (b.sum() / a.sum()))
        homogeneity = stats.chi2_contingency(np.array(both).T, correction=False)
        g = likelihood_ratio(both)
        yield line("table", k, *ref, *cur, fit[0], fit[1], homogeneity[0], homogeneity[1], g, stats.chi2.sf(g, len(both) - 1))
    for k in [2, 3, 6] * 4:
        ref = [random.randint(1, 200) for _ in range(k)]
        cur = ref[:]
        for _ in range(random.randint(1, 60)):
            i, j = random.randrange(k), random.randrange(k)
            if cur[i]:
                cur[i] -= 1
                cur[j] += 1
        g = float(2 * sum(b * M.log(mpf(b) / a) for a, b in zip(ref, cur) if b))
        assert abs(g - stats.power_divergence(np.array(cur, float), np.array(ref, float), lambda_="log-likelihood")[0]) < 1e-9
        yield line("equal", k, *ref, *cur, g, stats.chi2.sf(g, k - 1))


def proportions():
    for _ in range(40):
        n, m = random.randint(1, 10 ** random.randint(1, 6)), random.randint(1, 10 ** random.randint(1, 6))
        p = random.random()
        a, b = int(n * p), min(m, int(m * p * random.choice([1, 1.02, 1.3])))
        if a + b == 0 or (a == n and b == m):
            continue
        share = mpf(a + b) / (n + m)
        z = (mpf(a) / n - mpf(b) / m) / M.sqrt(share * (1 - share) * (mpf(1) / n + mpf(1) / m))
        tail = M.erfc(abs(z) / M.sqrt(2))
        if tail > mpf("1e-290"):
            yield line("z", a, n, b, m, float(z), float(tail), float(2 * (1 - stats.norm.cdf(abs(float(z))))))


def fisher():
    fixed = [(3, 1, 1, 3), (1, 9, 11, 3), (0, 10, 10, 0), (0, 5, 3, 2), (10, 10, 10, 10), (5, 0, 7, 3)]
    for _ in range(40):
        most = random.choice([6, 30, 400, 20000])
        fixed.append(tuple(random.randint(0, most) for _ in range(4)))
    for a, b, c, d in fixed:
        if min(a + b, c + d, a + c, b + d) == 0:
            continue
        # exact: the tables at most as likely as this one, in whole numbers
        white, black, drawn = a + b, c + d, a + c
        if white + black < 2000:
            weights = [math.comb(white, k) * math.comb(black, drawn - k) for k in range(max(0, drawn - black), min(drawn, white) + 1)]
            seen = math.comb(white, a) * math.comb(black, drawn - a)
            p = float(Fraction(sum(w for w in weights if w <= seen), sum(weights)))
        else:
            p = stats.fisher_exact([[a, b], [c, d]])[1]
        if p > 1e-290:
            yield line("fisher", a, b, c, d, math.inf if b * c == 0 else a * d / (b * c), p)


def fisher_large():
    """By mpmath: log gamma and ratios of neighbours."""
    for a, b, c, d in [(500000000, 500000000, 500020000, 499980000), (500000000, 500000000, 500300000, 499700000), (1000, 10 ** 9, 1300, 10 ** 9), (10 ** 6, 10, 999950, 60),
                       (123456789, 987654321, 123456, 987653), (300000, 700000, 310000, 690000), (40, 10 ** 9, 2, 5 * 10 ** 8), (250000000, 750000000, 250400000, 749600000)]:
        white, black, drawn = a + b, c + d, a + c
        log_comb = lambda n, k: M.loggamma(n + 1) - M.loggamma(k + 1) - M.loggamma(n - k + 1)
        log_weight = lambda k: log_comb(white, k) + log_comb(black, drawn - k) - log_comb(white + black, drawn)
        low, high = max(0, drawn - black), min(drawn, white)
        seen = log_weight(a) + mpf("1e-30")
        mode = (drawn + 1) * (white + 1) // (white + black + 2)

        def tail(k, step):
            term, total, stop = mpf(1), mpf(0), high if step > 0 else low
            while True:
                total += term
                if k == stop or term < total * mpf("1e-22"):
                    return total
                other = black - drawn + k
                term *= mpf((white - k) * (drawn - k)) / ((k + 1) * (other + 1)) if step > 0 else mpf(k * other) / ((white - k + 1) * (drawn - k + 1))
                k += step

        def edge(inner, outer):
            """The value nearest to inner, towards outer, at most as likely as the seen one; None when there is none."""
            if log_weight(outer) > seen:
                return None
            while abs(outer - inner) > 1:
                middle = (inner + outer) // 2
                inner, outer = (inner, middle) if log_weight(middle) <= seen else (middle, outer)
            return outer

        up, down = edge(mode, high), edge(mode, low)
        p = 1 if log_weight(mode) <= seen else sum(M.exp(log_weight(k)) * tail(k, step) for k, step in ((up, 1), (down, -1)) if k is not None)
        yield line("fisher", a, b, c, d, a * d / (b * c), float(p))


def exceedance():
    for n, m, k in [(10, 10, 1), (10, 10, 10), (10, 10, 11), (1, 5, 3), (5000, 5000, 1), (5000, 5000, 12), (5000, 5000, 400), (100, 100000, 4096), (100, 100000, 4097),
                    (3, 50000, 49000), (7, 0, 1), (7, 3, 0), (1000, 100000, 40000)]:
        p = mpf(1)
        for i in range(k):
            p = p * (m - i) / (n + m - i) if i < m else mpf(0)
        yield line("exceed", n, m, k, float(p))


with open(__file__.rsplit("/", 1)[0] + "/stats_contingency.txt", "w") as out:
    out.write("# made by make_contingency.py\n")
    for lines in (tables, proportions, fisher, fisher_large, exceedance):
        out.writelines(lines())
