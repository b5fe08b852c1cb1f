# dw-compare: what a column is, whatever single cells look like and whatever format they came in.

setup() {
  bats_require_minimum_version 1.5.0
  PATH="${DW_BIN:-$BATS_TEST_DIRNAME/../bin}:$PATH"
  cd "$BATS_TEST_TMPDIR" || return 1
}

# numbers SEED MEAN: 2,000 amounts of standard deviation 10 and another column, as CSV; STRAY in line 702 unless empty.
numbers() {
  STRAY=${3-} awk -v seed="$1" -v mean="$2" 'BEGIN {
    stray = ENVIRON["STRAY"]; srand(seed); print "x,n"
    for (i = 0; i < 2000; i++) {
      s = 0; for (k = 0; k < 12; k++) s += rand()
      x = sprintf("%.2f", mean + 10 * (s - 6)); n = int(rand() * 1000)
      print (i == 700 && stray != "" ? stray : x) "," n
    }
  }'
}

# json: the CSV on standard input as NDJSON: numbers bare (the column QUOTED in quotes), other texts in quotes.
json() {
  awk -F, -v quoted="${1-}" 'NR == 1 { for (i = 1; i <= NF; i++) name[i] = $i; next }
    { line = ""
      for (i = 1; i <= NF; i++) {
        v = $i; gsub(/^"|"$/, "", v)
        bare = name[i] != quoted && (v ~ /^-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][0-9]+)?$/ || v == "true" || v == "false")
        gsub(/\\/, "&&", v)
        line = line (i > 1 ? "," : "") "\"" name[i] "\":" (bare ? v : "\"" v "\"")
      }
      print "{" line "}" }'
}

# what STATUS FILE: the findings without the names of files, the summary without what made it.
plain() { jq -c 'del(.made_by) | del(.detail.strays)'; }

@test "one stray cell among numbers, on either side: a shift is found, no shift is none, and the stray is named with its line" {
  numbers 1 50 >clean.csv
  numbers 2 60 >shift.csv
  numbers 3 50 >same.csv
  json <shift.csv >shift.ndjson
  json <same.csv >same.ndjson
  for stray in NaT true '\N' - '?' '#DIV/0!' unknown inf-like None. '(null)' 'n.a.' 1.2.3 2026-01-31; do
    numbers 1 50 "$stray" >ref.csv
    json <ref.csv >ref.ndjson
    for form in csv ndjson; do
      run -1 --separate-stderr dw-compare --ref ref.$form shift.$form
      [ -z "$stderr" ]
      line=$([ $form = csv ] && echo 702 || echo 701)
      jq -e --arg stray "$stray" --argjson line "$line" --arg file ref.$form -s 'any(.[]; .check == "schema" and .column == "x" and (.drift | not) and
        .detail == {change: "stray_values", strays: {reference: {count: 1, first: [{value: $stray, file: $file, line: $line}]}, current: {count: 0, first: []}}}) and
        any(.[]; .check == "column_drift" and .column == "x" and .type == "numeric" and .drift) and
        any(.[]; .check == "missing_values" and .column == "x" and .reference.missing == 1)' <<<"$output"
      run -0 --separate-stderr dw-compare --ref ref.$form same.$form
      run -0 --separate-stderr dw-compare --ref same.$form ref.$form
      jq -e -s 'any(.[]; .check == "schema" and (.detail.strays.current.count == 1))' <<<"$output"
    done
  done
  for mark in '""' N/A '#N/A' NA null; do # missing to CSV, strays in NDJSON
    numbers 1 50 "$mark" >ref.csv
    json x <ref.csv | sed 's/"x":"\([-0-9.]*[0-9]\)"/"x":\1/' >ref.ndjson
    run -1 --separate-stderr dw-compare --ref ref.csv shift.csv
    run -1 --separate-stderr dw-compare --ref ref.ndjson shift.ndjson
    jq -e -s 'any(.[]; .check == "schema" and .detail.strays.reference.first[0].line == 701)' <<<"$output"
  done
}

@test "a column stays one of numbers with strays of one in twenty; beyond, nobody is told that it did not change" {
  some() { awk -v every="$2" 'NR > 1 && NR % every == 0 { sub(/^[^,]*/, "?" NR) } 1' "$1"; }
  numbers 1 50 >clean.csv
  numbers 2 60 >shift.csv
  some clean.csv 20 >ref.csv
  run -1 --separate-stderr dw-compare --ref ref.csv --columns x shift.csv
  jq -e -s 'any(.[]; .check == "column_drift" and .type == "numeric" and .drift) and any(.[]; .detail.change? == "stray_values" and .detail.strays.reference.count == 100 and
    (.detail.strays.reference.first | length) == 5)' <<<"$output"
  some clean.csv 15 >now.csv # too many on the other side: values of another kind, which is drift, and more missing ones
  run -1 --separate-stderr dw-compare --ref clean.csv --columns x now.csv
  jq -e -s 'any(.[]; .detail.change? == "type_changed" and .drift) and any(.[]; .check == "missing_values" and .drift) and any(.[]; .check == "column_drift" and (.drift | not))' <<<"$output"
}

@test "strays are nothing to segments, windows, splits, watches and the joint methods" {
  with() { numbers "$1" "$2" "${3-}" | awk -F, -v seed="$1" 'BEGIN { srand(seed) } NR == 1 { print "ts,where,label," $0; next } {
    printf "2026-01-%02dT%02d:%02d:00Z,%s,%d,%s\n", 1 + NR / 1440, NR / 60 % 24, NR % 60, (NR % 2 ? "here" : "there"), rand() < 0.5, $0 }'; }
  with 1 50 NaT >ref.csv
  with 2 60 >shift.csv
  { cat ref.csv; tail -n +2 shift.csv; } >both.csv
  run -1 --separate-stderr dw-compare --time ts --ref ref.csv --by where --columns x shift.csv
  jq -e -s 'all(.[]; .column != "x" or .type == "numeric") and ([.[] | select(.segment and .drift and .column == "x")] | length) >= 2' <<<"$output"
  run -1 --separate-stderr dw-compare --time ts --split 2000 --columns x both.csv
  jq -e -s 'any(.[]; .detail.change? == "stray_values" and .detail.strays.reference.first == [{value: "NaT", file: "both.csv", line: 702}])' <<<"$output"
  run -1 --separate-stderr dw-compare --time ts --ref ref.csv --sequential state --columns x shift.csv
  jq -e -s 'any(.[]; .method == "sequential" and .check == "column_drift" and .type == "numeric" and .drift)' <<<"$output"
  run -1 --separate-stderr dw-compare --time ts --ref ref.csv --multivariate domain_classifier --columns x,n shift.csv
  jq -e -s 'any(.[]; .check == "multivariate_drift" and .drift and (.detail.features[0].name // .detail.features[0].column | startswith("x")))' <<<"$output"
  run -1 --separate-stderr dw-compare --time ts --ref ref.csv --preset nannyml --columns x shift.csv
  jq -e -s 'any(.[]; .check == "column_drift" and .type == "numeric" and .drift) and any(.[]; .detail.change? == "stray_values")' <<<"$output"
  run -0 --separate-stderr dw-calibrate thresholds --ref ref.csv --columns x --runs 50
  jq -e -s 'any(.[]; .column == "x" and .method != "exceedance")' <<<"$output"
}

@test "numbers written as text are judged where --types says so" {
  numbers 1 50 >ref.csv
  numbers 2 60 >shift.csv
  numbers 3 50 >same.csv
  forms() { # NAME: decimals as text, decimal commas, currencies, percent, thousands
    json x <$1.csv >$1-quoted.ndjson
    awk -F, 'NR > 1 { sub(/\./, ",", $1); $1 = "\"" $1 "\"" } { print $1 "," $2 }' $1.csv >$1-comma.csv
    awk -F, 'NR > 1 { $1 = "€ " $1 } { print $1 "," $2 }' $1.csv >$1-euro.csv
    awk -F, 'NR > 1 { $1 = $1 " %" } { print $1 "," $2 }' $1.csv >$1-percent.csv
    awk -F, 'NR > 1 { $1 = "\"1," sprintf("%06.2f", $1) "\"" } { print $1 "," $2 }' $1.csv >$1-thousands.csv
  }
  for side in ref shift same; do forms $side; done
  for form in quoted.ndjson comma.csv euro.csv percent.csv thousands.csv; do
    run -1 --separate-stderr dw-compare --types x=numeric --ref ref-$form shift-$form
    jq -e -s 'any(.[]; .check == "column_drift" and .column == "x" and .type == "numeric" and .drift and (.effect_size > 0.8))' <<<"$output"
    run -0 --separate-stderr dw-compare --types x=numeric --ref ref-$form same-$form
    jq -e -s 'all(.[]; .check != "schema") and any(.[]; .check == "column_drift" and .column == "x" and .type == "numeric")' <<<"$output"
  done
  # the same numbers in any form give the same findings
  dw-compare --types x=numeric --ref ref.csv shift.csv | plain >want || true
  for form in quoted.ndjson comma.csv euro.csv percent.csv; do
    dw-compare --types x=numeric --ref ref-$form shift-$form | plain | cmp - want
  done
  dw-compare --types x=numeric --ref ref.csv shift-quoted.ndjson | plain | cmp - want
  dw-compare --types x=numeric --ref ref-quoted.ndjson shift.csv | plain | cmp - want
}

@test "what stays no number in a column declared numeric is a stray" {
  numbers 1 50 >ref.csv
  numbers 2 50 >now.csv
  comma() { awk -F, 'NR > 1 { sub(/\./, ",", $1); $1 = "\"" $1 "\"" } '"${1-}"' { print $1 "," $2 }'; }
  comma 'NR == 500 { $1 = "?" } NR == 900 { $1 = "12;5" }' <ref.csv >comma.csv
  comma <now.csv >comma-now.csv
  run -0 --separate-stderr dw-compare --types x=numeric --ref comma.csv comma-now.csv
  jq -e -s 'any(.[]; .detail.strays.reference? == {count: 2, first: [{value: "?", file: "comma.csv", line: 500}, {value: "12;5", file: "comma.csv", line: 900}]})' <<<"$output"
  run -3 --separate-stderr dw-compare --types x=numeric --ref comma.csv now.csv
  [ "$stderr" = 'dw-compare: column "x" has decimal commas as well as numbers with a point, which may stand before decimals or between thousands: write one of them' ]
  sed 's/[0-9]",/&/; s/\(,[0-9][0-9]\)"/\15"/' comma-now.csv >three.csv
  run -3 --separate-stderr dw-compare --types x=numeric --ref three.csv three.csv
  [ "$stderr" = 'dw-compare: column "x": the comma of numbers such as 1,234 may stand before decimals or between thousands, and no other number says which: write a point, or no separator' ]
}
