# dw-compare: what a column is, whatever single cells look like and whatever format they came in.

load written_columns

# wide NAME [CELL]...: the numbers of standard input once for each CELL, in columns c0, c1, …, and the column n, as NAME.csv and NAME.ndjson; with
# marked=1 the cell stands in its column in line 702, as a text where it is no boolean.
wide() {
  local name=$1
  shift
  CELLS=$(printf '%s\n' "$@") awk -F, -v name="$name" -v marked="${marked-}" '
    BEGIN { count = split(ENVIRON["CELLS"], cell, "\n") }
    NR == 1 { line = ""; for (i = 1; i <= count; i++) line = line "c" i - 1 ","; print line "n" >name ".csv"; next }
    {
      line = row = ""
      for (i = 1; i <= count; i++) {
        odd = marked && NR == 702
        text = cell[i]; gsub(/^"|"$/, "", text); gsub(/\\/, "&&", text)
        line = line (odd ? cell[i] : $1) ","
        row = row "\"c" i - 1 "\":" (!odd || text == "true" ? (odd ? text : $1) : "\"" text "\"") ","
      }
      print line $2 >name ".csv"
      print "{" row "\"n\":" $2 "}" >name ".ndjson"
    }'
}

@test "one stray cell among numbers, on either side: a shift is found, no shift is none, and the stray is named with its line" {
  strays=(true - '?' '#DIV/0!' unknown inf-like None. '(null)' 'n.a.' 1.2.3 2026-01-31)
  marks=('""' N/A '#N/A' NA null NaT '\N') # missing, and no strays
  marked=1 wide ref "${strays[@]}" "${marks[@]}" < <(numbers 1 50)
  wide shift "${strays[@]}" "${marks[@]}" < <(numbers 2 60)
  wide same "${strays[@]}" "${marks[@]}" < <(numbers 3 50)
  for form in csv ndjson; do
    line=701
    [ $form = ndjson ] || line=702
    run -1 --separate-stderr dw-compare --ref ref.$form shift.$form
    [ -z "$stderr" ]
    echo "$output" >moved
    run -0 --separate-stderr dw-compare --ref ref.$form same.$form
    run -0 --separate-stderr dw-compare --ref same.$form ref.$form
    jq -en --argjson line "$line" --arg file ref.$form --slurpfile moved moved --slurpfile back <(echo "$output") '
      def of($findings; $column): [$findings[] | select(.column == $column)];
      ($ARGS.positional | length) as $all |
      all(range($all); . as $i | $ARGS.positional[$i] as $cell | of($moved; "c\($i)") as $moved | of($back; "c\($i)") as $back |
        any($moved[]; .check == "column_drift" and .type == "numeric" and .drift) and
        any($moved[]; .check == "missing_values" and .reference.missing == 1) and
        if $i < 11 then any($moved[]; .check == "data_quality" and (.drift | not) and
            .detail == {kind: "stray_values", strays: {reference: {count: 1, first: [{value: $cell, file: $file, line: $line}]}, current: {count: 0, first: []}}}) and
          any($back[]; .check == "data_quality" and .detail.strays.current.count == 1)
        else all($moved[], $back[]; .check != "data_quality") end)' --args "${strays[@]}" "${marks[@]}"
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
  run -0 --separate-stderr dw-calibrate thresholds --ref ref.csv --columns x --runs 200
  jq -e -s 'any(.[]; .column == "x" and .method != "exceedance")' <<<"$output"
}

@test "numbers written as text are judged where --types says so" {
  forms() { # NAME SEED MEAN: as they are, with decimal commas, currencies, percent, thousands; and decimals as text
    numbers "$2" "$3" >"$1.csv"
    json x <"$1.csv" >"$1-quoted.ndjson"
    awk -F, 'NR == 1 { print "x,comma,euro,percent,thousands,n"; next } { comma = $1; sub(/\./, ",", comma)
      print $1 ",\"" comma "\",€ " $1 "," $1 " %,\"1," sprintf("%06.2f", $1) "\"," $2 }' "$1.csv" >"$1-forms.csv"
  }
  forms ref 1 50
  forms shift 2 60
  forms same 3 50
  declared='x=numeric,comma=numeric,euro=numeric,percent=numeric,thousands=numeric'
  run -1 --separate-stderr dw-compare --types $declared --ref ref-forms.csv shift-forms.csv
  jq -e -s 'map(select(.kind == "finding")) as $all | def of($name): [$all[] | select(.column == $name) | del(.column)];
    all("comma", "euro", "percent"; of(.) == of("x")) and
    all("x", "thousands"; any(of(.)[]; .check == "column_drift" and .type == "numeric" and .drift and .effect_size > 0.8))' <<<"$output"
  run -0 --separate-stderr dw-compare --types $declared --ref ref-forms.csv same-forms.csv
  [[ $output != *'"check":"schema"'* ]]
  for form in x comma euro percent thousands; do [[ $output =~ \"check\":\"column_drift\"[^$'\n']*\"column\":\"$form\",\"type\":\"numeric\" ]]; done
  # the same numbers in either format give the same findings
  run -1 --separate-stderr dw-compare --types x=numeric --ref ref.csv shift.csv
  want=${output%,\"made_by\":*}
  for pair in 'ref-quoted.ndjson shift-quoted.ndjson' 'ref.csv shift-quoted.ndjson' 'ref-quoted.ndjson shift.csv'; do
    run -1 --separate-stderr dw-compare --types x=numeric --ref ${pair% *} ${pair#* }
    [ "${output%,\"made_by\":*}" = "$want" ]
  done
  run -0 --separate-stderr dw-compare --types x=numeric --ref ref-quoted.ndjson same-quoted.ndjson
  [[ $output != *'"check":"schema"'* && $output =~ \"check\":\"column_drift\"[^$'\n']*\"column\":\"x\",\"type\":\"numeric\" ]]
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

# columns KINDS SEED CHANGED NAME: 1,500 rows of tricky columns, named by their kinds, and of numbers n, as NAME.csv and NAME.ndjson. CHANGED: other
# distributions of the tricky ones.
columns() {
  awk -v kinds="$1" -v seed="$2" -v changed="$3" -v name="$4" '
    function pick(list, count,   u) { split(list, choice, " "); u = rand(); if (changed) u = u * u; return choice[1 + int(u * count)] }
    function cell(kind,   u) {
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
      count = split(kinds, kind, " ")
      for (k = 1; k <= count; k++) head = head kind[k] ","
      print head "n" >name ".csv"
      srand(seed)
      for (i = 0; i < 1500; i++) {
        line = row = ""
        for (k = 1; k <= count; k++) {
          x = cell(kind[k])
          if (x == "-") x = ""
          line = line x ","
          row = row "\"" kind[k] "\":" (string ? "\"" x "\"" : x) ","
        }
        n = int(rand() * 1000)
        print line n >name ".csv"
        print "{" row "\"n\":" n "}" >name ".ndjson"
      }
    }'
}

# The kinds side by side; DW_SUITE=full: each alone as well.
kinds='zip zips text_zips country ones booleans words versions rooms long snowflakes empty null dates prices amounts'
groups() { if [ "${DW_SUITE:-}" = full ]; then printf '%s\n' "$kinds" $kinds; else echo "$kinds"; fi; }

# moved: the columns with a finding of drift in what was run, each between blanks
moved() {
  local line
  moved=' '
  for line in "${lines[@]}"; do
    if [[ $line =~ \"column\":\"([a-z_]+)\",.*\"drift\":true ]]; then moved+="${BASH_REMATCH[1]} "; fi
  done
}

@test "the same rows as CSV and as NDJSON never drift, and agree" {
  while read -r group; do
    columns "$group" 1 0 ref
    columns "$group" 2 0 now
    for pair in csv:csv csv:ndjson ndjson:csv ndjson:ndjson; do
      run --separate-stderr dw-compare --ref ref.${pair%:*} ref.${pair#*:}
      [ "$status" -eq 0 ] || { echo "$group $pair: $status $stderr"; return 1; }
      run --separate-stderr dw-compare --ref ref.${pair%:*} now.${pair#*:}
      [ "$status" -eq 0 ] || { echo "$group $pair, other rows: $status $stderr"; return 1; }
      [ $pair != ndjson:ndjson ] || continue
      rounded <<<"$output" >${pair/:/-}
      cmp csv-csv ${pair/:/-} || { echo "$group $pair differs"; return 1; }
    done
  done < <(groups)
}

@test "a change is found, or said to be beyond judgement, in every pair of formats" {
  while read -r group; do
    columns "$group" 1 0 ref
    columns "$group" 2 1 now
    for pair in csv:csv csv:ndjson ndjson:csv ndjson:ndjson; do
      run --separate-stderr dw-compare --ref ref.${pair%:*} now.${pair#*:}
      moved
      for kind in $group; do
        case $kind:$pair in
        dates:*) continue ;; # instants are not compared
        text_zips:ndjson:ndjson | prices:ndjson:ndjson) # quantities or codes
          [[ $moved != *" $kind "* && $stderr =~ 'not judged: '[^:]*\"$kind\"[^:]*': its strings are numbers that hardly repeat'.*'--types '(text_zips|prices)=numeric ]] ;;
        *) [[ $status -eq 1 && $moved == *" $kind "* ]] ;;
        esac || { echo "$kind $pair: $status $stderr"; return 1; }
      done
    done
  done < <(groups)
}

@test "with the type declared every pair of formats gives the findings of NDJSON against NDJSON" {
  while read -r group; do
    types=
    for kind in $group; do
      case $kind in prices | amounts) types+=,$kind=numeric ;; *) types+=,$kind=categorical ;; esac
    done
    for changed in 0 1; do
      columns "$group" 1 0 ref
      columns "$group" 2 $changed now
      for pair in ndjson:ndjson csv:csv csv:ndjson ndjson:csv; do
        run -$changed --separate-stderr dw-compare --types "${types#,}" --ref ref.${pair%:*} now.${pair#*:}
        moved
        for kind in $group; do [[ $changed = 0 || $moved == *" $kind "* ]] || { echo "$kind $pair"; return 1; }; done
        output=${output%,\"made_by\":*}
        output=${output//\"True\"/\"true\"} output=${output//\"False\"/\"false\"} # True and False are booleans to CSV, with names in small letters
        [ $pair != ndjson:ndjson ] || want=$output
        [ "$output" = "$want" ] || { echo "$group $pair $changed"; return 1; }
      done
    done
  done < <(groups)
}

@test "codes that are equal as numbers are different where they are declared to be texts, in both formats" {
  codes() { # NAME LEFT: half the rows of each of two codes, or all of the first
    awk -v name="$1" -v other="$2" 'BEGIN {
      count = split("1.10 1E5 9007199254740993 1234567890123456789012345678901234", a, " ")
      split("1.1 100000 9007199254740992 1234567890123456789012345678901235", b, " ")
      print "c1,c2,c3,c4,n" >name ".csv"
      for (i = 0; i < 600; i++) {
        line = row = ""
        for (k = 1; k <= count; k++) { x = i % 2 || !other ? a[k] : b[k]; line = line x ","; row = row "\"c" k "\":" x "," }
        print line i >name ".csv"
        print "{" row "\"n\":" i "}" >name ".ndjson"
      }
    }'
  }
  codes ref 1
  codes now 0
  for pair in csv:csv csv:ndjson ndjson:csv ndjson:ndjson; do
    run -1 --separate-stderr dw-compare --types c1=categorical,c2=categorical,c3=categorical,c4=categorical --ref ref.${pair%:*} now.${pair#*:}
    jq -e -s '. as $all | all(["c1", "1.1"], ["c2", "100000"], ["c3", "9007199254740992"], ["c4", "1234567890123456789012345678901235"]; . as [$column, $gone] | $all |
      any(.[]; .check == "column_drift" and .column == $column and .drift) and
      any(.[]; .check == "new_categories" and .column == $column and .detail.vanished == [{value: $gone, count: 300}]))' <<<"$output" >/dev/null
  done
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
  turn=0
  for now in same moved; do
    for option in '' '--types v=vector' '--method v=mmd' '--preset evidently'; do
      run --separate-stderr dw-compare $option --id n --ref ref.ndjson $now.ndjson
      wanted=$status want=${output%,\"made_by\":*}
      [ "$option$now" != moved ] || [ "$wanted" -eq 1 ]
      [[ $want == *'"column":"v","type":"vector"'* ]]
      for pair in csv:csv csv:ndjson ndjson:csv; do
        # a pair in turn, so that each option has two and each pair both data; DW_SUITE=full: all
        [ $((turn++ % 4)) -eq 0 ] || [ "${DW_SUITE:-}" = full ] || continue
        run -"$wanted" --separate-stderr dw-compare $option --id n --ref ref.${pair%:*} $now.${pair#*:}
        [ "${output%,\"made_by\":*}" = "$want" ]
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
  turn=0
  while IFS='|' read -r cell what; do
    both "$cell"
    for pair in 'a.csv a.ndjson' 'a.ndjson a.csv'; do
      set -- $pair
      for option in '' '--types a=categorical' '--types a=numeric' '--types a=vector' '--types a=text' '--preset evidently' '--preset nannyml'; do
        # every fifth, which has each option, and each cell in both directions; DW_SUITE=full: all
        [ $((turn++ % 5)) -eq 0 ] || [ "${DW_SUITE:-}" = full ] || continue
        run -3 --separate-stderr dw-compare $option --ref "$1" "$2"
        [[ "$stderr" == *"column \"a\" has text in the "*" (CSV) and $what"*"which cannot be compared: leave it out (--exclude 'a')" ]]
        [ -z "$output" ]
      done
      [ "$1" = a.csv ] || [ "${DW_SUITE:-}" = full ] || continue
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
  turn=0
  for value in NA 1.10 '' True 1E2; do
    awk -v value="$value" 'BEGIN { print "g,x"; for (i = 0; i < 900; i++) print (i % 3 ? "ZA" : value) "," i * 7 % 100 }' >r.csv
    awk -v value="$value" 'BEGIN { for (i = 0; i < 900; i++) print "{\"g\":\"" (i % 3 ? "ZA" : value) "\",\"x\":" i * 7 % 100 "}" }' >r.ndjson
    for pair in 'r.csv r.ndjson' 'r.ndjson r.csv'; do
      # in turn; DW_SUITE=full: both
      [ $((turn++ % 3)) -ne 1 ] || [ "${DW_SUITE:-}" = full ] || continue
      set -- $pair
      run -3 --separate-stderr dw-compare --by g --ref "$1" "$2"
      says="dw-compare: --by: \"$value\" of the column \"g\" is a text in NDJSON and not in CSV, so that the rows of both sides do not come together"
      if [ "$value" = True ]; then
        [ "$stderr" = "$says" ]
        continue
      fi
      [ "$stderr" = "$says: --types 'g=categorical' keeps it in both" ]
      run -0 --separate-stderr dw-compare --by g --types g=categorical --ref "$1" "$2"
      both=${lines[-1]}$'\n'
      run -0 --separate-stderr dw-compare --by g --types g=categorical --ref r.ndjson r.ndjson
      both+=${lines[-1]}$'\n'
      if [ "$value" = NA ]; then
        run -0 --separate-stderr dw-compare --by g --missing g= --ref "$1" "$2" # where it is no mark, CSV has it as a text, too
        both+=${lines[-1]}
      fi
      jq -es 'map(.segments | map([.value, .reference_rows, .current_rows]) | sort) | .[0] == .[1] and all(.[]; map(select(.[1:] == [300, 300])) | length == 1)' <<<"$both"
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
