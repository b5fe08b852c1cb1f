#!/usr/bin/env python3
"""Limits of prediction from windows of different sizes, for tests/golden/prediction.txt (scipy).

Lines: NAME ROW_ERROR TAIL ROWS COUNT, COUNT values, COUNT sizes, then mean, variance of the mean, variance between windows, scale, reach.
The variance between windows is Paule and Mandel's root, found by brentq; of windows of one size all is checked against mean -+ t s sqrt(1 + 1/k).
"""
import sys

import numpy as np
from scipy import optimize, stats


def fit(x, n, row_error):
    x, v = np.asarray(x, float), row_error**2 / np.asarray(n, float)
    df, s2 = len(x) - 1, float(np.var(x, ddof=1))

    def q(between):
        w = 1 / (between + v)
        return float(np.sum(w * (x - np.sum(w * x) / np.sum(w)) ** 2))

    between = 0.0
    if row_error == 0 or q(0) > df:
        between = optimize.brentq(lambda b: q(b) - df, 1e-12 * s2, 2 * s2, xtol=1e-18 * s2, rtol=1e-15)
    w = 1 / (between + v)
    scale = q(between) / df
    return float(np.sum(w * x) / np.sum(w)), scale / float(np.sum(w)), between, scale


def line(name, x, n, row_error, tail, rows):
    mean, of_mean, between, scale = fit(x, n, row_error)
    df = len(x) - 1
    reach = stats.t.isf(tail, df) * np.sqrt(scale * (between + row_error**2 / rows) + of_mean)
    if len(set(n)) == 1 and n[0] == rows:
        plain = stats.t.isf(tail, df) * np.std(x, ddof=1) * np.sqrt(1 + 1 / len(x))
        assert abs(plain / reach - 1) < 1e-10, (name, plain, reach)
    print(name, repr(row_error), tail, rows, len(x), *[repr(float(a)) for a in x], *n, *[repr(float(a)) for a in (mean, of_mean, between, scale, reach)])


rng = np.random.default_rng(11)
print("# made by make_prediction.py")
near = np.round(0.86 + 0.02 * rng.standard_normal(13), 4)
far = np.round(0.86 + 0.07 * rng.standard_normal(13), 4)
sizes = [48, 336, 336, 300, 168, 336, 336, 96, 336, 336, 250, 336, 336]
line("equal_chance", near, [336] * 13, 0.5, 0.05, 336)
line("equal_between", far, [336] * 13, 0.3, 0.05, 336)
line("equal_known_nothing", far, [336] * 13, 0.0, 0.00135, 336)
line("sizes_between", far, sizes, 0.3, 0.05, 336)
line("sizes_small_window", far, sizes, 0.3, 0.05, 24)
line("sizes_chance", near, sizes, 0.6, 0.025, 336)
line("six", far[:6], sizes[:6], 0.4, 0.01, 700)
line("far_from_zero", np.round(1e6 + far, 4), sizes, 0.3, 0.05, 336)
line("small", far * 1e-9, sizes, 0.3e-9, 0.05, 336)
sys.exit(0)
