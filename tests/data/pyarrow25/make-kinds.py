#!/usr/bin/env python3
"""Writes small files of kinds that few writers use, and their rows (pyarrow 25.0, Debian unstable):

  python3 make-kinds.py               in this folder: kinds.arrow, kinds.parquet, older.arrows, kinds.ndjson, kinds_parquet.ndjson

kinds.arrow: runs of equal values, views of lists, lists of nothing, UUIDs and booleans of a byte, in three batches. kinds.parquet: the
lists of nothing. older.arrows: a stream as Arrow wrote it before version 0.15, without a mark before
its messages.
"""
import json
import uuid

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.ipc as ipc
import pyarrow.parquet as pq

ROWS = 12
IDS = [None if k % 5 == 4 else uuid.UUID(int=k << 96 | 7) for k in range(ROWS)]
RUNS = [2**60 + 1] * 5 + [None] * 3 + [-4] * 4
WORDS = ["calm"] * 4 + ["storm"] * 7 + [None]
VIEWS = [None if k % 4 == 2 else [k / 4] * (k % 3) for k in range(ROWS)]
WHOLE = [None if k == 5 else list(range(k % 3)) for k in range(ROWS)]
FLAGS = [None if k % 6 == 5 else k % 2 == 0 for k in range(ROWS)]
EMPTY = [None if k % 3 == 1 else [None] * (k % 5 == 3) for k in range(ROWS)]

kinds = {
    "runs": pc.run_end_encode(pa.array(RUNS, pa.int64()), pa.int16()),
    "words": pc.run_end_encode(pa.array(WORDS), pa.int32()),
    "views": pa.array(VIEWS, pa.list_view(pa.float32())),
    "whole": pa.array(WHOLE, pa.large_list_view(pa.int64())),
    "id": pa.ExtensionArray.from_storage(pa.uuid(), pa.array([u and u.bytes for u in IDS], pa.binary(16))),
    "flag": pa.ExtensionArray.from_storage(pa.bool8(), pa.array(FLAGS, pa.bool_()).cast(pa.int8())),
    "empty": pa.array(EMPTY, pa.list_(pa.null())),
}
rows = [{"runs": RUNS[k], "words": WORDS[k], "views": VIEWS[k], "whole": WHOLE[k], "id": IDS[k] and str(IDS[k]), "flag": FLAGS[k], "empty": EMPTY[k]}
        for k in range(ROWS)]


def write_rows(path, members):
    with open(path, "w", encoding="utf-8") as out:
        for row in rows:
            whole = lambda v: int(v) if isinstance(v, float) and v.is_integer() else v
            out.write(json.dumps({m: [whole(v) for v in row[m]] if isinstance(row[m], list) else row[m] for m in members}, separators=(",", ":")) + "\n")


table = pa.table(kinds)
with ipc.new_file("kinds.arrow", table.schema) as out:
    for first in range(0, ROWS, 5):
        for batch in table.slice(first, 5).to_batches():
            out.write_batch(batch)
write_rows("kinds.ndjson", kinds)
pq.write_table(table.select(["id", "empty"]), "kinds.parquet")
write_rows("kinds_parquet.ndjson", ["id", "empty"])
older = ipc.IpcWriteOptions(use_legacy_format=True, metadata_version=ipc.MetadataVersion.V4)
some = pa.table({"n": pa.array(RUNS), "views": pa.array(VIEWS, pa.list_(pa.float32()))}).slice(0, 6)
with ipc.new_stream("older.arrows", some.schema, options=older) as out:
    out.write_table(some)
