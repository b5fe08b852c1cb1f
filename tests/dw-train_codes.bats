# dw-train and dw-score: categories and labels keep their digits, and CSV and NDJSON of the same rows are scored alike.

setup() {
  bats_require_minimum_version 1.5.0
  PATH="${DW_BIN:-$BATS_TEST_DIRNAME/../bin}:$PATH"
  cd "$BATS_TEST_TMPDIR" || return 1
}

# rows FORMAT CODE...: 60 rows a code, the label is 1 for each second code; codes are texts in NDJSON.
rows() {
  local format=$1
  shift
  printf '%s\n' "$@" | awk -v format="$format" '
    { code[NR] = $0 }
    END {
      if (format == "csv") print "code,x,y"
      for (i = 0; i < 60 * NR; i++) {
        k = i % NR + 1
        if (format == "csv") printf "%s,%d,%d\n", code[k], i % 7, k % 2
        else printf "{\"code\":%s,\"x\":%d,\"y\":%d}\n", format == "bare" && code[k] ~ /^[1-9][0-9]*$/ ? code[k] : "\"" code[k] "\"", i % 7, k % 2
      }
    }'
}

scores() { dw-score --quiet --model "$1" "$2" | if [[ $2 == *.csv ]]; then awk -F, 'NR > 1 { print $NF }'; else sed 's/.*"score":\([^,}]*\).*/\1/'; fi; }

@test "codes of one float are two categories, whatever the format" {
  rows csv 123456789 123456791 A1 >train.csv
  rows ndjson 123456789 123456791 A1 >train.ndjson
  rows bare 123456789 123456791 A1 >bare.ndjson
  for file in train.csv train.ndjson bare.ndjson; do
    dw-train --label y --types code=categorical --output $file.json $file
    [[ $(<$file.json) == *'"categories":["123456789","123456791","A1"],"exact":true}'* ]]
    for other in train.csv train.ndjson bare.ndjson; do
      scores $file.json $other >$file.$other
      [ "$(sort -u $file.$other | wc -l)" -eq 2 ]
      cmp $file.$other train.csv.train.csv
    done
  done
}

@test "codes that are not said to be any are right, or an error that names the option" {
  rows csv A1 123456789 123456791 >first.csv # the text first: known to be categories from the beginning
  dw-train --label y --output first.json first.csv
  [[ $(<first.json) == *'"categories":["123456789","123456791","A1"]'* ]]
  rows csv 123456789 123456791 A1 >last.csv
  run -3 --separate-stderr dw-train --label y --output last.json last.csv
  [ "$stderr" = 'dw-train: the column "code" has text and numbers whose digits were cut before it was known to hold categories: --types code=categorical of dw-train keeps them' ]
  [ ! -e last.json ]
  rows csv 1234 5678 A1 >short.csv
  dw-train --label y --output short.json short.csv
  [[ $(<short.json) == *'"categories":["1234","5678","A1"]'* ]]
  run -2 --separate-stderr dw-train --label y --types code=number short.csv
  [[ "$stderr" == 'dw-train: --types: "code=number" is neither COLUMN=categorical nor COLUMN=numeric'* ]]
  run -2 --separate-stderr dw-train --label y --types y=categorical short.csv
  run -3 --separate-stderr dw-train --label y --types cod=categorical short.csv
  [ "$stderr" = 'dw-train: --types: the input has no column "cod"; did you mean "code"?' ]
}

@test "Unix times are left out as instants are, unless somebody says that they are quantities" {
  for i in {1..60}; do echo "{\"ts\":$((1767225600 + i)),\"x\":$((i % 17)).5,\"name\":\"n$((i % 3))\",\"y\":$((i % 2))}"; done >times.ndjson
  run -0 --separate-stderr dw-train --label y --rounds 2 --output left.json times.ndjson
  [[ $stderr == *'not learned from: ts (datetime)'* ]]
  [[ $(<left.json) == *'"features":[{"column":"x"'* ]]
  run -0 --separate-stderr dw-train --label y --rounds 2 --types ts=numeric --output with.json times.ndjson
  [[ $stderr != *'not learned from'* && $(<with.json) == *'"features":[{"column":"ts","type":"numeric"'* ]]
  run -3 --separate-stderr dw-train --label y --types name=numeric times.ndjson
  [ "$stderr" = 'dw-train: --types name=numeric: the column holds string' ]
}

@test "labels keep their digits, to the document and to the prediction" {
  for format in csv ndjson; do
    rows csv 123456789 123456791 | awk -F, -v format=$format 'NR == 1 { if (format == "csv") print "x,label" ; next }
      { if (format == "csv") print $3 + $2 / 10 "," $1; else printf "{\"x\":%s,\"label\":%s}\n", $3 + $2 / 10, $1 }' >labels.$format
    dw-train --label label --output $format.json labels.$format
    grep -q '"task":"binary",.*"label":{"column":"label","classes":\[123456789,123456791\]}' $format.json
    dw-score --model $format.json --cut 0.5 labels.$format >scored.$format
    dw-eval --label label --score score --prediction prediction --bootstrap 0 scored.$format >metrics
    [[ $(<metrics) == *'"metric":"accuracy","value":1,'* ]]
    [[ $(<metrics) == *'"classes":[123456789,123456791]'* ]]
  done
  printf 'x,label\n' >beyond.csv
  awk 'BEGIN { for (i = 0; i < 100; i++) print i % 2 + i % 5 / 10 ",900719925474099" 2 + i % 2 }' >>beyond.csv
  dw-train --label label --output beyond.json beyond.csv
  [[ $(<beyond.json) == *'"classes":[9007199254740992,"9007199254740993"]'* ]]
}

@test "what CSV does not tell apart is scored alike, or refused by its name" {
  rows ndjson 1.10 1.1 True NA 02134 >train.ndjson # texts that CSV takes for numbers, booleans and missing values
  rows csv 1.10 1.1 True NA 02134 >train.csv
  dw-train --label y --output model.json train.ndjson
  [[ $(<model.json) == *'"categories":["02134","1.1","1.10","NA","True"]'* ]]
  scores model.json train.ndjson >want
  [ "$(sort -u want | wc -l)" -ge 2 ]
  scores model.json train.csv | cmp - want
  rows csv 12134 22134 >zip.csv # all of them numbers, and a feature that is one
  rows ndjson 12134 22134 >zip.ndjson
  dw-train --label y --output zip.json zip.csv
  scores zip.json zip.csv >want
  scores zip.json zip.ndjson | cmp - want
  printf '{"code":"02134","x":1}\n' >code.ndjson
  run -3 --separate-stderr dw-score --model zip.json code.ndjson
  [ "$stderr" = 'dw-score: code.ndjson:1: of another kind than in training: code (with --incomplete ok, a missing value)' ]
}

@test "a document of rounded categories scores as before" {
  rows ndjson 123456789 987654321 A1 >old.ndjson
  dw-train --label y --output new.json old.ndjson
  sed 's/"123456789"/"123456792"/g; s/"987654321"/"987654336"/g; s/code=123456789/code=123456792/g; s/code=987654321/code=987654336/g; s/,"exact":true//' new.json >old.json
  rows bare 123456789 987654321 A1 >bare.ndjson
  scores new.json bare.ndjson >want
  scores old.json bare.ndjson >got
  cmp got want
  run -0 --separate-stderr dw-score --model old.json bare.ndjson
  [ -z "$stderr" ]
}
