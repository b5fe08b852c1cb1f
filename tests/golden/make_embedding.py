#!/usr/bin/env python3
"""Makes detect_embedding.txt: Evidently's embedding drift methods from scipy and sklearn. Rows as in make_kernel.py, the current side of
`scale` and `shift`, all times `unit`. Fields: seed n m width scale shift unit, then cosine, euclidean, cityblock, chebyshev distance of the mean vectors, MMD^2 (at least 0),
share of components whose normed Wasserstein distance is at least 0.1, the AUC of sklearn's SGDClassifier on its half, and the 95th percentile of classifiers that guess."""
import numpy as np
import warnings
from golden_sample import sample
from scipy.spatial.distance import cdist, chebyshev, cityblock, cosine, euclidean
from scipy.stats import wasserstein_distance
from sklearn.linear_model import SGDClassifier
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import train_test_split

warnings.filterwarnings("ignore")
CASES = [(60, 50, 1, 1.0, 0.0, 1.0), (300, 300, 4, 1.0, 0.0, 1.0), (300, 200, 4, 1.0, 0.4, 1.0), (200, 250, 16, 1.0, 0.05, 1.0),
         (400, 400, 16, 1.5, -0.75, 1.0), (500, 300, 8, 1.02, 0.0, 1.0), (90, 700, 33, 1.0, 0.1, 0.0625), (1000, 1000, 12, 1.0, 0.02, 1.0),
         (600, 500, 64, 1.0, 0.04, 0.0625), (1000, 900, 40, 1.1, -0.15, 0.03125)]
with open(__file__.rsplit("/", 1)[0] + "/detect_embedding.txt", "w") as out:
    out.write("# made by make_embedding.py\n")
    for seed, (n, m, width, scale, shift, unit) in enumerate(CASES):
        seed = 20 * seed + 9
        x, y = sample(seed, n * width, 1.0, 0.0, 0.0).reshape(n, width), sample(seed + 1, m * width, scale, shift, 0.0).reshape(m, width)
        x, y = unit * x, unit * y
        distances = [d(y.mean(0), x.mean(0)) for d in (cosine, euclidean, cityblock, chebyshev)]
        gamma = 1 / np.median(cdist(x, y)) ** 2
        k = [np.exp(-gamma * cdist(a, b, "sqeuclidean")) for a, b in ((x, x), (y, y), (x, y))]
        mmd = (k[0].sum() - n) / (n * (n - 1)) + (k[1].sum() - m) / (m * (m - 1)) - 2 * k[2].mean()
        ratio = np.mean([wasserstein_distance(x[:, d], y[:, d]) / max(np.std(x[:, d]), 0.001) >= 0.1 for d in range(width)])
        a, b, la, lb = train_test_split(np.vstack([x, y]), [1] * n + [0] * m, test_size=0.5, random_state=42, shuffle=True)
        auc = roc_auc_score(lb, SGDClassifier(loss="log_loss", random_state=42).fit(a, la).predict_proba(b)[:, 1])
        guesses = []
        for i in range(100):
            np.random.seed(i)
            guesses.append(roc_auc_score(lb, np.random.rand(len(lb))))
        fields = distances + [max(mmd, 0), ratio, auc, np.percentile(guesses, 95)]
        out.write("%d %d %d %d %r %r %r %s\n" % (seed, n, m, width, scale, shift, unit, " ".join(repr(float(f)) for f in fields)))
