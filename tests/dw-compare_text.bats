# dw-compare: columns of text.

setup() {
  bats_require_minimum_version 1.5.0
  PATH="${DW_BIN:-$BATS_TEST_DIRNAME/../bin}:$PATH"
  cd "$BATS_TEST_TMPDIR"
}

# texts ROWS SEED [EVERY PHRASE]: NDJSON records with an id and a note of 6 words of 200; one in EVERY ends with the phrase
texts() {
  awk -v rows="$1" -v seed="$2" -v every="${3:-0}" -v phrase="${4:-}" '
    function draw(n) { state = (state * 16807) % 2147483647; return int(state / 2147483647 * n) }
    BEGIN { state = seed * 7919 + 12345; for (i = 0; i < 10; i++) draw(2)
      for (i = 0; i < rows; i++) { text = ""
        for (k = 0; k < 6; k++) { w = draw(200); text = text sprintf("%s%c%c%c%c", k ? " " : "", 97 + w % 7, 97 + int(w / 7) % 11, 97 + int(w / 11) % 13, 97 + w % 17) }
        if (every && draw(every) == 0) text = text " " phrase
        printf "{\"id\":%d,\"note\":\"%s\"}\n", i, text } }'
}

setup_file() {
  cd "$BATS_FILE_TMPDIR"
  texts 600 1 >base.ndjson
  texts 600 2 >same.ndjson
  texts 600 3 2 'your refund is late' >drift.ndjson
}

data() { echo "$BATS_FILE_TMPDIR/$1"; }
compare() { dw-compare --ref "$(data base.ndjson)" --id id "$@"; }
finding() { grep '"kind":"finding","check":"text_drift"' <<<"$output"; }

@test "texts of another kind are drift, with the words and the texts that say so" {
  run -1 --separate-stderr compare "$(data drift.ndjson)"
  [ -z "$stderr" ]
  finding | jq -e '[.column, .type, .method, .drift, .severity] == ["note", "text", "perc_text_content_drift", true, "high"] and
    .score < 1e-6 and .statistic > 0.6 and .score == .p_adjusted and .rule == "<" and ([.detail.words.current[:4][].word] | sort) == ["is", "late", "refund", "your"] and
    all(.detail.examples.current[]; test("your refund is late$")) and .detail.texts.current == {all: 600, read: 600, judged: 300} and
    .reference.sampled == 600 and (.reference.histogram.counts | add) == 600 and .reference.longest == 29'
}

@test "texts of the same kind are not" {
  run -0 --separate-stderr compare "$(data same.ndjson)"
  [ "$(finding | jq '.drift == false and .score > 0.05')" = true ]
}

@test "the answer does not depend on threads, compression, format, or standard input" {
  run -1 --separate-stderr compare --threads 1 "$(data drift.ndjson)"
  finding >want
  for threads in 2 $([ "${DW_SUITE:-}" != full ] || echo 5); do
    run -1 --separate-stderr compare --threads $threads "$(data drift.ndjson)"
    [ "$(finding)" = "$(<want)" ]
  done
  zstd -q "$(data drift.ndjson)" -o drift.zst
  { echo id,note; jq -r '[.id, .note] | @csv' "$(data drift.ndjson)"; } >drift.csv
  for file in drift.zst drift.csv; do
    run -1 --separate-stderr compare $file
    [ "$(finding)" = "$(<want)" ]
  done
  run -1 --separate-stderr dw-compare --ref "$(data base.ndjson)" --id id <"$(data drift.ndjson)"
  [ "$(finding)" = "$(<want)" ]
}

@test "methods by name, thresholds, and the preset of Evidently" {
  run -1 --separate-stderr compare --method all "$(data drift.ndjson)"
  [ "$(finding | sed 's/.*"method":"\([a-z_]*\)".*/\1/')" = $'perc_text_content_drift\nabs_text_content_drift' ]
  run -0 --separate-stderr compare --method abs_text_content_drift --threshold abs_text_content_drift=0.9 "$(data drift.ndjson)"
  [[ $(finding) == *'"threshold":0.9,"rule":">","drift":false,'* ]]
  run -1 --separate-stderr compare --preset evidently "$(data drift.ndjson)"
  [ "$(finding | jq -c '[.method, .threshold, .drift, .score < 0.95, .score > .detail.chance]')" = '["perc_text_content_drift",0.95,true,true,true]' ]
  run -0 --separate-stderr compare --preset evidently "$(data same.ndjson)"
  [ "$(finding | jq '.drift == false and .score <= .detail.chance')" = true ]
  run -2 --separate-stderr compare --method text "$(data same.ndjson)"
  [[ $stderr = *abs_text_content_drift* ]]
}

@test "--describe: numbers about texts are columns of their own" {
  texts 600 4 3 "I'm sorry, but I cannot help with that." >refuses.ndjson
  run -1 --separate-stderr compare --describe note refuses.ndjson
  jq -es 'map(select(.check == "column_drift")) as $drift | ($drift | map(.column)) == ("length words sentences non_letter_share refusal oov_share" / " " | map("note." + .)) and
    any($drift[]; .column == "note.refusal" and .drift) and .[-1].columns == 7' <<<"$output"
  run -1 --separate-stderr compare --describe note --types 'note*=text' --exclude note.length,note.o* refuses.ndjson
  [ "$(jq -r 'select(.check == "column_drift") | [.column, .type] | join(" ")' <<<"$output" | tr '\n' ' ')" = 'note.words numeric note.sentences numeric note.non_letter_share numeric note.refusal categorical ' ]
  run -0 --separate-stderr compare --describe '*' "$(data same.ndjson)"
  [ "$(grep -c '"check":"column_drift"' <<<"$output")" -eq 6 ]
  run -0 --separate-stderr dw-compare --ref "$(data base.ndjson)" --describe '*' "$(data same.ndjson)"
  [[ $output == *'"column":"note.'* && $output != *'"column":"id.'* ]]
}

@test "no answer is an error in the finding, never a stop" {
  printf '{"t":"one text"}\n' >one.ndjson
  run -5 --separate-stderr dw-compare --ref one.ndjson --types t=text one.ndjson
  [ "$(finding | jq '.score == null and .drift == false and (.error | test("at least 2"))')" = true ]
  for i in {1..30}; do echo '{"t":"the same"}'; done >same.ndjson
  run -0 --separate-stderr dw-compare --ref same.ndjson --types t=text same.ndjson
  [ "$(finding | jq '.statistic == 0.5 and .drift == false')" = true ]
  run -5 --separate-stderr dw-compare --ref same.ndjson --preset evidently --types t=text same.ndjson
  [ "$(finding | jq '.score == null and (.error | test("no words"))')" = true ]
  for i in {1..20}; do echo '{"t":""}'; echo '{"t":"\ud83d\ude00 \ud800"}'; echo '{"t":null}'; done >odd.ndjson
  run -0 --separate-stderr dw-compare --ref odd.ndjson --types t=text --describe t odd.ndjson
  [[ $(finding) == *'"drift":false,'* ]]
  echo '{"t":null}' >none.ndjson
  run -5 --separate-stderr dw-compare --ref odd.ndjson --types t=text --checks text_drift none.ndjson
  [ "$(finding | jq '.error | test("no usable value")')" = true ]
}

@test "large texts stay inside the memory" {
  awk -v rows=$([ "${DW_SUITE:-}" = full ] && echo 40 || echo 16) 'BEGIN { for (i = 0; i < rows; i++) { printf "{\"t\":\""; for (k = 0; k < 100000; k++) printf "word%d ", (i * 7 + k) % 97; printf "%d\"}\n", i } }' >large.ndjson
  run -0 --separate-stderr dw-compare --memory 8MiB --ref large.ndjson --types t=text large.ndjson
  [ "$(finding | jq '.drift == false and .reference.longest > 600000')" = true ]
}
