#!/usr/bin/env bats
# What every form of a report says alike: what was compared with what, by which rule a severity is what it is, names in words, one of a thing
# in the singular; and that JUnit says what the exit status says.
bats_require_minimum_version 1.5.0

setup_file()
{
  export DW_NOW=2026-01-31T09:30:00Z F=$BATS_FILE_TMPDIR
  PATH=$DW_BIN:$PATH
  export PATH
  cd "$F" || return 1
  dw-gen --scenario fraud-baseline --rows 600 --seed 1 --output ref.ndjson
  dw-gen --scenario fraud-feature-drift --rows 600 --seed 2 --output cur.ndjson
  dw-compare --ref ref.ndjson --id transaction_id --time ts --output drift cur.ndjson || [ $? -eq 1 ]
  dw-compare --ref ref.ndjson --id transaction_id --time ts --severity 0.2,0.5 --output share cur.ndjson || [ $? -eq 1 ]
  dw-compare --ref ref.ndjson --id transaction_id --fail-on share --output uncounted cur.ndjson
  dw-compare --ref ref.ndjson --id transaction_id --output quiet ref.ndjson
}

setup()
{
  cd "$F" || return 1
}

forms='text markdown html json junit'

@test "the overall severity is that of its worst part, and every form says whose it is and from where it is so severe" {
  [[ $(grep '"kind":"summary"' drift) == *'"severity":"high","severity_by":{"rule":"worst","check":"column_drift","column":"geo_distance_km"'* ]]
  [[ $(grep '"column":"geo_distance_km"' drift) == *'"severity":"high"'* ]]
  for form in text markdown html junit; do
    dw-report --format $form --width 200 drift | sed 's/<[^>]*>//g; s/&lt;/</g; s/\\//g' >out
    grep -q 'Severity as of the worst finding: geo_distance_km, h 0\.[0-9]* (low < 0.2 ≤ medium < 0.5 ≤ high)\.' out || { echo "$form" && cat out && return 1; }
    dw-report --format $form --width 200 share | sed 's/<[^>]*>//g; s/&lt;/</g; s/\\//g' >out
    [[ $(<out) == *'Severity by the share of drifted columns: 22 % (low < 20 % ≤ medium < 50 % ≤ high).'* ]] || { echo "$form" && cat out && return 1; }
  done
  dw-report --format json drift | grep -A1 '"severity_by"' | grep -q '"rule": "worst"'
  dw-report uncounted | head -1 | grep -q '^No drift that counts: [0-9]* of [0-9]* columns.* ([0-9]* %).*, severity high$'
  run ! grep -q severity_by quiet
}

@test "segments go by the same rule, and the whole is no better than its worst segment" {
  for i in $(seq 400); do echo "{\"x\":$((i % 7)),\"g\":\"$((i % 20 ? 1 : 2))\"}"; done >a
  sed 's/{"x":[0-9]*,"g":"2"}/{"x":50,"g":"2"}/' a >b
  run -1 --separate-stderr dw-compare --ref a --by g --output by b
  grep -q '"value":"2","reference_rows":20,"current_rows":20,.*"verdict":"drift","severity":"high"' by
  tail -1 by | grep -q '"severity":"high","severity_by":{"rule":"worst","check":"[a-z_]*","column":"x","method":"[a-z_]*","segment":{"column":"g","value":"2"}'
  dw-report --width 200 by | grep -q '^Severity as of the worst finding: .*x in g 2, h '
}

@test "the head says what was compared with what, and when; what has no answer stands there; the page is named after the data" {
  from='2026-[0-9-]* [0-9:]\{5\}'
  for form in text markdown; do
    dw-report --format $form --width 400 drift | sed 's/\\//g' |
      grep -q "Reference 600 rows of ref.ndjson ($from to $from), current 600 rows of cur.ndjson ($from to $from)\. Reported 2026-01-31 09:30 UTC\."
  done
  tail -1 drift | grep -q '"reference_period":{"from":"[0-9TZ:.-]*","to":"[0-9TZ:.-]*"},"current_period":{"from"'
  dw-report --format html drift >page
  [[ $(<page) == *'<title>ref.ndjson → cur.ndjson</title>'* ]]
  [[ $(<page) == *'<dt>Reference</dt><dd><bdi>ref.ndjson</bdi>, 2026-'* ]]
  [[ $(<page) == *'<dt>Reported</dt><dd>2026-01-31 09:30 UTC</dd>'* ]]
  dw-report --format markdown drift | head -1 | grep -q '^## Drift report: ref.ndjson → cur.ndjson$'
  dw-report --format junit drift >junit
  grep -q '<testsuite name="driftwatch" .* timestamp="2026-01-31T09:30:00">' junit
  [[ $(<junit) == *'<property name="compared" value="ref.ndjson → cur.ndjson"/>'* ]]
  [[ $(<junit) == *'<property name="current_to" value="2026-'* ]]
  dw-report --format json drift >json
  [[ $(<json) == *'"reported": "2026-01-31T09:30:00Z"'* ]]
  [[ $(<json) == *'"reference_period"'* ]]
  printf '{"kind":"summary","verdict":"not judged","drift":null,"columns":1,"not_judged":[{"column":"zip","method":null,"reason":"r","option":null}]}\n' >zip
  for form in text markdown; do dw-report --format $form --width 400 zip | grep -q 'Not judged: zip\.'; done
  [[ $(dw-report --format html zip) == *'<dt>Not judged</dt><dd><bdi>zip</bdi></dd>'* ]]
}

@test "a summary of before these members is read as it was" {
  echo '{"kind":"summary","drift":true,"severity":"medium","columns":2,"drifted":1,"drift_share":0.5,"reference_rows":1,"current_rows":1}' >old
  for form in $forms; do dw-report --format $form old >out && run ! grep -qi 'severity_by\|worst finding\|period' out; done
  [[ $'\n'$(dw-report old) == *$'\n''Reference 1 row, current 1 row. Reported'* ]]
}

# outcome STATUS FINDING SUMMARY: what --exit-code says, and which cases JUnit has, agree.
outcome()
{
  printf '%s\n' "$2" ${3:+"$3"} >in
  run "-$1" --separate-stderr dw-report --exit-code --format junit --output junit in
  failures=$(grep -c '<failure' junit || true) errors=$(grep -c '<error' junit || true)
  case $1 in
  0) [ "$failures$errors" = 00 ] ;;
  1) [ "$failures" -gt 0 ] && [ "$errors" -eq 0 ] ;;
  3 | 5) [ "$errors" -gt 0 ] ;;
  esac || { echo "status $1: $failures failures, $errors errors" && cat junit && return 1; }
  [ "$(sed -n 's/.*<testsuite .* failures="\([0-9]*\)" errors="\([0-9]*\)".*/\1 \2/p' junit)" = "$failures $errors" ]
}

@test "JUnit agrees with the exit status: no failure and no error at 0, failures alone at 1, errors at 3 and 5" {
  drift='{"kind":"finding","check":"column_drift","column":"a","type":"numeric","method":"ks","drift":true,"severity":"low","score":0.01,"threshold":0.05,"rule":"<"}'
  error='{"kind":"finding","check":"column_drift","column":"b","type":"numeric","method":"ks","drift":false,"error":"no value"}'
  fine='{"kind":"finding","check":"column_drift","column":"c","type":"numeric","method":"ks","drift":false,"score":0.5,"threshold":0.05,"rule":"<"}'
  left='"not_judged":[{"column":"zip","method":null,"reason":"r","option":null}]'
  for finding in "$drift" "$error" "$fine"; do
    outcome 0 "$finding" '{"kind":"summary","drift":false,"verdict":"no drift",'"$left"'}'
    outcome 0 "$finding" '{"kind":"summary","drift":false}'
    outcome 1 "$finding" '{"kind":"summary","drift":true,"verdict":"drift",'"$left"'}'
    outcome 1 "$finding" '{"kind":"summary","drift":true}'
    outcome 5 "$finding" '{"kind":"summary","drift":null,"verdict":"not judged",'"$left"'}'
    outcome 3 "$finding"
  done
  outcome 0 '{"kind":"summary","command":"dw-eval","gate":{"passed":true,"gates":[{"gate":"auc>=0.5","value":0.9,"threshold":0.5,"passed":true}]}}'
  outcome 1 '{"kind":"summary","command":"dw-eval","gate":{"passed":false,"gates":[{"gate":"auc>=0.5","value":0.4,"threshold":0.5,"passed":false}]}}'
}

@test "Markdown shows the verdict with a mark in colour" {
  [[ "$(dw-report --format markdown drift | sed -n 3p)" == '🔴 **DRIFT, severity high'* ]]
  [[ "$(dw-report --format markdown quiet | sed -n 3p)" == '🟢 **No drift'* ]]
  [[ "$(dw-report --format markdown zip 2>/dev/null || true)" == *'⚪ **NOT JUDGED'* ]] || {
    echo '{"kind":"summary","verdict":"not judged","drift":null}' | dw-report --format markdown | grep -q '^⚪ \*\*NOT JUDGED'
  }
}

@test "no form for people has the identifier of a method or a check with an underscore in it, where a title is known" {
  sed -n 's/^ *ROW(\([a-z0-9]*_[a-z_0-9]*\),.*/\1/p' "$DW_TOP/src/kinds/method_rows.h" | sort -u >methods
  sed -n 's/^ *ROW([A-Z]*, *[A-Z_]*"*,* *"\([a-z]*_[a-z_]*\)".*/\1/p' "$DW_TOP/src/kinds/check.h" | sort -u >checks
  sort -u methods checks >names
  [ "$(wc -l <methods)" -gt 20 ] && [ "$(wc -l <checks)" -gt 10 ]
  while read -r name; do
    printf '{"kind":"finding","check":"column_drift","column":"a","type":"numeric","method":"%s","drift":true,"severity":"low","score":0.2,"threshold":0.1,"rule":">="}\n' "$name"
  done <methods >in
  while read -r name; do
    printf '{"kind":"finding","check":"%s","column":"b","method":"ks","drift":true,"severity":"low","score":0.2,"threshold":0.1,"rule":">="}\n' "$name"
  done <checks >>in
  echo '{"kind":"summary","drift":true,"severity":"low","columns":2,"not_judged":[{"column":"zip","method":"share_shift","reason":"r","option":null}]}' >>in
  for form in text markdown html junit; do
    dw-report --all --format $form --width 200 in | sed 's/<style>.*<\/style>//; s/classname="[^"]*"//g; s/\\//g' >out
    run ! grep -wf names out
    [ "${#lines[@]}" -eq 0 ] || { echo "$form: ${lines[0]:0:200}" && return 1; }
  done
}

@test "one of a thing is in the singular, in every form" {
  for file in "$DW_TESTS"/data/findings-network.ndjson by old; do
    for form in text markdown html junit; do
      dw-report --all --format $form --width 200 "$file" 2>/dev/null | sed 's/<[^>]*>/ /g' >out || true
      run ! grep -E '(^|[^0-9.,])1 (rows|columns|segments|models|canaries|checks|answers|chunks|others|windows|runs|values|gates|items|prompts|rounds)([^a-z]|$)' out
      [ "${#lines[@]}" -eq 0 ] || { echo "$file $form: ${lines[0]:0:200}" && return 1; }
    done
  done
}
