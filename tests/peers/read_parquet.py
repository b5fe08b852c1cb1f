"""read_parquet.py PARQUET NDJSON: the records of a Parquet file, as pyarrow reads it, held to those of NDJSON.

Instants are compared as instants, everything else as it is, texts for what is nested or beyond 64 bits. All at once and in small
batches, with checksums; rows chosen by a filter that may look at what a file says about its values; the number of rows in the footer; and
pandas, where it is there. Prints a line; status 1 when it sees something else. For scripts/test_peers_parquet.
"""
import datetime
import faulthandler
import json
import math
import sys
import warnings

import pyarrow
import pyarrow.dataset
import pyarrow.parquet

SMALL = 997  # rows of a batch
LONGEST = 120  # seconds: the threads of pyarrow 25.0 were once seen to wait for each other for ever, so one thread reads here


def same(got, want):
    if isinstance(got, datetime.datetime):
        return isinstance(want, str) and got.tzinfo is not None and got == datetime.datetime.fromisoformat(want.replace("Z", "+00:00"))
    if isinstance(got, str) and not isinstance(want, str):
        return want is not None and not isinstance(want, bool) and json.loads(got) == want
    if isinstance(want, list):
        return isinstance(got, (list, tuple)) and len(got) == len(want) and all(map(same, got, want))
    if isinstance(want, bool) or isinstance(got, bool) or want is None or got is None:
        return want is got
    if isinstance(want, (int, float)):
        want = float(want) if isinstance(got, float) else want
        return isinstance(got, (int, float)) and not math.isnan(got) and got == want and math.copysign(1, got) == math.copysign(1, want)
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


def chosen_otherwise(path, table):
    """A filter that is put to the file, and to its rows."""
    file = pyarrow.dataset.dataset(path)
    for name, column in zip(table.column_names, table.columns):
        there = column.drop_null()
        field = pyarrow.dataset.field(name)
        if pyarrow.types.is_list(column.type) or len(there) == 0:
            continue
        middle = there[len(there) // 2]
        for choice in [field == middle, field.is_null()] + ([] if pyarrow.types.is_boolean(column.type) else [field > middle]):
            rows, wanted = file.to_table(filter=choice, use_threads=False).num_rows, table.filter(choice).num_rows
            if rows != wanted:
                return f"{choice} chooses {rows} records, and not {wanted}"
    return None


def otherwise(path, table):
    """The same file by other ways than as one table."""
    file = pyarrow.parquet.ParquetFile(path, page_checksum_verification=True)
    if file.metadata.num_rows != table.num_rows:
        return f"its footer counts {file.metadata.num_rows} records, and not {table.num_rows}"
    batches = list(file.iter_batches(batch_size=SMALL, use_threads=False)) if table.num_columns else []
    if table.num_columns and pyarrow.Table.from_batches(batches, table.schema).combine_chunks() != table.combine_chunks():
        return "in batches it has other records"
    try:
        import pandas
    except ImportError:
        return None
    frame = pandas.read_parquet(path)
    if list(frame.columns) != table.column_names or len(frame) != table.num_rows:
        return "pandas sees another shape"
    for name in table.column_names:
        if frame[name].isna().sum() < table[name].null_count:
            return f'pandas sees values in "{name}" that are missing'
    return None


def main(path, twin):
    warnings.simplefilter("ignore")
    faulthandler.dump_traceback_later(LONGEST, exit=True)
    with open(twin, encoding="utf-8") as lines:
        want = [json.loads(line) for line in lines if line.strip()]
    table = pyarrow.parquet.read_table(path, page_checksum_verification=True, use_threads=False)
    wrong = first_difference(table.to_pylist(), want) or chosen_otherwise(path, table) or otherwise(path, table)
    print(f"  {path.rsplit('/', 1)[-1]}, pyarrow {pyarrow.__version__}: {wrong or f'the same {len(want)} records'}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
