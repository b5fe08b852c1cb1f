#!/usr/bin/env python3
"""Makes stats_roc.txt: AUC from sklearn, DeLong's variance from its definition over all pairs. Scores: golden_sample.py.
Fields: seed n steps auc variance; label i is 1 when golden bits of (seed + 1, i) are 0 mod 3."""
import numpy as np
from golden_sample import bits, sample
from scipy.stats import norm
from sklearn.metrics import roc_auc_score

with open(__file__.rsplit("/", 1)[0] + "/stats_roc.txt", "w") as out:
    out.write("# made by make_roc.py\n")
    for seed, (n, steps) in enumerate([(10, 0.0), (10, 4.0), (50, 0.0), (300, 8.0), (2000, 0.0), (2000, 2.0), (3000, 100.0)]):
        seed = 10 * seed + 3
        label = bits(seed + 1, n) % np.uint64(3) == 0
        score = np.where(label, sample(seed, n, 1.0, 0.5, steps), sample(seed, n, 1.0, 0.0, steps))
        x, y = score[label][:, None], score[~label][None, :]
        psi = (x > y) + 0.5 * (x == y)
        assert abs(psi.mean() - roc_auc_score(label, score)) < 1e-12
        variance = psi.mean(1).var(ddof=1) / len(x) + psi.mean(0).var(ddof=1) / y.shape[1]
        out.write("%d %d %r %r %r\n" % (seed, n, steps, float(roc_auc_score(label, score)), float(variance)))


def components(score, label):
    x, y = score[label][:, None], score[~label][None, :]
    psi = (x > y) + 0.5 * (x == y)
    return psi.mean(), psi.mean(1), psi.mean(0)


# Two scores of the same rows: DeLong's covariance matrix from its definition. Fields: seed n steps auc_a auc_b variance z p
with open(__file__.rsplit("/", 1)[0] + "/stats_roc_paired.txt", "w") as out:
    out.write("# made by make_roc.py\n")
    for seed, (n, steps) in enumerate([(12, 0.0), (60, 4.0), (500, 0.0), (2000, 20.0)]):
        seed = 10 * seed + 4
        label = bits(seed + 1, n) % np.uint64(3) == 0
        a = np.where(label, sample(seed, n, 1.0, 0.5, steps), sample(seed, n, 1.0, 0.0, steps))
        b = a + sample(seed + 2, n, 1.0, 0.0, steps)
        auc_a, pos_a, neg_a = components(a, label)
        auc_b, pos_b, neg_b = components(b, label)
        s = np.cov(pos_a, pos_b) / len(pos_a) + np.cov(neg_a, neg_b) / len(neg_a)
        variance = s[0, 0] + s[1, 1] - 2 * s[0, 1]
        z = (auc_a - auc_b) / np.sqrt(variance)
        out.write("%d %d %r %r %r %r %r %r\n" % (seed, n, steps, float(auc_a), float(auc_b), float(variance), float(z), float(2 * norm.sf(abs(z)))))
