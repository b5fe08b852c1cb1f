#!/usr/bin/env bats
# Arrow IPC as pyarrow wrote it (a file with zstd, a stream with dictionaries), where the recorded ones are, and small ones of rare kinds:
# the records are those of the NDJSON.

bats_require_minimum_version 1.5.0

setup()
{
  cd "$BATS_TEST_TMPDIR" || return 1
  bin=${DW_BIN:-$BATS_TEST_DIRNAME/../bin}
  shared=${DW_SHARED:-$BATS_TEST_DIRNAME/../../shared}/data
  data=$BATS_TEST_DIRNAME/data/pyarrow25
}

recorded() { [ -d "$shared/formats" ] || skip 'the recorded files are not here'; }

@test "files and streams are the records of the NDJSON, by a pipe too" {
  recorded
  for side in reference current; do
    zstd -dcq "$shared/formats/$side.ndjson.zst" | jq -cS . >want
    for file in "$shared/formats/${side}_zstd.arrow" "$shared/formats/${side}_stream.arrows"; do
      "$bin/dw-inject" --column const --op clip --min 0 "$file" 2>err | jq -cS . >got
      cmp want got || { echo "$file"; return 1; }
      # shellcheck disable=SC2002 # a pipe is what is meant
      cat "$file" | "$bin/dw-inject" --column const --op clip --min 0 2>err | jq -cS . >got
      cmp want got || { echo "$file by a pipe"; return 1; }
    done
  done
}

@test "the findings are those of the NDJSON" {
  recorded
  for side in reference current; do zstd -dcq "$shared/formats/$side.ndjson.zst" >$side.ndjson; done
  findings() { "$bin/dw-compare" --id id --time ts --ref "$1" "$2" 2>/dev/null | jq -cS 'del(.made_by, .detail)'; }
  findings reference.ndjson current.ndjson >want
  findings "$shared/formats/reference_zstd.arrow" "$shared/formats/current_stream.arrows" >got
  [ "$(wc -l <want)" -gt 15 ]
  cmp want got
}

@test "data cut short is an error that says where" {
  recorded
  for file in current_zstd.arrow current_stream.arrows; do
    head -c 20000 "$shared/formats/$file" >cut
    run -3 "$bin/dw-compare" --ref "$shared/formats/reference.ndjson.zst" cut
    [[ $output == *'cut: the Arrow message at byte '*': cut short'* ]]
  done
}

@test "Feather version 1 is refused by name" {
  printf 'FEA1xxxx' >old
  run -3 "$bin/dw-inject" old
  [[ $output == *'Feather version 1 is not read: write version 2'* ]]
}

@test "runs, views of lists, lists of nothing, UUIDs and booleans of a byte are what pyarrow says they are" {
  "$bin/dw-inject" --format ndjson "$data/kinds.arrow" >got
  cmp "$data/kinds.ndjson" got
  "$bin/dw-inject" --format ndjson <"$data/kinds.arrow" | cmp "$data/kinds.ndjson" -
  # columns that are wanted alone, and the digits of whole numbers as a category
  "$bin/dw-compare" --exit-zero --columns runs,words --types runs=categorical --ref "$data/kinds.ndjson" "$data/kinds.arrow" >found 2>err
  grep -q '"1152921504606846977"' found
  run ! grep 1152921504606846976 found
}

@test "a stream from before version 0.15 is told by its content" {
  "$bin/dw-inject" --format ndjson "$data/older.arrows" >got
  printf '%s\n' '{"n":1152921504606846977,"views":[]}' '{"n":1152921504606846977,"views":[0.25]}' '{"n":1152921504606846977,"views":null}' \
    '{"n":1152921504606846977,"views":[]}' '{"n":1152921504606846977,"views":[1]}' '{"n":null,"views":[1.25,1.25]}' | cmp - got
  # shellcheck disable=SC2002 # a pipe is what is meant
  cat "$data/older.arrows" | "$bin/dw-inject" --format ndjson | cmp got -
}
