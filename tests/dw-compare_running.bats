bats_require_minimum_version 1.5.0

# Numbers that go on with each file, ids and clocks, are left out and said; quantities that look a little like them are judged.

setup()
{
  PATH="${DW_BIN:-$BATS_TEST_DIRNAME/../bin}:$PATH"
  cd "$BATS_TEST_TMPDIR" || return 1
}

# side REF|CUR: 600 rows a side; s is 0 or 1, i the row
side()
{
  awk -v s="$1" 'function u() { return rand() }
    function uuid() { return sprintf("%08x-%04x-4%03x-8%03x-%06x%06x", u() * 2 ^ 31, u() * 2 ^ 16, u() * 4096, u() * 4096, u() * 2 ^ 24, u() * 2 ^ 24) }
    BEGIN {
      srand(7 + s); N = 600
      print "n,shuffled,overlap,gaps,tens,text,hex,uuid,day,created_at,epoch,epoch_ms,moment,f,order_id,price,age,ties,cents,temp"
      for (i = 1; i <= N; i++) order[i] = i
      for (i = N; i > 1; i--) { k = 1 + int(u() * i); t = order[i]; order[i] = order[k]; order[k] = t }
      gap = s * 900
      for (i = 1; i <= N; i++) {
        t = 1704067200 + s * 2678400 + i * 4000
        gap += 1 + (u() < 0.5)
        printf "%d,%d,%d,%d,%d,TX%07d,%06x,%s,%s,%sZ,%d,%.0f,%d,%.3f,%d,%.2f,%d,%d,%d,%.1f\n", s * N + i, s * N + order[i], s * 300 + i, gap,
          10 * (s * N + i), s * N + i, 12345678 + (s * N + i) * 7919, uuid(), strftime("%Y-%m-%d", t, 1), strftime("%Y-%m-%dT%H:%M:%S", t, 1), t,
          t * 1000 + int(u() * 1000), t + int(u() * 9), t + u(), int(u() * 2 ^ 30), 5 + i / 7 + u() / 9, 18 + i / 10, s * 40 + i / 3,
          int(u() * 1e7), 20 + 5 * u()
      }
    }'
}

# one_of LIST COLUMN WORDS: the summary's list has the column with these words
one_of()
{
  local entry
  entry=$(tail -n 1 out | sed "s/.*\"$1\":\[\([^]]*\)\].*/\1/" | sed 's/},{/\n/g' | grep "\"column\":\"$2\",") || true
  [[ "$entry" == *"$3"* ]] || { echo "$2 in $1: '$entry', wanted '$3'"; return 1; }
}

@test "what runs on is left out with the option that includes it, and quantities are judged" {
  side 0 >ref.csv
  side 1 >cur.csv
  dw-compare --ref ref.csv cur.csv >out 2>err || status=$?
  [ "${status:-0}" -eq 1 ]
  [[ "$(tail -n 1 out)" == *'"drifted_columns":["ties"]'* ]] # a counter that repeats is a quantity
  for column in n shuffled overlap gaps tens order_id; do
    one_of not_judged $column "a running number: "
    one_of not_judged $column "\"option\":\"--types $column=numeric\""
  done
  for column in moment f; do one_of not_judged $column "Unix times, and the current ones come behind"; done
  one_of not_judged moment '"option":"--types moment=datetime"'
  for column in text uuid; do one_of not_compared $column 'hardly repeat'; done
  one_of not_judged hex 'beyond 2^53' # 12e4567 among them is a number, one beyond 2^53
  for column in day created_at epoch epoch_ms; do one_of not_compared $column '"type":"datetime"'; done
  for column in price age cents temp; do grep -q "\"check\":\"column_drift\",\"column\":\"$column\"" out; done
  grep -q 'warning: not judged: "n", "shuffled", "overlap", "gaps", "tens", "order_id": a running number.*; settled by --types n=numeric, likewise' err
}

@test "numbers of profiles are compared, and the finding says that they may be running ones" {
  seq 1 9000 | awk 'BEGIN { print "n,x" } { print $1 "," $1 * 37 % 101 / 7 }' | dw-profile >ref.profile
  seq 9001 18000 | awk 'BEGIN { print "n,x" } { print $1 "," $1 * 37 % 101 / 7 }' | dw-profile >cur.profile
  run -1 --separate-stderr dw-compare --ref ref.profile cur.profile
  [[ "$(grep '"check":"column_drift","column":"n"' <<<"$output")" == *'"drift":true,'*'"warning":"it may be a running number: '* ]]
  [[ "$(grep '"check":"column_drift","column":"x"' <<<"$output")" != *'running number'* ]]
}

@test "a column that is named is compared, and one that has to be judged and is left out is status 5" {
  seq -f '%.0f' 1 200 | awk 'BEGIN { print "n,x" } { print $1 "," $1 * 37 % 101 / 7 }' >ref.csv
  seq -f '%.0f' 201 400 | awk 'BEGIN { print "n,x" } { print $1 "," $1 * 37 % 101 / 7 }' >cur.csv
  run -0 --separate-stderr dw-compare --ref ref.csv cur.csv
  for words in --types=n=numeric --columns=n,x --fail-on=column:n --method=n=ks,share_shift; do
    run --separate-stderr dw-compare --ref ref.csv $words cur.csv
    [ "$status" -eq 1 ] || { echo "$words: $status"; false; }
  done
  run -5 --separate-stderr dw-compare --ref ref.csv --require n cur.csv
  [[ "$stderr" == *'"n": a running number'* ]]
  run -1 --separate-stderr dw-compare --ref ref.csv --exclude x cur.csv # the only column
  run -1 --separate-stderr dw-compare --ref ref.csv --preset evidently cur.csv
}

@test "few new records under the numbers of many, and a number that starts anew elsewhere" {
  seq 1 300 | awk 'BEGIN { print "n,x" } { print $1 "," $1 * 37 % 101 / 7 }' >ref.csv
  seq 301 312 | awk 'BEGIN { print "n,x" } { print $1 "," $1 * 37 % 101 / 7 }' >cur.csv
  run -0 --separate-stderr dw-compare --ref ref.csv cur.csv
  [[ "$stderr" == *'"n": a running number'* ]]
  # twelve numbers far apart: nothing says that they count records
  seq 301 312 | awk 'BEGIN { print "n,x" } { print $1 * $1 * 7919 "," $1 * 37 % 101 / 7 }' >cur.csv
  run -1 --separate-stderr dw-compare --ref ref.csv cur.csv
  [[ "${lines[-1]}" == *'"drifted_columns":["n"]'* ]]
}
