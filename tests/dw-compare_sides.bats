# dw-compare: a column's type is decided on both sides together, where one of them is the odd one out.

load written_columns

# both NAME: NAME.csv as NDJSON too.
both() { json <"$1.csv" >"$1.ndjson"; }

# found CHECK TYPE: there is such a finding of x that is drift.
found()
{
  local line
  for line in "${lines[@]}"; do [[ $line != *'"check":"'$1'","column":"x","type":"'$2'",'*'"drift":true,'* ]] || return 0; done
  return 1
}

@test "a reference of few numbers is one of numbers where the current data are" {
  awk 'BEGIN { print "x,n"; for (i = 0; i < 8; i++) print i * 7919 % 1000 "," i }' >few.csv
  awk 'BEGIN { print "x,n"; for (i = 0; i < 600; i++) print 1000000 + i * 7919 % 100000 "," i % 8 }' >far.csv
  awk 'BEGIN { print "x,n"; for (i = 0; i < 600; i++) print i * 7919 % 1000 "," i % 8 }' >near.csv
  awk 'BEGIN { print "x,n"; for (i = 0; i < 600; i++) print i * 7919 % 3 "," i % 8 }' >codes.csv
  awk 'BEGIN { print "x,n"; for (i = 0; i < 60; i++) print "k" i % 15 "," i % 8 }' >kinds.csv
  awk 'BEGIN { print "x,n"; for (i = 0; i < 600; i++) print "u" i "," i % 8 }' >unlike.csv
  for file in few far near codes kinds unlike; do both $file; done
  for forms in csv:csv csv:ndjson ndjson:csv; do
    run -1 --separate-stderr dw-compare --ref kinds.${forms%:*} unlike.${forms#*:} # they repeat: categories
    found column_drift categorical
    run -1 --separate-stderr dw-compare --ref few.${forms%:*} far.${forms#*:}
    found column_drift numeric
    run -0 --separate-stderr dw-compare --ref few.${forms%:*} near.${forms#*:}
    run dw-compare --ref few.${forms%:*} codes.${forms#*:}
    [[ $output == *'"check":"column_drift","column":"x","type":"categorical",'* ]]
  done
}

@test "strings that are numbers and hardly repeat are not judged because the reference has few of them" {
  numbers 1 50 | head -n 13 | json x >few.ndjson
  numbers 2 70 | json x >far.ndjson
  run -0 --separate-stderr dw-compare --ref few.ndjson far.ndjson
  [[ $stderr == *'not judged: "x": its strings are numbers that hardly repeat'*'--types x=numeric'* ]]
  run -5 --separate-stderr dw-compare --require x --ref few.ndjson far.ndjson
  run -1 --separate-stderr dw-compare --types x=numeric --ref few.ndjson far.ndjson
  found column_drift numeric
}

@test "nothing but missing values, numbers against text, codes that lost their zeros: the same in every format" {
  awk 'BEGIN { print "x,n"; for (i = 0; i < 600; i++) print "," i % 97 }' >none.csv
  numbers 1 50 | head -n 601 >number.csv
  awk 'BEGIN { print "x,n"; for (i = 0; i < 600; i++) print "w" i * 7919 % 5 "," i % 97 }' >word.csv
  awk 'BEGIN { print "x,n"; split("02134 02135 10115 00501 94110 60601", zip); for (i = 0; i < 600; i++) print zip[1 + i * 7919 % 6] "," i % 97 }' >zip.csv
  sed 's/^00*//' zip.csv >lost.csv
  awk 'BEGIN { print "x,n"; for (i = 0; i < 600; i++) printf "2026-01-%02d,%d\n", 1 + i % 28, i % 97 }' >day.csv
  for file in none number word zip lost day; do both $file; done
  sed -i 's/"x":""/"x":null/' none.ndjson
  n=0
  while read -r reference current check type; do
    for forms in csv:csv ndjson:ndjson csv:ndjson ndjson:csv; do
      [ "${DW_SUITE:-}" = full ] || [ $((n++ % 5)) -eq 0 ] || [ $((n % 8)) -eq 0 ] || continue # each row and each form; DW_SUITE=full: each with each
      run -1 --separate-stderr dw-compare --ref $reference.${forms%:*} $current.${forms#*:}
      found $check $type || { echo "$reference $current $forms: $stderr $output"; return 1; }
    done
  done <<'END'
none number missing_values numeric
number none missing_values numeric
none word missing_values categorical
number word schema numeric
word number schema categorical
zip lost column_drift categorical
number day schema numeric
day number schema datetime
END
  for forms in csv:csv ndjson:ndjson csv:ndjson ndjson:csv; do run -0 --separate-stderr dw-compare --ref zip.${forms%:*} zip.${forms#*:}; done
}
