#!/usr/bin/env bash
# Arrow's JavaScript library writes files (Feather version 2) that cannot be read from front to back: the schema message is missing.
# Version: apache-arrow 21.2.0 (npm). The format says that a file is a magic word, a stream as it would be sent, and a footer; a stream
# begins with its schema. Seen: in what tableToIPC(table, "file") gives, the first message behind the magic word is the record batch (type
# 3), while tableToIPC(table, "stream") begins with the schema (type 1); the schema of the file stands in the footer alone. The library
# reads its own file, by the footer. Who reads a file as the stream that it holds, from a pipe for instance, finds columns without names
# and types.
# Run outside CI. Ends 0 while the behaviour is as stated, 1 when it changed, 77 where the packages cannot be had.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --ignore-scripts --no-audit --no-fund --prefix . apache-arrow@21.2.0 \
  >log 2>&1 || { echo "skipped: $(tail -n 1 log)"; exit 77; }
cat >run.mjs <<'NODE'
import assert from "node:assert";
import { tableFromArrays, tableFromIPC, tableToIPC } from "apache-arrow";
const table = tableFromArrays({ a: Int32Array.from([1, 2, 3]) });
// A message: -1, the length of its head, the head: a FlatBuffers table whose member 1 is the type of the message.
const typeAt = (bytes, at) => {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  assert.equal(view.getInt32(at, true), -1);
  const root = at + 8 + view.getInt32(at + 8, true), list = root - view.getInt32(root, true);
  return view.getUint8(root + view.getUint16(list + 4 + 2, true));
};
const file = tableToIPC(table, "file"), stream = tableToIPC(table, "stream");
assert.equal(Buffer.from(file.slice(0, 6)).toString(), "ARROW1");
console.log(`first message: of a stream type ${typeAt(stream, 0)}, of a file type ${typeAt(file, 8)} (1 schema, 3 record batch)`);
assert.equal(typeAt(stream, 0), 1);
assert.equal(typeAt(file, 8), 3);
assert.deepEqual([...tableFromIPC(file).getChild("a")], [1, 2, 3]);
NODE
node run.mjs
