# dw-compare --sequential --unit: the period, not the row, is one observation.

bats_require_minimum_version 1.5.0

setup()
{
  PATH="${DW_BIN:-$BATS_TEST_DIRNAME/../bin}:$PATH"
  cd "$BATS_TEST_TMPDIR" || return 1
  export DW_NOW=2026-06-30T00:00:00Z ASAN_OPTIONS=detect_leaks=0
  files=$BATS_FILE_TMPDIR
}

# 21 days of 48 rows, then days 01 … 09, of which 06 and later have drifted
setup_file()
{
  PATH="${DW_BIN:-$BATS_TEST_DIRNAME/../bin}:$PATH"
  cd "$BATS_FILE_TMPDIR" || return 1
  dw-gen --rows 1008 --step 30m --start 2026-01-01T00:00:00Z --seed 1 --output base.ndjson
  for day in 1 2 3 4 5; do
    dw-gen --rows 48 --step 30m --start "2026-02-0${day}T00:00:00Z" --seed "$((day + 10))" --output "day0$day.ndjson"
  done
  for day in 06 07 08 09 10 11 12 13 14 15 16 17; do
    dw-gen --rows 48 --step 30m --start "2026-02-${day}T00:00:00Z" --seed "$((10#$day + 10))" --scenario fraud-feature-drift --output "day$day.ndjson"
  done
}

watch() { dw-compare --ref "$files/base.ndjson" --id transaction_id --time ts --sequential state.json --unit 1d "$@"; }
member() { grep -o "\"$1\":[^,}]*" | cut -d: -f2; }
days() { for day in "$@"; do echo "$files/day$day.ndjson"; done; }

@test "days without drift raise no alarm, days with it do, and the alarm stays" {
  watch() { dw-compare --ref "$files/base.ndjson" --columns geo_distance_km,transaction_amount,customer_age --time ts --sequential state.json --unit 1d "$@"; }
  for day in 01 02 03 04 05; do
    run -0 --separate-stderr watch "$(days $day)"
    [ -z "$stderr" ]
  done
  [ "$(grep '"column":"geo_distance_km"' <<<"$output" | member observations)" = 5 ]
  [ "$(grep '"column":"geo_distance_km"' <<<"$output" | member reference_units)" = 21 ]
  grep -q '"column":"geo_distance_km".*"unit":"1d"' <<<"$output"
  later=(06 07 08 09 10 11 12 13 14 15 16 17)
  if [ "${DW_SUITE:-}" = full ]; then
    for day in "${later[@]}"; do
      run --separate-stderr watch "$(days $day)"
      [ "$status" -le 1 ]
    done
  else
    run --separate-stderr watch $(days "${later[@]}") # in one look
  fi
  [ "$status" -eq 1 ]
  [[ ${lines[-1]} == *'"drifted_columns":['*'"geo_distance_km"'* ]]
  cp "$(days 02)" late.ndjson
  sed -i 's/2026-02-02T/2026-02-18T/g' late.ndjson # no drift any more
  run -1 --separate-stderr watch late.ndjson
  [[ ${lines[-1]} == *'"drifted_columns":['*'"geo_distance_km"'* ]]
}

@test "several days in one look are as many looks of a day, in whatever order their rows stand" {
  for day in 01 02 03 06; do
    run --separate-stderr watch --output one.ndjson "$(days $day)"
    [ "$status" -le 1 ]
  done
  cat $(days 06 02 03 01) | sort -r >all.ndjson
  run --separate-stderr dw-compare --ref "$files/base.ndjson" --id transaction_id --time ts --sequential other.json --unit 1d --threads 1 all.ndjson
  [ "$status" -le 1 ]
  [ "$(grep -c '"method":"sequential"' one.ndjson)" -gt 5 ]
  [ "$(grep '"column":"geo_distance_km"' <<<"$output" | member e_value)" = "$(grep '"column":"geo_distance_km"' one.ndjson | member e_value)" ]
  [ "$(grep '"column":"customer_age"' <<<"$output" | member e_value)" = "$(grep '"column":"customer_age"' one.ndjson | member e_value)" ]
}

@test "fewer than 19 periods of the reference are none to watch by" {
  head -n 864 "$files/base.ndjson" >short.ndjson # 18 days
  run -5 --separate-stderr dw-compare --ref short.ndjson --time ts --sequential state.json --unit 1d "$(days 01)"
  [ -z "$output" ]
  [[ $stderr == *'--unit 1d: the reference has 18 whole periods of this length, and a watch needs 19, '*'give a longer reference, or a shorter --unit' ]]
  [ ! -e state.json ]
  head -n 912 "$files/base.ndjson" >short.ndjson
  run -0 --separate-stderr dw-compare --ref short.ndjson --id transaction_id --time ts --sequential state.json --unit 1d "$(days 01)"
  run -5 --separate-stderr dw-compare --ref short.ndjson --id transaction_id --time ts --sequential other.json --unit 1d --detrend "$(days 01)"
  [[ $stderr == *'a watch needs 22'* ]]
}

@test "periods that are too small are left out and told" {
  head -n 1018 "$files/base.ndjson" >part.ndjson
  dw-gen --rows 10 --step 30m --start 2026-01-22T00:00:00Z --seed 5 >>part.ndjson
  head -n 20 "$(days 02)" >few.ndjson
  run -0 --separate-stderr dw-compare --ref part.ndjson --id transaction_id --time ts --sequential state.json --unit 1d "$(days 01)" few.ndjson
  [ "$stderr" = 'dw-compare: warning: --unit 1d: periods left out: 1 of the reference with fewer than half of the usual rows, 1 with fewer than half of the usual rows' ]
  [ "$(grep '"column":"customer_age"' <<<"$output" | member observations)" = 1 ]
  run -5 --separate-stderr dw-compare --ref part.ndjson --id transaction_id --time ts --sequential state.json --unit 1d few.ndjson
  [[ $stderr == *'no period of the current data is new and over (0 watched before, 0 not over yet, 1 with fewer than half of the usual 48 rows): nothing was judged'* ]]
}

@test "a period is watched once, when it is over" {
  DW_NOW=2026-02-01T23:59:59Z run -5 --separate-stderr watch "$(days 01)"
  [ -z "$output" ]
  [[ $stderr == *'no period of the current data is new and over (0 watched before, 1 not over yet, '*'): nothing was judged' ]]
  [ ! -e state.json ]
  DW_NOW=2026-02-02T00:00:00Z run -0 --separate-stderr watch "$(days 01)"
  tac "$(days 01)" >again.ndjson # other bytes
  cp state.json before.json
  run -5 --separate-stderr watch again.ndjson
  [[ $stderr == *'(1 watched before, '* ]]
  cmp state.json before.json
  DW_NOW=2026-02-03T12:00:00Z run -0 --separate-stderr watch $(days 01 02 03)
  [ "$stderr" = 'dw-compare: warning: --unit 1d: periods left out: 1 that are not over yet, 1 that an earlier look watched' ]
  [ "$(grep '"column":"customer_age"' <<<"$output" | member observations)" = 2 ]
}

@test "data that is given again is watched as far as it was not over the first time" {
  cat $(days 01 02) >two.ndjson
  DW_NOW=2026-02-02T12:00:00Z run -0 --separate-stderr watch two.ndjson
  [ "$(grep '"column":"customer_age"' <<<"$output" | member observations)" = 1 ]
  DW_NOW=2026-02-03T00:00:00Z run -0 --separate-stderr watch two.ndjson
  [[ "$stderr" != *'not counted again'* ]]
  [ "$(grep '"column":"customer_age"' <<<"$output" | member observations)" = 2 ]
  [ "$(grep '"column":"customer_age"' <<<"$output" | member looks)" = 2 ]
  cp state.json before.json
  DW_NOW=2026-02-03T00:00:00Z run -0 --separate-stderr watch two.ndjson
  [[ "$stderr" == *'an earlier look was at this very data: it is not counted again'* ]]
  cmp state.json before.json
}

@test "days of the reference, or before it, are refused" {
  dw-gen --rows 48 --step 30m --start 2026-01-21T00:00:00Z --seed 5 --output in.ndjson
  run -3 --separate-stderr watch in.ndjson
  [[ $stderr == *'--unit 1d: the current data has rows of the period that begins 2026-01-21T00:00:00, which the reference has too or which lies before it: give what comes behind the reference' ]]
  [ ! -e state.json ]
}

@test "the days are those of the zone's clock" {
  # 23 hours on 29 March, whose last row is 21:59:59Z
  dw-gen --rows 46 --step 30m --start 2026-03-28T23:00:00Z --seed 5 --output spring.ndjson
  DW_NOW=2026-03-29T22:00:00Z run -0 --separate-stderr watch --zone Europe/Berlin spring.ndjson
  [ "$(grep '"column":"customer_age"' <<<"$output" | member observations)" = 1 ]
  rm state.json
  DW_NOW=2026-03-29T21:59:00Z run -5 --separate-stderr watch --zone Europe/Berlin spring.ndjson
  rm -f state.json
  DW_NOW=2026-03-29T22:00:00Z run -5 --separate-stderr watch spring.ndjson # in UTC two halves of days
}

@test "a state goes on as it was begun" {
  watch --output out.ndjson "$(days 01)"
  run -2 --separate-stderr dw-compare --ref "$files/base.ndjson" --id transaction_id --time ts --sequential state.json "$(days 02)"
  [[ $stderr == *'this state was begun by the period ("1d - UTC -" in short): give the same --unit, --match, --zone and --detrend at every look, or begin anew with --sequential-reset' ]]
  run -2 --separate-stderr watch --match weekday "$(days 02)"
  run -2 --separate-stderr watch --detrend "$(days 02)"
  run -2 --separate-stderr watch --zone Europe/Berlin "$(days 02)"
  rm state.json
  dw-compare --ref "$files/base.ndjson" --id transaction_id --time ts --sequential state.json --output out.ndjson "$(days 01)"
  run -2 --separate-stderr watch "$(days 02)"
  [[ $stderr == *'this state was begun by the row, without --unit'* ]]
}

@test "what does not go together is refused" {
  run -2 --separate-stderr dw-compare --ref "$files/base.ndjson" --time ts --unit 1d "$(days 01)"
  [[ $stderr == *'--unit goes with --sequential STATE'* ]]
  run -2 --separate-stderr dw-compare --ref "$files/base.ndjson" --sequential state.json --unit 1d "$(days 01)"
  [[ $stderr == *'--unit needs --time COLUMN'* ]]
  run -2 --separate-stderr dw-compare --ref "$files/base.ndjson" --time ts --sequential state.json --detrend "$(days 01)"
  [[ $stderr == *'--detrend goes with --unit PERIOD'* ]]
  run -2 --separate-stderr watch --detrend --match weekday "$(days 01)"
  [[ $stderr == *'--detrend does not go with --match'* ]]
  run -2 --separate-stderr watch --match hour "$(days 01)"
  [[ $stderr == *'--unit 1d holds more than one hour of --match: give shorter units, or leave --match out'* ]]
  run -2 --separate-stderr dw-compare --ref "$files/base.ndjson" --time ts --sequential state.json --unit often "$(days 01)"
  [[ $stderr == *'--unit: "often" is neither a duration such as 1d or 12h, nor D, W, M, Q or Y'* ]]
  run -2 --separate-stderr dw-compare --ref "$files/base.ndjson" --time ts --sequential state.json --match hour "$(days 01)"
  [[ $stderr == *'--match does not go with --sequential without --unit'* ]]
  [ ! -e state.json ]
}

# Twelve rows an hour for 21 days, with a daily wave in x; label and score, whose errors grow; the minimal standard generator (Park, Miller 1988)
hours()
{
  awk -v from="$1" -v hours="$2" -v shift="$3" -v seed="$4" -v wrong="$5" 'function u() { seed = (16807 * seed) % 2147483647; return seed / 2147483647 }
    BEGIN { for (h = 0; h < hours; h++) for (k = 0; k < 12; k++) {
      x = 3 * sin(2 * 3.141592653589793 * h / 24) + u() + u() + u() + u() + u() + u() - 3 + shift
      y = u() < 0.5
      printf "{\"ts\":%d,\"x\":%.6f,\"y\":%d,\"s\":%.4f}\n", from + 3600 * h + 300 * k, x, y, (y ? 0.8 : 0.2) + (u() - 0.5) * (0.3 + wrong) } }'
}

@test "hours are compared with the same hours, and the errors of a score are watched" {
  hours 1767225600 504 0 1 0 >ref.ndjson
  look() { dw-compare --ref ref.ndjson --time ts --label y --score s --sequential state.json --unit 1h --match hour "$@"; }
  for day in 1 2 3; do
    hours $((1767225600 + 86400 * (20 + day))) 24 0 $((day + 1)) 0 >now.ndjson
    run -0 --separate-stderr look now.ndjson
    [ -z "$stderr" ]
  done
  [ "$(grep '"column":"x"' <<<"$output" | member reference_units)" = 504 ]
  [ "$(grep '"column":"x"' <<<"$output" | member observations)" = 72 ]
  hours $((1767225600 + 86400 * 24)) 24 0.7 9 0 >now.ndjson
  run -1 --separate-stderr look --output out.ndjson now.ndjson
  grep -q '"check":"column_drift","column":"x".*"drift":true' out.ndjson
  rm state.json
  hours $((1767225600 + 86400 * 24)) 72 0 9 0.7 >now.ndjson
  run -1 --separate-stderr look --output out.ndjson now.ndjson
  grep -q '"check":"performance","column":"s".*"method":"sequential".*"drift":true' out.ndjson
}

@test "what the first look shows of the reference is told once" {
  hours 1767225600 504 0 1 0 >ref.ndjson
  hours $((1767225600 + 86400 * 21)) 24 0 2 0 >first.ndjson
  hours $((1767225600 + 86400 * 22)) 24 0 3 0 >second.ndjson
  run --separate-stderr dw-compare --ref ref.ndjson --time ts --columns x --sequential state.json --unit 1h first.ndjson
  [[ $stderr == 'dw-compare: warning: --unit 1h: periods go with the hour of the day in "x": --match hour compares each with its like, and finds smaller changes; periods resemble those before them in "x" (autocorrelation 0.9'*'): longer ones would find smaller changes' ]]
  run --separate-stderr dw-compare --ref ref.ndjson --time ts --columns x --sequential state.json --unit 1h second.ndjson
  [ -z "$stderr" ]
  run -0 --separate-stderr dw-compare --ref ref.ndjson --time ts --columns x --sequential other.json --unit 1h --match hour first.ndjson
  [ -z "$stderr" ]
}

@test "missing values and new categories are changes of a period too" {
  make()
  {
    awk -v from="$1" -v days="$2" -v gone="$3" -v fresh="$4" -v seed="$5" 'function u() { seed = (16807 * seed) % 2147483647; return seed / 2147483647 }
      BEGIN { for (i = 0; i < days * 48; i++)
        printf "{\"ts\":%d,\"x\":%s,\"k\":\"%s\"}\n", from + 1800 * i, (u() < gone ? "null" : u()), (u() < fresh ? "new" : u() < 0.6 ? "a" : "b") }'
  }
  make 1767225600 21 0.02 0 1 >ref.ndjson
  make $((1767225600 + 86400 * 21)) 12 0.2 0 2 >gone.ndjson
  make $((1767225600 + 86400 * 21)) 12 0.02 0.2 3 >new.ndjson
  make $((1767225600 + 86400 * 21)) 12 0.02 0 4 >quiet.ndjson
  run -0 --separate-stderr dw-compare --ref ref.ndjson --time ts --sequential a.json --unit 1d quiet.ndjson
  run -1 --separate-stderr dw-compare --ref ref.ndjson --time ts --sequential b.json --unit 1d gone.ndjson
  grep -q '"check":"missing_values","column":"x".*"method":"sequential".*"drift":true' <<<"$output"
  run -1 --separate-stderr dw-compare --ref ref.ndjson --time ts --sequential c.json --unit 1d new.ndjson
  grep -q '"check":"column_drift","column":"k".*"method":"sequential".*"drift":true' <<<"$output"
}

@test "the state is whole: every byte of it counts" {
  watch --output out.ndjson "$(days 01)"
  sed 's/"usual_rows":48/"usual_rows":47/' state.json >changed.json
  run -3 --separate-stderr dw-compare --ref "$files/base.ndjson" --id transaction_id --time ts --sequential changed.json --unit 1d "$(days 02)"
  [[ $stderr == *'this state was cut or changed after it was written'* ]]
}
