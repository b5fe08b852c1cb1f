# Columns of instants are compared by what is told of them: hours, weekdays, gaps, lags, values.
bats_require_minimum_version 1.5.0

# four weeks, and the week behind them: an event every 20 minutes, labelled some seconds later; late.csv has the same week's events later in
# the day
setup_file()
{
  F=$BATS_FILE_TMPDIR
  export F
  awk -v dir="$F" 'BEGIN {
    srand(4)
    print "ts,done" >dir "/ref.csv"; print "ts,done" >dir "/now.csv"; print "ts,done" >dir "/late.csv"
    for (i = 0; i < 35 * 72; i++) {
      at = 1767571200 + i * 1200 # 2026-01-05, a Monday
      later = at + int(-60 * log(1 - rand()))
      out = dir (i < 28 * 72 ? "/ref.csv" : "/now.csv")
      print strftime("%Y-%m-%dT%H:%M:%SZ", at, 1) "," strftime("%Y-%m-%dT%H:%M:%SZ", later, 1) >out
      if (i >= 28 * 72) print strftime("%Y-%m-%dT%H:%M:%SZ", at - at % 86400 + 86400 * (at % 86400 / 86400) ^ 0.4, 1) "," strftime("%Y-%m-%dT%H:%M:%SZ", later, 1) >dir "/late.csv"
    }
  }'
  for side in ref now; do awk -F, 'NR > 1 { printf "{\"ts\":\"%s\",\"done\":\"%s\"}\n", $1, $2 }' "$F/$side.csv" >"$F/$side.ndjson"; done
}

setup()
{
  PATH=$DW_BIN:$PATH
  cd "$F" || return 1
}

columns() { sed -n 's/.*"check":"column_drift","column":"\([^"]*\)".*/\1/p' <<<"$output" | sort -u | tr '\n' ' '; }

@test "a week that follows four is compared by hour, weekday and gap, the lag too with --time" {
  run -0 --separate-stderr dw-compare --ref ref.csv --exclude=done now.csv
  [ -z "$stderr" ]
  [ "$(columns)" = "ts.gap ts.hour ts.weekday " ]
  [[ ${lines[-1]} == *'"not_compared":[{"column":"ts",'*'"reason":"compared by ts.hour, ts.weekday, ts.gap"}'* ]]
  run -0 dw-compare --ref ref.csv --time ts now.csv
  [ "$(columns)" = "done.gap done.hour done.lag done.weekday " ]
  from_csv=$(grep '^{"kind":"finding"' <<<"$output")
  run -0 dw-compare --ref ref.ndjson --time ts now.ndjson
  [ "$(grep '^{"kind":"finding"' <<<"$output")" = "$from_csv" ]
}

@test "hours that move are drift, which --fail-on finds by the name of the column" {
  run -1 dw-compare --ref ref.csv --exclude=done late.csv
  [[ ${lines[-1]} =~ '"drifted_columns":['[^]]*'"ts.hour"' ]]
  run -1 dw-compare --ref ref.csv --fail-on column:ts --require ts late.csv
  run -0 dw-compare --ref ref.csv --fail-on column:ts --require ts now.csv
}

@test "gaps that are all alike on a side are judged as well" {
  awk 'NR == 1 || NR % 2' now.csv >slower.csv
  run -1 --separate-stderr dw-compare --ref ref.csv --exclude=done slower.csv
  [ -z "$stderr" ]
  [[ "${lines[-1]}" == *'"drifted_columns":["ts.gap"]'* ]]
}

@test "each can be left out, without a warning" {
  run -0 --separate-stderr dw-compare --ref ref.csv --exclude 'done,ts.gap,*.weekday' now.csv
  [ -z "$stderr" ]
  [ "$(columns)" = "ts.hour " ]
  run -5 --separate-stderr dw-compare --ref ref.csv --exclude 'done,ts.*' now.csv
  [[ $stderr != *warning* ]]
}

@test "random parts of one stream are compared by value, and parts of a day not at all" {
  awk 'NR == 1 || NR % 5' ref.csv >most.csv
  awk 'NR == 1 || NR % 5 == 0' ref.csv >fifth.csv
  run -0 dw-compare --ref most.csv --exclude=done fifth.csv
  [ "$(columns)" = "ts.value " ]
  head -n 60 ref.csv >morning.csv
  run -5 --separate-stderr dw-compare --ref morning.csv --exclude=done now.csv
  [[ ${lines[-1]} == *'"not_compared":[{"column":"ts",'*'"reason":"instants pass; they are not compared: its sides do not cover the same span, and hours,'* ]]
}

@test "day or month first is told by both sides, or by --time-format" {
  awk -F'[-T,]' 'NR == 1 || $3 < 13 { print NR == 1 ? "ts" : $3 "/" $2 "/" $1 " " $4 }' ref.csv >early.csv # days up to 12
  awk -F'[-T,]' 'NR == 1 { print "ts" } NR > 1 { print $3 "/" $2 "/" $1 " " $4 }' ref.csv >month.csv
  run --separate-stderr dw-compare --ref early.csv early.csv
  [[ $stderr == *"column \"ts\" holds dates (\"05/01/2026 00:00:00Z\"), of which nobody can tell whether day or month comes first:"* ]]
  run -0 --separate-stderr dw-compare --ref early.csv --time-format '%d/%m/%Y %H:%M:%S%z' early.csv
  [ -z "$stderr" ]
  [ "$(columns)" = "ts.value " ]
  run --separate-stderr dw-compare --ref early.csv month.csv
  [[ $stderr != *"nobody can tell"* ]]
}

# FILE: its times as syslog has them, a number of days later
syslog() { sed 1d "$1" | cut -d, -f1 | TZ=UTC awk -v days="$2" 'BEGIN { print "ts" } { gsub(/[-T:Z]/, " "); printf "%s %2d %s\n", strftime("%b", t = mktime($0) + 86400 * days, 1), strftime("%d", t, 1), strftime("%H:%M:%S", t, 1) }'; }

@test "times without a year are put in order, through the turn of the year too" {
  run -0 dw-compare --ref ref.csv --exclude=done now.csv
  want=$(jq -c 'select(.kind == "finding") | select(.column != "ts.weekday") | {column, statistic, p_value, effect_size}' <<<"$output")
  for days in 0 -21; do
    syslog ref.csv "$days" >ref.log
    syslog now.csv "$days" >now.log
    run -0 --separate-stderr dw-compare --ref ref.log now.log
    [ -z "$stderr" ]
    [ "$(columns)" = "ts.gap ts.hour " ]
    [ "$(jq -c 'select(.kind == "finding") | {column, statistic, p_value, effect_size}' <<<"$output")" = "$want" ]
    [ "$(tail -n 1 <<<"$output" | jq -r '.not_compared[0].reason')" = "compared by ts.hour, ts.gap (no time says its year: they are taken to lie within one); weekdays need a year" ]
  done
  grep -q '^Dec 31 ' ref.log
  syslog late.csv -21 >late.log
  run -1 --separate-stderr dw-compare --ref ref.log late.log
  sed '1!G;h;$!d' ref.log | sed '1i ts' | sed '$d' >mixed.log # the last one first
  run -1 --separate-stderr dw-compare --ref mixed.log late.log
  [ "$(columns)" = "ts.gap ts.hour " ]
}

@test "times without a year that lie all over it are left out with a warning, and so are those of chunks" {
  awk 'BEGIN { print "ts"; for (day = 0; day < 365; day++) print strftime("%b %d %H:%M:%S", 1735689600 + day * 86400, 1) }' >year.log
  run -5 --separate-stderr dw-compare --ref year.log year.log
  [[ $stderr == *'year.log:2: column "ts" holds times without a year ("Jan 01 00:00:00"), whose order nobody can tell: it is left out, not compared (--types ts=categorical compares the texts)'* ]]
  run -5 --separate-stderr dw-compare --ref year.log --exclude=done ref.csv
  [[ $stderr == *'whose order nobody can tell'* ]]
}

@test "hours and weekdays are those of the clock of --zone; dates have none" {
  [ -r /usr/share/zoneinfo/Europe/Berlin ] || skip "this machine has no time zone database"
  # events at 5:30, 11:30, 17:30 and 23:30 UTC of each day: in winter an hour later in Berlin, where the last is of the next day
  awk -v dir="$F" 'BEGIN {
    for (i = 0; i < 140; i++) {
      out = dir (i < 112 ? "/four.csv" : "/fifth.csv")
      if (i == 0 || i == 112) print "ts,day" >out
      at = 1767571200 + 19800 + i * 21600 # 2026-01-05T05:30:00Z, a Monday
      written = i % 2 ? strftime("%Y-%m-%dT%H:%M:%SZ", at, 1) : strftime("%Y-%m-%dT%H:%M:%S-03:00", at - 10800, 1)
      print written "," strftime("%Y-%m-%d", at, 1) >out
    }
  }'
  mean() { jq -c 'select(.check == "column_drift" and .column == "ts.hour") | .reference.mean' <<<"$output"; }
  days() { jq -c 'select(.check == "column_drift" and .column == "day.weekday") | .reference' <<<"$output"; }
  run -0 --separate-stderr dw-compare --ref four.csv fifth.csv
  [ "$(mean)" = 14 ]
  want=$(days)
  [[ $want == *'"Monday"'* ]]
  for zone in Europe/Berlin America/New_York; do
    run -0 --separate-stderr dw-compare --ref four.csv --zone "$zone" fifth.csv
    [ -z "$stderr" ]
    [ "$(mean)" = 9 ]
    [ "$(days)" = "$want" ]
    [[ $(tail -n 1 <<<"$output" | jq -r '.not_compared[] | select(.column == "ts") | .reason') == "compared by ts.hour, ts.weekday, ts.gap (the clock of $zone)" ]]
  done
  run -2 --separate-stderr dw-compare --ref four.csv --zone Mars/Olympus fifth.csv
  [[ $stderr == *'"Mars/Olympus" is no zone'* ]]
  for mode in '--preset evidently' '--preset nannyml --chunk-size 20' '--sequential state'; do
    # shellcheck disable=SC2086 # words
    run -2 --separate-stderr dw-compare --ref four.csv --zone Europe/Berlin $mode fifth.csv
    [[ $stderr == *'--zone goes with --match, --unit and hours of columns of instants'* ]]
  done
}
