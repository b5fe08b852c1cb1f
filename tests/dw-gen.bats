# dw-gen: what comes out, that it is the same bytes however it is made, and what it says when something is wrong.

bats_require_minimum_version 1.5.0

setup_file()
{
  DW_BIN=$(cd "${DW_BIN:-bin}" && pwd) DW_TOP=${DW_TOP:-$PWD}
  export DW_BIN DW_TOP DW_SCENARIOS=$DW_TOP/scenarios
}

setup() { cd "$BATS_TEST_TMPDIR" || return 1; }

gen() { "$DW_BIN/dw-gen" "$@"; }

# STATUS MESSAGE ARGS...: fails so, with that message (behind the command's name), and writes nothing.
refused()
{
  run --separate-stderr gen "${@:3}"
  [ "$status" -eq "$1" ] || { echo "status $status: $stderr"; return 1; }
  [ -z "$output" ] || { echo "output: $output"; return 1; }
  [ "${stderr_lines[0]}" = "dw-gen: $2" ] || { echo "it says: $stderr"; return 1; }
}

scenario() { cat >"$1.yaml"; } # NAME, the text on standard input

@test "dw-gen: without options, 1000 rows of fraud-baseline" {
  run --separate-stderr gen
  [ "$status" -eq 0 ]
  [ -z "$stderr" ]
  [ "${#lines[@]}" -eq 1000 ]
  pattern='^\{"transaction_id":"tx_00000001","ts":"2026-01-01T00:00:[0-9.]*Z","transaction_amount":[0-9.]*,"transaction_hour":[0-9]*,"customer_age":[0-9]*,"account_tenure_days":[0-9]*,"merchant_risk_score":0[0-9.]*,"geo_distance_km":[0-9.]*,"is_international":[01],"merchant_category":"[a-z]*","is_fraud":[01]\}$'
  [[ ${lines[0]} =~ $pattern ]]
  [[ ${lines[999]} == '{"transaction_id":"tx_00001000",'* ]]
}

@test "dw-gen: the same bytes on every machine" {
  # Hashes of the first 1000 rows for seed 7. A change here is a change of everybody's data: only on purpose, and said in the commit.
  while read -r want name; do
    got=$(gen --scenario "$name" --rows 1000 --seed 7 --with fraud_score | sha256sum)
    [ "${got%% *}" = "$want" ] || { echo "$name: ${got%% *}, want $want"; return 1; }
  done <<'HASHES'
509a2419630d78dd630ba93329360e115a859060bb89ebb537db4064cb635f02 fraud-baseline
a5a0b04548f3f93b58ef3f594a8e471920ccfe3e41bfcb64db1aa62b6c0d31ff fraud-feature-drift
94795ad0f494832a693bcc4ecad66f8f7c5389142c4d78b39c336c2ce1c2ef70 fraud-concept-drift
f8fc20082fc1816b8fa4e219df8bfe8db4fd80fcc84396dbf6e57ec877e4a239 fraud-black-friday
HASHES
}

@test "dw-gen: the first line of each scenario" {
  for name in baseline feature-drift concept-drift black-friday; do gen --scenario fraud-$name --rows 1 --seed 7; done >lines
  diff lines - <<'LINES'
{"transaction_id":"tx_00000001","ts":"2026-01-01T00:00:12.289Z","transaction_amount":40.64,"transaction_hour":15,"customer_age":29,"account_tenure_days":1383,"merchant_risk_score":0.2881,"geo_distance_km":10.83,"is_international":0,"merchant_category":"electronics","is_fraud":0}
{"transaction_id":"tx_00000001","ts":"2026-01-01T00:00:12.289Z","transaction_amount":67,"transaction_hour":15,"customer_age":29,"account_tenure_days":1383,"merchant_risk_score":0.2881,"geo_distance_km":24.11,"is_international":0,"merchant_category":"electronics","is_fraud":0}
{"transaction_id":"tx_00000001","ts":"2026-01-01T00:00:12.289Z","transaction_amount":40.64,"transaction_hour":15,"customer_age":29,"account_tenure_days":1383,"merchant_risk_score":0.2881,"geo_distance_km":10.83,"is_international":0,"merchant_category":"electronics","is_fraud":0}
{"transaction_id":"tx_00000001","ts":"2026-01-01T00:00:04.096Z","transaction_amount":81.28,"transaction_hour":15,"customer_age":29,"account_tenure_days":1383,"merchant_risk_score":0.2881,"geo_distance_km":10.83,"is_international":0,"merchant_category":"electronics","is_fraud":0}
LINES
}

@test "dw-gen: any number of threads gives the same bytes" {
  for format in ndjson csv; do
    gen --rows 12000 --seed 3 --format $format --threads 1 >one
    for threads in 2 3 8; do
      gen --rows 12000 --seed 3 --format $format --threads $threads >other
      cmp one other || return 1
    done
    gen --rows 12000 --seed 3 --format $format >other
    cmp one other || return 1
  done
}

@test "dw-gen: shards are parts of the whole" {
  for format in ndjson csv; do
    gen --rows 10007 --scenario fraud-black-friday --seed 3 --format $format >whole
    for k in 1 2 5; do
      : >parts
      for i in $(seq $k); do gen --rows 10007 --scenario fraud-black-friday --seed 3 --format $format --shard $i/$k >>parts; done
      cmp whole parts || return 1
    done
  done
  [ "$(head -n 1 whole)" = transaction_id,ts,transaction_amount,transaction_hour,customer_age,account_tenure_days,merchant_risk_score,geo_distance_km,is_international,merchant_category,is_fraud ]
  [ "$(gen --rows 3 --shard 2/3 --format csv | wc -l)" -eq 1 ]
}

@test "dw-gen: another seed is another sample; a shorter one is its beginning" {
  gen --rows 500 --seed 1 >one
  gen --rows 500 --seed 2 >two
  run ! cmp -s one two
  gen --rows 200 --seed 1 | cmp - <(head -n 200 one)
}

@test "dw-gen: no rows" {
  run --separate-stderr gen --rows 0
  [ "$status" -eq 0 ]
  [ -z "$output$stderr" ]
  [ "$(gen --rows 0 --format csv | wc -l)" -eq 1 ]
}

@test "dw-gen: --start and --step" {
  gen --rows 3 --start 2026-11-27T08:00:00+01:00 --step 1h | grep -o '"ts":"[^:]*' >got
  printf '"ts":"%s\n' 2026-11-27T07 2026-11-27T08 2026-11-27T09 | diff got -
}

@test "dw-gen: --with adds optional columns at their place" {
  [ "$(gen --rows 1 --with fraud_score --format csv | head -n 1 | sed 's/.*is_fraud,//')" = fraud_score ]
  refused 2 'the scenario has no column "fruad_score": did you mean "fraud_score"?' --with fruad_score
}

@test "dw-gen: --output, compressed by its name" {
  gen --rows 100 >plain
  gen --rows 100 --output out.ndjson
  cmp plain out.ndjson
  gen --rows 100 --output out.ndjson.zst
  zstd -dc out.ndjson.zst | cmp plain -
  gen --rows 100 --output out.ndjson.gz
  gzip -dc out.ndjson.gz | cmp plain -
}

@test "dw-gen: black friday: three times the volume for a stretch" {
  gen --scenario fraud-black-friday --rows 1000 --step 1m --format csv | cut -d, -f2 >ts
  # rows 401 to 700 come every 20 s: the last starts 400 + 300 / 3 + 299 minutes after the first, 13:19
  [ "$(sed -n '2p;402p;702p;1001p' ts | cut -c 12-16 | tr '\n' ' ')" = '00:00 06:40 08:20 13:19 ' ]
}

@test "dw-gen: --list" {
  run --separate-stderr gen --list
  [ "$status" -eq 0 ]
  [ -z "$stderr" ]
  [[ $output == *'fraud-baseline           Card transactions, about 3 % of them fraud'* ]]
  for name in fraud-black-friday fraud-concept-drift fraud-feature-drift; do [[ $output == *"$name  "* ]] || return 1; done
  [ "$(sort <<<"$output")" = "$output" ]
}

@test "dw-gen: every listed scenario can be generated" {
  gen --list | while read -r name _; do
    [ "$(gen --scenario "$name" --rows 20 | wc -l)" -eq 20 ] || { echo "$name"; return 1; }
  done
}

@test "dw-gen: scenarios by name are looked for in DW_SCENARIOS, ./scenarios, beside the program" {
  mkdir first scenarios
  printf 'description: mine\ncolumns: {a: {distribution: constant, value: 1}}\n' >first/thing.yaml
  printf 'description: other\ncolumns: {a: {distribution: constant, value: 2}}\n' >scenarios/thing.yaml
  printf 'rules: []\n' >scenarios/policy.yaml
  [ "$(DW_SCENARIOS=first gen --scenario thing --rows 1)" = '{"a":1}' ]
  [ "$(DW_SCENARIOS= gen --scenario thing --rows 1)" = '{"a":2}' ]
  [ "$(gen --scenario ./scenarios/thing.yaml --rows 1)" = '{"a":2}' ]
  [ "$(gen --scenario first/thing.yaml --rows 1)" = '{"a":1}' ]
  DW_SCENARIOS=first gen --list >list
  [ "$(grep -c '^thing  *mine$' list)" -eq 1 ]
  [ "$(grep -c '^thing' list)" -eq 1 ]
  [ "$(grep -c policy list)" -eq 0 ]
}

@test "dw-gen: a scenario extends another" {
  scenario base <<'YAML'
columns:
  a: {distribution: uniform, low: 3, high: 3}
  b: {distribution: constant, value: x}
YAML
  scenario more <<'YAML'
extends: base
columns:
  a: {add: 1}
  c: {distribution: sequence}
phases:
  - {from: 2, set: {b: {value: y}}}
YAML
  run --separate-stderr gen --scenario ./more.yaml --rows 2
  [ "$output" = '{"a":4,"b":"x","c":1}'$'\n''{"a":4,"b":"y","c":2}' ]
  printf 'extends: circle\n' | scenario circle
  refused 2 './circle.yaml:1: extends: scenarios extend one another more than 7 deep (in a circle?)' --scenario ./circle.yaml
}

@test "dw-gen: mistakes in a scenario name file and line" {
  scenario wrong <<'YAML'
columns:
  amount: {distribution: normal, mean: 0,
           sigma: 2}
YAML
  refused 2 './wrong.yaml:3: unknown key "sigma"; the keys here are distribution, missing, optional, mean, sd, decimals, min, max, multiply, add' --scenario ./wrong.yaml
  printf 'extends: wrong\n' | scenario upon
  refused 2 './wrong.yaml:3: unknown key "sigma"; the keys here are distribution, missing, optional, mean, sd, decimals, min, max, multiply, add' --scenario ./upon.yaml
}

@test "dw-gen: mistakes in the call" {
  refused 2 'there is no scenario "fraud-basline": did you mean "fraud-baseline"?' --scenario fraud-basline
  refused 2 '--shard: "0/2" is not I/K with I from 1 to K (2/8)' --shard 0/2
  refused 2 '--shard: "3/2" is not I/K with I from 1 to K (2/8)' --shard 3/2
  refused 2 '--shard: "1" is not I/K with I from 1 to K (2/8)' --shard 1
  refused 2 '--start: "noon" is not a time (2026-01-01T00:00:00Z)' --start noon
  refused 2 'unexpected operand "x.ndjson": dw-gen reads no records (--scenario FILE)' x.ndjson
  run --separate-stderr gen --scenario ./nowhere.yaml
  [ "$status" -eq 4 ]
  [[ $stderr == *nowhere.yaml*'No such file'* ]]
}

@test "dw-gen: a closed pipe ends it quietly" {
  set +o pipefail
  gen --rows 2000000 2>err | head -n 1 >out
  [ "${PIPESTATUS[0]}" -eq 0 ]
  [ ! -s err ]
  [ "$(wc -l <out)" -eq 1 ]
}

@test "gen: Parquet holds the records of NDJSON; the converter gives them back, and CSV" {
  "$DW_BIN/dw-gen" --rows 3000 --seed 4 --output p.ndjson
  "$DW_BIN/dw-gen" --rows 3000 --seed 4 --format csv --output p.csv
  "$DW_BIN/dw-gen" --rows 3000 --seed 4 --format parquet --output p.parquet
  [ "$(head -c 4 p.parquet)" = PAR1 ]
  "$DW_BIN/dw-inject" p.parquet | cmp - p.ndjson
  "$DW_BIN/dw-inject" p.csv | cmp - p.ndjson
  "$DW_BIN/dw-inject" --format csv p.parquet | cmp - p.csv
  "$DW_BIN/dw-inject" --format parquet p.csv | cmp - p.parquet
}
