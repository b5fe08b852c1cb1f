#!/usr/bin/env python3
"""Makes chunked.txt: what NannyML's definitions (methods of 0.13) give for a small data set, by numpy, scipy and sklearn. Samples: golden_sample.py.

The data set, which test_chunked.c makes too: 1,200 reference and 700 current rows, in chunks of 250 with the rest as a chunk of its own.
  amount   sample(1 | 2, n, 10, 0, 0); current + 3; missing in every 17th row of the reference and every 5th of the current data
  steps    sample(3 | 4, n, 4, 0, 2)
  follows  amount before its missing ones + sample(5 | 6, n, 1, 0, 0)
  kind     "abc"[floor(3 u^2)], u = uniform(7 | 8, n); current: "d" where u > 0.97; missing where uniform(9 | 10) < 0.03
  flag     uniform(11 | 12) < 0.5; current < 0.8

point COLUMN METHOD SIDE INDEX VALUE P SAMPLING_ERROR LOW HIGH LOWER UPPER ALERT    (nan: none)
"""
import numpy as np
from golden_sample import sample, uniform
from scipy.spatial.distance import jensenshannon
from scipy.stats import chi2_contingency, ks_2samp, wasserstein_distance
from sklearn.decomposition import PCA
from sklearn.preprocessing import StandardScaler

SIZE = 250
NAN = float("nan")


def make(side):
    n = (1200, 700)[side]
    amount = sample(1 + side, n, 10.0, 0.0, 0.0) + 3.0 * side
    follows = amount + sample(5 + side, n, 1.0, 0.0, 0.0)
    amount = amount.copy()
    amount[np.arange(n) % (17, 5)[side] == 0] = np.nan
    u = uniform(7 + side, n)
    kind = np.array(list("abc"), dtype=object)[np.floor(3 * u * u).astype(int)]
    if side:
        kind[u > 0.97] = "d"
    kind[uniform(9 + side, n) < 0.03] = None
    flag = np.where(uniform(11 + side, n) < (0.5, 0.8)[side], "true", "false").astype(object)
    return {"amount": amount, "steps": sample(3 + side, n, 4.0, 0.0, 2.0), "follows": follows, "kind": kind, "flag": flag}


def chunks(n):
    return [slice(i, min(i + SIZE, n)) for i in range(0, n, SIZE)]


def present(x):
    return x[~np.isnan(x)] if x.dtype == float else x[np.array([v is not None for v in x])]


def hellinger(p, q):
    return np.sqrt(((np.sqrt(p) - np.sqrt(q)) ** 2).sum() / 2)


def number_shares(r, c):
    edges = np.histogram_bin_edges(r, bins="doane")
    inside = np.histogram(c, edges)[0]
    return np.append(np.histogram(r, edges)[0] / len(r), 0.0), np.append(inside, len(c) - inside.sum()) / len(c)


def counts(r, c, keys):
    return np.array([(r == k).sum() for k in keys]), np.array([(c == k).sum() for k in keys])


def category_shares(r, c):
    a, b = counts(r, c, sorted(set(r)))
    return np.append(a / len(r), 0.0), np.append(b, len(c) - b.sum()) / len(c)


def all_counts(r, c):
    return counts(r, c, sorted(set(r) | set(c)))


def largest(r, c):
    a, b = all_counts(r, c)
    return np.abs(a / len(r) - b / len(c)).max()


def chi2(r, c):
    return chi2_contingency(np.array(all_counts(r, c)).T)


NUMBERS = {"ks": lambda r, c: ks_2samp(r, c).statistic, "wasserstein": wasserstein_distance, "jensenshannon": lambda r, c: jensenshannon(*number_shares(r, c), base=2),
           "hellinger": lambda r, c: hellinger(*number_shares(r, c))}
CATEGORIES = {"jensenshannon": lambda r, c: jensenshannon(*category_shares(r, c), base=2), "hellinger": lambda r, c: hellinger(*category_shares(r, c)), "l_infinity": largest,
              "chisquare": lambda r, c: chi2(r, c)[0]}


def bounds(values, both, low, high, drop):
    def within(x):
        return (NAN if drop else low) if x < low else (NAN if drop else high) if x > high else x
    mean, std = np.mean(values), np.std(values)
    return (within(mean - 3 * std) if both else NAN), within(mean + 3 * std)


def lines(column, method, sides, thresholds, alert):
    for side in (0, 1):
        for index, (value, p, se, low, high) in enumerate(sides[side]):
            yield " ".join(["point", column, method, str(side), str(index)] + [repr(float(v)) for v in (value, p, se, low, high, *thresholds)] + [str(int(alert(value, p)))])


def outside(lower, upper):
    return lambda value, p: value < lower or value > upper


def column_lines(name, data):
    r = present(data[0][name])
    numeric = data[0][name].dtype == float
    for method, f in (NUMBERS if numeric else CATEGORIES).items():
        sides = [[(f(r, present(data[s][name][c])), chi2(r, present(data[s][name][c]))[1] if method == "chisquare" else NAN, NAN, NAN, NAN) for c in chunks(len(data[s][name]))] for s in (0, 1)]
        t = (NAN, NAN) if method == "chisquare" else bounds([v[0] for v in sides[0]], False, 0, 1 if method == "ks" else np.inf, False)
        yield from lines(name, method, sides, t, (lambda value, p: p < 0.05) if method == "chisquare" else outside(*t))
    missing = 1 - len(r) / len(data[0][name])
    sides = [[], []]
    extra = [[], []]
    for s in (0, 1):
        for c in chunks(len(data[s][name])):
            x = data[s][name][c]
            share, se = 1 - len(present(x)) / len(x), np.sqrt(missing * (1 - missing) / len(x))
            sides[s].append((share, NAN, se, max(0, share - 3 * se), min(1, share + 3 * se)))
            bad = ((present(x) < r.min()) | (present(x) > r.max())).sum() if numeric else sum(v not in set(r) for v in present(x))
            extra[s].append((bad / len(x), NAN, NAN, NAN, NAN))
    t = bounds([v[0] for v in sides[0]], True, 0, 1, True)
    yield from lines(name, "missing_values", sides, t, outside(*t))
    yield from lines(name, "numerical_range" if numeric else "unseen_values", extra, (NAN, 0.0), outside(NAN, 0.0))


def encoded(data, reference):
    columns = []
    for name, x in data.items():
        r = present(reference[name])
        if x.dtype == float:
            columns.append(np.where(np.isnan(x), r.mean(), x))
        else:
            keys, times = np.unique(r.astype(str), return_counts=True)
            usual = keys[times.argmax()]
            all_of = np.array([usual if v is None else v for v in reference[name]])
            share = {k: (all_of == k).mean() for k in keys}
            columns.append(np.array([share.get(usual if v is None else v, 0.0) for v in x]))
    return np.array(columns).T


def pca_lines(data):
    scaler = StandardScaler().fit(encoded(data[0], data[0]))
    pca = PCA(n_components=0.65, svd_solver="full").fit(scaler.transform(encoded(data[0], data[0])))
    sides = [[], []]
    for s in (0, 1):
        z = scaler.transform(encoded(data[s], data[0]))
        error = np.linalg.norm(z - pca.inverse_transform(pca.transform(z)), axis=1)
        for c in chunks(len(error)):
            value, se = error[c].mean(), error[c].std(ddof=1) / np.sqrt(len(error[c]))
            sides[s].append((value, NAN, se, max(0, value - 3 * se), value + 3 * se))
    t = bounds([v[0] for v in sides[0]], True, 0, np.inf, True)
    yield from lines("-", "pca_reconstruction", sides, t, lambda value, p: not t[0] < value < t[1])


data = [make(0), make(1)]
with open(__file__.rsplit("/", 1)[0] + "/chunked.txt", "w") as out:
    print("# made by make_chunked.py", file=out)
    for name in data[0]:
        for line in column_lines(name, data):
            print(line, file=out)
    for line in pca_lines(data):
        print(line, file=out)
