#!/usr/bin/env python3
"""Makes answers.txt: statistics and exact p-values of the tests of stats/answers on small samples, from their definitions, by making the
whole kernel and going through every deal of the answers of each prompt.

hamming LENGTH PROMPTS {N M UNITS...}... STATISTIC SHARE     units of N reference answers, then M current ones, LENGTH each
logprob PROMPTS {N M {K {TOKEN LOGPROB}...}...}... STATISTIC SHARE
cosine WIDTH PROMPTS {N M NUMBERS...}... STATISTIC SHARE
border INPUTS {K REFERENCE... CURRENT...}... STATISTIC SHARE     counts of K answers on both sides
agreement WIDTH MODELS PROMPTS WEIGHT... {{N M NUMBERS...} by model}... {STATISTIC SHARE} by model     of each the answers to each prompt,
    N of the reference, then M current ones; SHARE is two-sided
SHARE: of all deals whose statistic is at least the observed one."""
import itertools
import math
import random

rng = random.Random(20261129)


def deals(sizes):
    """Every choice of N of N + M answers, for each prompt."""
    return itertools.product(*[itertools.combinations(range(n + m), n) for n, m in sizes])


def share(statistic, sizes):
    seen = statistic(tuple(tuple(range(n)) for n, m in sizes))
    every = [statistic(d) for d in deals(sizes)]
    return seen, sum(s >= seen - 1e-12 for s in every) / len(every)


def hamming_case(length, sizes, alphabet, apart):
    prompts = []
    for n, m in sizes:
        ref = [[rng.choice(alphabet) for _ in range(length)] for _ in range(n)]
        cur = [[rng.choice(alphabet[apart:]) for _ in range(length)] for _ in range(m)]
        prompts.append(ref + cur)

    def statistic(deal):
        sums, pairs = [0.0] * 3, [0] * 3
        for answers, first in zip(prompts, deal):
            for i, a in enumerate(answers):
                for j, b in enumerate(answers):
                    if i == j:
                        continue
                    side = 0 if i in first and j in first else 1 if i not in first and j not in first else 2
                    sums[side] += sum(x == y for x, y in zip(a, b)) / length
                    pairs[side] += 1
        return sum(w * s / p for w, s, p in zip((1, 1, -2), sums, pairs) if p)

    seen, p = share(statistic, sizes)
    body = " ".join(f"{n} {m} " + " ".join(str(u) for a in ans for u in a) for (n, m), ans in zip(sizes, prompts))
    print(f"hamming {length} {len(sizes)} {body} {seen!r} {p!r}")


def logprob_case(sizes, tokens, listed, move, lumps=False):
    prompts = []
    for n, m in sizes:
        answers = []
        for i in range(n + m):
            level = [-(t + 1) * 0.7 + (0 if lumps else rng.gauss(0, 0.2)) - (move * (t % 2) if i >= n else 0) for t in range(tokens)]
            best = sorted(range(tokens), key=lambda t: -level[t])[:listed]
            answers.append([(t, round(level[t], 6)) for t in best])
        prompts.append(answers)

    def statistic(deal):
        total = 0.0
        for answers, first in zip(prompts, deal):
            union = sorted({t for a in answers for t, _ in a})
            rows = [[dict(a).get(t, min(v for _, v in a)) for t in union] for a in answers]
            mean = lambda side: [math.fsum(rows[i][k] for i in side) / len(side) for k in range(len(union))]
            rest = [i for i in range(len(answers)) if i not in first]
            total += math.fsum(abs(x - y) for x, y in zip(mean(first), mean(rest))) / len(union)
        return total / len(prompts)

    seen, p = share(statistic, sizes)
    body = " ".join(f"{n} {m} " + " ".join(f"{len(a)} " + " ".join(f"{t} {v!r}" for t, v in a) for a in ans)
                    for (n, m), ans in zip(sizes, prompts))
    print(f"logprob {len(sizes)} {body} {seen!r} {p!r}")


def cosine_case(width, sizes, move):
    prompts = []
    for n, m in sizes:
        prompts.append([[round(rng.gauss(1 + (move * (k % 2) if i >= n else 0), 0.5), 3) for k in range(width)] for i in range(n + m)])
    unit = [[[x / math.sqrt(math.fsum(y * y for y in v)) for x in v] for v in answers] for answers in prompts]

    def statistic(deal):
        sums, pairs = [0.0] * 3, [0] * 3
        for answers, first in zip(unit, deal):
            for i, a in enumerate(answers):
                for j, b in enumerate(answers):
                    if i == j:
                        continue
                    side = 0 if i in first and j in first else 1 if i not in first and j not in first else 2
                    sums[side] += math.fsum(x * y for x, y in zip(a, b))
                    pairs[side] += 1
        return sum(w * s / p for w, s, p in zip((1, 1, -2), sums, pairs) if p)

    seen, p = share(statistic, sizes)
    body = " ".join(f"{n} {m} " + " ".join(repr(x) for a in ans for x in a) for (n, m), ans in zip(sizes, prompts))
    print(f"cosine {width} {len(sizes)} {body} {seen!r} {p!r}")


def border_case(tables):
    answers = [[k for side in (ref, cur) for k, c in enumerate(side) for _ in range(c)] for ref, cur in tables]
    sizes = [(sum(ref), sum(cur)) for ref, cur in tables]

    def statistic(deal):
        total = 0.0
        for (ref, _), rows, first in zip(tables, answers, deal):
            n, m = len(first), len(rows) - len(first)
            mine = [sum(rows[i] == k for i in first) for k in range(len(ref))]
            total += sum(abs(a / n - (rows.count(k) - a) / m) for k, a in enumerate(mine)) / 2
        return total / len(tables)

    seen, p = share(statistic, sizes)
    body = " ".join(f"{len(ref)} " + " ".join(map(str, ref + cur)) for ref, cur in tables)
    print(f"border {len(tables)} {body} {seen!r} {p!r}")


hamming_case(4, [(4, 4)], [7, 8, 9], 0)
hamming_case(4, [(4, 4)], [7, 8, 9], 1)
hamming_case(3, [(3, 3), (3, 3)], [0, 1114111], 0)
hamming_case(5, [(3, 2), (2, 4)], [3, 4, 5, 6], 1)
hamming_case(2, [(1, 5)], [1, 2, 3], 0)
hamming_case(1, [(4, 3), (2, 2)], [1], 0)
logprob_case([(4, 4)], 5, 3, 0.0)
logprob_case([(4, 4)], 5, 3, 0.5)
logprob_case([(3, 3), (3, 2)], 6, 4, 0.1)
logprob_case([(3, 4)], 4, 4, 0.0, lumps=True)
logprob_case([(1, 5)], 5, 2, 0.3)
cosine_case(3, [(4, 4)], 0)
cosine_case(3, [(3, 3), (3, 2)], 1)
cosine_case(2, [(1, 5)], 0.5)
border_case([([5, 4], [1, 2])])
border_case([([4, 2, 0], [0, 1, 2]), ([3, 3], [2, 0])])
border_case([([5, 0], [3, 0])])


def agreement_case(width, sizes, weights, move):
    """sizes: of each prompt (N, M) of each model. The second model moves."""
    models, cosine = len(weights), lambda a, b: math.fsum(x * y for x, y in zip(a, b)) / math.sqrt(
        math.fsum(x * x for x in a) * math.fsum(y * y for y in b))
    prompts = [[[[round(rng.gauss(1 + (move * (k % 2) if model == 1 and i >= n else 0), 0.5), 3) for k in range(width)] for i in range(n + m)]
                for model, (n, m) in enumerate(row)] for row in sizes]

    def scores(answers, model):
        """Of every answer: the weighted mean over the other models of the mean cosine of all pairs with theirs."""
        others = [j for j in range(models) if j != model and answers[j] and weights[j] > 0]
        return [math.fsum(weights[j] * math.fsum(cosine(a, b) for b in answers[j]) / len(answers[j]) for j in others)
                / math.fsum(weights[j] for j in others) for a in answers[model]]

    found = []
    for model in range(models):
        own = [scores(answers, model) for answers in prompts]
        both = [(s, row[model]) for s, row in zip(own, sizes) if row[model][0] and row[model][1]]

        def statistic(deal):
            mean = lambda s, side: math.fsum(s[i] for i in side) / len(side)
            parts = [mean(s, first) - mean(s, [i for i in range(len(s)) if i not in first]) for (s, _), first in zip(both, deal)]
            return math.fsum(parts) / len(parts)

        seen = statistic(tuple(tuple(range(n)) for _, (n, m) in both))
        every = [abs(statistic(d)) for d in deals([size for _, size in both])]
        found += [seen, sum(s >= abs(seen) - 1e-12 for s in every) / len(every)]
    body = " ".join(f"{n} {m} " + " ".join(repr(x) for a in answers for x in a)
                    for row, prompt in zip(sizes, prompts) for (n, m), answers in zip(row, prompt))
    body = body.replace("  ", " ").strip()
    print(f"agreement {width} {models} {len(sizes)} {' '.join(map(str, weights))} {body} {' '.join(map(repr, found))}")


agreement_case(3, [[(4, 4), (4, 4), (3, 4)]], [1, 1, 1], 0)
agreement_case(3, [[(3, 3), (3, 3), (2, 3)], [(3, 2), (3, 3), (3, 3)]], [1, 1, 1], 2)
agreement_case(2, [[(3, 3), (4, 3), (2, 2), (3, 3)], [(3, 3), (2, 3), (0, 2), (2, 3)]], [1, 0.25, 0.5, 0], 1)
