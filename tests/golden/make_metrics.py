#!/usr/bin/env python3
"""Makes metrics.txt: scikit-learn's metrics (KS: scipy's) of samples that tests/unit/test_metrics.c makes alike (golden_sample.py).
binary: seed n steps one_in cut, then the metrics; label i is 1 when the golden bits of (seed + 1, i) are 0 mod one_in.
multiclass: seed n steps classes; regression: seed n steps shift. Order of the metrics: that of enum dw_metric."""
import warnings

import numpy as np
from golden_sample import bits, sample
from scipy.stats import ks_2samp
from sklearn import metrics as m
from sklearn.calibration import calibration_curve

warnings.filterwarnings("ignore")


def ece(right, confidence):
    """sklearn's reliability curve, each bin's gap less its variance by chance (metrics.h)."""
    share, mean = calibration_curve(right, confidence, n_bins=10)
    n, bins = len(confidence), np.searchsorted(np.linspace(0, 1, 11)[1:-1], confidence)
    count = np.bincount(bins, minlength=10)
    filled = count > 0
    gap = count[filled] / n * (mean - share)
    square, told = (np.bincount(bins, x, 10)[filled] / n for x in ((confidence - right) ** 2, confidence * (1 - confidence)))
    return np.sqrt(np.maximum(gap ** 2 - np.maximum(square - gap ** 2, told) / n, 0)).sum()


def line(out, kind, fields, values):
    out.write(" ".join([kind] + [repr(f) for f in fields] + [repr(float(v)) for v in values]) + "\n")


def binary(out, seed, n, steps, one_in, cut):
    y = bits(seed + 1, n) % np.uint64(one_in) == 0
    p = np.where(y, sample(seed, n, 0.25, 0.25, steps), sample(seed, n, 1 / 3, 0.0, steps))
    hat = p >= cut
    line(out, "binary", [seed, n, steps, one_in, cut],
         [m.roc_auc_score(y, p), m.average_precision_score(y, p), m.log_loss(y, p), m.brier_score_loss(y, p), m.accuracy_score(y, hat),
          m.precision_score(y, hat), m.recall_score(y, hat), m.f1_score(y, hat), m.recall_score(~y, ~hat),
          ks_2samp(p[y], p[~y], method="asymp").statistic, ece(y, p)])


def multiclass(out, seed, n, steps, classes):
    y = (bits(seed + 1, n) % np.uint64(classes)).astype(int)
    raw = np.stack([sample(seed + 2 + k, n, 1.0, 0.125, steps) + (y == k) * 0.5 for k in range(classes)], axis=1)
    total = raw[:, 0].copy()
    for k in range(1, classes):
        total += raw[:, k]
    p = raw / total[:, None]
    hat = p.argmax(1)
    onehot = (y[:, None] == np.arange(classes)).astype(float)
    specificity = np.mean([m.recall_score(y != k, hat != k) for k in range(classes)])
    line(out, "multiclass", [seed, n, steps, classes],
         [m.roc_auc_score(y, p, multi_class="ovr"), m.average_precision_score(onehot, p), m.log_loss(y, p), np.mean(((p - onehot) ** 2).sum(1)),
          m.accuracy_score(y, hat), m.precision_score(y, hat, average="macro"), m.recall_score(y, hat, average="macro"),
          m.f1_score(y, hat, average="macro"), specificity, np.nan, ece(hat == y, p.max(1))])


def regression(out, seed, n, steps, shift):
    y = sample(seed, n, 10.0, shift, steps)
    hat = y + sample(seed + 1, n, 2.0, -2.5, 0.0)
    line(out, "regression", [seed, n, steps, shift],
         [m.mean_absolute_error(y, hat), np.sqrt(m.mean_squared_error(y, hat)), m.mean_absolute_percentage_error(y, hat), m.r2_score(y, hat)])


with open(__file__.rsplit("/", 1)[0] + "/metrics.txt", "w") as out:
    out.write("# made by make_metrics.py\n")
    for i, (n, steps, one_in, cut) in enumerate([(12, 0.0, 2, 0.5), (12, 4.0, 3, 0.5), (100, 10.0, 3, 0.5), (100, 0.0, 2, 0.9), (1000, 0.0, 40, 0.7),
                                                 (3000, 20.0, 2, 0.35), (3000, 1.0, 5, 0.5), (20000, 0.0, 7, 0.6), (20000, 100.0, 300, 0.25)]):
        binary(out, 10 * i + 5, n, steps, one_in, cut)
    for i, (n, steps, classes) in enumerate([(15, 4.0, 3), (500, 0.0, 3), (4000, 10.0, 5), (3000, 0.0, 12)]):
        multiclass(out, 100 * i + 505, n, steps, classes)
    for i, (n, steps, shift) in enumerate([(2, 0.0, 1.0), (40, 0.0, -5.0), (2000, 0.0, 1e9), (2000, 1.0, 0.0)]):
        regression(out, 10 * i + 1007, n, steps, shift)
