# dw-compare --multivariate: what only shows when all columns are looked at together.

# rows seed sign: a and b are normal and go together (sign 1) or against each other (-1); c is a number, d a word, of their own. Random numbers of
# Wichmann and Hill: the same everywhere.
rows() {
  awk -v rows="$1" -v seed="$2" -v sign="$3" '
    function u() {
      x = (171 * x) % 30269; y = (172 * y) % 30307; z = (170 * z) % 30323
      return (x / 30269 + y / 30307 + z / 30323) % 1
    }
    function normal() { return sqrt(-2 * log(u())) * cos(6.283185307179586 * u()) }
    BEGIN {
      x = 1 + 977 * seed % 30000; y = 1 + 3571 * seed % 30000; z = 1 + 7919 * seed % 30000
      split("red green blue", word)
      print "id,a,b,c,d,y"
      for (i = 0; i < rows; i++) {
        a = normal()
        printf "k%d,%.6f,%.6f,%.6f,%s,%d\n", i, a, sign * 0.8 * a + 0.6 * normal(), exp(normal()), word[1 + int(3 * u())], (a + normal() > 0)
      }
    }'
}

whole() { [ "${DW_SUITE:-}" = full ]; }

setup() {
  bats_require_minimum_version 1.5.0
  PATH="${DW_BIN:-$BATS_TEST_DIRNAME/../bin}:$PATH"
  cd "$BATS_TEST_TMPDIR" || return 1
  size=600
  ! whole || size=2000
  rows $size 1 1 >before.csv
}

compare() { dw-compare --ref before.csv --id id --label y "$@"; }

@test "a correlation that turned, in columns that did not change, is found by what looks at both" {
  rows $size 2 -1 >turned.csv
  run -0 --separate-stderr compare turned.csv
  run -1 --separate-stderr compare --multivariate all turned.csv
  [ -z "$stderr" ]
  [ "$(grep '"check":"column_drift"' <<<"$output" | grep -c '"drift":true')" -eq 0 ]
  [ "$(grep '"check":"multivariate_drift"' <<<"$output" | grep -c '"drift":true')" -eq 3 ]
  for method in domain_classifier pca mmd; do grep -q "\"check\":\"multivariate_drift\",\"column\":null,\"type\":\"other\",\"method\":\"$method\"" <<<"$output"; done
  grep '"method":"domain_classifier"' <<<"$output" | grep -q '"detail":{"columns":4,"reference_rows":'$size',"current_rows":'$size',"folds":5,.*"features":\[{"column":"[ab]",.*{"column":"[ab]",.*{"column":"[cd]",'
  grep '"method":"correlation"' <<<"$output" | grep -q '"pairs":6,"tests":9,"drifted_pairs":1,"largest":\[{"columns":\["a","b"\]'
  [ "$(grep -c '"kind":"finding","check":"correlation_drift"' <<<"$output")" -eq 2 ]
  grep -q '"method":"\(pearson\|spearman\)","statistic":-1\.[0-9]*,.*"drift":true,.*"detail":{"columns":\["a","b"\],' <<<"$output"
  tail -n 1 <<<"$output" | grep -q '"drift":true,"severity":"high",.*"columns":4,"drifted":0'
}

@test "1.1 and 1.10 are two categories to what looks at all columns, too" {
  versions() { awk -v turned="$1" -v form="$2" -v rows=$((size * 9 / 20)) 'BEGIN { if (form == "csv") print "v,d"; srand(1)
    for (i = 0; i < rows; i++) { k = int(3 * rand()); split("1.1 1.10 1.2", v, " "); split(turned ? "b a c" : "a b c", d, " ")
      if (form == "csv") print v[k + 1] "," d[k + 1]; else print "{\"v\":" v[k + 1] ",\"d\":\"" d[k + 1] "\"}" } }'; }
  for form in csv ndjson; do
    versions 0 $form >r.$form
    versions 1 $form >c.$form
  done
  for forms in csv:csv csv:ndjson ndjson:csv; do
    run -1 --separate-stderr dw-compare --checks multivariate_drift --multivariate domain_classifier --ref r.${forms%:*} c.${forms#*:}
    grep -q '"method":"domain_classifier".*"drift":true' <<<"$output"
    run -0 --separate-stderr dw-compare --checks multivariate_drift --multivariate domain_classifier --ref r.${forms%:*} r.${forms#*:}
  done
}

@test "no drift is no drift" {
  rows $size $(if whole; then echo 3; else echo 11; fi) 1 >after.csv
  run -0 --separate-stderr compare --multivariate domain_classifier,pca,mmd,correlation after.csv
  [ "$(grep -c '"check":"multivariate_drift"' <<<"$output")" -eq 3 ]
  [ "$(grep -c '"check":"correlation_drift"' <<<"$output")" -eq 1 ]
  tail -n 1 <<<"$output" | grep -q '"drift":false'
  run -0 --separate-stderr compare --multivariate none after.csv
  [ "$(grep -c 'multivariate_drift\|correlation_drift' <<<"$output")" -eq 0 ]
}

@test "the same bytes for any number of threads, from a sample, and from one split input" {
  rows $size 4 -1 >turned.csv
  compare --multivariate all --joint-rows $((size / 4)) --threads 1 --exit-zero turned.csv >one
  compare --multivariate all --joint-rows $((size / 4)) --threads 3 --exit-zero turned.csv >three
  diff <(sed 's/"made_by".*//' one) <(sed 's/"made_by".*//' three)
  grep '"method":"domain_classifier"' one | grep -q '"approximate":true.*"reference_rows":'$((size / 4))',"current_rows":'$((size / 4))
  { cat before.csv; tail -n +2 turned.csv; } >both.csv
  run -1 --separate-stderr dw-compare --split $size --id id --label y --multivariate correlation both.csv
  grep '"method":"correlation"' <<<"$output" | grep -q '"approximate":false.*"reference_rows":'$size',"current_rows":'$size'.*"drifted_pairs":1'
}

@test "thresholds, checks and the correction reach these findings" {
  rows $size 5 -1 >turned.csv
  run -1 --separate-stderr compare --multivariate domain_classifier,correlation --checks correlation_drift turned.csv
  [ "$(grep -c '"kind":"finding"' <<<"$output")" -eq 2 ]
  run -0 --separate-stderr compare --multivariate pca,mmd --checks multivariate_drift --threshold multivariate_drift=0 turned.csv
  run -0 --separate-stderr compare --multivariate mmd --checks multivariate_drift --threshold mmd=0.0001 turned.csv
  grep -q '"method":"mmd".*"threshold":0.0001' <<<"$output"
  compare --multivariate correlation --correction none --exit-zero turned.csv | grep '"columns":\["a","b"\]' | grep -v '"pairs"' >none
  grep -q '"p_value":\([^,]*\),"p_adjusted":\1,' none
}

@test "presets of tools that do without refuse it, and memory bounds the rows" {
  rows $size 6 -1 >turned.csv
  for preset in evidently nannyml; do
    run -2 --separate-stderr compare --preset "$preset" --multivariate domain_classifier turned.csv
    [[ "$stderr" == *--multivariate* ]]
  done
  run -1 --separate-stderr compare --multivariate correlation --memory $((size * 250)) turned.csv
  rows_kept=$(grep '"kind":"finding".*"method":"correlation"' <<<"$output" | sed 's/.*"reference_rows":\([0-9]*\).*/\1/')
  [ "$rows_kept" -gt 100 ]
  [ "$rows_kept" -lt $size ]
}

@test "tables with little in them have an error each, no verdict and no crash" {
  printf 'a,b\n1,2\n3,4\n' >two.csv
  run -5 --separate-stderr dw-compare --ref two.csv --multivariate all two.csv
  [ "$(grep -c '"method":"\(domain_classifier\|pca\|correlation\)".*"score":null.*"drift":false.*"error":"' <<<"$output")" -eq 3 ]
  cut -d, -f2 before.csv >one.csv
  run -5 --separate-stderr dw-compare --ref one.csv --multivariate all one.csv
  grep '"method":"correlation"' <<<"$output" | grep -q '"error":"fewer than two columns'
  awk 'BEGIN { print "a,b"; for (i = 0; i < 50; i++) print "7," }' >constant.csv
  run -5 --separate-stderr dw-compare --ref constant.csv --multivariate all constant.csv
  tail -n 1 <<<"$output" | grep -q '"drift":null,.*"verdict":"not judged"'
  awk 'BEGIN { for (k = 0; k < 60; k++) printf "c%d%s", k, k < 59 ? "," : "\n"; for (i = 0; i < 25; i++) for (k = 0; k < 60; k++) printf "%d%s", (i * 37 + k * i * i) % 101, k < 59 ? "," : "\n" }' >wide.csv
  run --separate-stderr dw-compare --ref wide.csv --multivariate all wide.csv
  [ "$status" -eq 0 ]
  [ "$(grep -c '"check":"multivariate_drift"' <<<"$output")" -eq 3 ]
}

@test "an unknown method is a usage error that names those there are" {
  run -2 --separate-stderr compare --multivariate forest before.csv
  [ "$stderr" = 'dw-compare: --multivariate: no method "forest"; there are all, domain_classifier, pca, mmd, correlation' ] || [[ "$stderr" == *'no method "forest"; there are all, domain_classifier, pca, mmd, correlation'* ]]
}

@test "reports say what was found, in every format" {
  rows $size 2 -1 >turned.csv
  compare --multivariate all --exit-zero turned.csv >findings
  run -0 --separate-stderr dw-report findings
  words=$(tr -s ' \n' '  ' <<<"$output")
  [[ "$words" == *'Multivariate drift: classifier AUC 0.'*', by '[ab]', '[ab]'; p '* ]]
  [[ "$words" == *'Correlation drift: 1 of 6 pairs of columns go together otherwise; p '* ]]
  [[ "$words" == *'Correlation drift: a and b: '*' correlation 0.'*' → -0.'*'; p '* ]]
  run -0 --separate-stderr dw-report --format markdown findings
  grep -q '| Correlation drift | *| a and b: ' <<<"$output"
  run -0 --separate-stderr dw-report --format html findings
  for words in 'All columns together' 'What gives the sides away' 'Pairs that go together otherwise' 'Domain classifier, AUC' '<bdi>a</bdi> and <bdi>b</bdi>'; do grep -qF "$words" <<<"$output"; done
  for format in json junit; do run --separate-stderr dw-report --format "$format" findings; [ -z "$stderr" ]; done
  sed 's/"features":\[{"column":"[ab]"/"features":[7,{"column":"a"/' findings >broken
  run -3 --separate-stderr dw-report broken
  [[ "$stderr" == *'"features": expected objects'* ]]
  sed 's/"detail":{"columns":\["a","b"\]/"detail":{"columns":["a"]/' findings >broken
  run -3 --separate-stderr dw-report broken
  [[ "$stderr" == *'"columns": expected two names'* ]]
}

@test "names from input cannot break out of the page" {
  sed '1s/,a,b,/,<i>a,"b""&",/' before.csv >hostile.csv
  rows $size 2 -1 | sed '1s/,a,b,/,<i>a,"b""\&",/' >turned.csv
  dw-compare --ref hostile.csv --id id --label y --multivariate all --exit-zero turned.csv >findings
  run -0 --separate-stderr dw-report --format html findings
  [ "$(grep -c '<i>a' <<<"$output")" -eq 0 ]
  grep -qF '&lt;i&gt;a' <<<"$output"
}
