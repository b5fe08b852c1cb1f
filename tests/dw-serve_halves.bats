# dw-serve: inferences whose request and response come one by one; predictions held to labels; names that no record has.

bats_require_minimum_version 1.5.0

setup()
{
  cd "$BATS_TEST_TMPDIR" || return 1
  export PATH="${DW_BIN:-$BATS_TEST_DIRNAME/../bin}:$PATH" DW_NOW=2026-01-02T01:00:00Z DATABASE_URL=sqlite:r.db ASAN_OPTIONS=detect_leaks=0
  unset EMBEDDING_COSINE_THRESHOLD REFUSAL_RATE_THRESHOLD TOXICITY_RATE_THRESHOLD ACCURACY_DROP_POINTS ACCURACY_DROP_THRESHOLD CHECK_INTERVAL_SECONDS
}

teardown() { [ -z "${server:-}" ] || kill -KILL "$server" 2>/dev/null || true; }

# 240 pairs of an hour: an amount around CENTRE, a probability, and labels that agree with it but for one in RIGHT.
pairs() # DAY CENTRE RIGHT
{
  awk -v day="$1" -v centre="$2" -v right="$3" 'BEGIN {
    for (i = 0; i < 240; i++) {
      when = sprintf("%sT00:%02d:%02dZ", day, i / 4, i % 4 * 15)
      amount = centre + i * 37 % 101 / 10; p = (i * 53 % 97) / 97; yes = p >= 0.5
      if (i % right == 0) yes = !yes
      printf "{\"id\":\"%s-%d\",\"ts\":\"%s\",\"amount\":%.1f,\"country\":\"%s\"}\n", day, i, when, amount, i % 3 ? "NL" : "DE" >"request"
      printf "{\"id\":\"%s-%d\",\"ts\":\"%s\",\"prediction\":%.4f,\"confidence\":%.4f}\n", day, i, when, p, (p > 0.5 ? p : 1 - p) >"response"
      printf "{\"id\":\"%s-%d\",\"label\":%d}\n", day, i, yes >"label"
    }
  }'
  for kind in request response label; do DW_NOW="$1T01:00:00Z" dw-store put --quiet --model m --kind $kind $kind >/dev/null || return 1; done
}

once() { run --separate-stderr dw-serve --once --model m --baseline 'trailing(22h,26h)' "$@"; }
of() { jq -r -s "map(select($1)) | $2" <<<"$output"; }

@test "halves: a window sees a row of input and prediction" {
  pairs 2026-01-01 10 10
  pairs 2026-01-02 10 10
  once
  [ "$status" -eq 0 ]
  [ "$(of '.kind == "run"' '.[0] | [.rows, .baseline.rows, .verdict] | join(" ")')" = '240 240 no drift' ]
  columns=$(of '.kind == "finding" and .column' '[.[].column] | sort | unique | join(" ")')
  [ "$columns" = 'confidence input_data.amount input_data.country label prediction' ] || { echo "$columns"; return 1; }
}

@test "halves: drift of the input and of the prediction is found" {
  pairs 2026-01-01 10 10
  pairs 2026-01-02 14 10
  once
  [ "$status" -eq 1 ]
  of '.kind == "run"' '.[0].top_columns | tostring' | grep -q 'input_data.amount'
}

@test "halves: a model that has nothing else is checked by the service" {

  unset DW_NOW

  awk 'BEGIN { for (i = 0; i < 60; i++) printf "{\"id\":\"%d\",\"a\":%d}\n", i, i }' | dw-store put --quiet --model shop --kind request >/dev/null
  : >log # a server before this one left its port there
  dw-serve --listen 127.0.0.1:0 --every 1s 2>log 3>&- &
  server=$!
  for _ in $(seq 100); do
    if dw-store get --quiet --kind run --model shop --strays 2>/dev/null | grep -q '"rows":60,'; then break; fi
    sleep 0.2
  done
  dw-store get --quiet --kind run --model shop --strays | grep -q '"rows":60,'
}

@test "labels: a probability is right on its side of one half, texts and numbers by what they say" {
  pairs 2025-12-02 10 10 # 30 days before: 9 of 10 are right
  pairs 2026-01-02 10 3  # 2 of 3
  once
  [ "$(of '.check == "accuracy_drop"' '.[0] | [.metric, .known, .known_before, (.before * 10 | round), (.now * 30 | round), .drift] | join(" ")')" = 'accuracy 240 240 9 20 true' ]
  for row in '"1" 1 1' '1 "1" 1' 'true 1 1' '"true" true 1' '"cat" "cat" 1' '"cat" "dog" 0' '"cat" 1 0' '0.7 true 1' '0.4 1 0' '2 2 1' '0.7 2 -' '3.5 3.6 -'; do
    set -- $row
    rm -f r.db*
    printf '{"id":"x","ts":"2026-01-02T00:30:00Z","prediction":%s,"label":%s}\n' "$1" "$2" | dw-store put --quiet --model m --kind inference >/dev/null
    once --min-rows 1
    # one record says nothing of a fall; how many are known, and right, stands beside it
    got=$(of '.check == "accuracy_drop"' 'if length == 0 then "-" else .[0].now | tostring end')
    [ "$got" = "$3" ] || { echo "prediction $1, label $2: $got, not $3"; return 1; }
  done
}

@test "a score stands in for a prediction" {
  printf '{"id":"x","ts":"2026-01-02T00:30:00Z","score":1,"label":1}\n{"id":"y","ts":"2026-01-02T00:30:00Z","score":0.2,"label":1}\n' | dw-store put --quiet --model m --kind inference >/dev/null
  once --min-rows 1
  [ "$(of '.check == "accuracy_drop"' '.[0].now')" = 0.5 ]
}

@test "exclude: a name that no record has is told, a pattern and a name that one has are not" {
  pairs 2026-01-01 10 10
  pairs 2026-01-02 14 10
  once --exclude 'input_data.amuont,confi*'
  [ "$stderr" = 'dw-serve: warning: --exclude: there is no column "input_data.amuont"; did you mean "input_data.amount"?' ] || { echo "$stderr"; return 1; }
  [ "$status" -eq 1 ]
  once --by input_data.amuont
  [ "$stderr" = 'dw-serve: warning: --by: there is no column "input_data.amuont"; did you mean "input_data.amount"?' ] || { echo "$stderr"; return 1; }
  once --exclude 'input_data.amount,confi*'
  [ "$stderr" = '' ]
  [ "$status" -eq 0 ]
}
