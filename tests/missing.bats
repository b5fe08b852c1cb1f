# --missing: what stands for a missing value, in every command that reads records.

setup() {
  bats_require_minimum_version 1.5.0
  PATH="${DW_BIN:-$BATS_TEST_DIRNAME/../bin}:$PATH"
  cd "$BATS_TEST_TMPDIR" || return 1
  export DW_NOW=2026-01-01T12:00:00Z
}

# records MARK: 400 rows with a mark in some cells of each column but id, as CSV.
records() {
  awk -v mark="$1" 'BEGIN { srand(4); print "id,amount,zip,score,label"
    for (i = 0; i < 400; i++) {
      amount = int(rand() * 900) / 10; y = amount + 30 * rand() > 60
      score = sprintf("%.3f", 0.1 + 0.8 * (y ? 0.5 + rand() / 2 : rand() * 0.6)); zip = "0" 1000 + i % 5
      print i "," (i % 7 ? amount : mark) "," (i % 11 ? zip : mark) "," (i % 13 ? score : mark) "," (i % 17 ? y : mark)
    } }'
}

# alike NAME COMMAND OPTION...: the same output of both files, and only with the option; FILE stands for them.
alike() {
  local name=$1 k
  local -a command
  shift
  for k in empty marked; do
    command=("${@//FILE/$k}")
    [ $k = empty ] || command+=(--missing=-,amoumt=x)
    "${command[@]}" 2>"$name.$k.err" | sed 's/,"made_by":.*//' >"$name.$k"
    [ "${PIPESTATUS[0]}" -lt 2 ] || { cat "$name.$k.err"; return 1; }
  done
  [ -s "$name.empty" ]
  cmp "$name.empty" "$name.marked"
  grep -c 'warning: \(reference: \|the reference: \)\?--missing: there is no column "amoumt"; did you mean "amount"?' "$name.marked.err"
}

@test "a mark is missing to every command as an empty cell is, and a column that is not there is named" {
  records '' >empty.csv
  records - >marked.csv
  dw-train --label label --rounds 5 --exclude id,score empty.csv >model.json
  alike convert dw-inject FILE.csv
  ! cmp convert.marked <(dw-inject marked.csv) || return 1
  dw-inject --missing '*=none' empty.csv >empty.ndjson
  dw-inject --missing '*=none' marked.csv >marked.ndjson
  grep -q '"zip":"-"' marked.ndjson
  alike again dw-inject FILE.ndjson
  cmp again.empty convert.empty
  for form in csv ndjson; do
    alike shift dw-inject --column amount --op shift --by 1 --where 'zip is missing or label is missing' --format ndjson FILE.$form
    alike train dw-train --label label --rounds 5 --exclude id,score FILE.$form
    alike score dw-score --model model.json --replace --format ndjson FILE.$form
    alike eval dw-eval --label label --score score --bootstrap 0 FILE.$form
    alike scores dw-calibrate scores --label label --score score FILE.$form
    alike thresholds dw-calibrate thresholds --runs 400 --method psi --columns amount --checks column_drift --ref FILE.$form
    alike compare dw-compare --id id --label label --ref empty.$form FILE.$form
  done
}

@test "the mark of a record's name, time or model is none to dw-store, and the record is kept as it came" {
  echo '{"id":"-","model":"-","ts":"-","prediction":1}' >marked.ndjson
  run -3 dw-store put --db sqlite:a.db marked.ndjson
  dw-store put --missing - --db sqlite:a.db --model fraud marked.ndjson >put.ndjson
  grep -q '"stored":1' put.ndjson
  [ "$(dw-store get --db sqlite:a.db --model fraud)" = "$(cat marked.ndjson)" ]
}

@test "a record without an injection passes byte for byte, and one that is written anew has nothing for a mark" {
  printf 'a,b\r\n-,"-"\r\n1,"x,-"\r\n' >m.csv
  printf '{"a": 1, "b":{"c":"-" } }\n{"b":{"c":"x"},"a":"-","d":NaN}\n' >m.ndjson
  run -0 --separate-stderr dw-inject --missing - --column a --op shift --by 0 --where 'a > 5' m.csv
  dw-inject --missing - --format csv m.csv >out
  cmp out <(printf 'a,b\r\n,\r\n1,"x,-"\r\n')
  dw-inject --missing - --nan missing --format ndjson m.ndjson >out 2>err
  cmp out <(printf '{"a": 1, "b":{"c":null } }\n{"b":{"c":"x"},"a":null,"d":null}\n')
  dw-inject --missing b.c=- --nan missing m.ndjson >out 2>err
  cmp out <(printf '{"a": 1, "b":{"c":null } }\n{"b":{"c":"x"},"a":"-","d":null}\n')
  printf 'a\n-\nx\n' >one.csv
  dw-inject --missing - --format csv one.csv >out
  cmp out <(printf 'a\n""\nx\n')
  dw-inject --missing - --column a --op new-category --value y --where 'a is missing' one.csv >out
  run -2 --separate-stderr dw-inject --missing =- one.csv
  [[ $stderr == 'dw-inject: --missing: "=-" names no column'* ]]
}

@test "dw-score: --missing ok and error, alone, are --incomplete" {
  records '' >empty.csv
  dw-train --label label --rounds 2 --exclude id,score,zip empty.csv >model.json
  printf 'label\n1\n' >without.csv
  run -3 --separate-stderr dw-score --model model.json without.csv
  [[ $stderr == *'(with --incomplete ok, a missing value)'* ]]
  run -3 dw-score --model model.json --missing error without.csv
  run -0 --separate-stderr dw-score --model model.json --missing ok without.csv
  [ "$output" = "$(dw-score --model model.json --incomplete ok without.csv 2>err)" ]
}

@test "a settings file holds what is known of columns, as maps" {
  records '' >empty.csv
  records - >marked.csv
  echo '{types: {zip: categorical, amount: numeric}, missing: {zip: "", "*": ["-", "?"]}, threshold: {amount: 0.3}, method: {amount: ks}}' >schema.yaml
  run -0 --separate-stderr dw-compare --config schema.yaml --ref marked.csv marked.csv
  [[ $output == *'"--types=zip=categorical","--types=amount=numeric","--missing=zip=","--missing=*=-","--missing=*=?"'* ]]
  dw-compare --types zip=categorical,amount=numeric --missing 'zip=,-,?' --method amount=ks --threshold amount=0.3 --ref marked.csv marked.csv >out
  [ "$(sed 's/,"made_by".*//' <<<"$output")" = "$(sed 's/,"made_by".*//' out)" ]
  grep -q '"value":"-"' out
  echo 'missing: {zipp: [x]}' >slip.yaml
  run -0 --separate-stderr dw-compare --config slip.yaml --ref empty.csv empty.csv
  [[ $stderr == *'--missing: there is no column "zipp"; did you mean "zip"?'* ]]
  echo 'types: {zip: {a: 1}}' >wrong.yaml
  run -2 --separate-stderr dw-compare --config wrong.yaml --ref empty.csv empty.csv
  [[ $stderr == 'dw-compare: wrong.yaml:1: zip: wants a value, a list of values, or a map of values'* ]]
}
