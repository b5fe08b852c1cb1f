#!/usr/bin/env python3
"""Writes the findings-*.ndjson inputs of the dw-report tests: what dw-compare says of small invented data sets.

  python3 make-findings.py            in this folder; needs numpy and scipy
  python3 make-findings.py many N     N drifted columns to standard output, for the size test
"""
import json
import sys

import numpy as np
from scipy import stats

QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)


def short(x):
    return float(f"{x:.12g}")


def numeric_side(values, missing, edges):
    inner = np.clip(values, edges[0], edges[-1])
    return {"count": len(values) + missing, "missing": missing, "infinite": 0, "mean": short(values.mean()), "std": short(values.std()),
            "min": short(values.min()), "quantiles": {str(q): short(np.quantile(values, q)) for q in QUANTILES}, "max": short(values.max()),
            "histogram": {"edges": [short(e) for e in edges], "counts": np.histogram(inner, edges)[0].tolist()}}


def finding(column, kind, method, score, threshold, rule, drift, severity, **more):
    out = {"kind": "finding", "check": "column_drift", "column": column, "type": kind, "method": method, "statistic": score, "p_value": None,
           "p_adjusted": None, "score": score, "threshold": threshold, "rule": rule, "drift": drift, "severity": severity, "direction": None,
           "effect_size": None, "reference": None, "current": None, "approximate": False, "rank_error": None}
    out.update(more)
    return out


def numeric(column, r, c, check="column_drift", missing=(0, 0), method="wasserstein", bins=30, full=True):
    low, high = np.quantile(np.concatenate([r, c]), [0.005, 0.995])
    edges = np.linspace(low, high, bins + 1)
    edges[0], edges[-1] = min(r.min(), c.min()), max(r.max(), c.max())
    sides = {"reference": numeric_side(r, missing[0], edges), "current": numeric_side(c, missing[1], edges)}
    w = short(stats.wasserstein_distance(r, c) / r.std())
    effect = short((c.mean() - r.mean()) / r.std())
    common = dict(check=check, direction="up" if effect > 0 else "down", effect_size=effect, **sides)
    if method == "ks":
        d, p = stats.ks_2samp(r, c)
        drift = bool(p <= 0.05)
        return finding(column, "numeric", "ks", short(p), 0.05, "<=", drift, "medium" if drift else "none",
                       **{**common, "statistic": short(d), "p_value": short(p), "p_adjusted": short(p)})
    severity = "none" if w < 0.1 else "low" if w < 0.2 else "medium" if w < 0.5 else "high"
    return finding(column, "numeric", "wasserstein", w, 0.1, ">=", w >= 0.1, severity, **common)


def categorical(column, names, r, c, other=(0, 0), check="column_drift"):
    def side(counts, rest):
        listed = [{"value": n, "count": int(k)} for n, k in zip(names, counts)]
        return {"count": int(sum(counts) + rest), "missing": 0, "distinct": int(np.count_nonzero(counts)), "categories": listed, "other": rest}
    p, q = np.array(r) / sum(r), np.array(c) / sum(c)
    m = (p + q) / 2
    js = short(np.sqrt((stats.entropy(p, m) + stats.entropy(q, m)) / 2))
    severity = "none" if js < 0.1 else "low" if js < 0.15 else "medium" if js < 0.3 else "high"
    return finding(column, "categorical", "jensenshannon", js, 0.1, ">=", js >= 0.1, severity, check=check, effect_size=js,
                   reference=side(r, other[0]), current=side(c, other[1]))


def missing(column, kind, r, c, rows):
    share = [r / rows, c / rows]
    drift = share[1] - share[0] >= 0.01
    return finding(column, kind, "share_difference", short(share[1] - share[0]), 0.01, ">=", drift, "medium" if drift else "none",
                   check="missing_values", reference={"count": rows, "missing": r, "share": share[0]},
                   current={"count": rows, "missing": c, "share": share[1]})


def detail(check, column, kind, drift, severity, body, **more):
    return finding(column, kind, "", None, None, "", drift, severity, check=check, detail=body, **more)


def summary(findings, columns, rows, severity, uncompared=(), skipped=0, inputs=("reference.ndjson", "current.ndjson")):
    drifted = list(dict.fromkeys(f["column"] for f in findings if f["drift"] and f["check"] == "column_drift"))
    return {"kind": "summary", "drift": any(f["drift"] for f in findings), "severity": severity, "columns": columns, "drifted": len(drifted),
            "drift_share": short(len(drifted) / columns), "drift_share_threshold": 0.5, "dataset_drift": len(drifted) / columns >= 0.5,
            "fail_on": ["any"], "drifted_columns": drifted, "reference_rows": rows[0], "current_rows": rows[1], "skipped_records": skipped,
            "not_compared": [{"column": c, "type": t, "reason": w} for c, t, w in uncompared],
            "made_by": [{"command": "dw-gen", "version": "0.1.0", "arguments": ["--scenario", "fraud-baseline", "--rows", str(rows[0])],
                         "seed": 7, "inputs": []},
                        {"command": "dw-compare", "version": "0.1.0", "arguments": ["--ref", *inputs],
                         "inputs": [{"name": n, "bytes": 252 * k, "rows": k, "digest": f"{hash_of(n):032x}"} for n, k in zip(inputs, rows)]}]}


def hash_of(text):
    h = 14695981039346656037
    for b in text.encode():
        h = (h ^ b) * 1099511628211 % 2 ** 128
    return h


def write(name, documents):
    with open(f"findings-{name}.ndjson", "w", encoding="utf-8") as f:
        for d in documents:
            f.write(json.dumps(d, ensure_ascii=False, separators=(",", ":"), allow_nan=False) + "\n")


MERCHANTS = ["grocery", "restaurant", "online_retail", "fuel", "travel", "electronics", "entertainment", "health"]


def fraud(seed, drift, bins=30):
    g = np.random.default_rng(seed)
    n = 5000
    f = []
    amount = g.lognormal(3.5, 1, n), g.lognormal(3.9 if drift else 3.5, 1.05 if drift else 1, n)
    geo = g.gamma(1.5, 20, n), g.gamma(1.5, 31 if drift else 20, n)
    risk = g.beta(2, 5, n), g.beta(2.6 if drift else 2, 5, n)
    f.append(numeric("transaction_amount", *amount, bins=bins))
    f.append(numeric("geo_distance_km", *geo, bins=bins, missing=(0, 212 if drift else 0)))
    f.append(numeric("merchant_risk_score", *risk, bins=bins))
    f.append(numeric("customer_age", g.normal(44, 14, n).clip(18, 95).round(), g.normal(44, 14, n).clip(18, 95).round(), bins=bins))
    f.append(numeric("account_tenure_days", g.exponential(900, n), g.exponential(900, n), bins=bins))
    f.append(numeric("transaction_hour", g.integers(0, 24, n).astype(float), g.integers(0, 24, n).astype(float), bins=24))
    base = [1320, 980, 870, 610, 430, 380, 260, 150]
    f.append(categorical("merchant_category", MERCHANTS + ["crypto_exchange"], base + [0],
                         [1010, 830, 1370, 560, 470, 350, 240, 97, 73] if drift else [1307, 1001, 860, 622, 421, 377, 268, 144, 0]))
    f.append(categorical("is_international", ["false", "true"], [4409, 591], [4385, 615]))
    for x in list(f):
        side_r, side_c = x["reference"], x["current"]
        f.append(missing(x["column"], x["type"], side_r["missing"], side_c["missing"], n))
    if drift:
        f.append(detail("new_categories", "merchant_category", "categorical", True, "medium",
                        {"new": [{"value": "crypto_exchange", "count": 73}], "vanished": [], "new_count": 1, "vanished_count": 0}))
        f.append(detail("value_range", "transaction_amount", "numeric", True, "low",
                        {"below": 0, "above": 9, "low": short(amount[0].min()), "high": short(amount[0].max())}))
        f.append(detail("schema", "device_fingerprint", "text", True, "high",
                        {"change": "missing_column", "reference": "text", "current": None}))
        f.append(finding("fraud_score", "numeric", "auc", 0.066, 0.05, ">=", True, "high", check="performance", direction="down",
                         effect_size=-0.066, reference={"value": 0.912, "low": 0.895, "high": 0.928, "count": 5000},
                         current={"value": 0.846, "low": 0.821, "high": 0.869, "count": 5000}))
        f.append(finding("fraud_score", "numeric", "brier", 0.004, 0.01, ">=", False, "none", check="performance", direction="up",
                         effect_size=0.004, reference={"value": 0.021, "low": 0.018, "high": 0.024, "count": 5000},
                         current={"value": 0.025, "low": 0.021, "high": 0.029, "count": 5000}))
    return f


UNCOMPARED = [("transaction_id", "identifier", "every value occurs once"), ("ts", "datetime", "time of the records")]


def many(count):
    g = np.random.default_rng(5)
    f = []
    for i in range(count):
        r = g.normal(10 * g.random(), 1 + g.random(), 1500)
        f.append(numeric(f"feature_{i:04d}_of_the_embedding_table", r, g.normal(r.mean() + 0.5, 1.3, 1500)))
        f.append(missing(f[-1]["column"], "numeric", 0, 30, 1500))
    return f + [summary(f, count, (1500, 1500), "high")]


def main():
    if len(sys.argv) == 3 and sys.argv[1] == "many":
        for d in many(int(sys.argv[2])):
            print(json.dumps(d, separators=(",", ":")))
        return
    drifted = fraud(11, True)
    write("feature", drifted + [summary(drifted, 8, (5000, 5000), "medium", UNCOMPARED, skipped=3)])
    quiet = fraud(12, False, bins=12)
    write("quiet", quiet + [summary(quiet, 8, (5000, 5000), "none", UNCOMPARED)])
    write("incomplete", drifted[:3])

    g = np.random.default_rng(13)
    r, c = g.normal(0, 1, 800), g.normal(0.3, 1, 800)
    several = [numeric("x", r, c, bins=10), numeric("x", r, c, method="ks", bins=10)]
    several.append({**several[0], "method": "psi", "statistic": 0.09, "score": 0.09, "drift": False, "severity": "none"})
    several.append({**several[0], "method": "es", "statistic": None, "score": None, "threshold": 0.05, "rule": "<", "drift": False,
                    "severity": "none", "error": "all values are equal"})
    several[1]["warning"] = "fewer than 1,000 rows: the p-value is rough"
    several[0].update(approximate=True, rank_error=0.004)
    write("methods", several + [summary(several, 1, (800, 800), "high")])

    nasty = '<script>alert("x")</script>|`a`\u202e\u0007&amp;\n## boo'
    hostile = [numeric(nasty, r, c, bins=6),
               categorical("العمود", ["<b>", "a|b", "日本語", "\u200f]]>"], [10, 20, 30, 40], [40, 30, 20, 10]),
               finding("e\u0301'\"><img src=x onerror=alert(1)>", "vector", "made_up", 3, 1, ">", True, "high", check="made_up_check",
                       direction="side\u001bways", warning="</title><script>1</script>"),
               finding("none", "numeric", "ks", None, 0.05, "<=", False, "none", error="<i>no</i> rows")]
    write("hostile", [{"kind": "alert", "x": 1}] + hostile + [summary(hostile, 4, (100, 100), "high", [(nasty, "text", "--><script>")])])


main()
