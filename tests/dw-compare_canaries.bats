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

setup_file()
{
  cd "$BATS_FILE_TMPDIR" && make_network
}
network() { cp "$BATS_FILE_TMPDIR/healthy" "$BATS_FILE_TMPDIR/rounds" .; }

# Network of three canaries over rounds; from round 3 on b answers otherwise.
make_network()
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
  jq -es '(map(select(.drift and .kind == "finding")) | map(.column + .detail.round) == ["b3", "b4"]) and (.[-1] | [.verdict, .severity, .drifted_columns[0]] == ["drift", "high", "b"]) and
    (map(select(.kind == "finding").method) | unique == ["border"])' <<<"$output"
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

@test "answers or permutations too few for any alarm are not judged" {
  answers healthy a 0 2 1 | grep '"p0"' >one
  answers now a 5 9 1 | grep '"p0"' >now
  run -5 dw-compare --canaries --quiet --method border --ref one now
  [[ $output == *'not judged: canary "a", round "now": no p-value of so few answers, or permutations, can be below 1, and 1 finding takes 0.05'* ]]
  run -5 dw-compare --canaries --quiet --method behavior --ref one now
  [[ $output == *'no p-value of so few answers can be below 0.5, and 1 finding takes 0.05'* ]]
  answers healthy a 0 0 2 | grep '"p0"' >one # 6 ways to deal them, in pairs
  run -5 dw-compare --canaries --quiet --ref one <(answers now a 5 9 2 | grep '"p0"')
  [[ $output == *'can be below 0.33, and'* ]]
  network
  run -5 dw-compare --canaries --quiet --permutations 18 --ref healthy rounds
  [[ $output == *'can be below 0.053, and 1 finding takes 0.05'* ]]
  run -5 dw-compare --canaries --quiet --permutations 238 --ref healthy rounds # the least is 1/239, of 12 findings
  [[ $output == *'can be below 0.0042, and one of 12 findings takes 0.0042: more answers a prompt, more permutations, or fewer findings'* ]]
  run -1 dw-compare --canaries --quiet --permutations 239 --ref healthy rounds
  run -1 dw-compare --canaries --quiet --method border --ref healthy --block 10 <(grep '"round":"4"' rounds) # 5^4 ways
  run -5 dw-compare --canaries --quiet --method border --ref <(grep -v '"p[123]"' healthy) --block 10 <(grep '"round":"4"' rounds)
  [[ $output == *'can be below 0.2, and'* ]]
  run -1 dw-compare --canaries --method behavior --ref healthy --block 10 rounds
  [[ $output == *'--block: behavior and fingerprint take answers one by one all the same'* ]]
}

@test "a round that is in the reference, too; all in quarantine; auto goes alone" {
  network
  sed 's/"round":"1","prompt":"p\(.\)","repeat":\(.*\),"text/"time":"2026-01-01T00:0\1:00Z",&/' rounds >timed
  grep '"round":"1"' timed >once
  run --separate-stderr dw-compare --canaries --ref <(cat healthy once) timed
  [[ $stderr == *'120 answers stand in the reference, too: rounds that are held against themselves depart less than they did'* ]]
  run --separate-stderr dw-compare --canaries --ref <(cat healthy; sed 's/"round":"1"/"round":"0"/' once) timed
  [[ $stderr != *'stand in the reference'* ]]
  printf '{"kind":"quarantined","canary":"%s","round":"5"}\n' a b c >all
  run -5 --separate-stderr dw-compare --canaries --ref healthy all
  [[ $stderr == *'not judged: all canaries are quarantined'* ]]
  printf '%s\n' "${lines[@]}" | jq -e -s '(map(select(.kind == "finding")) | length == 3) and .[-1].verdict == "not judged" and (.[-1].quarantined | length == 3)'
  run -5 --separate-stderr dw-compare --canaries --ref all rounds
  [[ $stderr == *'the reference: no document "response"'* ]]
  run -2 dw-compare --canaries --method auto,text --ref healthy rounds
  [[ $output == *'--method: auto goes alone'* ]]
  run -2 dw-calibrate canaries --method text,auto healthy
}

@test "a round that was asked by another config is told" {
  network
  sed 's/"canary":"."/&,"config":"sha256:0"/' healthy >asked
  grep '"round":"1"' rounds | sed 's/"canary":"[ac]"/&,"config":"sha256:0"/; s/"canary":"b"/&,"config":"sha256:1"/' >now
  run -0 --separate-stderr dw-compare --canaries --ref asked now
  [[ $stderr == *'asked by another config than the reference (model, template, samplers): "b";'* ]]
  printf '%s\n' "${lines[@]}" | jq -e -s 'map(select(.detail.other_config).column) == ["b"]' >/dev/null
  run -0 --separate-stderr dw-compare --canaries --ref healthy now # the reference does not say
  [[ $stderr != *'another config'* ]]
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
  jq -e -s 'all(.[]; .kind == "canary_margin" and .rounds == 5 and .margin >= 0 and .alpha == 0.05 and .answers == 320)' margins >/dev/null
  answers now a 0 2 20 >now
  answers now b 0 3 20 >>now
  run --separate-stderr dw-compare --canaries --method border --margins margins --ref healthy now
  [ "$status" -le 1 ]
  [ -z "$stderr" ]
  printf '%s\n' "${lines[@]}" | jq -e -s 'all(.[] | select(.kind == "finding"); .calibrated and (has("warning") | not))' >/dev/null
  grep '"round":"[12]"' healthy >small # two rounds of four that the margins are of, and one
  run --separate-stderr dw-compare --canaries --method border --margins margins --ref small now
  [ -z "$stderr" ]
  run --separate-stderr dw-compare --canaries --method border,mmd_hamming --margins margins --ref <(grep '"round":"1"' small) now
  [[ $stderr == *'margins are too narrow for this reference, in 4 findings: canary "a" has 80 answers in it, and its rounds were held against 320 to make them: give the same healthy rounds as --ref' ]]
  run --separate-stderr dw-compare --canaries --method border --margins <(sed 's/,"answers":320//' margins) --ref <(grep '"round":"1"' small) now
  [ -z "$stderr" ] # nobody says
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
  [ "$(printf '%s\n' "${lines[@]}" | jq -r 'select(.kind == "finding" and .error == null) | .method' | sort -u | tr '\n' ' ')" = 'behavior border consensus mmd_hamming text ' ]
  run -2 dw-compare --canaries --method ks --ref healthy rounds
  [[ $output == *'no method of canaries "ks"; there are logprobs, border, mmd_hamming, embedding, text, behavior, fingerprint, consensus, embedding:mmd, embedding:energy, embedding:centroid, text:mmd, text:energy, text:centroid, all and auto'* ]]
  run -2 dw-compare --canaries --columns a --ref healthy rounds
  [[ $output == *'--columns is of columns, and --canaries has none'* ]]
  run -2 dw-compare --margins m --ref healthy rounds
  [[ $output == *'--margins goes with --canaries'* ]]
  run -2 dw-compare --canaries rounds
  [[ $output == *'--ref: the answers of healthy rounds are needed'* ]]
  run -5 --separate-stderr dw-compare --canaries --quiet --method mmd_hamming --units tokens --ref healthy rounds
  [[ $stderr == *'answers do not give their tokens'* ]]
  sed 's/"text":"\([0-9]*\)"/&,"token_ids":[\1,5]/' healthy >ids
  dw-compare --canaries --quiet --exit-zero --method mmd_hamming --ref ids ids >found
  jq -e -s '.[0].detail | .units == "tokens" and .units_read == 50' found
  run -3 dw-compare --canaries --ref <(sed 's/"text"/"token_ids":[1.5],&/' healthy) rounds
  [[ $output == *'"token_ids": expected a list of whole numbers'* ]]
  run -4 dw-compare --canaries --memory 10k --ref healthy rounds
  [[ $output == *'the 960 answers do not fit into --memory: they take up to 1MiB'* ]]
  answers long a 0 2 50 | sed 's/"text":"/&'"$(printf '%04000d' 0)"'/' >long # two sides of 200 answers of 4 kB, few of them different
  run -0 dw-compare --canaries --method mmd_hamming --quiet --memory 3M --ref long long
  run -5 dw-compare --canaries --method mmd_hamming --quiet --memory 3M --characters 10000 --ref long long
  [[ $output == *'mmd_hamming of the 100 answers to one prompt takes 8MiB, more than --memory'* ]]
  run -4 dw-compare --canaries --memory 100k --ref <(answers a a 0 999 50 | sed 's/"text":"[0-9]*/&'"$(printf '%04000d' 0)"'/') long
  [[ $output == *'they take up to 2MiB; more of it'* ]]
  { cat healthy; echo '{"kind":"response","canary":"a","prompt":"p0"}'; } >broken
  run -3 dw-compare --canaries --ref broken rounds
  [[ $output == *'broken:481:'* ]]
}

# ROUND CANARY STEM REPEATS: answers to four prompts that begin alike and end in a digit.
sentences()
{
  answers "$1" "$2" 0 9 "$4" | sed "s/\"text\":\"/&$3 /"
}

@test "the consensus: who left the network, a document a round, and what dw-heal makes of it" {
  usual='never give your password to strangers'
  for canary in a b c d; do sentences healthy $canary "$usual" 20; done >healthy
  for round in 1 2; do
    for canary in a b c d; do
      stem=$usual
      [ $canary$round != c2 ] || stem='blue bananas fly to the moon'
      sentences $round $canary "$stem" 5
    done
  done >rounds
  run -1 --separate-stderr dw-compare --canaries --method consensus --ref healthy rounds
  printf '%s\n' "${lines[@]}" >found
  jq -e -s 'map(.kind) == [range(8) | "finding"] + ["consensus", "consensus", "summary"] and
    (map(select(.kind == "finding" and .drift)) | map(.column + .detail.round) == ["c2"])' found # and nobody who stayed
  jq -e -s 'map(select(.kind == "consensus")) | map(.round) == ["1", "2"] and map(.drift) == [false, true] and .[1].severity == "high" and
    all(.[]; .rule == "baseline" and .embedding == "character n-grams" and .prompts == 4 and .time == null and
      (.canaries | map(.canary) == ["a", "b", "c", "d"] and all(.[]; .weight == 1 and .prompts == 4)) and
      (.matrix | length == 4 and all(.[]; length == 4)) and .matrix[0][0] == 1)' found >/dev/null
  jq -e -s '.[] | select(.kind == "consensus" and .round == "2") | .score == ([.canaries[].p_adjusted] | min) and .canaries[2].anomalous and
    .canaries[2].mean_z < -1.7 and .canaries[2].similarity < 0.2 and .canaries[2].reference > 0.8 and .matrix[2][0] < 0.2' found >/dev/null
  run -0 dw-report --width 200 found
  [[ $output == *'c: since round 2'*'by consensus'*'(change of the mean cosine with the other canaries)'* ]]
  grep '"consensus","round"' found >alone
  printf 'version: 1\ndrift_policy: {on_low: alert, on_medium: alert, on_high: restore_canary}\n' >policy.yaml
  for evidence in found alone; do
    run -0 --separate-stderr dw-heal --policy policy.yaml --dry-run $evidence
    jq -e '[.type, .severity, .recommended_action] == ["behaviour_drift", "high", "restore_canary"] and any(.evidence[]; .kind == "consensus" and .score < 0.05)' <<<"${lines[0]}"
  done
}

@test "a consensus needs others: one canary is not judged, and all methods leave it out" {
  answers healthy a 0 2 40 >healthy
  answers 1 a 0 2 10 >now
  run -5 --separate-stderr dw-compare --canaries --method consensus --ref healthy now
  [[ $stderr == *'not judged: canary "a", round "1": a consensus takes two canaries'* ]]
  printf '%s\n' "${lines[@]}" | jq -e -s '.[1] | .kind == "consensus" and .canaries[0].judged == false and .matrix == [[null]] and .score == null' >/dev/null
  run --separate-stderr dw-compare --canaries --method all --ref healthy now
  [[ ${lines[*]} != *consensus* ]]
  run -5 dw-compare --canaries --rule seed --ref healthy now
  [[ $output == *'rule seed takes three canaries that answer'* ]]
  { answers 1 a 0 2 20; answers 2 a 0 2 20; answers 3 a 0 2 20; } >rounds
  run -5 dw-calibrate canaries --method consensus rounds
  [[ $output == *'a consensus takes two canaries'* ]]
  { cat rounds; sed 's/"canary":"a"/"canary":"b"/' rounds; } >both
  run -0 --separate-stderr dw-calibrate canaries --method consensus both
  printf '%s\n' "${lines[@]}" >margins
  jq -e -s 'map(.canary) == ["a", "b"] and all(.[]; .method == "consensus" and .rounds == 3 and .margin >= 0)' margins >/dev/null
  { answers 4 a 0 2 20; answers 4 b 0 2 20; } >now
  run --separate-stderr dw-compare --canaries --method consensus --margins margins --ref both now
  [ "$status" -le 1 ]
  [ -z "$stderr" ]
}

@test "weights of responses weigh the consensus" {
  for canary in a b c; do sentences healthy $canary 'one and the same' 10; done >healthy
  { sentences 1 a 'one and the same' 5; sentences 1 b 'one and the same' 5; sentences 1 c 'something else' 5; } >equal
  sed 's/"canary":"c"/&,"weight":0/' equal >rebalanced
  dw-compare --canaries --exit-zero --method consensus --ref healthy equal 2>/dev/null >first
  dw-compare --canaries --exit-zero --method consensus --ref healthy rebalanced 2>/dev/null >second
  jq -e -s '.[] | select(.kind == "consensus") | .canaries | .[0].similarity < 0.7 and .[2].anomalous' first >/dev/null
  jq -e -s '.[] | select(.kind == "consensus") | .canaries | .[0].similarity > 0.8 and .[2].weight == 0 and .[2].anomalous' second >/dev/null
  sed 's/"canary":"c"/&,"weight":2/' equal >wrong
  run -3 dw-compare --canaries --method consensus --ref healthy wrong
  [[ $output == *'wrong:41: "weight": expected a number from 0 to 1'* ]]
}

@test "rule seed: the mean z-score of the round, without a test, and with a warning" {
  for canary in a b c d; do sentences healthy $canary 'one and the same' 10; done >healthy
  { for canary in a b d; do sentences 1 $canary 'one and the same' 5; done; sentences 1 c 'something else' 5; } >rounds
  run -1 --separate-stderr dw-compare --canaries --rule seed --ref healthy rounds
  [[ $stderr == *'rule seed: somebody is always last, so that it flags healthy canaries too, at a rate that nobody knows'* ]]
  [[ $stderr != *margins* ]]
  printf '%s\n' "${lines[@]}" | jq -e -s 'map(select(.kind == "finding")) | length == 4 and
    all(.[]; .method == "consensus" and .detail.rule == "seed" and .p_value == null and .threshold == -1 and .rule == "<" and
      .drift == (.score < -1) and (.detail | has("margin") | not)) and map(select(.drift).column) == ["c"]' >/dev/null
  printf '%s\n' "${lines[@]}" | jq -e -s '.[] | select(.kind == "consensus") | .rule == "seed" and .drift and .score < -1 and
    .score == ([.canaries[].mean_z] | min)' >/dev/null
  run -2 dw-compare --canaries --rule seed --method text --ref healthy rounds
  [[ $output == *'--rule seed goes with --method consensus alone'* ]]
  run -2 dw-compare --canaries --rule seed --method auto --ref healthy rounds
  run -2 dw-compare --canaries --rule published --method border,text --ref healthy rounds
  [[ $output == *'--rule published goes with --method border alone'* ]]
  run -2 dw-compare --canaries --rule seed --margins margins --ref healthy rounds
  [[ $output == *'--margins: rule seed knows no margins'* ]]
  run -2 dw-compare --rule seed --ref healthy rounds
  [[ $output == *'--rule goes with --canaries'* ]]
}

@test "behavior: all aspects, words of one's own, what is expected, latency" {
  side() # ROUND TEXT LATENCY
  {
    for i in $(seq 12); do
      echo "{\"kind\":\"response\",\"canary\":\"a\",\"round\":\"$1\",\"prompt\":\"p\",\"expected\":\"42\",\"text\":\"$2\",\"finish_reason\":\"stop\",\"latency_ms\":$(($3 + i))}"
    done
  }
  side healthy '42 ' 100 >healthy
  side now 'You are an idiot, Sir.' 300 >now
  dw-compare --canaries --quiet --exit-zero --method behavior --ref healthy now >found
  jq -e -s '.[0].detail.aspects | map({(.aspect): .}) | add | (.toxicity_rate | .reference == 0 and .current == 1 and .p_value < 0.001) and
    (.exact_match | .reference == 1 and .current == 0) and (.refusal_rate | .current == 0 and .p_value == 1) and
    (.finish_reason.value == "stop") and (.latency | .reference == 106.5 and .current == 306.5 and .p_value == null)' found
  printf '@list toxicity\nsir\n' >toxic.words
  printf '@list refusal\nyou are\n' >refusal.words
  side polite 'You are right, Sire' 300 >polite
  dw-compare --canaries --quiet --exit-zero --method behavior --latency --words toxic.words,refusal.words --ref healthy polite >found
  jq -e -s '.[0].detail.aspects | map({(.aspect): .}) | add | .toxicity_rate.current == 0 and .refusal_rate.current == 1 and .latency.p_value < 0.001' found
  run -2 dw-compare --canaries --words toxic.words,toxic.words --ref healthy now
  [[ $output == *'--words: toxic.words is a second list of toxicity'* ]]
  run -3 dw-compare --canaries --words healthy --ref healthy now
  [[ $output == *'healthy:1: expected @list refusal or @list toxicity before the first word'* ]]
  run -4 dw-compare --canaries --words none --ref healthy now
  for round in 1 2 3; do side $round '42' 100; done >rounds
  run -0 dw-calibrate canaries --method behavior --latency --words toxic.words rounds
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
  # An endpoint drifts a little from day to day: three rounds before have a small p-value, and an effect of half the margin at most.
  # From the swap on it is every round.
  jq -e -s '[.[] | select(.kind == "finding" and .drift) | .detail.round] as $drift | ($drift | min) == "2026-01-30T21:11:19+00:00" and ($drift | length) == 22 and
    (map(select(.kind == "finding" and .detail.round < "2026-01-30")) | length == 15 and (map(select(.p_adjusted <= 0.01)) | length) == 3 and
    (map(.detail.effect) | max) < 0.101)' found >/dev/null
  jq -r 'select(.kind == "finding") | [(.detail.round | sub("\\+00:00"; "Z")), .statistic] | @tsv' found | sort >ours
  jq -r 'select(.round) | [.round, .mean_total_variation] | @tsv' "$shared/golden/canary/border_tv.ndjson" | sort >published
  [ "$(wc -l <ours)" -eq 37 ]
  paste ours published | awk '{ d = $2 - $4; if (d < 0) d = -d; if ($1 != $3 || d > 1e-12) exit 1 }'
  grep '"round":"2026-01-\(1\|20\|21\|22\|23\|24\)' rounds >healthy # margins of ten healthy rounds are narrower, and say the same
  dw-calibrate canaries --method border --alpha 0.01 healthy >margins
  jq -e '.rounds == 10 and .margin > 0.05 and .margin < 0.1' margins >/dev/null
  if [ "${DW_SUITE:-}" = full ]; then grep -v '"round":"2026-01-\(1\|20\|21\|22\|23\|24\)' rounds >rest; else grep '"round":"2026-01-\(2[89]\|3\)' rounds >rest; fi
  run -1 --separate-stderr dw-compare --canaries --alpha 0.01 --margins margins --ref reference rest
  jq -es '[.[] | select(.kind == "finding" and .drift) | .detail.round] | min == "2026-01-30T21:11:19+00:00"' <<<"$output"
  [ "${DW_SUITE:-}" = full ] || return 0
  # Had the swap come in a round before, that would be the first: answers of a later day stand in place of those of the 20th.
  { grep -v '"round":"2026-01-20' rounds; grep '"round":"2026-02-03' rounds | sed 's/"round":"2026-02-03/"round":"2026-01-20/'; } >earlier
  run -1 --separate-stderr dw-compare --canaries --alpha 0.01 --ref reference earlier
  printf '%s\n' "${lines[@]}" >found
  [[ $(jq -r 'select(.kind == "finding" and .drift) | .detail.round' found | sort | head -n 1) == 2026-01-20T* ]]
  [ "$(jq -r 'select(.kind == "finding" and .drift) | .detail.round' found | wc -l)" -eq 23 ]
}

@test "the recorded endpoint by the published rule: its one event, and no other" {
  shared=${DW_SHARED:-$BATS_TEST_DIRNAME/../../shared}
  [ -f "$shared/data/canary/border_inputs.ndjson.zst" ] || skip 'the recorded endpoint is not here'
  zstd -dcq "$shared/data/canary/border_inputs.ndjson.zst" >all
  grep '"round":"2026-01-14' all >reference
  grep -v '"round":"2026-01-14' all >rounds
  run -1 --separate-stderr dw-compare --canaries --rule published --method border --ref reference rounds
  [ -z "$stderr" ]
  printf '%s\n' "${lines[@]}" >found
  [ "$(jq -r 'select(.kind == "finding" and .drift) | .detail.round' found)" = 2026-01-30T21:11:19+00:00 ]
  jq -e -s 'map(select(.kind == "finding")) | sort_by(.detail.round) | length == 37 and all(.[]; .p_value == null and .detail.rule == "published") and
    .[15].detail.before == 12 and .[15].detail.deviates and .[15].severity == "high" and .[0].detail.before == 0 and .[0].detail.mean == null and
    .[36].detail.unstable and (.[36].error | test("unstable"))' found >/dev/null
  grep -v '"round":"2026-\(01-30\|01-31\|02\)' rounds >healthy
  run -0 dw-compare --canaries --rule published --ref reference healthy
  grep '"round":"2026-01-1' healthy >few
  run -5 --separate-stderr dw-compare --canaries --rule published --ref reference few
  [[ $stderr == *'it takes 9 rounds'* ]]
}
