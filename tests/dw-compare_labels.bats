# dw-compare: labels that are written in different ways, side against side: each pair is right, or status 3 that names both kinds.

setup() {
  bats_require_minimum_version 1.5.0
  PATH="${DW_BIN:-$BATS_TEST_DIRNAME/../bin}:$PATH"
  want=
  cd "$BATS_TEST_TMPDIR" || return 1
}

KINDS="numbers digits booleans words reals mixed boolmix yesno floats three"

# side KIND FORMAT TURNED: 400 rows; the score tells the label perfectly, or (turned) in three rows of four.
side() {
  awk -v kind="$1" -v format="$2" -v turned="$3" 'BEGIN {
    q = format == "csv" ? "" : "\""
    if (format == "csv") print "y,s,g,x"
    for (i = 0; i < 400; i++) {
      p = i * 7 % 10 < 4
      s = p ? 0.6 + i % 30 / 100 : 0.1 + i % 40 / 100
      if (turned && i % 4 == 0) s = 1 - s
      y = p
      if (kind == "digits" || (kind == "mixed" && i % 2)) y = q p q
      if (kind == "booleans" || (kind == "boolmix" && i % 2)) y = p ? "true" : "false"
      if (kind == "words") y = q (p ? "true" : "false") q
      if (kind == "reals") y = p ? "1.0" : "0.0"
      if (kind == "yesno") y = q (p ? "yes" : "no") q
      if (kind == "floats") y = 2 * s + i % 13 / 7 + 0.01
      if (kind == "three") y = q substr("abc", i % 3 + 1, 1) q
      printf format == "csv" ? "%s,%.2f,%s,%d\n" : "{\"y\":%s,\"s\":%.2f,\"g\":\"%s\",\"x\":%d}\n", y, s, i % 3 ? "u" : "v", i % 17
    }
  }'
}

setup_file() {
  cd "$BATS_FILE_TMPDIR" || return 1
  local kind format
  for kind in $KINDS; do
    for format in ndjson csv; do
      side "$kind" $format 0 >"r_$kind.$format"
      side "$kind" $format 1 >"c_$kind.$format"
    done
  done
}

data() { echo "$BATS_FILE_TMPDIR/$1"; }

# What a kind can meet, in `group`: itself, and what says the same two classes. (No processes: there are hundreds of pairs.)
group() {
  case $1 in
    yesno | floats | three) group=$1 ;;
    *) group=flag ;;
  esac
}

# table FORMAT-OF-REFERENCE FORMAT-OF-CURRENT OPTION...: every kind of $KINDS against itself, the next and the fourth after it; DW_SUITE=full: against
# every kind.
table() {
  local before=$1 after=$2 a b status text of_a folder=$BATS_FILE_TMPDIR found line i=0 j kinds
  read -r -a kinds <<<"$KINDS"
  shift 2
  for a in $KINDS; do
    j=0
    for b in $KINDS; do
      case $(((j++ - i + ${#kinds[@]}) % ${#kinds[@]})) in
      0 | 1 | 4) ;;
      *) [ "${DW_SUITE:-}" = full ] || continue ;;
      esac
      [ ! -e state ] || rm state
      status=0
      dw-compare --ref "$folder/r_$a.$before" --label y --score s ${JUDGED:+--correction none} "$@" "$folder/c_$b.$after" >out 2>err || status=$?
      group "$a" && of_a=$group && group "$b"
      if [ "$of_a" != "$group" ]; then
        [ "$status" -eq 3 ] || { echo "$a $b: status $status"; return 1; }
        IFS= read -r -d '' text <err || true
        [[ $'\n'$text =~ $'\n'"dw-compare: the label \"y\" is "(numbers|booleans|text)\ [^$'\n']*"(such as "[^$'\n']*") in the reference and "(numbers|booleans|text)\  ]] || {
          echo "$a $b: $(cat err)"
          return 1
        }
        continue
      fi
      [ "$status" -le 1 ] || [ "$status" -eq 5 ] || { echo "$a $b: status $status: $(cat err)"; return 1; }
      [ -n "$JUDGED" ] || continue
      found=
      while IFS= read -r line; do
        [[ $line == *'"kind":"finding","check":"performance"'* ]] || continue
        [[ ! $line =~ '"alarm_time":"'[^'"']*'"' ]] || line=${line/"${BASH_REMATCH[0]}"/}
        found+=$line$'\n'
      done <out
      case $of_a in
        three) [[ $found == *'"error":"the label has more than two classes'* ]] ;;
        floats) [[ $found =~ '"method":"'(mae|sequential)'"'[^$'\n']*'"reference":{"value":1.3'[^$'\n']*'"current":{"value":1.3' ]] ;;
        *) # to the byte what 0 and 1 give
          want=${want:-$found}
          [[ $found =~ '"method":"'(auc|sequential)'"'[^$'\n']*'"reference":{"value":1,'[^$'\n']*'"current":{"value":0.75' && $found == "$want" ]]
          ;;
      esac || { echo "$a $b: $found"; return 1; }
    done
    i=$((i + 1))
  done
}

@test "labels of every kind against every kind, NDJSON and CSV" {
  JUDGED=yes
  table ndjson ndjson
  KINDS="numbers booleans boolmix yesno floats three" # what CSV reads as different kinds
  table csv csv
  table ndjson csv
}

@test "inside segments, and in the looks of a watch, the same" {
  JUDGED=yes
  KINDS="numbers digits words boolmix yesno floats"
  table ndjson ndjson --by g
  [[ $want == *$'\n'*$'\n' ]]
  want=
  table ndjson ndjson --sequential state
}

@test "chunk by chunk no pair is more than right or refused" {
  JUDGED=
  KINDS="numbers digits boolmix yesno"
  table ndjson csv --preset nannyml
}

@test "one file that mixes numbers and words is refused; codes of one side only are no regression" {
  printf '{"y":0,"s":0.1}\n{"y":"yes","s":0.9}\n{"y":1,"s":0.8}\n' >mixed.ndjson
  run -3 --separate-stderr dw-compare --ref mixed.ndjson --label y --score s mixed.ndjson
  [ "$stderr" = 'dw-compare: the label "y" of the reference is numbers (such as 0) and text (such as "yes"): nothing tells which of them are the same class; write them alike' ]
  [ -z "$output" ]
  sed 's/"y":0/"y":2/' "$(data c_numbers.ndjson)" >codes.ndjson
  dw-compare --ref "$(data r_numbers.ndjson)" --label y --score s codes.ndjson --exit-zero >out 2>err || [ $? -eq 5 ]
  grep -q '"check":"performance".*"error":"the label has two classes in the reference and others in the current data' out
}
