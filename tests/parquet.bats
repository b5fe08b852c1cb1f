#!/usr/bin/env bats
# Parquet files of real writers (pyarrow, DuckDB, polars, those of apache/parquet-testing), where the recorded ones are: the records are
# those of their NDJSON twins, and the findings too.

bats_require_minimum_version 1.5.0

setup()
{
  cd "$BATS_TEST_TMPDIR" || return 1
  bin=${DW_BIN:-$BATS_TEST_DIRNAME/../bin}
  shared=${DW_SHARED:-$BATS_TEST_DIRNAME/../../shared}/data
  data=$BATS_TEST_DIRNAME/data/pyarrow25
}

recorded() { [ -d "$shared/formats" ] || skip 'the recorded files are not here'; }

@test "what pyarrow, DuckDB and polars wrote are the records of the NDJSON" {
  recorded
  count=0
  for side in reference current; do
    zstd -dcq "$shared/formats/$side.ndjson.zst" | jq -cS . >want
    for file in "$shared"/formats/"${side}"_*.parquet; do
      "$bin/dw-inject" --column const --op clip --min 0 "$file" 2>err | jq -cS . >got
      cmp want got || { echo "$file"; return 1; }
      count=$((count + 1))
    done
  done
  [ "$count" -ge 12 ]
}

@test "the verdicts are those of the NDJSON, and the numbers" {
  recorded
  for side in reference current; do zstd -dcq "$shared/formats/$side.ndjson.zst" >$side.ndjson; done
  findings() { "$bin/dw-compare" --id id --time ts --ref "$1" "$2" 2>/dev/null | jq -cS 'del(.made_by, .detail)'; }
  findings reference.ndjson current.ndjson >want
  [ "$(wc -l <want)" -gt 15 ]
  for kind in pyarrow pyarrow_v2_zstd pyarrow_delta_gzip pyarrow_lz4_crc duckdb2 polars; do
    findings "$shared/formats/reference_$kind.parquet" "$shared/formats/current_$kind.parquet" >got
    cmp want got || { echo "$kind"; return 1; }
  done
  findings "$shared/formats/reference_polars.parquet" current.ndjson >got
  cmp want got
}

@test "a pipe and a compressed file are read as the file is" {
  recorded
  file=$shared/formats/current_pyarrow.parquet
  "$bin/dw-inject" --column const --op clip --min 0 "$file" >want 2>/dev/null
  "$bin/dw-inject" --column const --op clip --min 0 <"$file" >got 2>/dev/null
  cmp want got
  # shellcheck disable=SC2002 # a pipe is what is meant
  cat "$file" | "$bin/dw-inject" --column const --op clip --min 0 >got 2>/dev/null
  cmp want got
  gzip -c "$file" >packed.gz
  "$bin/dw-inject" --column const --op clip --min 0 packed.gz >got 2>/dev/null
  cmp want got
}

@test "flat columns and lists of numbers of apache/parquet-testing are those of their twins" {
  recorded
  [ -d "$shared/parquet-testing" ] || skip 'the files are not here'
  # instants and decimals are text there, and not-a-number null; INT96 beyond 1677 to 2262 has wrapped there, and is left out here
  count=0
  for file in "$shared"/parquet-testing/*.parquet; do
    name=$(basename "$file" .parquet)
    case $name in nested_maps.snappy | repeated_no_annotation | int96_from_spark | nulls.snappy | column_chunk_key_value_metadata | single_nan | fixed_length_decimal_legacy) continue ;; esac
    column=$(zstd -dcq "${file%.parquet}.ndjson.zst" | head -n 1 | jq -r 'keys_unsorted[0]')
    "$bin/dw-inject" --column "$column" --op missing --from 1000000 "$file" 2>err | jq -cS . >got
    zstd -dcq "${file%.parquet}.ndjson.zst" | jq -cS 'map_values(if type == "object" and has("base64") then .base64 else . end)' >want
    cmp want got || { echo "$name"; head -c 300 err; return 1; }
    count=$((count + 1))
  done
  [ "$count" -ge 15 ]
}

@test "a file of no rows, and one whose twin writes its digits otherwise" {
  recorded
  [ -d "$shared/parquet-testing" ] || skip 'the files are not here'
  "$bin/dw-inject" --format ndjson "$shared/parquet-testing/column_chunk_key_value_metadata.parquet" >got
  [ ! -s got ]
  "$bin/dw-inject" --format ndjson "$shared/parquet-testing/fixed_length_decimal_legacy.parquet" | jq -c .value >got
  zstd -dcq "$shared/parquet-testing/fixed_length_decimal_legacy.ndjson.zst" | jq -c '.value | tonumber' >want
  cmp want got
  "$bin/dw-inject" --format ndjson "$shared/parquet-testing/single_nan.parquet" >got
  zstd -dcq "$shared/parquet-testing/single_nan.ndjson.zst" | cmp - got
  # a struct is flattened: its members by dotted names
  "$bin/dw-inject" --format ndjson "$shared/parquet-testing/nulls.snappy.parquet" | jq -c '{b_struct: {b_c_int: .["b_struct.b_c_int"]}}' >got
  zstd -dcq "$shared/parquet-testing/nulls.snappy.ndjson.zst" | cmp - got
}

@test "lists of nothing are empty vectors, or of what is missing, as pyarrow says" {
  "$bin/dw-inject" --format ndjson "$data/kinds.parquet" >got
  cmp "$data/kinds_parquet.ndjson" got
}
