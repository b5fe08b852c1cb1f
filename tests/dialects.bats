# How files are written that programs of others make: delimiters, headers, decimals, encodings, and what JSON has not. dw-inject without an
# operation shows what was read.

setup() {
  bats_require_minimum_version 1.5.0
  PATH="${DW_BIN:-$BATS_TEST_DIRNAME/../bin}:$PATH"
  cd "$BATS_TEST_TMPDIR" || return 1
}

whole() { [ "${DW_SUITE:-}" = full ]; }

# reads WANT [OPTION]... FILE: the records as NDJSON, lines separated by spaces; nothing is told
reads() {
  local want=$1
  shift
  run -0 --separate-stderr dw-inject "$@"
  [ "${output//$'\n'/ }" = "$want" ] || { echo "$output"; return 1; }
  [ -z "$stderr" ] || { echo "$stderr"; return 1; }
}

# tells WANT: the warning of the last run, without the name of the command
tells() { [ "$stderr" = "dw-inject: warning: $1" ] || { echo "$stderr"; return 1; }; }

@test "the delimiter is told, said by the file, or given" {
  printf 'a:b\n1:x;y\n' >colon.csv
  reads '{"a:b":"1:x;y"}' colon.csv
  reads '{"a":1,"b":"x;y"}' --delimiter : colon.csv
  printf 'sep=;\na,b;c\n1;2\n' >sep.csv
  reads '{"a,b":1,"c":2}' sep.csv
  printf 'sep=;\na,b;c\n1,2\n' >both.csv
  reads '{"a":1,"b;c":2}' --delimiter , both.csv # the option goes first
  [ "$(dw-inject --format csv sep.csv)" = "$(printf 'a,b;c\n1;2')" ] # the line of the separator is no record, and goes
  printf 'a\tb\n1\t2\n' >tab.csv
  reads '{"a":1,"b":2}' --delimiter '\t' tab.csv
  reads '{"a":1,"b":2}' --delimiter $'\t' tab.csv
  for odd in xx '' a 5 '"' . '\n'; do
    run -2 --separate-stderr dw-inject --delimiter="$odd" tab.csv
    [ "${stderr_lines[0]}" = "dw-inject: --delimiter: \"$odd\" is no delimiter; give one character that is no letter, digit, quote or sign, such as ; or \\t" ]
  done
  printf '{"a":1}\n' >r.ndjson # no delimiter here
  reads '{"a":1}' --delimiter : --decimal , --header x,y --encoding latin-1 r.ndjson
}

@test "a file without a header" {
  printf '5.1,setosa\n4.9,setosa\n6.0,virginica\n' >iris.csv
  run -0 --separate-stderr dw-inject iris.csv
  [ "${lines[0]}" = '{"5.1":4.9,"setosa":"setosa"}' ]
  tells 'iris.csv: the first record names the columns, and looks like the values below it: if it is one of them, say --header NAME,NAME'
  reads '{"length":5.1,"kind":"setosa"} {"length":4.9,"kind":"setosa"} {"length":6.0,"kind":"virginica"}' --header length,kind iris.csv
  [ "$(dw-inject --header length,kind --format csv iris.csv)" = "$(printf 'length,kind\n' && cat iris.csv)" ]
  [ "$(dw-inject --header length,kind --column length --op shift --by 1 iris.csv)" = "$(printf 'length,kind\n6.1,setosa\n5.9,setosa\n7,virginica')" ]
  # any number of files, each without one
  [ "$(dw-inject --header length,kind iris.csv iris.csv | wc -l)" -eq 6 ]
  run -3 --separate-stderr dw-inject --header length,width,kind iris.csv
  [ "$stderr" = 'dw-inject: iris.csv:1: expected 3 fields, got 2' ]
  printf '1;2,5\n3;4,5\n' >points.csv
  run -0 --separate-stderr dw-inject --header a,b points.csv
  [ "$output" = "$(printf '{"a":1,"b":2.5}\n{"a":3,"b":4.5}')" ]
  printf '2019,2020\n1,2\n' >years.csv
  run -0 --separate-stderr dw-inject years.csv
  [[ "$stderr" == *'say --header NAME,NAME' ]]
  printf 'id,2020\n1,2\n' >year.csv
  reads '{"id":1,"2020":2}' year.csv
}

@test "columns without a name, or of one name, get one of their own, with one warning" {
  printf ',price,price,price_2\n0,1,2,3\n' >pandas.csv
  run -0 --separate-stderr dw-inject pandas.csv
  [ "$output" = '{"column_1":0,"price":1,"price_3":2,"price_2":3}' ]
  tells 'pandas.csv: 2 columns without a name, or with that of another one, got one each: column 1 is "column_1" (an index that pandas wrote? to_csv(index=False) leaves it out)'
  [ "$(dw-inject --quiet --format csv pandas.csv)" = "$(printf 'column_1,price,price_3,price_2\n0,1,2,3')" ]
  [ "$(dw-inject --quiet --column price_3 --op scale --factor 2 pandas.csv)" = "$(printf 'column_1,price,price_3,price_2\n0,1,4,3')" ]
}

@test "between tabs a quote is a character, but where it encloses a field" {
  printf 'id\tname\n1\t5" pipe\n2\t"open\n3\t"quoted"\n4\tthe "q" word\n5\t"two\nlines"\n6\tx"\n' >quotes.tsv
  reads '{"id":1,"name":"5\" pipe"} {"id":2,"name":"\"open"} {"id":3,"name":"quoted"} {"id":4,"name":"the \"q\" word"} {"id":5,"name":"two\nlines"} {"id":6,"name":"x\""}' quotes.tsv
  # far into a file of many blocks, with any number of threads
  awk 'BEGIN { print "id\tname"; for (i = 0; i < 200000; i++) print i "\t" (i == 70000 ? "\"open" : i % 977 == 0 ? "5\" pipe" : i % 1009 == 0 ? "\"quoted\"" : "word") }' >long.tsv
  dw-inject --threads 1 long.tsv >one
  dw-inject --threads 3 long.tsv >three
  cmp one three
  [ "$(wc -l <one)" -eq 200000 ]
  [ "$(sed -n 70001p one)" = '{"id":70000,"name":"\"open"}' ]
  [ "$(grep -c 'pipe' one)" -eq 205 ]
  printf 'a,b\n5" pipe,1\n' >quotes.csv # with another delimiter it is a mistake
  run -3 --separate-stderr dw-inject quotes.csv
  [[ "$stderr" == 'dw-inject: quotes.csv:2:2: a quote within a field'* ]]
}

@test "decimal commas: said, told by a file of semicolons, and never of two meanings" {
  printf 'id;x\n1;50,12\n2;-3\n3;0,125\n' >comma.csv
  run -0 --separate-stderr dw-inject comma.csv
  [ "$(tr '\n' ' ' <<<"$output")" = '{"id":1,"x":50.12} {"id":2,"x":-3} {"id":3,"x":0.125} ' ]
  tells 'comma.csv: the numbers of "x" are read with a decimal comma (--decimal . keeps them as texts)'
  reads '{"id":1,"x":50.12} {"id":2,"x":-3} {"id":3,"x":0.125}' --decimal , comma.csv
  reads '{"id":1,"x":"50,12"} {"id":2,"x":-3} {"id":3,"x":"0,125"}' --decimal . comma.csv
  printf 'id,x\n1,"50,12"\n2,1.5\n' >quoted.csv
  reads '{"id":1,"x":50.12} {"id":2,"x":"1.5"}' --decimal , quoted.csv
  reads '{"id":1,"x":"50,12"} {"id":2,"x":1.5}' quoted.csv
  printf 'x;y\n3,14;1,234\n1.234;5,678\n' >two.csv # 1.234 and 1,234 may be thousands
  reads '{"x":"3,14","y":"1,234"} {"x":1.234,"y":"5,678"}' two.csv
  printf 'x;y\n1,234;1\n0,5;1\n2;1\n' >told.csv # beside 0,5 there is no doubt
  run -0 --separate-stderr dw-inject told.csv
  [ "$(tr '\n' ' ' <<<"$output")" = '{"x":1.234,"y":1} {"x":0.5,"y":1} {"x":2,"y":1} ' ]
  { echo 'x;y' && yes '3,14;1' | head -n 20000 && echo '1.234;2'; } >late.csv
  run -3 --separate-stderr dw-compare --ref late.csv late.csv
  [[ "$stderr" == 'dw-compare: late.csv:20002: column "x" has decimal commas in its first numbers and a point in this one'* ]]
  run -0 --separate-stderr dw-compare --exclude x --ref late.csv late.csv
}

@test "a number that dw-inject changes in a column of decimal commas has one, too" {
  printf 'id;x\n1;50,12\n2;-3\n3;0,125\n' >comma.csv
  run -0 --separate-stderr dw-inject --column x --op shift --by 0.5 comma.csv
  [ "$output" = $'id;x\n1;50,62\n2;-2,5\n3;0,625' ]
  printf 'id,x\n1,"50,12"\n' >quoted.csv
  run -0 --separate-stderr dw-inject --decimal , --column x --op shift --by 0.5 quoted.csv
  [ "$output" = $'id,x\n1,"50,62"' ]
}

# rows SEED MEAN: 500 records, the same ones as CSV with points, as CSV with commas, and as NDJSON
rows() {
  awk -v seed="$1" -v mean="$2" -v name="$3" 'BEGIN { srand(seed); OFS = ""
    print "id,x" >name ".csv"; print "id;x" >name "-comma.csv"; printf "" >name ".ndjson"
    for (i = 0; i < 500; i++) { x = sprintf("%.2f", mean + 10 * (rand() + rand() + rand())); y = x; sub(/\./, ",", y)
      print i, ",", x >name ".csv"; print i, ";", y >name "-comma.csv"; print "{\"id\":", i, ",\"x\":", x + 0, "}" >name ".ndjson" } }'
}

@test "the same rows with a comma and with a point give the same findings" {
  rows 1 50 ref
  rows 2 60 now
  findings() { jq -c 'del(.made_by)'; }
  want=0
  dw-compare --id id --ref ref.csv now.csv >want || want=$?
  [ $want -eq 1 ]
  for ref in ref-comma.csv ref.csv; do
    run -1 --separate-stderr dw-compare --id id --ref $ref now-comma.csv
    cmp <(findings <<<"$output") <(findings <want)
    [[ "$stderr" == *'are read with a decimal comma'* ]]
  done
  run -1 --separate-stderr dw-compare --id id --types x=numeric --ref ref-comma.csv now-comma.csv
  cmp <(findings <<<"$output") <(dw-compare --id id --types x=numeric --ref ref.csv now.csv | findings)
  # one side of semicolons with commas, the other of semicolons with points: nobody knows
  tr , ';' <now.csv >points.csv
  for types in '' '--types x=numeric'; do
    run -3 --separate-stderr dw-compare $types --id id --ref ref-comma.csv points.csv
    [[ "$stderr" == *$'\ndw-compare: column "x" has decimal commas as well as numbers with a point, which may stand before decimals or between thousands: write one of them' ]]
  done
}

@test "encodings: told by a mark, given, or named in the error" {
  printf 'name,x\nCaf\xe9,1\n\x80uro,2\n' >cp1252.csv
  printf '{"name":"Caf\xe9"}\n' >cp1252.ndjson
  run -3 --separate-stderr dw-inject cp1252.csv
  [ "$stderr" = 'dw-inject: cp1252.csv:2:4: invalid UTF-8: it looks like cp1252 (--encoding cp1252)' ]
  run -3 --separate-stderr dw-inject cp1252.ndjson
  [ "$stderr" = 'dw-inject: cp1252.ndjson:1:13: the text is not well-formed UTF-8: it looks like cp1252, and NDJSON is UTF-8 (iconv -f cp1252 -t utf-8)' ]
  reads '{"name":"Café","x":1} {"name":"€uro","x":2}' --encoding cp1252 cp1252.csv
  printf '{"name":"Caf\xc3\xa9"}\n' >utf8.ndjson # beside a file of another encoding
  for encoding in latin-1 cp1252 utf-16; do reads '{"name":"Café"}' --encoding $encoding utf8.ndjson; done
  reads '{"name":"Café"}' <(printf '\xff\xfe'; sleep 0.1; iconv -f utf-8 -t utf-16le utf8.ndjson) # its mark comes alone
  reads '{"name":"Café"}' <(printf '\xff'; sleep 0.1; printf '\xfe'; sleep 0.1; iconv -f utf-8 -t utf-16le utf8.ndjson)
  printf 'name;x\nCaf\xc3\xa9 \xf0\x9f\x98\x80;1,5\n' >utf8.csv
  for order in LE BE; do
    { [ $order = LE ] && printf '\xff\xfe' || printf '\xfe\xff'; iconv -f utf-8 -t utf-16$order utf8.csv; } >utf16.csv
    reads '{"name":"Café 😀","x":1.5}' --decimal , utf16.csv
    whole || [ $order = LE ] || continue
    reads '{"name":"Café 😀","x":1.5}' --decimal , - <utf16.csv
    reads '{"name":"Café 😀","x":1.5}' --decimal , - < <(gzip <utf16.csv)
    reads '{"name":"Café 😀","x":1.5}' --decimal , --encoding utf-16 utf16.csv
  done
  iconv -f utf-8 -t utf-16le utf8.csv >nomark.csv
  run -3 --separate-stderr dw-inject nomark.csv
  [[ "$stderr" == *'a NUL byte: it looks like utf-16 (--encoding utf-16)' ]]
  reads '{"name":"Café 😀","x":1.5}' --decimal , --encoding utf-16 nomark.csv
  # many blocks, and one file beside a Parquet file, which has no encoding
  awk -v rows=$(if whole; then echo 60000; else echo 20000; fi) 'BEGIN { print "name,x"; for (i = 0; i < rows; i++) printf "Caf\303\251 number %d,%d\n", i, i }' >long.csv
  iconv -f utf-8 -t latin1 long.csv >latin.csv
  { printf '\xff\xfe' && iconv -f utf-8 -t utf-16le long.csv; } >long16.csv
  dw-inject long.csv >want
  dw-inject --encoding latin-1 latin.csv | cmp - want
  dw-inject long16.csv | cmp - want
  dw-inject --format parquet --output long.parquet long.csv
  run -0 --separate-stderr dw-compare --encoding latin-1 --delimiter , --id x --ref long.parquet latin.csv
  run -2 --separate-stderr dw-inject --encoding utf16 long.csv
  [[ "$stderr" == *'did you mean utf-16?'* ]]
}

@test "NaN and infinities in NDJSON: an error that names the option, or values that are counted" {
  printf '{"x":NaN,"v":[1,2]}\n{"x":-Infinity,"v":[1,NaN]}\n{"x":1e400,"v":[1,2]}\n{"x":2,"v":null}\n' >nan.ndjson
  for bad in NaN Infinity -Infinity; do
    run -3 --separate-stderr dw-inject <(echo "{\"x\":$bad}")
    [[ "$stderr" == *'NaN and Infinity are no JSON values; a number that is missing is null (--nan missing reads NaN as missing, and the others as infinite)' ]]
  done
  run -3 --separate-stderr dw-inject <(echo '{"x":1e400}') --format csv
  [[ "$stderr" == *'the number is too large for a double (--nan missing reads it as infinite)' ]]
  run -0 --separate-stderr dw-inject --nan missing nan.ndjson
  [ "$output" = "$(printf '{"x":null,"v":[1,2]}\n{"x":"-Infinity","v":[1,null]}\n{"x":1e400,"v":[1,2]}\n{"x":2,"v":null}')" ]
  tells '2 NaN read as missing, 2 values as infinite'
  jq -e . <<<"$output" >parsed
  printf '{"s":"NaN, -Infinity \\" NaN","o":{"NaN":NaN}}\n' >words.ndjson # words in texts and names stay
  run -0 --separate-stderr dw-inject --nan missing words.ndjson
  [ "$output" = '{"s":"NaN, -Infinity \" NaN","o":{"NaN":null}}' ]
  [ "$(dw-inject --quiet --nan missing --format csv nan.ndjson)" = "$(printf 'x,v\n,"[1,2]"\n-Infinity,\n1e400,"[1,2]"\n2,')" ]
  # a record that is bad for another reason counts for nothing
  run -0 --separate-stderr dw-inject --nan missing --on-error skip <(printf '{"x":NaN,"y":}\n{"x":NaN}\n')
  [ "$output" = '{"x":null}' ]
  [[ "$stderr" == *'1 NaN read as missing, 0 values as infinite'* ]]
}

@test "the same missing and infinite values from NDJSON and CSV compare alike" {
  awk 'BEGIN { srand(5); print "x,k" >"r.csv"; printf "" >"r.ndjson"
    for (i = 0; i < 400; i++) { x = i % 40 == 7 ? "NaN" : i % 40 == 9 ? "-Infinity" : i % 40 == 11 ? "Infinity" : sprintf("%.3f", 1 + rand())
      print x "," i % 3 >"r.csv"; print "{\"x\":" x ",\"k\":" i % 3 "}" >"r.ndjson" } }'
  run -0 --separate-stderr dw-compare --nan missing --ref r.ndjson r.csv
  [ "${stderr_lines[0]}" = 'dw-compare: warning: reference: 10 NaN read as missing, 20 values as infinite' ]
  cmp <(jq -c 'del(.made_by)' <<<"$output") <(dw-compare --ref r.csv r.csv | jq -c 'del(.made_by)')
  jq -e -s 'any(.[]; .column == "x" and .reference.missing == 30)' <<<"$output"
}

@test "infinite values go to a model as values, not as missing ones" {
  awk 'BEGIN { srand(3); print "x,y"; for (i = 0; i < 600; i++) { x = sprintf("%.3f", rand()); print (i % 7 ? x : "") "," (i % 7 == 0 || x > 0.8 ? 1 : 0) } }' >train.csv
  dw-train --label y --output model.ubj train.csv
  scores() { dw-score --model model.ubj "$@" 2>/dev/null | jq -c '[.score] | map(. * 1e6 | round)'; }
  printf '{"x":-1e30}\n{"x":1e30}\n{"x":null}\n' >finite.ndjson
  printf '{"x":-Infinity}\n{"x":Infinity}\n{"x":NaN}\n' >bare.ndjson
  printf 'x,z\n-inf,1\ninf,1\n,1\n' >infinite.csv
  scores finite.ndjson >want
  [ "$(sort -u want | wc -l)" -ge 2 ] # what is missing is no low value
  [ "$(sed -n 1p want)" != "$(sed -n 3p want)" ]
  scores --nan missing bare.ndjson | cmp - want
  dw-score --model model.ubj infinite.csv 2>/dev/null | dw-inject | jq -c '[.score] | map(. * 1e6 | round)' | cmp - want
}

@test "what is found only as records are written anew is told with its file and line" {
  awk 'BEGIN { print "a;b"; for (i = 0; i < 17000; i++) print "2,5;3"; print "3.5;4" }' >late.csv
  says='column "a" has decimal commas in its first numbers and a point in this one'
  for form in ndjson parquet; do
    run -3 --separate-stderr dw-inject --format $form --output out late.csv
    [[ $stderr == "dw-inject: late.csv:17002: $says"* ]]
    [ ! -e out ]
  done
  run -3 --separate-stderr dw-inject --output out - <late.csv
  [[ $stderr == "dw-inject: what was to be written is no CSV: line 17002: $says"* ]]
}
