# dw-eval: which classes labels, predictions and scores speak of, however they are written: right, or status 3 that says why.

setup() {
  bats_require_minimum_version 1.5.0
  PATH="${DW_BIN:-$BATS_TEST_DIRNAME/../bin}:$PATH"
  cd "$BATS_TEST_TMPDIR" || return 1
}

whole() { [ "${DW_SUITE:-}" = full ]; }

KINDS="numbers digits booleans words reals mixed boolmix yesno floats three"

# rows LABEL-KIND PREDICTION-KIND FORMAT: 300 rows; the prediction is wrong in each fifth.
rows() {
  awk -v label="$1" -v told="$2" -v format="$3" '
    function write(kind, p, i) {
      if (kind == "digits" || (kind == "mixed" && i % 2)) return q p q
      if (kind == "booleans" || (kind == "boolmix" && i % 2)) return p ? "true" : "false"
      if (kind == "words") return q (p ? "true" : "false") q
      if (kind == "reals") return p ? "1.0" : "0.0"
      if (kind == "yesno") return q (p ? "yes" : "no") q
      if (kind == "floats") return p + i % 13 / 7 + 0.01
      if (kind == "three") return q substr("abc", (i + p) % 3 + 1, 1) q
      return p
    }
    BEGIN {
      q = format == "csv" ? "" : "\""
      if (format == "csv") print "y,p,s"
      for (i = 0; i < 300; i++) {
        truth = i * 7 % 10 < 4
        p = i % 5 ? truth : 1 - truth
        printf format == "csv" ? "%s,%s,%.2f\n" : "{\"y\":%s,\"p\":%s,\"s\":%.2f}\n", write(label, truth, i), write(told, p, i), 0.05 + 0.6 * p + i % 30 / 100
      }
    }'
}

# KIND: the classes that it speaks of, in `group`
group() {
  case $1 in
    yesno | floats | three) group=$1 ;;
    *) group=flag ;;
  esac
}

# FILE WORDS: by the shell, which is done before a process has begun
has() { IFS= read -r -d '' text <"$1" || true; [[ $text == *"$2"* ]]; }

# What both kinds are called in a refusal.
refused() {
  local one='\(such as .*\(such as' two='two classes 0 and 1, and .* numbers' three='binary task with .* different' four="none of the reference's classes"
  IFS= read -r -d '' text <err || true
  [[ $text =~ (^|$'\n')"dw-eval: "[^$'\n']*($one|$two|$three|$four) ]]
}

@test "labels of every kind against predictions of every kind, NDJSON and CSV" {
  local a b format status n=0
  for format in ndjson csv; do
    for a in $KINDS; do
      for b in $KINDS; do
        # every seventh pair, others of CSV than of NDJSON (seven is no divisor of the ten kinds: each is among both); DW_SUITE=full: all
        whole || [ $((++n % 7)) -eq 0 ] || continue
        rows "$a" "$b" $format >rows.$format
        status=0
        metric=accuracy
        [ "$a" != floats ] || metric=mae
        dw-eval --label y --prediction p --bootstrap 0 --metrics $metric rows.$format >out 2>err || status=$?
        group "$a" && of_a=$group && group "$b"
        if [ "$of_a" != "$group" ]; then
          [ "$status" -eq 3 ] && refused || { echo "$format $a $b: $status $(cat err out)"; return 1; }
        else
          case $a in floats) want='"metric":"mae","value":0.20000000' ;; *) want='"metric":"accuracy","value":0.8,' ;; esac
          [ "$status" -eq 0 ] && has out "$want" || { echo "$format $a $b: $status $(cat err out)"; return 1; }
        fi
      done
    done
  done
}

@test "scores against labels of every kind, and estimates whose reference is written in another way" {
  local a b status n=0
  for a in $KINDS; do
    rows "$a" "$a" ndjson >r_$a.ndjson
    rows "$a" "$a" csv >c_$a.csv
  done
  for a in numbers digits booleans words reals mixed boolmix yesno; do
    for file in r_$a.ndjson c_$a.csv; do
      whole || [ $((n++ % 4)) -eq 0 ] || [ $((n % 4)) -eq 0 ] || continue # NDJSON and CSV in turn; DW_SUITE=full: both
      dw-eval --label y --score s --bootstrap 0 $file | grep '"metric":"\(auc\|accuracy\|brier\)"' >out
      [ -f scores ] || cp out scores
      cmp out scores
    done
  done
  [ "$(wc -l <scores)" -eq 3 ]
  n=0
  for a in numbers digits booleans words mixed yesno; do
    for b in $KINDS; do
      whole || [ $((++n % 3)) -eq 0 ] || continue # each is among the third of both; DW_SUITE=full: all
      status=0
      dw-eval --estimate --ref r_$a.ndjson --label y --score s --prediction p c_$b.csv >out 2>err || status=$?
      group "$a" && of_a=$group && group "$b"
      if [ "$of_a" != "$group" ]; then
        [ "$status" -eq 3 ] && refused || { echo "$a $b: $status $(cat err) $(head -n 1 out)"; return 1; }
      else
        [ "$status" -le 1 ] || { echo "$a $b: $status $(cat err)"; return 1; }
        grep '"kind":"metric"' out >estimates
        [ -f first ] || cp estimates first
        cmp estimates first
      fi
    done
  done
  [ "$(wc -l <first)" -ge 50 ]
}

# model: four classes that x and y tell; its scores of four rows, one a class.
model() {
  awk 'BEGIN { srand(3); print "x,y,class"
    for (i = 0; i < 400; i++) { k = i % 4; printf "%.3f,%.3f,%s\n", k % 2 + rand() * 0.3, int(k / 2) + rand() * 0.3, substr("abcd", k + 1, 1) } }' >train.csv
  dw-train --label class --output model.json train.csv
  printf 'x,y,class\n0.1,0.1,a\n1.1,0.1,b\n0.1,1.1,c\n1.1,1.1,%s\n' "$1" >now.csv
}

value() { sed -n "s/.*\"metric\":\"$1\",\"value\":\([^,]*\).*/\1/p" <<<"$output"; }

@test "classes are the model's: a label that it does not have is an error, and named" {
  model e
  dw-score --model model.json now.csv >scored.csv
  [ "$(head -n 1 scored.csv)" = x,y,class,score,score_classes,prediction ]
  grep -q ',"\[""a"",""b"",""c"",""d""\]",d$' scored.csv
  run -0 --separate-stderr dw-eval --label class --score score scored.csv
  [ "$stderr" = 'dw-eval: warning: the model has no class "e": its 1 labels count as errors' ]
  [ "$(value accuracy)" = 0.75 ]
  [ "$(value recall)" = 0.6 ] # the mean of 1, 1, 1, 0 (d: predicted, not there) and 0 (e), as scikit-learn has it
  [ "$(value ece)" != null ]
  for metric in log_loss brier; do
    grep -q "\"metric\":\"$metric\",\"value\":null.*\"error\":\"labels of a class that the model does not have: \\\\\"e\\\\\"\"" <<<"$output"
  done
  grep -q '"metric":"auc","value":null.*"error":"a class without labels: \\"d\\""' <<<"$output"
  grep -q '"labels":\["a","b","c","d","e"\],"matrix":\[\[1,0,0,0,0\],\[0,1,0,0,0\],\[0,0,1,0,0\],\[0,0,0,0,0\],\[0,0,0,1,0\]\]' <<<"$output"
  grep -q '"classes":\["a","b","c","d"\],"unknown_classes":\[{"class":"e","labels":1}\]' <<<"$output"
  run -1 --separate-stderr dw-eval --label class --score score --gate 'accuracy>=0.9' scored.csv
}

@test "the model's classes go through a pipe, and through every format" {
  model d
  for i in 1 2 3 4 5; do tail -n +2 now.csv; done | sed 's/\(.*\),\(.*\),\(.*\)/{"x":\1,"y":\2,"class":"\3"}/' >now.ndjson
  dw-score --model model.json now.ndjson | dw-inject --column x --op shift --by 5 | dw-eval --label class --score score --bootstrap 0 >piped
  grep -q '"metric":"accuracy","value":1,' piped
  grep -q '"classes":\["a","b","c","d"\],"unknown_classes":\[\]' piped
  grep -v '"d"}$' now.ndjson | dw-score --model model.json | dw-eval --label class --score score --bootstrap 0 >window # a window without one class
  grep -q '"metric":"accuracy","value":1,' window
  grep -q '"metric":"auc","value":null.*"error":"a class without labels: \\"d\\""' window
  dw-score --model model.json --score risk now.ndjson | dw-eval --label class --score risk --bootstrap 0 | grep -q '"metric":"accuracy","value":1,'
  dw-score --model model.json now.ndjson | sed 's/"score_classes":"[^ ]*\]",/"score_classes":["a","b","c","d"],/' | dw-eval --label class --score score --bootstrap 0 --metrics accuracy | grep -q '"value":1,'
}

@test "--classes says it where the records do not, and a guess is told" {
  printf '{"y":"%s","s":[0.7,0.2,0.1]}\n' b c b >rows.ndjson
  run -3 --separate-stderr dw-eval --label y --score s rows.ndjson
  [ "$stderr" = 'dw-eval: scores have 3 components, but there are 2 classes among the labels; --classes says which the scores are of' ]
  run -0 --separate-stderr dw-eval --label y --score s --classes b,a,c rows.ndjson
  [ -z "$stderr" ]
  [[ "$(value accuracy)" == 0.666* ]]
  run -0 --separate-stderr dw-eval --label y --score s --classes '["b","a","c"]' rows.ndjson
  [[ "$(value accuracy)" == 0.666* ]]
  printf '{"y":"%s","s":[0.7,0.2,0.1]}\n' b c b a >rows.ndjson
  run -0 --separate-stderr dw-eval --label y --score s rows.ndjson
  [ "$stderr" = 'dw-eval: warning: nothing says which classes the scores are of: taken to be those of the labels, "a", "b", "c", in this order (--classes)' ]
  printf 'y,s\n%s,"[0.7,0.2,0.1]"\n' 0 >places.csv # XGBoost's own classes are 0, 1, 2
  printf '%s,"[0.7,0.2,0.1]"\n' 1 2 >>places.csv
  run -0 --separate-stderr dw-eval --label y --score s places.csv
  [ -z "$stderr" ]
  run -2 --separate-stderr dw-eval --label y --score s --classes a rows.ndjson
  [[ "$stderr" == 'dw-eval: --classes: a model has two classes or more, not 1'* ]]
  run -2 --separate-stderr dw-eval --label y --score s --classes a,b,a rows.ndjson
  run -3 --separate-stderr dw-eval --label y --score s --classes a,b,c,d rows.ndjson
  [ "$stderr" = 'dw-eval: scores have 3 components, but the model has 4 classes' ]
  run -3 --separate-stderr dw-eval --label y --score s --classes A,B,C rows.ndjson
  [[ "$stderr" == "dw-eval: labels and predictions cannot be matched with the model's classes, \"A\", \"B\", \"C\""* ]]
  run -3 --separate-stderr dw-eval --label y --score s --classes 0,1,2 rows.ndjson
  printf 'y,s\na,0.2\nb,0.7\n' >two.csv
  run -3 --separate-stderr dw-eval --label y --score s --classes a,b --task multiclass two.csv
  [[ "$stderr" == 'dw-eval: labels of 2 classes need scores that are arrays'* ]]
  sed 's/}$/,"s_classes":"[\\"a\\",\\"b\\",\\"c\\"]"}/; 2s/a\\",\\"b/b\\",\\"a/' rows.ndjson >two.ndjson
  run -3 --separate-stderr dw-eval --label y --score s two.ndjson
  [[ "$stderr" == *':2: field "s_classes" says ["b","a","c"], and records before ["a","b","c"]: scores of two models do not go together' ]]
}

@test "two classes: the positive one is the model's, and one that it does not have is no hit" {
  printf 'x,y\n' >train.csv
  awk 'BEGIN { for (i = 0; i < 200; i++) print i % 2 + i % 7 / 10 "," (i % 2 ? "bad" : "good") }' >>train.csv
  dw-train --label y --positive bad --output model.json train.csv
  dw-score --model model.json --cut 0.5 train.csv >scored.csv
  run -0 --separate-stderr dw-eval --label y --score score --bootstrap 0 scored.csv
  [ "$(value auc)" = 1 ] # of "good", the later word, it would be 0
  run -3 --separate-stderr dw-eval --label y --score score --positive good scored.csv
  [ "$stderr" = 'dw-eval: --positive good: the scores are those of the model'"'"'s second class, "bad"' ]
  sed '2s/,good,/,odd,/' scored.csv >odd.csv
  run -0 --separate-stderr dw-eval --label y --score score --bootstrap 0 odd.csv
  [ "$stderr" = 'dw-eval: warning: the model has no class "odd": its 1 labels count as errors' ]
  [ "$(value accuracy)" = 0.995 ]
  [ "$(value specificity)" = 1 ]
  [ "$(value log_loss)" = null ]
  grep ',good,' scored.csv | sed '1i x,y,score,score_classes,prediction' >one.csv # a window of one class
  run -0 --separate-stderr dw-eval --label y --score score --bootstrap 0 one.csv
  [ "$(value specificity)" = 1 ]
  [ "$(value auc)" = null ]
  dw-calibrate scores --label y --score score scored.csv >map.json
  run -3 --separate-stderr dw-calibrate scores --label y --score score odd.csv
  [[ "$stderr" == *'dw-calibrate: labels of the class "odd", which the model does not have: leave these rows out' ]]
}
