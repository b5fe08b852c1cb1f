# dw-compare --ref-cache: what was read of a reference is kept; the answer is the same to the last byte.

setup_file() {
  bats_require_minimum_version 1.5.0
  export DATA="$BATS_FILE_TMPDIR/data"
  mkdir "$DATA"
  PATH="${DW_BIN:-$BATS_TEST_DIRNAME/../bin}:$PATH"
  cd "$DATA" || return 1
  dw-gen --rows 600 --seed 1 --output fraud.ndjson
  dw-gen --scenario fraud-feature-drift --rows 200 --seed 2 --output fraud-now.ndjson
  dw-gen --rows 600 --seed 1 --format csv --output fraud.csv
  dw-gen --rows 200 --seed 2 --format csv --output fraud-now.csv
  mixed 1 400 >mixed.ndjson
  mixed 2 200 >mixed-now.ndjson
  chats 1 150 >chats.ndjson
  chats 2 100 >chats-now.ndjson
  zstd -q mixed.ndjson
}

setup() {
  bats_require_minimum_version 1.5.0
  PATH="${DW_BIN:-$BATS_TEST_DIRNAME/../bin}:$PATH"
  calls=0
  cd "$BATS_TEST_TMPDIR" || return 1
}

# SEED ROWS: every kind of cell: strays, missing ones, booleans, categories, escapes, texts, dates of a form that
# must be guessed, numbers as strings, vectors, empty objects, columns that only some records have; rows that depend on those before
mixed() {
  awk -v seed="$1" -v rows="$2" 'BEGIN { srand(seed); split("red green blue olive", color, " ")
    split("the cat saw a small dog and then it ran away from home because nobody came", word, " ")
    for (i = 0; i < rows; i++) {
      level = 0.95 * level + rand() - 0.5
      text = ""
      for (k = 0; k < 6 + 6 * rand(); k++) text = text (k ? " " : "") word[1 + int(16 * rand())]
      printf "{\"ts\":\"2026-05-%02dT%02d:%02d:00Z\",\"x\":%s,\"level\":%.5f,\"whole\":%d,\"flag\":%s,\"color\":%s,\"text\":\"%s %d\"", 1 + i * 20 / rows,
        int(i * 480 / rows) % 24, i % 60, rand() < 0.004 ? "\"n/a\"" : rand() < 0.01 ? "null" : sprintf("%.4f", 10 * rand()),
        level, 12 * rand(), rand() < 0.3 ? "true" : "false", rand() < 0.02 ? "\"caf\\u00e9 \\\"x\\\"\"" : "\"" color[1 + int(4 * rand())] "\"", text, i
      printf ",\"code\":\"%d\",\"day\":\"%02d/%02d/2025\",\"v\":[%.3f,%.3f,%.3f],\"e_1\":%.3f,\"e_2\":%.3f", 100 * rand(), 1 + i % 28, 1 + i % 12, rand(), rand(), rand(), rand(), rand()
      if (i % 7 == 0) printf ",\"rare\":%d", 5 * rand()
      printf ",\"o\":{},\"label\":%d,\"score\":%.4f}\n", rand() < 0.3, rand() } }'
}

# SEED ROWS
chats() {
  awk -v seed="$1" -v rows="$2" 'BEGIN { srand(seed); split("why does my order not come where is it please help me", word, " ")
    for (i = 0; i < rows; i++) { q = ""; a = ""
      for (k = 0; k < 8; k++) { q = q " " word[1 + int(12 * rand())]; a = a " " word[1 + int(12 * rand())] }
      printf "{\"messages\":[{\"role\":\"user\",\"content\":\"%s\"},{\"role\":\"assistant\",\"content\":\"%s\"}],\"model\":\"m%d\"}\n", q, a, 2 * rand() } }'
}

# REFERENCE CURRENT [OPTION]...: three looks with a cache say what a look without says, on both outputs and in the exit status. The second is
# the first to take the file that was kept, the third trusts how it looks from outside (of every third call; DW_SUITE=full: of all). There is
# an answer, unless wanted says another status; with looks=1 the short form has one look: the reference is one that is not kept, or was kept before.
same() {
  local ref="$1" now="$2" look expected=0 status wanted="${wanted:-[01]}" want got
  shift 2
  dw-compare --ref "$ref" "$@" "$now" >expected.out 2>expected.err || expected=$?
  # shellcheck disable=SC2053 # a pattern
  [[ $expected == $wanted ]] || { echo "$ref $*: status $expected"; cat expected.err; return 1; }
  IFS= read -r -d '' want <expected.out || :
  for look in 1 2 3; do
    [ $look -le "${looks:-3}" ] || [ "${DW_SUITE:-}" = full ] || break
    if [ $look -eq 3 ]; then
      [ $((calls++ % 3)) -eq 0 ] || [ "${DW_SUITE:-}" = full ] || break
      sleep 0.03
    fi
    status=0
    dw-compare --ref-cache cache --ref "$ref" "$@" "$now" >look.out 2>look.err || status=$?
    [ "$status" = "$expected" ] || { echo "$ref $* look $look: status $status, not $expected"; cat look.err; return 1; }
    IFS= read -r -d '' got <look.out || :
    [ "$got" = "$want" ] || { echo "$ref $* look $look: another result"; diff expected.out look.out | cut -c 1-2000; return 1; }
    [ ! -s expected.err ] && [ ! -s look.err ] || diff expected.err look.err || { echo "$ref $* look $look: other messages"; return 1; }
  done
}

# CALL...: only with DW_SUITE=full, where the short form has its options in another call
whole() { [ "${DW_SUITE:-}" != full ] || "$@"; }

kept() { find . -path './cache/*' -name '*.dwref' | wc -l; }
# What the shell's children that were waited for have read so far, in bytes; files that are mapped do not count.
read_so_far() { sed -n 's/^rchar: //p' "/proc/$1/io"; }

@test "numbers, categories, instants and identifiers: the same bytes, whatever is asked" {
  f="$DATA/fraud.ndjson" n="$DATA/fraud-now.ndjson"
  same "$f" "$n"
  same "$f" "$n" --id transaction_id --time ts
  whole same "$f" "$n" --label is_fraud --score merchant_risk_score
  whole same "$f" "$n" --time ts --match hour
  same "$f" "$n" --time ts --match hour-of-week --zone Europe/Berlin --columns 'transaction_*,merchant_*'
  whole same "$f" "$n" --by merchant_category
  same "$f" "$n" --by merchant_category --label is_fraud --score merchant_risk_score
  same "$f" "$n" --method all --columns transaction_amount,customer_age,merchant_category,is_fraud
  same "$f" "$n" --multivariate all --joint-rows 100
  whole same "$f" "$n" --types transaction_hour=categorical,transaction_id=identifier --exclude 'geo*'
  whole same "$f" "$n" --memory 200k
  same "$f" "$n" --memory 100k --types transaction_hour=categorical,transaction_id=identifier --exclude 'geo*'
  same "$f" "$n" --preset evidently --method tvd,ks
  whole same "$f" "$n" --preset evidently --types transaction_id=text
  dw-calibrate thresholds --ref "$f" --columns 'customer_age,is_fraud,merchant_category' --rows 200 --runs 100 --output thresholds.ndjson
  same "$f" "$n" --thresholds thresholds.ndjson
  whole same "$DATA/fraud.csv" "$n"
  same "$DATA/fraud.csv" "$DATA/fraud-now.csv"
  sed '7s/"customer_age":[0-9]*/"customer_age":"n\/a"/' "$n" >slip.ndjson # for which the reference's numbers are read again
  same "$f" slip.ndjson
  printf 'x,k\n%s\n' "$(seq 1 60 | sed 's/$/,a/; 7s/.*/inf,b/; 9s/.*/-inf,/; 11s/.*/nan,b/; 13s/.*/oops,true/')" >infinite.csv
  same infinite.csv infinite.csv
  whole same "$f" "$DATA/fraud-now.csv"
}

@test "every kind of cell: strays, infinite and missing ones, texts, dates, vectors, chats" {
  f="$DATA/mixed.ndjson" n="$DATA/mixed-now.ndjson"
  whole same "$f" "$n"
  same "$f" "$n" --time ts --vector 'e_*' --types code=numeric,whole=categorical,x=numeric
  whole same "$f" "$n" --time ts
  whole same "$f" "$n" --time ts --by color
  whole same "$f" "$n" --types code=numeric,whole=categorical,x=numeric
  whole same "$f" "$n" --vector 'e_*'
  whole same "$f" "$n" --describe text
  same "$f" "$n" --describe text --by flag --types text=text
  same "$f" "$n" --label label --score score --by flag
  same "$f" "$n" --time day --time-format %d/%m/%Y --match month
  same "$f" "$n" --memory 100k --types text=categorical
  same "$DATA/mixed.ndjson.zst" "$n"
  whole same "$DATA/chats.ndjson" "$DATA/chats-now.ndjson"
  same "$DATA/chats.ndjson" "$DATA/chats-now.ndjson" --describe messages.content --columns messages
  same "$DATA/chats.ndjson" "$DATA/mixed-now.ndjson"
}

# SEED ROWS ONE OTHER: a label of two words, and a score that goes with it
labelled() {
  awk -v seed="$1" -v rows="$2" -v one="$3" -v other="$4" 'BEGIN { srand(seed)
    for (i = 0; i < rows; i++) { y = rand() < 0.4; printf "{\"y\":%s,\"s\":%.3f,\"seg\":%d}\n", y ? one : other, y + 2 * rand(), 2 * rand() } }'
}

# SEED ROWS: numbers with few digits and many values, which are packed where no cache keeps them (stats/streams/decimals.h): prices, shares,
# whole ones, some below zero; one that stays so for 9,000 rows only; one with as many digits as a double has; one with whole ones and
# strings among them
digits() {
  awk -v seed="$1" -v rows="$2" 'BEGIN { srand(seed)
    for (i = 0; i < rows; i++) {
      late = i < 9000 ? sprintf("%.3f", rand() * 900) : rand() / 3
      odd = i % 2000 == 7 ? "\"n/a\"" : i % 3000 == 8 ? "null" : int(rand() * 9e5) / 100
      printf "{\"price\":%.2f,\"share\":%.6f,\"whole\":%d,\"below\":%.1f,\"late\":%s,\"odd\":%s,\"double\":%.17g,\"half\":%.1f,\"tiny\":%.12f}\n",
        rand() * 1e6, rand() * rand(), rand() * 1e9, (rand() - 0.5) * 1e5, late, odd, rand(), int(rand() * 9e3) / 2, rand() / 1e4
    } }'
}

@test "numbers with few digits are kept in less room, and say the same" {
  digits 1 12000 >ref.ndjson
  digits 2 11000 | sed 's/"price":1/"price":8/' >now.ndjson
  looks=1 same ref.ndjson now.ndjson
  jq -e -s 'map(select(.kind == "finding" and .check == "column_drift")) | length == 9 and (.[] | select(.column == "price")).drift' expected.out
  looks=1 same ref.ndjson now.ndjson --preset evidently
  looks=1 same ref.ndjson now.ndjson --types price=categorical,share=numeric,odd=numeric
  looks=1 same ref.ndjson now.ndjson --decimal . --columns 'odd,late' --method ks
  looks=1 same ref.ndjson now.ndjson --memory 1MiB
  digits 3 60 >few.ndjson
  looks=1 same ref.ndjson few.ndjson
  looks=1 same few.ndjson ref.ndjson
  dw-inject --format csv <now.ndjson >now.csv
  looks=1 same ref.ndjson now.csv
}

@test "labels of every kind against scores" {
  labelled 1 450 1 0 >numbers.ndjson
  labelled 1 450 '"yes"' '"no"' >words.ndjson
  labelled 1 450 '"1"' '"0"' >digits.ndjson
  labelled 1 450 true false >booleans.ndjson
  labelled 1 450 '"a"' 'null' >lone.ndjson
  labelled 1 450 3.5 1.25 >fractions.ndjson
  labelled 1 450 7 7 | awk '{ sub(/"y":7/, "\"y\":" NR % 50) } 1' >many.ndjson
  labelled 2 200 1 0 >now.ndjson
  labelled 2 200 '"yes"' '"no"' >now-words.ndjson
  labelled 2 200 '"b"' '"a"' >now-others.ndjson
  labelled 3 200 2 2 >now-third.ndjson
  for ref in numbers digits booleans many fractions; do
    case $ref in
    booleans) wanted='[0135]' same "$ref.ndjson" now-third.ndjson --label y --score s ;;
    numbers) wanted='[0135]' same "$ref.ndjson" now.ndjson --label y --score s --by seg ;;
    *) wanted='[0135]' same "$ref.ndjson" now.ndjson --label y --score s ;;
    esac
    wanted='[0135]' whole same "$ref.ndjson" now.ndjson --label y --score s
    wanted='[0135]' whole same "$ref.ndjson" now-third.ndjson --label y --score s --by seg
  done
  wanted='[0135]' same lone.ndjson now-words.ndjson --label y --score s
  wanted='[0135]' same words.ndjson now-others.ndjson --label y --score s
  wanted='[0135]' same numbers.ndjson now-words.ndjson --label y --score s
  for ref in words lone numbers; do
    wanted='[0135]' whole same "$ref.ndjson" now-words.ndjson --label y --score s
    wanted='[0135]' whole same "$ref.ndjson" now-others.ndjson --label y --score s
  done
  run -0 --separate-stderr dw-compare --exit-zero --ref-cache cache --ref words.ndjson --label y --score s now-words.ndjson
  [[ "$output" == *'"method":"auc"'* ]]
}

@test "real data" {
  shared=${DW_SHARED:-$BATS_TEST_DIRNAME/../../shared}/data
  [ -e "$shared/mixed1500_reference.csv" ] || skip "the data is not here"
  some() { if [ "${DW_SUITE:-}" = full ]; then cat; else head -n 200; fi; } # rows of each
  for name in mixed1500_reference mixed300_current bike_2011 bike_2012 elec2_reference elec2_current; do some <"$shared/$name.csv" >$name.csv; done
  for name in car_loan_reference car_loan_analysis; do zstd -dcq "$shared/$name.csv.zst" | some | zstd -q >$name.csv.zst; done
  same mixed1500_reference.csv mixed300_current.csv --method all
  same mixed1500_reference.csv mixed300_current.csv --by region --label yes
  same bike_2011.csv bike_2012.csv --time dteday
  same elec2_reference.csv elec2_current.csv --label class
  same car_loan_reference.csv.zst car_loan_analysis.csv.zst --id id --time timestamp --label repaid --score y_pred_proba
}

@test "what is wrong is told in the same words, and is not kept" {
  f="$DATA/mixed.ndjson" n="$DATA/mixed-now.ndjson"
  looks=1 wanted=3 same "$f" "$n" --label nobody
  looks=1 wanted=3 same "$f" "$n" --columns colour
  looks=1 wanted=3 same "$f" "$n" --by text
  looks=1 wanted=3 same "$f" "$n" --by ts --time ts
  wanted=3 same "$f" "$n" --rename wole=whole # nothing is called so, and there is a "whole"
  : >empty.ndjson
  looks=1 wanted=5 same empty.ndjson "$n"
  { cat "$f"; printf '{"x":\n'; } >bad.ndjson
  looks=1 wanted=3 same bad.ndjson "$n"
  [ "$(kept)" -eq 0 ]
  wanted=5 same "$f" empty.ndjson
  looks=1 wanted=3 same "$f" "$n" --expect-rows 5
  looks=1 wanted=3 same "$f" bad.ndjson
  cp "$f" gone.ndjson
  same gone.ndjson "$n"
  rm gone.ndjson # which a look that trusted its kept one would not notice
  looks=1 wanted=4 same gone.ndjson "$n"
  run -2 --separate-stderr dw-compare --ref-cache= --ref "$f" "$n"
  [[ "$stderr" == *'--ref-cache needs the name of a folder'* ]]
  same bad.ndjson "$n" --on-error skip # of which the first bad record is told at each look
  grep -q 'reference: 1 bad record left out; the first: bad.ndjson:401:' look.err
  [ "$(kept)" -gt 0 ]
}

@test "later looks do not read the reference, and a watch goes on" {
  [ -r /proc/self/io ] || skip "this system does not count what is read"
  case $DW_BIN in */build/san* | */build/thread*) skip "sanitizers read the table of the process's memory too" ;; esac
  case $DW_BIN in */build/coverage*) skip "a build that counts what runs reads its counts too" ;; esac
  cp "$DATA/fraud.ndjson" ref.ndjson
  size=$(stat -c %s ref.ndjson) self=$BASHPID
  for seed in 5 6 7; do
    sleep 0.03
    dw-gen --rows 100 --seed "$seed" --output now.ndjson
    dw-compare --ref ref.ndjson --exit-zero --sequential plain now.ndjson >expected.out
    before=$(read_so_far "$self")
    dw-compare --ref-cache cache --ref ref.ndjson --exit-zero --sequential cached now.ndjson >look.out
    spent=$(($(read_so_far "$self") - before))
    # the state's name and the reference's digest are in made_by as they were
    diff <(sed 's/"plain"/"cached"/' expected.out) look.out
    if [ "$seed" = 5 ]; then [ "$spent" -ge "$size" ]; else [ "$spent" -lt "$size" ]; fi
    diff <(sed 's/plain/cached/; s/"[0-9T:.-]*Z"/TIME/g' plain) <(sed 's/"[0-9T:.-]*Z"/TIME/g' cached)
  done
}

@test "a watch in time says the same with the reference kept, by the row and by the period" {
  dw-gen --rows 1008 --step 30m --start 2026-01-01T00:00:00Z --seed 1 --output ref.ndjson
  dw-gen --rows 48 --step 30m --start 2025-06-01T00:00:00Z --seed 2 --output early.ndjson
  for day in 22 23 24; do dw-gen --rows 48 --step 30m --start "2026-01-${day}T00:00:00Z" --seed "$day" --output "day$day.ndjson"; done
  for unit in '' '--unit 1d'; do
    rm -f plain cached
    for now in day22 early day23 day24; do
      if [ "$now$unit" = "early--unit 1d" ]; then continue; fi
      sleep 0.03
      # shellcheck disable=SC2086
      dw-compare --ref ref.ndjson --id transaction_id --time ts --exit-zero --sequential plain $unit $now.ndjson >expected.out 2>expected.err
      # shellcheck disable=SC2086
      dw-compare --ref-cache cache --ref ref.ndjson --id transaction_id --time ts --exit-zero --sequential cached $unit $now.ndjson >look.out 2>look.err
      diff <(sed 's/"plain"/"cached"/' expected.out) look.out
      diff <(sed 's/plain/cached/' expected.err) look.err
    done
  done
  [ "$(find cache -name '*.dwref' | wc -l)" -ge 2 ]
}

@test "another reference under the same name is read, and so is one that was only touched up to its digest" {
  cp "$DATA/fraud.ndjson" ref.ndjson
  same ref.ndjson "$DATA/fraud-now.ndjson"
  touch ref.ndjson
  same ref.ndjson "$DATA/fraud-now.ndjson"
  [ "$(kept)" -eq 1 ]
  cp -p ref.ndjson before.ndjson
  sed -i 's/"customer_age":3/"customer_age":4/' ref.ndjson # as long as before
  touch -r before.ndjson ref.ndjson
  [ "$(stat -c %s ref.ndjson)" = "$(stat -c %s before.ndjson)" ]
  same ref.ndjson "$DATA/fraud-now.ndjson"
  [ "$(kept)" -eq 1 ]
  # written to again and again, right behind a look
  rounds=(1 2 3)
  if [ "${DW_SUITE:-}" = full ]; then rounds+=(4 5 6); fi
  for i in "${rounds[@]}"; do
    head -n $((500 + i)) "$DATA/fraud.ndjson" | sed "s/\"customer_age\":3/\"customer_age\":$i/" >ref.ndjson
    dw-compare --ref ref.ndjson "$DATA/fraud-now.ndjson" --exit-zero --output expected.out
    dw-compare --ref ref.ndjson "$DATA/fraud-now.ndjson" --exit-zero --ref-cache cache --output look.out
    cmp expected.out look.out
  done
}

@test "several files are one reference" {
  head -n 500 "$DATA/fraud.ndjson" >a.ndjson
  tail -n +501 "$DATA/fraud.ndjson" >b.ndjson
  same a.ndjson "$DATA/fraud-now.ndjson" --ref b.ndjson
  [ "$(kept)" -eq 1 ]
  tail -n +575 "$DATA/fraud.ndjson" >b.ndjson
  same a.ndjson "$DATA/fraud-now.ndjson" --ref b.ndjson
}

@test "a file that was cut, changed, or is something else is told, and made anew" {
  cp "$DATA/fraud.ndjson" ref.ndjson
  compare() { run -0 --separate-stderr dw-compare --exit-zero --ref ref.ndjson --ref-cache cache "$DATA/fraud-now.ndjson"; }
  compare
  expected=$output
  file=$(echo cache/*.dwref)
  size=$(stat -c %s "$file")
  sleep 0.03
  compare # which trusts what it sees from here on
  sleep 0.03
  places=(3 $((size / 2)) $((size - 3))) lengths=(0 70 $((size / 2)))
  if [ "${DW_SUITE:-}" = full ]; then places+=(50 $((size / 3)) $((size - 100))) lengths+=(10 1000 $((size - 8))); fi
  for at in "${places[@]}"; do
    printf '\377' | dd of="$file" bs=1 seek="$at" conv=notrunc status=none
    compare
    [ "$output" = "$expected" ]
    [[ "$stderr" == "dw-compare: warning: --ref-cache: cache/"*".dwref: "*"; the reference is read anew" ]]
    compare
    [ "$output" = "$expected" ]
    [ -z "$stderr" ]
  done
  for length in "${lengths[@]}"; do
    truncate -s "$length" "$file"
    compare
    [ "$output" = "$expected" ]
    [[ "$stderr" == *".dwref: it is cut short; the reference is read anew" ]]
    [ "$(stat -c %s "$file")" = "$size" ]
  done
  cp "$DATA/fraud.csv" "$file"
  compare
  [ "$output" = "$expected" ]
  [[ "$stderr" == *".dwref: it is of another kind or version; the reference is read anew" ]]
  # what only says how things looked is worth nothing when it is damaged: the digests decide
  printf 'x' | dd of="$(echo cache/*.dwseen)" bs=1 seek=60 conv=notrunc status=none
  compare
  [ "$output" = "$expected" ]
  [ -z "$stderr" ]
}

@test "a folder that cannot be written to is told, and the comparison goes on" {
  cp "$DATA/fraud.ndjson" ref.ndjson
  : >file
  for folder in file /proc/nothing missing/folder; do
    run -0 --separate-stderr dw-compare --exit-zero --ref ref.ndjson --ref-cache "$folder" "$DATA/fraud-now.ndjson"
    [[ "$stderr" == "dw-compare: warning: --ref-cache: $folder/"*"; the reference is not kept" ]]
    [ "$output" = "$(dw-compare --exit-zero --ref ref.ndjson "$DATA/fraud-now.ndjson")" ]
  done
}

@test "what cannot be looked at twice is not kept" {
  run -0 --separate-stderr dw-compare --exit-zero --ref - --ref-cache cache "$DATA/fraud-now.ndjson" <"$DATA/fraud.ndjson"
  [ "$stderr" = "dw-compare: warning: --ref-cache: standard input is no file that stays: the reference is read, not kept" ]
  run -0 --separate-stderr dw-compare --exit-zero --ref <(cat "$DATA/fraud.ndjson") --ref-cache cache "$DATA/fraud-now.ndjson"
  [[ "$stderr" == *"is no file that stays: the reference is read, not kept" ]]
  [ ! -e cache ]
  run -2 --separate-stderr dw-compare --ref-cache cache --split 50% "$DATA/fraud.ndjson"
  [[ "$stderr" == *'--ref-cache keeps a reference that stays: --ref, neither --window nor --split'* ]]
  run -2 --separate-stderr dw-compare --ref-cache cache --preset nannyml --ref "$DATA/fraud.ndjson" "$DATA/fraud-now.ndjson"
  [[ "$stderr" == *'--ref-cache does not go with --preset nannyml'* ]]
}

@test "how a reference is read makes another file; what is asked of it does not; the last eight of use stay" {
  cp "$DATA/fraud.ndjson" ref.ndjson
  look() { dw-compare --exit-zero --ref ref.ndjson --ref-cache cache "$@" "$DATA/fraud-now.ndjson" >/dev/null; }
  look
  look --alpha 0.01 --method ks --threshold psi=0.3 --correction holm --threads 1
  DW_REF_CACHE=cache dw-compare --exit-zero --ref ref.ndjson "$DATA/fraud-now.ndjson" >/dev/null
  [ "$(kept)" -eq 1 ]
  first=$(echo cache/*.dwref)
  number=1
  for option in "--exclude geo_distance_km" "--types customer_age=categorical" "--memory 512M" "--time ts" "--on-error skip" "--label is_fraud" "--input-format ndjson"; do
    # shellcheck disable=SC2086 # an option and its value
    look $option
    number=$((number + 1))
    [ "$(kept)" -eq "$number" ]
  done
  second=$(find cache -name '*.dwref' ! -path "$first" | head -n 1)
  touch -d '1 hour ago' cache/*.dwseen
  touch -d '3 hours ago' "${first%.dwref}.dwseen"
  touch -d '2 hours ago' "${second%.dwref}.dwseen"
  look # the first is of use again
  [ "$(kept)" -eq 8 ]
  look --exclude customer_age
  [ "$(kept)" -eq 8 ]
  [ -e "$first" ]
  [ ! -e "$second" ]
  [ "$(find cache -name '*.dwseen' | wc -l)" -eq 8 ]
}

@test "another build reads for itself, and so does a call from another folder" {
  cp "$DATA/fraud.ndjson" ref.ndjson
  cp "$DATA/fraud-now.ndjson" now.ndjson
  cp "$(command -v dw-compare)" build
  touch -d 2020-01-01 build
  mkdir folder
  cp "$DATA/fraud.csv" folder/ref.ndjson
  dw-compare --exit-zero --ref ref.ndjson --ref-cache cache now.ndjson >one
  ./build --exit-zero --ref ref.ndjson --ref-cache cache now.ndjson >two
  [ "$(kept)" -eq 2 ]
  (cd folder && dw-compare --exit-zero --ref ref.ndjson --ref-cache ../cache ../now.ndjson >../three)
  [ "$(kept)" -eq 3 ]
  cmp one two
  (cd folder && dw-compare --exit-zero --ref ref.ndjson ../now.ndjson | cmp - ../three)
}

@test "killed at writes (every third; KILL_STRIDE=1: every one): the next look is right; what another look may still be writing stays" {
  cp "$DATA/fraud.ndjson" ref.ndjson
  dw-compare --exit-zero --ref ref.ndjson --output expected.out "$DATA/fraud-now.ndjson"
  for n in $(seq 1 "${KILL_STRIDE:-3}" 60); do
    status=0
    DW_FAULT_WRITE=$n dw-compare --exit-zero --ref ref.ndjson --ref-cache cache "$DATA/fraud-now.ndjson" >killed.out || status=$?
    [[ $status == 0 || $status == 137 ]]
    dw-compare --exit-zero --ref ref.ndjson --ref-cache cache --output look.out "$DATA/fraud-now.ndjson" 2>look.err
    cmp expected.out look.out
    [ ! -s look.err ]
    [ "$status" = 137 ] || break
    rm -f cache/*.dw*
  done
  [ "$status" = 0 ]
  [ "$n" -gt 9 ]
  # What those left who died is gone; what a process that lives may still be writing stays, until after days nobody is.
  [ -z "$(find cache -name '.*.dw*')" ]
  theirs=$(find cache -name '*.dwref' | head -n 1)
  theirs=cache/.${theirs##*/}.dw-$$-0
  touch "$theirs" cache/.mine cache/mine
  dw-compare --exit-zero --ref ref.ndjson --ref-cache cache --output look.out "$DATA/fraud-now.ndjson"
  [ -e "$theirs" ]
  touch -d '2 days ago' "$theirs" cache/.mine cache/mine
  dw-compare --exit-zero --ref ref.ndjson --exclude geo_distance_km --ref-cache cache --output look.out "$DATA/fraud-now.ndjson"
  [ "$(find cache -type f | wc -l)" -eq 6 ] # two that are kept, and what is not ours
}

@test "looks at the same time do not get in each other's way" {
  cp "$DATA/fraud.ndjson" ref.ndjson
  dw-compare --exit-zero --ref ref.ndjson --output expected.out "$DATA/fraud-now.ndjson"
  for round in 1 2 3; do
    for i in 1 2 3 4; do dw-compare --exit-zero --ref ref.ndjson --ref-cache cache --output "look$i.out" "$DATA/fraud-now.ndjson" 2>"look$i.err" & done
    wait
    for i in 1 2 3 4; do
      cmp expected.out "look$i.out"
      [ ! -s "look$i.err" ]
    done
    [ "$round" != 2 ] || printf x >>"$(echo cache/*.dwref)" # which all of them see, and mend
    [ "$round" != 2 ] || dw-compare --exit-zero --ref ref.ndjson --ref-cache cache --output look.out "$DATA/fraud-now.ndjson" 2>look.err
  done
  [ "$(kept)" -eq 1 ]
  [ "$(find cache -type f | wc -l)" -eq 2 ]
}
