# dw-canary: rounds, replays, programs, imports, signals. What it does with an endpoint, and with all that one can do wrong, is proven against
# a server of its own by tests/unit/test_ask.c; here the command as a whole.

bats_require_minimum_version 1.5.0

setup()
{
  cd "$BATS_TEST_TMPDIR" || return 1
  PATH=$DW_BIN:$PATH
  export DW_NOW=2026-01-05T00:00:00Z ASAN_OPTIONS=detect_leaks=0
  unset OPENAI_API_KEY OPENROUTER_API_KEY OPENAI_BASE_URL CHAT_MODEL EMBEDDING_MODEL
  cat >echo.sh <<'END'
n=0
while read -r line; do
  n=$((n + 1))
  printf '%s\n' "$line" >>"${1:-asked}"
  echo "{\"text\":\"answer $n\",\"tokens\":{\"prompt\":3,\"completion\":2}}"
done
END
  printf 'backend: exec\ncommand: [sh, echo.sh]\nseed: 7\nsystem: Be brief.\n' >a.yaml
  printf '{"id":"p1","prompt":"Hello?"}\n{"prompt":"World"}\n' >prompts
}

# STATUS SAYS -- ARGS
refuses()
{
  want=$1 says=$2
  shift 3
  run --separate-stderr dw-canary "$@"
  [ "$status" -eq "$want" ] || { echo "exit $status, want $want: $stderr"; return 1; }
  [[ $stderr == *"$says"* ]] || { echo "it says: $stderr"; return 1; }
}

@test "canary: a round of a program, its order, seeds and costs" {
  run -0 --separate-stderr dw-canary --configs a.yaml --repeat 2 --round r1 prompts
  [ "$stderr" = "" ]
  sed 's/"latency_ms":[0-9.]*/"latency_ms":1/; s/sha256:[0-9a-f]\{64\}/sha256:x/; s/,"made_by".*/}/' <<<"$output" >got
  [ "$(grep -o '"seed":[0-9]*' got | sort | uniq -c | awk '{ print $1 }' | tr '\n' ' ')" = '2 2 ' ] # of each repeat its own
  sed -i 's/"repeat":1\(.*\)"seed":[0-9]*/"repeat":1\1"seed":8/' got
  diff got - <<'END'
{"kind":"response","canary":"a","round":"r1","prompt":"p1","prompt_text":"Hello?","repeat":0,"time":"2026-01-05T00:00:00Z","text":"answer 1","tokens":{"prompt":3,"completion":2},"latency_ms":1,"seed":7,"config":"sha256:x"}
{"kind":"response","canary":"a","round":"r1","prompt":"World","repeat":0,"time":"2026-01-05T00:00:00Z","text":"answer 2","tokens":{"prompt":3,"completion":2},"latency_ms":1,"seed":7,"config":"sha256:x"}
{"kind":"response","canary":"a","round":"r1","prompt":"p1","prompt_text":"Hello?","repeat":1,"time":"2026-01-05T00:00:00Z","text":"answer 3","tokens":{"prompt":3,"completion":2},"latency_ms":1,"seed":8,"config":"sha256:x"}
{"kind":"response","canary":"a","round":"r1","prompt":"World","repeat":1,"time":"2026-01-05T00:00:00Z","text":"answer 4","tokens":{"prompt":3,"completion":2},"latency_ms":1,"seed":8,"config":"sha256:x"}
{"kind":"asked","round":"r1","canaries":1,"prompts":2,"answers":4,"errors":0,"not_asked":0,"requests":4,"tokens":{"prompt":12,"completion":8},"each":[{"canary":"a","answers":4,"errors":0,"requests":4,"tokens":{"prompt":12,"completion":8}}]}
END
  [ "$(head -n 1 asked)" = '{"id":1,"prompt":"Be brief.\n\n### Human: Hello?\n### Assistant:","prompt_id":"p1","temperature":1,"top_p":1,"seed":7,"max_tokens":64}' ]
}

@test "canary: canaries are asked in turns, and one that fails stops nobody" {
  printf '{"id":"b","backend":"exec","command":["no-such-program-anywhere"]}' >b.json
  printf '{"id":"c","backend":"exec","command":["sh","echo.sh","c.asked"]}' >c.json
  run -0 --separate-stderr dw-canary --configs 'a.yaml,[bc].json' --repeat 3 --backoff 1ms prompts
  [ "$stderr" = 'dw-canary: warning: 6 of 18 responses are errors; the first: canary "b": no-such-program-anywhere: No such file or directory' ]
  [ "$(grep -v "\"asked\"" <<<"$output" | grep -o '"canary":"[abc]"' | tr -d '\n' | sed 's/"canary"://g; s/"//g')" = abcabcabcabcabcabc ]
  [ "$(grep '"canary":"b"' <<<"$output" | grep -c '"error":{"type":"program","message":"no-such-program-anywhere: No such file or directory"')" -eq 6 ]
  [ "$(wc -l <c.asked)" -eq 6 ]
  refuses 4 'dw-canary: no canary answered: each of the 2 responses says why; the first: canary "b": no-such-program' -- --configs b.json prompts
  printf '{"model":"m","base_url":"https://example.org/v1","api_key_env":"NO_SUCH_KEY"}' >k.json
  refuses 4 'canary "k": the environment has no key for this endpoint: NO_SUCH_KEY is not set' -- --configs k.json prompts
}

@test "canary: prompts and configs that will not do" {
  refuses 2 'which canaries?' -- prompts
  refuses 2 'no file matches "x*.json"' -- --configs 'x*.json' prompts
  refuses 4 'x.json: No such file' -- --configs x.json prompts
  printf 'backend: exec\ncommand: [sh]\nmodle: x\n' >bad.yaml
  refuses 2 'bad.yaml:3: unknown key "modle": did you mean "model"?' -- --configs bad.yaml prompts
  refuses 5 'no prompts' -- --configs a.yaml /dev/null
  printf '{"id":1,"prompt":"a"}\n{"id":"1","prompt":"b"}\n' >twice
  refuses 3 'twice:2: the prompt "1" is there already' -- --configs a.yaml twice
  printf '{"prompt":"a","expected":[1]}\n' >odd
  refuses 3 'odd:1: "expected": expected a text' -- --configs a.yaml odd
  printf '{"prompt":"a"}\n{"id":"x"}\n{"prompt":7}\n' >without
  refuses 3 '"prompt": expected a text' -- --configs a.yaml without
  run -0 --separate-stderr dw-canary --configs a.yaml --on-error skip without
  [[ $stderr == *'2 bad records left out'* ]]
  refuses 2 '--queries goes with find-borders' -- --queries 4 --configs a.yaml prompts
  refuses 2 '--embed: "x" is not builtin' -- --embed x --configs a.yaml prompts
  refuses 2 'backend openai' -- --configs <(printf 'command: [x]\nmodel: m\n') prompts
  printf 'id,prompt\n1,"Hello, you?"\n' >prompts.csv
  run -0 --separate-stderr dw-canary --configs a.yaml prompts.csv
  [[ $output == *'"prompt":"1","prompt_text":"Hello, you?"'* ]]
}

@test "canary: a budget is kept to the request" {
  refuses 5 'dw-canary: --max-requests is used up: 13 answers were not asked for' -- --configs a.yaml --repeat 10 --max-requests 7 prompts
  [ "$(wc -l <asked)" -eq 7 ]
  [ "$(grep -c '"kind":"response"' <<<"$output")" -eq 7 ]
  [[ $output == *'"not_asked":13,"requests":7,'* ]]
}

@test "canary: embeddings, builtin and of a program" {
  run -0 dw-canary --configs a.yaml --embed builtin prompts
  [ "$(head -n 1 <<<"$output" | sed 's/.*"embedding":\[//; s/\].*//' | tr ',' '\n' | awk '{ n++; s += $1 * $1 } END { printf "%d %.9f", n, s }')" = '384 1.000000000' ]
  printf 'while read -r line; do echo "$line" >>embedded; echo "{\\"embedding\\":[1,-2.5]}"; done\n' >embed.sh
  run -0 --separate-stderr dw-canary --configs a.yaml --embed 'exec:sh embed.sh' prompts
  [ "$(grep -c '"embedding":\[1,-2.5\]}$' <<<"$output")" -eq 2 ]
  [[ $(head -n 1 embedded) == '{"id":'*',"text":"answer 1"}' ]]
  run -0 --separate-stderr dw-canary --configs a.yaml --embed 'exec:false' --backoff 1ms prompts
  [ "$stderr" = 'dw-canary: warning: 2 answers have no embedding: ended with exit status 1' ]
  [ "$(grep -c '"text":"answer' <<<"$output")" -eq 2 ]
}

@test "canary: a replay gives the answers again, round by round" {
  dw-canary --configs a.yaml --repeat 3 --round r1 prompts >r1
  dw-canary --configs a.yaml --repeat 2 --round r2 prompts >r2
  cat r1 r2 >both
  printf '{"id":"again","backend":"replay","file":"both"}' >again.json
  told() { sed '/"asked"/d; s/"canary":"[a-z]*"//; s/"config":"[^"]*"//' "$@"; }
  dw-canary --configs again.json </dev/null >all
  told all | cmp - <(told both)
  dw-canary --configs again.json --round r2 prompts >second
  told second | cmp - <(told r2)
  refuses 2 'both: has no round "r3"; the last one is "r2"' -- --configs again.json --round r3 prompts
  refuses 4 'no canary answered' -- --configs again.json --round r2 <(echo '{"prompt":"never asked"}') --repeat 1
  [[ $output == *'"error":{"type":"not_recorded",'* ]]
  refuses 2 'replay beside other backends: --round says which round' -- --configs a.yaml,again.json prompts
}

@test "canary: the published record of a real endpoint is read as it is" {
  record=${DW_SHARED:-$BATS_TEST_DIRNAME/../../shared}/data/canary/border_inputs.ndjson.zst
  [ -e "$record" ] || skip 'the data is not here'
  printf '{"id":"mistral-7b-instruct-v0.3","backend":"replay","file":"%s"}' "$(realpath "$record")" >record.json
  dw-canary --configs record.json </dev/null >out
  [ "$(grep -c '"kind":"response"' out)" -eq 12220 ]
  # the same answers in the same numbers, by round, prompt and text
  counts() { sed -n 's/.*"round":"\([^"]*\)","prompt":"\(\([^"\\]\|\\.\)*\)".*"text":"\(\([^"\\]\|\\.\)*\)".*/\1|\2|\4/p' "$@" | LC_ALL=C sort | uniq -c; }
  counts out >got
  zstd -dc "$record" | counts >want
  [ "$(wc -l <want)" -gt 1000 ]
  cmp got want
}

@test "canary: results of other tools" {
  printf '%s\n' '{"custom_id":"p1","response":{"status_code":200,"body":{"model":"m","created":1768511301,"choices":[{"message":{"content":"Hi."},"finish_reason":"stop"}]}},"error":null}' \
    '{"custom_id":"p1","response":{"status_code":429,"body":{"error":{"message":"slow","code":"rate_limit"}}},"error":null}' >batch
  run -0 --separate-stderr dw-canary --from openai-batch --canary c --round r batch
  diff - <(echo "$output") <<'END'
{"kind":"response","canary":"c","round":"r","prompt":"p1","repeat":0,"time":"2026-01-15T21:08:21Z","text":"Hi.","finish_reason":"stop","model":"m"}
{"kind":"response","canary":"c","round":"r","prompt":"p1","repeat":1,"error":{"status":429,"type":"rate_limit","message":"slow","attempts":0}}
END
  [ "$stderr" = 'dw-canary: warning: 1 of 2 responses are errors; the first: canary "c": status 429: slow' ]
  run -0 --separate-stderr dw-canary --from openai-batch batch
  [[ $stderr == *'1 of 2 lines name no model'*'--canary says whose they are' ]]
  refuses 5 'no answers: the input has no lines of litellm' -- --from litellm /dev/null
  { cat batch; echo '{"custom_id":"p2","response":{"status_code":200,"body":{}}}'; } >bad
  refuses 3 'bad:3: not a line of openai-batch: no "choices"' -- --from openai-batch bad
  run -0 --separate-stderr dw-canary --from openai-batch --on-error skip --embed builtin bad
  [[ $stderr == *'1 bad record left out'* ]]
  [[ $output == *'"embedding":['* ]]
  refuses 2 'no --configs beside it' -- --from litellm --configs a.yaml
  refuses 2 '--canary goes with --from' -- --canary x --configs a.yaml prompts
}

@test "canary: told to stop, it writes what came" {
  printf 'while read -r line; do echo "{\\"text\\":\\"x\\"}"; echo >>asked; [ "$(wc -l <asked)" -lt 3 ] || exec sleep 60; done\n' >slow.sh
  printf 'backend: exec\ncommand: [sh, slow.sh]\n' >slow.yaml
  for signal in HUP TERM; do # a shell without a terminal has its children ignore INT
    rm -f asked out
    dw-canary --configs slow.yaml --repeat 50 --output out prompts 2>err 3>&- &
    pid=$!
    for _ in $(seq 200); do [ "$(cat asked 2>/dev/null | wc -l)" -lt 3 ] || break; sleep 0.05; done
    kill -s $signal $pid
    status=0
    wait $pid || status=$?
    [ "$status" -eq 4 ] || { echo "status $status: $(cat err)"; return 1; }
    grep -q 'dw-canary: stopped by a signal: 9[67] answers were not asked for' err || { cat err; return 1; }
    [ "$(grep -c '"text":"x"' out)" -ge 2 ]
    tail -n 1 out | grep -q '^{"kind":"asked".*"not_asked":9[67],'
    [ "$(ls -A | grep -c '^out')" -eq 1 ]
  done
}

@test "canary: told to stop, canaries that answer at once stop too" {
  echo '{"text":"a b c"}' | dw-train --type lm --holdout 0 --quiet >model.json
  printf '{"backend":"builtin","model":"model.json"}' >lm.json
  dw-canary --configs lm.json --repeat 100000000 prompts >out 2>err 3>&- &
  pid=$!
  for _ in $(seq 200); do [ ! -s out ] || break; sleep 0.05; done
  kill -TERM $pid
  status=0
  wait $pid || status=$?
  [ "$status" -eq 4 ] || { echo "status $status: $(cat err)"; return 1; }
  [[ $'\n'$(tail -n 1 out) == *$'\n''{"kind":"asked"'* ]]
}

@test "canary: a reader that leaves ends the asking" {
  # a few turns may be under way when the pipe breaks
  { dw-canary --configs a.yaml --repeat 100000 prompts; echo "$?" >status; } | head -n 2 >head
  [ "$(cat status)" -eq 0 ]
  [ "$(wc -l <asked)" -lt 50000 ]
}

@test "canary: border inputs of a program, and that there are none" {
  # the second prompt's answers take turns
  cat >border.sh <<'END'
n=0
while read -r line; do
  case $line in
  *World*) n=$((n + 1)); [ $((n % 4)) -eq 0 ] && echo '{"text":"B"}' || echo '{"text":"A"}' ;;
  *'"temperature":0,'*'"max_tokens":1}') echo '{"text":"A"}' ;;
  *) echo '{"error":"asked otherwise"}' ;;
  esac
done
END
  printf 'backend: exec\ncommand: [sh, border.sh]\ntemperature: 1\nlogprobs: 5\n' >border.yaml
  run -0 --separate-stderr dw-canary find-borders --configs border.yaml --queries 4 --samples 40 --answers answers --round r prompts
  [ "$stderr" = 'dw-canary: warning: 1 border inputs: the published rule wants 10 at least' ]
  [[ $output == '{"kind":"border_input","canary":"border","round":"r","prompt":"World","samples":40,"balance":0.3333333333333333,"answers":[{"text":"A","count":30},{"text":"B","count":10}],"config":"sha256:'* ]]
  [ "$(grep -c '"kind":"response"' answers)" -eq 40 ]
  # what was found can be asked
  echo "$output" >found
  printf 'backend: exec\ncommand: [sh, border.sh]\ntemperature: 0\nmax_new_tokens: 1\n' >watch.yaml
  dw-canary --configs watch.yaml --repeat 4 found >round
  [ "$(grep -c '"prompt":"World"' round)" -eq 4 ]
  [ "$(grep -o 'sha256:[0-9a-f]*' found)" = "$(head -n 1 round | grep -o 'sha256:[0-9a-f]*')" ]
  refuses 5 'no border inputs among 26 candidates (78 requests)' -- find-borders --configs border.yaml --candidates 26
  refuses 2 'border inputs are those of one canary' -- find-borders --configs a.yaml,border.yaml prompts
}

@test "canary: the builtin model, offline and the same again" {
  printf '%s\n' '{"text":"### Human: Hello?\n### Assistant: Hello, you."}' '{"text":"### Human: World\n### Assistant: It is \u00e9 round."}' >texts
  dw-train --type lm --holdout 0 --quiet texts >model.json
  printf '{"backend":"builtin","model":"model.json","max_new_tokens":30,"logprobs":5,"logprob_tokens":40,"template":"### Human: {prompt}\\n### Assistant: "}' >lm.json
  run -0 --separate-stderr dw-canary --configs lm.json --repeat 3 prompts
  [ "$stderr" = "" ]
  [ "$output" = "$(dw-canary --configs lm.json --repeat 3 prompts)" ]
  [[ $output == *'"answers":6,"errors":0,"not_asked":0,"requests":0,'* ]]
  # each repeat has a seed of its own; another --seed draws others; that of a config holds
  [ "$(grep -o '"seed":[0-9]*' <<<"$output" | sort -u | wc -l)" -eq 6 ]
  [ "$(dw-canary --configs lm.json --seed 2 prompts | grep -o '"seed":[0-9]*' | head -n 1)" != "$(grep -o '"seed":[0-9]*' <<<"$output" | head -n 1)" ]
  # a position for each byte, five tokens at each; tokens add up to the text
  line=$(head -n 1 <<<"$output")
  tokens=$(sed 's/.*"completion":\([0-9]*\).*/\1/' <<<"$line")
  [ "$(grep -o '"top":' <<<"$line" | wc -l)" -eq "$tokens" ]
  [ "$(grep -o '"logprob":-[0-9]' <<<"$line" | wc -l)" -ge "$((tokens * 5))" ]
  sed 's/"model.json"/"missing.json"/' lm.json >bad.json
  refuses 4 'missing.json: No such file' -- --configs bad.json prompts
  echo '{}' >missing.json
  refuses 3 'missing.json' -- --configs bad.json prompts
  # temperature 0: the seed plays no part
  sed 's/"max_new_tokens"/"temperature":0,"max_new_tokens"/' lm.json >cold.json
  dw-canary --configs cold.json --repeat 5 prompts >cold
  [ "$(sed -n 's/.*\("prompt":"[^"]*"\).*\("text":"[^"]*"\).*/\1 \2/p' cold | sort | uniq -c | awk '{ print $1 }' | tr '\n' ' ')" = '5 5 ' ]
}
