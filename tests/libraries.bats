# Libraries are loaded when they are first called (src/io/library/library.h): no command waits for them when it starts, and one that is not installed
# is missed by those alone who call it.

bats_require_minimum_version 1.5.0

setup()
{
  cd "$BATS_TEST_TMPDIR" || return 1
  export ASAN_OPTIONS=detect_leaks=0
  X=$BATS_TEST_DIRNAME/data/xgboost33
}

of_c='^(lib(c|m|dl|pthread|asan|ubsan|tsan|stdc[+][+]|gcc_s)|ld-linux[^.]*)[.]so'

# Names of what is loaded besides the libraries of C and of the compiler: the loader says what it loads.
loaded() # ARGS
{
  LD_DEBUG=files LD_DEBUG_OUTPUT=loader "$@" >output 2>&1 </dev/null || true
  sed -n 's/.*file=\(lib[^ ]*\) .*needed by.*/\1/p; s/.*file=\(lib[^ ]*\) .*dynamically loaded.*/\1/p' loader.* | sort -u >all
  rm -f loader.*
  grep -vE "$of_c" all || true
}

name_of() { grep -ao "lib$2\.so[.0-9]*" "$DW_BIN/$1" | head -n 1; } # COMMAND LIBRARY: the name that it is loaded by

@test "libraries: no command loads anything at its start" {
  loaded "$DW_BIN/dw-store" stats --db postgresql://nobody@127.0.0.1:1/x >found
  [ -s all ] || skip "the loader here does not say what it loads (LD_DEBUG)"
  grep -qx 'libpq\.so.*' found # so that the test can fail
  for command in "$DW_BIN"/dw-*; do
    loaded "$command" --version >found
    [[ $'\n'$(<all) == *$'\n''libc.'* ]]
    [ ! -s found ] || { echo "$command --version loads:"; cat found; return 1; }
  done
}

@test "libraries: commands are linked with the library of C alone; dw-compare knows none of those that few runs need" {
  command -v readelf >/dev/null || skip 'there is no readelf here (binutils)'
  for command in "$DW_BIN"/dw-*; do
    readelf -d "$command" >dynamic
    sed -n 's/.*(NEEDED).*\[\(.*\)\]/\1/p' dynamic >needed
    grep -q '^libc[.]' needed
    run ! grep -vE "$of_c" needed
  done
  run ! grep -aE 'lib(pq|curl|xgboost|sqlite3|crypto)[.]so' "$DW_BIN/dw-compare" # nor are they loaded later
}

@test "libraries: a comparison, its profiles and a report load none, and data the one that unpacks or splits it" {
  awk 'BEGIN { print "x,y"; for (i = 0; i < 200; i++) print i % 17 "," (i > 100) }' >data.csv
  awk 'BEGIN { for (i = 0; i < 200; i++) print "{\"x\":" i % 17 ",\"y\":" (i > 100) "}" }' >data.ndjson
  gzip -k data.ndjson
  zstd -q data.ndjson
  loaded "$DW_BIN/dw-profile" --output data.json data.ndjson >found
  [ -s all ] || skip "the loader here does not say what it loads (LD_DEBUG)"
  [ ! -s found ] && grep -q '"sha256"\|"digest"' data.json
  for pair in csv:csv ndjson.gz:z ndjson.zst:zstd; do
    loaded "$DW_BIN/dw-profile" --output said "data.${pair%:*}" >found
    [ "$(wc -l <found)" -eq 1 ] && grep -q "^lib${pair#*:}[.]so" found && [ -s said ]
  done
  loaded "$DW_BIN/dw-profile" --output data.ndjson.gz data.ndjson >found
  [ "$(wc -l <found)" -eq 1 ] && grep -q '^libz[.]so' found
  loaded "$DW_BIN/dw-compare" --ref data.json data.ndjson >found
  [ ! -s found ] && [[ $(<output) == *'"kind":"summary"'* ]]
  mv output findings.ndjson
  loaded "$DW_BIN/dw-report" findings.ndjson >found
  [ ! -s found ] && [ -s output ]
}

@test "libraries: without libpq a database of PostgreSQL cannot be opened, and SQLite's can" {
  export DW_FAULT_MISSING=$(name_of dw-store pq)
  [[ $DW_FAULT_MISSING == libpq.so.* ]]
  run -4 --separate-stderr "$DW_BIN/dw-store" stats --db postgresql://nobody@127.0.0.1:1/x
  [[ $stderr == "dw-store: $DW_FAULT_MISSING is needed for postgresql: addresses and cannot be loaded: "* ]]
  run -4 --separate-stderr "$DW_BIN/dw-model" list --registry postgresql://nobody@127.0.0.1:1/x
  [[ $stderr == "dw-model: $DW_FAULT_MISSING is needed for postgresql: addresses and cannot be loaded: "* ]]
  echo '{"id":1}' | "$DW_BIN/dw-store" put --db sqlite:s.db >said
  "$DW_BIN/dw-store" stats --db sqlite:s.db >said
}

@test "libraries: without libcurl nobody is asked over HTTP" {
  export DW_FAULT_MISSING=$(name_of dw-canary curl)
  [[ $DW_FAULT_MISSING == libcurl.so.* ]]
  run -4 --separate-stderr "$DW_BIN/dw-serve" --listen 127.0.0.1:1 --probe /readyz
  [[ $stderr == *"$DW_FAULT_MISSING is needed for http: and https: addresses and cannot be loaded: "* ]]
  printf '{"model":"m","base_url":"http://127.0.0.1:1/v1"}' >a.json
  printf '{"prompt":"1","text":"one"}\n{"prompt":"2","text":"two"}\n' >prompts.ndjson
  run --separate-stderr "$DW_BIN/dw-canary" --configs a.json --round r --retries 0 prompts.ndjson
  echo "$status: $output; $stderr"
  [ "$status" -eq 4 ]
  [[ $output$stderr == *"$DW_FAULT_MISSING is needed for http: and https: addresses and cannot be loaded: "* ]]
}

@test "libraries: without XGBoost's library the own engine scores, and nothing is trained" {
  model=$X/binary.json
  "$DW_BIN/dw-score" --engine own --model "$model" "$X/rows.ndjson" >want
  export DW_FAULT_MISSING=$(name_of dw-score xgboost)
  [[ $DW_FAULT_MISSING == libxgboost.so* ]]
  says="$DW_FAULT_MISSING is needed for training and for --engine library and cannot be loaded: "
  run -0 --separate-stderr "$DW_BIN/dw-score" --model "$model" "$X/rows.ndjson"
  [ -z "$stderr" ]
  cmp want <(printf '%s\n' "$output")
  run -4 --separate-stderr "$DW_BIN/dw-score" --engine library --model "$model" "$X/rows.ndjson"
  [[ $stderr == "dw-score: $model: XGBoost's library cannot score with this model: $says"*"; --engine own can" ]]
  awk 'BEGIN { print "x,y"; for (i = 0; i < 200; i++) print i "," (i > 100) }' >train.csv
  run -4 --separate-stderr "$DW_BIN/dw-train" --label y train.csv
  [[ $stderr == "dw-train: $says"* ]]
  [ -z "$output" ]
}

@test "libraries: without SQLite's a database is not opened, without libcrypto nothing is signed, and a folder needs neither" {
  export DW_FAULT_MISSING="$(name_of dw-serve sqlite3) $(name_of dw-serve crypto)"
  [[ $DW_FAULT_MISSING == 'libsqlite3.so.'*' libcrypto.so.'* ]]
  : >s.db
  run -4 --separate-stderr "$DW_BIN/dw-store" stats --db sqlite:s.db
  [[ $stderr == "dw-store: ${DW_FAULT_MISSING% *} is needed for databases of SQLite and cannot be loaded: "* ]]
  "$DW_BIN/dw-model" register --registry folder --model "$X/binary.json" >said
  [ -d folder ]
  printf '{}\n' >audit
  : >public
  run -4 --separate-stderr "$DW_BIN/dw-heal" verify --key public audit
  [[ $stderr == *"${DW_FAULT_MISSING#* } is needed for keys and signatures and cannot be loaded: "* ]]
}

@test "libraries: own scores and the registry never load XGBoost's" {
  loaded "$DW_BIN/dw-score" --engine library --model "$X/binary.json" "$X/rows.ndjson" >found
  [ -s all ] || skip "the loader here does not say what it loads (LD_DEBUG)"
  [[ $'\n'$(<found) == *$'\n''libxgboost'* ]]
  loaded "$DW_BIN/dw-score" --model "$X/binary.json" "$X/rows.ndjson" >found
  [ ! -s found ] && [ "$(wc -l <output)" -gt 10 ]
  loaded "$DW_BIN/dw-model" register --registry folder --model "$X/binary.json" >found
  [ ! -s found ] && [ -d folder ]
}

# without LIBRARY COMMAND ARGS: status 4, and the last line of what it says names the library and what that is needed for.
without()
{
  local library=$1 command=$2 name
  name=$(name_of "$command" "$library")
  [[ $name == lib$library.so* || $name == lib$library-[0-9]*.so* ]] || { echo "$command does not know a lib$library: $name"; return 1; }
  shift 2
  run --separate-stderr env DW_FAULT_MISSING="$name" "$DW_BIN/$command" "$@"
  [ "$status" -eq 4 ] && [ -z "$output" ] && [[ ${stderr_lines[-1]} == "$command: "*"$name is needed for $use and cannot be loaded: "* ]] || {
    echo "$command $*: $status: $output; $stderr"
    return 1
  }
}

@test "libraries: without one that unpacks, splits or parses there is an error that says so, and no file" {
  name_of() { grep -aoE "lib$2(-[.0-9]+)?\.so[.0-9]*" "$DW_BIN/$1" | head -n 1; }
  awk 'BEGIN { print "x,y"; for (i = 0; i < 200; i++) print i % 17 "," (i > 100) }' >data.csv
  "$DW_BIN/dw-inject" --format ndjson data.csv >data.ndjson
  "$DW_BIN/dw-inject" --format parquet data.csv >data.parquet
  gzip -k data.ndjson
  zstd -q data.ndjson
  use='gzip streams'
  without z dw-profile data.ndjson.gz
  without z dw-profile --output new.gz data.ndjson
  use='zstd streams'
  without zstd dw-profile data.ndjson.zst
  without zstd dw-profile --output new.zst data.ndjson
  use='pages packed by zstd'
  without zstd dw-profile data.parquet
  without zstd dw-inject --format parquet data.csv
  use=CSV
  without csv dw-profile data.csv
  use=YAML
  echo 'seed: 1' >settings.yaml
  without yaml dw-inject --config settings.yaml data.ndjson
  use='the server'
  without event_core dw-serve --listen 127.0.0.1:0 --db sqlite:s.db
  run ! ls -A new.gz new.zst .new* 2>/dev/null
}
