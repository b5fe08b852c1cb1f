# Files that people have and give by mistake, one a line of wrong_inputs.tsv: one message, which says what it is and what would be right.

bats_require_minimum_version 1.5.0

setup_file()
{
  export F=$BATS_FILE_TMPDIR
  PATH=${DW_BIN:-$BATS_TEST_DIRNAME/../bin}:$PATH
  cd "$F" || return 1
  mkdir folder
  : >empty.csv
  awk 'BEGIN { print "day,amount,kind"; for (i = 0; i < 90; i++) printf "2026-01-%02d,%d,%s\n", 1 + int(i / 10), i * 37 % 101, i % 3 ? "a" : "b" }' >good.csv
  sed '1s/amount/Amount/' good.csv >capital.csv
  head -n 1 good.csv >header.csv
  dw-train --label kind --columns amount --rounds 1 --output model.json good.csv 2>/dev/null
  zip() # NAME: an archive as it begins
  {
    printf 'PK\003\004\024' && head -c 21 /dev/zero
    printf '%b\0\0\0%s' "\\0$(printf %o "${#1}")" "$1"
  }
  zip '[Content_Types].xml' >sales.xlsx
  zip mimetype >sales.ods
  zip a.csv >one.zip
  printf '\320\317\021\340\241\261\032\341\0\0' >sales.xls
  printf 'BZh91AY&SY\001\002' | tee sales.csv.bz2 >good.csv.bz2
  printf '\3757zXZ\0\0\004' >sales.csv.xz
  printf '\200\004\225\020\0' | tee sales.pkl | gzip >sales.pkl.gz
  printf '\223NUMPY\001\0' >sales.npy
  printf '\211HDF\r\n\032\n\0' >sales.h5
  printf 'SQLite format 3\0\020\0' >sales.db
  printf 'ORC\n\020\0' >sales.orc
  printf 'r\001\001\0' >sales.dta
  printf '\n<!DOCTYPE html>\n<html><head><title>Sign in</title>\n' >login.csv
  printf '\377\376\0\0a\0\0\0' >utf32.csv
  printf 'a\0,\0b\0\n\0' >utf16.csv
  printf 'a,b\n1,x\351y\n' >cp1252.csv
  printf 'PAR1\025\004\025\020\025\024\0\0\0\0' >cut.parquet
  printf 'PARE\025\004\025\020\025\024\0\0PARE' >secret.parquet
  cut -d, -f2 good.csv | dw-inject --format parquet | LC_ALL=C sed 's/amount\x15\x0c/amount\x15\x06/' >lzo.parquet # the number of the compression
  printf '{"a":{"0":1,"1":2},"b":{"0":"x","1":"y"}}' >columns.json
  printf '{"0":{"a":1},"1":{"a":2}}' >index.json
  printf '{"ann":{"a":1,"b":2},"bob":{"a":3,"b":4},"eve":{"a":5,"b":6}}' >labels.json
  printf '{"a":[1,2],"b":["x","y"]}' >lists.json
  printf '{"columns":["a"],"index":[0],"data":[[1]]}' >split.json
  printf '[[1,2],[3,4]]' >values.json
  printf '[{"a":1},{"a":2}]' >array.json
  printf '{\n  "a": 1\n}\n{\n  "a": 2\n}\n' >pretty.json
  printf '{"a":1}\n{"a":NaN}\n' >nan.json
  printf '{"a":None}\n' >none.json
  printf "{'a':1}\n" >dict.json
  printf '{"a":\n{"a":1}\n{"a":2}\n' >middle.json
  printf '{"a":1}\n{"a":' >cut.json
  printf '{"a":1}\n{"a":2}\n' >records.json
}

setup()
{
  PATH=$DW_BIN:$PATH
  cd "$F" || return 1
}

@test "what is given by mistake is named in one message, with what would be right, and nothing is written" {
  rows=0 wrong=0
  while IFS=$'\t' read -r file status line message; do
    case $file in '' | '#'*) continue ;; esac
    rows=$((rows + 1)) got=0
    [ -e "$file" ] || { echo "there is no $file"; wrong=1; }
    bash -c "$line" >out 2>err || got=$?
    if [ "$got" -ne "$status" ] || [ -s out ] || [ "$(grep -v "^Try '" err)" != "${line%% *}: $message" ]; then
      wrong=1
      echo "$line: status $got, expected $status"
      head -c 500 out err
    fi
  done <"$BATS_TEST_DIRNAME/wrong_inputs.tsv"
  [ "$rows" -ge 20 ]
  [ "$wrong" -eq 0 ]
}

@test "a column that is called otherwise is the same one with --rename, whichever side it is on" {
  findings() { dw-compare --exclude day "$@" | sed 's/"digest":"[0-9a-f]*"//; s/,"made_by":.*//'; } # the digest is of a profile's file
  findings --ref good.csv good.csv >want
  dw-inject --format ndjson capital.csv >capital.ndjson
  dw-profile capital.csv >capital.profile
  for ref in good.csv capital.csv capital.ndjson; do
    for current in good.csv capital.csv capital.ndjson; do
      [ "$ref$current" = good.csvgood.csv ] || findings --rename Amount=amount --ref $ref $current | cmp - want
    done
  done
  findings --ref good.csv good.csv --columns amount --method amount=ks >want
  findings --ref capital.csv --rename Amount=amount capital.ndjson --columns amount --method amount=ks | cmp - want
  dw-profile good.csv >good.profile
  findings --ref good.profile good.csv >want
  findings --ref capital.profile --rename Amount=amount capital.csv | cmp - want
  # the names of two may change places; a mark for a missing value goes with the new name
  printf 'a,b\n1,-\n2,y\n' >swap.csv
  dw-profile --rename a=b,b=a --missing a=- swap.csv | grep -q '"name":"a","type":"categorical","count":1,"missing":1,'
  # what passes through keeps its names
  run -0 --separate-stderr dw-score --model model.json --rename Amount=amount capital.csv
  [[ "${lines[0]}" == day,Amount,kind,score* ]]
  [ -z "$stderr" ]
  run -3 --separate-stderr dw-score --model model.json --rename Amount=amount,X=y capital.csv
  [ "$stderr" = 'dw-score: --rename: there is no column "X"; there are amount, day, kind' ]
  # the report of two names says it, filled in
  run -0 --separate-stderr bash -c 'dw-compare --exit-zero --ref good.csv capital.csv | dw-report --format markdown'
  [[ "$output" == *'--rename Amount=amount makes them one'* ]]
}
