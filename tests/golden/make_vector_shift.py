#!/usr/bin/env python3
"""Makes vector_shift.txt: statistics of stats/answers/vector_shift.h on small samples, from their definitions, and their exact shares and
means over every deal of the answers of each prompt.

STATISTIC WIDTH PROMPTS {N M NUMBERS...}... VALUE MEAN SHARE     N reference answers, then M current ones, WIDTH numbers each"""
import itertools
import math
import random
import statistics

rng = random.Random(20261130)


def distance(a, b):
    return math.sqrt(math.fsum((x - y) ** 2 for x, y in zip(a, b)))


def mean(values):
    return math.fsum(values) / len(values)


def of_prompt(kind, answers, first):
    ref = [a for i, a in enumerate(answers) if i in first]
    cur = [a for i, a in enumerate(answers) if i not in first]
    if kind == "centroid":
        return distance([mean(c) for c in zip(*ref)], [mean(c) for c in zip(*cur)])
    if kind == "energy":
        kernel = lambda a, b: -distance(a, b)
    else:
        typical = statistics.median(distance(a, b) ** 2 for a, b in itertools.combinations(answers, 2))
        kernel = lambda a, b: math.exp(-(distance(a, b) ** 2) / typical)
    within = [mean([kernel(a, b) for a, b in itertools.combinations(side, 2)]) if len(side) > 1 else None for side in (ref, cur)]
    within = [w if w is not None else within[1 - k] for k, w in enumerate(within)]
    return within[0] + within[1] - 2 * mean([kernel(a, b) for a in ref for b in cur])


def case(kind, width, sizes, move, spread):
    prompts = []
    for n, m in sizes:
        prompts.append([[round(rng.gauss(1 + (move * (k % 2) if i >= n else 0), spread if i >= n else 0.5), 3) for k in range(width)]
                        for i in range(n + m)])
    unit = [[[x / math.sqrt(math.fsum(y * y for y in v)) for x in v] for v in answers] for answers in prompts]
    weight = [n * m / (n + m) for n, m in sizes]
    # of each prompt alone over its deals, then all combinations
    alone = [[of_prompt(kind, answers, set(d)) for d in itertools.combinations(range(n + m), n)] for answers, (n, m) in zip(unit, sizes)]
    every = [math.fsum(w * v for w, v in zip(weight, values)) / sum(weight) for values in itertools.product(*alone)]
    body = " ".join(f"{n} {m} " + " ".join(repr(x) for a in ans for x in a) for (n, m), ans in zip(sizes, prompts))
    share = sum(v >= every[0] - 1e-12 for v in every) / len(every)
    print(f"{kind} {width} {len(sizes)} {body} {every[0]!r} {mean(every)!r} {share!r}")


for kind in ("mmd", "energy", "centroid"):
    case(kind, 3, [(4, 4)], 0, 0.5)
    case(kind, 3, [(3, 3), (3, 2)], 1, 0.5)
    case(kind, 2, [(1, 5)], 0.5, 0.5)
    case(kind, 4, [(4, 4)], 0, 2)
    case(kind, 2, [(2, 1), (4, 3)], 0.5, 0.5)
