# dw-report: a network of canaries, in every form: who departed, since when, by what and where, both texts, effects, similarity, costs.

bats_require_minimum_version 1.5.0

setup()
{
  PATH="${DW_BIN:-$BATS_TEST_DIRNAME/../bin}:$PATH"
  DATA="$BATS_TEST_DIRNAME/data"
  export LC_ALL=C.UTF-8 DW_NOW=2026-01-31T09:30:00Z
  cd "$BATS_TEST_TMPDIR" || return 1
}

# TEXT FILE: the file has it
has()
{
  grep -qF -- "$1" "$2" || { echo "no \"$1\" in:"; cat "$2"; return 1; }
}

@test "text: the answer first, then texts, effects, similarity and costs" {
  dw-report --width 120 "$DATA/findings-network.ndjson" >text
  [ "$(head -n 1 text)" = 'DRIFT, severity high: 2 of 3 canaries departed (67 %), 1 not judged' ]
  has 'Reference 270 answers, current 330 answers.' text
  has 'high     canary_2: since round r3, in 2 of 4 rounds, by logprobs and consensus: logprobs effect 0.25 (mean shift of a' text
  has 'margin 0.001, p 0.008 ≤ 0.05; most on p1 and p2' text
  has 'unjudged canary_3: round r4: all of its requests failed; departed in round r2, in 1 of 3 rounds, by logprobs' text
  has 'As before: canary_1 (4 rounds, r1 to r4).' text
  grep -q '^  Use a long password, of \[four words\] & more.  *Use a long password, of \[<script>alert(1)</script>\]' text
  has '  high     canary_2 (logprobs): drift in 2 of 4 rounds, the first r3; effect 0 to 0.25, margin 0.001' text
  has '  canary_2         1         –       0.3' text
  has 'canary_2: 0.3 like the others, 0.8 in the reference; mean z -3, p 0.002; drift in 2 of 2 rounds' text
  has '  4 rounds: 330 answers, 30 errors, 431 requests, 7,218 tokens of prompts, 11,000 tokens of answers' text
  has '  canary_3: 90 answers, 30 errors, 183 requests, 2,406 tokens of prompts, 3,000 tokens of answers' text
  order=$(grep -nE '^(DRIFT|Canaries|What canary_2|Effect by|How alike|Consensus|What it cost|Not judged)' text | cut -d: -f1)
  [ "$order" = "$(sort -n <<<"$order")" ]
  [ "$(wc -l <<<"$order")" -eq 8 ]
  run -1 grep -c 'Other checks' text # said once
  for width in 40 50 60 80 200; do
    dw-report --ascii --width "$width" "$DATA/findings-network.ndjson" >narrow
    [ "$(awk '{ if (length($0) > most) most = length($0) } END { print most }' narrow)" -le "$width" ]
    LC_ALL=C run -1 grep -c '[^ -~]' narrow
  done
  dw-report --width 50 "$DATA/findings-network.ndjson" >narrow # one under the other
  has '    Use a long password, of [four words] & more.' narrow
}

@test "markdown and HTML: the same, and nothing of an answer is markup" {
  dw-report --format markdown "$DATA/findings-network.ndjson" >md
  has '**DRIFT, severity high: 2 of 3 canaries departed (67 %), 1 not judged**' md
  grep -qE '^\| \*\*high\*\* \| canary.?_2 \| since round r3' md
  has '| Use a long password, of **four words** &amp; more. |' md
  has '**&lt;script&gt;alert' md
  run -1 grep -c '<script' md
  grep -qE '^\| canary.?_3 \| 183 \| 90 \| 30 \| – \| 2,406 \| 3,000 \|$' md
  dw-report --format html --output page.html "$DATA/findings-network.ndjson"
  has '<p class="lead">2 of 3 canaries departed (67 %), 1 not judged</p>' page.html
  has '<dt>Canaries compared</dt><dd>3</dd>' page.html
  has '<blockquote dir="auto">Use a long password, of <mark>four words</mark> &amp; more.</blockquote>' page.html
  has 'Use a long password, of <mark>&lt;script&gt;alert(1)&lt;/script&gt;</mark> &amp; more.' page.html
  [ "$(grep -o '<script' page.html | wc -l)" -eq 1 ] # its own
  [ "$(grep -c '<svg class="line"' page.html)" -eq 6 ]
  has '<td class="h5">0.3</td>' page.html
  has '<th scope="row" class="n">4 rounds</th><td>431</td><td>330</td><td>30</td><td>0</td><td>7,218</td><td>11,000</td>' page.html
  run -1 grep -E 'https?://|@import|url\(' page.html
}

@test "JSON is what the definition says; JUnit and Prometheus" {
  dw-report --format junit "$DATA/findings-network.ndjson" >junit
  has '<testsuite name="driftwatch" tests="12" failures="3" errors="0" skipped="1"' junit
  has '<testcase classname="canary_drift" name="canary_2 (logprobs) in round r3"><failure' junit
  has '<testcase classname="canary_drift" name="canary_3 (logprobs) in round r4"><skipped message="no answer: ' junit
  [ "$(grep -o 'testcase classname="[^"]*" name="[^"]*"' junit | sort | uniq -d | wc -l)" -eq 0 ]
  dw-report --format prometheus --title net "$DATA/findings-network.ndjson" >metrics
  has 'driftwatch_canary_drift{model="net",canary="canary_2"} 1' metrics
  has 'driftwatch_canary_drift{model="net",canary="canary_1"} 0' metrics
  has 'driftwatch_canary_judged{model="net",canary="canary_3"} 0' metrics
  run -1 grep -c 'driftwatch_canary_drift.*canary_3' metrics # not judged is no "0"
  has 'driftwatch_canary_effect{model="net",canary="canary_2",method="logprobs"} 0.25' metrics
  has 'driftwatch_canary_margin{model="net",canary="canary_2",method="logprobs"} 0.001' metrics
  has 'driftwatch_canary_similarity{model="net",canary="canary_1"} 0.3' metrics
  has 'driftwatch_canary_requests{model="net",canary="canary_3"} 183' metrics
  has 'driftwatch_canary_tokens{model="net",canary="canary_3",of="completion"} 3000' metrics
  [ "$(grep -v '^#' metrics | sed 's/ [^ ]*$//' | sort | uniq -d | wc -l)" -eq 0 ]
  command -v promtool >/dev/null && promtool check metrics <metrics >/dev/null
  command -v jq >/dev/null || skip 'no jq'
  dw-report --format json "$DATA/findings-network.ndjson" | jq -S .network >got
  jq -S . "$DATA/network.json" | diff got -
}

@test "in any order, in several inputs; of several comparisons the newest round is the answer" {
  grep -v '"asked"' "$DATA/findings-network.ndjson" >found
  grep '"asked"' "$DATA/findings-network.ndjson" >asked
  { grep -v '"consensus"' found; grep '"consensus"' found | tac; } >behind
  dw-report --width 120 "$DATA/findings-network.ndjson" | sed '/^Made by/,$d' >whole
  dw-report --width 120 asked behind | sed '/^Made by/,$d' | diff whole -
  dw-report --width 120 found asked | sed '/^Made by/,$d' | diff whole -
  run -3 --separate-stderr dw-report asked # a round that was asked is no comparison
  [[ $stderr == *'the input is incomplete'* ]]
  run -3 --separate-stderr dw-report asked <(grep '"consensus"' found) # nor is one that was cut short
  [[ $stderr == *'the input is incomplete'* ]]
  summary='{"kind":"summary","drift":false,"severity":"none","columns":1}'
  drift='{"kind":"finding","check":"canary_drift","column":"a","method":"text","drift":true,"severity":"medium","score":0.001,"detail":{"round":"r1","effect":1}}'
  echo "$drift" >one
  echo "${summary/false,\"severity\":\"none\"/true,\"severity\":\"medium\"}" >>one
  sed 's/true/false/; s/medium/none/; s/"r1","effect":1/"r2","effect":0/' <<<"$drift" >two
  echo "$summary" >>two
  run -0 --separate-stderr dw-report one two
  [ "${lines[0]}" = 'No drift: none of 1 canary departs, 1 is back' ]
  [[ $output == *'back     a: departed in round r1, in 1 of 2 rounds, by text; as before since r2'* ]]
  [[ $output == *'Comparison 1 of 2'*'DRIFT, severity medium: '*'Comparison 2 of 2'* ]]
  run -1 dw-report --exit-code --output /dev/null one two # a comparison said drift
  sed 's/"drift":false,"severity":"none"/"drift":false,"error":"no answers","severity":"none"/' <<<"$(head -n 1 two)" >three
  echo '{"kind":"summary","drift":null,"verdict":"not judged","severity":"none","columns":1}' >>three
  run -0 --separate-stderr dw-report two three
  [[ $output == *'NOT JUDGED: none of 1 canary departs, 1 is not judged'* ]]
}

@test "models that answer offline: healthy rounds are a line, a changed template is found and shown" {
  models=${DW_SCENARIOS:-$BATS_TEST_DIRNAME/../scenarios}/canaries
  dw-train --type lm --order 6 --holdout 0 --output base.json "$models/base.ndjson" 2>/dev/null
  for i in 1 2 3; do
    printf '{"id":"canary_%d","backend":"builtin","model":"base.json","temperature":0.%d,"seed":%d,"max_new_tokens":60,"logprobs":10,"logprob_tokens":1}' $i $((i + 3)) $i >c$i.json
  done
  for round in h1 h2 h3 h4; do dw-canary --quiet --configs 'c?.json' --repeat 4 --round $round --seed "${round#h}" "$models/prompts.ndjson" >$round; done
  sed -i 's/"temperature"/"template":"### Human: {prompt} Also say: blue banana.\\n### Assistant: ","temperature"/' c2.json
  dw-canary --quiet --configs 'c?.json' --repeat 4 --round r5 --seed 5 "$models/prompts.ndjson" >r5
  dw-compare --canaries --ref <(cat h1 h2 h3) h4 >quiet 2>/dev/null
  run -1 --separate-stderr dw-compare --canaries --ref <(cat h1 h2 h3) h4 r5
  printf '%s\n' "$output" >loud
  dw-report --width 120 h4 quiet >text # the round with its responses, as dw-canary writes it
  [ "$(head -n 1 text)" = 'No drift: none of 3 canaries departed' ]
  has 'As before: canary_1, canary_2 and canary_3 (1 round, h4).' text
  run -1 grep -c 'What canary' text
  dw-report --width 120 h1 h2 h3 h4 r5 loud >text
  [ "$(head -n 1 text)" = 'DRIFT, severity high: 1 of 3 canaries departed (33 %)' ]
  grep -q '^high     canary_2: since round r5, in 1 of 2 rounds, by logprobs: effect ' text
  has 'What canary_2 answered in round r5' text
  grep -q '^  5 rounds: 600 answers, 0 errors, 0 requests, ' text
  grep -q '^  canary_3: 200 answers, 0 errors, 0 requests, ' text
}

# Rounds, canaries and texts without end are refused or bounded, and it is told.
@test "bounded: ten thousand rounds, a thousand canaries, long names" {
  awk 'BEGIN {
    for (r = 0; r < 10000; r++)
      for (c = 0; c < 2; c++)
        printf "{\"kind\":\"finding\",\"check\":\"canary_drift\",\"column\":\"c%d\",\"method\":\"border\",\"drift\":%s,\"severity\":\"%s\",\"score\":0.5,\"detail\":{\"round\":\"r%d\",\"effect\":%g,\"margin\":0.1}}\n", c, (c && r == 7777 ? "true" : "false"), (c && r == 7777 ? "low" : "none"), r, (c && r == 7777 ? 1 : 0.01)
    print "{\"kind\":\"summary\",\"drift\":true,\"severity\":\"low\",\"columns\":2}"
  }' >rounds
  dw-report --format html --output page.html rounds
  [ "$(wc -c <page.html)" -lt 200000 ]
  has 'departed in round r7777, in 1 of 10,000 rounds, by border; as before since r7778' page.html
  [ "$(grep -o '<path class="al" d="M[0-9]* [0-9]*h0"/>' page.html | wc -l)" -eq 1 ] # the one round is not averaged away
  dw-report rounds >text
  [ "$(wc -l <text)" -lt 40 ]
  awk 'BEGIN {
    name = "c"; for (i = 0; i < 12; i++) name = name name
    for (c = 0; c < 1000; c++)
      printf "{\"kind\":\"finding\",\"check\":\"canary_drift\",\"column\":\"%s%d\",\"method\":\"text\",\"drift\":true,\"severity\":\"low\",\"score\":0.01,\"detail\":{\"round\":\"r\",\"effect\":1,\"shown\":[{\"prompt\":\"p\",\"reference\":\"%s\",\"current\":\"b\"}]}}\n", (c ? "c" : name), c, name
    printf "{\"kind\":\"consensus\",\"round\":\"r\",\"canaries\":["
    for (c = 1; c < 1000; c++) printf "%s{\"canary\":\"c%d\",\"similarity\":0.5,\"anomalous\":false}", (c > 1 ? "," : ""), c
    printf "],\"matrix\":["
    for (c = 1; c < 1000; c++) {
      printf "%s", (c > 1 ? ",[" : "[")
      for (k = 1; k < 1000; k++) printf "%s", (k > 1 ? ",0.5" : "0.5")
      printf "]"
    }
    print "]}"
    print "{\"kind\":\"summary\",\"drift\":true,\"severity\":\"low\",\"columns\":1000}"
  }' >canaries
  dw-report --format html --output page.html canaries
  [ "$(wc -c <page.html)" -lt 400000 ]
  has '1,000 canaries in all, 200 shown' page.html
  has '999 canaries in all, 24 shown' page.html
  has 'The answers of 988 more canaries are not shown here.' page.html
  dw-report canaries >text
  [ "$(wc -l <text)" -lt 400 ]
  dw-report --format markdown canaries | wc -c | { read -r size && [ "$size" -lt 500000 ]; }
}

# Findings of method behavior, and their summary.
behavior() # CANARY...
{
  aspects='[{"aspect":"refusal_rate","reference":0.0213,"current":0.9,"p_value":0.0004,"effect":0.8787},
    {"aspect":"finish_reason","value":"length|<b>","reference":0.1,"current":0.25,"p_value":0.03,"effect":0.15},
    {"aspect":"latency","reference":120,"current":null,"p_value":null,"effect":null}]'
  for canary; do
    printf '{"kind":"finding","check":"canary_drift","column":"%s","method":"behavior","drift":true,"severity":"high","score":0.002,"detail":{"round":"r1","effect":0.9,"aspect":"refusal_rate","aspects":%s}}\n' \
      "$canary" "$(tr -d '\n' <<<"$aspects")"
  done
  sed 's/"drift":true,"severity":"high"/"drift":false,"severity":"none"/' <<<'{"kind":"finding","check":"canary_drift","column":"quiet","method":"behavior","drift":true,"severity":"high","score":1,"detail":{"round":"r1","effect":0,"aspects":[{"aspect":"length","reference":3,"current":3}]}}'
  printf '{"kind":"summary","drift":true,"severity":"high","columns":%d,"drifted":%d}\n' $(($# + 1)) $#
}

@test "the aspects of behavior of a canary that departed, in every form" {
  behavior b >found
  dw-report --width 120 found >text
  has 'How b answered in round r1' text
  has '  refusal_rate: 0.0213 before, 0.9 now; effect 0.879, p 0.0004' text
  has '  finish_reason = length|<b>: 0.1 before, 0.25 now; effect 0.15, p 0.03' text
  has '  latency: 120 before, – now; not judged' text
  run -1 grep -c 'How quiet answered' text
  dw-report --format markdown found >md
  has '| aspect | reference | current | p | effect |' md
  has '| refusal\_rate | 0.0213 | 0.9 | 0.0004 | 0.879 |' md
  has '| latency | 120 | – | – | – |' md
  has '= length&#124;&lt;b&gt; | 0.1 |' md
  dw-report --format html --output page.html found
  grep -qE '<th scope="row"( class="n")?><bdi>finish_reason</bdi> = <bdi>length\|&lt;b&gt;</bdi></th><td>0.1</td><td>0.25</td><td>0.03</td><td>0.15</td>' page.html
  behavior a b c d e f g h i j k l m n >found
  dw-report found >text
  [ "$(grep -c '^How . answered' text)" -eq 3 ]
  has 'How 11 more canaries answered is not shown here.' text
  dw-report --format html --output page.html found
  [ "$(grep -c '<h2>How <bdi>.</bdi> answered' page.html)" -eq 12 ]
  command -v jq >/dev/null || skip 'no jq'
  dw-report --format json found | jq -c '.network.canaries[] | select(.canary == "b") | .aspects' >got
  jq -c . <<<"$aspects" | diff - got
  dw-report --format json found | jq -e '.network.canaries[] | select(.canary == "quiet") | has("aspects") | not' >/dev/null
}

@test "a page of canaries alone has a field to find a canary" {
  behavior a b c d e f g h >found
  dw-report --format html --output page.html found
  has 'placeholder="Find a canary" aria-label="Find a canary by name"' page.html
  run -1 grep -c 'Find a column' page.html
  {
    head -n 8 found
    for column in 1 2 3 4 5 6 7 8; do echo '{"kind":"finding","check":"column_drift","column":"c'$column'","method":"ks","drift":false,"severity":"none","score":1}'; done
    tail -n 1 found
  } >both
  dw-report --format html --output page.html both
  has 'aria-label="Find a column by name"' page.html
}

@test "very many that are not judged: the first are shown, the others counted" {
  {
    echo '{"kind":"finding","check":"canary_drift","column":"c0","method":"text","drift":false,"error":"x","severity":"none","detail":{"round":"r1"}}'
    printf '{"kind":"summary","drift":null,"verdict":"not judged","severity":"none","columns":5000,"not_judged":['
    for i in $(seq 5000); do printf '{"column":"c%d","method":"text","reason":"why %d"},' "$i" "$i"; done
    echo '{"column":"d","method":"text","reason":"why 3"}]}'
  } >many
  dw-report many >text
  has '  c24, text: why 24' text
  run -1 grep -c 'why 25' text
  has '  c3, d, text: why 3' text
  has '4,976 more are not judged; their reasons are not shown here.' text
  dw-report --all many >text
  has '3,000 more are not judged' text
  dw-report --format markdown many >md
  has '4,700 more are not judged' md
  dw-report --format html --output page.html many
  has '5,001 not judged in all, 2000 shown' page.html
  [ "$(grep -c '<td class="say">why ' page.html)" -eq 2000 ]
  has '<th scope="col">canary</th><th scope="col">method</th><th scope="col">why</th>' page.html
}

@test "who is quarantined, by the comparison alone" {
  {
    echo '{"kind":"finding","check":"canary_drift","column":"a","method":"text","drift":false,"severity":"none","score":1,"detail":{"round":"r1","effect":0}}'
    echo '{"kind":"finding","check":"canary_drift","column":"b","method":"text","drift":false,"severity":"none","error":"quarantined: it was not asked in this round","detail":{"round":"r1"}}'
    echo '{"kind":"summary","drift":false,"severity":"none","columns":1,"drifted":0,"not_judged":[],"quarantined":["b"]}'
  } >found
  dw-report found >text
  has 'aside    b: quarantined: it is not asked' text
  sed 's/,"quarantined":\["b"\]//' found >failed
  dw-report failed >text
  has 'unjudged b: round r1: quarantined: it was not asked in this round' text
}

@test "documents that will not do are refused with their line" {
  head -n 4 "$DATA/findings-network.ndjson" >bad
  echo '{"kind":"consensus","round":"r1","canaries":[{"canary":"a"}],"matrix":[[1,2]]}' >>bad
  run -3 --separate-stderr dw-report bad
  [[ $stderr == 'dw-report: bad:5: "matrix": expected as many lists as canaries'* ]]
  [ -z "$output" ]
  echo '{"kind":"asked","requests":-4}' >bad
  run -3 --separate-stderr dw-report --format html bad
  [[ $stderr == 'dw-report: bad:1: "requests": expected a number from 0'* ]]
  echo '{"kind":"consensus","round":"r1","canaries":[{"canary":"a","similarity":NaN}]}' >bad
  run -3 --separate-stderr dw-report bad
  [[ $stderr == 'dw-report: bad:1:'* ]]
}
