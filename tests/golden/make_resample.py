#!/usr/bin/env python3
"""Block lengths of Politis and White (2004), corrected (2009), for circular blocks: tests/golden/stats_resample.txt.

Series: e from the generator u' = (1103515245 u + 12345) mod 2^31 as u / 2^31 - 0.5; x_t = phi x_(t-1) + e_t + wave * ((t % 24) < 12).
Written from the papers with numpy's correlations, apart from the C code. Line: seed n phi wave length."""
import numpy as np


def series(seed, n, phi, wave):
    u, x, out = seed, 0.0, []
    for t in range(n):
        u = (1103515245 * u + 12345) % 2**31
        x = phi * x + (u / 2**31 - 0.5)
        out.append(x + (wave if t % 24 < 12 else 0.0))
    return np.array(out)


def block_length(x):
    n = len(x)
    e = x - x.mean()
    r = np.correlate(e, e, "full")[n - 1:] / n
    if r[0] == 0:
        return 1
    k = max(5, int(np.floor(np.log10(n))))
    most = min(int(np.ceil(np.sqrt(n))) + k, n - 1)
    c = 2 * np.sqrt(np.log10(n) / n)
    rho = np.abs(r / r[0])
    m_hat = most
    for m in range(0, most - k + 1):
        if np.all(rho[m + 1:m + k + 1] < c):
            m_hat = m
            break
    if m_hat == 0:
        return 1
    big = min(2 * m_hat, most)
    lag = np.arange(1, big + 1)
    window = np.where(lag / big <= 0.5, 1.0, 2 * (1 - lag / big))
    g0 = r[0] + 2 * np.sum(window * r[1:big + 1])
    slope = 2 * np.sum(window * lag * r[1:big + 1])
    d = 4 / 3 * g0**2
    best = (2 * slope**2 / d) ** (1 / 3) * n ** (1 / 3)
    return int(np.ceil(max(1, min(best, np.ceil(min(3 * np.sqrt(n), n / 3))))))


if __name__ == "__main__":
    print("# seed n phi wave length")
    for seed in (1, 2, 3):
        for n in (8, 50, 400, 3000):
            for phi, wave in ((0, 0), (0.3, 0), (0.7, 0), (0.95, 0), (-0.6, 0), (0, 0.5), (0.5, 0.2)):
                print(seed, n, phi, wave, block_length(series(seed, n, phi, wave)))
