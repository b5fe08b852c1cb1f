#!/usr/bin/env python3
"""Makes confusion.txt: scikit-learn's confusion_matrix(normalize=…). Lines: normalise classes, then the counts, then the shares."""
import numpy as np
from sklearn.metrics import confusion_matrix

MATRICES = [[[50, 7], [3, 11]], [[5, 0], [2, 0]], [[0, 0], [0, 0]], [[12, 1, 0], [4, 9, 2], [0, 0, 0]], [[1, 2, 3, 4], [0, 7, 0, 1], [5, 0, 0, 5], [2, 2, 0, 9]]]

with open(__file__.rsplit("/", 1)[0] + "/confusion.txt", "w") as out:
    out.write("# made by make_confusion.py\n")
    for cells in map(np.array, MATRICES):
        n = len(cells)
        label, told = np.repeat(np.arange(n), n), np.tile(np.arange(n), n)
        for how in ("none", "all", "true", "pred"):
            share = confusion_matrix(label, told, sample_weight=cells.ravel(), labels=range(n), normalize=None if how == "none" else how)
            out.write(" ".join([how, str(n)] + [str(c) for c in cells.ravel()] + [repr(float(x)) for x in share.ravel()]) + "\n")
