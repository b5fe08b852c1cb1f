#!/usr/bin/env python3
"""A table of two classes, and the AUC of scikit-learn's histogram gradient boosting on its last third: stats_trees.txt.

First line: rows for training, rows for testing, the AUC on the latter. Then a row a line: label, four numbers (nan: missing),
a category from 1 to 9 (0: missing). The label follows a product of two numbers, a category and a missing cell: no number tells it alone.
"""
import numpy as np
import sklearn
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.metrics import roc_auc_score

TRAIN, TEST = 1200, 600


def table(seed):
    rng = np.random.default_rng(seed)
    n = TRAIN + TEST
    x = np.round(rng.normal(size=(n, 4)), 2)
    category = rng.integers(1, 10, n)
    lift = np.array([0, 1.5, -1.5, 0, 0.5, -0.5, 0, 2, -2])[category - 1]
    odds = 2 * x[:, 0] * x[:, 1] + lift
    gone = rng.random(n) < 0.15
    odds[gone] += 1.5
    x[gone, 2] = np.nan
    category[rng.random(n) < 0.05] = 0
    label = (rng.random(n) < 1 / (1 + np.exp(-odds))).astype(int)
    return x, category, label


def auc(x, category, label):
    features = np.column_stack([x, np.where(category == 0, np.nan, category)])
    model = HistGradientBoostingClassifier(max_iter=100, max_leaf_nodes=31, learning_rate=0.1, l2_regularization=1, min_samples_leaf=20, max_bins=63,
                                           early_stopping=False, categorical_features=[4])
    model.fit(features[:TRAIN], label[:TRAIN])
    return roc_auc_score(label[TRAIN:], model.predict_proba(features[TRAIN:])[:, 1])


x, category, label = table(20261121)
with open(__file__.rsplit("/", 1)[0] + "/stats_trees.txt", "w") as out:
    print(f"# scikit-learn {sklearn.__version__}", file=out)
    print(TRAIN, TEST, repr(float(auc(x, category, label))), file=out)
    for i in range(TRAIN + TEST):
        print(label[i], *("nan" if np.isnan(v) else f"{v:g}" for v in x[i]), category[i], file=out)
