# check: data_quality: what is wrong with records whatever a column measures.

bats_require_minimum_version 1.5.0

setup_file()
{
  export F=$BATS_FILE_TMPDIR
  cd "$F" || return 1
  # records SEED STRAYS VARIANTS HEADER: 1,000 rows; strays and variants in 1,000
  records()
  {
    awk -v seed="$1" -v strays="$2" -v variants="$3" -v header="${4-id,amount,city,age}" 'BEGIN {
      srand(seed)
      print header
      split("Paris,Rome,Oslo", city, ","); split("paris ,ROME,oslo", odd, ",")
      for (i = 0; i < 1000; i++) {
        amount = rand() * 1000 < strays ? "?" i : sprintf("%.4f", rand() * 90)
        k = 1 + int(rand() * 3)
        print "k" i "," amount "," (rand() * 1000 < variants ? odd[k] : city[k]) "," 18 + int(rand() * 60)
      }
    }'
  }
  records 1 0 0 >ref.csv
  records 2 0 0 >same.csv
  records 3 20 0 >strays.csv
  records 4 0 50 >variants.csv
  records 5 0 50 >again.csv
  records 6 0 0 'id,amount,city,Age ' >renamed.csv
  records 7 0 0 'id,amount,city,AMOUNT' >twice.csv
}

setup()
{
  PATH=$DW_BIN:$PATH
  cd "$F" || return 1
}

quality() { grep '^{"kind":"finding","check":"data_quality"'; }

@test "nothing is wrong: nothing is said" {
  run -0 --separate-stderr dw-compare --id id --ref ref.csv same.csv
  [ -z "$stderr" ] && [ -z "$(quality <<<"$output")" ]
}

@test "stray values: their share has risen, and where they stand" {
  run -1 dw-compare --id id --checks data_quality --ref ref.csv strays.csv
  jq -e -s '.[0] | .check == "data_quality" and .column == "amount" and .drift and .direction == "up" and .method == "fisher_exact" and .detail.kind == "stray_values" and
    .share_shift.where.share == "stray_values" and .detail.strays.reference == {count: 0, first: []} and (.detail.strays.current | .count >= 10 and (.first | length) == 5 and
      .first[0].file == "strays.csv" and .first[0].value == "?\(.first[0].line - 2)")' <<<"$output"
  run -0 dw-compare --id id --checks data_quality --ref strays.csv ref.csv # fewer
  quality <<<"$output" | jq -e '.drift == false and .p_value == 1 and .detail.strays.reference.count >= 10'
  run -0 dw-compare --id id --checks data_quality --ref strays.csv strays.csv
  quality <<<"$output" | jq -e '.drift == false and .detail.strays.reference.count == .detail.strays.current.count'
}

@test "variants of a category: new ones are drift, those that both sides have are told" {
  run -1 dw-compare --id id --checks data_quality --ref ref.csv variants.csv
  quality <<<"$output" | jq -e '.column == "city" and .drift and .method == "exceedance" and .share_shift.where.share == "new_variants" and
    (.detail | .kind == "category_variants" and .new_count == 3 and .variant_count == 3 and .new_rows == ([.variants[].current] | add)) and
    ([.detail.variants[] | [.value, .like]] == [["ROME", "Rome"], ["oslo", "Oslo"], ["paris ", "Paris"]])'
  run -0 dw-compare --id id --checks data_quality --ref again.csv variants.csv
  quality <<<"$output" | jq -e '.drift == false and .p_value == 1 and .detail.new_count == 0 and .detail.variant_count == 3'
  sed 's/,Oslo,/,oSLO,/;2q' ref.csv | tail -n 1 >one # one row in a thousand
  { cat same.csv; sed '2!d; s/,[A-Z][a-z]*,/,pARIS,/' ref.csv; } >one.csv
  run -0 dw-compare --id id --checks data_quality --ref ref.csv one.csv
  quality <<<"$output" | jq -e '.drift == false and .detail.new_rows == 1'
}

@test "names that differ in case or blanks alone, on two sides and on one" {
  run -1 dw-compare --id id --ref ref.csv renamed.csv # the column is gone
  quality <<<"$output" | jq -e '.column == "age" and (.drift | not) and .detail == {kind: "names_alike", names: [{name: "age", reference: true, current: false}, {name: "Age ", reference: false, current: true}]}'
  run -0 dw-compare --id id --ref twice.csv twice.csv
  quality <<<"$output" | jq -e '.column == "amount" and (.warning | test("--exclude")) and [.detail.names[].name] == ["amount", "AMOUNT"] and all(.detail.names[]; .reference and .current)'
  run -0 dw-compare --id id --exclude AMOUNT --ref twice.csv twice.csv
  [ -z "$(quality <<<"$output")" ]
}

@test "records that repeat others: more of them are drift; those of few values are none, however many there are" {
  duplicates() { grep '"detail":{"kind":"duplicate_rows"'; }
  { cat same.csv; sed -n 2,61p same.csv | sed 's/^k/again/'; } >dup.csv
  run -1 --separate-stderr dw-compare --id id --checks data_quality --ref ref.csv --min-effect 0.1,x=0.02 dup.csv
  duplicates <<<"$output" | jq -e '.drift and .column == null and .detail.current.rows == 1060 and .detail.current.duplicates == 60 and .detail.reference.duplicates == 0'
  echo "$output" | dw-report --width 400 - | grep -q 'records that repeat another one 0 % → 5.7 % (0 of 1,000 → 60 of 1,060)'
  run -0 dw-compare --id id --checks data_quality --ref dup.csv ref.csv
  duplicates <<<"$output" | jq -e '.drift == false and .p_value == 1'
  run -0 dw-compare --checks data_quality --ref ref.csv dup.csv # each has an id of its own
  [ -z "$(duplicates <<<"$output")" ]
  head -n 101 ref.csv >few.csv
  run -0 --separate-stderr dw-compare --columns age,city --checks data_quality --ref few.csv dup.csv
  duplicates <<<"$output" | jq -e '.drift == false and .detail.current.share > 0.8 and .detail.reference.share < 0.4 and .detail.current.comparable_share < 0.45'
  run -1 --separate-stderr dw-compare --id id --checks data_quality --ref renamed.csv dup.csv # a column is gone
  duplicates <<<"$output" | jq -e '.drift == false and (.warning | test("columns"))'
  run -0 dw-compare --id id --ref ref.csv --fail-on severity:high dup.csv # not asked for by name
  [ -z "$(duplicates <<<"$output")" ]
}

@test "limits hold as for other checks, and --checks switches it off" {
  run -0 dw-compare --id id --checks data_quality --min-effect 1,x=0.02 --ref ref.csv strays.csv
  quality <<<"$output" | jq -e '.share_shift.min_effect == 1 and .p_value < 0.001'
  run -0 dw-compare --id id --checks data_quality --min-effect amount=1 --ref ref.csv strays.csv
  run -1 dw-compare --id id --checks data_quality --min-effect 1,amount=0 --ref ref.csv strays.csv
  run -0 dw-compare --id id --checks data_quality --threshold data_quality=1e-30 --ref ref.csv strays.csv
  run -0 dw-compare --id id --checks data_quality --alpha 1e-9 --ref ref.csv strays.csv
  run -0 dw-compare --id id --checks schema,column_drift,value_range --ref ref.csv strays.csv
  [ -z "$(quality <<<"$output")" ]
  run -1 dw-compare --preset evidently --id id --checks data_quality --fail-on any --ref ref.csv variants.csv
  quality <<<"$output" | jq -e '.drift and .threshold == 0.01 and (has("share_shift") | not)'
  run -2 --separate-stderr dw-compare --checks quality --ref ref.csv same.csv
  [[ $stderr == *'data_quality'* ]]
}

@test "in segments it is judged; with --match, in chunks and with --sequential it is told" {
  timed() { awk -F, -v OFS=, 'NR == 1 { print "t", $0; next } { printf "2026-01-%02dT%02d:%02d:00Z,%s\n", 1 + NR / 288, NR / 12 % 24, NR * 5 % 60, $0 }' "$1" >"t-$1"; }
  for side in ref same strays variants; do timed $side.csv; done
  run -1 dw-compare --id id --checks data_quality --by city --ref ref.csv strays.csv
  quality <<<"$output" | jq -e -s 'any(.[]; .segment.column == "city" and .detail.kind == "stray_values" and .drift and .p_value > 0)'
  for side in strays variants; do
    run -0 dw-compare --id id --time t --match hour --checks data_quality --ref t-ref.csv t-$side.csv
    quality <<<"$output" | jq -e '.drift == false and .p_value == null and (.warning | test("--match"))'
  done
  run -0 dw-compare --id id --preset nannyml --chunk-size 250 --checks data_quality --ref ref.csv strays.csv
  quality <<<"$output" | jq -e '.drift == false and .p_value == null and .detail.kind == "stray_values" and (.warning | test("chunk"))'
  run dw-compare --id id --time t --sequential state --ref t-ref.csv t-strays.csv
  quality <<<"$output" | jq -e '.drift == false and .p_value < 0.001 and (.warning | test("reported, not judged"))'
}

@test "dw-report tells it in all forms" {
  run -1 dw-compare --id id --ref ref.csv strays.csv
  echo "$output" >strays
  run -1 dw-compare --id id --ref ref.csv variants.csv
  echo "$output" >variants
  run -1 dw-compare --id id --ref ref.csv renamed.csv
  echo "$output" >names
  told=('values that are no numbers, taken for missing: .* in the current data \(\?'
    '3 values differ from another in case or blanks alone, new in the current data: ("|&quot;|&#34;)ROME("|&quot;|&#34;) like'
    'differ in case, blanks or underscores alone|classname="[^"]*data_quality" name="age"')
  kinds=(strays variants names) n=0
  for format in 'text --width 400' markdown html junit; do
    for kind in 0 1 2; do
      [ "${DW_SUITE:-}" = full ] || [ $((n++ % 4)) -eq 0 ] || [ "$kind.$format" = 2.junit ] || continue # each format and each kind; DW_SUITE=full: each with each
      # shellcheck disable=SC2086 # FORMAT and its options
      run -0 --separate-stderr dw-report --format $format ${kinds[kind]}
      grep -Eq "${told[kind]}" <<<"$output" || { echo "$format ${kinds[kind]}"; return 1; }
    done
  done
  for kind in "${kinds[@]}"; do
    dw-report --format json "$kind" | jq -e --arg kind "$kind" 'any(.. | objects; .check? == "data_quality")' >/dev/null || { echo "$kind"; return 1; }
    dw-report --format prometheus --title m "$kind" | grep -q '^driftwatch_drift{model="m"} 1'
  done
}
