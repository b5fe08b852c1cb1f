#!/usr/bin/env python3
"""Makes text_evidently.txt: Evidently 0.7.21's domain classifier of texts, by sklearn and numpy themselves. The texts are
those of tests/unit/text_case.h. Fields: seed n m rarity phrase auc chance (the 95th percentile of 1,000 random classifiers) drift by the
percentile, drift above 0.55."""
import numpy as np
from golden_sample import bits
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import SGDClassifier
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import train_test_split
from sklearn.pipeline import Pipeline

PHRASES = ["the refund, which WE await", "Ärger über_alles \u0416\u0443\u043a", "x x x 42 42"]


def texts(seed, count, rarity, phrase):
    draw = bits(seed, 100 * count)
    letters = bits(77, 10 * 300)
    out = []
    for number in range(count):
        at = 100 * number
        words = 5 + int(draw[at] % np.uint64(10))
        at += 1
        text = []
        for _ in range(words):
            u = float(np.ldexp(float(draw[at] >> np.uint64(11)), -53))
            at += 1
            word = int(300 * u * u)
            text.append("".join("etaoinshrdlu"[int(letters[10 * word + k] % np.uint64(12))] for k in range(2 + word % 6)))
        text = " ".join(text)
        if rarity and draw[at] % np.uint64(rarity) == 0:
            text += " " + phrase
        out.append(text)
    return out


def classify(reference, current):
    x = np.array(reference + current, dtype=object)
    y = np.array([0] * len(reference) + [1] * len(current))
    x_train, x_test, y_train, y_test = train_test_split(x, y, test_size=0.5, random_state=42, shuffle=True)
    pipeline = Pipeline([("vectorization", TfidfVectorizer(sublinear_tf=True, max_df=0.5, stop_words="english")),
                         ("classification", SGDClassifier(alpha=0.0001, max_iter=50, penalty="l1", loss="modified_huber", random_state=42))])
    pipeline.fit(x_train, y_train)
    auc = roc_auc_score(y_test, pipeline.predict_proba(x_test)[:, 1])
    np.random.seed(42)
    chance = []
    for seed in np.random.randint(0, 10000, size=1000):
        np.random.seed(seed)
        chance.append(roc_auc_score(y_test, np.random.rand(len(y_test))))
    return auc, np.percentile(chance, 95)


CASES = [(1, 40, 40, 0, 0), (2, 40, 60, 2, 0), (3, 200, 200, 0, 0), (4, 200, 150, 3, 0), (5, 300, 300, 10, 1), (6, 500, 400, 1, 1), (7, 101, 100, 4, 2),
         (8, 1100, 1000, 5, 0), (9, 1500, 1500, 0, 0), (10, 30, 300, 2, 2)]
with open(__file__.rsplit("/", 1)[0] + "/text_evidently.txt", "w") as out:
    out.write("# made by make_text_evidently.py\n")
    for seed, n, m, rarity, phrase in CASES:
        auc, chance = classify(texts(2 * seed, n, 0, None), texts(2 * seed + 1, m, rarity, PHRASES[phrase]))
        out.write("%d %d %d %d %d %r %r %d %d\n" % (seed, n, m, rarity, phrase, float(auc), float(chance), auc > chance, auc > 0.55))
