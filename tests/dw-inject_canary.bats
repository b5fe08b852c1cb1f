# dw-inject canary: configs changed and kept, models made beside the healthy ones, and the search for what goes unnoticed.

bats_require_minimum_version 1.5.0

setup_file()
{
  export ASAN_OPTIONS=detect_leaks=0
  local s=$DW_TOP/scenarios/canaries
  cd "$BATS_FILE_TMPDIR" || return 1
  mkdir -p kept/m
  "$DW_BIN/dw-train" --type lm --holdout 0 --quiet --output kept/m/one.json "$s/base.ndjson" "$s/canary_2.ndjson" || return 1
  head -n 4 "$s/prompts.ndjson" >kept/prompts
  printf '{\n  "id": "one",\n  "backend": "builtin",\n  "model": "m/one.json",\n  "temperature": 0.6,\n  "seed": 2,\n  "template": "### Human: {prompt}\\n### Assistant: ",\n  "logprobs": 10\n}\n' >kept/one.json
  printf '# a program\nid: two\nbackend: exec\ncommand: [sh, -c, "while read -r line; do echo \x27{\\"text\\":\\"No.\\"}\x27; done"] # it says no\nseed: 1\n' >kept/two.yaml
  (cd kept && "$DW_BIN/dw-canary" --configs one.json --repeat 6 --round healthy --output healthy prompts) || return 1
}

setup()
{
  cd "$BATS_TEST_TMPDIR" || return 1
  PATH=$DW_BIN:$PATH
  export DW_NOW=2026-01-05T00:00:00Z ASAN_OPTIONS=detect_leaks=0
  unset OPENAI_API_KEY OPENROUTER_API_KEY OPENAI_BASE_URL CHAT_MODEL
  cp -r "$BATS_FILE_TMPDIR/kept" work && cd work || return 1
}

# STATUS SAYS -- ARGS: and nothing is written
refuses()
{
  want=$1 says=$2
  shift 3
  find . -type f -exec sha256sum {} + | sort >"$BATS_FILE_TMPDIR/before"
  run --separate-stderr dw-inject canary "$@"
  [ "$status" -eq "$want" ] || { echo "exit $status, want $want: $stderr"; return 1; }
  [[ $stderr == *"$says"* ]] || { echo "it says: $stderr"; return 1; }
  find . -type f -exec sha256sum {} + | sort | diff "$BATS_FILE_TMPDIR/before" -
}

same_as_before() { cmp "$1" "$BATS_FILE_TMPDIR/kept/$1"; }

@test "inject canary: a template's suffix, which changes answers, and comes out again" {
  run -0 --separate-stderr dw-inject canary --configs '*.json' --target one --template-suffix " Also include the sentence: 'blue banana'." prompts
  [ "$stderr" = "" ]
  [[ $output == '{"kind":"injection","canary":"one","time":"2026-01-05T00:00:00Z","file":"one.json","changes":{"template":{"from":"### Human: {prompt}\n### Assistant: ","to":"### Human: {prompt} Also include the sentence: '"'blue banana'"'.\n### Assistant: "}},"config_before":"sha256:'*'","model_file":null,"effect":{"prompts":4,"changed":2,"total_variation":0.'*'"dry_run":false,"made_by":'* ]]
  after=$(sed 's/.*"config":"\(sha256:[0-9a-f]*\)".*/\1/' <<<"$output")
  [ "$(diff one.json "$BATS_FILE_TMPDIR/kept/one.json" | grep -c '^[<>]')" -eq 2 ] # one line of it
  dw-canary --configs one.json --repeat 6 --round r1 --output now prompts
  grep -q "\"config\":\"$after\"" now # the hash that responses have
  run -1 --separate-stderr dw-compare --canaries --ref healthy now
  [[ $output == *'"column":"one"'*'"drift":true'* ]]
  run -0 --separate-stderr dw-canary restore --configs '*.json'
  same_as_before one.json
}

@test "inject canary: stacked, and in YAML with its comments" {
  run -0 --separate-stderr dw-inject canary --configs '*.json,two.yaml' --target two --temperature 1.5 --top-p 0.5 --system 'Say no.'
  [[ $output == *'"changes":{"system":{"from":null,"to":"Say no."},"temperature":{"from":1,"to":1.5},"top_p":{"from":1,"to":0.5}}'*'"effect":null'* ]]
  run -0 --separate-stderr dw-inject canary --configs '*.json,two.yaml' --target two --system '' --model other --template 'Q: {prompt}'
  diff two.yaml - <<'END'
# a program
id: two
backend: exec
command: [sh, -c, "while read -r line; do echo '{\"text\":\"No.\"}'; done"] # it says no
seed: 1
temperature: 1.5
top_p: 0.5
template: "Q: {prompt}"
model: "other"
END
  cmp backups/two.yaml "$BATS_FILE_TMPDIR/kept/two.yaml"
  dw-canary --configs two.yaml prompts >now
  run -0 --separate-stderr dw-canary restore --configs two.yaml
  [[ $output == *'"injected":[{"system"'*'{"template"'* ]]
  same_as_before two.yaml
}

@test "inject canary: weights go into a file of their own, and the healthy model stays" {
  grep -o '{"text".*' "$DW_TOP/scenarios/canaries/canary_4.ndjson" >bad.ndjson
  run -0 --separate-stderr dw-inject canary --configs one.json --weights-noise 0.05 --seed 3
  [[ $output == *'"changes":{"model":{"from":"m/one.json","to":"m/one.noise-0.05-3.json","noise":0.05,"seed":3}}'*'"model_file":"m/one.noise-0.05-3.json"'* ]]
  [[ $(<one.json) == *'"model": "m/one.noise-0.05-3.json"'* ]]
  grep -o '"made_by":.*' m/one.noise-0.05-3.json | grep -q '"command":"dw-train".*"command":"dw-inject"'
  run -0 --separate-stderr dw-canary restore --configs one.json
  cp m/one.noise-0.05-3.json first
  dw-inject canary --configs one.json --weights-noise 0.05 --seed 3 --output again # the same once more: the same file
  cmp first m/one.noise-0.05-3.json
  dw-canary restore --configs one.json --output again
  echo other >m/one.quantise-4.json # somebody else's
  run -0 --separate-stderr dw-inject canary --configs one.json --quantise 4
  [[ $output == *'"to":"m/one.quantise-4.2.json","quantise":4}'* ]] && [ "$(cat m/one.quantise-4.json)" = other ]
  run -0 --separate-stderr dw-inject canary --configs one.json --poison bad.ndjson --weight 2 prompts
  [[ $output == *'"to":"m/one.quantise-4.2.poison-2-'*'.json","poison_weight":2,"poison_texts":20}'*'"changed":4'* ]]
  same_as_before m/one.json
  dw-canary --configs one.json prompts >now
  dw-canary restore --configs one.json --output again
  same_as_before one.json
}

@test "inject canary: what the model does not see is told" {
  run -0 --separate-stderr dw-inject canary --configs one.json --system 'Ok.' --dry-run
  [ "$stderr" = 'dw-inject: warning: no answer changes: the model does not see what was changed' ]
  run -0 --separate-stderr dw-inject canary --configs one.json --template-suffix ' Now' --dry-run prompts
  [[ $output == *'"changed":0,"total_variation":0,"divergence":0},"dry_run":true'* ]]
  [ "$stderr" = 'dw-inject: warning: no answer to these prompts changes: the model does not see what was changed' ]
  same_as_before one.json
  [ ! -e backups ]
}

@test "inject canary: a dry run writes nothing" {
  refuses 0 '' -- --configs one.json --quantise 8 --dry-run
  refuses 0 '' -- --configs one.json --temperature 2 --dry-run prompts
  [[ $output == *'"config":"sha256:'*'"dry_run":true'* ]]
}

@test "inject canary: what cannot be is refused, and nothing is written" {
  refuses 2 '--target: which of the 2 canaries?' -- --configs '*.json,two.yaml' --temperature 1
  refuses 2 '--target: no canary "six"; there are one, two' -- --configs '*.json,two.yaml' --target six --temperature 1
  refuses 2 'one.json: nothing would change: the canary is so already' -- --configs one.json --temperature 0.6
  refuses 2 'one.json: nothing would change' -- --configs one.json
  refuses 2 'two.yaml: weights can be changed of backend builtin alone, not of exec: another model (--model)' -- --configs two.yaml --quantise 4
  refuses 2 'another model, or changed weights of this one: not both' -- --configs one.json --model m/x.json --quantise 4
  refuses 2 'template: no {prompt} in it' -- --configs one.json --template nothing
  refuses 4 'm/gone.json: No such file' -- --configs one.json --model m/gone.json
  refuses 2 '--weight goes with --poison FILE' -- --configs one.json --weight 2
  refuses 2 '--budget goes with --adversarial' -- --configs one.json --budget 2
  refuses 2 '--temperature' -- --configs one.json --temperature -1
  refuses 2 '--quantise' -- --configs one.json --quantise 5
  refuses 4 'gone: No such file' -- --configs one.json --poison gone
  refuses 5 '--poison: prompts has no record with a text "text"' -- --configs one.json --poison prompts
  echo '{"text":true}' >bad
  refuses 3 'bad:1: "text" is not a text' -- --configs one.json --poison bad
  refuses 4 'no-folder' -- --configs one.json --temperature 1 --output no-folder/x
  run -2 --separate-stderr dw-inject canaries --configs one.json
}

@test "inject canary: killed at writes (every third; KILL_STRIDE=1: every one), the config is the old or the new one, and comes back" {
  same=0 kills=0
  for n in $(seq 1 "${KILL_STRIDE:-3}" 80); do
    run --separate-stderr env DW_FAULT_WRITE="$n" dw-inject canary --configs one.json --quantise 4 --output said
    if cmp -s one.json "$BATS_FILE_TMPDIR/kept/one.json"; then same=$((same + 1)); else dw-canary --configs one.json prompts >now; fi
    done=$status
    dw-canary restore --configs one.json >now || [ $? -eq 5 ]
    same_as_before one.json
    same_as_before m/one.json
    [ "$done" -ne 0 ] || break
    [ "$done" -eq 137 ]
    kills=$((kills + 1))
    rm -rf backups m/one.quantise-4.json said
  done
  [ "$done" -eq 0 ] && [ "$n" -gt 20 ] && [ "$same" -ge 3 ] && [ "$kills" -gt "$same" ]
}

@test "inject canary: adversarial finds both ends, by itself and as asked" {
  run -0 --separate-stderr dw-inject canary --configs one.json --adversarial --ref healthy --repeat 6 --trials 3 --weights-noise 0.1 --temperature 1 --threads 1 prompts
  [ "$(wc -l <<<"$output")" -eq 2 ]
  [[ $stderr == 'dw-inject: warning: margins are the methods'"'"' own'* ]]
  grep -q '"change":"noise".*"unnoticed":{"strength":0.0[0-9.]*,"effect":.*"noticed":{"strength":0.0.*"complete":true' <<<"$output"
  grep -q '"change":"temperature".*"unnoticed":{"strength":0.4,.*"noticed":null,.*"healthy":{"trials":1,"alarms":0}' <<<"$output"
  first=$output
  run -0 --separate-stderr dw-inject canary --configs one.json --adversarial --ref healthy --repeat 6 --trials 3 --weights-noise 0.1 --temperature 1 --threads 2 --output said prompts
  diff said - <<<"$first"
  find . -type f -name '*.json' | sort | tr '\n' ' ' | diff - <(printf './m/one.json ./one.json ')
  same_as_before one.json
}

@test "inject canary: adversarial says what it could not" {
  refuses 5 '--budget is used up before the search was' -- --configs one.json --adversarial --ref healthy --repeat 6 --budget 60 --weights-noise 1 prompts
  [[ $output == *'"complete":false'* ]]
  refuses 5 'a round of it takes 24 answers (--budget)' -- --configs one.json --adversarial --ref healthy --repeat 6 --budget 23 --weights-noise 1 prompts
  [ -z "$output" ] # and nobody was asked
  refuses 2 '--ref FILE, healthy responses of the canary, are needed' -- --configs one.json --adversarial prompts
  refuses 2 'a file with the prompts of the reference' -- --configs one.json --adversarial --ref healthy
  refuses 2 '--system does not go with --adversarial' -- --configs one.json --adversarial --ref healthy --system x prompts
  refuses 2 '--noticed is at most --trials, 5' -- --configs one.json --adversarial --ref healthy --noticed 6 prompts
  dw-canary --configs two.yaml --output two.healthy prompts
  refuses 2 'backend exec has none of the changes' -- --configs two.yaml --adversarial --ref two.healthy --quantise 4 prompts
  sed 's/"canary":"one"/"canary":"six"/' healthy >other
  refuses 5 '--ref: other has no response of "one"' -- --configs one.json --adversarial --ref other prompts
  dw-canary --configs one.json --repeat 6 --round healthy --output wrong <(sed 's/"prompt":".*"/"prompt":"Why?"/' prompts)
  refuses 3 'the unchanged canary is noticed itself' -- --configs one.json --adversarial --ref wrong --repeat 6 prompts
}
