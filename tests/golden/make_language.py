#!/usr/bin/env python3
"""Makes language.txt: probabilities of the micro language model on small corpora, from the definition: interpolated modified Kneser-Ney
(Chen and Goodman 1998) over dictionaries of tuples, without trees, sorted words or levels.

document CORPUS HEX                                of corpus number CORPUS, in order ("-" for an empty one)
next CORPUS MORE WEIGHT ORDER CONTEXT MEAN {SYMBOL P}...
                                                   MORE: a corpus that training went on with, at WEIGHT; "-" for none; CONTEXT: the
                                                   document so far, HEX or "-"; MEAN: of symbol + 1, over all symbols; P: of the most
                                                   probable symbols, the end of the document, and some others
loss CORPUS ORDER HEX NATS                         of a document
divergence CORPUS OTHER ORDER CONTEXT NATS

Weights are rounded to single precision, as models keep them; all else is exact to the last digits of a double."""
import math
import random
import re
import struct
from collections import Counter, defaultdict

END = 256
rng = random.Random(13)


def single(x):
    return struct.unpack("f", struct.pack("f", x))[0]


def discounts(counts):
    n = [sum(1 for c in counts if c == i) for i in range(5)]
    if all(n[1:]):
        y = n[1] / (n[1] + 2 * n[2])
        d = [0, 1 - 2 * y * n[2] / n[1], 2 - 3 * y * n[3] / n[2], 3 - 4 * y * n[4] / n[3]]
        if all(0 < d[i] < i for i in (1, 2, 3)):
            return d, True
    return [0, 0.5, 1, 1.5], False


def topics(document):
    """Before each byte, and at the end: of the lines that are complete, the longest word."""
    out, longest, topic = [], 0, 0
    for i in range(len(document) + 1):
        if i and document[i - 1] == 10:
            line = document[document.rfind(b"\n", 0, i - 1) + 1:i - 1]
            for word in re.findall(rb"[A-Za-z\x80-\xff]+", line):
                word = re.sub(rb"s$", b"", word.lower())
                if len(word) >= 4 and len(word) > longest:
                    longest, h = len(word), 2166136261
                    for byte in word:
                        h = (h ^ byte) * 16777619 % 2**32
                    h ^= h >> 16
                    topic = 1 + (h ^ h >> 8) % 255
        out.append(topic)
    return out


used = Counter()


def weights(corpus, order):
    """{(context, symbol): w}, {context: b}; a context is a tuple of symbols, the oldest first; the longest ones begin with ("topic", N)."""
    text = Counter()
    for document in corpus:
        symbols, topic = [END] + list(document) + [END], topics(document)
        for end in range(2, len(symbols) + 1):
            for length in range(1, order + 1):
                if end - length >= 0:
                    text[tuple(symbols[end - length:end])] += 1
            if end - order >= 1:
                text[(("topic", topic[end - 2]),) + tuple(symbols[end - order:end])] += 1
    before = defaultdict(set)
    for gram in text:
        if len(gram) > 1:
            before[gram[1:]].add(gram[0])
    w, b = {}, defaultdict(float)
    for length in range(1, order + 2):
        grams = [g for g in text if len(g) == length]
        count = {g: text[g] if length > order or (g[0] == END and length > 1) else len(before[g]) for g in grams}
        d, fits = discounts(count.values())
        used[fits] += 1
        for g in grams:
            less = d[min(count[g], 3)]
            w[g[:-1], g[-1]] = count[g] - less
            b[g[:-1]] += less
    return w, dict(b)


def continued(old, new, weight):
    w = {k: old[0].get(k, 0.0) + weight * new[0].get(k, 0.0) for k in old[0].keys() | new[0].keys()}
    b = {k: old[1].get(k, 1.0) + weight * new[1].get(k, 0.0) for k in old[1].keys() | new[1].keys()}
    return w, b


def rounded(model):
    return {k: single(v) for k, v in model[0].items()}, {k: single(v) for k, v in model[1].items()}


def total(model, context, cache={}):
    w, b = model
    key = id(model), context
    if key not in cache:
        cache[key] = model, b[context] + math.fsum(v for (c, _), v in w.items() if c == context)
    return cache[key][1]


def p(model, context, symbol):
    w, b = model
    if context not in b:
        return p(model, context[1:], symbol)
    lower = p(model, context[1:], symbol) if context else 1 / 257
    return (w.get((context, symbol), 0.0) + b[context] * lower) / total(model, context)


def context_of(document, order):
    symbols = tuple(([END] + list(document))[-(order - 1):]) if order > 1 else ()
    return symbols if END in symbols or len(symbols) < order - 1 else (("topic", topics(document)[-1]),) + symbols


def hexed(document):
    return document.hex() or "-"


corpora = [
    [b"abracadabra", b"abra", b"", b"a cad, a bar, abracadabra"],
    [bytes(rng.choice(b"ab") for _ in range(rng.randrange(1, 40))) for _ in range(6)],
    [bytes(min(255, int(rng.expovariate(0.02))) for _ in range(rng.randrange(0, 120))) for _ in range(8)],
    [b"The password of the day is never the password of the week; the day of the week is no password.",
     b"A password is as long as the day.", b"the the the the"],
    [b"x"],
    [b"Is a password long?\nAs long as it gets.", b"Are PASSWORDS long?\nAs long as they get.\nLonger than passport\nOh yes.", b"Is a key long?\nIt is.",
     "Où est la clé?\nDans la boîte à clés très ouverte.\nOh oui.".encode(), b"\n\nAs as as\npasswordspasswords's\nas", b"Oh no passwordz\nAs it is."],
]
for i, corpus in enumerate(corpora):
    for document in corpus:
        print("document", i, hexed(document))

contexts = [b"", b"a", b"ab", b"abracad", b"the pass", b"zzzz", b"a week of the da", bytes([0, 255, 3]), b"The password of the ",
            b"Is a password long?\nAs it", b"Are Passports or Passwords long?\nOh no.\nAs long as ", "Où est la boîte?\nOh ".encode()]
plans = [(0, None, 0, o) for o in (1, 2, 3, 6, 12)] + [(1, None, 0, 6), (2, None, 0, 3), (2, None, 0, 8), (3, None, 0, 6), (4, None, 0, 6),
                                               (3, 0, 1, 6), (0, 3, 0.01, 5), (2, 1, 7.5, 4), (4, 3, 2, 2), (5, None, 0, 6), (5, None, 0, 3),
                                               (5, None, 0, 1), (3, 5, 2, 6)]
models = {}
for base, more, weight, order in plans:
    model = rounded(weights(corpora[base], order))
    if more is not None:
        model = rounded(continued(model, weights(corpora[more], order), weight))
    models[base, more, order] = model
    for document in contexts:
        ps = [p(model, context_of(document, order), s) for s in range(257)]
        assert abs(math.fsum(ps) - 1) < 1e-14
        print("next", base, "-" if more is None else more, weight, order, hexed(document), repr(math.fsum((s + 1) * x for s, x in enumerate(ps))),
              *[f"{s} {ps[s]!r}" for s in sorted(set(sorted(range(257), key=lambda s: -ps[s])[:8] + [END, 3, ord("q"), rng.randrange(256)]))])
assert used[True] >= 5 and used[False] >= 5, used

for base, order in ((0, 6), (2, 8), (3, 6), (5, 6), (5, 1)):
    model = models[base, None, order]
    for document in (b"", b"abracadabra", b"The day of the password.", bytes(range(40)), b"Is a password long?\nIt is.\nOh passportz\nit is."):
        symbols = list(document) + [END]
        nats = -math.fsum(math.log(p(model, context_of(document[:i], order), s)) for i, s in enumerate(symbols))
        print("loss", base, order, hexed(document), repr(nats))
for a, b, order in ((0, 3, 6), (3, 0, 6), (1, 4, 6)):
    for document in contexts[:5]:
        h = context_of(document, order)
        pairs = [(p(models[a, None, order], h, s), p(models[b, None, order], h, s)) for s in range(257)]
        print("divergence", a, b, order, hexed(document), repr(math.fsum(x * math.log(x / y) for x, y in pairs)))
