# dw-compare: what a column is, whatever single cells look like and whatever format they came in.

load written_columns

@test "one stray cell among numbers, on either side: a shift is found, no shift is none, and the stray is named with its line" {
  numbers 1 50 >clean.csv
  numbers 2 60 >shift.csv
  numbers 3 50 >same.csv
  json <shift.csv >shift.ndjson
  json <same.csv >same.ndjson
  strays=(true - '?' '#DIV/0!' unknown inf-like None. '(null)' 'n.a.' 1.2.3 2026-01-31)
  for ((turn = 0; turn < ${#strays[@]}; turn++)); do
    stray=${strays[turn]} own=csv
    [ $((turn % 2)) -eq 0 ] || own=ndjson
    numbers 1 50 "$stray" >ref.csv
    json <ref.csv >ref.ndjson
    for form in csv ndjson; do
      # the two forms in turn; DW_SUITE=full: each stray in both
      [ "${DW_SUITE:-}" = full ] || [ $form = $own ] || continue
      line=701
      [ $form = ndjson ] || line=702
      run -1 --separate-stderr dw-compare --ref ref.$form shift.$form
      [ -z "$stderr" ]
      echo "$output" >moved
      run -0 --separate-stderr dw-compare --ref ref.$form same.$form
      run -0 --separate-stderr dw-compare --ref same.$form ref.$form
      jq -en --arg stray "$stray" --argjson line "$line" --arg file ref.$form --slurpfile moved moved --slurpfile back <(echo "$output") '
        ($moved | any(.[]; .check == "data_quality" and .column == "x" and (.drift | not) and
          .detail == {kind: "stray_values", strays: {reference: {count: 1, first: [{value: $stray, file: $file, line: $line}]}, current: {count: 0, first: []}}}) and
        any(.[]; .check == "column_drift" and .column == "x" and .type == "numeric" and .drift) and
        any(.[]; .check == "missing_values" and .column == "x" and .reference.missing == 1)) and
        ($back | any(.[]; .check == "data_quality" and (.detail.strays.current.count == 1)))'
    done
  done
  for mark in '""' N/A '#N/A' NA null NaT '\N'; do # missing, and no strays
    numbers 1 50 "$mark" >ref.csv
    json x <ref.csv | sed 's/"x":"\([-0-9.]*[0-9]\)"/"x":\1/' >ref.ndjson
    run -1 --separate-stderr dw-compare --ref ref.csv shift.csv
    run -1 --separate-stderr dw-compare --ref ref.ndjson shift.ndjson
    jq -e -s 'all(.[]; .check != "data_quality") and any(.[]; .check == "missing_values" and .column == "x" and .reference.missing == 1)' <<<"$output"
  done
}

@test "a column stays one of numbers with strays of one in twenty; beyond, nobody is told that it did not change" {
  some() { awk -v every="$2" 'NR > 1 && NR % every == 0 { sub(/^[^,]*/, "?" NR) } 1' "$1"; }
  numbers 1 50 >clean.csv
  numbers 2 60 >shift.csv
  some clean.csv 20 >ref.csv
  run -1 --separate-stderr dw-compare --ref ref.csv --columns x shift.csv
  jq -e -s 'any(.[]; .check == "column_drift" and .type == "numeric" and .drift) and any(.[]; .detail.kind? == "stray_values" and .detail.strays.reference.count == 100 and
    (.detail.strays.reference.first | length) == 5)' <<<"$output"
  some clean.csv 15 >now.csv # too many on the other side: values of another kind, which is drift, and more missing ones
  run -1 --separate-stderr dw-compare --ref clean.csv --columns x now.csv
  jq -e -s 'any(.[]; .detail.change? == "type_changed" and .drift) and any(.[]; .check == "missing_values" and .drift) and any(.[]; .check == "column_drift" and (.drift | not))' <<<"$output"
}

@test "strays are nothing to segments, windows, splits, watches and the joint methods" {
  with() { numbers "$1" "$2" "${3-}" | awk -F, -v seed="$1" 'BEGIN { srand(seed) } NR == 1 { print "ts,where,label," $0; next } {
    printf "2026-01-%02dT%02d:%02d:00Z,%s,%d,%s\n", 1 + NR / 1440, NR / 60 % 24, NR % 60, (NR % 2 ? "here" : "there"), rand() < 0.5, $0 }'; }
  with 1 50 ? >ref.csv
  with 2 60 >shift.csv
  { cat ref.csv; tail -n +2 shift.csv; } >both.csv
  run -1 --separate-stderr dw-compare --time ts --ref ref.csv --by where --columns x shift.csv
  jq -e -s 'all(.[]; .column != "x" or .type == "numeric") and ([.[] | select(.segment and .drift and .column == "x")] | length) >= 2' <<<"$output"
  run -1 --separate-stderr dw-compare --time ts --split 2000 --columns x both.csv
  jq -e -s 'any(.[]; .detail.kind? == "stray_values" and .detail.strays.reference.first == [{value: "?", file: "both.csv", line: 702}])' <<<"$output"
  run -1 --separate-stderr dw-compare --time ts --ref ref.csv --sequential state --columns x shift.csv
  jq -e -s 'any(.[]; .method == "sequential" and .check == "column_drift" and .type == "numeric" and .drift)' <<<"$output"
  run -1 --separate-stderr dw-compare --time ts --ref ref.csv --multivariate domain_classifier --columns x,n shift.csv
  jq -e -s 'any(.[]; .check == "multivariate_drift" and .drift and (.detail.features[0].name // .detail.features[0].column | startswith("x")))' <<<"$output"
  run -1 --separate-stderr dw-compare --time ts --ref ref.csv --preset nannyml --columns x shift.csv
  jq -e -s 'any(.[]; .check == "column_drift" and .type == "numeric" and .drift) and any(.[]; .detail.kind? == "stray_values")' <<<"$output"
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
  run -0 --separate-stderr dw-compare --types x=numeric --ref three.csv three.csv
  [ "$stderr" = 'dw-compare: warning: "x": the comma of numbers such as 1,234 is taken to separate thousands; --decimal , says otherwise, --decimal . that it does' ]
  sed '2s/.*/4711,1/; 3s/.*/4712,1/' three.csv >four.csv
  for k in $(seq 4 120); do echo "$((4000 + k)),1"; done >>four.csv
  run -3 --separate-stderr dw-compare --types x=numeric --ref four.csv four.csv
  [ "$stderr" = 'dw-compare: column "x": the comma of numbers such as 1,234 may stand before decimals or between thousands, and no other number says which: --decimal says it' ]
}

@test "--decimal of CSV leaves the numbers of NDJSON, and decimals as text, what they are" {
  numbers 1 50 >ref.csv
  json <ref.csv >ref.ndjson
  json x <ref.csv >quoted.ndjson
  sed '1s/,/;/; 1!{s/,/;/; s/\./,/}' ref.csv >comma.csv
  for pair in 'ref.ndjson comma.csv' 'comma.csv quoted.ndjson' 'quoted.ndjson comma.csv'; do
    run -0 --separate-stderr dw-compare --types x=numeric --decimal , --ref ${pair% *} ${pair#* }
    [ -z "$stderr" ]
    jq -e -s 'any(.[]; .check == "column_drift" and .column == "x" and .type == "numeric" and .statistic == 0)' <<<"$output"
  done
}

# --- CSV against NDJSON ---

# column KIND SEED CHANGED FORM: 1,500 rows of a tricky column x and of numbers n, as CSV or NDJSON. CHANGED: another distribution of x.
column() {
  awk -v kind="$1" -v seed="$2" -v changed="$3" -v form="$4" '
    function pick(list, count,   u) { split(list, choice, " "); u = rand(); if (changed) u = u * u; return choice[1 + int(u * count)] }
    function cell(   u) {
      string = 1 # in NDJSON: a string
      if (kind == "zip") return pick("02134 90210 10001 94105 00501 60601 02139 33101", 8)
      if (kind == "zips") { string = 0; return 10000 + int((changed ? 0.5 : 1) * rand() * 800) }
      if (kind == "text_zips") return 10000 + int((changed ? 0.5 : 1) * rand() * 800)
      if (kind == "country") return pick("NA ZA BW NA DE FR", 6)
      if (kind == "ones") return pick("1 0", 2)
      if (kind == "booleans") { string = 0; return pick("true false", 2) }
      if (kind == "words") return pick("True False", 2)
      if (kind == "versions") return pick("1.10 1.1 1.2 2.0 2.10", 5)
      if (kind == "rooms") return pick("1E5 1E6 2E5 A12", 4)
      if (kind == "long") return "12345678901234567890123456789012" pick("10 11 12 13 14 15", 6)
      if (kind == "snowflakes") { string = 0; return "67512711684598988" pick("0 1 2 3 4 5", 6) }
      if (kind == "empty") return pick("a b c - -", 5)
      if (kind == "null") return pick("null none yes no", 4)
      if (kind == "dates") return pick("2026-01-01 2026-01-02 - 2026-01-03", 4)
      if (kind == "prices") return sprintf("%.2f", (changed ? 60 : 50) + 30 * rand())
      if (kind == "amounts") { string = 0; return sprintf("%.2f", (changed ? 60 : 50) + 30 * rand()) }
    }
    BEGIN {
      srand(seed)
      if (form == "csv") print "x,n"
      for (i = 0; i < 1500; i++) {
        x = cell(); n = int(rand() * 1000)
        if (x == "-") x = ""
        print form == "csv" ? x "," n : "{\"x\":" (string ? "\"" x "\"" : x) ",\"n\":" n "}"
      }
    }'
}

kinds='zip zips text_zips country ones booleans words versions rooms long snowflakes empty null dates prices amounts'

@test "the same rows as CSV and as NDJSON never drift, and agree" {
  for kind in $kinds; do
    for form in csv ndjson; do
      column $kind 1 0 $form >ref.$form
      column $kind 2 0 $form >now.$form
    done
    dw-compare --ref ref.csv now.csv 2>warned | rounded >csv || { echo "$kind"; cat csv; false; }
    for pair in csv:csv csv:ndjson ndjson:csv ndjson:ndjson; do
      run --separate-stderr dw-compare --ref ref.${pair%:*} ref.${pair#*:}
      [ "$status" -eq 0 ] || { echo "$kind $pair: $status $stderr"; return 1; }
      run --separate-stderr dw-compare --ref ref.${pair%:*} now.${pair#*:}
      [ "$status" -eq 0 ] || { echo "$kind $pair, other rows: $status $stderr"; return 1; }
      [ $pair = ndjson:ndjson ] || cmp csv <(rounded <<<"$output") || { echo "$kind $pair differs"; return 1; }
    done
  done
}

@test "a change is found, or said to be beyond judgement, in every pair of formats" {
  for kind in $kinds; do
    for form in csv ndjson; do
      column $kind 1 0 $form >ref.$form
      column $kind 2 1 $form >now.$form
    done
    for pair in csv:csv csv:ndjson ndjson:csv ndjson:ndjson; do
      run --separate-stderr dw-compare --ref ref.${pair%:*} now.${pair#*:}
      case $kind:$pair in
      dates:*) continue ;; # instants are not compared
      text_zips:ndjson:ndjson | prices:ndjson:ndjson) # quantities or codes
        [ "$status" -eq 0 ]
        [[ $stderr == *'not judged: "x": its strings are numbers that hardly repeat'*'--types x=numeric'* ]] ;;
      *) [ "$status" -eq 1 ] && grep -q '"column":"x",.*"drift":true' <<<"$output" ;;
      esac || { echo "$kind $pair: $status $stderr"; return 1; }
    done
  done
}

@test "with the type declared every pair of formats gives the findings of NDJSON against NDJSON" {
  for kind in $kinds; do
    type=categorical
    [[ $kind =~ prices|amounts ]] && type=numeric
    for changed in 0 1; do
      for form in csv ndjson; do
        column $kind 1 0 $form >ref.$form
        column $kind 2 $changed $form >now.$form
      done
      # True and False are booleans to CSV, with names in small letters
      dw-compare --types x=$type --ref ref.ndjson now.ndjson 2>/dev/null | plain | sed 's/"True"/"true"/g; s/"False"/"false"/g' >want || true
      [[ $(tail -n 1 want) == *'"drift":'"$([ $changed = 1 ] && echo true || echo false)"* ]] || { echo "$kind $changed"; tail -n 1 want; return 1; }
      for pair in csv:csv csv:ndjson ndjson:csv; do
        dw-compare --types x=$type --ref ref.${pair%:*} now.${pair#*:} 2>/dev/null | plain | sed 's/"True"/"true"/g; s/"False"/"false"/g' | cmp - want || { echo "$kind $pair $changed"; return 1; }
      done
    done
  done
}

@test "codes that are equal as numbers are different where they are declared to be texts, in both formats" {
  codes() { # FORM A B: half the rows each
    awk -v form="$1" -v a="$2" -v b="$3" 'BEGIN { if (form == "csv") print "x,n"
      for (i = 0; i < 600; i++) { x = i % 2 ? a : b; print form == "csv" ? x "," i : "{\"x\":" x ",\"n\":" i "}" } }'
  }
  while read -r a b; do
    for form in csv ndjson; do
      codes $form "$a" "$b" >ref.$form
      codes $form "$a" "$a" >now.$form
    done
    for pair in csv:csv csv:ndjson ndjson:csv ndjson:ndjson; do
      run -1 --separate-stderr dw-compare --types x=categorical --ref ref.${pair%:*} now.${pair#*:}
      jq -e -s --arg gone "$b" 'any(.[]; .check == "column_drift" and .column == "x" and .drift) and
        any(.[]; .check == "new_categories" and .detail.vanished == [{value: $gone, count: 300}])' <<<"$output" >/dev/null
    done
  done <<'END'
1.10 1.1
1E5 100000
9007199254740993 9007199254740992
1234567890123456789012345678901234 1234567890123456789012345678901235
END
}

@test "NA as a missing value of one writer and null of the other are the same; as Namibia it is a value" {
  awk 'BEGIN { print "x,n"; for (i = 0; i < 900; i++) print (i % 3 == 0 ? "NA" : i % 3 == 1 ? "de" : "fr") "," i }' >r.csv
  awk 'BEGIN { for (i = 0; i < 900; i++) print "{\"x\":" (i % 3 == 0 ? "null" : i % 3 == 1 ? "\"de\"" : "\"fr\"") ",\"n\":" i "}" }' >null.ndjson
  sed 's/"x":null/"x":"NA"/' null.ndjson >namibia.ndjson
  for types in '' '--types x=categorical'; do
    run -0 --separate-stderr dw-compare $types --ref r.csv null.ndjson
    run -0 --separate-stderr dw-compare $types --ref null.ndjson r.csv
    run -0 --separate-stderr dw-compare $types --ref r.csv namibia.ndjson
    run -0 --separate-stderr dw-compare $types --ref namibia.ndjson r.csv
  done
  run -0 --separate-stderr dw-compare --ref null.ndjson namibia.ndjson # the same writer
  run -1 --separate-stderr dw-compare --missing x= --ref null.ndjson namibia.ndjson
}

@test "instants that one format has as text: an error that names the column, not drift" {
  awk 'BEGIN { print "v,t,n"; for (i = 0; i < 900; i++) printf "\"[%d, %d.5]\",2026-01-01T00:%02d:00Z,%d\n", i % 7, i % 5, i % 60, i }' >text.csv
  awk 'BEGIN { for (i = 0; i < 900; i++) printf "{\"v\":[%d,%d.5],\"t\":%d,\"n\":%d}\n", i % 7, i % 5, 1767225600 + 60 * (i % 60), i }' >plain.ndjson
  run -3 --separate-stderr dw-compare --ref plain.ndjson text.csv
  [ "$stderr" = "dw-compare: column \"t\" has instants as text in the current data (CSV) and numbers in the reference (NDJSON), which cannot be compared: leave it out (--exclude 't')" ]
  run -0 --separate-stderr dw-compare --exclude t --ref text.csv plain.ndjson
}

@test "vectors of CSV are those of NDJSON, whatever is asked" {
  vectors() { # SEED MEAN: both formats of the same rows
    awk -v seed="$1" -v mean="$2" -v name="$3" 'BEGIN { srand(seed); print "v,n" >name ".csv"; printf "" >name ".ndjson"
      for (i = 0; i < 300; i++) { list = sprintf("[%.3f, %.2e, %d]", mean + rand(), rand() - 0.5, int(rand() * 9))
        print "\"" list "\"," i >name ".csv"; print "{\"v\":" list ",\"n\":" i "}" >name ".ndjson" } }'
  }
  vectors 1 0 ref
  vectors 2 0 same
  vectors 3 2 moved
  for now in same moved; do
    for option in '' '--types v=vector' '--method v=mmd' '--preset evidently'; do
      want=0
      dw-compare $option --id n --ref ref.ndjson $now.ndjson >want 2>/dev/null || want=$?
      [ "$option$now" != moved ] || [ $want -eq 1 ]
      grep -q '"column":"v","type":"vector"' want
      for pair in csv:csv csv:ndjson ndjson:csv; do
        run -$want --separate-stderr dw-compare $option --id n --ref ref.${pair%:*} $now.${pair#*:}
        cmp <(plain <<<"$output") <(plain <want)
      done
    done
  done
  for type in categorical text; do # in CSV the texts that it has
    run -0 --separate-stderr dw-compare --types v=$type --id n --ref ref.csv ref.csv
    run -3 --separate-stderr dw-compare --types v=$type --id n --ref ref.csv ref.ndjson
    [[ "$stderr" == *'column "v" has text in the reference (CSV) and arrays in the current data (NDJSON), which cannot be compared'* ]]
  done
}

@test "no type that is declared, and no kind of array, makes what CSV has as text drift" {
  # awk prints both formats of the same rows
  both() {
    awk -v cell="$1" 'BEGIN { gsub(/"/, "\"\"", cell); print "a,n"; for (i = 0; i < 300; i++) { text = cell; gsub(/@/, i, text); print "\"" text "\"," i } }' >a.csv
    awk -v cell="$1" 'BEGIN { for (i = 0; i < 300; i++) { text = cell; gsub(/@/, i, text); print "{\"a\":" text ",\"n\":" i "}" } }' >a.ndjson
  }
  while IFS='|' read -r cell what; do
    both "$cell"
    for pair in 'a.csv a.ndjson' 'a.ndjson a.csv'; do
      set -- $pair
      for option in '' '--types a=categorical' '--types a=numeric' '--types a=vector' '--types a=text' '--preset evidently' '--preset nannyml'; do
        run -3 --separate-stderr dw-compare $option --ref "$1" "$2"
        [[ "$stderr" == *"column \"a\" has text in the "*" (CSV) and $what"*"which cannot be compared: leave it out (--exclude 'a')" ]]
        [ -z "$output" ]
      done
      run -0 --separate-stderr dw-compare --exclude a --ref "$1" "$2"
    done
    run -0 --separate-stderr dw-compare --columns n --ref a.csv a.ndjson
  done <<'END'
[{"k":@}]|arrays or empty objects in the 
[[1, 2], [@]]|arrays or empty objects in the 
[{"role":"user","content":"what is @"},{"role":"assistant","content":"it is @"}]|messages in NDJSON, 
[{"type":"text","text":"what is @"}]|messages in NDJSON, 
END
}

@test "--by: values that the formats read differently are an error, and with the type declared the segments are the same" {
  segments() { tail -n 1 | jq -c '.segments | map([.value, .reference_rows, .current_rows]) | sort'; }
  for value in NA 1.10 '' True 1E2; do
    awk -v value="$value" 'BEGIN { print "g,x"; for (i = 0; i < 900; i++) print (i % 3 ? "ZA" : value) "," i * 7 % 100 }' >r.csv
    awk -v value="$value" 'BEGIN { for (i = 0; i < 900; i++) print "{\"g\":\"" (i % 3 ? "ZA" : value) "\",\"x\":" i * 7 % 100 "}" }' >r.ndjson
    for pair in 'r.csv r.ndjson' 'r.ndjson r.csv'; do
      set -- $pair
      run -3 --separate-stderr dw-compare --by g --ref "$1" "$2"
      says="dw-compare: --by: \"$value\" of the column \"g\" is a text in NDJSON and not in CSV, so that the rows of both sides do not come together"
      if [ "$value" = True ]; then
        [ "$stderr" = "$says" ]
        continue
      fi
      [ "$stderr" = "$says: --types 'g=categorical' keeps it in both" ]
      run -0 --separate-stderr dw-compare --by g --types g=categorical --ref "$1" "$2"
      [ "$(segments <<<"$output")" = "$(dw-compare --by g --types g=categorical --ref r.ndjson r.ndjson | segments)" ]
      [ "$(segments <<<"$output" | grep -o '300,300' | wc -l)" -eq 1 ]
      [ "$value" = NA ] || continue
      run -0 --separate-stderr dw-compare --by g --missing g= --ref "$1" "$2" # where it is no mark, CSV has it as a text, too
      [ "$(segments <<<"$output" | grep -o '300,300' | wc -l)" -eq 1 ]
    done
  done
}

@test "strings that are numbers and too many to be read again, against numbers: an error that names the column and the option" {
  awk 'BEGIN { print "price,n"; for (i = 0; i < 12000; i++) print i * 7 % 12007 / 100 "," i }' >ref.csv
  awk 'BEGIN { for (i = 0; i < 12000; i++) print "{\"price\":\"" i * 7 % 12007 / 100 "\",\"n\":" i "}" }' >now.ndjson
  run -3 --separate-stderr dw-compare --ref ref.csv now.ndjson
  [ "$stderr" = "dw-compare: column \"price\" has strings that are numbers in the current data (NDJSON) and numbers in the reference (CSV): say what it holds, --types 'price=numeric' or 'price=categorical'" ]
  run -3 --separate-stderr dw-compare --ref now.ndjson ref.csv
  run -0 --separate-stderr dw-compare --types price=numeric --ref ref.csv now.ndjson
  run -0 --separate-stderr dw-compare --types price=categorical --ref ref.csv now.ndjson
}
