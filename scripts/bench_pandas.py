"""The jobs of `make bench` done with pandas, numpy and scipy.

  bench_pandas.py gen ROWS                  random records of the fraud columns, as NDJSON
  bench_pandas.py inject FILE               transaction_amount scaled by 1.2, as NDJSON
  bench_pandas.py compare REFERENCE CURRENT of NDJSON or CSV, per column Evidently's method for more than 1,000 rows: normed Wasserstein
                                            distance for numbers, Jensen-Shannon distance for categories and numbers of at most 5 values
  bench_pandas.py metrics FILE              scikit-learn's metrics of is_fraud and score, without intervals: SECONDS CPU KILOBYTES of them
                                            alone, without the reading
"""
import json
import resource
import sys
import time

import numpy as np
import pandas as pd
from scipy.spatial.distance import jensenshannon
from scipy.stats import wasserstein_distance


def generate(rows):
    rng = np.random.default_rng(1)
    amount = rng.lognormal(3.5, 0.9, rows).round(2)
    hour = rng.integers(0, 24, rows)
    abroad = rng.random(rows) < 0.08
    fraud = rng.random(rows) < 1 / (1 + np.exp(-(-5 + 2 * abroad + amount / 200)))
    return pd.DataFrame({
        "transaction_id": [f"txn-{i:08d}" for i in range(rows)],
        "ts": (pd.Timestamp("2024-01-01") + pd.to_timedelta(np.arange(rows), unit="s")).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "transaction_amount": amount,
        "transaction_hour": hour,
        "customer_age": rng.normal(42, 14, rows).clip(18, 95).astype(int),
        "account_tenure_days": rng.exponential(900, rows).astype(int),
        "merchant_risk_score": rng.beta(2, 5, rows),
        "geo_distance_km": rng.gamma(1.2, 20, rows),
        "is_international": abroad.astype(int),
        "merchant_category": rng.choice(["grocery", "travel", "online", "fuel", "restaurant"], rows),
        "is_fraud": fraud.astype(int),
    })


def compare(reference, current):
    for column in reference.columns:
        if column in ("transaction_id", "ts"):
            continue
        a, b = reference[column].dropna(), current[column].dropna()
        if pd.api.types.is_numeric_dtype(a) and pd.concat([a, b]).nunique() > 5:
            method, score = "wasserstein", wasserstein_distance(a, b) / max(np.std(a), 0.001)
        else:
            p, q = a.value_counts(normalize=True), b.value_counts(normalize=True)
            keys = p.index.union(q.index)
            method, score = "jensenshannon", jensenshannon(p.reindex(keys, fill_value=0), q.reindex(keys, fill_value=0))
        print(json.dumps({"column": column, "method": method, "score": float(score), "drift": bool(score >= 0.1)}))


def metrics(data):
    from sklearn import metrics as m
    y, score = data["is_fraud"].to_numpy(), data["score"].to_numpy()
    start, cpu = time.perf_counter(), time.process_time()
    label = score >= 0.5
    for measure in (m.roc_auc_score, m.average_precision_score, m.log_loss, m.brier_score_loss):
        measure(y, score)
    for measure in (m.accuracy_score, m.balanced_accuracy_score, m.precision_score, m.recall_score, m.f1_score, m.matthews_corrcoef):
        measure(y, label)
    m.confusion_matrix(y, label)
    print(time.perf_counter() - start, time.process_time() - cpu, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)


def read(path):
    return pd.read_csv(path) if path.endswith(".csv") else pd.read_json(path, lines=True, convert_dates=False)


job, arguments = sys.argv[1], sys.argv[2:]
if job == "gen":
    generate(int(arguments[0])).to_json(sys.stdout, orient="records", lines=True)
elif job == "inject":
    data = read(arguments[0])
    data["transaction_amount"] *= 1.2
    data.to_json(sys.stdout, orient="records", lines=True)
elif job == "compare":
    compare(*(read(path) for path in arguments))
elif job == "metrics":
    metrics(read(arguments[0]))
else:
    sys.exit(__doc__)
