# What no result may depend on: the key that the tables of this process are hashed with (DW_HASH_KEY sets it; a run without has a random one), what
# the memory held that the process was given, the language and the time zone of whoever runs it. The commands run with several of each and must write
# the same bytes.

setup_file()
{
  bats_require_minimum_version 1.5.0
  export PATH="${DW_BIN:-$BATS_TEST_DIRNAME/../bin}:$PATH" DW_NOW=2026-01-05T00:00:00Z F=$BATS_FILE_TMPDIR
  # texts, categories of every length to 20, nested and repeated names, classes, numbers as categories
  records()
  {
    awk -v rows="$1" -v seed="$2" '
      function draw(n) { state = (state * 16807) % 2147483647; return int(state / 2147483647 * n) }
      BEGIN { state = seed * 7919 + 12345; for (i = 0; i < 10; i++) draw(2)
        for (i = 0; i < rows; i++) { text = ""
          for (k = 0; k < 6; k++) { w = draw(150); text = text sprintf("%s%c%c%c%c", k ? " " : "", 97 + w % 7, 97 + int(w / 7) % 11, 97 + int(w / 11) % 13, 97 + w % 17) }
          y = draw(3); x = draw(1000) / 100 + y
          printf "{\"id\":\"r%d\",\"t\":%d,\"a\":%.2f,\"country\":\"%s\",\"code\":\"%s\",\"in\":{\"b\":%d,\"c\":{\"d\":\"%s\"}},\"in.e\":\"%s\",\"note\":\"%s\",\"y\":\"%s\",\"z\":%d,\"p\":%.3f}\n", \
            i, 1767225600 + i * 60, x, substr("atdefrususjpuk", 1 + 2 * draw(7), 2), substr("abcdefghijklmnopqrst", 1, 1 + draw(20)), draw(5), \
            "value-" draw(30), "longer-than-sixteen-bytes-" draw(40), text, substr("noyesmaybe", 1, y == 0 ? 2 : y == 1 ? 5 : 10), (y > 0), (y + 1) / 4 } }'
  }
  records 400 1 >"$F/reference.ndjson"
  records 400 2 >"$F/current.ndjson"
  { echo id,a,country,code,y; jq -r '[.id, .a, .country, .code, .y] | @csv' "$F/current.ndjson"; } >"$F/current.csv"
  cd "$F"
  dw-compare --ref reference.ndjson --id id --time t --exit-zero --output findings.ndjson current.ndjson
  dw-train --label y --id id --time t --exclude note --rounds 5 --seed 1 --output model.json reference.ndjson
  dw-score --model model.json current.ndjson >scored.ndjson
  jq -c '{prompt: .id, text: .note}' reference.ndjson | head -n 60 >texts.ndjson
  dw-train --type lm --order 4 --holdout 0 --quiet --output lm.json texts.ndjson
  echo '{"id":"a","backend":"builtin","model":"lm.json","seed":1,"max_new_tokens":20}' >canary.json
  dw-gen --rows 600 --seed 1 --start 2026-01-01T00:00:00Z --step 30s >day.ndjson
  # Languages whose numbers have a comma, and where the small I has a dot: from the sources of glibc's locales, where those are installed.
  for language in tr_TR de_DE; do
    command -v localedef >/dev/null && localedef -i $language -f UTF-8 --no-archive "$F/$language.UTF-8" >said 2>&1 || rm -rf "${F:?}/$language.UTF-8" # glibc 2.41 leaves a folder
  done
}

# The settings of a run, two apart in both; DW_SUITE=full has them one by one, and more of them. Without a key it is a random one.
turkish="LOCPATH=$BATS_FILE_TMPDIR LC_ALL=tr_TR.UTF-8 LANGUAGE=tr TZ=America/St_Johns" german="LOCPATH=$BATS_FILE_TMPDIR LC_ALL=de_DE.UTF-8 LANGUAGE=de TZ=Asia/Kolkata"
settings=('DW_HASH_KEY=00000000000000000000000000000000' "DW_HASH_KEY=d1310ba698dfb5ac2ffd72dbd01adfb7 MALLOC_PERTURB_=255 $turkish")
if [ "${DW_SUITE:-}" = full ]; then
  settings+=(DW_HASH_KEY=d1310ba698dfb5ac2ffd72dbd01adfb7 MALLOC_PERTURB_=255 DW_HASH_KEY=000102030405060708090a0b0c0d0e0f DW_HASH_KEY= MALLOC_PERTURB_=90 "$turkish" "$german")
fi

# same_bytes COMMAND...: what it writes (both streams, and the status) is the same whatever the key, and whatever memory held before: glibc fills what it
# gives with the byte of MALLOC_PERTURB_, so a field that nobody set reads otherwise in each of those runs.
same_bytes()
{
  local setting status got want=''
  for setting in "${settings[@]}"; do
    status=0
    [ -d "$F/tr_TR.UTF-8" ] || setting=${setting//LC_ALL=??_??.UTF-8/} # bash says of a language that is not there that it is not
    # shellcheck disable=SC2086 # words, each NAME=VALUE
    got=$(exec env $setting "$@" 2>&1) || status=$?
    [ "$status" -le 1 ] && [ ${#got} -gt 100 ] || { echo "$*: status $status"; echo "$got"; return 1; }
    got+="status $status" want=${want:-$got}
    [ "$got" = "$want" ] || { echo "$*: with $setting it is not the same"; diff <(echo "$want") <(echo "$got"); return 1; }
  done
}

each_command()
{
  local line
  while read -r line; do
    # shellcheck disable=SC2086 # words
    [ -z "$line" ] || same_bytes $line || return 1
  done
}

setup() { cd "$F"; }

@test "dw-compare finds the same whatever the key of its tables and the memory it gets" {
  each_command <<'END'
dw-compare --ref reference.ndjson --id id --time t current.ndjson
dw-compare --ref reference.ndjson --id id --time t --by country current.ndjson
dw-compare --ref reference.ndjson --id id --types a*=categorical,in*=categorical,no*=text,p=numeric,t=numeric --describe no* current.ndjson
dw-compare --ref reference.ndjson --id id --time t --describe note --method all current.ndjson
dw-compare --ref reference.ndjson --id id --time t --preset evidently current.ndjson
dw-compare --ref reference.ndjson --id id --time t --multivariate all current.ndjson
dw-compare --ref reference.ndjson --id id --time t --preset nannyml --chunk-size 100 current.ndjson
dw-compare --ref reference.ndjson --id id --time t --label y --score p current.ndjson
dw-compare --ref current.csv --id id current.csv
END
}

@test "models, scores, metrics and thresholds are the same whatever key and memory" {
  each_command <<'END'
dw-train --label y --id id --time t --exclude note --rounds 5 --seed 1 reference.ndjson
dw-score --model model.json current.ndjson
dw-eval --label y --score score scored.ndjson
dw-eval --label y --score score --by country scored.ndjson
dw-calibrate thresholds --ref reference.ndjson --runs 300 --id id --time t
dw-calibrate thresholds --ref reference.ndjson --runs 300 --id id --types a*=categorical,in*=categorical,no*=text,p=numeric,t=numeric
dw-calibrate scores --label z --score p --method isotonic current.ndjson
END
}

@test "generated, injected and reported bytes are the same whatever key and memory" {
  each_command <<END
dw-gen --scenario fraud-baseline --rows 300 --seed 7
dw-inject --column code --op missing --fraction 0.3 current.ndjson
dw-inject --column a --op shift --by 1 current.csv
dw-report --format html findings.ndjson
dw-report --format markdown findings.ndjson
dw-heal --policy ${DW_TOP:-$BATS_TEST_DIRNAME/..}/scenarios/policy-default.yaml --dry-run findings.ndjson
END
}

@test "the language is one, and its numbers have a comma" {
  [ -d "$F/tr_TR.UTF-8" ] || skip 'the sources of languages are not installed here (localedef, locales): time zones alone were another'
  [ "$(env LOCPATH="$F" LC_ALL=tr_TR.UTF-8 bash -c 'printf %.1f 1,5')" = 1,5 ]
}

@test "profiles, detections, what is kept and what is answered are the same whatever key, memory, language and time zone" {
  each_command <<END
dw-profile reference.ndjson
dw-profile current.csv
dw-detect --columns a --method adwin --time t current.ndjson
dw-report findings.ndjson
dw-report --format junit findings.ndjson
dw-report --format prometheus findings.ndjson
dw-calibrate thresholds --ref day.ndjson --time ts --runs 300
dw-canary --configs canary.json --round r --repeat 2 texts.ndjson
END
  same_bytes bash -c 'rm -rf kept && mkdir kept && export DATABASE_URL=sqlite:kept/s.db && dw-store put --quiet --model m --id transaction_id day.ndjson &&
    dw-store get --model m --since 2026-01-01T03:00:00Z && dw-store stats && { dw-serve --once --model m --min-rows 50 || [ $? -eq 1 ]; } && dw-store get --kind run'
  same_bytes bash -c 'rm -rf kept && mkdir kept && export DW_REGISTRY=kept/registry && dw-model register --model model.json && dw-model promote v1 --stage production && dw-model list && dw-model show v1'
}
