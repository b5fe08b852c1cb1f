#!/usr/bin/env python3
"""Writes what dw-report is to make of an invented network of canaries, by the words of man dw-report:

  python3 make-network.py             in this folder: findings-network.ndjson, and network.json, the member "network" of its summary

canary_2 departs from r3 on, canary_3 departed in r2 and is not judged in r4, canary_1 is as before.
"""
import json

CANARIES, ROUNDS = ["canary_1", "canary_2", "canary_3"], ["r1", "r2", "r3", "r4"]
EFFECT = {"canary_1": [0, 0.0001, 0, 0.0002], "canary_2": [0, 0.0002, 0.18, 0.25], "canary_3": [0, 0.02, 0, None]}
MARGIN, IS = 0.001, "mean shift of a log-probability, nats"
SHOWN = {"canary_2": [("p1", "How long should a password be?", "Use a long password, of four words & more.",
                       "Use a long password, of <script>alert(1)</script> & more."),
                      ("p2", "What are updates for?", "They close holes.", "Blue banana!")],
         "canary_3": [("p3", None, "Yes.", "No.")]}
SIMILARITY = {"r3": [[1, 0.4, 0.8], [0.4, 1, 0.5], [0.8, 0.5, 1]], "r4": [[1, 0.3, None], [0.3, 1, None], [None, None, None]]}


def drifts(effect):
    return effect is not None and effect > MARGIN


def shown(canary):
    return [{"prompt": p, "prompt_text": t, "reference": a, "current": b} for p, t, a, b in SHOWN[canary]]


def finding(canary, r):
    effect = EFFECT[canary][r]
    drift = drifts(effect)
    out = {"kind": "finding", "check": "canary_drift", "column": canary, "type": "text", "method": "logprobs", "statistic": effect,
           "p_value": None if effect is None else 0.001 if drift else 1, "p_adjusted": None if effect is None else 0.008 if drift else 1,
           "score": None if effect is None else 0.008 if drift else 1, "threshold": 0.05, "rule": "<=", "drift": drift,
           "severity": "high" if drift else "none", "direction": None, "effect_size": effect, "reference": None, "current": None,
           "approximate": False, "rank_error": None}
    if effect is None:
        out["error"] = "all of its requests failed"
    out["detail"] = {"round": ROUNDS[r], "effect": effect, "margin": MARGIN, "effect_is": IS, "prompts": 3}
    if drift:
        out["detail"]["shown"] = shown(canary)
    return out


def voices(name):
    out = []
    for i, canary in enumerate(CANARIES):
        row = [v for k, v in enumerate(SIMILARITY[name][i]) if k != i and v is not None]
        judged = len(row) > 0
        voice = {"canary": canary, "weight": 1, "prompts": 3, "similarity": round(sum(row) / len(row), 12) if judged else None,
                 "reference": 0.8, "mean_z": (-3 if canary == "canary_2" else 0.5) if judged else None, "sd_z": 1, "p_value": None,
                 "p_adjusted": (0.002 if canary == "canary_2" else 1) if judged else None,
                 "anomalous": canary == "canary_2"}
        if not judged:
            voice.update(judged=False, why="all of its requests failed")
        out.append(voice)
    return out


def consensus(name):
    return {"kind": "consensus", "round": name, "time": None, "rule": "baseline", "embedding": "character n-grams", "prompts": 3,
            "canaries": voices(name), "matrix": SIMILARITY[name], "drift": True, "severity": "medium", "score": 0.002}


def asked(r, name):
    each = [{"canary": c, "answers": 0 if (c, r) == ("canary_3", 3) else 30, "errors": 30 if (c, r) == ("canary_3", 3) else 0,
             "requests": 90 if (c, r) == ("canary_3", 3) else 31,
             "tokens": {"prompt": 600 + r, "completion": 0 if (c, r) == ("canary_3", 3) else 1000}} for c in CANARIES]
    total = {k: sum(e[k] for e in each) for k in ("answers", "errors", "requests")}
    return {"kind": "asked", "round": name, "canaries": 3, "prompts": 3, "answers": total["answers"], "errors": total["errors"],
            "not_asked": 0, "requests": total["requests"],
            "tokens": {k: sum(e["tokens"][k] for e in each) for k in ("prompt", "completion")}, "each": each, "made_by": []}


def cost(documents):
    known = [d for d in documents if "not_asked" in d]
    return {"rounds": len(documents), **{k: sum(d[k] for d in documents) for k in ("requests", "answers", "errors")},
            "not_asked": sum(d["not_asked"] for d in known) if known else None,
            "tokens": {k: sum(d["tokens"][k] for d in documents) for k in ("prompt", "completion")}}


def lines(canary):
    """The consensus judged two rounds; it is a method like the others."""
    own = [{"round": n, "effect": e, "margin": None if e is None else MARGIN, "drift": None if e is None else drifts(e),
            **({"error": "all of its requests failed"} if e is None else {})} for n, e in zip(ROUNDS, EFFECT[canary])]
    others = []
    for name in SIMILARITY:
        voice = voices(name)[CANARIES.index(canary)]
        judged = voice.get("judged", True)
        others.append({"round": name, "effect": voice["mean_z"], "margin": None, "drift": voice["anomalous"] if judged else None,
                       **({} if judged else {"error": voice["why"]})})
    return own, others


def canary(name, state, severity, rounds, departed, departure):
    own, others = lines(name)
    effects = [{"method": "logprobs", "values": own}, {"method": "consensus", "values": others}]
    if name == "canary_1":  # says the same with either: by the name of the method
        effects.reverse()
    return {"canary": name, "state": state, "severity": severity, "rounds": rounds, "rounds_departed": departed, **departure,
            "effects": effects}


def departure(name, r, since, until, methods):
    return {"since": since, "until": until, "methods": methods, "method": "logprobs", "round": ROUNDS[r], "effect": EFFECT[name][r],
            "margin": MARGIN, "effect_is": IS, "p_adjusted": 0.008, "shown": shown(name)}


def expected(costs):
    newest = voices("r4")
    fields = ("canary", "judged", "why", "weight", "similarity", "reference", "mean_z", "p_adjusted", "anomalous")
    for voice in newest:
        voice.setdefault("judged", True)
        if not voice["judged"]:
            voice["anomalous"] = None
    return {
        "verdict": "drift", "severity": "high", "round": "r4", "rounds": ROUNDS,
        "canaries": [canary("canary_2", "departed", "high", 4, 2, departure("canary_2", 3, "r3", "r4", ["logprobs", "consensus"])),
                     canary("canary_3", "not judged", "high", 3, 1,
                            {"why": "all of its requests failed", **departure("canary_3", 1, "r2", "r2", ["logprobs"])}),
                     canary("canary_1", "as before", "none", 4, 0, {})],
        "consensus": {"round": "r4", "rule": "baseline", "embedding": "character n-grams", "drift": True,
                      "canaries": [{k: v[k] for k in fields if k in v} for v in newest], "matrix": SIMILARITY["r4"]},
        "similarity": [{"canary": c, "values": [{"round": n, "similarity": v["similarity"], "reference": v["reference"],
                                                 "anomalous": v["anomalous"] if v.get("judged", True) else None}
                                                for n in SIMILARITY for v in voices(n) if v["canary"] == c]}
                       for c in ("canary_2", "canary_3", "canary_1")],
        "cost": {**cost(costs), "each": [{"canary": c, **cost([e for d in costs for e in d["each"] if e["canary"] == c])} for c in CANARIES]}}


def main():
    costs = [asked(r, n) for r, n in enumerate(ROUNDS)]
    documents = [*costs, *(finding(c, r) for r in range(4) for c in CANARIES), *(consensus(n) for n in SIMILARITY),
                 {"kind": "summary", "drift": True, "severity": "high", "columns": 3, "drifted": 2, "drift_share": 0.6666666666666666,
                  "drift_share_threshold": None, "dataset_drift": False, "fail_on": [], "drifted_columns": ["canary_2", "canary_3"],
                  "verdict": "drift", "not_compared": [],
                  "not_judged": [{"column": "canary_3", "method": "logprobs", "reason": "all of its requests failed"}],
                  "reference_rows": 270, "current_rows": 330, "skipped_records": None, "made_by": []}]
    with open("findings-network.ndjson", "w", encoding="utf-8") as out:
        for document in documents:
            out.write(json.dumps(document, separators=(",", ":")) + "\n")
    with open("network.json", "w", encoding="utf-8") as out:
        json.dump(expected(costs), out, indent=1)
        out.write("\n")


main()
