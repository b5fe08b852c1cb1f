#!/usr/bin/env python3
"""Writes logitraw.json: a model of binary:logitraw by XGBoost 1.2.1 (Debian 11), whose base score 0.5 is a probability, and the margin 0.

  python3 make-logitraw.py            in this folder

At alpha -1 it predicts what is printed.
"""
import numpy
import xgboost

x = numpy.arange(40, dtype=float).reshape(40, 1) / 10 - 2
booster = xgboost.train({"objective": "binary:logitraw", "max_depth": 1}, xgboost.DMatrix(x, x[:, 0] > 0.3), 2)
booster.save_model("logitraw.json")
print(booster.predict(xgboost.DMatrix(numpy.array([[-1.0]])))[0])
