#!/usr/bin/env python3
"""Makes kstwo.txt: "x n P(D >= x)" by Durbin's matrix (Marsaglia, Tsang and Wang 2003), which is exact: with mpmath's numbers where it is small, with doubles (whose error is
about 1e-13 of 1 then, all entries being positive) where it is large."""
import math

import mpmath as M
import numpy as np

M.mp.dps = 50


def matrix(k, m, h, number):
    out = [[number(0)] * m for _ in range(m)]
    for i in range(m):
        for j in range(m):
            if i - j + 1 >= 0:
                out[i][j] = number(1)
    for i in range(m):
        out[i][0] -= h ** (i + 1)
        out[m - 1][i] -= h ** (m - i)
    if 2 * h > 1:
        out[m - 1][0] += (2 * h - 1) ** m
    for i in range(m):
        for j in range(m):
            if i - j + 1 > 0:
                out[i][j] = number(out[i][j] / M.factorial(i - j + 1))
    return out


def sf(n, x, large):
    t = n * M.mpf(x)
    k = int(M.ceil(t))
    m, h = 2 * k - 1, k - t
    base = np.array(matrix(k, m, h, M.mpf), dtype=float) if large else M.matrix(matrix(k, m, h, M.mpf))
    power, exponent, base_exponent, left = (np.eye(m) if large else M.eye(m)), 0, 0, n
    while left:
        if left & 1:
            power, exponent = (power @ base if large else power * base), exponent + base_exponent
        base, base_exponent = (base @ base if large else base * base), 2 * base_exponent
        if large and base[k - 1, k - 1] > 2.0 ** 400:
            base, base_exponent = base * 2.0 ** -400, base_exponent + 400
        if large and power[k - 1, k - 1] > 2.0 ** 400:
            power, exponent = power * 2.0 ** -400, exponent + 400
        left >>= 1
    return 1 - M.mpf(power[k - 1, k - 1]) * M.mpf(2) ** exponent * M.exp(M.loggamma(n + 1) - n * M.log(n))


with open(__file__.rsplit("/", 1)[0] + "/kstwo.txt", "w") as out:
    out.write("# made by make_kstwo.py\n")
    for n, large in [(5, False), (40, False), (140, False), (141, False), (200, False), (1500, True), (2133, True), (6400, True), (20000, True), (100000, True)]:
        for s in [0.15, 0.59, 0.61, 0.75, 1.2, 2.19, 2.21, 2.99, 3.01, 3.6, 4.19, 4.21]:
            x = math.sqrt(s / n)
            if n * s > 130000 or (n == 200 and s < 2):
                continue
            p = sf(n, x, large)
            if n * x > 1 and p > (1e-3 if large else 0):
                out.write("%r %d %s\n" % (x, n, M.nstr(p, 17)))
