# The canaries of scenarios/canaries, trained as `make canaries` does. Under tests/run (TESTS_ONCE) the files that come later copy what the first one made.

# FOLDER: base.json and canary_1.json to canary_4.json in it
trained_canaries()
{
  local made=${TESTS_ONCE:+$TESTS_ONCE/canaries}
  mkdir -p "$1" || return 1
  if [ -z "$made" ]; then train_canaries "$1"; return; fi
  (flock 9 && { [ -d "$made" ] || { mkdir -p "$made.new" && train_canaries "$made.new" && mv "$made.new" "$made"; }; }) 9>"$made.lock" || return 1
  cp "$made"/* "$1"
}

train_canaries()
{
  local texts=$DW_TOP/scenarios/canaries n
  "$DW_BIN/dw-train" --type lm --order 8 --holdout 0 --quiet --output "$1/base.json" "$texts/base.ndjson" "$texts/base.ndjson" "$texts/base.ndjson" || return 1
  for n in 1 2 3 4; do
    "$DW_BIN/dw-train" --type lm --continue "$1/base.json" --weight 6 --holdout 0 --quiet --output "$1/canary_$n.json" "$texts/canary_$n.ndjson" || return 1
  done
}
