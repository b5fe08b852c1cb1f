bats_require_minimum_version 1.5.0

# A column that the current data lost (gone, empty, of another kind, without a usable value) has drifted: it stays in the denominator and makes the severity.

setup_file() {
  cd "$BATS_FILE_TMPDIR" || exit 1
  awk 'BEGIN {
    srand(5)
    for (i = 1; i <= 300; i++) {
      printf "{"
      for (k = 1; k <= 8; k++) printf "\"n%d\":%d.25,", k, int(rand() * 97)
      printf "\"city\":\"%s\",\"card\":{\"age\":%d.5,\"kind\":\"%s\"}}\n", i % 3 ? "bern" : "basel", int(rand() * 61), i % 2 ? "gold" : "blue"
    } }' >ref.ndjson
}

setup() {
  PATH="${DW_BIN:-$BATS_TEST_DIRNAME/../bin}:$PATH"
  cd "$BATS_FILE_TMPDIR" || exit 1
}

# table: lines of COLUMNS DRIFTED SEVERITY @ jq program that makes the current data @ pattern of words of the report
table() {
  local all counts program programs='' words columns drifted severity rows=0 row=0 bad=0 said report list shares=''
  mapfile -t all
  for row in "${!all[@]}"; do
    IFS=@ read -r counts program words <<<"${all[row]}"
    programs+="${programs:+, }($program)"
    rows=$((rows + 1))
  done
  jq -c "$programs" ref.ndjson | awk -v rows=$rows '{ print >"cur" (NR - 1) % rows ".ndjson" }'
  for row in "${!all[@]}"; do
    IFS=@ read -r counts program words <<<"${all[row]}"
    read -r columns drifted severity <<<"$counts"
    read -r words <<<"$words"
    got=0
    dw-compare --ref ref.ndjson cur$row.ndjson >out.ndjson 2>err || got=$?
    mapfile -t said <out.ndjson
    said=${said[-1]} list=${said#*'"drifted_columns":['}
    list=${list%%]*}
    report=$(dw-report --width 400 out.ndjson)
    # shellcheck disable=SC2053 # words are a pattern
    if [ $got -ne 1 ] || [[ $said != *"\"severity\":\"$severity\","*"\"columns\":$columns,\"drifted\":$drifted,"* ]] || [[ $report != *$words* ]] || [ -s err ]; then
      echo "$program: status $got, $said, wanted $counts; $(cat err) $report"
      bad=1
    fi
    list=${list//[!,]/}
    [[ $said =~ '"drift_share":'([0-9.]*), && $((${#list} + 1)) -eq $drifted && $said == *'"not_judged":[],'* ]] || { echo "$program: $said"; bad=1; }
    shares+="${BASH_REMATCH[1]} $drifted $columns"$'\n'
  done
  awk 'NF { d = $1 - $2 / $3; if (!(d < 1e-15 && d > -1e-15)) { print "share " $0; exit 1 } }' <<<"$shares" || bad=1
  return $bad
}

@test "every way to lose a column counts" {
  table <<'EOT'
    11 8 high @ reduce range(1; 9) as $k (.; .["n\($k)"] = null)        @ n1: empty now; every cell is missing in the current data (it was number)
    11 8 high @ reduce range(1; 9) as $k (.; del(.["n\($k)"]))          @ n8: gone; the column is gone from the current data (it was number)
    11 8 high @ reduce range(1; 9) as $k (.; .["n\($k)"] |= "v\(.)")   @ n3: text now; type number → string
    11 8 high @ with_entries(if .key | startswith("n") then .key |= ascii_upcase else . end) @ n2: gone; *; renamed[?] the current data has a new column N2
    11 1 high @ .n1 = null                                              @ n1: empty now
    11 1 high @ del(.n1)                                                @ n1: gone
    11 1 high @ .n1 = "x"                                               @ n1: text now
    11 1 high @ .n1 = true                                              @ n1: boolean now
    11 1 high @ .n1 = [1, 2]                                            @ n1: vector now
    11 1 high @ .n1 = {"a": 1}                                          @ n1: gone
    11 1 high @ .city = 3                                               @ city: number now; type string → number
    11 1 high @ .city = null                                            @ city: empty now
    11 2 high @ del(.card)                                              @ card.kind: gone
    11 2 high @ .card = null                                            @ card.age: gone
    11 2 high @ .card = "none"                                          @ card.age: gone
EOT
}

@test "what decides knows: --fail-on share, severity and column, and the report names it first" {
  jq -c 'reduce range(1; 9) as $k (.; .["n\($k)"] = null)' ref.ndjson >eight.ndjson
  jq -c '.n4 = "x"' ref.ndjson >one.ndjson
  for what in share severity:high severity:medium column:n4 column:n1; do
    run -1 --separate-stderr dw-compare --fail-on "$what" --ref ref.ndjson eight.ndjson
    [ -z "$stderr" ]
  done
  run -1 --separate-stderr dw-compare --fail-on column:n4 --ref ref.ndjson one.ndjson
  run -1 --separate-stderr dw-compare --fail-on severity:high --ref ref.ndjson one.ndjson
  run -0 --separate-stderr dw-compare --fail-on share --ref ref.ndjson one.ndjson
  run -0 --separate-stderr dw-compare --fail-on column:n1 --ref ref.ndjson one.ndjson
  run -1 --separate-stderr dw-compare --checks column_drift --ref ref.ndjson one.ndjson
  [[ ${lines[-1]} == *'"columns":11,"drifted":1,'*'"drifted_columns":["n4"],'* ]]
  jq -c 'del(.n4)' ref.ndjson >gone.ndjson
  for check in schema missing_values value_range column_drift; do
    for preset in driftwatch nannyml; do
      run -1 --separate-stderr dw-compare --preset $preset --checks $check --fail-on severity:high --ref ref.ndjson gone.ndjson
      [[ ${lines[-1]} == *'"drifted_columns":["n4"],'* ]]
    done
  done
  run -0 --separate-stderr dw-compare --checks new_categories --ref ref.ndjson gone.ndjson
  run -1 --separate-stderr dw-compare --columns n4 --method n4=ks --types n4=numeric --ref ref.ndjson one.ndjson
  dw-compare --ref ref.ndjson eight.ndjson >out.ndjson || true
  for format in text markdown html; do
    dw-report --format $format out.ndjson >report
    report=$(<report)
    [[ $report == *'Lost columns'*'Other checks'* && ${report%%'Lost columns'*} != *'Other checks'* && $report == *'empty now'* ]]
  done
  dw-report --format junit out.ndjson | grep -q 'classname="schema" name="n1"><failure message="every cell is missing'
  dw-report --format json out.ndjson | jq -e '[.columns[:8][].checks[] | select(.lost)] | length == 8' >/dev/null
  [ "$(dw-report out.ndjson | head -n 1)" = "DRIFT, severity high: 8 of 11 columns (73 %), 8 lost, 8 other checks" ]
}

@test "infinite values, and numbers in text, are lost in CSV too" {
  awk 'BEGIN { print "x,y"; for (i = 0; i < 60; i++) print i * 37 % 41 ".5," i * 13 % 29 ".5" }' >ref.csv
  sed '2,$s/,.*/,inf/' ref.csv >inf.csv
  sed '2,$s/,.*/,none of them/' ref.csv >text.csv
  cut -d, -f1 ref.csv >short.csv
  sed '1s/y/Y /' ref.csv >renamed.csv
  for current in inf text short renamed; do
    run -1 --separate-stderr dw-compare --fail-on share --ref ref.csv $current.csv
    [[ ${lines[-1]} == *'"severity":"high",'*'"columns":2,"drifted":1,'*'"drifted_columns":["y"],'* ]]
  done
  [[ $output == *'"check":"schema",'*'"renamed":"Y "'* ]]
}

@test "a column that was seldom filled is not lost by chance" {
  awk 'BEGIN { for (i = 0; i < 400; i++) printf "{\"x\":%d.5,\"rare\":%s}\n", i * 37 % 101, i % 50 ? "null" : "1.5" }' >rare.ndjson
  jq -c 'select(.rare == null)' rare.ndjson | head -n 20 >none.ndjson
  run --separate-stderr dw-compare --ref rare.ndjson none.ndjson
  [[ ${lines[-1]} == *'"severity":"none","columns":'*,'"drifted":0,'* ]]
  [[ $stderr == 'dw-compare: warning: not judged: "rare", '* ]]
  head -n 1 rare.ndjson >few.ndjson
  jq -c '.x = null' few.ndjson >empty.ndjson
  run -1 --separate-stderr dw-compare --ref few.ndjson --fail-on column:x empty.ndjson
}

@test "a column lost inside one segment alone" {
  jq -c 'if .city == "basel" then .n5 = null else . end' ref.ndjson >part.ndjson
  run -1 --separate-stderr dw-compare --ref ref.ndjson --by city --columns n5 --fail-on column:n5 part.ndjson
  [ "$(tail -n 1 <<<"$output" | jq -c '[.segments[] | {value, columns, drifted, severity, drifted_columns}] | sort_by(.value)')" = \
    '[{"value":"basel","columns":1,"drifted":1,"severity":"high","drifted_columns":["n5"]},{"value":"bern","columns":1,"drifted":0,"severity":"none","drifted_columns":[]}]' ]
  jq -se 'any(.[]; .segment.value == "basel" and .check == "schema" and .detail.lost and .detail.change == "emptied")' <<<"$output" >/dev/null
  jq -c 'if .city == "basel" then del(.n5) else . end' ref.ndjson >part.ndjson
  run -1 --separate-stderr dw-compare --ref ref.ndjson --by city --columns n5 --fail-on severity:high part.ndjson
  dw-report <<<"$output" | tr -s ' \n' ' ' | grep -q 'high basel: .*the column is gone from the current data (it was number)'
}

@test "a segment of a few rows loses no column by a missing cell, or a stray" {
  # 600 rows of segment a, and behind them one of b for each cell
  rows() {
    awk -v cells="$*" 'BEGIN { for (i = 0; i < 600; i++) printf "{\"g\":\"a\",\"x\":%d.25,\"n\":%d.5}\n", i * 37 % 101, i * 53 % 97
      m = split(cells, c, " "); for (i = 1; i <= m; i++) printf "{\"g\":\"b\",\"x\":%s,\"n\":%d.5}\n", c[i], i }'
  }
  turn=0
  forty=$(seq -s ' ' 1 40)
  while IFS='|' read -r want was is; do
    rows $was >was.ndjson
    rows $is >is.ndjson
    for types in '' '--types x=numeric'; do
      # in turn; DW_SUITE=full: both
      [ $((turn++ % 3)) -ne 1 ] || [ "${DW_SUITE:-}" = full ] || continue
      echo "$types: $was to $is"
      run "-$want" --separate-stderr dw-compare --by g $types --ref was.ndjson is.ndjson
      lost=0
      for line in "${lines[@]}"; do [[ $line != *'"lost":true'* ]] || lost=$((lost + 1)); done
      [ "$lost" -eq "$want" ]
    done
  done <<END
0|1.5 2.5 3.5|null
0|1.5 2.5 3.5|"?"
0|1.5 2.5 3.5|"?" "-"
0|1.5 null|"?" null
0|"?"|"?"
0|"?" null|1.5 2.5 3.5
0|"?" "-"|1.5 2.5 3.5
1|$forty|$(sed 's/[0-9]*/null/g' <<<"$forty")
END
  jq -c 'if .g == "b" then .x = "?" else . end' was.ndjson >strays.ndjson # 40 of 640 are too many
  run -1 --separate-stderr dw-compare --by g --ref was.ndjson strays.ndjson
}

@test "presets: chunks, and Evidently, which stops at such a column" {
  jq -c '.n1 = null' ref.ndjson >empty.ndjson
  jq -c 'del(.n1)' ref.ndjson >gone.ndjson
  jq -c '.n1 = "a word"' ref.ndjson >text.ndjson
  for current in empty gone; do
    for preset in nannyml evidently driftwatch; do
      run -1 --separate-stderr dw-compare --preset $preset --ref ref.ndjson $current.ndjson
      [ -z "$stderr" ]
      [[ ${lines[-1]} == *'"severity":"high",'*'"columns":11,"drifted":1,'* ]]
    done
  done
  run -1 --separate-stderr dw-compare --preset nannyml --fail-on severity:high --ref ref.ndjson text.ndjson
  run -0 --separate-stderr dw-compare --preset evidently --ref ref.ndjson text.ndjson # Evidently compares it as categories, and its share decides
  [[ ${lines[-1]} == *'"drifted_columns":["n1"],'* ]]
  run -0 --separate-stderr dw-compare --preset evidently --fail-on column:n2 --ref ref.ndjson gone.ndjson
}

@test "labels that have not arrived are not lost, unless they are named" {
  jq -c '.y = (if .n1 > 50 then 1 else 0 end)' ref.ndjson >labels.ndjson
  jq -c '.y = null' ref.ndjson >null.ndjson
  for current in ref null; do
    for preset in driftwatch nannyml; do
      run -0 --separate-stderr dw-compare --preset $preset --label y --ref labels.ndjson $current.ndjson
      [[ ${lines[-1]} == *'"column":"y",'*'"reason":"the current data has no labels yet"'* ]]
      run -1 --separate-stderr dw-compare --preset $preset --label y --ref labels.ndjson --fail-on column:y $current.ndjson
    done
  done
  run -1 --separate-stderr dw-compare --score n1 --ref ref.ndjson <(jq -c 'del(.n1)' ref.ndjson)
  [[ ${lines[-1]} == *'"severity":"high",'* ]]
}

@test "a text that is lost is one finding, not one more for each number that described it" {
  awk 'BEGIN { srand(2); for (i = 0; i < 60; i++) printf "{\"t\":\"some words %d and %d more\",\"x\":%d.5}\n", i, i * 7, int(rand() * 41) }' >text.ndjson
  jq -c '.t = null' text.ndjson >none.ndjson
  run -1 --separate-stderr dw-compare --ref text.ndjson --describe t none.ndjson
  [ -z "$stderr" ]
  [ "$(jq -c 'select(.detail.lost) | .column' <<<"$output")" = '"t"' ]
}

@test "dw-heal counts what is lost, and decides nothing on what was not judged" {
  printf 'version: 1\nname: t\ndrift_policy: {on_low: alert, on_medium: alert, on_high: page}\nactions:\n  page: [true]\n' >policy.yaml
  jq -c '.n1 = null' ref.ndjson >empty.ndjson
  dw-compare --ref ref.ndjson empty.ndjson >out.ndjson || true
  run -0 --separate-stderr dw-heal --policy policy.yaml --dry-run out.ndjson
  [ "$(head -n 1 <<<"$output" | jq -r '.severity, .recommended_action, .summary' | tr '\n' '|')" = "high|page|1 of 11 columns drifted, 1 column lost, 1 schema change, 1 sign of bad data|" ]
  dw-compare --ref ref.ndjson --columns city --method city=ks ref.ndjson >out.ndjson 2>err || true
  run -5 --separate-stderr dw-heal --policy policy.yaml --dry-run out.ndjson
  [ "$stderr" = "dw-heal: the comparison was not judged, and nothing is decided on it: city: it does not fit the column, whose type is categorical" ]
  [ -z "$output" ]
  dw-compare --ref ref.ndjson empty.ndjson >drift.ndjson || true
  run -0 --separate-stderr dw-heal --policy policy.yaml --dry-run out.ndjson drift.ndjson
}
