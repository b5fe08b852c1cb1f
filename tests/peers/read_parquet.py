"""read_parquet.py PARQUET NDJSON: the records of a Parquet file, as pyarrow reads it, held to those of NDJSON.

Instants are compared as instants, everything else as it is. Prints a line; status 1 when it sees something else.
For scripts/test_peers_parquet.
"""
import datetime
import json
import math
import sys

import pyarrow
import pyarrow.parquet


def same(got, want):
    if isinstance(got, datetime.datetime):
        return isinstance(want, str) and got.tzinfo is not None and got == datetime.datetime.fromisoformat(want.replace("Z", "+00:00"))
    if isinstance(want, list):
        return isinstance(got, (list, tuple)) and len(got) == len(want) and all(map(same, got, want))
    if isinstance(want, bool) or isinstance(got, bool) or want is None or got is None:
        return want is got
    if isinstance(want, (int, float)):
        return isinstance(got, (int, float)) and not math.isnan(got) and got == want
    return got == want


def first_difference(got, want):
    if len(got) != len(want):
        return f"{len(got)} records, and not {len(want)}"
    names = set().union(*(record.keys() for record in want))
    for number, (g, w) in enumerate(zip(got, want), 1):
        if set(g) != names:
            return f"columns {sorted(g)}, and not {sorted(names)}"
        for name in names:
            if not same(g[name], w.get(name)):
                return f'record {number}, "{name}": {g[name]!r}, and not {w.get(name)!r}'
    return None


def main(path, twin):
    with open(twin, encoding="utf-8") as lines:
        want = [json.loads(line) for line in lines if line.strip()]
    rows = pyarrow.parquet.read_table(path, page_checksum_verification=True).to_pylist()
    wrong = first_difference(rows, want)
    print(f"  {path.rsplit('/', 1)[-1]}, pyarrow {pyarrow.__version__}: {wrong or f'the same {len(want)} records'}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
