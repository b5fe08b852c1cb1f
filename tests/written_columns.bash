# For tests of what columns are taken for: columns as they are written in CSV and NDJSON, and findings without what differs by format.
# shellcheck shell=bash

setup() {
  bats_require_minimum_version 1.5.0
  PATH="${DW_BIN:-$BATS_TEST_DIRNAME/../bin}:$PATH"
  cd "$BATS_TEST_TMPDIR" || return 1
}

# numbers SEED MEAN: 2,000 amounts of standard deviation 10 and another column, as CSV; STRAY in line 702 unless empty.
numbers() {
  STRAY=${3-} awk -v seed="$1" -v mean="$2" 'BEGIN {
    stray = ENVIRON["STRAY"]; srand(seed); print "x,n"
    for (i = 0; i < 2000; i++) {
      s = 0; for (k = 0; k < 12; k++) s += rand()
      x = sprintf("%.2f", mean + 10 * (s - 6)); n = int(rand() * 1000)
      print (i == 700 && stray != "" ? stray : x) "," n
    }
  }'
}

# json: the CSV on standard input as NDJSON: numbers bare (the column QUOTED in quotes), other texts in quotes.
json() {
  awk -F, -v quoted="${1-}" 'NR == 1 { for (i = 1; i <= NF; i++) name[i] = $i; next }
    { line = ""
      for (i = 1; i <= NF; i++) {
        v = $i; gsub(/^"|"$/, "", v)
        bare = name[i] != quoted && (v ~ /^-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][0-9]+)?$/ || v == "true" || v == "false")
        gsub(/\\/, "&&", v)
        line = line (i > 1 ? "," : "") "\"" name[i] "\":" (bare ? v : "\"" v "\"")
      }
      print "{" line "}" }'
}

# plain: findings without the names of files, the summary without what made it.
plain() { jq -c 'del(.made_by) | del(.detail.strays)'; }

# rounded: the same with 9 digits of each number: sums are made in the order of arrival or of the values.
rounded() { jq -c 'del(.made_by) | del(.detail.strays) | walk(if type == "number" and . != 0 then (. as $x | (9 - ($x | fabs | log10 | floor)) as $digits | $x * pow(10; $digits) | round / pow(10; $digits)) else . end)'; }
