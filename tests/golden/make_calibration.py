#!/usr/bin/env python3
"""Makes calibration.txt. Scores and labels: as the binary cases of make_metrics.py, from golden_sample.py.
isotonic: seed n steps one_in, then what scikit-learn's IsotonicRegression(out_of_bounds="clip") makes of 0.1, 0.2 … 0.9, and the sum over all rows;
platt: seed n steps one_in scale: slope and intercept, mpmath's root of the gradient (scores times scale: 1 is fitted on logits, others as they are);
temperature: seed n steps one_in: the temperature;
rounded: seed n digits: slope and intercept of Platt's map where labels follow slope 0.5 and scores are rounded; by mpmath, over the distinct scores."""
import mpmath as mp
import numpy as np
from golden_sample import bits, sample, uniform
from sklearn.isotonic import IsotonicRegression

mp.mp.dps = 30


def data(seed, n, steps, one_in):
    y = bits(seed + 1, n) % np.uint64(one_in) == 0
    return y, np.where(y, sample(seed, n, 0.25, 0.25, steps), sample(seed, n, 1 / 3, 0.0, steps))


def clip_of(p):
    off = np.minimum(p, 1 - p)
    return max(off[off > 0].min(initial=0.5) / 2, 2.0**-40) if (off == 0).any() else 2.0**-40


def logit(p, clip):
    p = mp.mpf(float(min(max(p, clip), 1 - clip)))
    return mp.log(p / (1 - p))


def platt(z, count, positives):
    """Slope and intercept from the distinct z, how many rows have each, and how many of them are positives."""
    pos, n = int(sum(positives)), int(sum(count))
    high, low = mp.mpf(pos + 1) / (pos + 2), mp.mpf(1) / (n - pos + 2)

    def gradient(a, b):
        d = [int(c) / (1 + mp.exp(-(a * u + b))) - int(k) * high - int(c - k) * low for u, c, k in zip(z, count, positives)]
        return [mp.fsum(e * u for e, u in zip(d, z)), mp.fsum(d)]

    return mp.findroot(gradient, (0.5, -0.5))


def line(out, kind, fields, values):
    out.write(" ".join([kind] + [repr(f) for f in fields] + [repr(float(v)) for v in values]) + "\n")


with open(__file__.rsplit("/", 1)[0] + "/calibration.txt", "w") as out:
    out.write("# made by make_calibration.py\n")
    for i, (n, steps, one_in) in enumerate([(10, 0.0, 2), (300, 0.0, 3), (300, 10.0, 3), (5000, 0.0, 2), (20000, 50.0, 10)]):
        seed = 10 * i + 2005
        y, p = data(seed, n, steps, one_in)
        fit = IsotonicRegression(out_of_bounds="clip").fit(p, y.astype(float))
        line(out, "isotonic", [seed, n, steps, one_in], list(fit.predict(np.arange(1, 10) / 10)) + [fit.predict(p).sum()])
    for i, (n, steps, one_in, scale) in enumerate([(30, 0.0, 2, 1.0), (400, 10.0, 3, 1.0), (400, 0.0, 10, 8.0), (200, 0.0, 3, -5.0)]):
        seed = 10 * i + 3005
        y, p = data(seed, n, steps, one_in)
        z = [logit(v, clip_of(p)) for v in p] if scale == 1 else [mp.mpf(float(v)) for v in p * scale]
        a, b = platt(z, np.ones(n, int), y.astype(int))
        line(out, "platt", [seed, n, steps, one_in, scale], [a, b])
    for i, (n, steps, one_in) in enumerate([(50, 0.0, 2), (1000, 0.0, 3)]):
        seed = 10 * i + 4005
        y, p = data(seed, n, steps, one_in)
        z = [logit(v, clip_of(p)) for v in p]
        root = mp.findroot(lambda a: mp.fsum((1 / (1 + mp.exp(-a * u)) - int(w)) * u for u, w in zip(z, y)), 1.0)
        line(out, "temperature", [seed, n, steps, one_in], [1 / root])
    for seed, n, digits in [(5005, 20000, 1), (5015, 20000, 2), (5025, 2000, 1)]:
        p = uniform(seed, n)
        y = uniform(seed + 1, n) < 1 / (1 + np.sqrt((1 - p) / p))
        score = np.floor(p * 10**digits + 0.5) / 10**digits
        seen = np.unique(score)
        a, b = platt([logit(v, clip_of(score)) for v in seen], [np.count_nonzero(score == v) for v in seen], [np.count_nonzero(y[score == v]) for v in seen])
        line(out, "rounded", [seed, n, digits], [a, b])
