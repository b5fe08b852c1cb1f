# dw-compare: how a value is written, and what that says of its column: versions, marks for a missing value, amounts.

load written_columns

# rows FORM TEXTS: 600 rows whose x goes through the texts; FORM: csv, json (as strings), bare (as JSON values).
rows() {
  awk -v form="$1" -v texts="$2" 'BEGIN { count = split(texts, text, " "); if (form == "csv") print "x,n"
    for (i = 0; i < 600; i++) { x = text[i * 7919 % 601 % count + 1]
      if (form == "csv") print x "," i % 97
      else { gsub(/\\/, "&&", x); print "{\"x\":" (form == "json" ? "\"" x "\"" : x) ",\"n\":" i % 97 "}" } } }'
}

# counted: what column_drift in $output says of x, as TYPE CATEGORY..., the categories of both sides each once, in their order
counted() {
  local line rest list=''
  counted=
  for line in "${lines[@]}"; do
    [[ $line == *'"check":"column_drift","column":"x","type":"'* ]] || continue
    rest=${line#*'"type":"'} counted=${rest%%'"'*}
    while [[ $rest =~ '{"value":"'([^'"']*)'",'(.*) ]]; do list+="${BASH_REMATCH[1]}"$'\n' rest=${BASH_REMATCH[2]}; done
  done
  while read -r line; do counted+=" $line"; done < <(LC_ALL=C sort -u <<<"${list%$'\n'}")
}

@test "versions and long codes are categories by their text, in CSV, NDJSON and between them" {
  turn=0
  while IFS='|' read -r texts want; do
    rows csv "$texts" >r.csv
    rows json "$texts" >r.ndjson
    for pair in r.csv:r.csv r.ndjson:r.ndjson r.csv:r.ndjson r.ndjson:r.csv; do
      # every third, which has all pairs and all texts; DW_SUITE=full: all
      [ $((turn++ % 3)) -eq 0 ] || [ "${DW_SUITE:-}" = full ] || continue
      run -0 --separate-stderr dw-compare --ref ${pair%:*} ${pair#*:}
      counted
      [ "$counted" = "categorical $want" ] || { echo "$texts, $pair: $counted, not $want"; return 1; }
    done
  done <<'END'
1.1 1.10 2.0|1.1 1.10 2.0
1.9 1.10|1.10 1.9
1E5 1E6 200000|1E5 1E6 200000
675127116845989888 675127116845989889 675127116845989890|675127116845989888 675127116845989889 675127116845989890
1.10 2.50 beta|1.10 2.50 beta
END
  rows csv '1.1 1.1 2.0' >r.csv
  rows csv '1.1 1.10 2.0' >now.csv
  run -1 --separate-stderr dw-compare --ref r.csv now.csv
  rows bare '675127116845989888 675127116845989889' >long.ndjson
  rows bare '675127116845989888' >one.ndjson
  run -1 --separate-stderr dw-compare --ref long.ndjson one.ndjson
  jq -e -s 'any(.[]; .check == "new_categories" and .detail.vanished[0].value == "675127116845989889")' <<<"$output"
}

@test "whole numbers written 1 here and 1.0 there are the same, and prices stay quantities" {
  rows csv '1 2 3' >whole.csv
  rows csv '1.0 2.0 3.0' >float.csv
  rows bare '1.0 2.0 3.0' >float.ndjson
  for pair in whole.csv:float.csv float.csv:whole.csv whole.csv:float.ndjson float.ndjson:whole.csv; do
    run -0 --separate-stderr dw-compare --ref ${pair%:*} ${pair#*:}
    counted
    [ "$counted" = 'categorical 1 2 3' ]
  done
  rows csv '1.50 2.25 3.10 4.00' >prices.csv
  run -0 --separate-stderr dw-compare --ref prices.csv prices.csv
  jq -e -s 'any(.[]; .check == "column_drift" and .column == "x" and .type == "numeric")' <<<"$output"
}

@test "marks for a missing value are the same in CSV and in strings of NDJSON, and --missing gives others" {
  marks='NA N/A n/a NaN nan null NULL None NaT \N <NA>'
  sides() { # FORM: a column m1, m2, … for each mark, which is one of three texts of it
    awk -v form="$1" 'BEGIN { count = split(ENVIRON["marks"], mark, " ")
      for (k = 1; k <= count; k++) head = head "m" k ","
      if (form == "csv") print head "n"
      for (i = 0; i < 600; i++) {
        line = row = ""
        for (k = 1; k <= count; k++) {
          x = i % 3 ? (i % 3 == 1 ? "a" : "b") : mark[k]
          line = line x ","
          gsub(/\\/, "&&", x)
          row = row "\"m" k "\":\"" x "\","
        }
        print form == "csv" ? line i % 97 : "{" row "\"n\":" i % 97 "}"
      } }'
  }
  export marks
  sides csv >marks.csv
  sides json >marks.ndjson
  for pair in marks.csv:marks.csv marks.ndjson:marks.ndjson marks.csv:marks.ndjson; do
    run -0 --separate-stderr dw-compare --ref ${pair%:*} ${pair#*:}
    echo "$output" >plain
    run -0 --separate-stderr dw-compare --missing '?,-999' --ref ${pair%:*} ${pair#*:}
    jq -en --slurpfile plain plain --slurpfile other <(echo "$output") '$ENV.marks | split(" ") | length == 11 and all(to_entries[]; "m\(.key + 1)" as $column | .value as $mark |
      any($plain[]; .check == "missing_values" and .column == $column and .reference.missing == 200 and .current.missing == 200) and
      any($other[]; .check == "column_drift" and .column == $column and .type == "categorical" and
        ([.reference.categories[], .current.categories[] | .value] | unique) == ([$mark, "a", "b"] | sort)))' || { echo "$pair"; return 1; }
  done
  rows csv '-999 -999 5 6 7 ?' >odd.csv
  rows json '-999 -999 5 6 7 ?' >odd.ndjson
  for file in odd.csv odd.ndjson; do
    run -0 --separate-stderr dw-compare --missing '?,x=-999,x=?' --ref $file odd.csv
    jq -e -s 'any(.[]; .check == "missing_values" and .column == "x" and .reference.missing > 290 and .current.missing == .reference.missing)' <<<"$output"
  done
  run -0 --separate-stderr dw-compare --missing xx=NA --ref odd.csv odd.csv
  [[ $stderr == *'--missing'*'"xx"'* ]]
  run -2 --separate-stderr dw-compare --missing =NA --ref odd.csv odd.csv
  [[ $stderr == 'dw-compare: --missing: "=NA" names no column; give MARK, COLUMN=MARK, or COLUMN= for none'* ]]
}

@test "NA among codes of two letters: missing, said once with the option that keeps it; in quotes it is a text where quotes tell" {
  rows csv 'NA DE FR' >r.csv
  rows json 'NA DE FR' >r.ndjson
  for pair in r.csv:r.csv r.ndjson:r.ndjson r.csv:r.ndjson; do
    run -0 --separate-stderr dw-compare --ref ${pair%:*} ${pair#*:}
    [[ $stderr == 'dw-compare: warning: "x": NA is read as a missing value ('*' times), among codes of two letters; --missing x= keeps it'* ]]
    run -0 --separate-stderr dw-compare --missing x= --ref ${pair%:*} ${pair#*:}
    [[ $stderr != *'is read as a missing value'* ]]
    counted
    [ "$counted" = 'categorical DE FR NA' ]
  done
  sed 's/^NA/"NA"/' r.csv >quoted.csv
  run -0 --separate-stderr dw-compare --ref quoted.csv quoted.csv
  counted
  [ "$counted" = 'categorical DE FR NA' ]
  sed 's/[^,]*/"&"/g' r.csv >all.csv # a writer that quotes everything: quotes say nothing
  run -0 --separate-stderr dw-compare --ref all.csv r.csv
  counted
  [ "$counted" = 'categorical DE FR' ]
  numbers 1 50 '"NA"' >number.csv
  run -0 --separate-stderr dw-compare --ref number.csv number.csv
  jq -e -s 'any(.[]; .check == "missing_values" and .column == "x" and .reference.missing == 1) and all(.[]; .detail.strays == null)' <<<"$output"
}

@test "amounts are numbers by themselves: thousands, a currency, a percent sign, on either side" {
  numbers 1 50 >ref.csv
  numbers 2 60 >shift.csv
  for side in ref shift; do
    awk -F, 'NR > 1 { $1 = "$" $1 } { print $1 "," $2 }' $side.csv >$side-dollar.csv
    awk -F, 'NR > 1 { $1 = $1 "%" } { print $1 "," $2 }' $side.csv >$side-percent.csv
    awk -F, 'NR > 1 { $1 = $1 * 100; v = int($1 / 1000) ? int($1 / 1000) "," sprintf("%03d.50", $1 % 1000) : $1; $1 = "\"" v "\"" } { print $1 "," $2 }' $side.csv >$side-thousands.csv
    json x <$side-dollar.csv >$side-dollar.ndjson
  done
  dw-compare --ref ref.csv shift.csv | rounded >want || true
  for form in dollar.csv percent.csv dollar.ndjson; do
    run -1 --separate-stderr dw-compare --ref ref-$form shift-$form
    [ -z "$stderr" ]
    rounded <<<"$output" | cmp - want
  done
  run -1 --separate-stderr dw-compare --ref ref-thousands.csv shift-thousands.csv
  jq -e -s 'any(.[]; .check == "column_drift" and .column == "x" and .type == "numeric" and .drift)' <<<"$output"
  awk 'BEGIN { print "x"; for (i = 0; i < 12000; i++) printf "\"$%d,%03d.%02d\"\n", 1 + i % 7, i % 1000, i % 89 }' >many.csv # more than are counted of texts
  run -0 --separate-stderr dw-compare --ref many.csv many.csv
  jq -e -s 'any(.[]; .check == "column_drift" and .type == "numeric")' <<<"$output"
}

# populations KIND BY: 400 numbers as people write them, as CSV; KIND: mixed, towns (all of four to six digits), plain (towns without commas).
populations() {
  awk -v kind="$1" -v by="$2" 'BEGIN { srand(by); print "x,n"
    for (i = 0; i < 400; i++) { x = int(exp((kind == "mixed" ? 5 : 7.5) + (kind == "mixed" ? 9 : 5) * rand())) * by; text = x
      while (kind != "plain" && match(text, /^[0-9]+[0-9][0-9][0-9](,|$)/)) { split(text, part, ","); head = length(part[1]) - 3
        text = substr(text, 1, head) "," substr(text, head + 1) }
      print (text ~ /,/ ? "\"" text "\"" : text) "," i * 48271 % 233280 % 50 } }'
}

@test "1,234 is a number: by other numbers, by the other side, or for want of anything else, which is said once" {
  for kind in mixed towns plain; do
    for by in 1 2; do
      populations $kind $by >$kind$by.csv
      awk -F'"' 'NR > 1 { n = NF > 1 ? $3 : $0; sub(/^.*,/, "", n); x = NF > 1 ? $2 : $0; if (NF == 1) sub(/,.*/, "", x); print "{\"x\":\"" x "\",\"n\":" n "}" }' \
        $kind$by.csv >$kind$by.ndjson
    done
  done
  grep -q '^"[0-9]*,[0-9]*,[0-9]*",' mixed1.csv
  grep -q '^[0-9][0-9]*,' mixed1.csv
  [ "$(sed 1d towns1.csv | grep -vc '^"[0-9]*,[0-9]*",')" -eq 0 ]
  for form in csv ndjson; do
    for pair in "mixed1.$form mixed2.csv" "towns1.csv plain2.csv" "plain1.csv towns2.$form"; do
      run -1 --separate-stderr dw-compare --ref ${pair% *} ${pair#* }
      [ -z "$stderr" ] || { echo "$pair: $stderr"; return 1; }
      jq -e -s 'any(.[]; .check == "column_drift" and .column == "x" and .type == "numeric" and .drift and .reference.max > 100000)' <<<"$output"
    done
    run -0 --separate-stderr dw-compare --ref towns1.$form plain1.csv
    run -1 --separate-stderr dw-compare --ref towns1.$form towns2.$form
    [ "$stderr" = 'dw-compare: warning: "x": the comma of numbers such as 1,234 is taken to separate thousands; --decimal , says otherwise, --decimal . that it does' ]
    jq -e -s 'any(.[]; .check == "column_drift" and .column == "x" and .drift and .reference.max > 100000)' <<<"$output"
    run -1 --separate-stderr dw-compare --decimal , --ref towns1.$form towns2.$form
    [ -z "$stderr" ]
    jq -e -s 'any(.[]; .check == "column_drift" and .column == "x" and .drift and .reference.max < 1000 and .type == "numeric")' <<<"$output"
    sed -n '1p; $!{n;p;}' towns1.$form >half.$form
    for stray in 1 2 3; do [ $form = csv ] && echo '"n.a.",1' || echo '{"x":"n.a.","n":1}'; done >>half.$form
    run --separate-stderr dw-compare --ref half.$form half.$form # strays do not hush it
    [[ $stderr == *'is taken to separate thousands'* ]]
    run -1 --separate-stderr dw-compare --decimal . --ref towns1.$form towns2.$form
    [ -z "$stderr" ]
  done
}

@test "strings that are what the other values of their column are" {
  rows bare 'true false true' >r.ndjson
  rows json 'True False TRUE' >now.ndjson
  run -0 --separate-stderr dw-compare --ref r.ndjson now.ndjson
  rows bare '1 2 3' >r.ndjson
  rows json '1 2 3' >now.ndjson
  run -0 --separate-stderr dw-compare --ref r.ndjson now.ndjson
  rows json '01 02 03' >codes.ndjson
  run -1 --separate-stderr dw-compare --ref r.ndjson codes.ndjson
  # strings alone, as CSV has them: True and true are one boolean, also beside other texts
  for form in json csv; do
    rows $form 'True False 0 unknown' >r.ndjson
    rows $form 'true false 0 unknown' >now.ndjson
    run -0 --separate-stderr dw-compare --ref r.ndjson now.ndjson
    [[ $output != *data_quality* ]]
    rows $form 'true false 0 0' >now.ndjson
    run -1 --separate-stderr dw-compare --ref r.ndjson now.ndjson
  done
}
