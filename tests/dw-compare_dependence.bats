#!/usr/bin/env bats
# dw-compare --time: rows of the reference that depend on each other, or on the hour.
bats_require_minimum_version 1.5.0

setup() {
  PATH="$DW_BIN:$PATH"
  cd "$BATS_TEST_TMPDIR" || exit
}

# rows PHI WAVE FIRST COUNT SEED: half an hour apart, an autoregression and a daily wave
rows() {
  awk -v phi="$1" -v wave="$2" -v first="$3" -v count="$4" -v seed="$5" 'BEGIN {
    srand(seed); print "ts,x"; x = 0
    for (i = 0; i < count; i++) {
      e = -6; for (k = 0; k < 12; k++) e += rand()
      x = phi * x + sqrt(1 - phi * phi) * e
      printf "%d,%.6f\n", 1767571200 + 1800 * (first + i), x + wave * sin(6.283185307179586 * (first + i) / 48)
    }
  }'
}

@test "dependent rows are worth fewer, and one warning says so" {
  rows 0.9 0 0 1008 1 >ref.csv
  rows 0.9 0 1008 48 2 >cur.csv
  run --separate-stderr dw-compare --ref ref.csv --time ts --exit-zero cur.csv
  [ "$status" -eq 0 ]
  [ "${#stderr_lines[@]}" -eq 1 ]
  [[ "$stderr" == 'dw-compare: warning: rows depend on those before them in "x": 1008 reference values are worth '*'dw-calibrate thresholds --time ts'* ]]
  summary=${lines[-1]}
  [ "$(jq -r '.dependence | length' <<<"$summary")" -eq 1 ]
  jq -e '.dependence[0] | .column == "x" and .reference_values == 1008 and .reference_effective < 130 and .current_values == 48 and
    .current_effective < 7 and .missing_autocorrelation_time == 1 and .weekday == null' <<<"$summary"
  jq -es 'map(select(.check == "column_drift") | .warning | test("dependence")) == [true]' <<<"$output"
}

@test "with a preset, nothing is looked for" {
  rows 0.9 0 0 1008 1 >ref.csv
  rows 0.9 0 1008 48 2 >cur.csv
  for options in "--preset evidently" "--time ts --preset evidently" "--time ts --preset nannyml"; do
    run --separate-stderr dw-compare --ref ref.csv $options --exit-zero cur.csv
    [ "$status" -eq 0 ]
    [[ "$stderr" != *depend* ]]
    [[ "$output" != *dependence* ]]
  done
}

@test "independent rows keep their counts" {
  rows 0 0 0 1008 3 >ref.csv
  rows 0 0 1008 480 4 >cur.csv
  dw-compare --ref ref.csv --exclude ts --exit-zero cur.csv >plain
  run --separate-stderr dw-compare --ref ref.csv --time ts --exit-zero cur.csv
  [ -z "$stderr" ]
  jq -e '.dependence == []' <<<"${lines[-1]}"
  [ "$(sed '$d' <<<"$output")" = "$(sed '$d' plain)" ]
}

@test "a daily wave is named" {
  rows 0 2 0 1008 5 >ref.csv
  rows 0 2 1008 10 6 >cur.csv
  run --separate-stderr dw-compare --ref ref.csv --time ts --exit-zero cur.csv
  [[ "$stderr" == *'"x" goes with the hour of the day: --match hour compares the same ones, or compare whole days'* ]]
  jq -e '.dependence[0].hour > 0.4' <<<"${lines[-1]}"
  # A column that goes with the hour and one that goes with the day of the week: the way out serves both.
  awk 'BEGIN { srand(4); print "ts,x,y"
    for (i = 0; i < 3000; i++) { t = 1767225600 + i * 900
      printf "%d,%.5f,%.5f\n", t, sin(6.2831853 * (int(t / 3600) % 24) / 24) + rand(), (int(t / 86400) % 7 > 4) + rand() } }' >both.csv
  head -n 30 both.csv >part.csv
  run --separate-stderr dw-compare --ref both.csv --time ts --exit-zero part.csv
  [[ "$stderr" == *'and 1 more column go with the hour of the day and the day of the week: --match hour-of-week compares the same ones'* ]]
}

@test "--sequential is warned of, and thresholds that were calibrated are taken as they are" {
  rows 0.9 0 0 1008 1 >ref.csv
  rows 0.9 0 1008 48 2 >cur.csv
  run --separate-stderr dw-compare --ref ref.csv --time ts --sequential state --exit-zero cur.csv
  [[ "$stderr" == *'--sequential by the row is for independent rows'* ]]
  dw-calibrate thresholds --ref ref.csv --time ts --rows 48 --runs 50 >limits 2>/dev/null
  run --separate-stderr dw-compare --ref ref.csv --time ts --thresholds limits --exit-zero cur.csv
  [[ "$stderr" != *depend* ]]
  jq -e '.dependence | length == 1' <<<"${lines[-1]}"
  dw-compare --ref ref.csv --exclude ts --thresholds limits --exit-zero cur.csv | sed '$d' >plain
  [ "$(sed '$d' <<<"$output")" = "$(cat plain)" ]
}

@test "--window sees the reference that it cuts off; records without a time have no part" {
  rows 0.9 0 0 1056 7 >one.csv
  run --separate-stderr dw-compare --time ts --window 24h --baseline 504h --exit-zero one.csv
  [[ "$stderr" == *'in "x": 1008 reference values'* ]]
  rows 0.9 0 0 1008 1 | sed '5s/^[0-9]*/soon/' >ref.csv
  rows 0.9 0 1008 48 2 >cur.csv
  run --separate-stderr dw-compare --ref ref.csv --time ts --exit-zero cur.csv
  [ "$status" -eq 0 ]
  [[ "$stderr" == *'rows depend on those before them'* ]]
}

@test "--columns leaves it seen, a time that is not there says nothing, and texts that hardly repeat are independent" {
  rows 0.9 0 0 1008 1 >ref.csv
  rows 0.9 0 1008 48 2 >cur.csv
  run --separate-stderr dw-compare --ref ref.csv --time ts --columns x --exit-zero cur.csv
  [[ "$stderr" == *'in "x": 1008 reference values'* ]]
  run --separate-stderr dw-compare --ref ref.csv --time nosuch --exit-zero cur.csv
  [[ "$output" != *dependence* ]]
  rows 0 0 0 1008 3 >ref.csv
  run --separate-stderr dw-compare --ref ref.csv --time ts --types x=categorical --exit-zero cur.csv
  jq -e '.dependence == []' <<<"${lines[-1]}"
}

@test "without --time, a file in time order is told so, and nothing else changes" {
  rows 0.9 0 0 1008 1 >ref.csv
  rows 0.9 0 1008 48 2 >cur.csv
  run --separate-stderr dw-compare --ref ref.csv --exit-zero cur.csv
  [ "$stderr" = 'dw-compare: warning: rows of ref.csv, in the order of "ts", resemble those before them in "x": give --time ts, so that tests count them as what they are worth' ]
  [[ "$output" != *dependence* ]]
  cut -d, -f2 ref.csv >plain.csv
  run --separate-stderr dw-compare --ref plain.csv --exit-zero cur.csv
  [[ "$stderr" == 'dw-compare: warning: neighbouring rows of plain.csv resemble each other in "x": if they stand in time order, '*' a column of instants and --time '* ]]
  run --separate-stderr dw-compare --ref - --exit-zero cur.csv <ref.csv
  [[ "$stderr" == 'dw-compare: warning: rows of standard input, in the order of "ts", '* ]]
  # What independent rows come to is the same, and nobody is told anything.
  rows 0 0 0 1008 3 >ref.csv
  dw-compare --ref ref.csv --exit-zero cur.csv >alone
  run --separate-stderr dw-compare --exit-zero --ref - cur.csv <ref.csv
  [ -z "$stderr" ]
  [ "$(sed '$d' <<<"$output")" = "$(sed '$d' alone)" ]
}

@test "a file that is sorted, or grouped, is not called one in time order" {
  rows 0.9 0 0 1008 1 >ref.csv
  rows 0.9 0 1008 48 2 >cur.csv
  sorted() { head -n 1 "$1"; tail -n +2 "$1" | sort -t, "${@:2}"; }
  sorted ref.csv -k2,2g >amount.csv
  awk -F, 'NR == 1 { print $0 ",class"; next } { print $0 "," ($2 > 0 ? "up" : "down") }' ref.csv >classes.csv
  sorted classes.csv -k3,3 -s >grouped.csv
  awk -F, '{ print $2 "," $3 }' grouped.csv >untimed.csv
  for file in amount grouped untimed; do
    run --separate-stderr dw-compare --ref "$file.csv" --exit-zero "$file.csv"
    [ "$status" -eq 0 ]
    [ -z "$stderr" ]
  done
}

@test "more rows than are looked at, in no order of time, in two files, or at one instant" {
  rows 0.9 0 0 30000 1 >ref.csv
  rows 0.9 0 30000 48 2 >cur.csv
  awk 'NR == 1 { print; next } { row[NR - 2] = $0 } END { for (i = 0; i < 30000; i++) print row[i * 7919 % 30000] }' ref.csv >anyhow.csv
  run --separate-stderr dw-compare --ref anyhow.csv --time ts --exit-zero cur.csv
  [[ "$stderr" == *'rows depend on those before them in "x": 30000 reference values are worth '* ]]
  jq -e '.dependence[0] | .autocorrelation_time > 14 and .autocorrelation_time < 26' <<<"${lines[-1]}"
  awk 'NR == 1 || NR % 2 == 0' ref.csv >even.csv
  awk 'NR == 1 || NR % 2 == 1' ref.csv >odd.csv
  run --separate-stderr dw-compare --ref even.csv --ref odd.csv --time ts --exit-zero cur.csv
  [[ "$stderr" == *'rows depend on those before them in "x": 30000 reference values are worth '* ]]
  awk -F, 'NR == 1 { print; next } { print (NR % 2 ? 1767571200 : 1767571300) "," $2 }' ref.csv >instants.csv
  run --separate-stderr dw-compare --ref instants.csv --time ts --exit-zero cur.csv
  [[ "$stderr" == *'--time ts: whether rows of the reference depend on each other is not known: it has too many rows at one time'* ]]
  [[ "$output" != *dependence* ]]
  sed '2,$s/^[0-9]*/soon/' ref.csv >untold.csv
  run --separate-stderr dw-compare --ref untold.csv --time ts --exit-zero cur.csv
  [[ "$stderr" == *'--time ts: whether rows of the reference depend on each other is not known: none of its rows has a time'* ]]
  run --separate-stderr dw-compare --ref ref.csv --time nosuch --exit-zero cur.csv
  [ "$stderr" = 'dw-compare: warning: --time: there is no column "nosuch"; there are ts, x' ]
}

@test "whole days of a daily cycle are compared without it, parts of a day with it" {
  rows 0 1.5 0 1008 5 >ref.csv
  rows 0 1.5 1008 48 6 >day.csv
  awk -F, 'NR == 1 { print; next } { print $1 "," $2 + 1 }' day.csv >shifted.csv
  head -n 21 shifted.csv >part.csv
  run --separate-stderr dw-compare --ref ref.csv --time ts day.csv
  [ "$status" -eq 0 ]
  [[ "$stderr" == *'"x" goes with the hour of the day: the current rows cover whole days, whose cycle is not counted as dependence' ]]
  jq -e '.dependence[0] | .autocorrelation_time > 8 and .rest_autocorrelation_time < 1.5 and .whole_cycles and .current_effective > 30' \
    <<<"${lines[-1]}"
  run --separate-stderr dw-compare --ref ref.csv --time ts shifted.csv
  [ "$status" -eq 1 ]
  run --separate-stderr dw-compare --ref ref.csv --time ts --exit-zero part.csv
  [[ "$stderr" == *'--match hour compares the same ones, or compare whole days'* ]]
  jq -e '.dependence[0] | .whole_cycles == false and .current_effective < 5' <<<"${lines[-1]}"
}
