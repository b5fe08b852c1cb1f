# dw-compare --sequential: looks of a cron job at one reference, remembered in a state file.

bats_require_minimum_version 1.5.0

setup()
{
  PATH="${DW_BIN:-$BATS_TEST_DIRNAME/../bin}:$PATH"
  cd "$BATS_TEST_TMPDIR" || return 1
  export DW_NOW=2026-01-31T09:30:00Z ASAN_OPTIONS=detect_leaks=0
  base=$BATS_FILE_TMPDIR/base.ndjson hour=$BATS_FILE_TMPDIR/hour
}

setup_file()
{
  PATH="${DW_BIN:-$BATS_TEST_DIRNAME/../bin}:$PATH"
  cd "$BATS_FILE_TMPDIR" || return 1
  dw-gen --rows 3000 --seed 1 --output base.ndjson
  for seed in 2 3 4; do dw-gen --rows 300 --seed "$seed" --start "2026-01-0${seed}T00:00:00Z" --output "hour$seed.ndjson"; done
  dw-gen --rows 500 --seed 9 --start 2026-01-02T12:00:00Z --scenario fraud-feature-drift --output drifted.ndjson
}

watch() { dw-compare --ref "$base" --id transaction_id --time ts --sequential state.json "$@"; }
member() { grep -o "\"$1\":[^,}]*" | cut -d: -f2; }
# Everything but made_by, which holds the arguments
answer() { sed 's/,"made_by":.*//' "$1"; }

whole() { [ "${DW_SUITE:-}" = full ]; }

@test "another baseline raises no alarm in 10 looks, of which a fixed test cries wolf (DW_SUITE=full: in 30)" {
  wolf=0 first=109 last=118
  if whole; then first=100 last=129; fi
  for ((seed = first; seed <= last; seed++)); do
    dw-gen --rows 200 --seed "$seed" --output now.ndjson
    watch --output out.ndjson now.ndjson
    [ $wolf -eq 0 ] || continue
    status=0
    dw-compare --ref "$base" --id transaction_id --time ts --method transaction_amount=ks,merchant_risk_score=ks --correction none --columns 'transaction_amount,merchant_risk_score' \
      --checks column_drift --output fixed.ndjson now.ndjson || status=$?
    [ "$status" -le 1 ]
    wolf=$((wolf + status))
  done
  [ "$(member looks <out.ndjson | sort -u)" = $((last - first + 1)) ]
  [ "$(grep -c '"method":"sequential"' out.ndjson)" -eq 9 ]
  [ "$wolf" -ge 1 ]
}

@test "drift is found at once, named, and the alarm stays until a reset" {
  watch --output out.ndjson "${hour}2.ndjson"
  run -1 --separate-stderr watch "$BATS_FILE_TMPDIR/drifted.ndjson"
  [ -z "$stderr" ]
  [ "$(grep -o '"drifted_columns":\[[^]]*\]' <<<"${lines[-1]}")" = '"drifted_columns":["transaction_amount","geo_distance_km"]' ]
  [ "$(grep '"column":"geo_distance_km"' <<<"$output" | member alarm_look)" = 2 ]
  grep -q '"alarm_time":"2026-01-31T09:30:00Z"' <<<"$output"
  DW_NOW=2026-02-01T00:00:00Z run -1 --separate-stderr watch "${hour}3.ndjson"
  [ "$(grep '"column":"geo_distance_km"' <<<"$output" | member alarm_look)" = 2 ]
  grep -q '"alarm_time":"2026-01-31T09:30:00Z"' <<<"$output"
  run -0 --separate-stderr watch --sequential-reset "${hour}4.ndjson"
  [ "$(grep '"column":"geo_distance_km"' <<<"$output" | member looks)" = 1 ]
  run -0 --separate-stderr watch "${hour}3.ndjson"
}

@test "the threshold is a matter of taste, --correction none one of each column" {
  dw-gen --rows 40 --seed 9 --scenario fraud-feature-drift --output few.ndjson
  run --separate-stderr watch few.ndjson
  p=$(grep '"column_drift","column":"geo' <<<"$output" | member p_value)
  all=$(grep '"column_drift","column":"geo' <<<"$output" | member p_adjusted)
  rm state.json
  run --separate-stderr watch --correction none few.ndjson
  [ "$(grep '"column_drift","column":"geo' <<<"$output" | member p_adjusted)" = "$p" ]
  [ "$p" != "$all" ]
  rm state.json
  run -1 --separate-stderr watch --threshold sequential=1 few.ndjson
  grep -q '"column_drift","column":"geo.*"threshold":1,"rule":"<=","drift":true' <<<"$output"
}

@test "the same data twice is one look, with the same answer" {
  watch --output first.ndjson "${hour}2.ndjson"
  watch --output second.ndjson "${hour}3.ndjson"
  cp state.json before.json
  run -0 --separate-stderr watch --output again.ndjson "${hour}3.ndjson"
  [[ $stderr == *'it is not counted again'* ]]
  cmp state.json before.json
  cmp second.ndjson again.ndjson
  zstd -q "${hour}3.ndjson" -o hour.zst
  run -0 --separate-stderr watch --quiet --output again.ndjson hour.zst
  [ -z "$stderr" ]
  cmp <(answer second.ndjson) <(answer again.ndjson)
  run -0 --separate-stderr watch --output third.ndjson "${hour}2.ndjson" # that of an earlier look
  [[ $stderr == *'an earlier look was at this very data: it is not counted again'* ]]
  [ "$(member looks <third.ndjson | sort -u)" = 2 ]
  cmp state.json before.json
}

@test "times that go backwards, and a current side that ends before the reference, are told" {
  watch --output out.ndjson "${hour}3.ndjson"
  run -0 --separate-stderr watch --output out.ndjson "${hour}2.ndjson"
  [[ $stderr == 'dw-compare: warning: state.json: this look begins at 2026-01-02T00:00:'*'Z, before the end of an earlier look: times go backwards' ]]
  dw-gen --rows 200 --seed 7 --start 2025-06-01T00:00:00Z --output early.ndjson
  run -0 --separate-stderr watch --sequential-reset --output out.ndjson early.ndjson
  [[ $stderr == 'dw-compare: warning: the current data ends at 2025-06-01T'*', before the reference does (2026-01-01T14:09:47.114Z): are the two swapped?' ]]
}

watched() { sed -E 's/"reference":.*"detail"//; s/"effect_(size|low|high)":[^,]*,//g'; }

@test "the state does not depend on threads, format or the order of rows" {
  for i in 2 3; do
    watch --threads 1 --output out.ndjson "$hour$i.ndjson"
    dw-compare --ref "$base" --id transaction_id --time ts --threads 4 --sequential other.json --output other.ndjson "$hour$i.ndjson"
  done
  cmp state.json other.json
  cmp <(answer out.ndjson) <(answer other.ndjson)
  tac "${hour}3.ndjson" >turned.ndjson
  rm state.json
  watch --output out.ndjson "${hour}2.ndjson"
  watch --output out.ndjson turned.ndjson
  # moments, and the effect size with the interval that follows from them, are sums in the order of the rows: their last digit is not the watch's
  cmp <(answer out.ndjson | grep finding | watched) <(answer other.ndjson | grep finding | watched)
}

@test "killed at every write: the look did not happen, or is not counted twice (DW_SUITE=full: at every write, not every third)" {
  step=3 least=(2 1 1)
  if whole; then step=1 least=(8 3 3); fi
  watch --output first.ndjson "${hour}2.ndjson"
  cp state.json before.json
  watch --output want.ndjson "${hour}3.ndjson"
  cp state.json after.json
  for start in before none; do
    n=$((1 - step)) status=137 kills=0 olds=0 news=0
    [ $start = before ] || { rm state.json; watch --output want.ndjson "${hour}3.ndjson"; cp state.json after.json; }
    while [ "$status" -eq 137 ]; do
      n=$((n + step)) status=0
      rm -f state.json got.ndjson
      [ $start = none ] || cp before.json state.json
      { DW_FAULT_WRITE=$n dw-compare --ref "$base" --id transaction_id --time ts --sequential state.json --output got.ndjson "${hour}3.ndjson"; } 2>err || status=$?
      [ "$status" -eq 137 ] || [ "$status" -eq 0 ]
      [ "$status" -eq 0 ] || kills=$((kills + 1))
      if [ $start = none ] && [ ! -e state.json ]; then olds=$((olds + 1))
      elif cmp -s state.json before.json; then olds=$((olds + 1))
      else cmp state.json after.json; news=$((news + 1)); fi
      [ ! -e got.ndjson ] || cmp got.ndjson want.ndjson
      watch --quiet --output got.ndjson "${hour}3.ndjson"
      cmp state.json after.json
      cmp got.ndjson want.ndjson
    done
    echo "$start: $kills kills, $olds old states, $news new ones"
    [ "$kills" -ge "${least[0]}" ]
    [ "$olds" -ge "${least[1]}" ]
    [ "$news" -ge "${least[2]}" ]
  done
}

@test "a state that was cut, edited or is none of ours is refused, and a foreign file is never overwritten" {
  watch --output first.ndjson "${hour}2.ndjson"
  cp state.json whole.json
  head -c 20000 whole.json >state.json
  run -3 --separate-stderr watch "${hour}3.ndjson"
  [ -z "$output" ]
  [ "$stderr" = 'dw-compare: state.json: this state was cut or changed after it was written: put back a copy, or begin anew with --sequential-reset' ]
  sed 's/"looks":1/"looks":2/' whole.json >state.json
  run -3 --separate-stderr watch "${hour}3.ndjson"
  [[ $stderr == *'cut or changed'* ]]
  : >state.json
  run -3 --separate-stderr watch "${hour}3.ndjson"
  [[ $stderr == *'no state of dw-compare'* ]]
  run -0 --separate-stderr watch --sequential-reset --output out.ndjson "${hour}3.ndjson"
  head -c 20000 whole.json >state.json
  run -0 --separate-stderr watch --sequential-reset --output out.ndjson "${hour}3.ndjson"
  cp "${hour}2.ndjson" state.json
  for reset in '' --sequential-reset; do
    run -3 --separate-stderr watch $reset "${hour}3.ndjson"
    [[ $stderr == *'state.json: this is no state of dw-compare --sequential'* ]]
    cmp state.json "${hour}2.ndjson"
  done
}

@test "another reference, other columns, other checks are refused" {
  watch --output first.ndjson "${hour}2.ndjson"
  cp state.json before.json
  run -3 --separate-stderr dw-compare --ref "${hour}4.ndjson" --id transaction_id --time ts --sequential state.json "${hour}3.ndjson"
  [[ $stderr == *'begun with another reference'*'--sequential-reset'* ]]
  run -2 --separate-stderr watch --exclude customer_age "${hour}3.ndjson"
  [[ $stderr == *'"customer_age": watched when this state was begun, and not now'* ]]
  run -2 --separate-stderr watch --checks column_drift "${hour}3.ndjson"
  [[ $stderr == *'missing values of "'* ]]
  run -2 --separate-stderr watch --types customer_age=categorical "${hour}3.ndjson"
  [[ $stderr == *'"customer_age": the column had another type'* ]]
  cmp state.json before.json
  rm state.json
  watch --exclude customer_age --output first.ndjson "${hour}2.ndjson"
  run -2 --separate-stderr watch "${hour}3.ndjson"
  [[ $stderr == *'"customer_age": not watched when this state was begun'* ]]
}

@test "no verdict without a state: unwritable folders, a folder as state, data larger than memory" {
  mkdir closed
  if [ "$(id -u)" -ne 0 ]; then
    chmod 555 closed
    run -4 --separate-stderr dw-compare --ref "$base" --sequential closed/state.json "${hour}2.ndjson"
    [ -z "$output" ]
  fi
  run -4 --separate-stderr dw-compare --ref "$base" --sequential absent/state.json "${hour}2.ndjson"
  [ -z "$output" ]
  [[ $stderr == *'absent/state.json.lock: No such file or directory' ]]
  run -4 --separate-stderr dw-compare --ref "$base" --sequential closed "${hour}2.ndjson"
  [ -z "$output" ]
  run -5 --separate-stderr dw-compare --ref "$base" --memory 64KiB --sequential state.json "${hour}2.ndjson"
  [ -z "$output" ]
  [[ $stderr == *'--sequential needs every value, and the reference is larger than --memory: raise it' ]]
  [ ! -e state.json ]
}

@test "a full disk: no verdict, the old state, nothing left behind" {
  watch --output first.ndjson "${hour}2.ndjson"
  cp state.json before.json
  full() { ( trap '' XFSZ; ulimit -f 4; watch "${hour}3.ndjson" ); }
  run -4 --separate-stderr full
  [ -z "$output" ]
  [ "$stderr" = 'dw-compare: state.json: File too large' ]
  cmp state.json before.json
  [ "$(find . -name '.state*')" = '' ]
  watch --output second.ndjson "${hour}3.ndjson"
  [ "$(member looks <second.ndjson | sort -u)" = 2 ]
}

@test "two looks at once: the second waits for the first" {
  mkfifo go
  { exec 8>state.json.lock; flock 8; echo held >go; sleep 0.2; : >released; } &
  read -r _ <go
  watch --output out.ndjson "${hour}2.ndjson"
  [ -e released ]
  wait
  [ "$(member looks <out.ndjson | sort -u)" = 1 ]
}

@test "what does not go with --sequential" {
  for options in '--window 1h --baseline 2h' '--split 0.5' '--by merchant_category' '--multivariate domain_classifier' '--preset nannyml'; do
    refs="--ref $base"
    [[ $options == --[ws]* ]] && refs=
    # shellcheck disable=SC2086
    run -2 --separate-stderr dw-compare $refs --time ts --sequential state.json $options "${hour}2.ndjson"
    [[ $stderr == *--sequential* ]] || { echo "$options: $stderr"; return 1; }
  done
  run -2 --separate-stderr dw-compare --ref "$base" --sequential-reset "${hour}2.ndjson"
  [[ $stderr == *'--sequential-reset goes with --sequential'* ]]
  run -2 --separate-stderr dw-compare --ref "$base" --sequential - "${hour}2.ndjson"
  [ ! -e state.json ]
}

@test "labels that arrive late, a column that goes, values that go missing" {
  sed 's/,"is_fraud":[01]//' "${hour}2.ndjson" >unlabelled.ndjson
  run -0 --separate-stderr watch --label is_fraud unlabelled.ndjson
  [[ $output != *target_drift* ]]
  run -0 --separate-stderr watch --label is_fraud "${hour}3.ndjson"
  grep -q '"check":"target_drift","column":"is_fraud".*"method":"sequential"' <<<"$output"
  sed 's/"customer_age":[0-9]*,//' "${hour}4.ndjson" >aged.ndjson
  run -1 --separate-stderr watch --label is_fraud aged.ndjson
  grep -q '"check":"schema","column":"customer_age".*"drift":true' <<<"$output"
  grep -q '"check":"column_drift","column":"customer_age".*"looks":3,"observations":600,' <<<"$output"
  sed 's/"customer_age":[0-9]*5,/"customer_age":null,/' "${hour}2.ndjson" >holes.ndjson
  run -1 --separate-stderr watch --label is_fraud holes.ndjson
  grep -q '"check":"missing_values","column":"customer_age".*"method":"sequential".*"drift":true' <<<"$output"
}

@test "what labels say of a score is watched: concept drift, and nothing else" {
  dw-gen --rows 4000 --seed 1 --with fraud_score --output scored.ndjson
  dw-gen --rows 1000 --seed 2 --with fraud_score --output calm.ndjson
  dw-gen --rows 3000 --seed 3 --with fraud_score --scenario fraud-concept-drift --output concept.ndjson
  names() { sed 's/"is_fraud":1/"is_fraud":"yes"/; s/"is_fraud":0/"is_fraud":"no"/' "$1"; }
  scored() { dw-compare --id transaction_id --time ts --label is_fraud --score fraud_score "$@"; }
  for word in number name; do
    for side in scored calm concept; do
      [ $word = number ] && cp $side.ndjson $word.$side.ndjson || names $side.ndjson >$word.$side.ndjson
    done
    scored --ref $word.scored.ndjson --sequential $word.json --output $word.out $word.calm.ndjson
    run -1 --separate-stderr scored --ref $word.scored.ndjson --sequential $word.json --output $word.out $word.concept.ndjson
    [ "$(grep '"kind":"finding"' $word.out | grep -c '"drift":true')" -eq 1 ]
    grep -q '"check":"performance","column":"fraud_score","type":"numeric","method":"sequential".*"drift":true.*"alarm_look":2' $word.out
  done
  [ "$(grep '"kind":"finding","check":"performance"' number.out)" = "$(grep '"kind":"finding","check":"performance"' name.out)" ]
  sed 's/,"is_fraud":[01]//' calm.ndjson >late.ndjson
  run -1 --separate-stderr scored --ref number.scored.ndjson --sequential number.json --output late.out late.ndjson
  grep -q '"check":"performance".*"drift":true.*"looks":3.*"warning":"this look has no metric' late.out
}
