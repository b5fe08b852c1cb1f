# Unix times in numbers, and in digits as text, give in every mode what the same times give as ISO 8601.
bats_require_minimum_version 1.5.0

# five weeks of an event every half hour: ts with milliseconds, done_at in whole seconds
setup_file()
{
  export F=$BATS_FILE_TMPDIR PATH="$DW_BIN:$PATH"
  awk -v dir="$F" 'BEGIN {
    srand(4)
    for (i = 0; i < 35 * 48; i++) {
      at = 1767571200 + i * 1800 # 2026-01-05, a Monday
      later = at + int(-60 * log(1 - rand()))
      milli = sprintf("%03d", int(rand() * 1000))
      rest = sprintf("\"id\":%d,\"x\":%.4f,\"y\":%d,\"s\":%.4f,\"g\":\"g%d\"}\n", i, rand(), rand() < 0.3, rand(), rand() * 2)
      out = dir (i < 28 * 48 ? "/ref." : "/now.")
      printf "{\"ts\":\"%s.%sZ\",\"done_at\":\"%s\",%s", strftime("%Y-%m-%dT%H:%M:%S", at, 1), milli, strftime("%Y-%m-%dT%H:%M:%SZ", later, 1), rest >(out "iso")
      printf "{\"ts\":%d.%s,\"done_at\":%d,%s", at, milli, later, rest >(out "s")
      printf "{\"ts\":%d%s,\"done_at\":%d000,%s", at, milli, later, rest >(out "ms")
      printf "{\"ts\":%d%s000,\"done_at\":%d000000,%s", at, milli, later, rest >(out "us")
      printf "{\"ts\":%d%s000000,\"done_at\":%d000000000,%s", at, milli, later, rest >(out "ns")
      printf "{\"ts\":\"%d.%s\",\"done_at\":\"%d\",%s", at, milli, later, rest >(out "text")
    }
  }'
  for form in iso s ms us ns text; do cat "$F/ref.$form" "$F/now.$form" >"$F/all.$form"; done
}

setup() { cd "$F" && turn=$BATS_TEST_NUMBER; }

whole() { [ "${DW_SUITE:-}" = full ]; }

# What a command says, without how it was made and without the times themselves.
said() { sed -E 's/,"made_by":.*//; s/"(ts|done_at)":[^,}]*//g; s/\.(iso|s|ms|us|ns|text)\b//g' out err; }

# STATUS COMMAND...: the same of all forms (one call after the other takes ISO and the next of the others; DW_SUITE=full: all); @ stands for the form
same()
{
  local want=$1 form status forms=(s ms us ns text)
  shift
  whole || forms=("${forms[turn++ % 5]}")
  for form in iso "${forms[@]}"; do
    status=0
    rm -rf state db
    "${@//@/$form}" >out 2>err || status=$?
    [ "$status" -eq "$want" ] || { echo "$form: status $status"; cat err; return 1; }
    if [ "$form" = iso ]; then said >said.iso; else said | diff said.iso - || { echo "$form differs"; return 1; }; fi
  done
}

@test "two files, with segments, with --match" {
  same 0 dw-compare --id id --ref ref.@ now.@
  grep -q '"column":"ts.gap"' out
  same 0 dw-compare --id id --time ts --ref ref.@ now.@
  grep -q '"column":"done_at.lag"' out
  same 0 dw-compare --id id --by g --ref ref.@ now.@
  same 0 dw-compare --id id --time ts --match hour --ref ref.@ now.@
}

@test "chunks: that time goes on is no drift" {
  for chunks in '--chunk-size 300' '--time ts --chunk-period 7d'; do
    # shellcheck disable=SC2086 # words
    same 0 dw-compare --id id --exit-zero --preset nannyml $chunks --ref ref.@ now.@
    grep '"kind":"summary"' out >summary
    run ! grep -q '"drifted_columns":[^]]*\(ts\|done_at\)' summary
    grep -q '"not_compared":.*"column":"done_at","type":"datetime"' summary
  done
}

@test "looks in a row, by rows and by days" {
  same 0 dw-compare --id id --sequential state --ref ref.@ now.@
  same 0 dw-compare --id id --sequential state --unit 1d --time ts --ref ref.@ now.@
}

@test "windows, splits, thresholds, evaluation, a store" {
  same 0 dw-compare --id id --time ts --window 7d --baseline 28d all.@
  same 0 dw-compare --id id --time ts --split 2026-02-02 all.@
  same 0 dw-calibrate thresholds --time ts --id id --rows 300 --runs 400 --method wasserstein --ref ref.@
  run ! grep -q '"column":"done_at"' out
  same 0 dw-eval --label y --score s --time ts --window 7d --metrics auc --bootstrap 0 all.@
  for form in iso ns text; do
    rm -f db
    dw-store put --db sqlite:db --kind inference --model m --time ts "now.$form" >/dev/null
    dw-store get --db sqlite:db --since 2026-02-03T05:00:00Z --until 2026-02-04 --strays | sed -E 's/"(ts|done_at)":[^,]*,//g' >"got.$form"
    diff got.iso "got.$form"
  done
  [ "$(wc -l <got.iso)" -eq 38 ]
}

@test "the preset of Evidently compares numbers as numbers and texts as texts, and says so" {
  for form in iso s $(if whole; then echo ns; fi); do
    what=texts
    [ "$form" = iso ] || what=numbers
    run -1 --separate-stderr dw-compare --preset evidently --columns ts,x,y --ref "ref.$form" --drift-share 0.3 "now.$form"
    [ "$stderr" = "dw-compare: warning: column \"ts\" holds instants, which --preset evidently compares as $what: that time goes on is drift to it (--exclude ts leaves it out)" ]
    run -0 --separate-stderr dw-compare --preset evidently --exclude ts,done_at,id --ref "ref.$form" "now.$form"
    [ -z "$stderr" ]
  done
}

@test "numbers against texts are the same instants" {
  for form in iso text; do
    run -0 --separate-stderr dw-compare --id id --ref ref.ms "now.$form"
    [ -z "$stderr" ]
    sed 's/,"made_by":.*//' <<<"$output" >"mixed.$form"
    grep -q '"column":"done_at.hour"' "mixed.$form"
  done
  diff mixed.iso mixed.text
}
