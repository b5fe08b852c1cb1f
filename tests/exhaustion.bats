# What a command leaves when the system gives it no more: memory (ulimit -v), the size of files (ulimit -f), its life (signals). Always status 4 with a
# message, or the signal; never a half-written file, never a status that would be an answer.

setup_file()
{
  bats_require_minimum_version 1.5.0
  export PATH="${DW_BIN:-$BATS_TEST_DIRNAME/../bin}:$PATH" DW_NOW=2026-01-05T00:00:00Z F=$BATS_FILE_TMPDIR ASAN_OPTIONS=detect_leaks=0
  cd "$F"
  dw-gen --rows 3000 --seed 1 --output reference.ndjson
  dw-gen --rows 3000 --seed 2 --output current.ndjson
  dw-compare --ref reference.ndjson --id transaction_id --time ts --exit-zero --output findings.ndjson current.ndjson
  dw-train --label is_fraud --id transaction_id --time ts --rounds 5 --seed 1 --output model.json reference.ndjson
  dw-score --model model.json --output scored.ndjson current.ndjson
}

setup() { cd "$F"; rm -rf results; mkdir results; echo old >results/out; }

# Calls that write more than 4 KiB, but for dw-calibrate.
calls()
{
  cat <<'END'
dw-compare --ref reference.ndjson --id transaction_id --time ts --exit-zero current.ndjson
dw-gen --rows 3000
dw-inject --column transaction_amount --op scale --factor 2 current.ndjson
dw-train --label is_fraud --id transaction_id --time ts --rounds 5 reference.ndjson
dw-score --model model.json current.ndjson
dw-report --format html findings.ndjson
dw-calibrate scores --label is_fraud --score score scored.ndjson
dw-calibrate thresholds --ref reference.ndjson --id transaction_id --time ts --runs 400
dw-eval --label is_fraud --score score --chunk-size 100 --bootstrap 0 scored.ndjson
END
}

only_the_old_file() { [ "$(ls -A results)" = out ] && [ "$(cat results/out)" = old ] || { echo "$*: leaves $(ls -A results)"; return 1; }; }

@test "a file that may not grow further (at 0 or 4 blocks, a command each; DW_SUITE=full: at both) is a system error, and nothing half-written stays" {
  turn=0
  while read -r line; do
    turn=$((!turn))
    for blocks in 0 4; do
      [ "$blocks" -eq $((4 * turn)) ] || [ "${DW_SUITE:-}" = full ] || [[ $line == dw-calibrate* ]] || continue
      case $line in dw-calibrate*) [ "$blocks" -eq 0 ] || continue ;; esac # a short document
      status=0
      # shellcheck disable=SC2086 # words
      (ulimit -c 0 && ulimit -f "$blocks" && exec $line --output results/out 2>/dev/null) || status=$?
      [ "$status" -eq 4 ] || { echo "$line: status $status under ulimit -f $blocks"; return 1; }
      only_the_old_file "$line" || return 1
      # shellcheck disable=SC2086
      status=0; (ulimit -c 0 && ulimit -f "$blocks" && exec $line >results/short 2>/dev/null) || status=$?
      [ "$status" -eq 4 ] || { echo "$line: status $status under ulimit -f $blocks, to standard output"; return 1; }
      rm results/short
    done
  done < <(calls)
  run -4 bash -c 'ulimit -f 4; exec dw-gen --rows 3000 --output results/out'
  [ "$output" = 'dw-gen: results/out: File too large' ]
}

# From the least memory that a command starts with, in steps of a half (DW_SUITE=full: a quarter), to what it needs: at each it ends with an answer or with status 4 and a
# message. XGBoost, OpenMP and libcrypto run out of memory in their own ways.
@test "out of memory is a system error with a message, wherever it happens, and nothing half-written stays" {
  case $DW_BIN in */build/san* | */build/thread*) skip "sanitizers map more memory than any limit" ;; esac
  refused=0 step=2
  if [ "${DW_SUITE:-}" = full ]; then step=4; fi
  while read -r line; do
    size=8000
    # shellcheck disable=SC2086 # words
    until (ulimit -v "$size" && ${line%% *} --version >/dev/null 2>&1); do size=$((size + size / 8)); [ "$size" -lt 4000000 ] || return 1; done
    done=0
    while [ "$done" -eq 0 ]; do
      status=0
      # shellcheck disable=SC2086
      (ulimit -c 0 && ulimit -v "$size" && exec $line --output results/out 2>err) || status=$?
      case $status in
      0) done=1 ;;
      4) refused=$((refused + 1)); [ -s err ] || { echo "$line: no message under ulimit -v $size"; return 1; }; only_the_old_file "$line" || return 1 ;;
      *) echo "$line: status $status under ulimit -v $size: $(cat err)"; return 1 ;;
      esac
      size=$((size + size / step))
      [ "$size" -lt 16000000 ] || { echo "$line: never enough"; return 1; }
    done
    echo old >results/out
  done < <(calls | grep -v -e thresholds -e dw-eval -e 'calibrate scores' -e dw-inject)
  [ "$refused" -ge 3 ] || { echo "it was refused $refused times only"; return 1; }
}

@test "every signal that ends a command leaves no half-written file" {
  command -v timeout >/dev/null || skip 'no timeout command'
  for signal in HUP QUIT ABRT USR1 USR2 ALRM VTALRM PROF XCPU SYS; do
    status=0
    (ulimit -c 0; timeout -s $signal 0.15 dw-gen --rows 1000000000 --output results/out) >out 2>err || status=$?
    [ "$status" -eq 124 ] || { echo "SIG$signal: it ended by itself, status $status: $(cat err)"; return 1; }
    only_the_old_file "SIG$signal" || return 1
  done
}

@test "what kill -9 leaves is removed by the next command that writes in the folder" {
  dw-gen --rows 1000000000 --output results/out & pid=$!
  until [ -e "results/.out.dw-$pid-0" ]; do kill -0 $pid; done
  dw-gen --rows 10 --output results/beside
  [ -e "results/.out.dw-$pid-0" ] # of a living process
  kill -9 $pid
  wait $pid || [ $? -eq 137 ]
  [ -e "results/.out.dw-$pid-0" ]
  dw-gen --rows 10 --output results/beside
  [ "$(ls -A results)" = "$(printf 'beside\nout')" ]
  [ "$(cat results/out)" = old ]
}

# 300,000 names: more than 2 GB before what is read ahead was counted. One place that memory is handed out from: the limit is on addresses.
@test "names of columns that are ever new end with status 3 within the memory, and what is left out costs nothing" {
  case $DW_BIN in */build/san* | */build/thread*) skip "sanitizers map more memory than any limit" ;; esac
  export MALLOC_ARENA_MAX=1
  awk 'BEGIN { for (i = 0; i < 300000; i++) printf "{\"a\":%d,\"key%d\":1}\n", i % 7, i }' >ever_new.ndjson
  for call in 'dw-profile' 'dw-compare --exit-zero --ref current.ndjson'; do
    status=0
    # shellcheck disable=SC2086 # words
    (ulimit -c 0 && ulimit -v 600000 && exec $call --threads 8 --memory 64MiB --output results/out ever_new.ndjson 2>err) || status=$?
    [ "$status" -eq 3 ] || { echo "$call: status $status: $(cat err)"; return 1; }
    case $call in
    dw-profile) grep -q '^dw-profile: ever_new.ndjson:8738: more than 8738 different columns; for more there is no memory$' err ;; # 64 MiB / 7680 bytes
    *) grep -q "^${call%% *}: ever_new.ndjson:[0-9]*: more than 65536 different columns$" err ;;
    esac
    only_the_old_file "$call"
  done
  (ulimit -v 600000 && exec dw-compare --exit-zero --columns a --threads 8 --memory 64MiB --ref ever_new.ndjson ever_new.ndjson >out)
  grep -q '"column":"a"' out
}
