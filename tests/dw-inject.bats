# dw-inject: what is asked for changes, everything else passes byte for byte.

bats_require_minimum_version 1.5.0

setup_file()
{
  export F=$BATS_FILE_TMPDIR ASAN_OPTIONS=detect_leaks=0
  # 20,000 records with a spelling of their own: spaces, order, exponents, escapes
  awk 'BEGIN { for (i = 0; i < 20000; i++)
    printf "{ \"id\":%d , \"amount\" :%s,\"city\":\"%s\", \"in\":{\"x\": %d.50,\"y\\u0022z\":[1, 2]}, \"ts\":\"2026-01-%02dT%02d:%02d:00Z\",\"label\":%s }\n",
      i, (i % 7 ? i % 100 : i % 100 ".250e0"), (i % 3 ? "R\\u00f6m" : "Paris, \\\"FR\\\""), i % 10, 1 + int(i / 1440), int(i / 60) % 24, i % 60,
      (i % 4 ? "false" : "true") }' >"$F/in.ndjson"
  awk 'BEGIN { printf "id,amount,\"the city\",label\r\n"; for (i = 0; i < 20000; i++)
    printf "%d,%s,%s,%d\r\n", i, (i % 7 ? i % 100 : i % 100 ".250e0"), (i % 3 ? "R\xc3\xb6m" : "\"Paris, \"\"FR\"\"\""), i % 4 == 0 }' >"$F/in.csv"
  zstd -q -f "$F/in.ndjson"
  gzip -k -f "$F/in.csv"
  printf '{"a":1,"b":"x","c":true,"d":2.5}\n{"a":2,"b":"y","c":false,"d":-7}\n{"a":null,"b":"z"}\n{"b":"x","a":"7","d":1e2}\n' >"$F/small.ndjson"
  printf 'a,b,c,d\n1,x,true,2.5\n2,y,false,-7\n,z,,\nseven,"x",,1e2\n' >"$F/small.csv"
}

setup() { cd "$BATS_TEST_TMPDIR" || return 1; }

inject() { "$DW_BIN/dw-inject" "$@"; }

# WANT (printf) -- ARGS...: the output of dw-inject is exactly this, and standard error is silent
gives()
{
  printf "$1" >want
  shift 2
  run --separate-stderr inject "$@" --output got
  [ "$status" -eq 0 ] || { echo "exit $status: $stderr"; return 1; }
  [ -z "$stderr" ] || { echo "standard error: $stderr"; return 1; }
  cmp want got || { diff want got; return 1; }
}

# STATUS MESSAGE ARGS...: refused, with this message as its first line
refuses()
{
  local want=$1 message=$2
  shift 2
  run --separate-stderr inject "$@"
  [ "$status" -eq "$want" ] || { echo "exit $status, wanted $want: $stderr"; return 1; }
  [ "${stderr_lines[0]}" = "dw-inject: $message" ] || { echo "got:    ${stderr_lines[0]}"; echo "wanted: dw-inject: $message"; return 1; }
}

truth() { sed -n "s/.*\"$1\":\([^,}]*\).*/\1/p" truth; }

@test "inject: numbers: shift, scale, noise, clip, round, outliers" {
  S=$F/small.ndjson
  gives '{"a":11,"b":"x","c":true,"d":2.5}\n{"a":12,"b":"y","c":false,"d":-7}\n{"a":null,"b":"z"}\n{"b":"x","a":"7","d":1e2}\n' -- --column a --op shift --by 10 "$S"
  gives '{"a":1,"b":"x","c":true,"d":3.75}\n{"a":2,"b":"y","c":false,"d":-5.75}\n{"a":null,"b":"z"}\n{"b":"x","a":"7","d":101.25}\n' -- --column d --op shift --by 0.5 --sd 2.5 "$S"
  gives '{"a":1.5,"b":"x","c":true,"d":2.5}\n{"a":3,"b":"y","c":false,"d":-7}\n{"a":null,"b":"z"}\n{"b":"x","a":"7","d":1e2}\n' -- --column a --op scale --factor 1.5 "$S"
  gives '{"a":2,"b":"x","c":true,"d":2.5}\n{"a":3,"b":"y","c":false,"d":-7}\n{"a":null,"b":"z"}\n{"b":"x","a":"7","d":1e2}\n' -- --column a --op scale --factor 1.5 --integers keep "$S"
  gives '{"a":1,"b":"x","c":true,"d":2.5}\n{"a":2,"b":"y","c":false,"d":0}\n{"a":null,"b":"z"}\n{"b":"x","a":"7","d":10}\n' -- --column d --op clip --min 0 --max 10 "$S"
  gives '{"a":1,"b":"x","c":true,"d":2}\n{"a":2,"b":"y","c":false,"d":-7}\n{"a":null,"b":"z"}\n{"b":"x","a":"7","d":1e2}\n' -- --column d --op round --decimals 0 "$S"
  gives '{"a":1,"b":"x","c":true,"d":0}\n{"a":2,"b":"y","c":false,"d":-10}\n{"a":null,"b":"z"}\n{"b":"x","a":"7","d":1e2}\n' -- --column d --op round --decimals -1 "$S"
  gives '{"a":1,"b":"x","c":true,"d":-9e99}\n{"a":2,"b":"y","c":false,"d":-9e99}\n{"a":null,"b":"z"}\n{"b":"x","a":"7","d":-9e99}\n' -- --column d --op outliers --value -9e99 "$S"
  gives '{"a":1,"b":"x","c":true,"d":25}\n{"a":2,"b":"y","c":false,"d":-70}\n{"a":null,"b":"z"}\n{"b":"x","a":"7","d":1000}\n' -- --column d --op outliers --factor 10 "$S"
  C=$F/small.csv
  gives 'a,b,c,d\n11,x,true,2.5\n12,y,false,-7\n,z,,\nseven,"x",,1e2\n' -- --column a --op shift --by 10 "$C"
  gives 'a,b,c,d\n1,x,true,5\n2,y,false,-14\n,z,,\nseven,"x",,200\n' -- --column d --op scale --factor 2 "$C"
  gives 'a,b,c,d\n1,x,true,2.5\n2,y,false,0\n,z,,\nseven,"x",,10\n' -- --column d --op clip --min 0 --max 10 "$C"
  gives 'a,b,c,d\n1,x,true,2\n2,y,false,-7\n,z,,\nseven,"x",,1e2\n' -- --column d --op round --decimals 0 "$C"
  gives 'a,b,c,d\n1,x,true,99\n2,y,false,99\n,z,,\nseven,"x",,99\n' -- --column d --op outliers --value 99 "$C"
}

@test "inject: noise has its standard deviation, outliers lie on both sides" {
  for file in in.ndjson in.csv; do
    inject --column amount --op round --decimals 0 --column amount --op clip --min 0 --max 0 --column amount --op noise --sd 3 "$F/$file" >got
    sed 's/.*"amount" *:\([^,]*\),.*/\1/; s/^[0-9]*,\([^,]*\),.*/\1/' got | awk '/^-?[0-9]/ { n++; s += $1; q += $1 * $1; if ($1 > 0) up++ } END {
      mean = s / n; sd = sqrt(q / n - mean * mean); print n, mean, sd, up
      exit !(n == 20000 && mean < 0.1 && mean > -0.1 && sd > 2.9 && sd < 3.1 && up > 9600 && up < 10400) }'
  done
  inject --column amount --op outliers --mean 50 --sd 10 --by 6 "$F/in.csv" | tail -n +2 | cut -d, -f2 | sort | uniq -c | awk '{ print; if ($2 == -10) low = $1; else if ($2 == 110) high = $1; else exit 1 }
    END { exit !(low + high == 20000 && low > 9600 && high > 9600) }'
}

@test "inject: values: missing, categories, types, labels" {
  S=$F/small.ndjson
  gives '{"a":null,"b":"x","c":true,"d":2.5}\n{"a":null,"b":"y","c":false,"d":-7}\n{"a":null,"b":"z"}\n{"b":"x","a":null,"d":1e2}\n' -- --column a --op missing "$S"
  gives '{"a":1,"b":"y","c":true,"d":2.5}\n{"a":2,"b":"x","c":false,"d":-7}\n{"a":null,"b":"z"}\n{"b":"y","a":"7","d":1e2}\n' -- --column b --op swap-categories --value x --with y "$S"
  gives '{"a":1,"b":"n,\\"w","c":true,"d":2.5}\n{"a":2,"b":"n,\\"w","c":false,"d":-7}\n{"a":null,"b":"n,\\"w"}\n{"b":"n,\\"w","a":"7","d":1e2}\n' -- --column b --op new-category --value 'n,"w' "$S"
  gives '{"a":"1","b":"x","c":true,"d":2.5}\n{"a":"2","b":"y","c":false,"d":-7}\n{"a":null,"b":"z"}\n{"b":"x","a":"7","d":1e2}\n' -- --column a --op change-type --as string "$S"
  gives '{"a":1,"b":"x","c":true,"d":"2.5"}\n{"a":2,"b":"y","c":false,"d":"-7"}\n{"a":null,"b":"z"}\n{"b":"x","a":"7","d":"1e2"}\n' -- --column d --op change-type --as string "$S"
  gives '{"a":1,"b":"x","c":"true","d":2.5}\n{"a":2,"b":"y","c":"false","d":-7}\n{"a":null,"b":"z"}\n{"b":"x","a":"7","d":1e2}\n' -- --column c --op change-type --as string "$S"
  gives '{"a":1,"b":"x","c":true,"d":2.5}\n{"a":2,"b":"y","c":false,"d":-7}\n{"a":null,"b":"z"}\n{"b":"x","a":7,"d":1e2}\n' -- --column a --op change-type --as number "$S"
  gives '{"a":1,"b":"x","c":1,"d":2.5}\n{"a":2,"b":"y","c":0,"d":-7}\n{"a":null,"b":"z"}\n{"b":"x","a":"7","d":1e2}\n' -- --column c --op change-type --as number "$S"
  gives '{"a":true,"b":"x","c":true,"d":2.5}\n{"a":true,"b":"y","c":false,"d":-7}\n{"a":null,"b":"z"}\n{"b":"x","a":"7","d":1e2}\n' -- --column a --op change-type --as boolean "$S"
  gives '{"a":1,"b":"x","c":false,"d":2.5}\n{"a":2,"b":"y","c":true,"d":-7}\n{"a":null,"b":"z"}\n{"b":"x","a":"7","d":1e2}\n' -- --column c --op label-flip "$S"
  gives '{"a":0,"b":"x","c":true,"d":2.5}\n{"a":2,"b":"y","c":false,"d":-7}\n{"a":null,"b":"z"}\n{"b":"x","a":"7","d":1e2}\n' -- --column a --op label-flip "$S"
  gives '{"a":1,"b":"z","c":true,"d":2.5}\n{"a":2,"b":"y","c":false,"d":-7}\n{"a":null,"b":"x"}\n{"b":"z","a":"7","d":1e2}\n' -- --column b --op label-flip --value x --with z "$S"
  gives '{"a":1,"b":"x","c":true,"d":2.5}\n{"a":2,"b":"y","c":true,"d":-7}\n{"a":null,"b":"z"}\n{"b":"x","a":"7","d":1e2}\n' -- --column c --op swap-label-rule --where 'd < 0' --value true "$S"
  gives '{"a":0,"b":"x","c":true,"d":2.5}\n{"a":1,"b":"y","c":false,"d":-7}\n{"a":0,"b":"z"}\n{"b":"x","a":0,"d":1e2}\n' -- --column a --op swap-label-rule --where 'd < 0' --value 1 --else 0 "$S"
  C=$F/small.csv
  gives 'a,b,c,d\n1,,true,2.5\n2,,false,-7\n,,,\nseven,,,1e2\n' -- --column b --op missing "$C"
  gives 'a,b,c,d\n1,y,true,2.5\n2,x,false,-7\n,z,,\nseven,y,,1e2\n' -- --column b --op swap-categories --value x --with y "$C"
  gives 'a,b,c,d\n1,"n,""w",true,2.5\n2,"n,""w",false,-7\n,"n,""w",,\nseven,"n,""w",,1e2\n' -- --column b --op new-category --value 'n,"w' "$C"
  gives 'a,b,c,d\n1,x,1,2.5\n2,y,0,-7\n,z,,\nseven,"x",,1e2\n' -- --column c --op change-type --as number "$C"
  gives 'a,b,c,d\ntrue,x,true,2.5\ntrue,y,false,-7\n,z,,\nseven,"x",,1e2\n' -- --column a --op change-type --as boolean "$C"
  gives 'a,b,c,d\n1,x,false,2.5\n2,y,true,-7\n,z,,\nseven,"x",,1e2\n' -- --column c --op label-flip "$C"
  gives 'a,b,c,d\n0,x,true,2.5\n1,y,false,-7\n0,z,,\n0,"x",,1e2\n' -- --column a --op swap-label-rule --where 'd < 0' --value 1 --else 0 "$C"
  refuses 2 "$C: change-type a: CSV cannot tell the text 12 from the number 12; use NDJSON" --column a --op change-type --as string "$C"
  printf 'a\n1\n2\n' >one.csv
  gives 'a\n""\n2\n' -- --column a --op missing --where 'a = 1' one.csv
}

@test "inject: columns: drop, rename" {
  S=$F/small.ndjson
  gives '{"b":"x","c":true,"d":2.5}\n{"b":"y","c":false,"d":-7}\n{"b":"z"}\n{"b":"x","d":1e2}\n' -- --column a --op drop-column "$S"
  gives '{"a":1,"b":"x","c":true}\n{"a":2,"b":"y","c":false}\n{"a":null,"b":"z"}\n{"b":"x","a":"7"}\n' -- --column d --op drop-column "$S"
  gives '{"b":"x"}\n{"b":"y"}\n{"b":"z"}\n{"b":"x"}\n' -- --column a --op drop-column --column c --op drop-column --column d --op drop-column "$S"
  gives '{"a":1,"b":"x","c":true,"d":2.5}\n{"b":"y","c":false,"d":-7}\n{"a":null,"b":"z"}\n{"b":"x","a":"7","d":1e2}\n' -- --column a --op drop-column --from 1 --to 2 "$S"
  gives '{"n\\"w":2,"b":"x","c":true,"d":2.5}\n{"n\\"w":3,"b":"y","c":false,"d":-7}\n{"n\\"w":null,"b":"z"}\n{"b":"x","n\\"w":"7","d":1e2}\n' -- --column a --op shift --by 1 --op rename-column --as 'n"w' "$S"
  gives '{"b":1,"a":"x","c":true,"d":2.5}\n{"b":2,"a":"y","c":false,"d":-7}\n{"b":null,"a":"z"}\n{"a":"x","b":"7","d":1e2}\n' -- --column a --op rename-column --as b --column b --op rename-column --as a "$S"
  refuses 3 "$S:1: cannot rename \"a\" to \"b\": the record has that field" --column a --op rename-column --as b "$S"
  C=$F/small.csv
  gives 'b,c,d\nx,true,2.5\ny,false,-7\nz,,\n"x",,1e2\n' -- --column a --op drop-column "$C"
  gives 'a,b,c\n1,x,true\n2,y,false\n,z,\nseven,"x",\n' -- --column d --op drop-column "$C"
  gives 'b\nx\ny\nz\n"x"\n' -- --column d --op drop-column --column c --op drop-column --column a --op drop-column "$C"
  gives '"n,w",b,c,d\n1,x,true,2.5\n2,y,false,-7\n,z,,\nseven,"x",,1e2\n' -- --column a --op rename-column --as 'n,w' "$C"
  refuses 2 "rename-column gives two columns one name" --column a --op rename-column --as b "$C"
  refuses 2 "drop-column leaves no column" --column a --op drop-column --column b --op drop-column --column c --op drop-column --column d --op drop-column "$C"
  refuses 2 "$C: drop-column a in a part of the records needs NDJSON: a CSV table has one header" --column a --op drop-column --fraction 0.5 "$C"
  refuses 2 "$C: rename-column a in a part of the records needs NDJSON: a CSV table has one header" --column a --op rename-column --as z --from 2 "$C"
}

@test "inject: nested names, escaped keys" {
  printf '{"o":{"x":1,"k\\u00e9y":2},"o.x2":3}\r\n' >in
  gives '{"o":{"x":6,"k\\u00e9y":2},"o.x2":3}\r\n' -- --column o.x --op shift --by 5 in
  gives '{"o":{"x":1,"k\\u00e9y":7},"o.x2":3}\r\n' -- --column o.kéy --op shift --by 5 in
  gives '{"o":{"k\\u00e9y":2},"o.x2":3}\r\n' -- --column o.x --op drop-column in
  gives '{"o":{"new":1,"k\\u00e9y":2},"o.x2":3}\r\n' -- --column o.x --op rename-column --as o.new in
  gives '{"o":{"x":1,"ü":2},"o.x2":3}\r\n' -- --column o.kéy --op rename-column --as o.ü in
  gives '{"o":{"x":1,"k\\u00e9y":2},"flat":3}\r\n' -- --column o.x2 --op rename-column --as flat in
  refuses 3 'in:1: cannot rename "o.x" to "x": the field stands inside an object, so the new name must begin with "o."' --column o.x --op rename-column --as x in
}

@test "inject: records: reweight, duplicate" {
  S=$F/small.ndjson
  gives '{"a":1,"b":"x","c":true,"d":2.5}\n{"a":2,"b":"y","c":false,"d":-7}\n{"a":2,"b":"y","c":false,"d":-7}\n{"a":2,"b":"y","c":false,"d":-7}\n{"a":null,"b":"z"}\n{"b":"x","a":"7","d":1e2}\n' -- --op reweight --where 'd < 0' --factor 3 "$S"
  gives '{"a":1,"b":"x","c":true,"d":2.5}\n{"a":null,"b":"z"}\n' -- --op reweight --where 'd < 0 or a = "7"' --factor 0 "$S"
  gives 'a,b,c,d\n1,x,true,2.5\n2,y,false,-7\n2,y,false,-7\n,z,,\nseven,"x",,1e2\n' -- --op duplicate --where 'd < 0' "$F/small.csv"
  gives 'a,b,c,d\n2,y,false,-7\n2,y,false,-7\n2,y,false,-7\n' -- --op duplicate --copies 2 --op reweight --where 'not d < 0' --factor 0 "$F/small.csv"
  inject --op reweight --where 'amount >= 50' --factor 2.5 --truth truth "$F/in.ndjson" | wc -l | awk '{ print; exit !($1 > 34700 && $1 < 35300) }'
  [ "$(truth records)" -gt 9000 ]
  [ "$(truth input_rows)" -eq 20000 ]
  inject --op reweight --where 'amount >= 50' --factor 0.25 "$F/in.csv" | wc -l | awk '{ print; exit !($1 > 12200 && $1 < 12800) }'
  printf '{"a":1}\n{"a":2}' >in
  run --separate-stderr inject --op duplicate in
  [ "$status" -eq 0 ] && [ "$output" = '{"a":1}
{"a":1}
{"a":2}
{"a":2}' ]
  [ "$stderr" = "dw-inject: warning: the last line has no line end: was the file cut?" ]
}

@test "inject: permute keeps the values of a column and moves them" {
  for file in in.ndjson in.csv; do
    inject --column amount --op permute --buffer 1000 --seed 5 --truth truth "$F/$file" >got
    value() { LC_ALL=C sed 's/.*"amount" *:\([^,]*\),.*/\1/; s/^[0-9]*,\([^,]*\),.*/\1/' "$1"; }
    rest() { LC_ALL=C sed 's/"amount" *:[^,]*,//; s/^\([0-9]*\),[^,]*,/\1,/' "$1"; }
    cmp <(rest "$F/$file") <(rest got)
    value "$F/$file" >before
    value got >after
    if [ "$file" = in.csv ]; then sed -i 1d before after; fi
    moved=$(paste -d' ' before after | awk '$1 != $2' | wc -l)
    [ "$moved" -gt 19000 ]
    # a block of 1000 keeps its values, byte for byte
    for from in 1 1001 19001; do
      cmp <(sed -n "$from,$((from + 999))p" before | sort) <(sed -n "$from,$((from + 999))p" after | sort)
    done
    [ "$(truth records)" -eq "$moved" ]
    [ "$(truth first_row)" -lt 10 ]
    [ "$(truth last_row)" -gt 19990 ]
  done
  # only those that take part
  inject --column amount --op permute --where 'label = true' --from 10000 "$F/in.ndjson" >got
  cmp <(head -n 10000 "$F/in.ndjson") <(head -n 10000 got)
  cmp <(grep false "$F/in.ndjson") <(grep false got)
  ! cmp -s "$F/in.ndjson" got || return 1
  # it comes last, on what the others made; two columns move on their own
  inject --column amount --op permute --column amount --op scale --factor 0 --column id --op permute --op duplicate "$F/in.csv" >got
  [ "$(wc -l <got)" -eq 40001 ]
  [ "$(tail -n +2 got | cut -d, -f2 | sort -u)" = 0 ]
  cmp <(tail -n +2 got | cut -d, -f1 | sort) <(tail -n +2 "$F/in.csv" | sed p | cut -d, -f1 | sort)
}

@test "inject: the untouched passes byte for byte" {
  inject --column amount --op shift --by 1000 --fraction 0.1 --truth truth "$F/in.ndjson" >got
  cmp <(sed 's/"amount" :[^,]*,/"amount" :,/' "$F/in.ndjson") <(sed 's/"amount" :[^,]*,/"amount" :,/' got)
  changed=$(diff "$F/in.ndjson" got | grep -c '^>')
  [ "$changed" -eq "$(truth records)" ]
  awk -v n="$changed" 'BEGIN { exit !(n > 1800 && n < 2200) }'
  inject --column amount --op shift --by 1000 --fraction 0.1 "$F/in.csv" >got
  cmp <(sed 's/^\([0-9]*\),[^,]*,/\1,,/' "$F/in.csv") <(sed 's/^\([0-9]*\),[^,]*,/\1,,/' got)
  inject --column amount --op shift --by 1 --where 'amount < 0' "$F/in.ndjson" | cmp - "$F/in.ndjson"
  inject --column amount --op shift --by 1 --where 'amount < 0' "$F/in.csv" | cmp - "$F/in.csv"
  inject --column amount --op clip --max 1e9 "$F/in.ndjson" | cmp - "$F/in.ndjson"
  inject --column amount --op shift --by 0 "$F/in.ndjson" | cmp - "$F/in.ndjson"
  # BOM, CRLF, a last line without end; blank lines go
  printf '\xef\xbb\xbfa,b\r\n1,"x\r\ny"\r\n2,y' >in.csv
  inject --quiet --column a --op shift --by 1 --where 'a > 5' in.csv | cmp - in.csv
  printf 'a,b\n1,"\n""x"' >in.csv
  inject --quiet --column a --op shift --by 1 --where "b != ''" in.csv >got
  printf 'a,b\n2,"\n""x"' | cmp - got
  printf '{"a":1}\r\n{"a": 2 } \n{"a":3}' >want
  printf '\n{"a":1}\r\n \n\n{"a": 2 } \n\r\n{"a":3}' >in
  inject --quiet --column a --op shift --by 1 --where 'a > 5' in | cmp - want
  printf 'a;b\r\n' >in.csv
  inject --column a --op shift --by 1 in.csv | cmp - in.csv
}

@test "inject: courses by row" {
  seq -f '{"a":%.0f}' 0 99 >in
  rows() { inject --column a --op missing --truth truth "$@" in | grep -n null | cut -d: -f1 | awk '{ printf "%s%d", (NR > 1 ? " " : ""), $1 - 1 }'; }
  [ "$(rows --from 97)" = "97 98 99" ]
  [ "$(truth first_row) $(truth last_row) $(truth records)" = "97 99 3" ]
  [ "$(rows --from 3 --to 5)" = "3 4" ]
  [ "$(rows --from 3% --to 0.05 --course blip)" = "3 4" ]
  [ "$(rows --course recurring --from 10 --period 20 --duty 0.1 --to 60)" = "10 11 30 31 50 51" ]
  [ "$(rows --course recurring --period 50% --duty 0.04)" = "0 1 50 51" ]
  inject --column a --op scale --factor 0 --column a --op shift --by 100 --course incremental --from 20 --to 70 in | sed -n '20p;21p;46p;71p;100p' >got
  printf '{"a":0}\n{"a":0}\n{"a":50}\n{"a":100}\n{"a":100}\n' | cmp - got
  inject --column amount --op missing --course gradual --from 5000 --to 15000 "$F/in.ndjson" >got
  cmp <(head -n 5000 "$F/in.ndjson") <(head -n 5000 got)
  [ "$(tail -n 5000 got | grep -c '"amount" :null')" -eq 5000 ]
  share() { sed -n "$1,$2p" got | grep -c '"amount" :null'; }
  awk -v a="$(share 5001 7500)" -v b="$(share 7501 10000)" -v c="$(share 12501 15000)" 'BEGIN { print a, b, c
    exit !(a > 240 && a < 385 && b > 840 && b < 1035 && c > 2115 && c < 2260) }'
}

@test "inject: courses by time" {
  S=$F/in.ndjson
  changed() { diff "$S" got | grep '^>' | sed 's/.*"ts":"\([^"]*\)".*/\1/' | sed -n '1p;$p' | tr '\n' ' '; }
  inject --time ts --column amount --op missing --from 2026-01-03 --to 2026-01-04T12:00Z "$S" >got
  [ "$(changed)" = "2026-01-03T00:00:00Z 2026-01-04T11:59:00Z " ]
  inject --time ts --column amount --op missing --course recurring --period 24h --duty 0.25 "$S" >got
  [ "$(changed)" = "2026-01-01T00:00:00Z 2026-01-14T05:59:00Z " ]
  [ "$(grep -c '"amount" :null' got)" -eq $((14 * 360)) ]
  printf 'ts,a\n1767225600,1\n1767225600500,1\n1767225601000000,1\nnever,1\n,1\n' >in.csv
  inject --time ts --column a --op shift --by 1 --from 2026-01-01T00:00:00.5Z --truth truth in.csv >got 2>said
  printf 'ts,a\n1767225600,1\n1767225600500,2\n1767225601000000,2\nnever,1\n,1\n' | cmp - got
  [[ $(<said) == *'in.csv:5: field "ts" is not a time: "never"; a time is ISO 8601 text'* ]]
  [[ $(<said) == *'(2 of 5 records have no time: what goes by time left them as they are)'* ]]
  [ "$(truth records) $(truth left)" = "2 2" ]
  refuses 2 "injection 1 (missing a): goes by time: say which column holds it (time)" --column a --op missing --from 2026-01-01 in.csv
}

@test "inject: injections act in order, conditions see the record as it came" {
  printf '{"a":1}\n{"a":5}\n' >in
  gives '{"a":4}\n{"a":12}\n' -- --column a --op shift --by 1 --column a --op scale --factor 2 in
  gives '{"a":3}\n{"a":11}\n' -- --column a --op scale --factor 2 --column a --op shift --by 1 in
  gives '{"a":101}\n{"a":5}\n' -- --column a --op shift --by 100 --where 'a = 1' --column a --op shift --by 1000 --where 'a = 101' in 
  gives '{"a":null}\n{"a":5}\n' -- --column a --op missing --where 'a = 1' --op shift --by 1 --where 'a = 1' in
}

@test "inject: the same seed gives the same bytes with any number of threads, another seed others" {
  args=(--column amount --op noise --sd 2 --fraction 0.5 --column city --op missing --fraction 0.1 --column id --op permute --op duplicate --fraction 0.2)
  inject "${args[@]}" --seed 3 --threads 1 --truth truth1 "$F/in.ndjson" >got1
  for threads in 2 5; do
    inject "${args[@]}" --seed 3 --threads $threads --truth truth "$F/in.ndjson" >got
    cmp got1 got
    cmp truth1 truth
  done
  inject "${args[@]}" --seed 3 <"$F/in.ndjson" | cmp - got1
  inject "${args[@]}" --seed 3 "$F/in.ndjson.zst" | cmp - got1
  head -n 7777 "$F/in.ndjson" >part1
  tail -n +7778 "$F/in.ndjson" >part2
  inject "${args[@]}" --seed 3 part1 - <part2 | cmp - got1
  inject "${args[@]}" --seed 4 "$F/in.ndjson" >got
  ! cmp -s got got1 || return 1
  inject --column amount --op shift --by 1 "$F/in.csv.gz" >got
  inject --column amount --op shift --by 1 "$F/in.csv" | cmp - got
}

@test "inject: what chance takes depends on the row and the injection alone" {
  taken() { inject --column id --op missing --fraction "$1" "${@:2}" "$F/in.ndjson" | grep -n '"id":null' | cut -d: -f1; }
  taken 0.1 >few
  taken 0.3 >more
  [ -z "$(comm -23 <(sort few) <(sort more))" ]   # the few are among the more
  taken 0.1 --where 'label = true' >some
  cmp some <(awk '($1 - 1) % 4 == 0' few)
  inject --column label --op missing --fraction 0.1 --column id --op missing --fraction 0.1 "$F/in.ndjson" >got
  both=$(grep '"id":null' got | grep -c '"label":null')
  awk -v n="$both" 'BEGIN { print n; exit !(n > 130 && n < 270) }'  # independent: 1 in 100
}

@test "inject: several inputs" {
  printf 'a,b\n1,2\n' >1.csv
  printf 'a,b\r\n3,4' >2.csv
  printf 'b,a\n5,6\n' >3.csv
  run --separate-stderr inject --column a --op shift --by 1 2.csv 1.csv --output got
  [ "$status" -eq 0 ]
  printf 'a,b\r\n4,4\n2,2\n' | cmp - got
  refuses 3 '3.csv:1: the header is not that of the first input: "b,a"' --column a --op shift --by 1 1.csv 3.csv
  refuses 3 "$F/small.ndjson: is NDJSON, the inputs before it are CSV: one run takes one format" --column a --op shift --by 1 1.csv "$F/small.ndjson"
}

@test "inject: columns that do not occur" {
  S=$F/small.ndjson
  refuses 3 'column "dd" does not occur in the input (columns: a, b, c, d)' --column dd --op missing "$S"
  inject --column dd --op missing "$S" 2>/dev/null >got || true
  cmp "$S" got
  run inject --column dd --op missing --output kept --truth truth "$S"
  [ "$status" -eq 3 ]
  [ ! -e kept ]
  [ ! -e truth ]
  refuses 3 'column "tss" does not occur in the input; did you mean "ts"? (columns: amount, city, id, in.x, in.y"z, label, ts)' --time tss --column amount --op missing --from 2026-01-01 "$F/in.ndjson"
  refuses 3 'column "labels" does not occur in the input; did you mean "label"? (columns: amount, city, id, in.x, in.y"z, label, ts)' --column amount --op missing --where 'labels = 1' "$F/in.ndjson"
  refuses 3 'column "e" does not occur in the input (columns: a, b, c, d)' --column e --op missing "$F/small.csv"
  run --separate-stderr inject --column e --op missing "$F/small.csv"
  [ -z "$output" ]  # a header tells before anything was written
}

@test "inject: bad records" {
  printf '{"a":1}\n{"a":2}\n{"a":3,}\n{"a":4}\n' >in
  run --separate-stderr inject --column a --op shift --by 1 in
  [ "$status" -eq 3 ]
  [ "$output" = '{"a":2}
{"a":3}' ]
  [[ "$stderr" == "dw-inject: in:3:"* ]]
  run --separate-stderr inject --column a --op shift --by 1 --where 'a != 2' --on-error skip in
  [ "$status" -eq 0 ]
  [ "$output" = '{"a":2}
{"a":2}
{"a":5}' ]
  [[ "$stderr" == "dw-inject: warning: 1 bad record left out; the first: in:3:"* ]]
}

@test "inject: shares need the length of the stream" {
  seq -f '{"a":%.0f}' 0 9 >in
  inject --column a --op missing --from 80% in >got
  [ "$(grep -c null got)" -eq 2 ]
  inject --column a --op missing --from 80% --rows 10 <in | cmp - got
  refuses 2 "a position is a share of the stream, and standard input can be read only once: give --rows N" --column a --op missing --from 80% - <in
  mkfifo pipe
  refuses 2 "a position is a share of the stream, and pipe can be read only once: give --rows N" --column a --op missing --from 80% pipe
}

@test "inject: the truth" {
  inject --column amount --op scale --factor 2 --from 100 --to 200 --op duplicate --copies 1 --from 50 --to 60 --truth truth --seed 18446744073709551615 "$F/in.ndjson" >got
  [ "$(wc -l <truth)" -eq 2 ]
  [[ $'\n'$(head -n 1 truth) == *$'\n''{"kind":"injection","column":"amount","op":"scale","size":2,"parameters":{"factor":2},"course":"blip","from":100,"to":200,"fraction":1,"where":null,"records":99,"left":0,"first_row":111,"last_row":209,"input_first_row":101,"input_last_row":199,"changes":[[110,110],[210,210]],"rows":20010,"input_rows":20000,"seed":18446744073709551615,"made_by":[{"command":"dw-inject",'* ]]
  [[ $(sed -n 2p truth) == *'"records":10,"left":0,"first_row":50,"last_row":69,"input_first_row":50,"input_last_row":59,'* ]]
  # nothing was hit
  inject --column amount --op missing --from 1000000 --truth truth "$F/in.ndjson" >/dev/null
  [[ $(<truth) == *'"records":0,"left":0,"first_row":null,"last_row":null,"input_first_row":null,"input_last_row":null,'* ]]
  # rows of the output are what a reader of the output sees
  inject --op reweight --where 'id < 1000' --factor 0 --column amount --op missing --from 5000 --to 6000 --truth truth "$F/in.ndjson" >got
  first=$(sed -n 2p truth | sed 's/.*"first_row":\([0-9]*\).*/\1/')
  [ "$(grep -n '"amount" :null' got | head -n 1 | cut -d: -f1)" -eq $((first + 1)) ]
  # a truth that cannot be written is told
  run inject --column amount --op missing --truth /dev/null/truth "$F/in.ndjson"
  [ "$status" -eq 4 ]
}

@test "inject: a scenario file" {
  cat >drift.yaml <<'YAML'
description: amounts double, cities vanish
time: ts
injections:
  - {column: amount, op: scale, factor: 2, from: 2026-01-05}
  - column: city
    op: missing
    where: amount > 50
    fraction: 0.5
YAML
  inject --scenario drift.yaml "$F/in.ndjson" >got
  inject --time ts --column amount --op scale --factor 2 --from 2026-01-05 --column city --op missing --where 'amount > 50' --fraction 0.5 "$F/in.ndjson" | cmp - got
  printf 'injections:\n  - column: amount\n    op: scale\n    factr: 2\n' >bad.yaml
  run --separate-stderr inject --scenario bad.yaml "$F/in.ndjson"
  [ "$status" -eq 2 ]
  [[ "$stderr" == "dw-inject: bad.yaml:4: "*"factr"*"factor"* ]]
  for example in "$BATS_TEST_DIRNAME"/../scenarios/inject-*.yaml; do
    inject --scenario "$example" --rows 10 </dev/null
  done
}

@test "inject: mistakes in the call" {
  S=$F/small.ndjson
  printf 'injections: []\n' >none.yaml
  refuses 2 "nothing to inject: give --column and --op, or --scenario FILE" --scenario none.yaml "$S"
  refuses 2 "--truth goes with an injection: give --column and --op, or --scenario FILE" --truth truth.ndjson "$S"
  refuses 2 "--text goes with --format parquet" --text a "$S"
  refuses 2 "--op: \"shitf\" is no operation; did you mean shift?" --column a --op shitf "$S"
  refuses 2 "injection 1 (scale a): --factor is missing" --column a --op scale "$S"
  refuses 2 "injection 2 (missing b): --factor does not belong to missing (it takes no parameters of its own)" --column a --op missing --column b --op missing --factor 2 "$S"
  refuses 2 'condition "d <<", byte 4: expected a value, got "<"' --column a --op missing --where 'd <<' "$S"
  refuses 2 "--from: \"soon\" is no row (5000), share of the stream (30%, 0.3) or time (2026-01-31T09:30:00Z)" --column a --op missing --from soon "$S"
  run inject --scenario nowhere.yaml "$S"
  [ "$status" -eq 4 ]
}

@test "inject: a reader that stops early ends it quietly" {
  for i in 1 2 3 4 5 6 7 8; do cat "$F/in.ndjson"; done >big
  set +o pipefail
  inject --column amount --op shift --by 1 --truth truth big 2>err | head -n 1 >/dev/null
  [ "${PIPESTATUS[0]}" -eq 0 ]
  [ ! -s err ]
  [ ! -e truth ]
  inject --column late --op missing big 2>err | head -n 1 >/dev/null # a column that might still have come
  [ "${PIPESTATUS[0]}" -eq 0 ]
  [ ! -s err ]
}

@test "inject: without an injection it converts, in every form, and says what does not fit" {
  printf '{"a":1.50,"c":"007","v":[1,2],"n":{"x":true}}\n{"a":2,"c":"8"}\n' >r.ndjson
  [ "$(inject r.ndjson)" = "$(cat r.ndjson)" ]
  [ "$(inject --format csv r.ndjson)" = "$(printf 'a,c,v,n.x\n1.50,007,"[1,2]",true\n2,8,,')" ]
  [ "$(inject --format csv r.ndjson | inject)" = "$(printf '{"a":1.50,"c":"007","v":[1,2],"n.x":true}\n{"a":2,"c":8,"v":null,"n.x":null}')" ]
  inject --format parquet --output r.parquet r.ndjson
  [ "$(inject r.parquet)" = "$(printf '{"a":1.5,"c":"007","v":[1,2],"n.x":true}\n{"a":2,"c":"8","v":null,"n.x":null}')" ]
  [ "$(inject --column a --op scale --factor 2 --format csv r.ndjson)" = "$(printf 'a,c,v,n.x\n3,007,"[1,2]",true\n4,8,,')" ]
  [ -z "$(inject </dev/null)" ]
  { yes '{"a":1}' | head -n 131072; echo '{"a":"x"}'; } >late.ndjson
  run -3 --separate-stderr inject --format parquet --output late.parquet late.ndjson
  [[ $stderr == 'dw-inject: Parquet: record 131073: "x" in column "a", which has been whole numbers'* ]]
  [ ! -e late.parquet ]
  inject --format parquet --text a --output late.parquet late.ndjson
  [ "$(inject late.parquet | tail -n 1)" = '{"a":"x"}' ]
  run -2 --separate-stderr inject --output other.parquet r.ndjson
  [[ $stderr == 'dw-inject: --output other.parquet: what is written there is no Parquet without --format parquet'* ]]
  [ ! -e other.parquet ]
  run -3 --separate-stderr inject --input-format parquet r.ndjson
  [ "$stderr" = 'dw-inject: r.ndjson: is no Parquet file: it does not begin with PAR1' ]
}

# tableToIPC(tableFromArrays({a: Int32Array.from([1, 2, 3])}), 'file') of apache-arrow for JavaScript 21.2.0: its schema stands in the footer alone.
@test "inject: a file of Arrow whose stream has no schema is read by its footer, by a pipe and compressed too" {
  base64 -d >js.arrow <<'END'
QVJST1cxAAD/////iAAAABQAAAAAAAAADAAWABQADwAQAAQADAAAABAAAAAAAAAAAAAAAxAAAAAEAAoAGAAMAAgABAAKAAAAFAAAADgAAAADAAAAAAAAAAAAAAACAAAAAA
AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAEAAAAAAAAAAAAAAAAQAAAAMAAAAAAAAAAAAAAAAAAAABAAAAAgAAAAMAAAAAAAAA/////wAAAAAQAAAADAAUAA4AEAAEAAgADAAA
ABAAAAAUAAAAAAAEADQAAAAAAAAAAAAAAAEAAAAIAAAAAAAAAJAAAAAAAAAAEAAAAAAAAAAAAAAACAAIAAAABAAIAAAABAAAAAEAAAAUAAAAEAAUAAQAAAAPABAAAAAIAB
AAAAAQAAAAFAAAAAAAAAIYAAAAAQAAAGEAAAAAAAAACAAMAAgABwAIAAAAAAAAASAAAACoAAAAQVJST1cx
END
  for way in 'cat js.arrow' 'gzip -c js.arrow'; do
    [ "$($way | inject)" = "$(printf '{"a":1}\n{"a":2}\n{"a":3}')" ]
  done
  [ "$(inject js.arrow | wc -l)" -eq 3 ]
  head -c 300 js.arrow >cut.arrow
  run -3 --separate-stderr inject cut.arrow
  [[ $stderr == *'cut.arrow: the Arrow message at byte 16: it is no schema'*'does not end with a footer that has one' ]]
}
