#!/usr/bin/python3
"""Writes tests/golden/dist.txt: quantiles, means and variances of the distributions of synth/scenario/dist.h, by mpmath (gamma, beta, normal: roots
of the log tail at 40 digits) and scipy (Poisson).

Usage: python3 tests/golden/dist.py > tests/golden/dist.txt      (some minutes)

    quantile TYPE A B U VALUE       moments TYPE A B MEAN VARIANCE
U is a C hexadecimal float: the exact double that the quantile is taken at.
"""
from mpmath import mp, mpf
from scipy import stats

mp.dps = 40
US = [2.0**-53, 1e-12, 1e-8, 1e-4, 0.003, 0.05, 0.2, 0.37, 0.5, 0.61, 0.8, 0.95, 0.997, 0.9999, 1 - 1e-8, 1 - 1e-12, 1 - 2.0**-53]
GAMMA = [0.05, 0.1, 0.5, 1, 1.6, 3, 9, 47.5, 1000, 1e6]
BETA = [(0.05, 0.05), (0.05, 3), (0.5, 0.5), (1, 1), (2, 5), (5, 0.3), (1, 7), (30, 12), (0.2, 1000), (1000, 2500), (1e6, 1e6)]
NORMAL = [(0, 1), (-3, 0.25), (1e6, 12)]
POISSON = [0.01, 0.7, 3, 12.5, 100, 1234, 1e6]


def solve(log_tail, wanted, low, high):
    """Bisection: the tail's logarithm is monotone in y."""
    rising = log_tail(high) > log_tail(low)
    for _ in range(110):
        middle = (low + high) / 2
        if (log_tail(middle) < wanted) == rising:
            low = middle
        else:
            high = middle
    return (low + high) / 2


def gamma_quantile(a, u):
    a = mpf(a)
    if u < 0.5:
        y = solve(lambda y: mp.log(mp.gammainc(a, 0, mp.e**y, regularized=True)) if y > -60 else a * y - mp.loggamma(a + 1), mp.log(u),
                  (mp.log(u) + mp.loggamma(a + 1)) / a - 1, mp.log(a + 10))
    else:
        y = solve(lambda y: mp.log(mp.gammainc(a, mp.e**y, regularized=True)), mp.log(1 - mpf(u)),
                  (mp.log(mpf(1) / 4) + mp.loggamma(a + 1)) / a - 1, mp.log(a + 60 + 12 * mp.sqrt(a)))
    return mp.e**y


def beta_lower_y(a, b, u):
    """logit of the quantile, for u <= 1/2."""
    a, b = mpf(a), mpf(b)

    def log_tail(y):
        if y < -60:
            return a * y - mp.log(a) - mp.log(mp.beta(a, b))
        x = 1 / (1 + mp.e**-y)
        return mp.log(mp.betainc(a, b, 0, x, regularized=True))

    return solve(log_tail, mp.log(u), (mp.log(u) + mp.log(a) + mp.log(mp.beta(a, b))) / a - 10, mpf(60))


def beta_quantile(a, b, u):
    y = beta_lower_y(a, b, mpf(u)) if u <= 0.5 else -beta_lower_y(b, a, 1 - mpf(u))
    return 1 / (1 + mp.e**-y)


def row(*cells):
    print(*[repr(float(c)) if not isinstance(c, str) else c for c in cells])


print("# made by dist.py")
for a in GAMMA:
    row("moments", "gamma", a, 2, a * 2, a * 4)
    for u in US:
        if a < 1e5 or 1e-9 < u < 1 - 1e-9:
            row("quantile", "gamma", a, 2, u.hex(), 2 * gamma_quantile(a, u))
for a, b in BETA:
    row("moments", "beta", a, b, a / (a + b), a * b / ((a + b) ** 2 * (a + b + 1)))
    for u in US:
        if a < 1e5:
            row("quantile", "beta", a, b, u.hex(), beta_quantile(a, b, u))
        elif 1e-9 < u < 1 - 1e-9:
            row("quantile", "beta", a, b, u.hex(), stats.beta(a, b).ppf(u))
for m, s in NORMAL:
    row("moments", "normal", m, s, m, s * s)
    for u in US:
        z = -mp.sqrt(2) * mp.erfinv(1 - 2 * mpf(u))
        row("quantile", "normal", m, s, u.hex(), m + s * z)
for mu, sigma in [(0, 1), (3.6, 0.9), (-2, 0.1)]:
    mu_, s_ = mpf(mu), mpf(sigma)
    row("moments", "lognormal", mu, sigma, mp.e ** (mu_ + s_ * s_ / 2), (mp.e ** (s_ * s_) - 1) * mp.e ** (2 * mu_ + s_ * s_))
    for u in US:
        z = -mp.sqrt(2) * mp.erfinv(1 - 2 * mpf(u))
        row("quantile", "lognormal", mu, sigma, u.hex(), mp.e ** (mu_ + s_ * z))
row("moments", "exponential", 40, 0, 40, 1600)
for u in US:
    row("quantile", "exponential", 40, 0, u.hex(), -40 * mp.log(1 - mpf(u)))
row("moments", "uniform", -2, 6, 2, mpf(64) / 12)
row("moments", "integer", -3, 8, 2.5, mpf(143) / 12)
row("moments", "bernoulli", 0.3, 0, 0.3, 0.21)
for m in POISSON:
    row("moments", "poisson", m, 0, m, m)
    for u in US:
        row("quantile", "poisson", m, 0, u.hex(), stats.poisson(m).ppf(u))
