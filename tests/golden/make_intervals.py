#!/usr/bin/env python3
"""Makes intervals.txt.
"truth kind metric value": what the metrics of tests/unit/test_suite_intervals.c are in the population, by quadrature (scipy). Scores: z is N(1.5, 1) of positives and N(0, 1) of
negatives, p = logistic(SHARP (logit prevalence + 1.5 z - 1.125)), predictions p >= 0.3; regression: target N(10, 2), error normal or Student's t with 5 degrees of freedom.
"wilson p trials confidence low high", "auc auc variance positives negatives confidence low high", "student confidence df reach": by mpmath.
"calibration seed n sharp value error chi2 df": numpy; scores sample(seed, n, sharp / 3, (1 - sharp) / 2), labels: golden bits of (seed + 1) mod 1000 < 1000 * sample(seed, n, 1 / 3, 0)."""
import math

import mpmath as M
import numpy as np
from golden_sample import bits, sample
from scipy import stats
from scipy.integrate import quad

M.mp.dps = 40
SHARP, CUT = 2.0, 0.3


def binary(prevalence, sharp):
    pos, neg = stats.norm(1.5).pdf, stats.norm(0).pdf
    logit = lambda z: math.log(prevalence / (1 - prevalence)) + 1.5 * z - 1.125
    place = lambda p: ((math.log(p / (1 - p)) / sharp) - math.log(prevalence / (1 - prevalence)) + 1.125) / 1.5
    p = lambda z: 1 / (1 + math.exp(-sharp * logit(z)))
    over = lambda f, a=-9.0, b=10.5: quad(f, a, b, limit=400, points=[0, 1.5] if a < 0 and b > 1.5 else None, epsabs=1e-12)[0]
    s1, s0 = stats.norm(1.5).sf, stats.norm(0).sf
    out = {"auc": stats.norm.cdf(1.5 / math.sqrt(2)), "ks": 2 * stats.norm.cdf(0.75) - 1}
    out["average_precision"] = over(lambda z: prevalence * s1(z) / (prevalence * s1(z) + (1 - prevalence) * s0(z)) * pos(z))
    softplus = lambda x: x + math.log1p(math.exp(-x)) if x > 0 else math.log1p(math.exp(x))
    out["log_loss"] = over(lambda z: prevalence * pos(z) * softplus(-sharp * logit(z)) + (1 - prevalence) * neg(z) * softplus(sharp * logit(z)))
    out["brier"] = over(lambda z: prevalence * pos(z) * (1 - p(z)) ** 2 + (1 - prevalence) * neg(z) * p(z) ** 2)
    at = place(CUT)
    tp, fp, fn = prevalence * s1(at), (1 - prevalence) * s0(at), prevalence * (1 - s1(at))
    out.update(accuracy=1 - fp - fn, precision=tp / (tp + fp), recall=tp / prevalence, f1=2 * tp / (2 * tp + fp + fn), specificity=1 - s0(at))
    edges = [-9.0] + [place(k / 10) for k in range(1, 10)] + [10.5]
    gap = lambda z: prevalence * pos(z) * (p(z) - 1) + (1 - prevalence) * neg(z) * p(z)
    out["ece"] = sum(abs(quad(gap, a, b, epsabs=1e-13)[0]) for a, b in zip(edges, edges[1:]))
    return out


def regression(law):
    inverse = quad(lambda y: stats.norm(10, 2).pdf(y) / y, 0.02, 20)[0]  # targets below 0.02 have odds of 3e-7
    mae, square = 2 * quad(lambda e: e * law.pdf(e), 0, np.inf)[0], law.var()
    return {"mae": mae, "rmse": math.sqrt(square), "r2": 1 - square / 4, "mape": mae * inverse}


def student(confidence, df):
    """The t with P(|T| <= t) = confidence."""
    a, b = M.mpf(0), M.mpf(10) ** 4
    for _ in range(120):
        t = (a + b) / 2
        if M.betainc(M.mpf(df) / 2, M.mpf(1) / 2, 0, df / (df + t * t), regularized=True) > 1 - M.mpf(confidence):
            a = t
        else:
            b = t
    return a


def auc_interval(auc, variance, n, m, confidence):
    auc, half = M.mpf(auc), (M.mpf(n) + m) / 2 - 1
    hm = lambda x: x * (1 - x) * (1 + half * (1 - x) / (2 - x) + half * x / (1 + x))
    inside = variance > 0 and 0 < auc < 1
    z = student(confidence, min(n, m) - 1) if inside else M.sqrt(2) * M.erfinv(M.mpf(confidence))
    scale = z * z * (M.mpf(variance) / hm(auc) if inside else M.mpf(1) / (n * m))
    f = lambda x: (auc - x) ** 2 - scale * hm(x)
    bounds = []
    for end in (M.mpf(0), M.mpf(1)):
        a, b = auc, end
        for _ in range(120):
            middle = (a + b) / 2
            if f(middle) <= 0:
                a = middle
            else:
                b = middle
        bounds.append(a)
    return bounds


def wilson(p, n, confidence):
    """The roots of (p - x)^2 = z^2 x (1 - x) / n."""
    z = M.sqrt(2) * M.erfinv(M.mpf(confidence))
    a, b, c = 1 + z * z / n, -(2 * M.mpf(p) + z * z / n), M.mpf(p) ** 2
    root = M.sqrt(b * b - 4 * a * c)
    return (-b - root) / (2 * a), (-b + root) / (2 * a)


def calibration(y, p):
    n, k = len(y), np.searchsorted(np.array([0.1 * i for i in range(1, 10)]), p)
    d = p - y
    gap, square, told = (np.array([math.fsum(x[k == b]) for b in range(10)]) / n for x in (d, d * d, p * (1 - p)))
    v = np.maximum(square - gap ** 2, told) / n
    seen = np.bincount(k, minlength=10) > 0
    value = np.sqrt(np.maximum(gap ** 2 - v, 0))[seen].sum()
    spread = max(square.sum() - np.abs(gap).sum() ** 2, 0) / n
    return value, math.sqrt(max(spread, v[seen].sum())), (gap ** 2 / np.where(v > 0, v, 1))[seen].sum(), seen.sum()


def main():
    with open(__file__.rsplit("/", 1)[0] + "/intervals.txt", "w") as out:
        out.write("# made by make_intervals.py\n")
        for prevalence in (0.1, 0.3):
            for sharp in (1.0, SHARP):
                for name, value in binary(prevalence, sharp).items():
                    out.write("truth binary:%g:%g %s %r\n" % (prevalence, sharp, name, float(value)))
        for name, law in (("normal", stats.norm()), ("t5", stats.t(5))):
            for metric, value in regression(law).items():
                out.write("truth %s %s %r\n" % (name, metric, float(value)))
        for p, n in [(0, 10), (1, 10), (0.5, 30), (29 / 30, 30), (0.9, 20000), (0.001, 5000)]:
            for confidence in (0.9, 0.95, 0.999):
                out.write("wilson %r %r %r %r %r\n" % ((p, n, confidence) + tuple(float(x) for x in wilson(p, n, confidence))))
        for auc, variance, n, m in [(1, 0, 10, 10), (0, 0, 10, 10), (1, 0, 20, 2000), (0.85, 0.002, 20, 180), (0.5, 0.0008, 100, 100), (0.99, 1e-5, 60, 140), (0.8, 1e-6, 6000, 14000)]:
            low, high = auc_interval(auc, variance, n, m, 0.95)
            out.write("auc %r %r %r %r 0.95 %r %r\n" % (auc, variance, n, m, float(low), float(high)))
        for confidence, df in [(0.95, 1), (0.95, 19), (0.9, 5), (0.999, 200)]:
            out.write("student %r %r %r\n" % (confidence, df, float(student(confidence, df))))
        for seed, n, sharp in [(50, 200, 1.0), (52, 2000, 1.0), (54, 200, 1.5), (56, 3000, 0.5), (58, 30, 1.0)]:
            p, truth = np.clip(sample(seed, n, sharp / 3, (1 - sharp) / 2, 0.0), 0, 1), sample(seed, n, 1 / 3, 0.0, 0.0)
            y = (bits(seed + 1, n) % np.uint64(1000)).astype(float) < 1000 * truth
            out.write("calibration %d %d %r %s\n" % (seed, n, sharp, " ".join(repr(float(x)) for x in calibration(y, p))))


if __name__ == "__main__":
    main()
