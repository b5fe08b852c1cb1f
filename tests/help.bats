# --help of every command and verb: 80 columns, options in groups, an example that runs; and --help=table, which says the same to programs.

bats_require_minimum_version 1.5.0

setup() { cd "$BATS_TEST_TMPDIR" || return; }

# The words that lead to a help of its own: a line COMMAND [VERB] for each.
every_help()
{
  for command in "$DW_BIN"/dw-*; do
    basename "$command"
    "$command" --help=table | awk -v name="$(basename "$command")" '$1 == "verb" && !seen[$2]++ { print name, $2 }'
  done
}

@test "help: fits 80 columns, for every command and verb, and -h is --help" {
  every_help >all
  [ "$(wc -l <all)" -gt 40 ] || { cat all; return 1; }
  while read -r command verb; do
    echo "== $command $verb"
    "$DW_BIN/$command" $verb --help || return 1
  done <all >told
  while read -r command verb; do
    echo "== $command $verb"
    "$DW_BIN/$command" $verb -h || return 1
  done <all | cmp - told
  "$DW_BIN/dw" --help >>told
  awk '/^== / { what = substr($0, 4) ": "; verb = $3; next }
    length > 80 { print what $0; bad = 1 }
    /^Usage: / && verb != "" { if (index($0 " ", " " verb " ") == 0 && verb !~ /^(find-borders|verify|outbox|recheck)$/) { print what $0; bad = 1 }; verb = "" }
    END { exit bad }' told
}

@test "help: options stand in groups, of at most 24, and no command of many has one group" {
  for command in "$DW_BIN"/dw-*; do "$command" --help || return 1; done | awk '
    function finish() { if (all > 12 && groups < 3) { print name ": " all " options in " groups " groups"; bad = 1 }; all = groups = 0 }
    /^Usage: / { finish(); name = $2 " " $3 }
    /^[A-Z][^:]*:$/ { group = $0; counted = 0 }
    /^  --/ { all++; if (!counted++) groups++; if (counted > 24) { print name ": " group " has more than 24"; bad = 1 } }
    END { finish(); exit bad || NR < 1000 }'
}

@test "help: the table for programs has the options of --help in their groups" {
  for command in "$DW_BIN"/dw-*; do
    "$command" --help >>help
    "$command" --help=table >>table
  done
  awk '/^[A-Z][^:]*:$/ { group = $0 } /^  --/ { print group, substr($1, 3) }' help >told
  [ "$(wc -l <told)" -gt 500 ]
  awk -F '\t' '$1 == "group" { group = $2 ":" } $1 == "option" { print group, $2 }' table | cmp - told
  awk -F '\t' '$1 == "option" && NF != 7 || $1 == "verb" && NF != 3 { print; bad = 1 } END { exit bad }' table
}

@test "help: the nearest option is said, and where help is" {
  for command in "$DW_BIN"/dw-*; do
    run -2 --separate-stderr "$command" --confgi x
    [ "${stderr_lines[0]}" = "${command##*/}: unknown option --confgi; did you mean --config?" ]
    [ "${stderr_lines[1]}" = "Try '${command##*/} --help'." ]
  done
  run -2 --separate-stderr "$DW_BIN/dw-compare" --metod ks
  [ "${stderr_lines[0]}" = "dw-compare: unknown option --metod; did you mean --method?" ]
}

# Every example, in the order of the commands, in one folder; the status of its last command is 0, or 1 where the command has an answer.
@test "help: the examples run as they stand" {
  PATH=$DW_BIN:$PATH
  dw-gen --rows 800 --with fraud_score >first.ndjson
  dw-gen --rows 800 --seed 2 --scenario fraud-feature-drift --with fraud_score >second.ndjson
  echo '{"id":"echo","backend":"exec","command":["sed","-u","s/.*/{\"text\":\"Yes.\"}/"]}' >canary.json
  echo '{"id":"p1","prompt":"Is tea safe?"}' >prompts.ndjson
  for round in 1 2 3 4; do dw-canary --configs canary.json --round r$round --repeat 10 prompts.ndjson; done >rounds.ndjson
  mkdir canaries # that are alike, and one of a language model
  for id in a b c; do sed "s/echo/$id/" canary.json >canaries/$id.json; done
  dw-canary --configs 'canaries/*' --round r1 --repeat 10 prompts.ndjson >healthy.ndjson
  sed 's/"round":"r1"/"round":"r2"/' healthy.ndjson >now.ndjson
  echo '{"text":"a key is kept"}' >texts.ndjson
  dw-train --type lm --holdout 0 --output base.json texts.ndjson
  echo '{"id":"small","backend":"builtin","model":"model.lm.json","base":"base.json","texts":["texts.ndjson"]}' >small.json
  count=0
  for command in "$DW_BIN"/dw-*; do
    cp first.ndjson reference.ndjson && cp second.ndjson current.ndjson # some write them
    "$command" --help >help
    awk '/^Example:$/ { on = 1; n++; next } /^[^ ]|^$/ { on = 0 } on { print substr($0, 3) >("example" n) } END { print n + 0 }' help >examples
    [ "$(cat examples)" -eq "$(grep -c '^Usage: ' help)" ] || { echo "$command: a table of options without an example"; return 1; }
    for ((i = 1; i <= $(cat examples); i++)); do
      status=0
      sh -e "example$i" >out 2>err </dev/null || status=$?
      [ "$status" -eq 0 ] || { [ "$status" -eq 1 ] && grep -q '^  1  done' help; } ||
        { echo "$command: status $status"; cat "example$i" err; return 1; }
      rm "example$i"
      count=$((count + 1))
    done
  done
  [ "$count" -ge 20 ] || { echo "$count examples"; return 1; }
}
