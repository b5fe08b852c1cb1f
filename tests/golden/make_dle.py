#!/usr/bin/python3
"""Writes tests/golden/dle_reference.csv, dle_current.csv and dle.txt: direct loss estimation (NannyML's method; the booster is Python's XGBoost
1.7.4 with dw-eval's parameters instead of LightGBM), numpy for the rest.

Usage: /usr/bin/python3 tests/golden/make_dle.py

A line of dle.txt: the loss, the chunk of five ("all": all rows), then value, sampling error, low, high, lower and upper threshold ("all": nan), alert.
Five chunks are few: thresholds are the reference's loss and three sampling errors, of the chunk and of the reference together.
"""
import os

import numpy as np
import xgboost as xgb

here = os.path.dirname(os.path.abspath(__file__))
rng = np.random.default_rng(20260131)
CHUNKS = 5


def make(n, power):
    x = np.round(rng.random(n) ** power, 4)
    g = rng.choice(["red", "green", "blue", ""], n, p=[0.4, 0.3, 0.25, 0.05])
    s = np.round(10 * x + 3, 3)
    y = np.round(np.maximum(s + rng.normal(size=n) * (0.2 + 2 * x + (g == "red")), 0.05), 3)
    return {"x": x, "g": g, "y": y, "s": s}


def write(name, data, columns):
    with open(f"{here}/{name}.csv", "w") as out:
        out.write(",".join(columns) + "\n")
        for row in zip(*(data[c] for c in columns)):
            out.write(",".join(str(v) for v in row) + "\n")


def features(data):
    """x, one feature a category in the order of their names (all missing where it is), s."""
    one_hot = [np.where(data["g"] == "", np.nan, data["g"] == c) for c in ("blue", "green", "red")]
    return np.column_stack([data["x"], *one_hot, data["s"]]).astype("f4")


def loss_of(name, y, s):
    error = np.abs(y - s)
    return {"mae": error, "mape": error / np.abs(y), "mse": error**2, "rmse": error**2, "msle": (np.log1p(y) - np.log1p(s)) ** 2,
            "rmsle": (np.log1p(y) - np.log1p(s)) ** 2}[name]


def tell(loss, reference, current):
    label = loss.astype("f4")
    settings = {"objective": "reg:squarederror", "booster": "gbtree", "tree_method": "exact", "eta": 0.1, "max_depth": 5, "nthread": 1, "seed": 1,
                "base_score": float(np.float32(label.astype("f8").mean()))}
    booster = xgb.train(settings, xgb.DMatrix(features(reference), label), 100)
    return np.maximum(booster.predict(xgb.DMatrix(features(current))).astype("f8"), 0)


reference, current = make(500, 1), make(250, 0.6)
write("dle_reference", reference, ["x", "g", "y", "s"])
write("dle_current", current, ["x", "g", "s"])
with open(f"{here}/dle.txt", "w") as out:
    out.write("# made by make_dle.py\n")
    for name in ("mae", "mape", "mse", "rmse", "msle", "rmsle"):
        loss, root = loss_of(name, reference["y"], reference["s"]), name in ("rmse", "rmsle")
        mean = (lambda v: np.sqrt(v.mean())) if root else (lambda v: v.mean())
        spread = loss.std() / (2 * np.sqrt(loss.mean())) if root else loss.std()
        centre, reach = mean(loss), 3 * spread * np.sqrt(CHUNKS / len(current["s"]) + 1 / len(loss))
        lower, upper = max(centre - reach, 0), centre + reach
        told = tell(loss, reference, current)
        for k, part in [*enumerate(np.array_split(told, CHUNKS)), ("all", told)]:
            value, error, whole = mean(part), spread / np.sqrt(len(part)), k == "all"
            numbers = [value, error, max(value - 3 * error, 0), value + 3 * error, np.nan if whole else lower, np.nan if whole else upper]
            alert = not whole and bool(value < lower or value > upper)
            out.write(" ".join([name, str(k)] + [repr(float(v)) for v in numbers] + [str(alert).lower()]) + "\n")
