#!/usr/bin/env python3
"""Makes stats_logistic.txt: sklearn's LogisticRegression (newton-cholesky, tolerance 1e-12). Cells: golden_sample.py with steps of 1/16 (exact in
float), those whose golden bits of (seed + 1, i) are 0 mod `rarity` kept and the others 0 (rarity 0: all kept); the label of row i is 1 when the sum of
its cells plus sample(seed + 2) is above the median.
Fields: seed n width rarity penalty auc intercept weights"""
import numpy as np
from golden_sample import bits, sample
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

CASES = [(20, 2, 0, 1.0), (200, 5, 0, 0.1), (200, 12, 3, 1.0), (1000, 40, 5, 10.0), (500, 3, 0, 1e-4), (60, 50, 2, 0.01)]
with open(__file__.rsplit("/", 1)[0] + "/stats_logistic.txt", "w") as out:
    out.write("# made by make_logistic.py\n")
    for seed, (n, width, rarity, penalty) in enumerate(CASES):
        seed = 10 * seed + 7
        x = sample(seed, n * width, 1.0, -1.5, 16.0)
        if rarity:
            x = np.where(bits(seed + 1, n * width) % np.uint64(rarity) == 0, x, 0)
        x = x.reshape(n, width)
        total = x.sum(1) + sample(seed + 2, n, 2.0, 0.0, 0.0)
        y = total > np.sort(total)[n // 2]
        model = LogisticRegression(C=1 / penalty, solver="newton-cholesky", tol=1e-12, max_iter=1000).fit(x, y)
        auc = roc_auc_score(y, model.decision_function(x))
        out.write("%d %d %d %d %r %r %r %s\n" % (seed, n, width, rarity, penalty, float(auc), float(model.intercept_[0]),
                                                  " ".join(repr(float(w)) for w in model.coef_[0])))
