#!/usr/bin/env python3
"""Makes stats_pca.txt: eigenvalues from mpmath (50 digits), components and reconstruction errors from sklearn. Samples: golden_sample.py.

eigen KIND P VALUE…          eigenvalues, descending, of a matrix that test_eigen.c builds too
pca SEED N P STANDARD SHARE COMPONENTS VALUE_1 VALUE_K FIRST_1 FIRST_P ERROR_FIRST ERROR_LAST ERROR_MEAN ERROR_MAX
"""
import mpmath
import numpy as np
from golden_sample import sample
from sklearn.decomposition import PCA
from sklearn.preprocessing import StandardScaler

mpmath.mp.dps = 50


def matrix(kind, p):
    """Exact in doubles, or rounded to doubles first."""
    if kind == "hilbert":
        return [[1.0 / (i + j + 1) for j in range(p)] for i in range(p)]
    if kind == "minimum":
        return [[float(min(i, j) + 1) for j in range(p)] for i in range(p)]
    if kind == "ones":
        return [[1.0] * p for _ in range(p)]
    if kind == "wilkinson":
        return [[abs((p - 1) / 2 - i) if i == j else 1.0 if abs(i - j) == 1 else 0.0 for j in range(p)] for i in range(p)]
    if kind == "graded":
        return [[2.0 ** -(8 * (i + j)) * (2.0 if i == j else 1.0) for j in range(p)] for i in range(p)]
    if kind == "tiny":
        return [[2.0 ** -900 * (min(i, j) + 1) for j in range(p)] for i in range(p)]
    if kind == "huge":
        return [[2.0 ** 900 * (min(i, j) + 1) for j in range(p)] for i in range(p)]
    if kind == "diagonal":
        return [[float((i * 7) % p) - 2 if i == j else 0.0 for j in range(p)] for i in range(p)]
    assert kind == "random"
    x = sample(p, p * p, 1.0, -1.5, 0.0).reshape(p, p)
    return [[float(x[max(i, j), min(i, j)]) for j in range(p)] for i in range(p)]


def eigen_lines():
    for kind, sizes in (("hilbert", (1, 2, 5, 12)), ("minimum", (3, 30)), ("ones", (4, 9)), ("wilkinson", (21,)), ("graded", (6,)), ("tiny", (7,)), ("huge", (7,)),
                        ("diagonal", (10,)), ("random", (2, 3, 17, 40))):
        for p in sizes:
            values = mpmath.eigsy(mpmath.matrix(matrix(kind, p)), eigvals_only=True)
            yield f"eigen {kind} {p} " + " ".join(repr(float(v)) for v in sorted(values, reverse=True))


def data(seed, n, p):
    """Columns that hang together: each adds half of the one before it, with its own scale and place."""
    x = sample(seed, n * p, 1.0, -1.5, 0.0).reshape(n, p)
    for j in range(1, p):
        x[:, j] += 0.5 * x[:, j - 1]
    return x * (np.arange(p) + 1.0) + 10.0 * np.arange(p)


def pca_lines():
    for seed, n, p, standard, share in ((1, 50, 3, 1, 0.65), (2, 1000, 7, 1, 0.65), (3, 1000, 7, 0, 0.65), (4, 300, 40, 1, 0.3), (5, 300, 40, 1, 0.95), (6, 20, 30, 1, 0.8),
                                        (7, 5, 1, 1, 0.65), (8, 2000, 60, 0, 0.5), (9, 2000, 60, 1, 0.999)):
        x = data(seed, n, p)
        z = StandardScaler().fit_transform(x) if standard else x
        pca = PCA(n_components=share, svd_solver="full").fit(z)
        error = np.linalg.norm(z - pca.inverse_transform(pca.transform(z)), axis=1)
        k = pca.n_components_
        first = pca.components_[0]
        first = first * np.sign(first[np.argmax(np.abs(first))])
        values = pca.explained_variance_ * (n - 1) / n
        yield f"pca {seed} {n} {p} {standard} {share} {k} " + " ".join(
            repr(float(v)) for v in (values[0], values[-1], first[0], first[-1], error[0], error[-1], error.mean(), error.max()))


def main():
    with open(__file__.rsplit("/", 1)[0] + "/stats_pca.txt", "w") as out:
        print("# made by make_pca.py", file=out)
        for line in [*eigen_lines(), *pca_lines()]:
            print(line, file=out)


main()
