#!/usr/bin/env python3
"""Makes detectors.txt: streams, and where the detectors of river and frouros alarm in them.

The streams are those of the examples in the documents of both libraries and of river's tests, drawn here anew: by Python's random as river's examples do,
and for numpy's (RandomState) by the same Mersenne Twister in plain Python. The indices are those that these documents and tests print:
river at its sources of 2026, frouros 0.10.0. Those of ecdd, for which frouros prints none, are computed here from the formula.

Printed by frouros and not in the table, because its formula is not river's, whose parameters we have (indices of the first drift, W the first warning):
CUSUM(0.005, 50) 1086, GeometricMovingAverage(0.99, 0.3) 1071, PageHinkley 1094 (upwards alone), on frouros_gauss; DDM W1049 1131, EDDM W39 1294,
HDDM_A W1043 1054, HDDM_W W1017 1029, on frouros_bin; ADWIN 1055 (it passes over the last bucket of each size, as river did before 2026).
KSWIN draws by Python's random, and is compared in kind (tests/unit/test_suite_detectors.c): river 1016 on river_doc, 1042 on river_s1."""
import math
import random


class Numpy(random.Random):
    """numpy.random.RandomState(seed): init_genrand, and what is made of its words."""

    def __init__(self, seed):
        super().__init__()
        words = [seed]
        for i in range(1, 624):
            words.append((1812433253 * (words[-1] ^ (words[-1] >> 30)) + i) & 0xFFFFFFFF)
        self.setstate((3, tuple(words) + (624,), None))
        self.kept = None

    def integers(self, high, size):
        mask = (1 << (high - 1).bit_length()) - 1
        out = []
        while len(out) < size:
            value = self.getrandbits(32) & mask
            if value < high:
                out.append(value)
        return out

    def normals(self, mean, std, size):
        out = []
        for _ in range(size):
            if self.kept is not None:
                z, self.kept = self.kept, None
            else:
                square = 2.0
                while square >= 1 or square == 0:
                    a, b = 2 * self.random() - 1, 2 * self.random() - 1
                    square = a * a + b * b
                factor = math.sqrt(-2 * math.log(square) / square)
                z, self.kept = factor * b, factor * a
            out.append(mean + std * z)
        return out

    def coin(self, p, size):
        small = min(p, 1 - p)
        tosses = [int(self.random() > math.exp(math.log(1 - small))) for _ in range(size)]
        return tosses if p <= 0.5 else [1 - t for t in tosses]


def streams():
    draw = random.Random(12345)
    yield "river_doc", draw.choices([0, 1], k=1000) + draw.choices(range(4, 8), k=1000)
    draw = Numpy(12345)
    yield "river_s1", draw.integers(2, 1000) + draw.integers(8, 1000)
    draw = random.Random(42)
    yield "river_multi", sum((draw.choices(values, k=1000) for values in ([0, 1], range(4, 8)) * 2), [])
    draw = random.Random(42)
    yield "river_bin", draw.choices([0, 1], k=1000) + draw.choices([0, 1], k=1000, weights=[0.3, 0.7])
    draw = random.Random(42)
    yield "river_rddm", [int(draw.random() < 0.1) for _ in range(1000)] + [int(draw.random() < 0.5) for _ in range(1000)]
    draw = random.Random(42)
    yield "river_fhddm", draw.choices([0, 1], k=250) + draw.choices([0, 1], k=250, weights=[0.9, 0.1])
    draw = random.Random(12345)
    yield "river_cusum", [draw.gauss(0, 1) for _ in range(200)] + [draw.gauss(3, 1) for _ in range(200)]
    draw = random.Random(12345)
    yield "river_shewhart", [draw.gauss(0, 1) for _ in range(300)] + [draw.gauss(5, 1) for _ in range(200)]
    draw = random.Random(12345)
    yield "river_ewma", [draw.gauss(0 if i < 1000 else 3, 1) for i in range(2000)]
    draw = Numpy(31)
    yield "frouros_gauss", draw.normals(0.2, 0.01, 1000) + draw.normals(0.8, 0.04, 1000)
    draw = Numpy(31)
    yield "frouros_bin", draw.coin(0.6, 1000) + draw.coin(0.8, 1000)
    draw = Numpy(31)
    yield "frouros_stepd", draw.coin(0.8, 1000) + draw.coin(0.5, 1000)


CASES = """\
case adwin - river_s1 1023 *
case adwin delta=0.002 river_doc 1023 *
case adwin - river_multi 1023,2015,3007 *
case page_hinkley - river_doc 1006 *
case page_hinkley - river_s1 1020,1397,1548,1988 *
case page_hinkley mode=up river_s1 1020,1990 *
case cusum - river_cusum 201,251 *
case ewma min_instances=50 river_ewma 1010 *
case shewhart k=4 river_shewhart 300 *
case ddm - river_bin 1334 1084,1492
case eddm alpha=0.8,beta=0.75 river_bin 1278 1059
case hddm_a - river_bin 1206 451
case hddm_w - river_bin 1077 451
case rddm - river_rddm 1021 *
case fhddm - river_fhddm 315 *
case fhddm short_window_size=20 river_fhddm 279 *
case bocd - frouros_gauss first:1031 *
case stepd alpha_d=0.001,alpha_w=0.005 frouros_stepd first:1024 640
case rddm - frouros_bin first:1066 1036"""

LIMITS = {100: (2.76, -6.23, 18.12, -312.45, 1002.18), 400: (3.97, -6.56, 48.73, -330.13, 848.18)}


def ecdd(stream, length, weight=0.2, level=0.5, least=30):
    """Drifts, and the first warning after the start and after each drift."""
    drifts, warnings, begin, warned = [], [], 0, False
    for i in range(len(stream)):
        values = stream[begin : i + 1]
        n, p = len(values), sum(values) / len(values)
        if n < least:
            continue
        z = sum(weight * (1 - weight) ** (n - 1 - k) * x for k, x in enumerate(values[-400:], n - min(n, 400)))
        std = math.sqrt(p * (1 - p) * weight / (2 - weight) * (1 - (1 - weight) ** (2 * n)))
        c = LIMITS[length]
        limit = std * sum(a * p**k for a, k in zip(c, (0, 1, 3, 5, 7)))
        if z > p + limit:
            drifts.append(i)
            begin, warned = i + 1, False
        elif z > p + level * limit and not warned:
            warnings.append(i)
            warned = True
    return drifts, warnings


def listed(indices):
    return ",".join(map(str, indices)) or "-"


def main():
    made = dict(streams())
    print("# Made by make_detectors.py. case METHOD PARAMETERS STREAM DRIFTS WARNINGS: indices from 0 of the values at which a drift is told, and of the first")
    print('# warning after the start and after each drift; - for none, * for not looked at; "first:" those up to the first drift.')
    print("# stream NAME VALUES: digits, or numbers with commas between them.")
    print(CASES)
    for length in LIMITS:
        drifts, warnings = ecdd(made["river_rddm"], length)
        print(f"case ecdd average_run_length={length} river_rddm {listed(drifts)} {listed(warnings)}")
    for name, values in made.items():
        whole = all(isinstance(v, int) for v in values)
        print("stream", name, "".join(map(str, values)) if whole else ",".join(map(repr, values)))


main()
