# dw-compare --canaries and dw-calibrate canaries: answers of models behind endpoints against those of healthy rounds.

bats_require_minimum_version 1.5.0

setup()
{
  export PATH="${DW_BIN:-$BATS_TEST_DIRNAME/../bin}:$PATH"
  cd "$BATS_TEST_TMPDIR" || return 1
}

# ROUND CANARY LEAST MOST REPEATS: answers to four prompts, numbers from LEAST to MOST.
answers()
{
  awk -v round="$1" -v canary="$2" -v least="$3" -v most="$4" -v repeats="$5" -v seed="$1$2" 'BEGIN {
    for (i = 1; i <= length(seed); i++) s = (s * 31 + index("abcdefghijklmnopqrstuvwxyz0123456789", substr(seed, i, 1))) % 65521
    srand(s)
    for (p = 0; p < 4; p++)
      for (r = 0; r < repeats; r++)
        printf "{\"kind\":\"response\",\"canary\":\"%s\",\"round\":\"%s\",\"prompt\":\"p%d\",\"repeat\":%d,\"text\":\"%d\"}\n", canary, round, p, r, least + int(rand() * (most - least + 1))
  }'
}

# Network of three canaries over rounds; from round 3 on b answers otherwise.
network()
{
  for canary in a b c; do answers healthy $canary 0 2 40; done >healthy
  for round in 1 2 3 4; do
    for canary in a b c; do
      case $canary$round in
      b3 | b4) answers $round $canary 3 5 10 ;;
      *) answers $round $canary 0 2 10 ;;
      esac
    done
  done >rounds
}

@test "who departed, since which round, by which method; a finding a canary and round, and a summary" {
  network
  run -1 --separate-stderr dw-compare --canaries --ref healthy rounds
  [ "${#lines[@]}" -eq 13 ]
  [ "$(printf '%s\n' "${lines[@]}" | jq -r 'select(.drift and .kind == "finding") | .column + .detail.round' | tr '\n' ' ')" = 'b3 b4 ' ]
  [ "$(printf '%s\n' "${lines[@]}" | jq -r 'select(.kind == "summary") | .verdict, .severity, .drifted_columns[0]' | tr '\n' ' ')" = 'drift high b ' ]
  [ "$(printf '%s\n' "${lines[@]}" | jq -r 'select(.kind == "finding") | .method' | sort -u)" = border ]
  [[ ${lines[0]} == *'"chosen":"prompts are border inputs'* ]]
  [[ $stderr == *'dw-calibrate canaries'* ]]
  dw-compare --canaries --exit-zero --ref healthy rounds 2>/dev/null >again
  printf '%s\n' "${lines[@]}" | sed 's/,"made_by".*//' >first
  sed 's/,"made_by".*//' again | cmp - first
  run -0 dw-report --width 200 again
  [[ $output == *'b: since round 3, in 2 of 4 rounds, by border: effect '*' (mean total variation'* ]]
}

@test "what was not judged does not pass" {
  network
  grep '"canary":"[ab]"' healthy >fewer
  run -5 --separate-stderr dw-compare --canaries --ref fewer --method border <(grep '"round":"1"' rounds)
  [[ $stderr == *'not judged: canary "c", round "1": the reference has no answers of this canary'* ]]
  printf '%s\n' "${lines[@]}" | jq -e 'select(.kind == "summary") | .verdict == "not judged" and .not_judged[0].column == "c"' >/dev/null
  run -5 --separate-stderr dw-compare --canaries --ref healthy /dev/null
  [[ $stderr == *'the current answers: no document "response"'* ]]
  sed 's/"text":"[0-9]*"/"error":{"status":503,"message":"busy"}/' rounds | grep '"canary":"a","round":"1"' >failed
  grep '"canary":"a"' healthy >alone
  run -5 --separate-stderr dw-compare --canaries --ref alone failed
  [[ $stderr == *'all of its requests failed'* ]]
  run -1 --separate-stderr dw-compare --canaries --method behavior --ref alone failed # that is what it judges
  [[ ${lines[0]} == *'"aspect":"error_rate"'* ]]
}

@test "prompts that one side alone answered are told" {
  network
  grep '"round":"1"' rounds | grep -v '"prompt":"p3"' >fewer
  run -0 --separate-stderr dw-compare --canaries --ref healthy fewer
  [[ $stderr == *'prompts that one side alone answered are not compared: in 3 findings, up to 1 of them'* ]]
  printf '%s\n' "${lines[@]}" | jq -e -s 'all(.[] | select(.kind == "finding"); .detail.unpaired_prompts == 1 and .detail.prompts == 3)' >/dev/null
}

@test "margins of healthy rounds: an alarm exceeds them, and they belong to canary and method" {
  for round in 1 2 3 4 5; do for canary in a b; do answers $round $canary 0 2 20; done; done >healthy
  run -0 --separate-stderr dw-calibrate canaries --method border,mmd_hamming healthy
  [ "${#lines[@]}" -eq 4 ]
  printf '%s\n' "${lines[@]}" >margins
  jq -e -s 'all(.[]; .kind == "canary_margin" and .rounds == 5 and .margin >= 0 and .alpha == 0.05)' margins >/dev/null
  answers now a 0 2 20 >now
  answers now b 0 3 20 >>now
  run --separate-stderr dw-compare --canaries --method border --margins margins --ref healthy now
  [ "$status" -le 1 ]
  [ -z "$stderr" ]
  printf '%s\n' "${lines[@]}" | jq -e -s 'all(.[] | select(.kind == "finding"); .calibrated and (has("warning") | not))' >/dev/null
  sed 's/"margin":[^,]*/"margin":1.5/' margins >wide
  run -0 dw-compare --canaries --method border --margins wide --ref healthy <(answers now a 5 9 20; answers now b 5 9 20)
  run -3 dw-compare --canaries --margins healthy --ref healthy now
  [[ $output == *'no document "canary_margin"'* ]]
  run -5 dw-calibrate canaries <(answers 1 a 0 2 20)
  [[ $output == *'1 healthy round: at least 3 are needed'* ]]
}

@test "methods, options and memory" {
  network
  run -5 --separate-stderr dw-compare --canaries --method all --ref healthy <(grep '"round":"1"' rounds) # asked for, and no answer to it
  [[ $stderr == *'no prompt has log-probabilities on both sides'* ]]
  [ "$(printf '%s\n' "${lines[@]}" | jq -r 'select(.kind == "finding" and .error == null) | .method' | sort -u | tr '\n' ' ')" = 'behavior border mmd_hamming text ' ]
  run -2 dw-compare --canaries --method ks --ref healthy rounds
  [[ $output == *'no method of canaries "ks"; there are logprobs, border, mmd_hamming, embedding, text, behavior, fingerprint, all and auto'* ]]
  run -2 dw-compare --canaries --columns a --ref healthy rounds
  [[ $output == *'--columns is of columns, and --canaries has none'* ]]
  run -2 dw-compare --margins m --ref healthy rounds
  [[ $output == *'--margins goes with --canaries'* ]]
  run -2 dw-compare --canaries rounds
  [[ $output == *'--ref: the answers of healthy rounds are needed'* ]]
  run -4 dw-compare --canaries --memory 10k --ref healthy rounds
  [[ $output == *'do not fit into --memory'* ]]
  { cat healthy; echo '{"kind":"response","canary":"a","prompt":"p0"}'; } >broken
  run -3 dw-compare --canaries --ref broken rounds
  [[ $output == *'broken:481:'* ]]
}

# A real endpoint, whose provider redirected it to another model between the 29th and the 30th of January 2026.
@test "a recorded endpoint: the variation of each round is the published one, and the first alarm is the swap" {
  shared=${DW_SHARED:-$BATS_TEST_DIRNAME/../../shared}
  [ -f "$shared/data/canary/border_inputs.ndjson.zst" ] || skip 'the recorded endpoint is not here'
  zstd -dcq "$shared/data/canary/border_inputs.ndjson.zst" >all
  grep '"round":"2026-01-14' all >reference
  grep -v '"round":"2026-01-14' all >rounds
  run -1 --separate-stderr dw-compare --canaries --alpha 0.01 --ref reference rounds
  printf '%s\n' "${lines[@]}" >found
  [ "$(jq -r 'select(.kind == "finding" and .drift) | .detail.round' found | sort | head -n 1)" = 2026-01-30T21:11:19+00:00 ]
  [ "$(jq -r 'select(.kind == "finding" and .drift) | .detail.round' found | wc -l)" -eq 22 ] # every round from then on
  jq -r 'select(.kind == "finding") | [(.detail.round | sub("\\+00:00"; "Z")), .statistic] | @tsv' found | sort >ours
  jq -r 'select(.round) | [.round, .mean_total_variation] | @tsv' "$shared/golden/canary/border_tv.ndjson" | sort >published
  [ "$(wc -l <ours)" -eq 37 ]
  paste ours published | awk '{ d = $2 - $4; if (d < 0) d = -d; if ($1 != $3 || d > 1e-12) exit 1 }'
}
