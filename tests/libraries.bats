# Libraries that few runs need are loaded when they are first called (src/io/library/library.h): no command waits for them when it starts, and one
# that is not installed is missed by those alone who call it.

bats_require_minimum_version 1.5.0

setup()
{
  cd "$BATS_TEST_TMPDIR" || return 1
  export ASAN_OPTIONS=detect_leaks=0
  X=$BATS_TEST_DIRNAME/data/xgboost33
}

# Names of libraries that are loaded when wanted, and of some that they bring along: the loader says what it loads.
loaded() # ARGS
{
  LD_DEBUG=files LD_DEBUG_OUTPUT=loader "$@" >output 2>&1 </dev/null || true
  sed -n 's/.*file=\(lib[^ ]*\) .*needed by.*/\1/p; s/.*file=\(lib[^ ]*\) .*dynamically loaded.*/\1/p' loader.* | sort -u >all
  rm -f loader.*
  grep -E '^lib(pq|curl|xgboost|snappy|sqlite3|crypto|gnutls|ldap|krb5|ssh2)' all || true
}

name_of() { grep -ao "lib$2\.so[.0-9]*" "$DW_BIN/$1" | head -n 1; } # COMMAND LIBRARY: the name that it is loaded by

@test "libraries: no command loads at its start what few runs need" {
  loaded "$DW_BIN/dw-store" stats --db postgresql://nobody@127.0.0.1:1/x >found
  [ -s all ] || skip "the loader here does not say what it loads (LD_DEBUG)"
  grep -qx 'libpq\.so.*' found # so that the test can fail
  for command in "$DW_BIN"/dw-*; do
    loaded "$command" --version >found
    [[ $'\n'$(<all) == *$'\n''libc.'* ]]
    [ ! -s found ] || { echo "$command --version loads:"; cat found; return 1; }
  done
}

@test "libraries: no command is linked with them, dw-compare above all" {
  command -v readelf >/dev/null || skip 'there is no readelf here (binutils)'
  for command in "$DW_BIN"/dw-*; do
    readelf -d "$command" >dynamic
    grep -q 'NEEDED.*\[libc[.]' dynamic
    run ! grep -E 'NEEDED.*\[lib(pq|curl|xgboost|snappy|sqlite3|crypto|ssl)[.]' dynamic
  done
  run ! grep -aE 'lib(pq|curl|xgboost|sqlite3|crypto)[.]so' "$DW_BIN/dw-compare" # nor are they loaded later
}

@test "libraries: a comparison, its profiles and a report load none of them" {
  awk 'BEGIN { print "x,y"; for (i = 0; i < 200; i++) print i % 17 "," (i > 100) }' >data.csv
  loaded "$DW_BIN/dw-profile" --output data.json data.csv >found
  [ -s all ] || skip "the loader here does not say what it loads (LD_DEBUG)"
  [ ! -s found ] && grep -q '"sha256"\|"digest"' data.json
  loaded "$DW_BIN/dw-compare" --ref data.json data.csv >found
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
