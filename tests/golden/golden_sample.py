"""The samples of tests/unit/golden.h, bit for bit, for the scripts that make tables."""
import numpy as np

MASK = (1 << 64) - 1


def bits(seed, n):
    with np.errstate(over="ignore"):
        i = np.arange(1, n + 1, dtype=np.uint64)
        z = np.uint64(seed * 0x632BE59BD9B4E019 & MASK) + i * np.uint64(0x9E3779B97F4A7C15)
        z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        return z ^ (z >> np.uint64(31))


def uniform(seed, n):
    return np.ldexp((bits(seed, n) >> np.uint64(11)).astype(np.float64), -53)


def sample(seed, n, scale, shift, steps):
    u = uniform(seed, 3 * n).reshape(n, 3)
    x = scale * (u[:, 0] + u[:, 1] + u[:, 2]) + shift
    return np.floor(x * steps) / steps if steps > 0 else x
