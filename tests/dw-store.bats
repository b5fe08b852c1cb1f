# dw-store: put, get, stats, prune, migrate, export and import in SQLite. dw-store_kills.bats: killed at every write; dw-store_postgres.bats.

bats_require_minimum_version 1.5.0

setup()
{
  PATH="${DW_BIN:-$BATS_TEST_DIRNAME/../bin}:$PATH"
  cd "$BATS_TEST_TMPDIR" || return 1
  export DW_NOW=2026-01-01T12:00:00Z DW_DB=sqlite:r.db ASAN_OPTIONS=detect_leaks=0
}

count() { dw-store stats | sed -n "s/.*\"record\":\"$1\".*\"records\":\([0-9]*\).*/\1/p"; }
said() { grep -o "\"$1\":[0-9]*" out | sed 's/.*://'; }

@test "what is put comes back byte for byte, in the order of time" {
  printf '%s\n' '{"id":"b","prediction":1.10,"ts":"2026-01-01T11:00:01Z"}' '{ "x" : 1e400000000000000000000 }' >bad
  run -3 --separate-stderr dw-store put bad
  [[ $stderr == 'dw-store: bad:2:9: '* ]]
  [ "$(count inference)" -eq 1 ]
  printf '{"id":"b","prediction":1.10,"ts":"2026-01-01T11:00:01Z"}\n  {"id":"a\\u00e9","prediction":"\\ud800 \\u0000","ts":"2026-01-01T11:00:00Z", "more" : [1,{"x":null}]}\r\n\n{"id":7,"ts":"2026-01-01T11:00:02.5Z"}' >in
  run -0 --separate-stderr dw-store put in
  [ "$stderr" = 'dw-store: warning: the last line of the input has no line end' ] || [[ $stderr == *'no line end'* ]]
  [[ $output == '{"kind":"put","records":3,"stored":2,"duplicates":1,"early":0,"late":0,"skipped_records":0,"made_by":['* ]]
  printf '  {"id":"a\\u00e9","prediction":"\\ud800 \\u0000","ts":"2026-01-01T11:00:00Z", "more" : [1,{"x":null}]}\r\n{"id":"b","prediction":1.10,"ts":"2026-01-01T11:00:01Z"}\n{"id":7,"ts":"2026-01-01T11:00:02.5Z"}\n' >want
  dw-store get | cmp - want
  dw-store get --since 60m --until now | cmp - want
  dw-store get --since 2026-01-01T11:00:01Z --until 2026-01-01T11:00:02Z >got
  [ "$(cat got)" = '{"id":"b","prediction":1.10,"ts":"2026-01-01T11:00:01Z"}' ]
  [ "$(dw-store get --record 7)" = '{"id":7,"ts":"2026-01-01T11:00:02.5Z"}' ]
  [ "$(dw-store get --limit 2 | wc -l)" -eq 2 ]
}

@test "the same file twice changes nothing, other content is named" {
  dw-gen --rows 3000 --seed 3 >in
  dw-store put --quiet in >out
  [ "$(said stored)" -eq 3000 ]
  dw-store put --quiet in >out
  [ "$(said stored)" -eq 0 ]
  [ "$(said duplicates)" -eq 3000 ]
  dw-store put --quiet --id transaction_id in >out # other identities
  [ "$(said stored)" -eq 3000 ]
  sed '2000s/"customer_age":[0-9]*/"customer_age":200/' in >other
  run -3 --separate-stderr dw-store put --quiet --id transaction_id other
  [ "$stderr" = 'dw-store: other:2000: id "tx_00002000" is stored already, with other content (inference)' ]
  run -0 --separate-stderr dw-store put --on-error skip --id transaction_id other
  [[ $stderr == *'1 bad record left out'*'other:2000: id "tx_00002000" is stored already'* ]]
  [[ $output == *'"records":3000,"stored":0,"duplicates":2999,'*'"skipped_records":1,'* ]]
  [ "$(count inference)" -eq 6000 ]
}

@test "request and response share an id and are two records" {
  echo '{"id":1,"x":1}' >request
  echo '{"id":1,"y":2}' >response
  dw-store put --kind request request >out
  dw-store put --kind response response >out
  [ "$(said stored)" -eq 1 ]
  [ "$(dw-store get --kind request)" = '{"id":1,"x":1}' ]
  [ "$(dw-store get --kind response)" = '{"id":1,"y":2}' ]
}

@test "models and sources keep records apart" {
  echo '{"id":1,"model_id":"a"}' | dw-store put >out
  echo '{"id":1}' | dw-store put --model b >out
  echo '{"id":1,"s":1}' | dw-store put --model b --source eu >out
  [ "$(dw-store get --model b | wc -l)" -eq 2 ]
  [ "$(dw-store get --model b --source eu)" = '{"id":1,"s":1}' ]
  [ "$(dw-store get --model a)" = '{"id":1,"model_id":"a"}' ]
  [ -z "$(dw-store get --model "a' OR '1'='1")" ]
  dw-store stats | grep -q '"model":"b","source":"eu","records":1,'
}

@test "a record far from its time is stored, counted, shown, and in no window unless asked for" {
  printf '%s\n' '{"id":1,"ts":"2025-12-31T11:59:59Z"}' '{"id":2,"ts":"2025-12-31T12:00:00Z"}' '{"id":3,"ts":"2026-01-01T12:05:00Z"}' '{"id":4,"ts":"2026-01-01T12:05:01Z"}' >in
  run -0 --separate-stderr dw-store put in
  [[ $stderr == 'dw-store: warning: 1 records came more than 24 hours after their time and 1 more than 5 minutes before it'* ]]
  [[ $output == *'"early":1,"late":1,'* ]]
  dw-store stats >stats
  grep -q '"records":4,"early":1,"late":1,"first":"2025-12-31T12:00:00Z","last":"2026-01-01T12:05:00Z"' stats
  run -0 --separate-stderr dw-store get --since 2d --until 2026-01-02
  [ "$output" = $'{"id":2,"ts":"2025-12-31T12:00:00Z"}\n{"id":3,"ts":"2026-01-01T12:05:00Z"}' ]
  [[ $stderr == 'dw-store: warning: 2 records of this window are left out'*'--strays'* ]]
  run -0 --separate-stderr dw-store get --since 2d --until 2026-01-02 --strays
  [ "${#lines[@]}" -eq 4 ]
  [ -z "$stderr" ]
  [ "$(dw-store get 2>err | wc -l)" -eq 4 ]
  [ ! -s err ]
}

@test "labels join by id, before and after their record, and dw-compare reads what comes out" {
  dw-gen --rows 2000 --seed 1 >in
  DW_NOW=2026-01-01T00:00:10Z dw-store put --quiet --model m --id transaction_id in >out
  echo '{"id":"tx_00000002","label":"yes"}' | dw-store put --model m >out
  echo '{"id":"later","label":[1.10]}' | dw-store put --model m >out
  echo '{"id":"later","prediction":0,"ts":"2026-01-01T11:30:00Z"}' | dw-store put --model m >out
  dw-store get --labels --strays --since 2d >got
  [ "$(wc -l <got)" -eq "$(dw-store get --strays --since 2d | wc -l)" ]
  [ "$(grep -c '"label":' got)" -eq 2 ]
  grep -q '"transaction_id":"tx_00000002".*,"label":"yes"}$' got
  grep -qx '{"id":"later","prediction":0,"ts":"2026-01-01T11:30:00Z","label":\[1.10\]}' got
  [ "$(count label)" -eq 2 ]
  dw-store get | head -n 2000 >current
  dw-compare --ref in --id transaction_id --time ts current >findings
  grep -q '"current_rows":2000' findings
}

@test "export and import give the same content, whatever it is" {
  dw-gen --rows 5000 --seed 1 | dw-store put --quiet --model m --source s >out
  echo '{"id":"a\\b\t\"","response":"\u0000"}' | sed 's/\t/\\t/' | dw-store put >out
  echo '{"id":"a","label":1}' | dw-store put >out
  echo '{"kind":"summary","drift":false}' | dw-store put >out
  echo '{"id":"p","message":1}' | dw-store put --kind outbox >out
  dw-store export >all
  [ "$(wc -l <all)" -eq 5004 ]
  dw-store export --table labels,outbox >some
  [ "$(wc -l <some)" -eq 2 ]
  DW_NOW=2026-02-02 dw-store import --quiet --db sqlite:copy.db all >out
  [ "$(said stored)" -eq 5004 ]
  dw-store export --db sqlite:copy.db | cmp - all
  diff <(dw-store stats | grep -v database) <(dw-store stats --db sqlite:copy.db | grep -v database)
  dw-store import --quiet --db sqlite:copy.db all >out
  [ "$(said duplicates)" -eq 5004 ]
  sed '3s/"content":{/&"new":1,/' all >changed
  run -3 --separate-stderr dw-store import --quiet --db sqlite:copy.db changed
  [[ $stderr == 'dw-store: changed:3: id "'*'" is stored already, with other content (inference of model m)' ]]
}

@test "prune keeps what it is told to keep" {
  for day in 01 05 09; do echo "{\"id\":\"$day\"}" | DW_NOW=2026-01-${day}T00:00:00Z dw-store put >out; done
  echo '{"id":"01","label":1}' | dw-store put >out
  DW_NOW=2026-01-10T00:00:00Z dw-store prune >out # within the default
  [ "$(wc -l <out)" -eq 12 ]
  [ -z "$(grep -v '"removed":0' out)" ]
  DW_NOW=2026-01-10T00:00:00Z dw-store prune --keep inference_logs=5d >out
  grep -q '"table":"inference_logs","before":"2026-01-05T00:00:00Z","removed":1' out
  [ "$(dw-store get)" = $'{"id":"05"}\n{"id":"09"}' ]
  DW_NOW=2026-03-01T00:00:00Z dw-store prune --table inference_logs >out
  [ "$(wc -l <out)" -eq 1 ]
  [ -z "$(dw-store get)" ]
  [ "$(count label)" -eq 1 ]
  run -2 --separate-stderr dw-store prune --keep inferences=5d
  [[ $stderr == 'dw-store: --keep: "inferences=5d" is not TABLE=TIME (inference_logs=7d)'* ]]
  run -2 --separate-stderr dw-store prune --table nothing
  [[ $stderr == 'dw-store: --table: there is no table "nothing"'* ]]
}

@test "the default database is var/driftwatch.db, and DATABASE_URL names another" {
  unset DW_DB
  echo '{"id":1}' | dw-store put >out
  [ -s var/driftwatch.db ]
  echo '{"id":2}' | DATABASE_URL=sqlite:other.db dw-store put >out
  [ "$(DATABASE_URL=sqlite:other.db dw-store get)" = '{"id":2}' ]
  [ "$(DATABASE_URL=sqlite:other.db dw-store get --db sqlite:var/driftwatch.db)" = '{"id":1}' ]
  run -4 --separate-stderr dw-store get --db sqlite:nothing.db
  [ "$stderr" = 'dw-store: nothing.db: No such file or directory' ]
  [ ! -e nothing.db ]
  run -2 --separate-stderr dw-store get --db other.db
  [[ $stderr == 'dw-store: "other.db" names no database of records; sqlite:FILE and postgresql://'* ]]
}

@test "a file that is no database is bad data, and stays" {
  echo 'this is no database, whatever its name says, and it is longer than a header' >r.db
  cp r.db before
  run -3 --separate-stderr dw-store put /dev/null
  [ "$stderr" = 'dw-store: r.db: file is not a database' ]
  run -3 --separate-stderr dw-store stats
  cmp r.db before
}

@test "a registry does not go into the database of records, nor records into a registry" {
  echo '{"id":1}' | dw-store put >out
  echo '{"kind":"model","format":1,"booster":{}}' >m.json
  run -3 --separate-stderr dw-model --registry sqlite:r.db register --model m.json
  [ "$stderr" = 'dw-model: r.db: the database of dw-store; this needs a file of its own' ]
  dw-model --registry sqlite:models.db register --model m.json >out
  run -3 --separate-stderr dw-store put --db sqlite:models.db /dev/null
  [ "$stderr" = 'dw-store: models.db: not a database of records: it has other tables' ]
}

@test "nothing is taken before the disk is full" {
  echo '{"id":1}' >in
  run -4 --separate-stderr dw-store put --reserve 1000000000g in
  [[ $stderr == 'dw-store: r.db: its disk has '*' MiB left, and '*' MiB of them are kept free: nothing more is taken'* ]]
  [ -z "$(dw-store get)" ]
  run -0 dw-store put in
}

@test "a disk that is full all the same is an error, and what was stored stays" {
  mkdir small
  mount -t tmpfs -o size=48m none small 2>mounted || skip 'no file system of our own can be mounted here'
  dw-gen --rows 150000 --seed 1 >in
  refused=0 status=0
  dw-store put --quiet --db sqlite:small/r.db in >out 2>err || refused=$? # the reserve is more than there is
  dw-store put --quiet --db sqlite:small/r.db --reserve 1 in >out 2>err || status=$?
  dw-store get --db sqlite:small/r.db >got || status="get $?"
  rows=$(wc -l <got)
  DW_NOW=2026-03-01T00:00:00Z dw-store prune --db sqlite:small/r.db --table inference_logs >pruned || status="prune $?"
  umount small
  [ "$refused" -eq 4 ]
  [ "$status" = 4 ]
  grep -q '^dw-store: small/r.db: ' err
  [ "$rows" -gt 0 ]
  [ "$rows" -lt 150000 ]
  cmp got <(head -n "$rows" in)
  grep -q "\"removed\":$rows}" pruned
}

@test "a write that fails half way leaves what was stored before" {
  dw-gen --rows 24000 --seed 1 >in
  head -n 100 in | dw-store put --quiet >out
  status=0
  (ulimit -f 2400 && dw-store put --quiet in >out 2>err) || status=$?
  [ "$status" -eq 4 ]
  [[ $(cat err) == 'dw-store: r.db: '* ]]
  dw-store get >got
  rows=$(wc -l <got)
  [ "$rows" -ge 100 ]
  [ "$rows" -lt 24000 ]
  cmp got <(head -n "$rows" in)
  dw-store put --quiet in >out
  dw-store get | cmp - in
}

@test "after a put the file alone is the database" {
  dw-gen --rows 500 --seed 1 >in
  dw-store put --quiet in >out
  [ ! -s r.db-wal ]
  cp r.db copy.db
  dw-store get --db sqlite:copy.db | cmp - in
}

@test "puts beside each other lose nothing" {
  pids=()
  for i in 1 2 3 4 5 6; do
    dw-gen --rows 1500 --seed $i >in.$i
    dw-store put --quiet --source $i in.$i >out.$i 2>err.$i & pids+=($!) # the first of them makes the database
  done
  for i in "${pids[@]}"; do wait "$i"; done
  [ "$(dw-store get | wc -l)" -eq 9000 ]
  for i in 1 2 3 4 5 6; do dw-store get --source $i | cmp - in.$i; done
}

@test "what the call gets wrong" {
  run -2 --separate-stderr dw-store
  [[ $stderr == 'dw-store: what to do? put, get, prune, migrate, stats, export or import'* ]]
  run -2 --separate-stderr dw-store take
  [[ $stderr == 'dw-store: "take" is not put, get, prune, migrate, stats, export or import'* ]]
  run -2 --separate-stderr dw-store get file
  [[ $stderr == 'dw-store: unexpected operand "file"'* ]]
  run -2 --separate-stderr dw-store put --since 60m
  [[ $stderr == 'dw-store: --since does not go with put'* ]]
  run -2 --separate-stderr dw-store get --since yesterday
  [[ $stderr == 'dw-store: --since: "yesterday" is no time: 60m (ago), now, 2026-01-31T09:30:00Z'* ]]
  run -2 --separate-stderr dw-store get --since 1h --until 2h
  [[ $stderr == 'dw-store: --since and --until: the window ends before it begins'* ]]
}

@test "times in the form that is asked for" {
  echo '{"id":1,"at":"31/12/2025 23:00"}' | dw-store put --time at --time-format '%d/%m/%Y %H:%M' >out
  [ "$(dw-store get --since 2025-12-31T23:00:00Z --until 2025-12-31T23:00:01Z)" = '{"id":1,"at":"31/12/2025 23:00"}' ]
  run -3 --separate-stderr dw-store put --time-format %Y-%m-%d <<<'{"id":2,"ts":"noon"}'
  [[ $stderr == 'dw-store: standard input:1: field "ts" '*noon* ]]
}

@test "put: Parquet by its content, from a file and from standard input, is the records of its NDJSON" {
  "$DW_BIN/dw-gen" --quiet --rows 300 --seed 3 --output rows.ndjson
  "$DW_BIN/dw-inject" --quiet --format parquet --output rows.data rows.ndjson
  put() { "$DW_BIN/dw-store" put --quiet --id transaction_id --db "sqlite:$1" "${@:2}"; }
  put a.db rows.ndjson
  put b.db rows.data
  put c.db <rows.data
  for db in a b c; do "$DW_BIN/dw-store" get --db "sqlite:$db.db" >"$db.ndjson"; done
  [ "$(wc -l <a.ndjson)" -eq 300 ]
  cmp a.ndjson b.ndjson
  cmp a.ndjson c.ndjson
  # the same records again, whichever form they come in
  put a.db rows.data | grep -q '"stored":0,"duplicates":300'
}
