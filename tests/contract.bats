# The contract that every command keeps: run over all dw-* beside each other, so that a new command is covered the
# day it is added. What a command needs to run at all stands in `call` below; one that is missing there fails the first test.

bats_require_minimum_version 1.5.0

# Per command: ARGS, a valid call without its input; INPUT, a small input in the fixture folder ('' for a command that reads none);
# EMPTY, the exit status for an empty input; MUCH, arguments (behind ARGS) and BIG, an input, for more output than a pipe holds; ENDLESS, of
# a command that reads no input: arguments that keep it busy, () when there are no such. SERVES: it goes on until it is told to end, and writes no result.
call()
{
  INPUT='' EMPTY=0 MUCH=() BIG='' ENDLESS=() SERVES=''
  case $1 in
  dw-gen) ARGS=(--scenario "$F/scenario.yaml" --seed 7) MUCH=(--rows 200000) ENDLESS=(--rows 1000000000) ;;
  dw-inject)
    case ${PART:-} in
    canary) ARGS=(canary --configs "$F/program.json" --temperature 0.5 --dry-run) INPUT=prompts.ndjson ;;
    *) ARGS=(--column a --op shift --by 1) INPUT=current.ndjson BIG=big.ndjson ;;
    esac
    ;;
  dw-compare) ARGS=(--ref "$F/reference.ndjson") INPUT=current.ndjson EMPTY=5 ;;
  dw-profile) ARGS=() INPUT=current.ndjson EMPTY=5 MUCH=(--by a) BIG=big.ndjson ;;
  dw-train) ARGS=(--label y --id id --rounds 5) INPUT=current.ndjson EMPTY=5 ;;
  dw-score) ARGS=(--model "$F/model.json") INPUT=current.ndjson BIG=big.ndjson ;;
  dw-model) ARGS=(--registry "$F/registry" list) ;;
  dw-store)
    case ${PART:-} in
    get) ARGS=(get --db "sqlite:$F/records.db") MUCH=(--db "sqlite:$F/big.db") ;;
    import) ARGS=(import --db "sqlite:$F/records.db") INPUT=stored.ndjson ;;
    *) ARGS=(put --db "sqlite:$F/records.db") INPUT=current.ndjson ;; # they are there already: each call says the same
    esac
    ;;
  dw-report) ARGS=() INPUT=findings.ndjson EMPTY=3 ;;
  dw-calibrate)
    case ${PART:-} in
    thresholds) ARGS=(thresholds --ref "$F/reference.ndjson" --runs 200) ;;
    adaptive) ARGS=(adaptive --least 2) INPUT=runs.ndjson EMPTY=5 ;;
    *) ARGS=(scores --label y --score a) INPUT=current.ndjson EMPTY=5 ;;
    esac
    ;;
  dw-eval) ARGS=(--label y --score a --metrics auc,ks,average_precision --gate 'auc>=0.99') INPUT=current.ndjson EMPTY=5 MUCH=(--chunk-size 10 --bootstrap 0) BIG=big.ndjson ;;
  dw-detect) ARGS=(--column a --method adwin) INPUT=current.ndjson EMPTY=5 BIG=big.ndjson MUCH=(--method shewhart --param k=0.1) ;;
  dw-heal) ARGS=(--policy "$F/policy.yaml" --dry-run) INPUT=findings.ndjson EMPTY=5 ;;
  dw-canary)
    case ${PART:-} in
    from) ARGS=(--from openai-batch --round r) INPUT=batch.ndjson EMPTY=5 BIG=big.batch.ndjson ;;
    *) ARGS=(--configs "$F/replay.json" --round r) INPUT=prompts.ndjson ;;
    esac
    ;;
  dw-serve) ARGS=(--listen 127.0.0.1:0) SERVES=1 ;;
  *) return 1 ;;
  esac
}

setup_file()
{
  export F=$BATS_FILE_TMPDIR DW_NOW=2026-01-05T00:00:00Z ASAN_OPTIONS=detect_leaks=0 # what is still held at a fatal exit is no leak
  records() { awk -v n="$1" -v shift="$2" 'BEGIN { for (i = 0; i < n; i++) printf "{\"id\":\"r%d\",\"a\":%d.5,\"b\":\"%s\",\"y\":%d}\n", i, (i * 37) % 101 + shift, (i % 3 ? "x" : "y"), i % 5 == 0 }'; }
  records 300 0 >"$F/reference.ndjson"
  records 300 60 >"$F/current.ndjson"
  records 60000 0 >"$F/big.ndjson"
  sed 's/[^:]*://; s/,"[a-z]*":/,/g; s/[}"]//g; 1i id,a,b,y' "$F/current.ndjson" >"$F/current.csv"
  printf 'columns:\n  a: {distribution: normal, mean: 0, sd: 1}\n  b: {distribution: uniform, low: 0, high: 1}\n' >"$F/scenario.yaml"
  cat >"$F/findings.ndjson" <<'JSON'
{"kind":"finding","check":"column_drift","column":"a","type":"numeric","method":"ks","statistic":0.6,"p_value":1e-9,"p_adjusted":1e-9,"score":1e-9,"threshold":0.05,"rule":"<=","drift":true,"severity":"high","direction":"up","effect_size":2,"reference":{"count":300,"missing":0,"mean":50,"std":29,"min":0.5,"quantiles":{"0.05":5.5,"0.25":25.5,"0.5":50.5,"0.75":75.5,"0.95":95.5},"max":100.5,"histogram":{"edges":[0,50,100,170],"counts":[150,149,1]}},"current":{"count":300,"missing":0,"mean":110,"std":29,"min":60.5,"quantiles":{"0.05":65.5,"0.25":85.5,"0.5":110.5,"0.75":135.5,"0.95":155.5},"max":160.5,"histogram":{"edges":[0,50,100,170],"counts":[0,120,180]}},"approximate":false,"rank_error":null}
{"kind":"summary","drift":true,"severity":"high","columns":1,"drifted":1,"drift_share":1,"drift_share_threshold":0.5,"drifted_columns":["a"],"reference_rows":300,"current_rows":300,"skipped_records":0,"made_by":[]}
JSON
  cat "$F/findings.ndjson" "$F/findings.ndjson" >"$F/runs.ndjson"
  if [ -x "$DW_BIN/dw-train" ]; then
    "$DW_BIN/dw-train" --label y --id id --rounds 5 "$F/reference.ndjson" >"$F/model.json" || return 1
  fi
  : >"$F/stored.ndjson"
  if [ -x "$DW_BIN/dw-store" ]; then
    "$DW_BIN/dw-store" put --db "sqlite:$F/records.db" "$F/current.ndjson" >"$F/stored" || return 1
    "$DW_BIN/dw-store" put --db "sqlite:$F/big.db" "$F/big.ndjson" >"$F/stored" || return 1
    "$DW_BIN/dw-store" export --db "sqlite:$F/records.db" >"$F/stored.ndjson" || return 1
  fi
  awk 'BEGIN { for (i = 0; i < 300; i++) printf "{\"id\":\"p%d\",\"prompt\":\"What is %d?\"}\n", i, (i * 37) % 101 }' >"$F/prompts.ndjson"
  awk 'BEGIN { for (i = 0; i < 300; i++) printf "{\"kind\":\"response\",\"canary\":\"c\",\"round\":\"r\",\"prompt\":\"p%d\",\"text\":\"It is.\"}\n", i }' >"$F/answers.ndjson"
  echo '{"backend":"replay","file":"answers.ndjson"}' >"$F/replay.json"
  echo '{"backend":"exec","command":["cat"]}' >"$F/program.json"
  awk 'BEGIN { for (i = 0; i < 20000; i++) printf "{\"custom_id\":\"p%d\",\"response\":{\"status_code\":200,\"body\":{\"model\":\"m\",\"choices\":[{\"message\":{\"content\":\"It is %d.\"}}]}}}\n", i, (i * 37) % 101 }' >"$F/big.batch.ndjson"
  head -n 300 "$F/big.batch.ndjson" >"$F/batch.ndjson"
  for file in current.ndjson findings.ndjson runs.ndjson stored.ndjson prompts.ndjson batch.ndjson; do
    zstd -q -f "$F/$file" -o "$F/$file.zst"
    gzip -c "$F/$file" >"$F/$file.gz"
    head -c $(($(wc -c <"$F/$file.zst") * 2 / 3)) "$F/$file.zst" >"$F/cut.$file.zst"
    head -c $(($(wc -c <"$F/$file.gz") * 2 / 3)) "$F/$file.gz" >"$F/cut.$file.gz"
  done
  echo '{"kind":"model","format":1,"booster":{}}' >"$F/version.json"
  [ ! -x "$DW_BIN/dw-model" ] || "$DW_BIN/dw-model" --registry "$F/registry" register --model "$F/version.json" >"$F/registered" || return 1
  printf 'version: 1\ndrift_policy: {on_low: alert, on_medium: alert, on_high: alert}\nrelease_policy: {approval: [alert]}\n' >"$F/policy.yaml"
  : >"$F/empty"
  mkdir "$F/folder" "$F/hostile" "$F/help"
  for command in "$DW_BIN"/dw-*; do
    name=${command##*/}
    parts "$name"
    for part in "${PARTS[@]}"; do
      word=("$part")
      [ "$part" != whole ] || word=()
      "$command" "${word[@]}" --help >"$F/help/$name.$part" || return 1
    done
  done
  cd "$F/hostile" || return 1
  head -c 3000 "$F/current.ndjson.zst" | tail -c +5 >noise
  printf '\000\000\000\000' >nul
  printf '{"a":1,"b":"\000"}\n' >nul_inside
  printf '\377\376{\000' >utf16
  printf '{"a":1,"b":"\377\300\200"}\n' >not_utf8
  printf '{"a":1' >cut_object
  printf '{"a":1}{"a":2}\n' >two_on_a_line
  printf '{"a":1,"a":2}\n' >duplicate_key
  printf '{"a":1e999,"b":-1e999}\n{"a":NaN}\n' >beyond_range
  printf '[{"a":1}]\n' >array
  printf '"text"\n' >scalar
  printf '{"kind":"finding","check":7,"column":{},"drift":"perhaps","reference":[],"current":null}\n{"kind":"summary"}\n' >odd_document
  printf '{"kind":"finding","check":"column_drift","column":"a","reference":{"histogram":{"edges":[1],"counts":[-5,1e308,null]}},"current":{"histogram":{"edges":"x"}}}\n' >odd_histogram
  awk 'BEGIN { printf "{\"a\":"; for (i = 0; i < 100000; i++) printf "["; print "" }' >deep
  awk 'BEGIN { printf "{\""; for (i = 0; i < 100000; i++) printf "k"; print "\":1}" }' >long_key
  awk 'BEGIN { printf "{\"k0\":0"; for (i = 1; i < 70000; i++) printf ",\"k%d\":1", i; print "}" }' >many_keys
  printf 'a,b\n1,2,3\n"open' >ragged.csv
  printf '\357\273\277a,a\r\n1,2\r\n' >twice.csv
  printf ',\n,\n' >commas.csv
  printf '\050\265\057\375garbage' >bad.zst
  printf '\037\213garbage' >bad.gz
}

setup()
{
  cd "$BATS_TEST_TMPDIR" || return 1
  TIMEOUT= # tests/run ends the file, should a call hang
}

# The parts of a command whose first argument says what it does.
parts()
{
  case $1 in
  dw-calibrate) PARTS=(scores thresholds adaptive) ;;
  dw-store) PARTS=(put get import) ;;
  dw-canary) PARTS=(round from) ;;
  dw-inject) PARTS=(records canary) ;;
  *) PARTS=(whole) ;;
  esac
}

commands()
{
  for command in "$DW_BIN"/dw-*; do
    [ -x "$command" ] || continue
    name=${command##*/}
    parts "$name"
    for PART in "${PARTS[@]}"; do
      call "$name" || continue
      INPUT_ARGS=() WORD=()
      [ "$PART" = whole ] || WORD=("$PART")
      [ -n "$INPUT" ] && INPUT_ARGS=("$F/$INPUT")
      "$@" || { echo "by $name $PART"; return 1; }
    done
  done
}

# STATUS... -- WORDS: runs quietly into out, err; the status must be one of those named.
expect()
{
  local wanted=() got
  while [ "$1" != -- ]; do wanted+=("$1"); shift; done
  shift
  got=0
  $TIMEOUT "$@" >out 2>err </dev/null || got=$?
  for want in "${wanted[@]}"; do [ "$got" -eq "$want" ] && return 0; done
  echo "\`$*\` exits $got, wanted ${wanted[*]}; it says: $(head -c 2000 err)"
  return 1
}

# Hundreds of calls are looked at: by the shell itself, as each process takes longer than the look.
quiet() { [ ! -s err ] || { echo "standard error: $(head -c 2000 err)"; return 1; }; }
read_err() { if IFS= read -r -d '' said <err; then said+=$'\001'; fi; } # a zero byte ends it, and is a control character
says() { read_err; [[ $said == *"$1"* ]] || { echo "standard error lacks \"$1\": $(head -c 2000 err)"; return 1; }; }
starts() { read_err; [[ $said == "$name"* ]] || { echo "the message does not start with $name: $(head -c 2000 err)"; return 1; }; }
has_option() { [[ $(<"$F/help/$name.$PART") =~ $'\n'"  --$1"[^a-z-] ]]; }
full() { [ "${DW_SUITE:-}" = full ]; }
no_verdict() { out=$(<out); [[ $'\n'$out != *$'\n{"kind":"summary","drift":'* ]]; }
reads() { [ -n "$INPUT" ]; }
serves() { [ -n "$SERVES" ]; }

@test "contract: every command stands in the table of this test" {
  [ -n "$(ls "$DW_BIN"/dw-* 2>/dev/null)" ] || { echo "no command in $DW_BIN"; return 1; }
  for command in "$DW_BIN"/dw-*; do
    call "${command##*/}" || { echo "add ${command##*/} to the table at the top of tests/contract.bats"; return 1; }
  done
}

@test "contract: --help and --version" {
  one()
  {
    [ "$PART" = "${PARTS[0]}" ] || return 0 # without its word it is the same call for all parts
    expect 0 -- "$command" --help && quiet || return 1
    awk -v name="$name" '
      function fail(why) { print why; failed = 1; exit 1 }
      NR == 1 && $0 !~ "^Usage: " name { fail("it does not begin with its usage") }
      /^(Usage|   or): / { usage = NR }
      usage && NR == usage + 1 { purpose = $0 }
      /^Exit status:/ { exits = 1 }
      /^[^ ]/ { split("", seen) }
      /^  --/ && seen[$1]++ { fail("listed twice: " $1) }
      /^  --/ && open { fail("it does not say what it takes: " last) }
      { last = $0; open = /^   .*:$|^  --.*:$|: \(default/ }
      END {
        if (failed) exit 1
        if (!exits) fail("it does not list exit statuses")
        if (purpose !~ /^[A-Z].*\.$/) fail("the purpose in --help is not a sentence")
      }' out || return 1
    help=$(<out)
    expect 0 -- "$command" -h && quiet && [ "$(<out)" = "$help" ] || return 1
    expect 0 -- "$command" --version && quiet && [[ $(<out) =~ ^$name\ [0-9]+\.[0-9]+\.[0-9]+$ ]]
  }
  commands one
}

@test "contract: a valid call exits 0 or 1 and says nothing on standard error" {
  one() { serves || { expect 0 1 -- "$command" "${ARGS[@]}" "${INPUT_ARGS[@]}" && quiet && [ -s out ]; }; }
  commands one
}

@test "contract: an unknown option" {
  one()
  {
    [ "$PART" = "${PARTS[0]}" ] || return 0
    expect 2 -- "$command" --no-such-thing && says "$name: unknown option --no-such-thing" && says "Try '$name --help'." && [ ! -s out ] || return 1
    expect 2 -- "$command" --hepl && says "$name: unknown option --hepl; did you mean --help?" || return 1
    expect 2 -- "$command" --config
    says "$name: --config needs a value"
  }
  commands one
}

@test "contract: a bad number (one of two for each option; DW_SUITE=full: both)" {
  turn=0
  one()
  {
    for option in $(awk '/^  --/ { name = $1 } /\((from|at least|at)( |$)/ { print name }' "$F/help/$name.$PART"); do
      turn=$((!turn))
      if full || [ "$turn" -eq 1 ]; then
        expect 2 -- "$command" "${ARGS[@]}" "$option" 12monkeys "${INPUT_ARGS[@]}" && says "$name: $option: \"12monkeys\" is not a" && [ ! -s out ] || return 1
      fi
      if full || [ "$turn" -eq 0 ]; then
        expect 2 -- "$command" "${ARGS[@]}" "$option" -1e999 "${INPUT_ARGS[@]}" && starts && [ ! -s out ] || return 1
      fi
    done
  }
  commands one
}

@test "contract: a settings file with an unknown key" {
  printf 'quiet: true\nno-such-key: 1\n' >site.yaml
  one() { expect 2 -- "$command" "${ARGS[@]}" --config site.yaml "${INPUT_ARGS[@]}" && says "$name: site.yaml:2: no-such-key: unknown key"; }
  commands one
}

@test "contract: a missing file" {
  one()
  {
    reads || return 0
    expect 4 -- "$command" "${ARGS[@]}" no/such/file
    says "$name: no/such/file: No such file or directory"
    [ ! -s out ]
  }
  commands one
}

@test "contract: a directory" {
  one()
  {
    reads || return 0
    expect 4 -- "$command" "${ARGS[@]}" "$F/folder"
    starts
    says directory
    [ ! -s out ]
  }
  commands one
}

# The codecs in turn, a command each; DW_SUITE=full: all by all.
codecs() { if full; then kinds=(zst gz); elif [ "$((codec_turn++ % 2))" -eq 0 ]; then kinds=(zst); else kinds=(gz); fi; }

@test "contract: cut streams are bad data, not short data" {
  codec_turn=0
  one()
  {
    reads || return 0
    codecs
    for kind in "${kinds[@]}"; do
      expect 3 -- "$command" "${ARGS[@]}" "$F/cut.$INPUT.$kind" && starts && says "cut.$INPUT.$kind" && no_verdict || return 1
    done
  }
  commands one
}

@test "contract: an empty input" {
  one()
  {
    reads || return 0
    expect "$EMPTY" -- "$command" "${ARGS[@]}" "$F/empty" || return 1
    [ "$EMPTY" -eq 0 ] || { starts && no_verdict; }
  }
  commands one
}

@test "contract: file, standard input, -, zstd and gzip give the same (two of them by each command; DW_SUITE=full: all)" {
  # where the bytes came from stands in made_by
  plain() { sed 's/"made_by":\[.*\]//' out; }
  codec_turn=1
  one()
  {
    reads || return 0
    local status way
    expect 0 1 -- "$command" "${ARGS[@]}" "$F/$INPUT" || return 1
    plain=$(plain)
    codecs
    for way in "${kinds[@]}"; do
      expect 0 1 -- "$command" "${ARGS[@]}" "$F/$INPUT.$way" && quiet && [ "$(plain)" = "$plain" ] || return 1
    done
    if full || [ "${kinds[0]}" = zst ]; then
      status=0; "$command" "${ARGS[@]}" - <"$F/$INPUT" >out 2>err || status=$?
      [ "$status" -le 1 ] && quiet && [ "$(plain)" = "$plain" ] || return 1
    fi
    if full || [ "${kinds[0]}" = gz ]; then
      status=0; "$command" "${ARGS[@]}" <"$F/$INPUT.zst" >out 2>err || status=$?
      [ "$status" -le 1 ] && quiet && [ "$(plain)" = "$plain" ]
    fi
  }
  commands one
}

@test "contract: a full disk and a closed standard output are failures" {
  [ -e /dev/full ] || skip 'no /dev/full here'
  results()
  {
    status=0; "$command" "${ARGS[@]}" "${INPUT_ARGS[@]}" >/dev/full 2>err </dev/null || status=$?
    [ "$status" -eq 4 ] && starts && says 'No space left' || { echo "/dev/full: status $status"; return 1; }
    status=0; "$command" "${ARGS[@]}" "${INPUT_ARGS[@]}" >&- 2>err </dev/null || status=$?
    [ "$status" -eq 4 ] && starts || { echo "closed: status $status $(cat err)"; return 1; }
  }
  one()
  {
    serves || results || return 1
    [ "$PART" = "${PARTS[0]}" ] || return 0
    status=0; "$command" --help >/dev/full 2>err || status=$?
    [ "$status" -eq 4 ] && starts || { echo "--help to /dev/full: status $status"; return 1; }
  }
  commands one
}

@test "contract: a reader that leaves ends a command quietly" {
  one()
  {
    serves && return 0
    local input=("${INPUT_ARGS[@]}") statuses
    [ -z "$BIG" ] || input=("$F/$BIG")
    "$command" "${ARGS[@]}" "${MUCH[@]}" "${input[@]}" 2>err </dev/null | head -c 10 >out
    statuses=("${PIPESTATUS[@]}")
    [ "${statuses[0]}" -le 1 ] || { echo "status ${statuses[0]}: $(cat err)"; return 1; }
    quiet
  }
  commands one
}

@test "contract: hostile input gives a status of the table and no verdict (by a sixth of the commands each; DW_SUITE=full: by all)" {
  first=0
  if command -v timeout >/dev/null; then TIMEOUT='timeout 60'; fi
  one()
  {
    reads || return 0
    local turn=$((first++))
    for file in "$F"/hostile/*; do
      [ $((turn++ % 6)) -eq 0 ] || full || continue
      expect 0 1 2 3 4 5 -- "$command" "${ARGS[@]}" "$file" || return 1
      # a failure has no summary behind it
      read_err
      if [ -s err ] && [[ $said != *warning* ]]; then
        starts && no_verdict || { echo "after $file"; return 1; }
      fi
      [[ $said != *[$'\001'-$'\010'$'\013'-$'\037']* ]] || { echo "control characters in the message about $file"; return 1; }
    done
  }
  commands one
}

@test "contract: bad records are stopped at, or skipped and counted" {
  one()
  {
    reads && has_option on-error || return 0
    { head -n 100 "$F/$INPUT"; echo '{"a":}'; tail -n +101 "$F/$INPUT"; } >bad.ndjson
    expect 3 -- "$command" "${ARGS[@]}" bad.ndjson && says "$name: bad.ndjson:101:" || return 1
    expect 0 1 -- "$command" "${ARGS[@]}" --on-error skip bad.ndjson
    says '1 bad record left out'
    says 'bad.ndjson:101:'
  }
  commands one
}

@test "contract: --exit-zero turns 1 into 0" {
  one()
  {
    has_option exit-zero || return 0
    expect 1 -- "$command" "${ARGS[@]}" "${INPUT_ARGS[@]}"
    expect 0 -- "$command" "${ARGS[@]}" --exit-zero "${INPUT_ARGS[@]}"
  }
  commands one
}

@test "contract: --output is whole or absent" {
  alone() { local all; shopt -s dotglob nullglob; all=("$1"/*); shopt -u dotglob nullglob; [ "${all[*]}" = "$1/out" ]; } # out, and nothing else
  one()
  {
    has_option output || return 0
    local results=results.$name.$PART
    mkdir "$results"
    expect 0 1 -- "$command" "${ARGS[@]}" "${INPUT_ARGS[@]}" && direct=$(<out) || return 1
    expect 0 1 -- "$command" "${ARGS[@]}" --output "$results/out" "${INPUT_ARGS[@]}" && quiet && [ ! -s out ] && [ "$(<"$results/out")" = "$direct" ] || return 1
    alone "$results" || { echo "left in the folder: $(ls -A "$results")"; return 1; }
    expect 4 -- "$command" "${ARGS[@]}" --output no/folder/out "${INPUT_ARGS[@]}" && starts && says no/folder/out && [ ! -e no ] || return 1
    expect 4 -- "$command" "${ARGS[@]}" --output "$F/folder" "${INPUT_ARGS[@]}" && starts || return 1
    reads || return 0
    # an input that turns out bad leaves the old file alone
    echo old >"$results/out"
    expect 3 -- "$command" "${ARGS[@]}" --output "$results/out" "$F/cut.$INPUT.gz" || return 1
    [ "$(<"$results/out")" = old ] && alone "$results" || { echo "after a failure: $(ls -A "$results")"; return 1; }
  }
  commands one
}

@test "contract: an interrupt leaves no half-written file (SIGINT or SIGTERM, a command each; DW_SUITE=full: both)" {
  command -v timeout >/dev/null || skip 'no timeout command'
  mkfifo slow
  exec 9<>slow
  turn=0
  one()
  {
    has_option output || return 0
    local input=(slow) long=("${ENDLESS[@]}")
    reads || input=()
    reads || [ ${#long[@]} -gt 0 ] || return 0
    local signals=(INT TERM)
    full || signals=("${signals[turn++ % 2]}")
    for signal in "${signals[@]}"; do
      results=results.$name.$PART.$signal
      mkdir "$results"
      if reads; then cat "$F/$INPUT" >&9; fi
      status=0
      timeout -s "$signal" 0.3 "$command" "${ARGS[@]}" "${long[@]}" --output "$results/out" "${input[@]}" >out 2>err </dev/null 9>&- || status=$?
      [ "$status" -eq 124 ] || { echo "SIG$signal: it ended by itself, status $status: $(<err)"; return 1; }
      rmdir "$results" || { echo "SIG$signal leaves $(ls -A "$results")"; return 1; }
    done
  }
  commands one
  exec 9>&-
}
