# dw-compare: chats and the answers of language models, as arrays of messages.

setup() {
  bats_require_minimum_version 1.5.0
  PATH="${DW_BIN:-$BATS_TEST_DIRNAME/../bin}:$PATH"
  cd "$BATS_TEST_TMPDIR"
}

# speak ROWS SEED LANGUAGES FORMAT: NDJSON records of questions and answers; LANGUAGES: of the one and of the other, such as en:de
speak() {
  awk -v rows="$1" -v seed="$2" -v languages="$3" -v format="$4" '
    function draw(n) { state = (state * 16807) % 2147483647; return int(state / 2147483647 * n) }
    function say(of, text, k, n, words, word) { text = ""; n = 4 + draw(5); words = split(speech[of], word, " ")
      for (k = 0; k < n; k++) text = text (k ? " " : "") word[1 + draw(words)]
      return text }
    function chat(role, key, user, assistant, q, a) { return sprintf("[{\"%s\":\"%s\",\"%s\":\"%s\"},{\"%s\":\"%s\",\"%s\":\"%s\"}]", role, user, key, q, role, assistant, key, a) }
    function part(text) { return sprintf("[{\"type\":\"text\",\"text\":\"%s\"}]", text) }
    function choice(a) { return sprintf("[{\"index\":0,\"message\":{\"role\":\"assistant\",\"content\":\"%s\",\"refusal\":null},\"logprobs\":null,\"finish_reason\":\"stop\"}]", a) }
    BEGIN { state = seed * 7919 + 12345; for (i = 0; i < 10; i++) draw(2)
      speech["de"] = "der Zug steht heute leider noch lange auf dem Gleis weil die Strecke gesperrt ist und wir warten mit vielen Menschen"
      speech["en"] = "the train still waits at platform nine because all tracks are closed today and we stand here with many other people now"
      split(languages, language, ":")
      for (i = 0; i < rows; i++) { q = say(language[1]); a = say(language[2]) "\\n" say(language[2]); b = say(language[2]); m = chat("role", "content", "user", "assistant", q, a)
        if (format == "messages") printf "{\"messages\":[{\"role\":\"system\",\"content\":\"Be kind.\"},%s}\n", substr(m, 2)
        if (format == "long") printf "{\"messages\":%s,%s}\n", substr(m, 1, length(m) - 1), substr(chat("role", "content", "user", "assistant", q, b), 2)
        if (format == "parts") printf "{\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"%s\"},{\"type\":\"image_url\",\"image_url\":{\"url\":\"https://x.example/%d.png\"}}]},{\"role\":\"assistant\",\"content\":%s}]}\n", q, draw(1000), part(a)
        if (format == "response") printf "{\"object\":\"chat.completion\",\"model\":\"m\",\"choices\":%s,\"usage\":{\"total_tokens\":%d}}\n", choice(a), 20 + draw(60)
        if (format == "batch result") printf "{\"custom_id\":\"r-%d\",\"response\":{\"status_code\":200,\"body\":{\"model\":\"m\",\"choices\":%s,\"usage\":{\"total_tokens\":%d}}},\"error\":null}\n", i, choice(a), 20 + draw(60)
        if (format == "batch request") printf "{\"custom_id\":\"r-%d\",\"method\":\"POST\",\"url\":\"/v1/chat/completions\",\"body\":{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"%s\"}]}}\n", i, q
        if (format == "completions") printf "{\"object\":\"text_completion\",\"choices\":[{\"text\":\"%s\",\"index\":0,\"logprobs\":null,\"finish_reason\":\"length\"}]}\n", a
        if (format == "responses api") printf "{\"object\":\"response\",\"output\":[{\"type\":\"reasoning\",\"summary\":[]},{\"type\":\"message\",\"role\":\"assistant\",\"content\":[{\"type\":\"output_text\",\"text\":\"%s\",\"annotations\":[]}]}]}\n", a
        if (format == "sharegpt") printf "{\"conversations\":%s}\n", chat("from", "value", "human", "gpt", q, a)
        if (format == "message") printf "{\"type\":\"message\",\"role\":\"assistant\",\"content\":%s,\"stop_reason\":\"end_turn\"}\n", part(a)
        if (format == "message batch") printf "{\"custom_id\":\"r-%d\",\"result\":{\"type\":\"succeeded\",\"message\":{\"role\":\"assistant\",\"content\":%s}}}\n", i, part(a)
        if (format == "preference") printf "{\"prompt\":[{\"role\":\"user\",\"content\":\"%s\"}],\"chosen\":[{\"content\":\"%s\",\"role\":\"assistant\"}],\"rejected\":[{\"content\":\"%s\",\"role\":\"assistant\"}]}\n", q, a, b
        if (format == "whole preference") printf "{\"chosen\":%s,\"rejected\":%s}\n", m, chat("role", "content", "user", "assistant", q, b)
        if (format == "gemini") printf "{\"contents\":[{\"role\":\"user\",\"parts\":[{\"text\":\"%s\"}]}],\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"%s\"}],\"role\":\"model\"},\"finishReason\":\"STOP\"}]}\n", q, a
        if (format == "langchain") printf "{\"history\":%s}\n", chat("type", "content", "human", "ai", q, a) } }'
}

setup_file() {
  cd "$BATS_FILE_TMPDIR"
  speak 200 1 en:en messages >base.ndjson
  speak 200 2 en:en messages >same.ndjson
  speak 200 3 de:de messages >german.ndjson
}

data() { echo "$BATS_FILE_TMPDIR/$1"; }
summary() { tail -n 1 <<<"$output" | jq -c "$1"; }

@test "another language is drift, the same one is not, in every format (of which every third; DW_SUITE=full: in all)" {
  turn=0
  while IFS='|' read -r format drifted; do
    speak 60 1 en:en "$format" >base
    speak 60 3 de:de "$format" >german
    if [ $((turn++ % 3)) -eq 0 ] || [ "${DW_SUITE:-}" = full ]; then
      speak 60 2 en:en "$format" >same
      run -0 --separate-stderr dw-compare --ref base same
      [[ ${lines[-1]} =~ '"columns":'[1-9][0-9]*',"drifted":0,' ]] || { echo "$format: $output"; false; }
    fi
    run -1 --separate-stderr dw-compare --ref base german
    told=()
    for line in "${lines[@]}"; do
      if [[ $line == *'"check":"text_drift"'*'"drift":true'* && $line =~ '"column":"'([^'"']*) ]]; then told+=("${BASH_REMATCH[1]}"); fi
    done
    wanted=0
    for column in $drifted; do
      wanted=$((wanted + 1))
      [[ " ${told[*]} " == *" $column "* ]] || { echo "$format: $output"; false; }
    done
    [ ${#told[@]} -eq $wanted ] || { echo "$format: $output"; false; }
  done <<'EOT'
messages|messages.assistant.content messages.content messages.user.content
long|messages.assistant.content messages.content messages.last_answer messages.user.content
parts|messages.assistant.content messages.content messages.user.content
response|choices.content
batch result|response.body.choices.content
batch request|body.messages.content
completions|choices.content
responses api|output.content
sharegpt|conversations.assistant.content conversations.content conversations.user.content
message|content
message batch|result.message.content
preference|chosen.content prompt.content rejected.content
whole preference|chosen.assistant.content chosen.content chosen.user.content rejected.assistant.content rejected.content rejected.user.content
gemini|candidates.content contents.content
langchain|history.assistant.content history.content history.user.content
EOT
}

@test "whose words changed is told by the role" {
  speak 200 3 en:de messages >answers.ndjson
  run -1 --separate-stderr dw-compare --ref "$(data base.ndjson)" answers.ndjson
  [ -z "$stderr" ]
  [[ ${lines[-1]} == *'"drifted_columns":["messages.content","messages.assistant.content"],'* ]]
  [ "$(jq -r 'select(.column == "messages.assistant.content") | .check + " " + .type + " " + .method' <<<"$output")" = 'text_drift text perc_text_content_drift' ]
  sed 's/Be kind/Be brief/' "$(data same.ndjson)" >prompt.ndjson
  run -1 --separate-stderr dw-compare --ref "$(data base.ndjson)" prompt.ndjson
  [ "$(jq -r 'select(.drift and .column) | .column' <<<"$output" | sort -u | tr '\n' ' ')" = 'messages.content messages.system.content ' ]
}

@test "a chat of many turns, shorter answers, and answers that are calls of tools are seen" {
  run -1 --separate-stderr dw-compare --ref "$(data base.ndjson)" --columns messages.turns,messages.length <(speak 200 4 en:en long)
  [[ ${lines[-1]} == *'"drifted_columns":["messages.turns","messages.length"],'* ]]
  sed -E '0~4s/"role":"assistant","content":"[^"]*"/"role":"assistant","content":null,"tool_calls":[{"id":"c","type":"function","function":{"name":"f","arguments":"{}"}}]/' "$(data same.ndjson)" >calls.ndjson
  run -1 --separate-stderr dw-compare --ref "$(data base.ndjson)" --columns 'messages.*' calls.ndjson
  [ "$(jq -r 'select(.check == "missing_values") | [.column, .drift] | join(" ")' <<<"$output")" = 'messages.assistant.content true' ]
}

@test "columns of chats are chosen, typed, described, and left out by their names" {
  run -1 --separate-stderr dw-compare --ref "$(data base.ndjson)" --columns messages.content "$(data german.ndjson)"
  [[ ${lines[-1]} == *'"columns":1,'*'"drifted_columns":["messages.content"],'* ]]
  run -1 --separate-stderr dw-compare --ref "$(data base.ndjson)" --columns messages "$(data german.ndjson)"
  [[ ${lines[-1]} == *'"columns":6,'* ]]
  run -0 --separate-stderr dw-compare --ref "$(data base.ndjson)" --exclude '*.content' "$(data same.ndjson)"
  [[ ${lines[-1]} == *'"columns":2,'* ]]
  run -0 --separate-stderr dw-compare --ref "$(data base.ndjson)" --columns 'messages.*' --exclude '*.user.*,messages.content,messages.length' --types messages.assistant.content=categorical "$(data german.ndjson)"
  [ "$(jq -r 'select(.column == "messages.assistant.content" and .check == "column_drift") | .type' <<<"$output")" = categorical ]
  [ "$(jq -r .column <<<"$output" | grep -c user)" = 0 ]
  run -1 --separate-stderr dw-compare --ref "$(data base.ndjson)" --describe messages.content "$(data german.ndjson)"
  [ "$(jq -r 'select(.drift and (.column // "" | startswith("messages.content."))) | .column' <<<"$output" | sort -u | paste -sd ' ')" = 'messages.content.length messages.content.non_letter_share messages.content.oov_share' ]
  run -3 --separate-stderr dw-compare --ref "$(data base.ndjson)" --columns messages.contents "$(data german.ndjson)"
  [[ $stderr = *'the reference has no column "messages.contents"'* ]]
}

@test "segments, splits, windows and many columns at once have them" {
  for side in base german; do
    awk -v side=$side '{ sub(/\{/, sprintf("{\"ts\":%d,\"k\":\"%s\",", 1700000000 + NR * 60 + (side == "german") * 12000, NR % 2 ? "a" : "b")); print }' "$(data $side.ndjson)" >$side.ndjson
  done
  run -1 --separate-stderr dw-compare --time ts --by k --ref base.ndjson german.ndjson
  [ "$(summary '[.segments[] | .drifted_columns | length]')" = '[3,3]' ]
  cat base.ndjson german.ndjson >both.ndjson
  for how in '--split 200' '--split 50%' '--window 200m --baseline 200m'; do
    run -1 --separate-stderr dw-compare --time ts $how both.ndjson
    [ "$(summary '[.reference_rows, .current_rows, (.drifted_columns | map(select(startswith("messages."))))]')" = '[200,200,["messages.content","messages.user.content","messages.assistant.content","messages.length"]]' ]
  done
  run -1 --separate-stderr dw-compare --time ts --multivariate domain_classifier --ref base.ndjson german.ndjson
  [ "$(jq -c 'select(.check == "multivariate_drift") | [.detail.features[].column] | sort' <<<"$output")" = '["k","messages.length","messages.system.content","messages.turns"]' ]
}

@test "the answer does not depend on threads, compression, or standard input" {
  speak 800 1 en:en long >base.ndjson
  speak 800 3 en:de long >now.ndjson
  run -1 --separate-stderr dw-compare --threads 1 --ref base.ndjson now.ndjson
  want=${output%$'\n'*} # the findings
  [ "${#lines[@]}" -ge 7 ]
  zstd -q now.ndjson -o now.zst
  gzip -k now.ndjson
  for file in now.ndjson now.zst now.ndjson.gz; do
    run -1 --separate-stderr dw-compare --threads 5 --ref base.ndjson $file
    [ "${output%$'\n'*}" = "$want" ]
  done
  run -1 --separate-stderr dw-compare --ref base.ndjson <now.ndjson
  [ "${output%$'\n'*}" = "$want" ]
}

@test "a dozen chats are texts, too, in a script without blanks as well" {
  run -1 --separate-stderr dw-compare --ref <(speak 12 1 en:en sharegpt) <(speak 12 3 de:de sharegpt)
  [ "$(jq -r 'select(.check == "text_drift") | .column' <<<"$output" | tr '\n' ' ')" = 'conversations.content conversations.user.content conversations.assistant.content ' ]
  signs() { awk -v words="$1" 'BEGIN { count = split(words, word, " "); for (i = 0; i < 60; i++) { text = ""; for (k = 0; k < 6; k++) text = text word[1 + (i * (k + 3) + k * k + int(i / 7)) % count]
    printf "{\"messages\":[{\"role\":\"user\",\"content\":\"%s\"}]}\n", text } }'; }
  run -1 --separate-stderr dw-compare --ref <(signs '火车 今天 还在 站台 等待 因为 轨道 关闭 我们') <(signs '电影 昨晚 非常 好看 朋友 喜欢 音乐 故事 演员')
  [[ ${lines[-1]} == *'"drifted_columns":["messages.content"],'* ]]
}

@test "arrays that nothing compares are named, and alone they are no answer" {
  other() { awk 'BEGIN { for (i = 0; i < 60; i++) printf "{\"n\":%d.5,\"tags\":[\"a\",\"b%d\"],\"items\":[{\"sku\":%d,\"name\":\"x\"}],\"mixed\":%s}\n", i * 37 % 101, i, i, i % 2 ? "[1,2]" : "3" }'; }
  other >other.ndjson
  run -0 --separate-stderr dw-compare --ref other.ndjson other.ndjson
  [[ ${lines[-1]} == *'"columns":1,'*'"verdict":"no drift",'* ]]
  [ "$(summary '[.not_judged[] | .column, .option]')" = '["tags","--exclude tags","items","--exclude items","mixed","--exclude mixed"]' ]
  for name in tags items mixed; do
    told=0
    for line in "${stderr_lines[@]}"; do [[ $line != *'warning: not judged: '*"\"$name\""*': '*'settled by --exclude '* ]] || told=$((told + 1)); done
    [ $told -eq 1 ]
  done
  run -0 --separate-stderr dw-compare --ref other.ndjson --exclude tags,items,mixed other.ndjson
  [ -z "$stderr" ]
  [[ ${lines[-1]} == *'"not_judged":[],'* ]]
  run -5 --separate-stderr dw-compare --ref other.ndjson --exclude n other.ndjson
  [[ ${lines[-1]} == *'"drift":null,'*'"columns":0,'*'"verdict":"not judged",'* ]]
  run -5 --separate-stderr dw-compare --ref other.ndjson --columns n,tags other.ndjson
  [[ ${lines[-1]} == *'"verdict":"not judged",'* ]]
  # beside chats they are named too; a chat that has anything else in it is one of them
  sed -E 's/\}$/,"sources":[{"url":"u"}]}/' "$(data base.ndjson)" >cited.ndjson
  run -0 --separate-stderr dw-compare --ref cited.ndjson cited.ndjson
  [ "$(summary '[.columns, [.not_judged[].column]]')" = '[6,["sources"]]' ]
  sed -E 's/\]\}$/,{"sku":1}]}/' "$(data base.ndjson)" >torn.ndjson
  run -5 --separate-stderr dw-compare --ref torn.ndjson torn.ndjson
  [ "$(summary '[.not_judged[].column]')" = '["messages"]' ]
}

@test "a chat that is named by its array alone has an answer; a part that nobody has does not" {
  run -0 --separate-stderr dw-compare --ref "$(data base.ndjson)" --columns messages "$(data same.ndjson)"
  [[ ${lines[-1]} == *'"columns":6,'*'"verdict":"no drift",'* ]]
  run -0 --separate-stderr dw-compare --ref "$(data base.ndjson)" --fail-on column:messages.content "$(data same.ndjson)"
  run -1 --separate-stderr dw-compare --ref "$(data base.ndjson)" --fail-on column:messages.content "$(data german.ndjson)"
  run -5 --separate-stderr dw-compare --ref "$(data base.ndjson)" --columns messages.tool.content "$(data same.ndjson)"
  [ "$(summary '[.not_judged[] | .column, .reason]')" = '["messages.tool.content","neither side has a value"]' ]
}

@test "--sequential and chunks, which have no test of texts, say that they did not judge them" {
  run -0 --separate-stderr dw-compare --ref "$(data base.ndjson)" --sequential state.json "$(data german.ndjson)"
  [ "$(summary '[.not_judged[].column]')" = '["messages.content","messages.user.content","messages.assistant.content"]' ]
  [[ $stderr == *'warning: not judged: "messages.content", "messages.user.content", "messages.assistant.content": --sequential watches numbers and categories'* ]]
  run -5 --separate-stderr dw-compare --ref "$(data base.ndjson)" --sequential named.json --columns messages.content "$(data german.ndjson)"
  run -1 --separate-stderr dw-compare --ref "$(data base.ndjson)" --sequential named.json --sequential-reset --columns messages.content --method perc_text_content_drift "$(data german.ndjson)"
  run -0 --separate-stderr dw-compare --ref "$(data base.ndjson)" --preset nannyml --chunk-size 20 --exclude messages.length "$(data german.ndjson)"
  [ "$(summary '[.not_judged[] | select(.column) | .column, .option]')" = '["messages.content","--types messages.content=categorical","messages.user.content","--types messages.user.content=categorical","messages.assistant.content","--types messages.assistant.content=categorical"]' ]
}
