"""A page in Chromium without a window, by the DevTools protocol and nothing but the standard library.

  with Browser() as page:
    page.open('http://127.0.0.1:3001/')
    page.wait('document.querySelector("h1")')
    page.click('button')                        # with a real pointer event, where the element is
    page.complaints, page.requests              # of the console; addresses that were asked for

`browser.py FOLDER` becomes a Chromium, in which those who have BROWSER=FOLDER open their pages: its start takes longer than a test.
"""
import base64, json, os, shutil, socket, struct, subprocess, sys, tempfile, time, urllib.request


def words(folder):
  return ['chromium', '--headless=new', '--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--no-first-run', '--hide-scrollbars',
          '--disable-background-networking', '--disable-component-update', '--remote-debugging-port=0', '--user-data-dir=' + folder, 'about:blank']


class Browser:
  def __init__(self, seconds=60):
    self.folder, self.seconds, self.process = os.environ.get('BROWSER'), seconds, None
    self.complaints, self.requests, self.number, self.rest = [], [], 0, b''
    if not self.folder:
      self.folder = tempfile.mkdtemp()
      self.process = subprocess.Popen(words(self.folder), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
      self.connect()
    except BaseException:
      self.close()
      raise

  def __enter__(self): return self
  def __exit__(self, *_): self.close()

  def close(self):
    if not self.process: return self.ask('Page.close')
    self.process.kill()
    self.process.wait()
    shutil.rmtree(self.folder, ignore_errors=True)

  def connect(self):
    end, port = time.monotonic() + self.seconds, None
    while not port:
      if time.monotonic() > end or self.process and self.process.poll() is not None: raise SystemExit('chromium did not start')
      time.sleep(0.05)
      try: port = int(open(os.path.join(self.folder, 'DevToolsActivePort')).readline())
      except (OSError, ValueError): pass
    new = urllib.request.Request(f'http://127.0.0.1:{port}/json/new?about:blank', method='PUT')
    with urllib.request.urlopen(new, timeout=self.seconds) as answer: page = json.load(answer)
    self.socket = socket.create_connection(('127.0.0.1', port), self.seconds)
    key = base64.b64encode(os.urandom(16)).decode()
    where = page['webSocketDebuggerUrl'].split('/', 3)[3]
    self.socket.sendall(f'GET /{where} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n'
                        f'Sec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n\r\n'.encode())
    while b'\r\n\r\n' not in self.rest: self.rest += self.socket.recv(65536)
    head, _, self.rest = self.rest.partition(b'\r\n\r\n')
    if b' 101 ' not in head: raise SystemExit('no websocket: ' + head.decode())
    for domain in ('Page', 'Runtime', 'Log', 'Network'): self.ask(domain + '.enable')
    self.ask('Page.bringToFront')

  # --- the protocol ---

  def take(self, count):
    while len(self.rest) < count:
      more = self.socket.recv(1 << 20)
      if not more: raise SystemExit('chromium went away')
      self.rest += more
    taken, self.rest = self.rest[:count], self.rest[count:]
    return taken

  def receive(self):
    text = b''
    while True:
      first, second = self.take(2)
      length = second & 127
      if length == 126: length = struct.unpack('>H', self.take(2))[0]
      elif length == 127: length = struct.unpack('>Q', self.take(8))[0]
      text += self.take(length)
      if first & 128: return json.loads(text)

  def hear(self, message):
    method, has = message.get('method'), message.get('params', {})
    if method == 'Network.requestWillBeSent': self.requests.append(has['request']['url'])
    elif method == 'Runtime.exceptionThrown': self.complaints.append(has['exceptionDetails'].get('exception', {}).get('description', '?'))
    elif method == 'Runtime.consoleAPICalled' and has['type'] in ('error', 'warning', 'assert'):
      self.complaints.append(' '.join(str(a.get('value', a.get('description'))) for a in has['args']))
    elif method == 'Log.entryAdded' and has['entry']['level'] in ('error', 'warning'):
      self.complaints.append(has['entry']['text'] + ' ' + has['entry'].get('url', ''))

  def ask(self, method, **has):
    self.number += 1
    text = json.dumps({'id': self.number, 'method': method, 'params': has}).encode()
    size = struct.pack('>B', 128 | len(text)) if len(text) < 126 else struct.pack('>BH', 254, len(text)) if len(text) < 65536 else struct.pack('>BQ', 255, len(text))
    self.socket.sendall(b'\x81' + size + b'\0\0\0\0' + text)  # masked with zeros: the text as it is
    while True:
      message = self.receive()
      if message.get('id') == self.number:
        if 'error' in message: raise SystemExit(f'{method}: {message["error"]}')
        return message['result']
      self.hear(message)

  # --- what a person does ---

  def js(self, expression):
    answer = self.ask('Runtime.evaluate', expression=expression, returnByValue=True, awaitPromise=True)
    if 'exceptionDetails' in answer: raise SystemExit(f'{expression}: {answer["exceptionDetails"].get("exception", {}).get("description")}')
    return answer['result'].get('value')

  def open(self, address): self.ask('Page.navigate', url=address)

  def wait(self, expression):
    end = time.monotonic() + self.seconds
    while not (value := self.js(f'(()=>{{try{{const v=({expression});return v instanceof Node||v}}catch(e){{return null}}}})()')):
      if time.monotonic() > end: raise SystemExit(f'waited for {expression}; the page: {self.js("document.body.innerText")[:2000]}; {self.complaints}')
      time.sleep(0.05)
    return value

  def click(self, selector):
    self.wait(f'document.querySelector({json.dumps(selector)})')
    x, y = self.js(f'(()=>{{const e=document.querySelector({json.dumps(selector)});e.scrollIntoView({{block:"center"}});'
                   'const b=e.getBoundingClientRect();return [b.left+b.width/2,b.top+b.height/2]})()')
    for kind in ('mouseMoved', 'mousePressed', 'mouseReleased'):
      self.ask('Input.dispatchMouseEvent', type=kind, x=x, y=y, button='none' if kind == 'mouseMoved' else 'left', clickCount=1)

  def key(self, name, code=0, text=None, shift=False):
    codes = {'Tab': 9, 'Enter': 13, 'Escape': 27, 'ArrowLeft': 37, 'ArrowRight': 39, 'Home': 36, 'End': 35, ' ': 32}
    has = dict(key=name, code=name, windowsVirtualKeyCode=codes.get(name, code), modifiers=8 if shift else 0)
    self.ask('Input.dispatchKeyEvent', type='keyDown', **has, **({'text': '\r'} if name == 'Enter' else {'text': text} if text else {}))
    self.ask('Input.dispatchKeyEvent', type='keyUp', **has)

  def type(self, text): self.ask('Input.insertText', text=text)

  def screen(self, width, height, phone=False):
    self.ask('Emulation.setDeviceMetricsOverride', width=width, height=height, deviceScaleFactor=1, mobile=phone)

  def scheme(self, name): self.ask('Emulation.setEmulatedMedia', features=[{'name': 'prefers-color-scheme', 'value': name}])

  def shot(self, file, whole=True):
    with open(file, 'wb') as out: out.write(base64.b64decode(self.ask('Page.captureScreenshot', captureBeyondViewport=whole)['data']))


if __name__ == '__main__': os.execvp('chromium', words(sys.argv[1]))
