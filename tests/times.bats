# Times in other forms than ISO 8601, and times that are wrong: the same in every command that reads them.

bats_require_minimum_version 1.5.0

setup_file()
{
  export F=$BATS_FILE_TMPDIR PATH="$DW_BIN:$PATH"
  cd "$F" || return 1
  # 2024-02-28 to 2024-03-02, the leap day in between
  dw-gen --rows 4000 --seed 5 --step 1m --start 2024-02-28T00:00:00Z --with fraud_score | sed -E 's/("ts":"[^".]*)\.[0-9]*Z/\1Z/' >iso.ndjson
  in_form() { sed -E "s/\"ts\":\"([0-9]{4})-([0-9]{2})-([0-9]{2})T([0-9]{2}):([0-9]{2}):([0-9]{2})Z\"/\"ts\":$1/" iso.ndjson; }
  in_form '"\3.\2.\1 \4:\5:\6"' >eu.ndjson
  in_form '"\2\/\3\/\1 \4:\5:\6"' >us.ndjson
  in_form '\1\2\3\4\5\6' >digits.ndjson
  in_form '"\1\2\3\4\5\6"' >quoted.ndjson
  in_form '\1\2\3\4\5\6000' >millis.ndjson
  in_form '\1\2\3' >days.ndjson
  in_form '"\3\/\2\/\1"' >eu_days.ndjson
  in_form '"\1-\2-\3"' >iso_days.ndjson
}

setup() { cd "$BATS_TEST_TMPDIR" || return 1; }

# What a command found, without how it was made.
found() { sed -E 's/,"made_by":.*//; s/"(file|name)":"[^"]*"//g' <<<"$output"; }

# ARGS...: what the ISO times give, silently, the same as FILE with OPTIONS
same_as_iso()
{
  local iso=$1 file=$2 form=$3
  shift 3
  run -0 --separate-stderr "$@" "$F/$iso"
  [ -z "$stderr" ] || { echo "standard error: $stderr"; return 1; }
  found >want
  grep -q '"kind":"summary"' want
  # shellcheck disable=SC2086 # none, or an option
  run -0 --separate-stderr "$@" ${form:+--time-format "$form"} "$F/$file"
  [ -z "$stderr" ] || { echo "standard error: $stderr"; return 1; }
  found | diff want -
}

@test "dw-compare: --window reads every form as the same times" {
  window() { same_as_iso "$@" dw-compare --time ts --window 12h --baseline 36h --id transaction_id --exclude is_fraud --exit-zero; }
  window iso.ndjson eu.ndjson '%d.%m.%Y %H:%M:%S'
  window iso.ndjson us.ndjson '%m/%d/%Y %T'
  window iso.ndjson digits.ndjson ''
  window iso.ndjson quoted.ndjson ''
  window iso.ndjson digits.ndjson '%Y%m%d%H%M%S'
  window iso.ndjson millis.ndjson '%Y%m%d%H%M%S%f'
  days() { same_as_iso "$@" dw-compare --time ts --window 1d --baseline 2d --id transaction_id --exclude is_fraud --exit-zero; }
  days iso_days.ndjson days.ndjson ''
  days iso_days.ndjson days.ndjson '%Y%m%d'
  days iso_days.ndjson eu_days.ndjson '%d/%m/%Y'
}

@test "dw-compare: --split and chunks, CSV with leading zeros and quotes" {
  split() { same_as_iso "$@" dw-compare --time ts --split 2024-03-01 --id transaction_id --exclude is_fraud --exit-zero; }
  split iso.ndjson eu.ndjson '%d.%m.%Y %H:%M:%S'
  split iso.ndjson digits.ndjson ''
  run -0 --separate-stderr dw-compare --time ts --preset nannyml --chunk-period 12h --id transaction_id --exclude is_fraud --exit-zero --ref "$F/iso.ndjson" "$F/iso.ndjson"
  found >want
  run -0 --separate-stderr dw-compare --time ts --time-format '%d.%m.%Y %H:%M:%S' --preset nannyml --chunk-period 12h --id transaction_id --exclude is_fraud --exit-zero --ref "$F/eu.ndjson" "$F/eu.ndjson"
  found | diff want -
  awk 'BEGIN { srand(1); print "t,x"; for (i = 0; i < 300; i++) printf "0%d02%d,%.3f\n", 1 + int(i / 100), 2024, rand() }' >lead.csv
  awk 'BEGIN { srand(1); print "t;x"; for (i = 0; i < 300; i++) printf "\"0%d/02/%d\";%.3f\n", 1 + int(i / 100), 2024, rand() }' >quoted.csv
  run -0 --separate-stderr dw-compare --time t --time-format '%d%m%Y' --window 1d --baseline 2d --exit-zero lead.csv
  [[ "${lines[-1]}" == *'"reference_rows":200,"current_rows":100,'* ]]
  run -0 --separate-stderr dw-compare --time t --time-format '%d/%m/%Y' --window 1d --baseline 2d --exit-zero quoted.csv
  [[ "${lines[-1]}" == *'"reference_rows":200,"current_rows":100,'* ]]
}

@test "dw-eval and dw-calibrate read the same forms" {
  evaluate() { same_as_iso "$@" dw-eval --label is_fraud --score fraud_score --time ts --window 12h --metrics auc,brier --bootstrap 0; }
  evaluate iso.ndjson eu.ndjson '%d.%m.%Y %H:%M:%S'
  evaluate iso.ndjson digits.ndjson ''
  run -3 --separate-stderr dw-eval --label is_fraud --score fraud_score --time ts --metrics auc "$F/us.ndjson"
  [[ "$stderr" == *'us.ndjson:1: field "ts" is not a time: "02/28/2024 00:00:0'?'" is of the form %m/%d/%Y %H:%M:%S: --time-format says so' ]]
  calibrate() { dw-calibrate thresholds --ref "$F/$1" --time ts --columns transaction_amount --rows 100 --block 50 --runs 400 --method wasserstein "${@:2}" | sed 's/,"made_by":.*//'; }
  sort -R --random-source=<(yes) "$F/iso.ndjson" | tee "$F/mixed.ndjson" |
    sed -E 's/"ts":"([0-9]{4})-([0-9]{2})-([0-9]{2})T([0-9:]{8})Z"/"ts":"\3.\2.\1 \4"/' >"$F/mixed_eu.ndjson"
  calibrate mixed.ndjson >want
  grep -q '"column":"transaction_amount"' want
  calibrate mixed_eu.ndjson --time-format '%d.%m.%Y %H:%M:%S' | diff want -
  run -3 --separate-stderr dw-calibrate thresholds --ref "$F/eu.ndjson" --time ts
  [[ "$stderr" == *'eu.ndjson:1: field "ts" is not a time: "28.02.2024 00:00:0'?'" is of the form %d.%m.%Y %H:%M:%S: --time-format says so' ]]
}

@test "dw-inject goes by times of another form, and leaves them as they are written" {
  inject() { dw-inject --time ts --column transaction_amount --op missing --from 2024-02-29 --to 2024-03-01 "$@"; }
  inject "$F/iso.ndjson" | grep -c '"transaction_amount":null' >want
  [ "$(cat want)" -eq 1440 ]
  inject --time-format '%d.%m.%Y %H:%M:%S' "$F/eu.ndjson" | grep -c '"ts":"29.02.2024 [0-9:]*",.*"transaction_amount":null' | diff want -
  inject "$F/digits.ndjson" | grep -c '"ts":20240229[0-9]*,.*"transaction_amount":null' | diff want -
  inject --time-format '%Y%m%d%H%M%S%f' "$F/millis.ndjson" | grep -c '"transaction_amount":null' | diff want -
  printf 't,a\n01022024,1\n02022024,1\n' >lead.csv
  run -0 --separate-stderr dw-inject --time t --time-format '%d%m%Y' --column a --op shift --by 1 --from 2024-02-02 lead.csv
  [ "$output" = $'t,a\n01022024,1\n02022024,2' ]
  run -2 --separate-stderr dw-inject --time-format '%d%m%Y' --column a --op shift --by 1 lead.csv
}

# STATUS TEXT OPTIONS...: with this value as the time of the third row
with_time()
{
  local want=$1 value=$2
  shift 2
  printf 't,x\n2024-01-01,1\n%s,2\n2024-01-03,3\n' "$value" >odd.csv
  run -"$want" --separate-stderr dw-compare --time t --window 1d --baseline 2d --exit-zero "$@" odd.csv
}

@test "what is no time is told with file, line, value and the way out" {
  told() { with_time 3 "$1"; [ "$stderr" = "dw-compare: odd.csv:3: field \"t\" is not a time: $2" ] || { echo "$stderr"; return 1; }; }
  told 03/04/2024 '"03/04/2024" is of the form %d/%m/%Y, or %m/%d/%Y: --time-format says so'
  told 31.12.2024 '"31.12.2024" is of the form %d.%m.%Y: --time-format says so'
  told '5 Jan 2024' '"5 Jan 2024" is of the form %d %b %Y: --time-format says so'
  told 2014 '2014 is a year, or seconds since 1970: --time-format %Y, or %s, says which'
  told 20240230 '20240230 is no date YYYYMMDD (--time-format %s takes all numbers for seconds since 1970)'
  told 202401020930 '202401020930 is a time, or milliseconds since 1970: --time-format %Y%m%d%H%M says that it is a time'
  told 20240102250000 '20240102250000 is no time YYYYMMDDHHMMSS (--time-format says another form, %Y%m%d%H%M%S.%f one with a fraction)'
  told 20240102093000123 '20240102093000124 is a time of more digits than a number holds: --time-format %Y%m%d%H%M%S%f reads them'
  told 2024-01-02T24:00:01 '"2024-01-02T24:00:01"; a time is ISO 8601 text (2026-01-31T09:30:00Z), a number of seconds since 1970, or what --time-format says'
  told 0000-01-01 '"0000-01-01"; a time is ISO 8601 text (2026-01-31T09:30:00Z), a number of seconds since 1970, or what --time-format says'
  told soon '"soon"; a time is ISO 8601 text (2026-01-31T09:30:00Z), a number of seconds since 1970, or what --time-format says'
  with_time 5 31.12.2024 --on-error skip # one row a side is no comparison
  [[ "$stderr" == *'odd.csv:3: field "t" is not a time: "31.12.2024" is of the form %d.%m.%Y'* ]]
  with_time 3 2024-01-02 --time-format '%d/%m/%Y'
  [[ "$stderr" == *'odd.csv:2: field "t" is not a time: "2024-01-01" is not of the form --time-format %d/%m/%Y' ]]
}

@test "--time-format: mistakes in the call" {
  wrong() { run -2 --separate-stderr "${@:2}"; [[ "${stderr_lines[0]}" == *": $1" ]] || { echo "$stderr"; return 1; }; }
  printf '{"t":1,"y":1,"s":0.5}\n' >one
  for command in 'dw-compare --ref one' 'dw-calibrate thresholds --ref one' 'dw-eval --label y --score s'; do
    # shellcheck disable=SC2086 # words
    {
      wrong '--time-format: "%Y-%Q": there is no %Q; the letters are %Y %y %m %b %B %d %e %j %H %I %p %M %S %f %z %Z %s %a %A %F %D %T %R and %%' \
        $command --time t --time-format %Y-%Q
      wrong '--time-format: "%H:%M" has no year (%Y or %y; %s: seconds since 1970)' $command --time t --time-format %H:%M
      [ "${command%% *}" = dw-compare ] || wrong '--time-format goes with --time COLUMN' $command --time-format %Y
    }
  done
  wrong '--time-format goes with --time COLUMN' dw-compare --preset evidently --ref one --time-format %Y one
  wrong '--max-ahead goes with --window' dw-compare --ref one --max-ahead 1d one
  wrong '--max-ahead goes with --window' dw-compare --split 5 --max-ahead 1d one
  wrong 'DW_NOW: "soon" is not a time such as 2026-01-31T09:30:00Z' env DW_NOW=soon dw-compare --time t --window 1d --baseline 1d one
}

@test "times without a year are the last ones before a day that the user names" {
  TZ=UTC awk -F'"' -v OFS='"' '{ gsub(/[-T:Z]/, " ", $8); $8 = strftime("%b %d %H:%M:%S", mktime($8), 1); print }' "$F/iso.ndjson" >log.ndjson
  grep -q '"ts":"Feb 29 00:00:' log.ndjson
  cp "$F/iso.ndjson" iso.ndjson
  for command in 'dw-compare --window 12h --baseline 36h --id transaction_id --exclude is_fraud --exit-zero' 'dw-eval --label is_fraud --score fraud_score --window 12h --metrics auc --bootstrap 0'; do
    # shellcheck disable=SC2086 # words
    {
      run -0 --separate-stderr $command --time ts iso.ndjson
      found >want
      run -0 --separate-stderr $command --time ts --time-format '%{2024-03-05}%b %d %H:%M:%S' log.ndjson
      [ -z "$stderr" ]
      found | diff want -
      run -3 --separate-stderr $command --time ts log.ndjson
      [[ "$stderr" == *'log.ndjson:1: field "ts" is not a time: "Feb 28 00:00:0'?'" has no year, and none is assumed: --time-format '"'%{2026-02-01}%b %d %H:%M:%S' says that it is the last such time before that day" ]]
    }
  done
}

@test "--max-ahead: one row in the far future does not empty a window" {
  cp "$F/iso.ndjson" log
  export DW_NOW=2024-03-02T00:00:00Z
  run -0 --separate-stderr dw-compare --time ts --window 12h --baseline 36h --id transaction_id --exclude is_fraud --exit-zero log
  [ -z "$stderr" ]
  found >want
  for when in 2024-03-03T18:40:00Z 2038-01-19 9999-12-31; do
    for line in 1 2000 4001; do
      sed -n 1p log | sed "s/\"ts\":\"[^\"]*\"/\"ts\":\"$when\"/" >far
      { head -n $((line - 1)) log; cat far; tail -n +$line log; } >with
      run -0 --separate-stderr dw-compare --time ts --window 12h --baseline 36h --id transaction_id --exclude is_fraud --exit-zero with
      found | diff want -
      [[ "$stderr" == "dw-compare: warning: with:$line: 1 record lies beyond 2024-03-03T00:00:00Z, which is more than --max-ahead after now (the first: ${when%T*}T"* ]]
    done
  done
  run -5 --separate-stderr dw-compare --time ts --window 12h --baseline 36h --max-ahead 500000w --id transaction_id with
  [[ "$stderr" == *'with:4001: the baseline, 9999-12-29T00:00:00Z to 9999-12-30T12:00:00Z, has no records: the latest time, 9999-12-31T00:00:00Z, is of this row'* ]]
  # data with a clock of its own: most of it is ahead
  run -0 --separate-stderr env DW_NOW=2000-01-01 "$DW_BIN/dw-compare" --time ts --window 12h --baseline 36h --id transaction_id --exclude is_fraud --exit-zero log
  [ -z "$stderr" ]
  found | diff want -
}

@test "dates of other forms are left out of a comparison and told, not compared as categories" {
  awk 'BEGIN { srand(2); print "signup,x"; for (i = 0; i < 2000; i++) printf "%02d/%02d/2024,%.4f\n", 1 + int(rand() * 12), 1 + int(rand() * 3), rand() }' >ref.csv
  awk 'BEGIN { srand(3); print "signup,x"; for (i = 0; i < 2000; i++) printf "%02d/%02d/2024,%.4f\n", 1 + int(rand() * 12), 5 + int(rand() * 3), rand() }' >now.csv
  run -0 --separate-stderr dw-compare --ref ref.csv now.csv
  [[ "$stderr" == 'dw-compare: warning: ref.csv:2: column "signup" holds dates ("'*'/2024"), of which nobody can tell whether day or month comes first: it is left out, not compared (--time-format '"'%d/%m/%Y', or '%m/%d/%Y' says so; --types signup=categorical compares the texts)" ]]
  [[ "${lines[-1]}" == *'"columns":1,'*'{"column":"signup","type":"datetime","reason":"instants pass; they are not compared: day and month could change places'* ]]
  run ! grep -q '"column":"signup","method"' <<<"$output"
  # months of one year, days 1 to 3 against 5 to 7, or the other way round: both cover four weeks, and weekdays follow
  run --separate-stderr dw-compare --time-format %d/%m/%Y --ref ref.csv now.csv
  [ -z "$stderr" ]
  grep -q '"column":"signup.weekday"' <<<"$output"
  run -1 --separate-stderr dw-compare --types signup=categorical --ref ref.csv now.csv
  [ -z "$stderr" ]
  run -0 --separate-stderr dw-compare --exclude signup --ref ref.csv now.csv
  [ -z "$stderr" ]
  run -0 --separate-stderr dw-compare --time signup --ref ref.csv now.csv
  [ "$stderr" = "dw-compare: warning: --time signup: whether rows of the reference depend on each other is not known: none of its rows has a time (--time-format says its form)" ]
  run -0 --separate-stderr dw-calibrate thresholds --ref ref.csv --runs 2000
  [[ "$stderr" == *'ref.csv:2: column "signup" holds dates ('* ]]
  run -0 --separate-stderr dw-train --label y --rounds 2 <(awk -F, 'NR == 1 { print $0 ",y" } NR > 1 { print $0 "," (NR % 2) }' ref.csv)
  [[ "$stderr$output" == *'signup (datetime)'* ]]
  # the presets know nothing of it: strings are what they are there
  run --separate-stderr dw-compare --preset nannyml --chunk-size 200 --ref ref.csv now.csv
  [ -z "$stderr" ]
  grep -q '"column":"signup",.*"type":"categorical"' <<<"$output"
  run --separate-stderr dw-compare --preset evidently --ref ref.csv now.csv
  [ "$stderr" = 'dw-compare: warning: column "signup" holds instants, which --preset evidently compares as texts: that time goes on is drift to it (--exclude signup leaves it out)' ]
  grep -q '"column":"signup",.*"method"' <<<"$output"
}
