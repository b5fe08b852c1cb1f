# dw-serve --once killed (kill -9) at every 23rd write (KILL_STRIDE=1, make test-kills: at every one): a run, its events, the change of an
# alert and the notification are there together or not at all, and the same call finishes the work.

bats_require_minimum_version 1.5.0

setup()
{
  PATH="${DW_BIN:-$BATS_TEST_DIRNAME/../bin}:$PATH"
  cd "$BATS_TEST_TMPDIR" || return 1
  export DATABASE_URL=sqlite:r.db ASAN_OPTIONS=detect_leaks=0 no_proxy=127.0.0.1
  unset EMBEDDING_COSINE_THRESHOLD EMBEDDING_DRIFT_THRESHOLD REFUSAL_RATE_THRESHOLD TOXICITY_RATE_THRESHOLD ACCURACY_DROP_THRESHOLD ACCURACY_DROP_POINTS
}

kept() { dw-store stats | sed -n "s/.*\"record\":\"$1\".*\"records\":\([0-9]*\).*/\1/p"; }

say() { echo "$*"; return 1; }

@test "kills: a check that opens an alert" {
  local n ended=137
  printf 'receivers:\n  - {name: ops, type: webhook, url: "http://127.0.0.1:9/", allow_private: true}\n' >receivers # nobody is there
  dw-gen --rows 720 --seed 1 --start 2026-01-01T12:00:00Z --step 60s | DW_NOW=2026-01-02 dw-store put --quiet --model m --id transaction_id >/dev/null
  dw-gen --scenario fraud-feature-drift --rows 60 --seed 2 --start 2026-01-02T00:00:00Z --step 60s | sed 's/"tx_/"hour_/' >hour
  DW_NOW=2026-01-02T01:00:00Z dw-store put --quiet --model m --id transaction_id hour >/dev/null
  DW_NOW=2026-01-02T00:55:00Z run -1 dw-serve --once --model m
  mkdir before
  cp r.db* before/
  export DW_NOW=2026-01-02T01:00:00Z
  for ((n = 1; ended == 137; n += ${KILL_STRIDE:-23})); do
    ended=0
    rm -f r.db*
    cp before/* .
    DW_FAULT_WRITE=$n dw-serve --once --model m --receivers receivers >out 2>err || ended=$?
    [ "$ended" -eq 137 ] || [ "$ended" -eq 1 ] || say "at $n: status $ended: $(cat err)"
    case "$(kept run) $(kept alert) $(kept outbox)" in
      '1  ' | '2 1 1' | '2 1 2' | '2 1 3') ;; # with the claim to deliver, and the attempt that failed
      *) say "at $n: runs, changes, outbox: $(kept run) $(kept alert) $(kept outbox)" ;;
    esac
    [ "$ended" -eq 1 ] || { run -1 dw-serve --once --model m --receivers receivers; }
    [ "$(kept run) $(kept alert)" = '2 1' ] || say "at $n, again: $(kept run) $(kept alert)"
    [ "$(dw-store get --kind outbox | grep -c '"kind":"notification"')" -eq 1 ] || say "at $n: not one notification"
  done
  [ "$n" -gt 24 ] || say "killed at writes below $n only"
}
