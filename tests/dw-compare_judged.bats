bats_require_minimum_version 1.5.0

# A gate that looked at nothing, or not at what it was told to look at by name, is not green: status 5, "not judged", in every report.

setup_file() {
  cd "$BATS_FILE_TMPDIR" || exit 1
  awk 'BEGIN { for (i = 1; i <= 200; i++)
    printf "{\"id\":\"u%d\",\"ts\":\"2026-01-05T00:%02d:%02dZ\",\"amount\":%d.5,\"other\":%d.25,\"city\":\"%s\",\"nothing\":null}\n",
      i, int(i / 60), i % 60, i * 37 % 101, i * 53 % 97, i % 3 ? "basel" : "bern" }' >ref.ndjson
  sed 's/"u/"w/' ref.ndjson >same.ndjson
  awk '{ match($0, /"amount":[0-9]+/); n = substr($0, RSTART + 9, RLENGTH - 9); sub(/"amount":[0-9]+/, "\"amount\":" n + 60) } 1' same.ndjson >drift.ndjson
}

setup() {
  PATH="${DW_BIN:-$BATS_TEST_DIRNAME/../bin}:$PATH"
  cd "$BATS_FILE_TMPDIR" || exit 1
}

# What every report says of a comparison with this exit status.
agree() {
  local format as failing=0
  local -A said
  for format in text markdown html junit json; do
    as='--format '$format
    [ $format != text ] || as+=' --width 400'
    # shellcheck disable=SC2086
    dw-report $as out.ndjson >report || return 1
    IFS= read -r -d '' said[$format] <report || true
  done
  [[ ${said[junit]} != *'<failure'* && ${said[junit]} != *'<error'* ]] || failing=1
  case $1 in
  0) [[ ${said[text]} != *'NOT JUDGED'* && $failing -eq 0 ]] ;;
  1) [[ $'\n'${said[text]} == *$'\nDRIFT'* && $failing -gt 0 && ${said[json]} == *$'\n  "verdict": "drift"'* ]] ;;
  5)
    [[ $'\n'${said[text]} == *$'\nNOT JUDGED: '* && ${said[markdown]} == *'**NOT JUDGED: '* && ${said[html]} =~ '>Not judged<'|'>Not judged</p>' &&
      ${said[text]}${said[markdown]}${said[html]}${said[junit]} != *'No drift'* && $failing -gt 0 &&
      ${said[json]} == *$'\n  "verdict": "not judged",\n  "drift": null,'* && ${said[json]} != *$'\n  "recommended_action": "none"'* ]]
    ;;
  esac || return 1
  run dw-report --exit-code out.ndjson
  [ "$status" -eq "$1" ]
}

# warned: what the warnings in err name, as COLUMN/METHOD words in `names`; those without an answer for the same reason share one
warned() {
  local line name several
  names=
  while IFS= read -r line; do
    [[ $line == 'dw-compare: warning: not judged: '* ]] || continue
    line=${line#dw-compare: warning: not judged: } several=()
    while [[ $line =~ ^\"([^\"]*)\"(,\ )? ]]; do
      several+=("${BASH_REMATCH[1]}")
      line=${line#"${BASH_REMATCH[0]}"}
    done
    line=${line%%:*}
    [ ${#several[@]} -gt 0 ] || several=(-)
    for name in "${several[@]}"; do names+=" $name/${line:--}"; done
  done <err
  names=${names# }
}

# summed LINE: what the summary in a line says, as VERDICT|DRIFT in `said`, and whom its list "not_judged" names, as COLUMN/METHOD words in `listed`
summed() {
  local list entry='^\{"column":(null|"([^"]*)"),"method":(null|"([^"]*)"),"reason":"[^"]*"(,"[a-z_]*":(null|"[^"]*"))*\},?'
  said='' listed=''
  [[ $1 =~ ^'{"kind":"summary","drift":'([a-z]*), ]] || return 0
  said=${1#*'"verdict":"'}
  said="${said%%'"'*}|${BASH_REMATCH[1]}"
  list=${1#*'"not_judged":['}
  list=${list//'\"'/\'}
  while [[ $list =~ $entry ]]; do
    listed+=" ${BASH_REMATCH[2]:--}/${BASH_REMATCH[4]:--}"
    list=${list#"${BASH_REMATCH[0]}"}
  done
  [[ $list == ']'* ]] || listed+=" $list"
  listed=${listed# }
}

same_words() { [ "$1" = "$2" ] || [ "$(tr ' ' '\n' <<<"$1" | sort)" = "$(tr ' ' '\n' <<<"$2" | sort)" ]; }

# table FILE: lines of STATUS | ARGUMENTS | what the list "not_judged" holds, as COLUMN/METHOD words (- for null, "none" for an empty list).
# Every report of the first of each status is looked at, and of every twelfth; DW_SUITE=full: of all.
table() {
  local want arguments entries got said verdict listed names found told row=0 seen='' bad=0
  while IFS='|' read -r want arguments entries; do
    read -r want <<<"$want"
    read -r entries <<<"$entries"
    [ -n "$want" ] || continue
    got=0
    eval "dw-compare --output out.ndjson $arguments" 2>err || got=$?
    said='' listed=''
    [ ! -s out.ndjson ] || { mapfile -t found <out.ndjson && summed "${found[-1]}"; }
    verdict=$said
    case $want in
    0) verdict=${verdict#no drift|false} ;;
    1) verdict=${verdict#drift|true} ;;
    *) verdict=${verdict#not judged|null} ;;
    esac
    if [ "$got" -ne "$want" ] || [ -z "$said" ] || [ -n "$verdict" ] || [ "${listed:-none}" != "$entries" ]; then
      echo "$arguments: status $got, wanted $want; not judged: ${listed:-none}, wanted $entries; $said $(cat err)"
      bad=1
    elif [ $((row++ % 12)) -eq 11 ] || [[ $seen != *"$want"* ]] || [ "${DW_SUITE:-}" = full ]; then
      agree "$want" || { echo "$arguments: a report says otherwise"; bad=1; }
      seen+=$want
    fi
    warned
    same_words "$names" "$listed" || { echo "$arguments: warnings: $(cat err)"; bad=1; }
    IFS= read -r -d '' told <err || true
    [ "$want" -ne 5 ] || [[ $'\n'$told == *$'\ndw-compare: not judged: '* ]] || { echo "$arguments: $(cat err)"; bad=1; }
    rm -f out.ndjson
  done
  return $bad
}

@test "nothing could be compared" {
  table <<'EOT'
    0 | --ref ref.ndjson same.ndjson | none
    1 | --ref ref.ndjson drift.ndjson | none
    5 | --ref ref.ndjson --exclude amount,other,city,ts.value same.ndjson | none
    0 | --ref ref.ndjson --exclude amount,other,city same.ndjson | none
    5 | --ref ref.ndjson --columns id same.ndjson | id/-
    5 | --ref ref.ndjson --columns id,ts same.ndjson | id/-
    5 | --ref ref.ndjson --columns id,ts --exclude ts.value same.ndjson | id/- ts/-
    5 | --ref ref.ndjson --columns nothing same.ndjson | nothing/-
    5 | --ref ref.ndjson --checks text_drift same.ndjson | none
    5 | --ref ref.ndjson --exit-zero --columns id same.ndjson | id/-
    5 | --ref ref.ndjson --fail-on share --drift-share 0.5 --columns id same.ndjson | id/-
    0 | --ref ref.ndjson --checks missing_values --columns id same.ndjson | none
    0 | --ref ref.ndjson --checks schema same.ndjson | none
    5 | --ref ref.ndjson --checks new_categories --columns amount same.ndjson | amount/-
    5 | --ref ref.ndjson --checks new_categories --fail-on column:amount same.ndjson | amount/-
    5 | --ref ref.ndjson --checks new_categories,value_range --fail-on column:id same.ndjson | id/-
    5 | --ref ref.ndjson --checks value_range --fail-on column:nothing same.ndjson | nothing/-
    0 | --ref ref.ndjson --checks value_range --fail-on column:amount same.ndjson | none
    0 | --ref ref.ndjson --checks new_categories --fail-on column:city same.ndjson | none
    0 | --ref ref.ndjson --checks missing_values --fail-on column:id same.ndjson | none
EOT
  jq -c '{else: .amount}' same.ndjson >else.ndjson
  table <<'EOT'
    5 | --ref ref.ndjson --checks missing_values --exclude id,ts,amount,other,city,nothing else.ndjson | none
    0 | --ref ref.ndjson --checks schema --fail-on severity:high --exclude id,ts,amount,other,city,nothing else.ndjson | none
EOT
}

@test "every finding is an error" {
  head -n 1 ref.ndjson >one.ndjson
  printf '{"a":[[1]],"b":[{}]}\n{"a":[[2]],"b":[{}]}\n' >arrays.ndjson
  printf '{"t":"one text of many words"}\n' >text.ndjson
  table <<'EOT'
    5 | --ref text.ndjson --types t=text text.ndjson | t/perc_text_content_drift
    5 | --ref arrays.ndjson arrays.ndjson | a/- b/-
    5 | --ref ref.ndjson --columns city --method ks same.ndjson | -/ks
    5 | --ref ref.ndjson --columns amount --types amount=vector same.ndjson | amount/mmd
EOT
}

@test "what was named has no answer, although the rest has" {
  table <<'EOT'
    5 | --ref ref.ndjson --fail-on column:id same.ndjson | id/-
    5 | --ref ref.ndjson --fail-on column:ts,column:id same.ndjson | id/-
    5 | --ref ref.ndjson --fail-on column:ts,column:id --exclude ts.value same.ndjson | id/- ts/-
    5 | --ref ref.ndjson --fail-on column:id drift.ndjson | id/-
    1 | --ref ref.ndjson --fail-on any,column:id drift.ndjson | id/-
    1 | --ref ref.ndjson --fail-on column:amount,column:id drift.ndjson | id/-
    0 | --ref ref.ndjson --fail-on column:city same.ndjson | none
    0 | --ref ref.ndjson --fail-on column:city drift.ndjson | none
    0 | --ref ref.ndjson --fail-on share drift.ndjson | none
    1 | --ref ref.ndjson --fail-on share --drift-share 0 same.ndjson | none
    5 | --ref ref.ndjson --columns amount,id same.ndjson | id/-
    5 | --ref ref.ndjson --columns 'amount,i*' same.ndjson | id/-
    5 | --ref ref.ndjson --types id=numeric same.ndjson | id/share_shift
    5 | --ref ref.ndjson --types nothing=numeric same.ndjson | nothing/share_shift
    5 | --ref ref.ndjson --types typo=numeric same.ndjson | typo/-
    0 | --ref ref.ndjson --types id=identifier,ts=datetime same.ndjson | none
    0 | --ref ref.ndjson --types id=numeric --exclude id same.ndjson | none
    0 | --ref ref.ndjson --types id=numeric --columns amount same.ndjson | none
    5 | --ref ref.ndjson --method city=ks same.ndjson | city/ks
    5 | --ref ref.ndjson --method typo=ks same.ndjson | typo/ks
    5 | --ref ref.ndjson --method city=fisher_exact --types city=text same.ndjson | city/fisher_exact
    0 | --ref ref.ndjson --method ks same.ndjson | none
    0 | --ref ref.ndjson --method all same.ndjson | none
    5 | --ref ref.ndjson --label ts same.ndjson | ts/-
    5 | --ref ref.ndjson --score id same.ndjson | id/-
    5 | --ref ref.ndjson --label nothing --score amount same.ndjson | nothing/- amount/performance
    5 | --ref ref.ndjson --columns city --multivariate correlation same.ndjson | -/correlation
    5 | --ref ref.ndjson --multivariate pca --checks column_drift same.ndjson | -/pca
    0 | --ref ref.ndjson --multivariate all same.ndjson | none
EOT
}

@test "the option that settles it is told" {
  run -5 --separate-stderr dw-compare --ref ref.ndjson --fail-on column:id same.ndjson
  jq -e '.not_judged[0].option == "--types id=categorical" and ([.not_compared[].column] | sort) == ["nothing", "ts"]' <<<"${lines[-1]}"
  [[ $stderr == *'not judged: "id": '*'; settled by --types id=categorical'* ]]
  [[ $stderr == *'dw-compare: not judged: there is no drift in the rest, but what was asked for by name has no answer' ]]
  dw-report <<<"$output" | tr -s ' \n' ' ' | grep -q -- 'Not judged id: .*settled by --types id=categorical'
  run -5 --separate-stderr dw-compare --ref ref.ndjson --columns id same.ndjson
  [[ $stderr == *'dw-compare: not judged: nothing could be compared; the summary says why, column by column' ]]
}

@test "labels that are late are not waited for" {
  jq -c '.y = (.amount > 50 | if . then 1 else 0 end)' ref.ndjson >labels.ndjson
  jq -c '.y = null' same.ndjson >null.ndjson
  for late in same.ndjson null.ndjson; do
    run -0 --separate-stderr dw-compare --ref labels.ndjson --label y --score amount $late
    [ -z "$stderr" ]
    [[ ${lines[-1]} == *'"verdict":"no drift",'*'"not_judged":[],'* ]]
  done
}

@test "segments: none in common, none judged, some judged" {
  sed 's/basel/b2/; s/bern/b3/' same.ndjson >moved.ndjson
  jq -c 'if .city == "bern" then .amount = null else . end' ref.ndjson >null.ndjson
  table <<'EOT'
    0 | --ref ref.ndjson --by city --columns amount same.ndjson | none
    5 | --ref ref.ndjson --by city --columns amount --fail-on column:amount moved.ndjson | city/--by
    0 | --ref null.ndjson --by city --columns amount null.ndjson | city/--by
EOT
  run --separate-stderr dw-compare --ref null.ndjson --by city --columns amount null.ndjson
  [ "$(tail -n 1 <<<"$output" | jq -c '[.segments[] | {value, verdict}] | sort_by(.value)')" = '[{"value":"basel","verdict":"no drift"},{"value":"bern","verdict":"not judged"}]' ]
  dw-report <<<"$output" | grep -q 'unjudged *bern'
}

@test "chunk by chunk: no chunk judged" {
  for ((i = 1; i <= 200; i++)); do echo '{"x":null,"i":"a'$i'"}'; done >empty.ndjson
  jq -c '{x: .amount, i: .id}' ref.ndjson >full.ndjson
  table <<'EOT'
    5 | --preset nannyml --ref empty.ndjson empty.ndjson | none
    5 | --preset nannyml --ref empty.ndjson --types x=numeric empty.ndjson | x/jensenshannon
    0 | --preset nannyml --ref full.ndjson full.ndjson | none
    0 | --preset nannyml --ref ref.ndjson --fail-on column:city drift.ndjson | none
    5 | --preset nannyml --ref full.ndjson --columns i full.ndjson | i/-
    5 | --preset nannyml --ref full.ndjson --fail-on column:i full.ndjson | i/-
EOT
  jq -c '{x: null, y: 1.5}' ref.ndjson >none.ndjson
  jq -c '{x: .amount, y: 1.5}' ref.ndjson >some.ndjson
  table <<'EOT'
    0 | --preset nannyml --ref none.ndjson some.ndjson | x/-
    0 | --preset nannyml --ref none.ndjson none.ndjson | none
EOT
}

@test "a sequential look without a stream, or one that adds nothing" {
  rm -f state*
  table <<'EOT'
    5 | --ref ref.ndjson --columns id --sequential state1 same.ndjson | id/-
    0 | --ref ref.ndjson --columns amount --sequential state2 same.ndjson | none
EOT
}

@test "an empty window or side has status 5 of its own" {
  run -5 --separate-stderr dw-compare --time ts --window 1h --baseline 1h same.ndjson
  [[ $stderr == *"same.ndjson:"*": the baseline, "*", has no records: the latest time, "*", is of this row"* ]]
  : >empty.ndjson
  run -5 --separate-stderr dw-compare --ref ref.ndjson empty.ndjson
}

@test "thresholds that are for columns that are not there" {
  printf '%s\n' '{"kind":"threshold","column":"amount","method":"ks","check":"column_drift","threshold":0.01,"rule":"<","rows":200,"reference_rows":200}' \
    '{"kind":"threshold","column":"gone","method":"ks","check":"column_drift","threshold":0.01,"rule":"<","rows":200,"reference_rows":200}' \
    '{"kind":"thresholds","count":2}' >thresholds.ndjson
  table <<'EOT'
    5 | --ref ref.ndjson --thresholds thresholds.ndjson same.ndjson | gone/-
    1 | --ref ref.ndjson --thresholds thresholds.ndjson drift.ndjson | gone/-
    0 | --ref ref.ndjson --thresholds thresholds.ndjson --exclude gone same.ndjson | none
EOT
}

@test "dw-report: several comparisons, old documents, and what contradicts itself" {
  dw-compare --ref ref.ndjson --columns id same.ndjson >unjudged.ndjson 2>err || [ $? -eq 5 ]
  dw-compare --ref ref.ndjson same.ndjson >quiet.ndjson
  dw-compare --ref ref.ndjson drift.ndjson >loud.ndjson || [ $? -eq 1 ]
  run -0 --separate-stderr dw-report quiet.ndjson unjudged.ndjson
  run -5 --separate-stderr dw-report --exit-code quiet.ndjson unjudged.ndjson
  [ "$stderr" = "dw-report: a comparison was not judged, and the report says why" ]
  run -1 --separate-stderr dw-report --exit-code loud.ndjson unjudged.ndjson
  jq -c 'del(.verdict, .not_judged)' quiet.ndjson >old.ndjson
  run -0 --separate-stderr dw-report --exit-code old.ndjson
  [ "${lines[0]}" = "No drift: none of 4 columns drifted" ]
  for change in '"verdict":"green"' '"drift":true' '"drift":null' '"verdict":"drift"' '"verdict":"not judged"'; do
    sed '/"kind":"summary"/s/'"${change%:*}"':[^,]*/'"$change/" quiet.ndjson >odd.ndjson
    run ! cmp -s odd.ndjson quiet.ndjson
    run -3 --separate-stderr dw-report odd.ndjson
  done
}

@test "a file whose delimiter is another: pipes are understood, what is not is told" {
  awk 'BEGIN { print "id|x|y"; for (i = 0; i < 200; i++) print "u" i "|" i * 37 % 101 ".5|" i * 13 % 29 ".25" }' >pipe.csv
  awk -F '|' -v OFS='|' 'NR > 1 { $2 += 60 } 1' pipe.csv >moved.csv
  run -0 --separate-stderr dw-compare --ref pipe.csv pipe.csv
  [ "$(tail -n 1 <<<"$output" | jq -c '[.columns, .not_compared[].column]')" = '[2,"id"]' ]
  run -1 --separate-stderr dw-compare --ref pipe.csv moved.csv
  [[ ${lines[-1]} == *'"drifted_columns":["x"]'* ]]
  for mark in ';' '\t'; do
    tr '|' "$mark" <pipe.csv >other.csv
    run -1 --separate-stderr dw-compare --ref other.csv moved.csv
    [[ ${lines[-1]} == *'"drifted_columns":["x"]'* ]]
  done
  marks=('^' '#')
  if [ "${DW_SUITE:-}" = full ]; then marks+=('~' ':' '!'); fi
  for mark in "${marks[@]}"; do
    tr '|' "$mark" <pipe.csv >other.csv
    tr '|' "$mark" <moved.csv >other2.csv
    run -5 --separate-stderr dw-compare --ref other.csv other2.csv
    [ "$stderr" = "dw-compare: not judged: nothing could be compared; one column was read: fields of CSV are separated by commas, tabs, semicolons or pipes" ]
  done
}

@test "the commands beside it: nothing to calibrate, no chunk to estimate, an injection that changed nothing" {
  dw-compare --ref ref.ndjson --columns id same.ndjson >unjudged.ndjson 2>err || [ $? -eq 5 ]
  text=$(<unjudged.ndjson)
  for _ in 1 2 3 4 5 6 7 8 9 10 11 12; do echo "$text"; done >history.ndjson
  run -5 --separate-stderr dw-calibrate adaptive history.ndjson
  [[ $stderr == "dw-calibrate: no score of a column is in at least "* ]]
  [ -z "$output" ]
  run -5 --separate-stderr dw-calibrate thresholds --ref ref.ndjson --columns id --runs 20
  [ -z "$output" ]
  for change in '--column amount --op scale --factor 2 --where "city = nowhere"' '--column city --op scale --factor 2'; do
    run -0 --separate-stderr eval "dw-inject $change ref.ndjson"
    [ "$output" = "$(cat ref.ndjson)" ]
    [ "$stderr" = "dw-inject: warning: no record was changed: is there none that the injection is for, and can its column take it?" ]
  done
  run -0 --separate-stderr dw-inject --column amount --op scale --factor 2 ref.ndjson
  [ -z "$stderr" ]
  jq -c '{y: (if .amount > 50 then 1 else 0 end), s: ((.amount + .other / 4) / 130)}' ref.ndjson >scored.ndjson
  run -0 --separate-stderr dw-eval --estimate --ref scored.ndjson --label y --score s --metrics auc --chunk-size 50 scored.ndjson
  run -5 --separate-stderr dw-eval --estimate --ref scored.ndjson --label y --score s --metrics auc --chunk-size 1 scored.ndjson
  [ "$stderr" = "dw-eval: no chunk has an estimate and a threshold from the reference's chunks: nothing was judged; take larger chunks" ]
  jq -c '.y = 1' scored.ndjson >one.ndjson
  run -5 --separate-stderr dw-eval --label y --score s --gate 'auc>=0.5' one.ndjson
  [ "$stderr" = "dw-eval: gate auc>=0.5: the metric has no value" ]
}

@test "the option that settles a column can be pasted, whatever its name" {
  for name in price 'net, eur' "it's 5 %" 'a\b'; do
    jq -cn --arg name "$name" 'range(60) | {($name): "\(.).50", x: (. * 7 % 11 + 0.5)}' >quoted.ndjson
    run -0 --separate-stderr dw-compare --ref quoted.ndjson quoted.ndjson
    [[ $stderr == *'; settled by --types '* ]] || { echo "$name: $stderr"; return 1; }
    option=${stderr##*settled by }
    echo "dw-compare --ref quoted.ndjson $option quoted.ndjson" >paste.sh
    run -0 --separate-stderr sh paste.sh
    [ -z "$stderr" ] || { cat paste.sh; echo "$stderr"; return 1; }
    [[ ${lines[-1]} == *'"columns":2,'*'"not_judged":[],'* ]]
  done
}
