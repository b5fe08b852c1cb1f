# The README's blocks, taken from it and run as they stand: under the shells of CI systems, which end at the first status other than 0.

bats_require_minimum_version 1.5.0

load canaries
load ports

# WORDS: the block that holds them, without its fences
block()
{
  awk -v words="$1" '/^```/ { if (inside && index(text, words)) printf "%s", text; inside = !inside && /^```sh$/; text = ""; next } inside { text = text $0 "\n" }' "$DW_TOP/README.md"
}

setup()
{
  PATH=$DW_BIN:$PATH
  cd "$BATS_TEST_TMPDIR" || return 1
}

# records ROWS SEED FACTOR: with what the blocks name
records()
{
  awk -v n="$1" -v seed="$2" -v factor="$3" 'BEGIN {
    srand(seed)
    for (i = 0; i < n; i++)
      printf "{\"customer_id\":\"c%d\",\"ts\":\"2025-%02d-%02dT%02d:%02d:00Z\",\"amount\":%.3f,\"country\":\"%s\",\"comment\":\"%s came %s on day %d\",\"emb_1\":%.3f,\"emb_2\":%.3f}\n",
        seed * n + i, 1 + int(i * 12 / n), 1 + int(i * 12 * 28 / n) % 28, i % 24, i % 60, rand() * factor, rand() < 0.5 ? "IT" : "FR", rand() < 0.5 ? "it" : "he", rand() < 0.5 ? "late" : "early", rand() * 50, rand(), rand() - 0.5
  }'
}

# A table of the same: customer_id,ts,amount
as_csv() { sed 's/{"customer_id":\("[^"]*"\),"ts":\("[^"]*"\),"amount":\([^,]*\),.*/\1,\2,\3/; 1i customer_id,ts,amount'; }

# SET-UP: what the block for CI jobs finds
ci()
{
  rm -rf job
  if [ ! -e "made.$1" ]; then
    mkdir "made.$1"
    if [ ! -e today.csv ]; then
      records 1000 1 1 | sed 's/,"country".*/}/' | zstd -q >baseline.ndjson.zst
      records 1000 2 1 | as_csv >today.csv
    fi
    cp baseline.ndjson.zst "made.$1/"
    case $1 in
    drift) records 1000 2 3 | as_csv >made.drift/today.csv ;;
    quiet) cp today.csv made.quiet/ ;;
    broken) sed '500s/$/,"/' today.csv >made.broken/today.csv ;;
    absent) ;;
    empty) : >made.empty/today.csv ;;
    esac
    cp "$BATS_TEST_TMPDIR/yesterday" "made.$1/findings.ndjson" # a machine that is used again
    : >"made.$1/summary"
  fi
  cp -r "made.$1" job
}

# The jobs of CI systems: what GitHub runs as the last step, and GitLab as its script, by the indentation of the YAML.
github_job() { awk '/^```/ { inside = /yaml/ } inside && on && !/^          / { exit } inside && /- run: \|$/ { on = 1; next } on { print substr($0, 11) }' "$DW_TOP/README.md"; }
gitlab_job() { awk '/^```/ { inside = /yaml/ } inside && /^  script:$/ { on = 1; next } on && !/^    - / { exit } on { print substr($0, 7) }' "$DW_TOP/README.md"; }

# JOB REPORT: the block of a CI system, under every shell that one starts (in make test each setup under one, in turn; DW_SUITE=full: each under
# all); REPORT is where its report begins with the verdict.
ci_job()
{
  [ "$(grep -c dw-compare "$1")" -eq 1 ]
  local shells=('bash -e' 'bash --noprofile --norc -eo pipefail' 'sh -e' sh) these turn=0
  while read -r setup wanted report; do
    these=("${shells[turn++ % 4]}")
    [ "${DW_SUITE:-}" != full ] || these=("${shells[@]}")
    for shell in "${these[@]}"; do
      ci "$setup"
      status=0
      (cd job && GITHUB_STEP_SUMMARY=summary $shell "../$1" >../out 2>../err </dev/null) || status=$?
      [ "$status" -eq "$wanted" ] || { echo "$1, $setup, $shell: status $status, not $wanted"; cat err; return 1; }
      case $report in
      none) [ ! -s "job/$2" ] ;;
      *) grep -q "${report/_/ }" "job/$2" ;;
      esac || { echo "$1, $setup, $shell: the report"; cat "job/$2"; return 1; }
      [ "$wanted" -lt 2 ] || [ "$(wc -l <err)" -eq 1 ] || { echo "$1, $setup, $shell says"; cat err; return 1; }
    done
  done
}

@test "README: the CI job of GitHub writes its report and keeps the status, under every shell" {
  records 500 5 9 | dw-compare --ref <(records 500 6 1) --output yesterday && return 1
  [ -s yesterday ]
  github_job >ci.sh
  ci_job ci.sh summary <<'TABLE'
drift 1 DRIFT,
quiet 0 No_drift:
broken 3 none
absent 4 none
empty 5 none
TABLE
}

@test "README: the CI job of GitLab leaves a page and the columns as tests, and keeps the status, under every shell" {
  records 500 5 9 | dw-compare --ref <(records 500 6 1) --output yesterday && return 1
  gitlab_job >ci.sh
  ci_job ci.sh drift.xml <<'TABLE'
drift 1 <failure
quiet 0 failures="0"
broken 3 none
absent 4 none
empty 5 none
TABLE
  ci drift
  (cd job && sh -e ../ci.sh) || [ $? -eq 1 ]
  [[ $(<job/drift.html) == *'</html>'* ]]
}

@test "README: the job of cron prints a report when there is drift, or says what is wrong, and nothing else" {
  # FROM DAYS SEED FACTOR: a record every half hour
  days() { awk -v from="$1" -v days="$2" -v seed="$3" -v factor="$4" 'BEGIN { srand(seed); for (i = 0; i < 48 * days; i++)
    printf "{\"customer_id\":\"c%d\",\"ts\":%d,\"amount\":%.3f}\n", seed * 10000 + i, 1767225600 + 86400 * from + 1800 * i, rand() * factor }'; }
  export DW_NOW=2026-06-01T00:00:00Z
  block 'cron sends' >cron.sh
  days 0 21 1 1 >three-weeks.ndjson
  days 21 1 2 1 >yesterday.ndjson
  run -0 --separate-stderr sh cron.sh
  [ -z "$output$stderr" ]
  days 22 10 3 3 >yesterday.ndjson
  run -0 --separate-stderr sh cron.sh
  [[ $output == DRIFT* ]]
  echo '{"cut' >yesterday.ndjson
  run --separate-stderr sh cron.sh
  [ -z "$output" ]
  [[ $stderr == 'dw-compare: yesterday.ndjson:1:'* ]]
}

@test "README: a record goes to the service and comes back with its label" {
  command -v curl >/dev/null || skip 'no curl command'
  ln -s "$DW_BIN" bin
  block 'bin/dw-serve' >block.sh
  [ -s block.sh ]
  # On a port of its own, and waited for.
  port=$(free_port)
  sed -e "s/3001/$port/; s/dw-serve /dw-serve --listen 127.0.0.1:$port /" \
    -e "s#^sleep 1#until (exec 9<>/dev/tcp/127.0.0.1/$port) 2>/dev/null; do kill -0 \$!; sleep 0.1; done#" block.sh >own.sh
  run --separate-stderr timeout 120 bash -e own.sh
  [ "$status" -eq 0 ] || { echo "port $port: $stderr $output"; return 1; }
  [[ $output == *'"content":{"id":"tx_1","input_data":{"amount":12.5},"prediction":0.93,"label":1}'* ]]
}

@test "README: a token is made, the service takes it, and what it took is in the copy" {
  command -v curl >/dev/null || skip 'no curl command'
  block 'ops.token' >block.sh
  [ -s block.sh ]
  port=$(free_port)
  sed -e "s/0.0.0.0:3001/0.0.0.0:$port/; s/3001/$port/; s/--probe/--listen 127.0.0.1:$port &/" block.sh >own.sh
  run --separate-stderr timeout 120 bash -e own.sh
  [ "$status" -eq 0 ] || { echo "port $port: $stderr $output"; return 1; }
  [ "$output" = '{"accepted":1,"duplicates":0,"rejected":0,"id":"tx_2"}' ]
  [[ $(zstd -dc backup.ndjson.zst) == *'"id":"tx_2","confidence":0.9'* ]]
}

@test "README: the other blocks run under bash -e" {
  records 1000 1 1 >baseline.ndjson
  records 1000 2 3 >today.ndjson
  as_csv <baseline.ndjson >baseline.csv
  as_csv <today.ndjson >today.csv
  jq -c '{messages: [{role: "user", content: .comment}, {role: "assistant", content: "\(.country) \(.comment)"}]}' baseline.ndjson >chats.jsonl
  jq -c '{messages: [{role: "user", content: .comment}, {role: "assistant", content: "Sorry, that is nothing that I can say."}]}' today.ndjson >today.jsonl
  # One log: the last hour has doubled.
  awk 'BEGIN { srand(3); for (i = 0; i < 3000; i++) printf "{\"ts\":%d,\"ms\":%.3f}\n", 1767225600 + i * 30, rand() * (i > 2880 ? 2 : 1) }' | gzip >access.ndjson.gz
  ln -s "$DW_BIN" bin
  ln -s "$DW_TOP/scenarios" scenarios
  for words in 'bin/dw-gen' '--window 60m' '--match hour' '--by country' 'op scale'; do
    block "$words" >block.sh
    [ -s block.sh ]
    run -0 --separate-stderr bash -e block.sh
    verdict=DRIFT
    [ "$words" != 'op scale' ] || verdict='No drift' # a question, and its answer by the default limits
    [ -z "$stderr" ] && [[ $output == "$verdict"* ]] || { echo "$words: $stderr $output"; return 1; }
  done
  block 'dw-calibrate thresholds' >block.sh
  mkdir few # columns of numbers alone: texts and embeddings take long to calibrate
  for day in baseline today; do sed 's/,"country".*/}/' $day.ndjson >few/$day.ndjson; done
  (cd few && run -1 bash -e ../block.sh) # drift, said by the last command
  block 'dw-profile --every' >block.sh
  zcat access.ndjson.gz | tail -n 120 >latest.ndjson # the hour that has doubled
  run -0 --separate-stderr bash -e block.sh
  [[ $output == DRIFT*ms* && $stderr == *'warning'*'order'* ]] || { echo "$stderr $output"; return 1; }
  [ "$(grep -o '"rows":[0-9]*,"skipped"' days.ndjson | tr -dc '0-9\n' | tr '\n' ' ')" = '2880 120 ' ]
  # None is forgotten: these, the three above, the three below, and four of make.
  [ "$(grep -c '^```sh$' "$DW_TOP/README.md")" -eq 19 ]
}

@test "README: records in a database" {
  records 1000 1 1 | sed 's/,"country".*/}/' >baseline.ndjson
  records 200 5 1 | sed 's/"ts":"[^"]*"/"ts":"2026-01-01T11:30:00Z"/; s/,"country".*/}/' >today.ndjson
  echo '{"id":"c1007","label":1}' >labels.ndjson
  block 'dw-store put --model churn --id' >block
  [ "$(grep -c dw-store block)" -eq 4 ]
  DW_NOW=2026-01-01T12:00:00Z bash -c '. ./block' >out
  [ "$(wc -l <yesterday.ndjson)" -eq 200 ]
  grep -q '"customer_id":"c1007",.*,"label":1}$' yesterday.ndjson
  grep -q amount out
  [ -s var/driftwatch.db ]
}

@test "README: canaries are calibrated, watched, and one that changed is the gate's status" {
  ln -s "$DW_BIN" bin
  cp -R "$DW_TOP/scenarios" scenarios
  mkdir path
  printf '#!/bin/sh\n[ "$*" = canaries ] || exit 2\nexec "%s" -s -f "%s/Makefile" BIN=bin canaries\n' "$(command -v make)" "$DW_TOP" >path/make # in this folder
  chmod +x path/make
  PATH=$PWD/path:$PATH
  if [ "${DW_SUITE:-}" = full ]; then block 'make canaries' >healthy.sh; else # trained already, and half the rounds
    trained_canaries var/canaries
    block 'make canaries' | sed 's/ 6 7 8 9 10;/;/' >healthy.sh
  fi
  [ "$(grep -c 'in 1 2 3 4 5' healthy.sh)" -eq 1 ]
  run -0 --separate-stderr bash -e healthy.sh
  [ "$(grep -c '"kind":"canary_margin"' var/data/margins.ndjson)" -eq 4 ]
  block 'canary has changed' >gate.sh
  run -0 --separate-stderr bash -e gate.sh
  [ -z "$output$stderr" ]
  sed -i 's/Assistant: "/Assistant: In short, "/' scenarios/canaries/canary_3.json
  run -1 --separate-stderr bash -e gate.sh
  [[ $output == DRIFT*canary_3*'What it cost'* ]]
  # A config with a mistake: the round of an hour ago, which is healthy, is not judged again.
  cp "$DW_TOP"/scenarios/canaries/canary_3.json scenarios/canaries/
  run -0 --separate-stderr sh gate.sh
  sed -i 's/"model"/"modle"/' scenarios/canaries/canary_1.json
  run -4 --separate-stderr sh gate.sh
  [[ $stderr == 'dw-canary: scenarios/canaries/canary_1.json:'*'did you mean "model"?'* ]]
  cp "$DW_TOP"/scenarios/canaries/canary_1.json scenarios/canaries/
  sed -i 's/Assistant: "/Assistant: In short, "/' scenarios/canaries/canary_3.json
  echo '{}' >scenarios/canaries/canary_5.json # an endpoint that is nowhere
  OPENAI_BASE_URL=http://127.0.0.1:9/v1 CHAT_MODEL=none DW_RETRIES=0 run -1 --separate-stderr bash -e gate.sh
  cp "$DW_TOP"/scenarios/canaries/canary_3.json scenarios/canaries/
  OPENAI_BASE_URL=http://127.0.0.1:9/v1 CHAT_MODEL=none DW_RETRIES=0 run -5 --separate-stderr bash -e gate.sh
  # The config of an endpoint is one, though nobody answers.
  awk '/^```/ { inside = /yaml/; next } inside && /^model:/ { on = 1 } !inside { on = 0 } on' "$DW_TOP/README.md" | sed 's/:8080/:9/' >local.yaml
  run -4 --separate-stderr dw-canary --configs local.yaml --retries 0 scenarios/canaries/prompts.ndjson
}

@test "README: on files of one's own; and without any" {
  ln -s "$DW_BIN" bin
  records 500 1 1 | as_csv >reference.csv
  records 500 2 3 | as_csv >current.csv
  block 'bin/dw-compare --ref reference.csv' >block.sh
  [ "$(grep -c '^bin/' block.sh)" -eq 2 ]
  run -0 --separate-stderr bash block.sh
  [ -z "$output" ]
  [[ $(<report.html) == *'</html>'* ]]
}

@test "README: make deps, make, make install: into a folder of their own" {
  # Nothing is built again, nor put outside of this folder.
  make="$(command -v make) -s -C $DW_TOP BIN=$DW_BIN BUILD=${DW_UNIT_TESTS%/tests}"
  $make -q build || skip 'the commands are not those of these sources'
  mkdir path
  printf '#!/bin/sh\nexec %s "$@"\n' "$make" >path/make
  printf '#!/bin/sh\nDESTDIR=%s/root exec "$@"\n' "$PWD" >path/sudo
  chmod +x path/make path/sudo
  block 'sudo make install' >block.sh
  [ "$(grep -c make block.sh)" -eq 3 ]
  PATH=$PWD/path:$PATH run -0 bash -e block.sh
  run -0 root/usr/local/bin/dw help driftwatch-records
  [[ $output == *NDJSON* ]]
}

@test "README: every task of make that it names is one" {
  "$(command -v make)" -s -C "$DW_TOP" help | sed 's/^the demos: *//' >help
  awk '/^gen-base/ { for (i = 1; i <= NF; i++) print $i; next } { print $1 }' help | sort -u >tasks
  grep -oE '^make [a-z-]+|`make [a-z-]+' "$DW_TOP/README.md" | sed 's/.* //' | sort -u >named
  [ "$(wc -l <named)" -gt 15 ]
  run -0 comm -23 named tasks
  [ -z "$output" ]
}
