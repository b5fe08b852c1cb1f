# dw-compare --match: like is compared with like.

setup() {
  bats_require_minimum_version 1.5.0
  PATH="${DW_BIN:-$BATS_TEST_DIRNAME/../bin}:$PATH"
  cd "$BATS_TEST_TMPDIR" || return 1
}

# DAYS HOURS ROWS SHIFT SEED: rows whose level goes with the hour, three times their noise; some cells of k are missing at night only
cycle() {
  awk -v days="$1" -v hours="$2" -v rows="$3" -v shift_="$4" -v seed="$5" 'BEGIN { srand(seed); print "ts,x,c,k"
    split(days, d, "-"); split(hours, h, "-")
    for (i = d[1]; i <= d[2]; i++) for (j = h[1]; j <= h[2]; j++) for (n = 0; n < rows; n++) {
      x = 3 * sin(6.2831853 * j / 24) + sqrt(-2 * log(1 - rand())) * cos(6.2831853 * rand()) + shift_
      printf "2026-05-%02dT%02d:%02d:00Z,%.6f,%s,%s\n", i, j, int(60 * rand()), x, (j < 12 ? (rand() < 0.9 ? "a" : "b") : (rand() < 0.1 ? "a" : "b")), (j < 6 && rand() < 0.5 ? "" : int(3 * rand())) } }'
}

summary() { echo "${output##*$'\n'}"; }

@test "an hour is held against the same hour: no alarm of the cycle, and one of a shift" {
  cycle 1-21 0-23 10 0 1 >ref.csv
  cycle 22-22 3-5 20 0 2 >night.csv
  cycle 22-22 3-5 20 1 3 >moved.csv
  run --separate-stderr dw-compare --ref ref.csv --time ts night.csv # which cannot tell the night from a drift, and says what can
  [[ $stderr == *'go with the hour of the day: --match hour compares the same ones'* ]]
  run -0 --separate-stderr dw-compare --ref ref.csv --time ts --match hour night.csv
  [ -z "$stderr" ]
  [[ "$(summary)" == *'"match":{"by":"hour","zone":"UTC","cells":3,"reference_rows":630,"current_rows":60}'* ]]
  grep -q '"check":"missing_values","column":"k","type":"categorical","method":"mantel_haenszel"' <<<"$output"
  grep -q '"matched":{"cells":3,"reference":630,"current":60}' <<<"$output"
  run -1 --separate-stderr dw-compare --ref ref.csv --time ts --match hour moved.csv
  [[ "$(summary)" == *'"drifted_columns":["x"]'* ]]
}

@test "a report says which rows were held against which" {
  cycle 1-21 0-11 10 0 1 >ref.csv
  cycle 22-22 10-13 20 0 2 >half.csv
  dw-compare --ref ref.csv --time ts --match hour --output half.ndjson half.csv
  run -0 --separate-stderr dw-report half.ndjson
  [[ "$(tr '\n' ' ' <<<"$output")" == *'Like with like, by hour on the clock of UTC: 420 and 40 rows in 2 common cells.'* ]]
  run -0 --separate-stderr dw-report --format html half.ndjson
  [[ "$output" == *'Like with like'* ]]
}

@test "--window and --split: the same records, the same findings" {
  { cycle 1-21 0-23 4 0 1; cycle 22-22 0-23 4 1 2 | tail -n +2; } >all.csv
  cycle 1-21 0-23 4 0 1 >ref.csv
  cycle 22-22 0-23 4 1 2 >now.csv
  run -1 --separate-stderr dw-compare --ref ref.csv --time ts --match hour now.csv
  sed 's/,"made_by".*//' <<<"$output" >expected
  run -1 --separate-stderr dw-compare --split 2026-05-22 --time ts --match hour all.csv
  sed 's/,"made_by".*//' <<<"$output" | diff expected -
  run -1 --separate-stderr dw-compare --split 2016 --time ts --match hour all.csv
  sed 's/,"made_by".*//' <<<"$output" | diff expected -
  tail -n 1 all.csv | grep -q '2026-05-22T23'
  sed -i '$s/T23:[0-9]*:/T23:59:/' all.csv
  run -1 --separate-stderr env DW_NOW=2026-05-23T00:00:00Z dw-compare --window 1439m --baseline 30d --time ts --match hour all.csv
  [[ "$(summary)" == *'"match":{"by":"hour","zone":"UTC","cells":24,"reference_rows":2016,"current_rows":96}'* || "$(summary)" == *'"cells":24,'* ]]
}

@test "cells that one side lacks are left out and said; without a common one nothing is judged" {
  cycle 1-21 0-11 10 0 1 >ref.csv
  cycle 22-22 10-13 20 0 2 >half.csv
  cycle 22-22 13-15 20 0 2 >none.csv
  run -0 --separate-stderr dw-compare --ref ref.csv --time ts --match hour half.csv
  [[ "$(summary)" == *'"match":{"by":"hour","zone":"UTC","cells":2,"reference_rows":420,"current_rows":40}'*'"reference_rows":2520,"current_rows":80,'* ]]
  run -5 --separate-stderr dw-compare --ref ref.csv --time ts --match hour none.csv
  [[ "$(summary)" == *'"verdict":"not judged"'*'"cells":0,'* ]]
  [[ "$stderr" == *'no cell of --match has values of the column on both sides'* ]]
}

@test "the clock of a zone: the same hour of the day in summer and in winter" {
  [ -r /usr/share/zoneinfo/Europe/Berlin ] || skip "this machine has no time zone database"
  awk 'BEGIN { srand(1); print "ts,x"; for (i = 1; i <= 28; i++) for (j = 0; j < 40; j++) printf "2026-02-%02dT08:%02d:00Z,%f\n", i, j, rand() }' >winter.csv
  awk 'BEGIN { srand(2); print "ts,x"; for (j = 0; j < 40; j++) printf "2026-07-01T07:%02d:00Z,%f\n", j, rand() }' >summer.csv
  run -5 --separate-stderr dw-compare --ref winter.csv --time ts --match hour summer.csv
  run -0 --separate-stderr dw-compare --ref winter.csv --time ts --match hour --zone Europe/Berlin summer.csv
  [[ "$(summary)" == *'"match":{"by":"hour","zone":"Europe/Berlin","cells":1,"reference_rows":1120,"current_rows":40}'* ]]
}

@test "every cell, any number of threads, CSV and NDJSON: one answer" {
  cycle 1-28 0-23 3 0 1 >ref.csv
  cycle 29-30 0-23 3 0.5 2 >now.csv
  for cell in hour weekday hour-of-week month season; do
    run --separate-stderr dw-compare --ref ref.csv --time ts --match $cell --threads 1 now.csv
    [ "$status" -le 1 ] && [ -z "$stderr" ]
    expected=$(sed 's/,"made_by".*//' <<<"$output")
    [[ "$(summary)" == *"\"match\":{\"by\":\"$cell\""* ]]
    [[ $cell == h* ]] || [ "${DW_SUITE:-}" = full ] || continue # hours, and hours of the week
    run --separate-stderr dw-compare --ref ref.csv --time ts --match $cell --threads 3 now.csv
    [ "$(sed 's/,"made_by".*//' <<<"$output")" = "$expected" ]
  done
}

@test "a category that a cell never saw, values beyond its range, and lost columns" {
  cycle 1-21 0-23 10 0 1 >ref.csv
  cycle 22-22 3-5 20 0 2 | awk -F, -v OFS=, 'NR > 1 { if (NR % 4 == 0) $3 = "new"; if (NR % 5 == 0) $2 = 9 } 1' >odd.csv
  run -1 --separate-stderr dw-compare --ref ref.csv --time ts --match hour odd.csv
  grep '"check":"categorical_values","column":"c"' <<<"$output" | grep -q '"drift":true' || grep '"column":"c"' <<<"$output" | grep '"exceedance"' | grep -q '"drift":true'
  grep '"column":"x"' <<<"$output" | grep '"exceedance"' | grep -q '"drift":true'
  cycle 22-22 3-5 20 0 2 | cut -d, -f1-3 >lost.csv
  run -1 --separate-stderr dw-compare --ref ref.csv --time ts --match hour lost.csv
  grep -q '"change":"missing_column"' <<<"$output"
}

@test "texts are not compared within cells, and that is said" {
  awk 'BEGIN { srand(1); print "ts,t,x"; for (i = 1; i <= 20; i++) for (j = 0; j < 20; j++) { t = ""; for (k = 0; k < 12; k++) t = t " word" int(500 * rand()); printf "2026-05-%02dT08:00:00Z,%s,%f\n", i, t, rand() } }' >t.csv
  run -0 --separate-stderr dw-compare --split 300 --time ts --match hour t.csv
  [[ "$(summary)" == *'"not_judged":[{"column":"t",'*'--match compares numbers and categories'* ]]
}

@test "a sketch of the numbers answers too, and says so" {
  cycle 1-21 0-23 60 0 1 >ref.csv
  cycle 22-23 0-23 60 0 2 >same.csv
  cycle 22-23 0-23 60 1 3 >moved.csv
  run -0 --separate-stderr dw-compare --ref ref.csv --time ts --match hour --memory 1M same.csv
  grep '"column_drift","column":"x"' <<<"$output" | grep -q '"approximate":true'
  run -1 --separate-stderr dw-compare --ref ref.csv --time ts --match hour --memory 1M moved.csv
}

@test "what does not go with --match is a mistake in the call" {
  cycle 1-2 0-3 2 0 1 >ref.csv
  for odd in '--by c' '--method ks' '--preset evidently' '--preset nannyml' '--multivariate mmd' '--sequential state' "--vector x"; do
    # shellcheck disable=SC2086
    run -2 --separate-stderr dw-compare --ref ref.csv --time ts --match hour $odd ref.csv
    [[ "$stderr" == *--match*"${odd%% *}"* ]]
  done
  run -2 --separate-stderr dw-compare --ref ref.csv --match hour ref.csv
  [[ "$stderr" == *'--match needs --time COLUMN'* ]]
  run -2 --separate-stderr dw-compare --preset evidently --ref ref.csv --time ts --zone UTC ref.csv
  [[ "$stderr" == *'--zone goes with --match'* ]]
  run -2 --separate-stderr dw-compare --ref ref.csv --time ts --match hour --zone Mars/Olympus ref.csv
  [[ "$stderr" == *'"Mars/Olympus" is no zone'* ]]
  run -2 --separate-stderr dw-compare --ref ref.csv --time ts --match fortnight ref.csv
}

@test "a record without its time stops the run, or is left out and counted" {
  cycle 1-2 0-3 5 0 1 >ref.csv
  { cat ref.csv; echo 'soon,1,a,1'; } >bad.csv
  run -3 --separate-stderr dw-compare --ref ref.csv --time ts --match hour bad.csv
  [[ "$stderr" == *'bad.csv:42:'*'is not a time'* ]]
  run -0 --separate-stderr dw-compare --ref ref.csv --time ts --match hour --on-error skip bad.csv
  [[ "$(summary)" == *'"skipped_records":1'* ]]
  run -3 --separate-stderr dw-compare --split 20 --time ts --match hour bad.csv
}
