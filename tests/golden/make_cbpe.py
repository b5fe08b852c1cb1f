#!/usr/bin/env python3
"""Makes cbpe.txt: NannyML 0.13's estimates for several classes, from scikit-learn's isotonic regression and metrics, of samples that
tests/unit/test_estimate.c makes alike. Lines: classes seed reference_rows rows chunks kind normalise, then value, sampling error, lower and upper
threshold of each estimate (auc average_precision accuracy precision recall f1 specificity, then the cells of the confusion matrix, labels by
predictions). nan: not held (average precision's error is a bootstrap's; NannyML's AUC error depends on how a sort leaves equal scores).

kind 0: labels are likelier for the larger scores than these say; 1: class 0 besides stands out entirely; 2: as 0, scores rounded to 1/16."""
import warnings

import numpy as np
from golden_sample import uniform
from sklearn import metrics as m
from sklearn.isotonic import IsotonicRegression
from sklearn.model_selection import StratifiedShuffleSplit

warnings.filterwarnings("ignore")


def sample(seed, n, classes, kind, lift):
    w = np.stack([uniform(seed + k, n) + (lift if k == 0 else 0.05) for k in range(classes)], axis=1)
    w = w * w
    total = np.zeros(n)
    for k in range(classes):
        total = total + w[:, k]
    p = w / total[:, None]
    q = w * w
    if kind == 1:
        q[:, 0] = 0
    v = uniform(seed + classes, n)
    all_q = np.zeros(n)
    for k in range(classes):
        all_q = all_q + q[:, k]
    label, at = np.full(n, classes - 1), np.zeros(n)
    for k in reversed(range(classes)):
        at = np.zeros(n)
        for j in range(k + 1):
            at = at + q[:, j]
        label = np.where(v * all_q < at, k, label)
    if kind == 1:
        label = np.where(p[:, 0] > 0.5, 0, np.where(label == 0, 1, label))
    return (np.floor(p * 16) / 16 if kind == 2 else p), label


def ece(y, p):
    order = np.argsort(p, kind="stable")
    return sum(abs(np.sum(p[part] - y[part])) for part in np.array_split(order, 10)) / len(y)


def needs_calibration(y, p):
    if len(np.unique(y)) == 1 or m.roc_auc_score(y, p) > 0.999:
        return False
    raw, mapped, truth = [], [], []
    for train, test in StratifiedShuffleSplit(n_splits=10, test_size=0.1, random_state=42).split(p, y):
        fit = IsotonicRegression(out_of_bounds="clip").fit(p[train], y[train])
        raw.append(p[test])
        mapped.append(fit.predict(p[test]))
        truth.append(y[test])
    before, after = ece(np.concatenate(truth), np.concatenate(raw)), ece(np.concatenate(truth), np.concatenate(mapped))
    assert before > 1.5 * after, (before, after)  # whatever the splits are
    return True


def calibrate(ref, label, now):
    out = np.zeros(now.shape)
    for k in range(ref.shape[1]):
        y = (label == k).astype(float)
        needed = needs_calibration(y, ref[:, k])
        out[:, k] = IsotonicRegression(out_of_bounds="clip").fit(ref[:, k], y).predict(now[:, k]) if needed else now[:, k]
    total = out.sum(1, keepdims=True)
    return np.where(total > 0, out / np.where(total > 0, total, 1), 1 / ref.shape[1])


def weighted(p):
    """Each row once as a positive with weight p, once as a negative with the rest."""
    return np.r_[np.ones(len(p)), np.zeros(len(p))], np.r_[p, 1 - p]


def estimate(score, p, hat, normalise):
    classes, n = score.shape[1], len(score)
    out = {key: [] for key in ("auc", "ap", "precision", "recall", "f1", "specificity")}
    for k in range(classes):
        y, w = weighted(p[:, k])
        twice, told = np.r_[score[:, k], score[:, k]], np.r_[hat == k, hat == k]
        out["auc"].append(m.roc_auc_score(y, twice, sample_weight=w))
        out["ap"].append(m.average_precision_score(y, twice, sample_weight=w))
        out["precision"].append(m.precision_score(y, told, sample_weight=w, zero_division=0))
        out["recall"].append(m.recall_score(y, told, sample_weight=w, zero_division=0))
        out["f1"].append(m.f1_score(y, told, sample_weight=w, zero_division=0))
        out["specificity"].append(m.recall_score(1 - y, ~told, sample_weight=w, zero_division=0))
    accuracy = np.mean(p[np.arange(n), hat])
    cells = m.confusion_matrix(np.repeat(np.arange(classes), n), np.tile(hat, classes), sample_weight=p.T.ravel(), labels=range(classes),
                               normalize=normalise)
    mean = {key: np.mean(value) for key, value in out.items()}
    return [mean["auc"], mean["ap"], accuracy, mean["precision"], mean["recall"], mean["f1"], mean["specificity"], *cells.ravel()]


def realised(score, label, hat, normalise):
    classes = score.shape[1]
    y = (label[:, None] == np.arange(classes)).astype(int)
    specificity = np.mean([m.recall_score(label != k, hat != k) for k in range(classes)])
    return [m.roc_auc_score(y, score, average="macro"), m.average_precision_score(y, score, average="macro"), m.accuracy_score(label, hat),
            m.precision_score(label, hat, average="macro"), m.recall_score(label, hat, average="macro"), m.f1_score(label, hat, average="macro"),
            specificity, *m.confusion_matrix(label, hat, labels=range(classes), normalize=normalise).ravel()]


def auc_component(y, p):
    if y.mean() > 0.5:
        y, p = 1 - y, 1 - p
    rank = np.flatnonzero(y[np.argsort(p)])
    return np.var((rank - np.arange(len(rank))) / (len(y) - y.sum())) / y.mean()


def errors(score, label, hat, normalise, n):
    classes, total = score.shape[1], len(label)
    auc, parts = [], {key: [] for key in ("precision", "recall", "f1", "specificity")}
    for k in range(classes):
        y, told = label == k, hat == k
        auc.append(auc_component(y.astype(float), score[:, k]))
        for key, rows, hits in (("precision", told, y), ("recall", y, told), ("f1", y | told, y & told), ("specificity", ~y, ~told)):
            parts[key].append(np.var(hits[rows].astype(float)) / rows.mean())
    mean = {key: np.sqrt(np.sum(value) / n) / classes for key, value in parts.items()}
    cells = []
    for i in range(classes):
        for j in range(classes):
            rows = label == i if normalise == "true" else hat == j if normalise == "pred" else np.full(total, True)
            std = np.std(((label == i) & (hat == j))[rows].astype(float))
            cells.append(std * np.sqrt(n) if normalise is None else std / np.sqrt(n * rows.mean()))
    return [np.sqrt(np.sum(auc) / n) / classes * 1.2, np.nan, np.std((label == hat).astype(float)) / np.sqrt(n), mean["precision"], mean["recall"],
            mean["f1"], mean["specificity"], *cells]


def case(out, classes, seed, n_ref, n, chunks, kind, normalise):
    ref, label = sample(seed, n_ref, classes, kind, 0.05)
    now, _ = sample(seed + 100, n, classes, kind, 0.35)
    ref_hat, hat = ref.argmax(1), now.argmax(1)
    values = estimate(now, calibrate(ref, label, now), hat, normalise)
    spread = errors(ref, label, ref_hat, normalise, n)
    if kind == 2:
        spread[0] = np.nan
    real = np.array([realised(ref[part], label[part], ref_hat[part], normalise) for part in np.array_split(np.arange(n_ref), chunks)])
    lower, upper = np.maximum(real.mean(0) - 3 * real.std(0), 0), real.mean(0) + 3 * real.std(0)
    top = np.where(np.arange(len(upper)) >= 7, np.inf if normalise is None else 1, 1)
    upper = np.minimum(upper, top)
    fields = [classes, seed, n_ref, n, chunks, kind, normalise or "none"]
    numbers = np.stack([values, spread, lower, upper], axis=1).ravel()
    out.write(" ".join([str(f) for f in fields] + [repr(float(x)) for x in numbers]) + "\n")


with open(__file__.rsplit("/", 1)[0] + "/cbpe.txt", "w") as out:
    out.write("# made by make_cbpe.py\n")
    case(out, 3, 11, 3000, 1200, 5, 0, None)
    case(out, 3, 21, 2000, 700, 4, 1, "true")
    case(out, 4, 31, 4000, 999, 5, 2, "pred")
    case(out, 3, 41, 2000, 50, 2, 0, "all")
