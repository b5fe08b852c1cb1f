bats_require_minimum_version 1.5.0

# A column that breaks a method gives a finding with "error", never a stop: every method over columns that are constant, empty, infinite, of one row, too wide
# for a double, or of one category.

setup() {
  PATH="${DW_BIN:-$BATS_TEST_DIRNAME/../bin}:$PATH"
  cd "$BATS_TEST_TMPDIR" || exit 1
  awk 'BEGIN { for (i = 1; i <= 40; i++)
    printf "{\"good\":%d,\"constant\":7,\"null\":null,\"wide\":%s,\"huge\":1e308,\"tiny\":%de-320,\"word\":\"same\",\"other\":\"w%d\",\"flag\":true,\"late\":%s}\n",
      i, i % 2 ? "-1.7e308" : "1.7e308", i, i % 3, (i > 39 ? "1" : "null") }' >reference.ndjson
  sed 's/"constant":7/"constant":8/; s/"null":null/"null":3/; s/"word":"same"/"word":"different"/; s/"late":1/"late":2/' reference.ndjson >current.ndjson
  head -n 1 reference.ndjson >one.ndjson
  head -n 2 current.ndjson >two.ndjson
}

# Every finding has a score or an error, nothing is NaN, and the summary is there. What has no answer by any method is warned of, and where that is all, the
# status says so.
whole() {
  [ -z "$(grep -v '^dw-compare: \(warning: \)\{0,1\}not judged: ' <<<"$stderr")" ]
  jq -se --argjson status "$status" '(last | .kind == "summary" and (if .verdict == "not judged" then 5 else 0 end) == $status) and
    all(.[]; .kind != "finding" or ((.score != null) != has("error"))) and ([.[] | select(.error)] | length > 0)' <<<"$output"
}

@test "every method over columns that break some" {
  for preset in driftwatch evidently; do
    for types in none constant=numeric,wide=numeric,huge=numeric,tiny=numeric,null=numeric,late=numeric constant=categorical,wide=categorical,flag=categorical,null=categorical,good=categorical; do
      run --separate-stderr dw-compare --exit-zero --method all --permutations 9 --preset $preset $([ $types = none ] || echo "--types $types") --ref reference.ndjson current.ndjson
      whole
      run --separate-stderr dw-compare --exit-zero --method all --permutations 9 --preset $preset $([ $types = none ] || echo "--types $types") --ref one.ndjson two.ndjson
      whole
      run --separate-stderr dw-compare --exit-zero --method all --permutations 9 --preset $preset $([ $types = none ] || echo "--types $types") --ref reference.ndjson one.ndjson
      whole
    done
  done
}

@test "what breaks is said" {
  run --separate-stderr dw-compare --exit-zero --method all --types constant=numeric --ref reference.ndjson reference.ndjson
  whole
  jq -se 'map(select(.column == "constant" and .method == "anderson")) | length == 1 and all(.[]; .error == "all values are equal")' <<<"$output"
  jq -se 'map(select(.column == "constant" and .method == "es")) | length == 1 and all(.[]; .error | test("quartiles"))' <<<"$output"
  jq -se 'map(select(.column == "constant" and .method == "t_test")) | length == 1 and all(.[]; .error == "all values are equal")' <<<"$output"
  jq -se 'map(select(.column == "other" and .method == "fisher_exact")) | length == 1 and all(.[]; .error | test("two categories, and there are 3"))' <<<"$output"
  jq -se 'map(select(.column == "wide" and .method == "psi")) | length == 1 and all(.[]; .drift == false)' <<<"$output"
}

@test "infinite values are missing ones: where there are no others the column is lost" {
  printf 'x\n1\n2\ninf\n4\n' >a.csv
  printf 'x\ninf\n-inf\ninf\ninf\n' >b.csv
  run --separate-stderr dw-compare --exit-zero --method all --types x=numeric --ref a.csv b.csv
  [ "$status" -eq 0 ]
  [ -z "$stderr" ]
  jq -se 'map(select(.kind == "finding") | .check) | sort == ["missing_values", "schema"]' <<<"$output"
  jq -se 'any(.[]; .check == "schema" and .drift and .detail.lost and .detail.change == "unusable")' <<<"$output"
  run --separate-stderr dw-compare --exit-zero --method all --types x=numeric --ref b.csv a.csv
  whole
  jq -se '[.[] | select(.check == "column_drift")] | length >= 15 and all(.[]; .error == "the reference has no usable value in this column")' <<<"$output"
}

@test "permutations and seed" {
  run --separate-stderr dw-compare --exit-zero --method tvd,empirical_mmd --correction none --types other=categorical --permutations 99 --seed 5 --ref reference.ndjson reference.ndjson
  [ "$status" -eq 0 ]
  first=$output
  jq -se 'map(select(.column == "other" and .method == "tvd")) | length == 1 and all(.[]; .p_value == 1 and .detail.permutations == 99 and .detail.hits == 99)' <<<"$output"
  run dw-compare --exit-zero --method tvd,empirical_mmd --correction none --types other=categorical --permutations 99 --seed 5 --threads 1 --ref reference.ndjson reference.ndjson
  [ "$(grep '"finding"' <<<"$output")" = "$(grep '"finding"' <<<"$first")" ]
  run dw-compare --permutations 0 --ref reference.ndjson reference.ndjson
  [ "$status" -eq 2 ]
}
