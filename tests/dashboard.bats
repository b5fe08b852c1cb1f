# The dashboard of dw-serve: its files over HTTP, and the page in a real browser.

bats_require_minimum_version 1.5.0

setup_file()
{
  export PATH="${DW_BIN:-$BATS_TEST_DIRNAME/../bin}:$PATH" DATABASE_URL=sqlite:r.db ASAN_OPTIONS=detect_leaks=0
  cd "$BATS_FILE_TMPDIR" || return 1
  if command -v chromium >/dev/null && command -v python3 >/dev/null; then # one for all tests, while their data are made
    export BROWSER=$BATS_FILE_TMPDIR/browser
    python3 "$BATS_TEST_DIRNAME/browser.py" "$BROWSER" >/dev/null 2>&1 </dev/null 3>&- &
    echo $! >chromium
  fi
  start=$(($(date +%s) / 600 * 600 - 7200)) # not at the end of a window of 24 hours
  echo "$start" >start
  fill fraud fraud-feature-drift 0.4
  fill churn fraud-baseline 0.7
}

teardown_file()
{
  [ ! -e "$BATS_FILE_TMPDIR/chromium" ] || kill -KILL "$(<"$BATS_FILE_TMPDIR/chromium")"
}

setup()
{
  cd "$BATS_TEST_TMPDIR" || return 1
  command -v curl >/dev/null || skip 'no curl command'
  export PATH="${DW_BIN:-$BATS_TEST_DIRNAME/../bin}:$PATH" DATABASE_URL=sqlite:r.db ASAN_OPTIONS=detect_leaks=0
  export PYTHONPATH=$BATS_TEST_DIRNAME PYTHONDONTWRITEBYTECODE=1
  cp "$BATS_FILE_TMPDIR"/r.db* .
  read -r start <"$BATS_FILE_TMPDIR/start"
  unset LOG_LEVEL CHECK_INTERVAL_SECONDS REFUSAL_RATE_THRESHOLD TOXICITY_RATE_THRESHOLD ACCURACY_DROP_THRESHOLD
}

teardown() { [ -z "${server:-}" ] || kill -KILL "$server" 2>/dev/null || true; }

# Its own checks are once in a hundred years, of 1970 the last: what is shown are those that fill made.
serve()
{
  : >log # a server before this one left its port there
  dw-serve --listen 127.0.0.1:0 --every 36500d "$@" 2>log 3>&- &
  server=$!
  for _ in {1..2000}; do
    { read -r -d '' said <log || :; } 2>/dev/null
    if [[ $said =~ '"event":"listening","address":"127.0.0.1:'([0-9]+)'"' ]]; then port=${BASH_REMATCH[1]}; else port=; fi
    [ -z "$port" ] || return 0
    sleep 0.03
  done
  cat log
  return 1
}

at() { date -u -d "@$((start + $1))" +%Y-%m-%dT%H:%M:%SZ; } # SECONDS from the beginning of the hour

# A day of records of MODEL, an hour of SCENARIO, which is over, and three checks of it.
fill() # MODEL SCENARIO CONFIDENCE
{
  dw-gen --rows 1440 --seed 1 --start "$(at -86400)" --step 1m | sed 's/}$/,"confidence":0.7}/' >day
  dw-gen --scenario "$2" --rows 120 --seed 2 --start "$(at 0)" --step 30s | sed 's/"tx_/"hour_/; s/}$/,"confidence":'"$3"'}/' >hour
  DW_NOW=$(at 0) dw-store put --quiet --model "$1" --id transaction_id day >/dev/null
  DW_NOW=$(at 3600) dw-store put --quiet --model "$1" --id transaction_id hour >/dev/null
  for second in 1200 2400; do DW_NOW=$(at $second) dw-serve --once --model "$1" --window 20m --min-rows 20 >/dev/null 2>&1 || true; done
  DW_NOW=$(at 3600) dw-serve --once --model "$1" >/dev/null 2>&1 || true
}

browser() { # SCRIPT on standard input, of a page at the server
  command -v chromium >/dev/null || skip 'no chromium'
  command -v python3 >/dev/null || skip 'no python3 to drive it'
  { printf 'from browser import Browser\nsite = "http://127.0.0.1:%s/"\n' "$port"; cat; } >script.py
  timeout 200 python3 script.py
}

@test "the page, its script and its style come out of the program, and come again only when they changed" {
  serve --base-path /dw
  for file in '' dashboard.js dashboard.css; do
    curl -sf -D head -o body "http://127.0.0.1:$port/dw/$file"
    grep -q "^Content-Security-Policy: default-src 'none'; script-src 'self'; style-src 'self'; " head
    grep -q '^X-Content-Type-Options: nosniff' head
    grep -q '^Referrer-Policy: no-referrer' head
    tag=$(sed -n 's/^ETag: //p' head | tr -d '\r')
    rm -f again
    [ "$(curl -s -o again -w '%{http_code}' -H "If-None-Match: $tag" "http://127.0.0.1:$port/$file")" = 304 ]
    [ ! -s again ]
    [ "$(curl -s -o again -w '%{http_code}' -H 'If-None-Match: "0"' "http://127.0.0.1:$port/$file")" = 200 ]
    cmp body again
  done
  curl -sf "http://127.0.0.1:$port/dashboard.js" | cmp - "$BATS_TEST_DIRNAME/../src/serve/dashboard/dashboard.js"
  [ "$(curl -s -o body -w '%{http_code}' "http://127.0.0.1:$port/dashboard.map")" = 404 ]
  [ "$(curl -s -o body -w '%{http_code}' -D head "http://127.0.0.1:$port/dw")" = 308 ]
  grep -q '^Location: /dw/' head
}

@test "nothing in the page is inline, and no address in it leads elsewhere" {
  cd "$BATS_TEST_DIRNAME/../src/serve/dashboard"
  run -1 grep -nE '<script[^>]*>[^<]|<style|style=|[[:space:]]on[a-z]+=' dashboard.html
  run -1 grep -nE '(src|href|action)="(https?:)?//' dashboard.html
  run -1 grep -nE 'innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(|new Function' dashboard.js
  run -1 grep -nE '@import|url\(' dashboard.css
}

@test "in a browser: charts with their points, an alert acknowledged by hand, nothing asked for elsewhere, no complaint" {
  echo '{"kind":"version","version":"7","id":"7","ts":"'"$(at 1800)"'"}' | DW_NOW=$(at 1800) dw-store put --quiet --kind version --model fraud >/dev/null
  serve
  browser <<'PYTHON'
with Browser() as page:
  page.screen(1280, 900)
  page.open(site)
  page.wait('document.querySelectorAll(".models tbody tr").length === 2')
  rows = page.js('[...document.querySelectorAll(".models tbody tr")].map(r => r.cells[0].innerText + ": " + r.cells[1].innerText)')
  assert rows[0] == 'churn: no drift' and rows[1].startswith('fraud: drift, '), rows
  assert page.js('document.title') == '(1) DriftWatch', page.js('document.title')
  page.click('.models tbody tr:nth-child(2) a')
  page.wait('document.querySelectorAll("figure.curves").length >= 4')
  # three checks: three points in each line, and the bounds of the seeds' rule beside them
  lines = page.js('[...document.querySelectorAll("figure.curves")].map(f => [f.querySelector("h3").innerText, (f.querySelector("path.cl").getAttribute("d").match(/[ML]/g)||[]).length, !!f.querySelector("path.rm")])')
  assert all(points == 3 for _, points, _ in lines), lines
  assert [bound for title, _, bound in lines if 'KL' in title or 'Cosine' in title] == [True, True], lines
  assert page.js('document.querySelector("figure.curves .plot").getBoundingClientRect().width') > 200
  assert page.js('document.querySelectorAll(".heat tbody tr").length') >= 9
  # a table of the same, for whoever does not see it
  page.click('figure.curves summary')
  page.wait('document.querySelectorAll("figure.curves details[open] tbody tr").length === 3')
  # by hand
  page.click('#alerts button.main')
  page.wait('document.querySelector("dialog[open] input[name=who]")')
  page.type('ann')
  page.click('dialog input[name=why]')
  page.type('a sale')
  page.click('dialog button[type=submit]')
  page.wait('document.querySelector("#alerts").innerText.includes("acknowledged by ann")')
  page.wait('document.getElementById("say").innerText.includes("Acknowledged")')
  page.wait('document.querySelector("#feed").innerText.includes("acknowledged by ann: a sale")')
  # taken back, and again, where the service takes that
  if page.js('fetch("openapi.json").then(r => r.text()).then(t => t.includes("/alerts/undo"))'):
    page.click('#alerts button[aria-label^="Undo"]')
    page.wait('document.querySelector("dialog[open]")')
    page.click('dialog button[type=submit]')
    page.wait('!document.querySelector("#alerts").innerText.includes("acknowledged by")')
    page.wait('document.querySelector("#feed").innerText.includes("acknowledgement taken back by ann")')
    page.click('#alerts button.main')
    page.wait('document.querySelector("dialog[open]")')
    page.type('a sale')
    page.click('dialog button[type=submit]')
    page.wait('document.querySelector("#alerts").innerText.includes("acknowledged by ann")')
  # silenced, and not any more
  page.click('#alerts button[aria-label^="Silence"]')
  page.wait('document.querySelector("dialog[open] select[name=until]")')
  page.click('dialog button[type=submit]')
  page.wait('document.querySelector("#alerts").innerText.includes("silenced: nobody is told")')
  page.click('#feed button')
  page.wait('!document.querySelector("#alerts").innerText.includes("silenced")')
  page.wait('document.querySelector("#feed").innerText.includes("silence ended by ann")')
  # the version that began in between
  assert page.js('document.querySelector("#versions").innerText').endswith('version 7')
  assert page.js('document.querySelectorAll("figure path.vs").length') == len(lines) + 1
  # a check of the past, with its histograms
  page.click('.plot.strip')
  page.wait('document.querySelector("#run .report svg.hist")')
  assert page.js('document.activeElement.id') == 'run-title'
  # and both sides of each column: of one that is quiet, too
  drawn = page.js('[...document.querySelectorAll(".pictures figure")].map(f => [f.querySelector("h4").innerText, f.querySelectorAll("svg.hist path[d]").length, f.querySelector("svg").getAttribute("aria-label")])')
  assert len(drawn) == 10 and all(paths == 2 for _, paths, _ in drawn), drawn
  assert [label for name, _, label in drawn if name == 'is_fraud'][0].startswith('is_fraud: the largest change is at '), drawn
  assert page.complaints == [], page.complaints
  assert page.requests and all(r.startswith(site) or r.startswith('data:') for r in page.requests), page.requests
PYTHON
  curl -sf "http://127.0.0.1:$port/alerts?model=fraud&state=open" >alerts
  jq -e '.alerts | map(.alert.acknowledged | [.who, .why]) == [["ann", "a sale"]]' alerts
}

@test "in a browser: on a phone, in the dark, and by keys alone" {
  serve
  first="$(at 1200)" second="$(at 2400)" browser <<'PYTHON'
import os
def minute(name): return os.environ[name][:16].replace('T', ' ') + ': '
with Browser() as page:
  page.screen(360, 780, True)
  page.open(site)
  page.wait('document.querySelector(".models tbody tr")')
  assert page.js('document.documentElement.scrollWidth') <= 360
  page.js('location.hash = document.querySelector(".models tbody tr:nth-child(2) a").hash')
  page.wait('document.querySelectorAll("figure.curves").length >= 4')
  assert page.js('document.documentElement.scrollWidth') <= 360, page.js('document.documentElement.scrollWidth')
  light = page.js('getComputedStyle(document.body).backgroundColor')
  page.scheme('dark')
  assert page.js('getComputedStyle(document.body).backgroundColor') != light
  # what stands on it is read against it: 4.5 to 1 for words
  page.js('''window.ratio = (a, b) => { const l = c => { const v = c.match(/[\\d.]+/g).slice(0, 3).map(x => (x /= 255) <= 0.03928 ? x / 12.92 : ((x + 0.055) / 1.055) ** 2.4);
    return 0.2126 * v[0] + 0.7152 * v[1] + 0.0722 * v[2] }; const [x, y] = [l(a), l(b)].sort((p, q) => q - p); return (x + 0.05) / (y + 0.05) }; true''')
  for scheme in 'dark', 'light':
    page.scheme(scheme)
    for words in '.note', '.axis', 'button.main', '.chip', '.brand', 'h3', '#live':
      got = page.js(f'(()=>{{const e=document.querySelector({words!r});let b=e;while(getComputedStyle(b).backgroundColor==="rgba(0, 0, 0, 0)")b=b.parentElement;'
                    'return ratio(getComputedStyle(e).color,getComputedStyle(b).backgroundColor)})()')
      assert got >= 4.5, (scheme, words, got)
  # by keys: past the head, to the alert, through the dialog
  page.screen(1280, 900)
  page.js('document.querySelector(".skip").focus()')
  page.key('Enter')
  assert page.js('document.activeElement.id') == 'main'
  for _ in range(40):
    if page.js('document.activeElement.innerText') == 'Acknowledge…': break
    page.key('Tab')
  assert page.js('getComputedStyle(document.activeElement).outlineStyle') == 'solid'
  page.key('Enter')
  page.wait('document.activeElement.name === "who"')
  page.key('Escape')
  page.wait('!document.querySelector("dialog[open]")')
  assert page.js('document.activeElement.innerText') == 'Acknowledge…'  # and back where it was
  page.key('Enter')
  page.wait('document.activeElement.name === "who"')
  page.type('bob')
  page.key('Enter')
  page.wait('document.querySelector("#alerts").innerText.includes("acknowledged by bob")')
  # a chart is read by arrows, and Enter opens the check
  page.js('document.querySelector("figure.curves .plot").focus()')
  page.key('Home')
  first = page.js('document.activeElement.getAttribute("aria-valuetext")')
  assert first.startswith(minute('first')), first
  page.key('ArrowRight')
  assert page.js('document.activeElement.getAttribute("aria-valuetext")').startswith(minute('second'))
  page.key('End')
  page.key('Enter')
  page.wait('document.querySelector("#run .report .verdict")')
  page.wait('document.activeElement.id === "run-title"')
  page.screen(360, 780, True)
  assert page.js('document.documentElement.scrollWidth') <= 360, page.js('document.documentElement.scrollWidth')
  # each control has a name
  assert page.js('[...document.querySelectorAll("button,select,[role=slider],input")].filter(e => !(e.innerText || e.getAttribute("aria-label") || (e.labels && e.labels.length))).length') == 0
  assert page.js('[...document.querySelectorAll("header,nav,main,footer")].length') >= 4
  assert page.complaints == [], page.complaints
PYTHON
}

@test "in a browser: what is new comes by itself, the focus stays, and a service that is away is told" {
  serve
  {
    dw-gen --rows 120 --seed 3 --start "$(at 3600)" --step 30s | sed 's/"tx_/"later_/; s/}$/,"confidence":0.2}/' >later
    echo "DW_NOW=$(at 7200) dw-store put --quiet --model churn --id transaction_id later >/dev/null"
    echo "DW_NOW=$(at 7200) dw-serve --once --model churn >/dev/null 2>&1"
  } >check
  browser <<PYTHON
import os, signal, subprocess
with Browser() as page:
  page.open(site + '#/model?name=churn')
  page.wait('document.querySelectorAll("figure.curves").length >= 4')
  page.js('document.querySelector("figure.curves details").open = true; document.querySelector("[role=slider]").focus()')
  key = page.js('document.activeElement.dataset.key')
  runs = page.js('document.querySelector("#time figcaption b").innerText')
  subprocess.run(['sh', 'check'])
  page.js('document.dispatchEvent(new Event("visibilitychange"))')  # as on the way back to the tab
  page.wait(f'document.querySelector("#time figcaption b").innerText !== {runs!r}')
  assert page.js('document.activeElement.dataset.key') == key
  assert page.js('document.querySelector("figure.curves details").open')
  page.wait('document.getElementById("say").innerText.includes("churn")')
  os.kill($server, signal.SIGKILL)
  page.js('document.dispatchEvent(new Event("visibilitychange"))')
  page.wait('document.getElementById("live").innerText.includes("does not answer")')
  assert page.js('document.querySelectorAll("figure.curves").length') >= 4  # what was there stays
PYTHON
  server=
}

@test "in a browser: records that name no model, and names that are markup, are models as any other" {
  dw-store export --table drift_runs | grep '"model":"fraud"' | tail -n 1 >run
  for model in '' '<img src=x onerror=alert(1)>' '__proto__'; do
    jq -c --arg model "$model" '.model = $model | .content.model = $model | .content.top_columns = ["<b>bold</b>"]' run | dw-store import --quiet >/dev/null
  done
  serve
  browser <<'PYTHON'
with Browser() as page:
  page.open(site)
  page.wait('document.querySelectorAll(".models tbody tr").length === 5')
  assert page.js('document.querySelectorAll("main img, main td b").length') == 0
  names = page.js('[...document.querySelectorAll(".models tbody th")].map(n => n.innerText)')
  assert names == ['(no name)', '<img src=x onerror=alert(1)>', '__proto__', 'churn', 'fraud'], names
  for row, name in enumerate(names[:3]):
    page.js('location.hash = "#/"')
    page.click(f'.models tbody tr:nth-child({row + 1}) a')
    page.wait(f'document.querySelector("main h1").innerText === {name!r} && document.querySelector("figure.curves")')
    page.click('#alerts button.main')
    page.wait('document.querySelector("dialog[open]")')
    page.js('document.querySelector("dialog input[name=who]").value = "ann"')
    page.click('dialog button[type=submit]')
    page.wait('document.querySelector("#alerts").innerText.includes("acknowledged by ann")')
  assert page.complaints == [], page.complaints
PYTHON
  curl -sf "http://127.0.0.1:$port/alerts?model=&state=open" | jq -e '.alerts | map(.alert.acknowledged.who) == ["ann"]'
}

@test "in a browser: with tokens it asks for one, once, and what the token may not is told" {
  printf 'look read * sha256:%s\n' "$(printf %s a-secret | sha256sum | cut -d ' ' -f 1)" >tokens
  serve --token-file tokens
  browser <<'PYTHON'
with Browser() as page:
  page.open(site)
  page.wait('document.activeElement.name === "token"')
  page.type('wrong')
  page.key('Enter')
  page.wait('document.querySelector("#why").innerText.includes("not known")')
  page.type('a-secret')
  page.key('Enter')
  page.wait('document.querySelector(".models tbody tr")')
  page.ask('Page.reload')
  page.wait('document.querySelector(".models tbody tr")')
  page.click('#alerts button.main')
  page.wait('document.querySelector("dialog[open]")')
  page.type('ann')
  page.click('dialog button[type=submit]')
  page.wait('document.querySelector("dialog .warn").innerText === "the token may not do this"')
  assert not [r for r in page.requests if 'secret' in r], page.requests
  page.js('sessionStorage.clear()')
  page.open(site + '?token=a-secret')
  page.wait('document.querySelector(".models tbody tr")')
  assert page.js('location.search') == ''
PYTHON
}
