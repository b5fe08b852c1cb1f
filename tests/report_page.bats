# The HTML report in a real browser: nothing empty, nothing clipped, nothing asked for from elsewhere; what its script adds.

setup()
{
  bats_require_minimum_version 1.5.0
  cd "$BATS_TEST_TMPDIR" || return 1
  command -v chromium >/dev/null || skip 'no chromium'
  command -v python3 >/dev/null || skip 'no python3 to drive it'
  export PATH="${DW_BIN:-$BATS_TEST_DIRNAME/../bin}:$PATH" PYTHONPATH=$BATS_TEST_DIRNAME PYTHONDONTWRITEBYTECODE=1
}

# Chunks of both periods with limits, and all pairs of ten columns.
more()
{
  awk 'BEGIN {
    for (i = 1; i <= 9; i++)
      printf "{\"kind\":\"finding\",\"check\":\"column_drift\",\"column\":\"fee\",\"type\":\"numeric\",\"method\":\"jensen_shannon\",\"period\":\"%s\",\"chunk\":{\"index\":%d,\"start\":\"2026-01-0%dT00:00:00Z\",\"end\":\"2026-01-0%dT23:59:59Z\"},\"statistic\":%g,\"score\":%g,\"threshold\":0.1,\"detail\":{\"lower_threshold\":null,\"upper_threshold\":0.1},\"rule\":\">\",\"drift\":%s,\"severity\":\"%s\"}\n", i < 5 ? "reference" : "analysis", i - 1, i, i, i / 50, i / 50, 5 < i ? "true" : "false", 5 < i ? "low" : "none"
    printf "{\"kind\":\"finding\",\"check\":\"correlation_drift\",\"type\":\"other\",\"method\":\"correlation\",\"p_value\":0.5,\"score\":0.5,\"threshold\":0.05,\"rule\":\"<\",\"drift\":false,\"severity\":\"none\",\"detail\":{\"columns\":10,\"pairs\":45,\"tests\":45,\"drifted_pairs\":0,\"matrix\":{\"columns\":["
    for (i = 0; i < 10; i++) printf "%s\"a column with a long name %d\"", i ? "," : "", i
    for (s = 0; s < 2; s++) {
      printf "],\"%s\":[", s ? "current" : "reference"
      for (i = 0; i < 45; i++) printf "%s%g", i ? "," : "", s ? (i - 20) / 50 : 0
    }
    print "]}}}"
    print "{\"kind\":\"summary\",\"drift\":true,\"severity\":\"low\",\"columns\":1,\"drifted\":1,\"drift_share\":1}"
  }'
}

browser() { cat >script.py; timeout 300 python3 script.py; }

@test "every card is drawn, nothing is clipped at 390 and 1,280 pixels, light, dark and on paper; no complaint, no request" {
  D=$BATS_TEST_DIRNAME/data
  more >more.ndjson
  dw-report --format html --output page.html "$D/findings-feature.ndjson" "$D/findings-methods.ndjson" "$D/findings-hostile.ndjson" more.ndjson \
    "$D/findings-network.ndjson" "$D/control-blocked.ndjson" "$D/control-metrics.ndjson"
  browser <<'EOF'
import os
from browser import Browser
CLIPPED = '''[...document.querySelectorAll("body *")].filter(e => {
  const style = getComputedStyle(e), box = e.closest(".wide")
  if (!e.checkVisibility() || e.closest("svg,caption") || style.display == "inline") return false
  const cut = e.clientWidth && e.scrollWidth > e.clientWidth + 1 && style.overflowX != "auto"
  return (cut && !box) || (!box && e.getBoundingClientRect().right > innerWidth + 1)
}).map(e => e.tagName + "." + e.className + " " + e.textContent.slice(0, 40))'''
with Browser() as page:
  page.screen(1280, 900)
  page.open('file://' + os.path.abspath('page.html'))
  page.wait('document.readyState === "complete" && document.querySelector("table.all .open")')
  items = page.js('document.querySelectorAll("table.all .item").length')
  assert items == 12, items
  page.js('document.querySelectorAll("table.all .item:not(.on) .open").forEach(e => e.click())')
  page.js('document.querySelectorAll("details").forEach(e => e.open = true)')
  empty = page.js('''[...document.querySelectorAll(".item .card, .fig .plot svg")].filter(e => {
    const r = e.getBoundingClientRect(); return r.width < 40 || r.height < 20 }).length''')
  assert empty == 0, f'{empty} cards or pictures are empty'
  shapes = page.js('[...document.querySelectorAll("use")].filter(e => !document.querySelector(e.getAttribute("href"))).length')
  assert shapes == 0 and page.js('document.querySelectorAll(".hist use").length') > 3
  assert page.js('document.querySelectorAll(".tm .lim").length') > 0 and page.js('document.querySelectorAll(".vt td.g4,.vt td.g5,.vt td.g6").length') > 0
  for width in (1280, 390):
    page.screen(width, 900, width < 600)
    for scheme in ('light', 'dark'):
      page.scheme(scheme)
      clipped = page.js(CLIPPED)
      assert not clipped, (width, scheme, clipped)
    page.shot(f'{width}.png', whole=False)
    assert os.path.getsize(f'{width}.png') > 10000
  page.ask('Emulation.setEmulatedMedia', media='print')
  assert page.js('[...document.querySelectorAll(".bar,.tip,#find")].every(e => !e.checkVisibility())')
  assert page.complaints == [], page.complaints
  assert all(address.startswith('file://') for address in page.requests) and len(page.requests) == 1, page.requests
EOF
}

@test "the table of columns: sorted, filtered and opened, by keys too; a picture says its bins; whole without the script" {
  dw-report --format html --output page.html "$BATS_TEST_DIRNAME/data/findings-feature.ndjson"
  browser <<'EOF'
import os
from browser import Browser
with Browser() as page:
  address = 'file://' + os.path.abspath('page.html')
  page.screen(1280, 900)
  page.open(address)
  page.wait('document.readyState === "complete" && document.querySelector("table.all .open")')
  names = lambda: page.js('[...document.querySelectorAll("table.all .item:not([hidden]) .n")].map(e => e.textContent)')
  head = lambda word: f'[...document.querySelectorAll("table.all thead th")].find(e => e.textContent === "{word}")'
  came = names()
  assert len(came) == 8, came
  page.js(head('column') + '.querySelector("button").click()')
  assert names() == sorted(came, key=str.lower) and page.js(head('column') + '.getAttribute("aria-sort")') == 'ascending'
  page.js(head('column') + '.querySelector("button").focus()')
  page.key('Enter')
  assert names() == sorted(came, key=str.lower)[::-1] and page.js('document.querySelectorAll("[aria-sort]").length') == 1
  page.js(head('effect') + '.querySelector("button").click()')
  effects = page.js('[...document.querySelectorAll(".ef")].map(e => parseFloat(/[\\d.]+(e-?\\d+)?/.exec(e.textContent))).filter(x => x === x)')
  assert effects == sorted(effects, reverse=True) and len(effects) > 3, effects
  page.js(head('verdict') + '.querySelector("button").click()')
  assert names() == came
  page.js('document.querySelector(".bar input").focus()')
  page.type('GEO')
  assert names() == ['geo_distance_km'] and page.js('document.querySelector(".bar output").textContent') == '1 of 8'
  page.js('(e => { e.value = ""; e.dispatchEvent(new Event("input")) })(document.querySelector(".bar input"))')
  page.js('(e => { e.value = "quiet"; e.dispatchEvent(new Event("input")) })(document.querySelector("[aria-label=Verdict]"))')
  quiet = names()
  assert 0 < len(quiet) < 8, quiet
  page.js('document.querySelector(".item:not([hidden]) .open").focus()')
  shown = 'document.querySelector(".item:not([hidden]) .open").getAttribute("aria-expanded")'
  assert page.js(shown) == 'false'
  page.key('Enter')
  assert page.js(shown) == 'true' and page.js('document.querySelector(".item:not([hidden]) .card").checkVisibility()')
  page.js('(e => { e.value = "all"; e.dispatchEvent(new Event("input")) })(document.querySelector("[aria-label=Verdict]"))')
  page.js('document.querySelector(".item.on .hist").focus()')
  tip = lambda: page.js('document.querySelector(".tip").textContent')
  first = tip()
  page.key('ArrowRight')
  assert tip() != first and 'reference ' in tip() and ' % (' in tip() and '\ncurrent ' in tip(), tip()
  page.key('End')
  assert 'and above' in tip(), tip()
  page.key('Escape')
  assert page.js('document.querySelector(".tip").hidden')
  page.ask('Emulation.setScriptExecutionDisabled', value=True)
  page.open(address + '?')
  page.wait('document.readyState === "complete" && document.querySelector("table.all") && !document.querySelector(".open")')
  assert names() == came
  page.js('document.querySelectorAll(".more details").forEach(e => e.open = true)')
  assert page.js('[...document.querySelectorAll(".card")].every(e => e.checkVisibility())') and not page.js('document.querySelector(".bar").checkVisibility()')
  assert page.complaints == [], page.complaints
EOF
}
