# dw-heal and a log that somebody else wrote in: what is not whole, not signed or not in form is refused, and nothing of it is done.

bats_require_minimum_version 1.5.0

setup()
{
  PATH="${DW_BIN:-$BATS_TEST_DIRNAME/../bin}:$PATH"
  cd "$BATS_TEST_TMPDIR" || return 1
  export DW_NOW=2026-01-05T00:00:00Z
  printf -v zeros '%064d' 0
  # the key of RFC 8032, 7.1, test 1
  printf '%s\n' '-----BEGIN PRIVATE KEY-----' 'MC4CAQAwBQYDK2VwBCIEIJ1hsZ3v/VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9g' '-----END PRIVATE KEY-----' >key.pem
  printf '%s\n' '-----BEGIN PUBLIC KEY-----' 'MCowBQYDK2VwAyEA11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=' '-----END PUBLIC KEY-----' >pub.pem
  printf '%s\n' '{"kind":"finding","check":"column_drift","column":"amount","drift":true,"severity":"low"}' \
    '{"kind":"summary","drift":true,"severity":"low","columns":1,"drifted":1,"drift_share":1}' >low.ndjson
  printf '%s\n' 'version: 1' 'drift_policy: {on_low: alert}' >policy.yaml
}

heal() { dw-heal --policy policy.yaml --events ev "$@"; }
hash_of() { hash=$(sha256sum < <(printf %s "$1")) hash=${hash:0:64}; }

# forge EVENT RUN STEP DOCUMENT: a line with the right number and hash behind ev/audit.ndjson; STEP is null or a text with its quotes
forge()
{
  [ -d ev ] || mkdir ev
  [ -e ev/audit.ndjson ] || : >ev/audit.ndjson
  local hash=$zeros logged
  mapfile -t logged <ev/audit.ndjson
  [ ${#logged[@]} -eq 0 ] || hash_of "${logged[-1]}"
  printf '{"kind":"audit","sequence":%d,"time":"2026-01-05T00:00:00Z","event":"%s","run":"%s","step":%s,"document":%s,"previous":"%s"}\n' \
    $((${#logged[@]} + 1)) "$1" "$2" "$3" "$4" "$hash" >>ev/audit.ndjson
}

# The head that belongs to the log as it is.
forge_head()
{
  local hash logged
  mapfile -t logged <ev/audit.ndjson
  hash_of "${logged[-1]}"
  printf '{"kind":"audit_head","sequence":%d,"hash":"%s"}\n' ${#logged[@]} "$hash" >ev/audit.ndjson.head
}

# A run of one step, which writes that it ran.
incident='{"kind":"incident","id":"i-0123456789abcdef","time":"2026-01-05T00:00:00Z","type":"feature_drift","types":["feature_drift"],"severity":"low","summary":"one","drift_share":1,"recommended_action":"go","evidence":[],"evidence_count":0}'
plan() # STEP...
{
  local IFS=,
  printf '{"kind":"plan","id":"r-1","incident":"i-0123456789abcdef","time":"2026-01-05T00:00:00Z","type":"feature_drift","severity":"low","recommended_action":"go","held":null,"action":"go","changes":true,"reason":"why","policy":{"name":"p","version":1,"digest":"0123456789abcdef0123456789abcdef"},"gates":[],"release":{"promote_if_quality_gates_pass":true,"promote_stage":"Production","require_better_than_current":true},"steps":[%s]}' "$*"
}
step() { printf '{"id":"r-1.1","name":"go","type":"command","arguments":["/bin/sh","-c","echo ran >>%s/ran"],"environment":[],"pass_environment":[],"time_limit":60,"gives":null,"repeat":false,"optional":false,"when":null,"unless":null,"share":null}' "$PWD"; }

forge_run()
{
  forge incident r-1 null "$incident"
  forge plan r-1 null "$(plan "$(step)")"
}

@test "an unsigned plan behind signed lines is not carried out by whoever has the key" {
  heal --sign key.pem low.ndjson >/dev/null
  run -0 dw-heal verify --key pub.pem ev/audit.ndjson
  cp -r ev signed
  forge_run
  forge_head
  run -3 --separate-stderr dw-heal --events ev --sign key.pem --resume
  [[ $stderr == "dw-heal: ev/audit.ndjson:6: this line is not signed with this key"* ]]
  [ -z "$output" ]
  [ ! -e ran ]
  cp signed/audit.ndjson.head ev/ # the signed head of the lines before
  run -3 --separate-stderr dw-heal --events ev --sign key.pem --resume
  run -3 --separate-stderr heal --sign key.pem --dry-run low.ndjson
  [ -z "$output" ]
  [ ! -e ran ]
  rm -r ev # a log without any signature
  forge_run
  forge_head
  for what in --resume '--approve r-1'; do
    run -3 --separate-stderr dw-heal --events ev --sign key.pem $what
    [[ $stderr == "dw-heal: ev/audit.ndjson:1: this line is not signed with this key"*"a signed log begins in a folder of its own" ]]
  done
  [ ! -e ran ]
  run -0 dw-heal --events ev --resume # without a key whoever writes in the folder decides
  [ "$(cat ran)" = ran ]
}

@test "a signed log is not gone on with without its key; verify says what it did not look at" {
  heal --sign key.pem low.ndjson >/dev/null
  cp -r ev before
  for what in '--policy policy.yaml low.ndjson' --resume '--approve r-1'; do
    run -2 --separate-stderr dw-heal --events ev $what
    [[ $stderr == "dw-heal: ev/audit.ndjson: this log is signed: --sign KEY goes on with it"* ]]
  done
  diff -r before ev
  run -0 --separate-stderr dw-heal verify ev/audit.ndjson
  [ "$stderr" = "dw-heal: warning: ev/audit.ndjson: 5 of 5 lines are signed, and nobody looked at the signatures (--key PUBLIC does)" ]
  run -0 --separate-stderr dw-heal verify --key pub.pem ev/audit.ndjson
  [ -z "$stderr" ]
  run -0 --separate-stderr heal --dry-run low.ndjson
  [ "$stderr" = "dw-heal: warning: ev/audit.ndjson: 5 of 5 lines are signed, and nobody looked at the signatures (--sign KEY does)" ]
  run -0 --separate-stderr heal --sign key.pem --dry-run low.ndjson
  [ -z "$stderr" ]
}

@test "a line appended past the head, whole or not, is found, and nothing is done on it" {
  heal low.ndjson >/dev/null
  cp -r ev whole
  forge_run
  run -1 --separate-stderr dw-heal verify ev/audit.ndjson
  [ "$output" = "ev/audit.ndjson:6: line 6 was added: the head does not know it" ]
  sed -i '$d' ev/audit.ndjson # one line only
  run -1 --separate-stderr dw-heal verify ev/audit.ndjson
  [ "$output" = "ev/audit.ndjson:6: line 6 was added: the head does not know it" ]
  run -3 --separate-stderr dw-heal --events ev --resume
  [[ $stderr == "dw-heal: ev/audit.ndjson:6: this line was added"* ]]
  run -3 --separate-stderr heal --dry-run low.ndjson
  rm -r ev
  cp -r whole ev
  printf '{"kind":"audit","seq' >>ev/audit.ndjson
  run -1 --separate-stderr dw-heal verify ev/audit.ndjson
  [[ $output == "ev/audit.ndjson:6: line 6 was added, and has no end"* ]]
  run -3 dw-heal --events ev --resume
}

@test "a head that is not there: status 5, and nothing is done; an emptied log" {
  heal low.ndjson >/dev/null
  hash=$(dw-heal verify ev/audit.ndjson) hash=${hash##* }
  cp ev/audit.ndjson.head head
  rm ev/audit.ndjson.head
  run -5 --separate-stderr dw-heal verify ev/audit.ndjson
  [[ $output == "ev/audit.ndjson: whole as far as it goes: 5 lines, the last with hash $hash" ]]
  [ "$stderr" = "dw-heal: ev/audit.ndjson.head is not there: whether lines are missing at the end cannot be told (or give --expect HASH)" ]
  run -0 --separate-stderr dw-heal verify --expect "$hash" ev/audit.ndjson
  run -3 --separate-stderr heal --again low.ndjson
  [[ $stderr == "dw-heal: ev/audit.ndjson: ev/audit.ndjson.head, which tells the last line, is not there"* ]]
  : >ev/audit.ndjson
  run -1 --separate-stderr dw-heal verify --expect "$hash" ev/audit.ndjson
  [[ $output == "ev/audit.ndjson:1: line 1 is the last one, and no line has the hash that was expected"* ]]
  cp head ev/audit.ndjson.head
  run -1 dw-heal verify ev/audit.ndjson
  run -3 heal low.ndjson
  for bad in '' 0123 "${hash^^}" "${hash}0"; do
    run -2 --separate-stderr dw-heal verify --expect "$bad" ev/audit.ndjson
    [[ $stderr == "dw-heal: --expect takes a hash as verify prints it"* ]]
  done
}

@test "each character of the head counts (of seven in make test, DW_SUITE=full: each)" {
  heal low.ndjson >/dev/null
  head=$(cat ev/audit.ndjson.head)
  step=7
  [ "${DW_SUITE:-}" != full ] || step=1
  for ((at = 0; at < ${#head}; at += step)); do
    other=0
    [ "${head:at:1}" != 0 ] || other=1
    printf '%s\n' "${head:0:at}$other${head:at+1}" >ev/audit.ndjson.head
    run -1 dw-heal verify ev/audit.ndjson
  done
  for other in "$head " " $head" "$head"$'\n' "${head/,/, }" "${head/%\}/,\"more\":1\}}" "${head/%\}/,\"sequence\":5\}}" "${head/:5/:5.0}" ''; do
    printf '%s\n' "$other" >ev/audit.ndjson.head
    run -1 dw-heal verify ev/audit.ndjson
  done
  printf '%s' "$head" >ev/audit.ndjson.head
  run -1 dw-heal verify ev/audit.ndjson
}

@test "a malformed plan with a valid chain: status 3 with file, line and what; never carried out" {
  refused() # WHAT STEP...
  {
    local what=$1
    shift
    rm -rf ev ran
    forge incident r-1 null "$incident"
    forge plan r-1 null "$(plan "$@")"
    forge_head
    local calls=('--events ev --resume' 'verify ev/audit.ndjson' '--events ev --policy policy.yaml low.ndjson' '--events ev --policy policy.yaml --dry-run low.ndjson')
    [ "${DW_SUITE:-}" = full ] || [ "$what" = '"step": entry 1: expected an object' ] || calls=("${calls[turn++ % 4]}") # one each, in turn
    for call in "${calls[@]}"; do
      run -3 --separate-stderr dw-heal $call
      [[ $stderr == "dw-heal: ev/audit.ndjson:2: plan"*"$what"* ]] || { echo "$call: $stderr"; false; }
      [ -z "$output" ]
    done
    [ ! -e ran ]
  }
  turn=0
  refused '"step": entry 1: expected an object' null
  good=$(step)
  spoilt() { refused "$1" "${good/"$2"/$3}"; } # WHAT FROM TO
  refused 'expected an object' '"go"'
  refused 'expected an object' "$good" '[]'
  spoilt '"id": expected' '"id":"r-1.1",' ''
  spoilt '"id": expected the id of its run' '"r-1.1"' '"r-2.1"'
  spoilt '"name": expected' '"name":"go"' '"name":"../../go"'
  spoilt '"type": expected command, request, decide or approval' '"command"' '"comand"'
  spoilt '"type": expected' '"type":"command",' ''
  spoilt '"arguments": expected' "[\"/bin/sh\",\"-c\",\"echo ran >>$PWD/ran\"]" '[]'
  spoilt '"arguments": expected' '["/bin/sh"' '[7'
  spoilt '"time_limit": expected seconds' '"time_limit":60' '"time_limit":1e300'
  spoilt '"time_limit": expected seconds' '"time_limit":60' '"time_limit":-1'
  spoilt '"pass_environment": expected' '"pass_environment":[]' '"pass_environment":[null]'
}

@test "evidence that could not be read back from the log is not written into it" {
  depths='50 59 61 63'
  [ "${DW_SUITE:-}" != full ] || depths='50 58 59 60 61 62 63'
  for depth in $depths; do
    rm -rf ev
    deep=$(printf '%*s' $depth '' | tr ' ' '[')$(printf '%*s' $depth '' | tr ' ' ']')
    sed "1s/\"drift\":true/\"drift\":true,\"segment\":$deep/" low.ndjson >deep.ndjson
    run -3 --separate-stderr heal deep.ndjson
    [[ $stderr == *'"segment": expected '* ]]
    sed "1s/\"drift\":true/\"drift\":true,\"detail\":{\"deep\":$deep}/" low.ndjson >deep.ndjson
    run --separate-stderr heal deep.ndjson
    [ "$status" -eq 0 ] || { [ "$status" -eq 3 ] && [[ $stderr == *"nested more than 64 deep"* ]]; }
    run -0 --separate-stderr heal low.ndjson # whatever came of it: the log is read, and gone on with
    run -0 --separate-stderr dw-heal verify ev/audit.ndjson
  done
}
