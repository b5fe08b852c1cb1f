#!/usr/bin/env python3
"""Writes two of the models here, and what XGBoost gives for rows.ndjson (XGBoost 3.3.0, Debian unstable):

  python3 make-more.py                in this folder: expectiles.*, linear_classes.*

expectiles: two in one model, of which the second is a step from the first. linear_classes: weights for three classes, whose sums all
start from the first class's base score.
"""
import json

import numpy
import xgboost

NAMES = ["alpha", "beta value", "gamma"]


def numbers(values):
    return [float(value) for value in values]


def write(name, parameters, labels, rows, rounds):
    booster = xgboost.train({"seed": 1, "nthread": 1, **parameters}, xgboost.DMatrix(some, labels, feature_names=NAMES), rounds)
    for form in ("json", "ubj"):
        booster.save_model(f"{name}.{form}")
    data = xgboost.DMatrix(rows, feature_names=NAMES)
    with open(f"{name}.expected.ndjson", "w", encoding="utf-8") as out:
        for prediction, margin in zip(booster.predict(data), booster.predict(data, output_margin=True)):
            out.write(json.dumps({"prediction": numbers(prediction), "margin": numbers(margin)}) + "\n")


with open("rows.ndjson", encoding="utf-8") as lines:
    rows = numpy.array([[json.loads(line).get(name) for name in NAMES] for line in lines], dtype=float)
generator = numpy.random.RandomState(14)
some = generator.normal(size=(300, 3))
some[generator.rand(300, 3) < 0.08] = numpy.nan
y = numpy.nan_to_num(some) @ [1, 0.5, -0.3] + generator.normal(size=300)
write("expectiles", {"objective": "reg:expectileerror", "expectile_alpha": [0.2, 0.7], "max_depth": 2}, y, rows, 3)
write("linear_classes", {"objective": "multi:softprob", "num_class": 3, "booster": "gblinear"}, numpy.digitize(y, [-1, 0.2]), rows, 3)
