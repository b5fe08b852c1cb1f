"""Faults of a running dw-serve, from outside: serve_faults.py WHAT [ARGUMENT...], in an empty folder, commands on the PATH.

kills DATABASE ROUNDS   kill -9 of the service, of dw-store put and of prune under load: no acknowledged record and no notification is lost
load PORT               single posts until there is a file `stop`: ids that were acknowledged in `acked`, other answers in `refused`
hostile PORT PID        slow, malformed, oversize and strange requests, and idle connections, while posts go on
nasty PORT PID          of these, texts that would be commands of a database
"""
import atexit, collections, http.client, http.server, json, os, random, signal, socket, subprocess, sys, threading, time, zlib

BODY = {'Content-Type': 'application/json'}
LINES = {'Content-Type': 'application/x-ndjson'}
FULL = os.environ.get('DW_SUITE') == 'full'


def await_true(what, seconds, why):
  end = time.monotonic() + seconds
  while not what():
    assert time.monotonic() < end, why() if callable(why) else why
    time.sleep(0.02)


class Service:
  def __init__(self, *options):
    self.log = open('log', 'ab+')
    at = os.path.getsize('log')
    self.process = subprocess.Popen(['dw-serve', '--listen', '127.0.0.1:0', *options], stderr=self.log)
    self.port = None
    atexit.register(self.process.kill) # whatever else goes wrong
    def listening():
      assert self.process.poll() is None, open('log').read()[-2000:]
      with open('log', 'rb') as f:
        f.seek(at)
        for line in f:
          if b'"event":"listening"' in line and line.endswith(b'\n'): self.port = int(json.loads(line)['address'].rsplit(':', 1)[1])
      return self.port
    await_true(listening, 60, 'it does not listen')

  def kill(self):
    self.process.kill()
    self.process.wait()

  def end(self):
    self.process.send_signal(signal.SIGTERM)
    assert self.process.wait(60) == 0


# --- kills ---

class Hear(http.server.BaseHTTPRequestHandler):
  heard = collections.Counter()

  def do_POST(self):
    told = json.loads(self.rfile.read(int(self.headers['Content-Length'])))
    if random.random() < 0.3: # it was heard, and the sender does not know
      self.close_connection = True
      Hear.heard[told['model']] += 1
      return
    Hear.heard[told['model']] += 1
    self.send_response(200)
    self.send_header('Content-Length', '2')
    self.end_headers()
    self.wfile.write(b'ok')

  def log_message(self, *a): pass


def post_until(service, name, acked, over):
  """One client: records one by one, now and then many; ends when the service is gone."""
  n = 0
  try:
    c = http.client.HTTPConnection('127.0.0.1', service.port, timeout=60)
    while not over.is_set():
      n += 1
      if n % 20:
        ids = ['%s-%d' % (name, n)]
        c.request('POST', '/inference', json.dumps({'id': ids[0], 'model_id': 'load', 'prediction': n % 2}), BODY)
      else:
        ids = ['%s-%d-%d' % (name, n, k) for k in range(300)]
        c.request('POST', '/inference', '\n'.join(json.dumps({'id': i, 'model_id': 'load'}) for i in ids), LINES)
      r = c.getresponse()
      answer = r.read()
      if r.status == 200: acked.extend(ids)
      else: assert r.status == 503, (r.status, answer)
      if n % 10 == 0:
        c.request('POST', '/interactions', json.dumps({'id': '%s-i%d' % (name, n), 'model_id': 'talk', 'query': 'q'}), BODY)
        c.getresponse().read()
  except (OSError, http.client.HTTPException): pass # killed


def put_until(db, name, acked, over):
  """dw-store put beside the service; killed in the middle at the end of a round."""
  n = 0
  while not over.is_set():
    n += 1
    ids = ['%s-put%d-%d' % (name, n, k) for k in range(400)]
    p = subprocess.Popen(['dw-store', 'put', '--quiet', '--db', db, '--model', 'load'], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    try: p.stdin.write('\n'.join(json.dumps({'id': i}) for i in ids).encode()); p.stdin.close()
    except OSError: pass
    while p.poll() is None and not over.wait(0.01): pass
    if p.poll() is None and random.random() < 0.7: p.kill()
    if p.wait() == 0: acked.extend(ids)
    elif p.returncode != -signal.SIGKILL: raise AssertionError(p.stderr.read())


def prune_until(db, over):
  while not over.is_set():
    p = subprocess.Popen(['dw-store', 'prune', '--quiet', '--db', db, '--table', 'interaction_log', '--keep', 'interaction_log=1s'], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    while p.poll() is None and not over.wait(0.01): pass
    if p.poll() is None and random.random() < 0.7: p.kill()
    assert p.wait() in (0, -signal.SIGKILL), p.stderr.read()


def stored(db, kind, *options):
  out = subprocess.run(['dw-store', 'get', '--quiet', '--db', db, '--kind', kind, '--strays', *options], stdout=subprocess.PIPE, check=True).stdout
  return [json.loads(line) for line in out.splitlines()]


def kills(db, rounds):
  random.seed(1)
  failures = []
  threading.excepthook = lambda args: failures.append(args.exc_value)
  receiver = http.server.ThreadingHTTPServer(('127.0.0.1', 0), Hear)
  threading.Thread(target=receiver.serve_forever, daemon=True).start()
  with open('receivers', 'w') as f:
    f.write('receivers:\n  - {name: ops, type: webhook, url: "http://127.0.0.1:%d/", allow_private: true}\n' % receiver.server_port)
  options = ['--db', db, '--every', '2s', '--open-after', '1', '--close-after', '1', '--silence', '2s', '--window', '5s', '--baseline', 'trailing(0,10s)', '--receivers', 'receivers'] # checks that take no time
  acked = []
  for r in range(rounds):
    service = Service(*options)
    # a model that falls silent: its alert opens in this round or the next one, in the middle of it all
    subprocess.run(['dw-store', 'put', '--quiet', '--db', db, '--model', 'silent%d' % r], input=b'{"x":1}\n', stdout=subprocess.DEVNULL, check=True)
    over = threading.Event()
    threads = [threading.Thread(target=post_until, daemon=True, args=(service, 'r%dc%d' % (r, c), acked, over)) for c in range(3)]
    threads.append(threading.Thread(target=put_until, daemon=True, args=(db, 'r%d' % r, acked, over)))
    threads.append(threading.Thread(target=prune_until, daemon=True, args=(db, over)))
    for t in threads: t.start()
    time.sleep(0.5 + random.random() * 1.5)
    service.kill()
    over.set()
    for t in threads: t.join()
    assert not failures, failures
  if rounds > 5: options[options.index('2s')] = '20s' # fewer times to catch up with, of each model
  service = Service(*options)
  def untold():
    opened = {a['model'] for a in stored(db, 'alert') if a.get('change') == 'opened' and a['model'].startswith('silent')}
    return [m for m in ['silent%d' % r for r in range(rounds)] if m not in opened or not Hear.heard[m]]
  await_true(lambda: not untold(), 240, lambda: 'never told: %s; %s' % (untold(), [l for l in open('log') if '"request"' not in l][-5:]))
  service.end()
  there = collections.Counter(r['id'] for r in stored(db, 'inference', '--model', 'load'))
  lost = [i for i in acked if i not in there]
  assert not lost, '%d of %d acknowledged records are lost: %s' % (len(lost), len(acked), lost[:5])
  assert len(acked) > rounds * 100 and max(there.values()) == 1, (len(acked), there.most_common(1))
  print('%d rounds: %d acknowledged records are there, and %d alerts were told' % (rounds, len(acked), rounds))


# --- load ---

def load(port):
  n = 0
  with open('acked', 'w') as acked, open('refused', 'w') as refused:
    while not os.path.exists('stop'):
      n += 1
      try:
        c = http.client.HTTPConnection('127.0.0.1', port, timeout=100)
        c.request('POST', '/inference', json.dumps({'id': 'n%d' % n}), BODY)
        r = c.getresponse()
        r.read()
        print(*(('n%d' % n,) if r.status == 200 else (r.status, r.getheader('Retry-After'))), file=acked if r.status == 200 else refused, flush=True)
        c.close()
      except OSError as e: print('broken', e, file=refused, flush=True)
      time.sleep(0.01)


# --- hostile ---

HEAD = b' HTTP/1.1\r\nHost: localhost\r\n'
POST = b'POST /inference' + HEAD + b'Content-Type: application/json\r\n'


def to(port, text=b''):
  s = socket.create_connection(('127.0.0.1', port))
  s.settimeout(100)
  if text: s.sendall(text)
  return s


def answer_of(s, end=True):
  b = b''
  try:
    while True:
      piece = s.recv(1 << 16)
      if not piece: break
      b += piece
      if not end and b'\r\n\r\n' in b: break
  except ConnectionResetError: pass
  s.close()
  return b


def code_of(port, text):
  b = answer_of(to(port, text))
  return int(b[9:12]) if b.startswith(b'HTTP/1.1 ') else b


def sized(body, path=b'/inference', more=b'Content-Type: application/json\r\n'):
  return b'POST ' + path + HEAD + more + b'Connection: close\r\nContent-Length: %d\r\n\r\n' % len(body) + body


def nasty(port):
  """Texts that would be commands, were they ever part of one: they are stored, found, and no more."""
  texts = ["'; DROP TABLE inference_logs; --", "a' OR '1'='1", '"; DELETE FROM streams; --', "\\'; SELECT pg_sleep(9); --", '$1', '?1', '%s%n', "x\t\\\\.", '\u0001', "Robert'); --", '\u2028\u202e', ';']
  asked = ['/records?model=', '/records?source=', '/records?kind=', '/records?since=', '/records?until=', '/records?limit=', '/records?cursor=', '/records?labels=',
           '/models?cursor=', '/models?limit=', '/drift/latest?model=', '/drift/history?model=', '/drift/history?cursor=', '/report?model=', '/alerts?model=', '/alerts?state=']
  c = http.client.HTTPConnection('127.0.0.1', port, timeout=60)
  def ask(method, path, body=None, head=BODY):
    c.request(method, path, body, head if body else {})
    r = c.getresponse()
    return r.status, r.read()
  def quote(text): return ''.join('%%%02x' % b for b in text.encode())
  for i, text in enumerate(texts):
    record = {'id': text, 'model_id': text, 'source': text, 'ts': '2026-01-01T00:00:00Z', text: text, 'label': text, 'prediction': text, 'query': text, 'response': text}
    for path in ('/inference', '/labels', '/interactions'):
      code, told = ask('POST', path, json.dumps(record))
      assert code == 200, (path, text, code, told)
    assert ask('POST', '/embeddings', json.dumps({'id': text, 'model_id': text, 'embedding': [1, 2]}))[0] == 200
    code, told = ask('GET', '/records?id=%s&model=%s&labels=1' % (quote(text), quote(text)))
    found = json.loads(told)['records']
    assert code == 200 and len(found) == 1 and found[0]['content']['prediction'] == text, (text, code, told)
    for k, path in enumerate(asked):
      if (k - i) % 4 and not FULL: continue # each path with three texts, each text on four paths
      code, told = ask('GET', path + quote(text))
      assert code in (200, 400, 404), (path, text, code, told)
    for deed in ('ack', 'silence'):
      code, told = ask('POST', '/alerts/%s/%s' % (quote(text), deed), json.dumps({'check': text, 'who': text, 'why': text, 'until': text}))
      assert code in (400, 404, 409), (deed, text, code, told)
  code, told = ask('GET', '/stats')
  assert code == 200, told
  code, told = ask('GET', '/metrics')
  assert code == 200, told


def hostile(port, pid):
  failures = []
  threading.excepthook = lambda args: failures.append(args.exc_value)
  over, posted = threading.Event(), []
  def posts(): # what honest senders see all the time
    c, n = http.client.HTTPConnection('127.0.0.1', port, timeout=60), 0
    while not over.is_set():
      n += 1
      c.request('POST', '/inference', json.dumps({'id': 'honest%d' % n}), BODY)
      r = c.getresponse()
      r.read()
      assert r.status == 200, r.status
      posted.append(n)
      time.sleep(0.005)
  def goes_on():
    before = len(posted)
    await_true(lambda: len(posted) > before + 3, 60, 'posts do not go on')
  honest = threading.Thread(target=posts, daemon=True)
  honest.start()

  idle = [to(port) for _ in range(1000)]
  goes_on()
  resident = [int(l.split()[1]) for l in open('/proc/%d/status' % pid) if l.startswith('VmRSS')][0]
  slow = [to(port, b'GET /livez HTT') for _ in range(50)] + [to(port, POST + b'Content-Length: 1000\r\n\r\n{') for _ in range(100)]
  goes_on()
  bulk = to(port, b'POST /inference' + HEAD + b'Content-Type: application/x-ndjson\r\nTransfer-Encoding: chunked\r\n\r\n')
  readers = [to(port, b'GET /openapi.json' + HEAD + b'\r\n') for _ in range(20)] # who ask and never read
  for s in slow: s.sendall(b' ')
  goes_on()

  want = [ # what comes, and what it is answered with
    (b'GET / HTTP/1.1\r\n\r\n', 400), (b'GET /livez HTTP/1.1\nHost: localhost\n\n', 400), (b'\x16\x03\x01\x02\x00\x01\x00\x01', 400),
    (b'GET /livez HTTP/2.0\r\nHost: localhost\r\n\r\n', 505), (b'BREW /livez' + HEAD + b'\r\n', 501),
    (POST + b'Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}', 400), (POST + b'Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n', 400),
    (POST + b'Content-Length: +2\r\n\r\n{}', 400), (POST + b'Content-Length: 2,2\r\n\r\n{}', 400), (POST + b'Transfer-Encoding: gzip, chunked\r\n\r\n', 501),
    (POST + b'Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n', 400), (POST + b'Transfer-Encoding: xchunked\r\n\r\n', 400),
    (POST + b'Transfer-Encoding: chunked\r\n\r\n0x2\r\n{}\r\n0\r\n\r\n', 400), (POST + b'Transfer-Encoding: chunked\r\n\r\n2\r\n{}x\r\n0\r\n\r\n', 400),
    (POST + b'Transfer-Encoding: chunked\r\n\r\n2\n{}\n0\n\n', 400), (b'GET /livez' + HEAD + b' folded: 1\r\n\r\n', 400),
    (b'GET /livez' + HEAD + b'A: b\rC: d\r\n\r\n', 400), (b'GET /livez' + HEAD + b'A: \0\r\n\r\n', 400), (b'GET /livez' + HEAD + b'Host: other\r\n\r\n', 400),
    (b'GET /livez' + HEAD + b'A: ' + b'x' * 17000 + b'\r\n\r\n', 431), (b'GET /' + b'x' * 9000 + HEAD + b'\r\n', 414), (b'GET /livez' + HEAD + b'A: b\r\n' * 101 + b'\r\n', 431),
    (b'GET /../livez' + HEAD + b'\r\n', 400), (b'GET /%2e%2e/livez' + HEAD + b'\r\n', 400), (b'GET /livez%00' + HEAD + b'\r\n', 400), (b'GET /livez%zz' + HEAD + b'\r\n', 400),
    (b'GET /livez%2f' + HEAD + b'Connection: close\r\n\r\n', 404), (b'GET //livez' + HEAD + b'Connection: close\r\n\r\n', 404), (b'GET /livez/' + HEAD + b'Connection: close\r\n\r\n', 404),
    (b'GET /l%69vez' + HEAD + b'Connection: close\r\n\r\n', 200), (b'GET http://localhost/livez' + HEAD + b'Connection: close\r\n\r\n', 200),
    (b'GET http://evil.example/livez' + HEAD + b'Connection: close\r\n\r\n', 400), (b'GET /livez HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n', 421),
    (b'GET /livez' + HEAD + b'Connection: close\r\nContent-Length: 4\r\n\r\nbody', 413), (b'DELETE /inference' + HEAD + b'Connection: close\r\n\r\n', 405),
    (b'POST /inference' + HEAD + b'Origin: http://evil.example\r\nConnection: close\r\nContent-Length: 2\r\n\r\n{}', 403),
    (POST + b'Expect: 200-ok\r\nContent-Length: 2\r\n\r\n', 417), (POST + b'Content-Length: 99999999999\r\n\r\n', 413), (POST + b'Content-Length: 999999999999999999999\r\n\r\n', 400),
    (sized(b''), 400), (sized(b'{'), 400), (sized(b'{"id":1}{"id":2}'), 400), (sized(b'[]'), 400), (sized(b'\xff\xfe{"id":1}'), 400), (sized(b'{"id":"' + b'x' * 2000 + b'"}'), 400),
    (sized(b'[' * 100000), 400), (sized(b'{"a":' * 5000 + b'1' + b'}' * 5000), 400), (sized(b'{"id":"cut"} trailing'), 400),
    (sized(b'{"id":"big","x":"' + b'x' * (17 << 20) + b'"}'), 413), (sized(b'\x1f\x8b\x08\x00cut short', more=b'Content-Encoding: gzip\r\n'), 400),
    (sized(b'{}', more=b'Content-Encoding: br\r\n'), 415), (sized(b'a,b\n1,2\n', more=b'Content-Type: text/csv\r\n'), 415),
  ]
  for text, code in want:
    got = code_of(port, text)
    assert got == code, (text[:200], got, code)
  goes_on()

  # compressed: taken; and what would fill the memory is not held
  packed = zlib.compressobj(wbits=31)
  line = packed.compress(b'{"id":"packed"}\n') + packed.flush()
  assert code_of(port, sized(line, more=b'Content-Type: application/x-ndjson\r\nContent-Encoding: gzip\r\n')) == 200
  packed, spaces = zlib.compressobj(1, wbits=31), b' ' * (1 << 20)
  bomb = b''.join(packed.compress(spaces) for _ in range(1000 if FULL else 250)) + packed.flush() # more than is allowed below
  assert len(bomb) < 8 << 20
  for form in (b'application/json', b'application/x-ndjson'):
    got = code_of(port, sized(bomb, more=b'Content-Encoding: gzip\r\nContent-Type: ' + form + b'\r\n'))
    assert got in (400, 413), (form, got)
  goes_on()

  nasty(port)
  goes_on()

  # pipelined, with a body in between; HEAD has no body; leave to send is given
  b = answer_of(to(port, b'HEAD /livez' + HEAD + b'\r\n' + POST + b'Content-Length: 16\r\n\r\n{"id":"between"}' + b'GET /livez' + HEAD + b'Connection: close\r\n\r\n'))
  answers = b.split(b'HTTP/1.1 ')[1:]
  assert [int(a[:3]) for a in answers] == [200, 200, 200] and answers[0].endswith(b'\r\n\r\n') and answers[2].endswith(b'\r\n\r\nok\n'), b
  b = answer_of(to(port, POST + b'Content-Length: 14\r\n\r\n{"id":"longer"}\r\n\r\n')) # a byte too many is no request
  assert [int(a[:3]) for a in b.split(b'HTTP/1.1 ')[1:]] == [400, 400], b
  s = to(port, POST + b'Expect: 100-continue\r\nContent-Length: 14\r\nConnection: close\r\n\r\n')
  assert s.recv(100).startswith(b'HTTP/1.1 100 ')
  s.sendall(b'{"id":"leave"}')
  assert answer_of(s).startswith(b'HTTP/1.1 200 ')
  for s in slow: s.close()
  for s in readers:
    assert answer_of(s, end=False).startswith(b'HTTP/1.1 200 ')
  bulk.sendall(b'f\r\n{"id":"bulk1"}\n\r\n0\r\n\r\n')
  assert answer_of(bulk, end=False).startswith(b'HTTP/1.1 200 ')
  goes_on()
  for s in idle: s.close()
  over.set()
  honest.join()
  assert not failures, failures
  more = [int(l.split()[1]) for l in open('/proc/%d/status' % pid) if l.startswith('VmHWM')][0]
  print('%d honest posts went through; 1,000 idle connections: %d KiB in all, %d at most' % (len(posted), resident, more))
  if 'asan' not in open('/proc/%d/maps' % pid).read(): assert resident < 60 << 10 and more < 160 << 10, (resident, more)


if __name__ == '__main__':
  what, arguments = sys.argv[1], sys.argv[2:]
  if what == 'kills': kills(arguments[0], int(arguments[1]))
  elif what == 'load': load(int(arguments[0]))
  elif what == 'nasty' and not FULL: nasty(int(arguments[0]))
  else: hostile(*map(int, arguments))
