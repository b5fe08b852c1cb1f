// What dw-serve is held against by `make bench-serve-express`: POST /inference in Express with better-sqlite3, written as a good Node
// developer would: the tables, identity and durability of dw-serve (WAL, synchronous FULL), prepared statements, the text of a record kept as
// it came, and requests that arrive while a transaction is written share the next one (group commit), without which each single post would
// wait for a sync of its own. One process: SQLite has one writer, and better-sqlite3 is synchronous.
//   node express_service.cjs FILE      prints {"port":N}
'use strict';
const express = require('express');
const Database = require('better-sqlite3');

const db = new Database(process.argv[2]);
db.pragma('page_size = 8192');
db.pragma('journal_mode = WAL');
db.pragma('synchronous = FULL');
db.pragma('cache_size = -65536');
db.pragma('wal_autocheckpoint = 6144'); // 48 MiB, as dw-serve
db.exec(`CREATE TABLE streams (number INTEGER PRIMARY KEY, kind TEXT NOT NULL, model TEXT NOT NULL, source TEXT NOT NULL, UNIQUE (kind, model, source));
CREATE TABLE inference_logs (seq INTEGER PRIMARY KEY, stream INTEGER NOT NULL, id TEXT NOT NULL, time INTEGER NOT NULL, received INTEGER NOT NULL,
  timing INTEGER NOT NULL, content TEXT NOT NULL, UNIQUE (id, stream));
CREATE INDEX inference_logs_time ON inference_logs (time, seq, stream, timing);`);
const addStream = db.prepare("INSERT INTO streams (kind, model, source) VALUES ('inference', ?, '') ON CONFLICT DO NOTHING");
const findStream = db.prepare("SELECT number FROM streams WHERE kind = 'inference' AND model = ? AND source = ''").pluck();
const insert = db.prepare('INSERT INTO inference_logs (stream, id, time, received, timing, content) VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (id, stream) DO NOTHING');
const find = db.prepare('SELECT content FROM inference_logs WHERE id = ? AND stream = ?').pluck();

const streams = new Map();
function streamOf(model) {
  let number = streams.get(model);
  if (number === undefined) {
    addStream.run(model);
    number = findStream.get(model);
    streams.set(model, number);
  }
  return number;
}

// A line as a row, or why it is none.
function rowOf(line, now) {
  let record;
  try {
    record = JSON.parse(line);
  } catch (error) {
    return { wrong: error.message };
  }
  if (record === null || typeof record !== 'object' || Array.isArray(record)) return { wrong: 'not an object' };
  const { id, model_id: model = '', ts = now } = record;
  if ((typeof id !== 'string' && typeof id !== 'number') || id === '') return { wrong: 'no id' };
  const time = typeof ts === 'number' ? ts : Date.parse(ts);
  if (!Number.isFinite(time)) return { wrong: 'no time' };
  return { id: String(id), model: String(model), time, timing: time > now + 300000 ? 1 : time < now - 86400000 ? 2 : 0, line };
}

function putRow(row, now, receipt) {
  const stream = streamOf(row.model);
  if (insert.run(stream, row.id, row.time * 1000, now * 1000, row.timing, row.line).changes) receipt.accepted++;
  else if (find.get(row.id, stream) === row.line) receipt.duplicates++;
  else receipt.conflicts++;
}

// --- group commit: what waits is written by one transaction, and answered behind it ---

let waiting = [];
const putAll = db.transaction((jobs) => {
  for (const job of jobs) for (const row of job.rows) putRow(row, job.now, job.receipt);
});

function flush() {
  const jobs = waiting;
  waiting = [];
  try {
    putAll(jobs);
    for (const job of jobs) answer(job);
  } catch (error) {
    streams.clear();
    for (const job of jobs) job.response.status(503).json({ title: 'Service Unavailable', detail: error.message });
  }
}

function answer({ receipt, response, bulk }) {
  const code = bulk || receipt.accepted + receipt.duplicates ? 200 : receipt.conflicts ? 409 : 400;
  response.status(code).json(receipt);
}

const app = express();
app.disable('x-powered-by');
app.disable('etag');
app.use(express.text({ type: ['application/json', 'application/x-ndjson'], limit: '1gb' }));
app.post('/inference', (request, response) => {
  const now = Date.now(), bulk = request.get('content-type') === 'application/x-ndjson';
  const receipt = { accepted: 0, duplicates: 0, conflicts: 0, rejected: 0, errors: [] };
  const rows = [];
  const lines = bulk ? request.body.split('\n') : [request.body.trimEnd()];
  for (let i = 0; i < lines.length; i++) {
    if (bulk && lines[i] === '') continue;
    const row = rowOf(lines[i], now);
    if (!row.wrong) rows.push(row);
    else if (++receipt.rejected <= 100) receipt.errors.push({ line: i + 1, reason: row.wrong });
  }
  if (waiting.push({ rows, now, receipt, response, bulk }) === 1) setImmediate(flush);
});
const server = app.listen(0, '127.0.0.1', () => console.log(JSON.stringify({ port: server.address().port })));
process.on('SIGTERM', () => process.exit(0));
