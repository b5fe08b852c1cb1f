#!/usr/bin/python3
"""Writes tests/golden/xgboost_*.json, xgboost_binary.ubj and xgboost.txt: small models by Python's XGBoost (1.7.4), and what it predicts.

Usage: /usr/bin/python3 tests/golden/make_xgboost.py

A line of xgboost.txt: the model, its three features (nan: missing), and the predictions.
"""
import os

import numpy as np
import xgboost as xgb

here = os.path.dirname(os.path.abspath(__file__))
rng = np.random.default_rng(20260131)
X = rng.normal(size=(400, 3)).astype("f4")
X[rng.random(X.shape) < 0.1] = np.nan
signal = np.nan_to_num(X[:, 0]) + 0.5 * np.nan_to_num(X[:, 1]) ** 2 + rng.normal(size=400)
names = ["a", "b", "c.d"]
common = {"nthread": 1, "max_depth": 3, "seed": 1}
models = {
    "binary": ({"objective": "binary:logistic"}, signal > 1, names),
    "classes": ({"objective": "multi:softprob", "num_class": 3}, np.digitize(signal, [0, 1]), names),
    "linear": ({"objective": "reg:squarederror", "booster": "gblinear", "updater": "coord_descent"}, signal, None),
    "dart": ({"objective": "binary:logistic", "booster": "dart", "rate_drop": 0.3}, signal > 0, names),
}
with open(f"{here}/xgboost.txt", "w") as out:
    for name, (settings, label, features) in models.items():
        booster = xgb.train(common | settings, xgb.DMatrix(X, label.astype("f4"), feature_names=features), 4)
        for kind in ("json", "ubj") if name == "binary" else ("json",):
            with open(f"{here}/xgboost_{name}.{kind}", "wb") as file:
                file.write(bytes(booster.save_raw(kind)))
        rows = np.vstack([X[:20], [[np.nan] * 3, [0, 0, 0], [1e30, -1e30, 1]]]).astype("f4")
        predicted = booster.predict(xgb.DMatrix(rows, feature_names=features)).reshape(len(rows), -1)
        for row, p in zip(rows, predicted):
            out.write(" ".join([name] + [f"{v:.9g}" for v in row] + [f"{v:.9g}" for v in p]) + "\n")
