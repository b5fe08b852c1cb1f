#!/usr/bin/env python3
"""Makes stats_special.txt: function, arguments, value, from mpmath at 50 digits and more. kstwo from scipy, which uses the same regions."""
import random

import mpmath as M
from mpmath import mp, mpf
from scipy.stats import kstwo

mp.dps = 60
random.seed(20240611)
LEAST = mpf("1e-290")


def gamma_rest(x):
    return M.loggamma(x) - ((x - mpf("0.5")) * M.log(x) - x + M.log(2 * M.pi) / 2)


def deviance(x, mean):
    return x * M.log(x / mean) + mean - x


def beta_tail(a, b, low, high):
    """Integral of the density by the hypergeometric series of the smaller side: no cancellation at any precision."""
    mp.dps = 400
    out = M.betainc(a, b, low, high, regularized=True)
    mp.dps = 60
    return out


def smirnov(n, x):
    return x * sum(M.binomial(n, j) * (x + mpf(j) / n) ** (j - 1) * (1 - x - mpf(j) / n) ** (n - j)
                   for j in range(int(M.floor(n * (1 - x))) + 1))


def smirnov_large(n, x):
    """By the logarithms of the terms; the integral over j instead of the sum where there are too many (their difference is below 1e-17 for n x >= 40)."""
    def term(j):
        left = n - j
        return M.exp(M.loggamma(n + 1) - M.loggamma(j + 1) - M.loggamma(left + 1) + (j - 1) * M.log(x + j / n) + left * M.log(1 - x - j / n))
    if n <= 30000:
        return x * sum(term(mpf(j)) for j in range(int(M.ceil(n * (1 - x)))))
    step, total, room = mpf(1) / 24, mpf(0), n * (1 - x)
    for i in range(-900, 901):
        u = 1 / (1 + M.exp(-i * step))
        total += term(room * u) * room * u * (1 - u)
    return x * total * step


def kolmogorov(x):
    if x > 0.5:
        return 2 * sum((-1) ** (k - 1) * M.exp(-2 * k * k * x * x) for k in range(1, 60))
    return 1 - M.sqrt(2 * M.pi) / x * sum(M.exp(-((2 * k - 1) ** 2) * M.pi ** 2 / (8 * x * x)) for k in range(1, 60))


def normal_quantile(p):
    z = M.mpf(0)
    return M.findroot(lambda t: M.log(M.erfc(-t / M.sqrt(2)) / 2) - M.log(p), -M.sqrt(-2 * M.log(p)) if p < 0.02 else z)


def student(t, df):
    return beta_tail(df / 2, mpf("0.5"), 0, df / (df + t * t))


def fisher_f_cdf(f, a, b):
    return beta_tail(a / 2, b / 2, 0, a * f / (b + a * f))


def fisher_f(f, a, b):
    return beta_tail(b / 2, a / 2, 0, b / (b + a * f))


def binomial_sf(k, n, p):
    return sum(M.binomial(n, j) * p ** j * (1 - p) ** (n - j) for j in range(int(k) + 1, int(n) + 1))


def smirnov_integral(function, width, x):
    """Of function(d, width - d), d from 0 to width, with inverse roots at both ends, which go away in d = t^2; falls like e^(-x d)."""
    half = M.sqrt(width / 2)
    past = min(half, 20 / M.sqrt(x))
    cuts = M.linspace(0, past, 8 if x < 5 else 20) + ([half] if past < half else [])
    return M.quad(lambda t: 2 * t * function(t * t, width - t * t), cuts) + M.quad(lambda t: 2 * t * function(width - t * t, t * t), [0, half / 2, half])


def cvm_sf(x):
    """Smirnov's integrals by quadrature."""
    def part(k):
        low = (2 * k - 1) * M.pi
        part = lambda d, rest: M.exp(-x * (low * d + d * d / 2)) / M.sqrt((low + d) * M.sin(min(d, rest)))
        return M.exp(-x * low * low / 2) * smirnov_integral(part, M.pi, x)  # quad stops at small absolute errors
    return 2 / M.pi * sum((-1) ** (k + 1) * part(k) for k in range(1, 9 if x < 1 else 4))


def cvm_cdf(x):
    return sum(M.gamma(k + mpf(1) / 2) / M.gamma(k + 1) * M.sqrt(4 * k + 1) * M.exp(-mpf(4 * k + 1) ** 2 / (16 * x)) *
               M.besselk(mpf(1) / 4, mpf(4 * k + 1) ** 2 / (16 * x)) for k in range(40)) / (M.pi ** mpf("1.5") * M.sqrt(x))


def anderson_cdf(x):
    """Anderson and Darling 1954."""
    def term(j):
        y = mpf(4 * j + 1)
        inner = M.quad(lambda w: M.exp(x / (8 * (w * w + 1)) - y * y * M.pi ** 2 * w * w / (8 * x)), [0, M.sqrt(x) / y, 5 * M.sqrt(x) / y, 30 * M.sqrt(x) / y])
        return M.binomial(mpf(-1) / 2, j) * y * M.exp(-y * y * M.pi ** 2 / (8 * x)) * inner
    return M.sqrt(2 * M.pi) / x * sum(term(j) for j in range(10 + int(x)))


def anderson_sf(x):
    """1 - cdf at enough digits while its series is short, Smirnov's integrals far out (the product over j (j + 1) in closed form)."""
    if x < 12:
        return 1 - anderson_cdf(x)
    def part(k):
        low = mpf(4 * k - 1)
        least = (low ** 2 - 1) / 8
        more = lambda d: (2 * low * d + d * d) / 8
        part = lambda d, rest: (low + d) / 4 * M.exp(-x * more(d)) * M.sqrt(2 * M.pi / ((least + more(d)) * M.sin(M.pi * min(d, rest) / 2)))
        return M.exp(-x * least) * smirnov_integral(part, mpf(2), x)
    return (part(1) - part(2) + part(3)) / M.pi


def student_quantile(p, df):
    """The root in log t, of the smaller tail."""
    def tail(t):
        return M.betainc(df / 2, mpf("0.5"), 0, df / (df + t * t), regularized=True) / 2
    small = min(p, 1 - p)
    low, high = mpf(-60), mpf(1200)
    while high - low > mpf("1e-35"):
        middle = (low + high) / 2
        low, high = (middle, high) if tail(M.exp(middle)) > small else (low, middle)
    return M.exp(low) if p > 0.5 else -M.exp(low)


def kuiper_sf(x):
    return 2 * sum((4 * j * j * x * x - 1) * M.exp(-2 * j * j * x * x) for j in range(1, 80))


def log_uniform(low, high):
    return 10 ** random.uniform(low, high)


def near(a, spread):
    """An argument some standard deviations from the mean of a gamma law."""
    z = random.uniform(-spread, spread)
    return a * max(1e-9, 1 - 1 / (9 * a) + z / (3 * a ** 0.5)) ** 3


def cases():
    for x in [0.5, 1.5, 2.5, 10, 2.385, 1 + 1e-9, 1 - 1e-9, 2 + 1e-9, 2 - 1e-9, 1e-300, 1e15] + [log_uniform(-8, 8) for _ in range(40)] + [random.uniform(0.4, 12) for _ in range(40)]:
        yield "gamma_log", (x,), M.loggamma
    for _ in range(40):
        yield "gamma_rest", (log_uniform(-6, 7),), gamma_rest
        x = log_uniform(-5, 9)
        yield "deviance", (x, x * random.choice([1 + random.uniform(-0.9, 3), 1 + log_uniform(-8, 0), log_uniform(-12, 12)])), deviance
    for _ in range(120):
        a = log_uniform(-2, 5)
        x = near(a, random.choice([3, 30]))
        yield "gamma_q", (a, x), lambda s, y: M.gammainc(s, y, M.inf, regularized=True)
        yield "gamma_p", (a, x), lambda s, y: M.gammainc(s, 0, y, regularized=True)
    yield "chi2_sf", (10000.0, 10000.0), lambda x, df: M.gammainc(df / 2, x / 2, M.inf, regularized=True)
    for _ in range(60):
        df = random.randint(1, 200)
        yield "chi2_sf", (2 * near(df / 2, 28), float(df)), lambda x, df: M.gammainc(df / 2, x / 2, M.inf, regularized=True)
    for _ in range(100):
        a, b = log_uniform(-1, 3.5), log_uniform(-1, 3.5)
        mean, deviation = a / (a + b), (a * b / (a + b) ** 2 / (a + b + 1)) ** 0.5
        x = min(max(mean + random.uniform(-12, 12) * deviation, 1e-6), 1 - 1e-6)
        yield "beta_i", (a, b, x), lambda a, b, x: beta_tail(a, b, 0, x)
        yield "beta_ic", (a, b, x), lambda a, b, x: beta_tail(a, b, x, 1)
    for _ in range(100):
        yield "student_two_sided", (log_uniform(-4, 2), log_uniform(-0.5, 4)), student
        yield "f_cdf", (log_uniform(-3, 1), float(random.randint(1, 300)), float(random.randint(1, 300))), fisher_f_cdf
        yield "f_sf", (log_uniform(-2, 1.5), float(random.randint(1, 300)), float(random.randint(1, 300))), fisher_f
    yield "student_two_sided", (1e100, 2.0), student
    for _ in range(60):
        n, p = random.randint(2, 3000), random.uniform(0.01, 0.99)
        k = max(0, min(n - 1, int(n * p + random.uniform(-18, 18) * (n * p * (1 - p)) ** 0.5)))
        yield "binomial_sf", (k, n, p), binomial_sf
        yield "binomial_pmf", (k, n, p), lambda k, n, p: M.binomial(n, k) * p ** k * (1 - p) ** (n - k)
    for n in [2, 7, 100, 12345, 10 ** 9]:
        for k in {1, n // 3, n // 2, n - 1} - {0}:
            yield "choose_log", (n, k), lambda n, k: M.loggamma(n + 1) - M.loggamma(k + 1) - M.loggamma(n - k + 1)
    for z in [0, 0.5, 0.6629, 2.385, 5.656, 5.657, 30, 36.5] + [random.uniform(-36, 36) for _ in range(60)] + [random.uniform(-3, 3) for _ in range(60)]:
        yield "normal_sf", (z,), lambda z: M.erfc(z / M.sqrt(2)) / 2
    for _ in range(60):
        yield "erfc", (random.uniform(-6, 25.8),), M.erfc
    for p in [0.5, 0.075, 0.925, 0.0751, 1e-11, 1e-12, 1e-300] + [random.uniform(0, 1) for _ in range(40)] + [log_uniform(-280, 0) for _ in range(40)]:
        yield "normal_quantile", (p,), normal_quantile
    for x in [0.05, 0.3, 0.8199, 0.82, 1, 1.3581, 2, 6, 18] + [random.uniform(0.05, 4) for _ in range(30)]:
        yield "kolmogorov_sf", (x,), kolmogorov
        yield "kolmogorov_cdf", (x,), lambda x: 1 - kolmogorov(x) if x > 0.5 else M.sqrt(2 * M.pi) / x * sum(
            M.exp(-((2 * k - 1) ** 2) * M.pi ** 2 / (8 * x * x)) for k in range(1, 60))
    for q in [1e-300, 1e-20, 0.1249, 0.125, 0.1251, 1, 2.385, 19.99, 20.0, 20.01, 300.0, 1e6] + [log_uniform(-3, 2.8) for _ in range(40)]:
        yield "bessel_k_quarter_scaled", (q,), lambda q: M.besselk(M.mpf(1) / 4, q) * M.exp(q)
        yield "bessel_k_quarter", (q,), lambda q: M.besselk(M.mpf(1) / 4, q)
    for x in [0.02, 0.1, 0.2999, 0.3, 0.3001, 0.46136, 1.0, 2.385, 20.0, 93.0, 130.0] + [log_uniform(-1.7, 1) for _ in range(20)]:
        yield "cvm_limit_sf", (x,), lambda x: cvm_sf(x) if x > 0.2 else 1 - cvm_cdf(x)
        if x < 5:
            yield "cvm_limit_cdf", (x,), cvm_cdf
    for x in [0.02, 0.2, 0.9999, 1.0, 1.0001, 2.492, 11.9, 12.1, 40.0, 250.0, 460.0, 640.0] + [log_uniform(-1.7, 1.5) for _ in range(20)]:
        yield "anderson_limit_sf", (x,), anderson_sf
        if x < 10:
            yield "anderson_limit_cdf", (x,), anderson_cdf
    for x in [0.41, 0.7, 0.999, 1.001, 1.747, 2.385, 5.0, 15.0, 18.0] + [random.uniform(0.41, 4) for _ in range(20)]:
        yield "kuiper_limit_sf", (x,), kuiper_sf
    for _ in range(40):
        n = random.randint(1, 500)
        yield "smirnov_sf", (n, min(0.9, log_uniform(-1, 1.2) / n ** 0.5)), smirnov
    for n, nx in [(2000, 39.9), (2001, 39.9), (2001, 40.1), (2001, 300.0), (30000, 41.0), (30000, 900.0), (10 ** 6, 700.0), (10 ** 6, 15000.0), (10 ** 6 + 1, 41.0), (10 ** 6 + 1, 15000.0),
                  (3 * 10 ** 7, 9000.0), (10 ** 9, 250000.0), (10 ** 9, 400000.0)]:
        yield "smirnov_sf", (n, nx / n), lambda n, x: smirnov_large(M.mpf(n), x)
    for x in kstwo_cases():
        yield "kstwo_sf", x, None
    for p in [0.7, 0.3, 0.05, 0.0013498980316300945, 1e-9, 1e-30]:
        for df in [0.5, 1.0, 2.0, 5.0, 9.0, 49.0, 1e4]:
            yield "student_quantile", (p, df), student_quantile


def kstwo_cases():
    """Every region and both sides of each switch."""
    for n in [1, 2, 5, 30, 100, 140, 141, 1000, 9000, 100000, 100001]:
        root = n ** 0.5
        for s in [0.02, 0.3, 0.7546, 0.7548, 1.2, 2.19, 2.21, 3.99, 4.01, 17.9, 18.1, 60]:
            if s ** 0.5 / root < 1 and not (n >= 100000 and s > 2):
                yield s ** 0.5 / root, n
        for t in [0.4, 0.51, 0.99, 1.01, n - 1.01, n - 0.5]:
            if 0 < t < n and n <= 1000:
                yield t / n, n
        if n <= 1000:
            yield 0.4999, n
            yield 0.5001, n
        if 141 <= n <= 9000:
            x = (1.4 / n) ** (2 / 3)
            yield x * 0.999, n
            yield x * 1.001, n


with open(__file__.rsplit("/", 1)[0] + "/stats_special.txt", "w") as out:
    out.write("# made by make_special.py: function, arguments, value\n")
    for name, args, function in cases():
        value = mpf(float(kstwo.sf(*args))) if function is None else function(*[mpf(a) if isinstance(a, float) else M.mpf(a) for a in args])
        if value != 0 and abs(value) < LEAST:
            continue
        out.write(" ".join([name] + [repr(a) for a in args] + [M.nstr(value, 20)]) + "\n")
