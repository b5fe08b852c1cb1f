# The same rows give the same findings, whoever wrote them in whatever form.

bats_require_minimum_version 1.5.0

setup_file() {
  export F=$BATS_FILE_TMPDIR FORMATS=$BATS_TEST_DIRNAME/../../shared/data/formats
  cd "$F" || return 1
  frame 1 0 >reference.ndjson
  frame 2 1 >current.ndjson
  frame 1 0 epoch >reference-epoch.ndjson # as pandas writes instants
  frame 2 1 epoch >current-epoch.ndjson
}

setup() {
  PATH="${DW_BIN:-$BATS_TEST_DIRNAME/../bin}:$PATH"
  cd "$F" || return 1
}

# frame SEED MOVED [epoch]: 20 columns, 400 rows.
frame() {
  awk -v seed="$1" -v moved="$2" -v epoch="${3-}" 'BEGIN { srand(seed)
    split("NA EU AP SA", region, " "); split("1.1 1.10 1.2 2.0", version, " "); split("02134 10001 94105 60601", zip, " ")
    for (i = 0; i < 400; i++) {
      u = rand(); v = rand(); w = rand(); t = i * 1800 + int(rand() * 600)
      day = int(t / 86400) + 1; s = t % 86400
      printf "{\"id\":\"c%05d\",\"amount\":%.2f,\"rate\":%.10f,\"count\":%d,", i, 20 + 30 * u + 15 * moved, v * (1 + moved) / 100, 1 + int(w * 40)
      printf "\"age\":%s,\"score\":%.6f,\"zip\":\"%s\",", v < 0.1 ? "null" : 18 + int(60 * w), u - w, zip[1 + int(v * 4)]
      printf "\"version\":\"%s\",\"region\":\"%s\",\"active\":%s,", version[1 + int((w * 4 + moved) % 4)], region[1 + int(u * 4)], v < 0.5 ? "true" : "false"
      printf "\"opt\":%s,\"big\":67512711684598998%d,\"hour\":%d,", u < 0.1 ? "null" : u < 0.5 ? "\"yes\"" : "\"no\"", int(w * 3), int(s / 3600)
      if (epoch) printf "\"ts\":%d000,", 1772323200 + t
      else printf "\"ts\":\"2026-03-%02dT%02d:%02d:%02dZ\",", day, s / 3600, s % 3600 / 60, s % 60
      printf "\"price\":%.2f,", 50 + 40 * w
      printf "\"emb\":[%.6f,%.6f,%.6f],", u - moved, v, w
      printf "\"comment\":\"%s %s; %d words\",\"empty\":\"%s\",\"const\":7,\"level\":%d.5}\n", v < 0.5 ? "fine" : "refund", w < 0.5 ? "parcel" : "order", i % 17, u < 0.2 ? "" : "x", int(v * 30)
    } }'
}

# table: findings in one line each, numbers to nine digits.
table() {
  jq -c 'select(.check) | [.column, .check, .type, .method, .drift, (.statistic | if type == "number" then . * 1e9 | round else . end)]' | sort
}

# same WANT REFERENCE CURRENT [OPTION]...: the pair has the findings in WANT.
same() {
  local want=$1 reference=$2 current=$3
  shift 3
  dw-compare "$@" --ref "$reference" "$current" 2>same.err | table >got
  diff "$want" got >same.diff || { echo "$reference, $current:"; cat same.diff same.err; return 1; }
}

@test "a frame of 20 columns written by our own converter, and by hand in other dialects, gives the same findings" {
  dw-compare --ref reference.ndjson current.ndjson 2>/dev/null | table >want
  [ "$(wc -l <want)" -ge 20 ]
  grep -q '"big","column_drift","categorical"' want
  grep -q '"emb","embedding_drift","vector"' want
  for side in reference current; do
    for form in csv parquet; do dw-inject --format $form $side.ndjson >$side.$form; done
    jq -r '[.[] | if type == "array" then tojson elif . == null then "" else tostring end] | @tsv' $side.ndjson >$side.rows
    { head -n 1 $side.ndjson | jq -r 'keys_unsorted | @tsv'; cat $side.rows; } >$side.tsv
    sed 's/.*/&\r/' $side.csv | { printf '\377\376'; iconv -f UTF-8 -t UTF-16LE; } >$side-utf16.csv
  done
  for form in csv parquet; do
    same want reference.$form current.$form
    same want reference.$form current.ndjson
    same want reference.ndjson current.$form
  done
  same want reference-epoch.ndjson current-epoch.ndjson
  same want reference.ndjson current-epoch.ndjson
  same want reference-epoch.ndjson current.csv
  same want reference-utf16.csv current-utf16.csv
  # what jq prints of digits beyond a double is not what was there
  grep -v '"big"' want >want-tsv
  same want-tsv reference.tsv current.tsv --exclude big
  names=$(head -n 1 reference.tsv | tr '\t' ,)
  same want-tsv reference.rows current.rows --exclude big --header "$names" --delimiter '\t'
}

@test "the recorded frame of pandas, polars, DuckDB and pyarrow gives the findings of its NDJSON in every form" {
  [ -d "$FORMATS" ] || skip "../shared/data/formats is not here"
  dw-compare --ref "$FORMATS/reference.ndjson.zst" "$FORMATS/current.ndjson.zst" 2>/dev/null | jq -c '(.statistic | numbers) |= (. * 1e4 | round)' | table >want
  grep -v '"emb"' want >want-csv # not in the CSV of pandas and polars
  round() { jq -c '(.statistic | numbers) |= (. * 1e4 | round)' | table; }
  for form in pandas_lines.ndjson.zst pandas_iso.ndjson.zst duckdb2.ndjson.zst duckdb2.csv.zst duckdb2.parquet polars.parquet pyarrow.parquet \
    pyarrow_delta_gzip.parquet pyarrow_v2_zstd.parquet pyarrow_lz4_crc.parquet stream.arrows zstd.arrow pandas.csv.zst polars.csv.zst; do
    wanted=want without=()
    case $form in pandas.csv* | polars.csv*) wanted="want-csv" without=(--exclude emb) ;; esac
    dw-compare --ref "$FORMATS/reference_$form" "$FORMATS/current_$form" 2>err | round >got
    diff $wanted got || { echo "$form"; cat err; return 1; }
    dw-compare --ref "$FORMATS/reference.ndjson.zst" "$FORMATS/current_$form" ${without[@]+"${without[@]}"} 2>err | round >got
    diff $wanted got || { echo "NDJSON against $form"; cat err; return 1; }
  done
}
