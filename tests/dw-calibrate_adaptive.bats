# dw-calibrate adaptive: thresholds from past runs, and the history of them.

setup() {
  bats_require_minimum_version 1.5.0
  PATH="${DW_BIN:-$BATS_TEST_DIRNAME/../bin}:$PATH"
  cd "$BATS_TEST_TMPDIR" || return 1
}

rows() { awk -v n="$1" -v seed="$2" -v by="${3:-0}" 'BEGIN { srand(seed); for (i = 0; i < n; i++) printf "{\"x\":%.6f,\"y\":%.6f}\n", rand() + by, rand() }'; }

runs() { # FIRST LAST: past runs, a file each
  [ -e ref ] || rows 300 1 >ref
  for i in $(seq "$1" "$2"); do rows 100 $((i + 1)) | dw-compare --ref ref --method wasserstein,ks --exit-zero --output "run$i"; done
}

@test "mean and deviations of twelve runs; dw-compare takes them" {
  runs 1 12
  run -0 --separate-stderr dw-calibrate adaptive --output t run1 run2 run3 run4 run5 run6 run7 run8 run9 run10 run11 run12
  [ -z "$stderr" ]
  [ -z "$output" ]
  grep -q '^{"kind":"threshold","check":"column_drift","column":"x","method":"wasserstein","threshold":0[.0-9]*,"rule":">","rows":100,"reference_rows":300,"mean":.*"sigma":2,"runs":12}$' t
  tail -n 1 t | grep -q '^{"kind":"thresholds","count":[45],"runs":12,"sigma":2,"made_by":\[{"command":"dw-calibrate"'
  # By hand: the statistics of x, their mean and standard deviation.
  cat run? run1? | grep '"kind":"finding".*"column":"x".*"method":"wasserstein"' | sed 's/.*"statistic":\([^,]*\),.*/\1/' |
    awk '{ s += $1; q += $1 * $1 } END { m = s / NR; printf "%.9f\n", m + 2 * sqrt((q - NR * m * m) / (NR - 1)) }' >want
  sed -n 's/.*"column":"x","method":"wasserstein","threshold":\([^,]*\),.*/\1/p' t | awk '{ printf "%.9f\n", $1 }' | cmp - want
  rows 100 77 2 >far
  run -1 --separate-stderr dw-compare --ref ref --thresholds t far
  [[ "$output" == *'"column":"x","type":"numeric","method":"wasserstein"'*'"calibrated":true,"drift":true'* ]]
}

@test "a history grows run by run, and is enough after ten" {
  runs 1 11
  for past in $(seq 1 9); do
    run -5 --separate-stderr dw-calibrate adaptive --history h "run$past"
    [ "$stderr" = "dw-calibrate: $past past runs are too few: at least 10 are wanted (--least)" ]
  done
  run -0 --separate-stderr dw-calibrate adaptive --history h <run10
  [ "$(grep -c '"kind":"summary"' h)" -eq 10 ]
  run ! grep -q histogram h
  run -0 --separate-stderr dw-calibrate adaptive --history h --runs 10 --output from_history run11
  [ "$(grep -c '"kind":"summary"' h)" -eq 11 ]
  dw-calibrate adaptive --output from_files run2 run3 run4 run5 run6 run7 run8 run9 run10 run11
  diff <(grep '"threshold"' from_history) <(grep '"threshold"' from_files)
  # Nothing new: the thresholds of the history alone.
  dw-calibrate adaptive --history h --runs 10 --output again /dev/null
  diff <(grep '"threshold"' from_history) <(grep '"threshold"' again)
}

@test "a history that is no history stays as it is" {
  runs 1 2
  echo 'notes of mine' >h
  run -3 --separate-stderr dw-calibrate adaptive --history h run1
  [ "$(cat h)" = 'notes of mine' ]
  dw-calibrate adaptive --least 2 --output /dev/null run1 run2
  head -n 2 run1 >cut
  cp run1 h
  run -3 --separate-stderr dw-calibrate adaptive --history h cut
  [[ "$stderr" == *'no summary at the end'* ]]
  cmp h run1
}

@test "mistakes in the call" {
  run -5 --separate-stderr dw-calibrate adaptive /dev/null
  run -2 --separate-stderr dw-calibrate adaptive --least 20 --runs 10 /dev/null
  [[ "$stderr" == *'--least 20 is more than --runs 10'* ]]
  run -2 --separate-stderr dw-calibrate adaptive --sigma -1
  run -4 --separate-stderr dw-calibrate adaptive nope
  run -2 --separate-stderr dw-calibrate adaptive --ref x
  [[ "$stderr" == *'unknown option --ref'* ]]
}
