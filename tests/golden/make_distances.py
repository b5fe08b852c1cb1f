#!/usr/bin/env python3
"""Makes stats_binned.txt and stats_gaps.txt, with no code of ours. Samples: golden_sample.py.

stats_binned.txt: both samples through bins of the reference's quantiles, and what the distances between the shares are. A value is a lump
when it makes at least 1/parts of the reference and is there more than once. A number's bin is the pair (how many of the quantiles at the
ranks ceil(i n / parts), 0 < i < parts, that are no lumps lie below it; how many lumps lie below it, counted twice, and once more for a
lump itself). An empty share is half a row of its side, the shares then brought back to sum 1.
Fields: seed n scale shift steps (r), seed m scale shift steps (c), parts, bins, psi, kl_div, jensenshannon, hellinger, l_infinity, cosine.

stats_gaps.txt: W1 over the reference's standard deviation (of the population) and the energy distance, by integrals over fractions. The first `odd` values of
each side are replaced: by `high` and by `low` in turn. Fields: seed n scale shift (r), seed m scale shift (c), odd, high, low, W1 / sd, energy."""
import decimal
import math
from collections import Counter
from fractions import Fraction as F

import numpy as np
from golden_sample import sample
from scipy.spatial.distance import jensenshannon

decimal.getcontext().prec = 60
HERE = __file__.rsplit("/", 1)[0]


def binned(r, c, parts):
    n, m = len(r), len(c)
    times = Counter(r.tolist())
    lumps = [v for v, k in times.items() if k > 1 and k * parts >= n]
    ordered = sorted(r.tolist())
    quantiles = {ordered[-(-i * n // parts) - 1] for i in range(1, parts)} - set(lumps)
    def label(x):
        return sum(q < x for q in quantiles), sum(2 * (v < x) + (v == x) for v in lumps)
    a, b = Counter(map(label, r.tolist())), Counter(map(label, c.tolist()))
    labels = sorted(a.keys() | b.keys())
    return np.array([a[k] for k in labels]), np.array([b[k] for k in labels])


def filled(counts):
    share = np.where(counts > 0, counts, 0.5) / counts.sum()
    return share / share.sum()


with open(HERE + "/stats_binned.txt", "w") as out:
    out.write("# made by make_distances.py\n")
    seed = 7000
    shapes = [(1, 0, 0, 1, 0, 0), (1, 0, 0, 1, 0.2, 0), (1, 0, 0, 1, 4, 0), (1, 0, 0, 1, -4, 0), (1, 0, 0, 3, -1, 0), (1e-300, 0, 0, 1e-300, 1e-301, 0), (1e307, 0, 0, 1e307, 1e306, 0),
              (1, 0, 1, 1, 0, 1), (1, 0, 2, 1, 0.5, 2), (1, 0, 2, 1, 0, 0), (1, 0, 8, 1, 0.3, 8), (1, 0, 0, 1, 0.3, 8), (0, 3, 0, 0, 3, 0), (0, 3, 0, 1, 2, 4), (1, 2, 4, 0, 3, 0)]
    for shape in shapes:
        for n, m, parts in ((1000, 800, 10), (300, 3000, 10), (97, 101, 7), (2000, 60, 2), (500, 500, 40), (9, 12, 10), (1, 1, 10), (2, 5, 3), (40, 40, 1000)):
            scale, shift, steps, scale_c, shift_c, steps_c = shape
            seed += 2
            r, c = sample(seed, n, scale, shift, steps), sample(seed + 1, m, scale_c, shift_c, steps_c)
            a, b = binned(r, c, parts)
            p, q, x, y = a / n, b / m, filled(a), filled(b)
            psi, kl = math.fsum((x - y) * np.log(x / y)), math.fsum(x * np.log(x / y))
            js = jensenshannon(p, q) if len(p) > 1 else 0.0
            hellinger = math.sqrt(math.fsum((np.sqrt(p) - np.sqrt(q)) ** 2) / 2)
            cosine = float(p @ q / math.sqrt((p @ p) * (q @ q)))
            row = [len(p), psi, kl, max(0.0, 0.0 if math.isnan(js) else float(js)), hellinger, float(abs(p - q).max()), cosine]
            out.write(" ".join(map(repr, [seed, n, scale, shift, steps, seed + 1, m, scale_c, shift_c, steps_c, parts])) + " " + " ".join(map(repr, row)) + "\n")


def decimal_of(f):
    return decimal.Decimal(f.numerator) / decimal.Decimal(f.denominator)


with open(HERE + "/stats_gaps.txt", "w") as out:
    out.write("# made by make_distances.py\n")
    big, tiny = 1.79e308, 5e-324
    for i, (n, s, h, m, s2, h2, odd, high, low) in enumerate([
            (300, 1.0, 0.0, 200, 1.0, 0.1, 0, 0.0, 0.0), (300, 1e-5, 0.3, 200, 1e-5, 0.300001, 0, 0.0, 0.0), (300, 1e-300, 0.0, 200, 1e-300, 3e-301, 0, 0.0, 0.0), (300, 1e-310, 0.0, 200, 1e-310, 3e-311, 0, 0.0, 0.0),
            (300, 1e307, 0.0, 200, 1e307, 3e306, 0, 0.0, 0.0), (300, 5e307, -8e307, 200, 5e307, -7e307, 0, 0.0, 0.0), (300, 10.0, 50.0, 200, 10.0, 20.0, 5, big, big), (300, 10.0, 50.0, 200, 10.0, 20.0, 4, big, -big), (300, 10.0, 50.0, 200, 10.0, 20.0, 5, -big, -big),
            (300, 1.0, 0.0, 200, 1e-200, 0.0, 0, 0.0, 0.0), (300, 1e-200, 0.0, 200, 1.0, 0.0, 0, 0.0, 0.0), (300, 1e150, 0.0, 200, 1e200, 0.0, 0, 0.0, 0.0), (2, 1.0, 0.0, 2, 1.0, 0.0, 2, tiny, 0.0), (60, 0.0, 0.0, 50, 0.0, 0.0, 1, tiny, tiny), (60, 0.0, 0.0, 50, 0.0, tiny, 1, big, big)]):
        seed = 9000 + 2 * i
        sides = []
        for k, size, scale, shift in ((0, n, s, h), (1, m, s2, h2)):
            x = sample(seed + k, size, scale, shift, 0.0).tolist()
            x[:odd] = [(high, low)[j % 2] for j in range(odd)]
            sides.append([F(v) for v in x])
        r, c = sides
        steps = sorted([(x, F(1, n)) for x in r] + [(x, -F(1, m)) for x in c])
        area = square = gap = F(0)
        for (x, rise), (following, _) in zip(steps, steps[1:]):
            gap += rise
            area += abs(gap) * (following - x)
            square += gap * gap * (following - x)
        mean = sum(r) / n
        deviation = decimal_of(sum((x - mean) ** 2 for x in r) / n).sqrt()
        row = [float(decimal_of(area) / deviation), float(decimal_of(2 * square).sqrt())]
        out.write(" ".join(map(repr, [seed, n, s, h, seed + 1, m, s2, h2, odd, high, low] + row)) + "\n")
