bats_require_minimum_version 1.5.0

# The distances that --method names, and --bins.

setup() {
  PATH="${DW_BIN:-$BATS_TEST_DIRNAME/../bin}:$PATH"
  cd "$BATS_TEST_TMPDIR" || exit 1
}

# numbers NAME UNIT SHIFT: 2,000 equal steps of a unit, moved by a shift in units.
numbers() { awk -v u="$2" -v s="$3" 'BEGIN { print "x"; for (i = 0; i < 2000; i++) printf "%.17g\n", ((i + 0.5) / 2000 + s) * u }' >"$1"; }

# member NAME METHOD: of the finding by that method in $output.
member()
{
  local line
  for line in "${lines[@]}"; do
    [[ $line == '{"kind":"finding",'*"\"method\":\"$2\","* ]] || continue
    if [[ $line =~ \"$1\":(\"([^\"]*)\"|[^],}]*) ]]; then echo "${BASH_REMATCH[2]:-${BASH_REMATCH[1]}}"; else echo null; fi
  done
}

close() { awk -v a="$1" -v b="$2" -v e="$3" 'BEGIN { d = a - b; exit !(a != "null" && (d < 0 ? -d : d) <= e * (b < 0 ? -b : b)) }'; }

# 0.2887, the root of 1 / 12, is the standard deviation of such numbers.
@test "wasserstein counts in standard deviations, whatever the unit" {
  for unit in 1 1e-5 1e-300 1e308; do
    numbers ref $unit 0
    numbers cur $unit 0.1
    run -1 --separate-stderr dw-compare --ref ref --method wasserstein --checks column_drift cur
    close "$(member statistic wasserstein)" 0.34641016 1e-6
    [ "$(member warning wasserstein)" = null ]
  done
  numbers ref 1e-5 0
  numbers cur 1e-5 0.1
  run -0 --separate-stderr dw-compare --ref ref --method wasserstein --preset evidently cur
  close "$(member statistic wasserstein)" 0.001 1e-6
}

# Five cells of 1.79e308 on both sides: the deviation is theirs, the distance that of the others.
@test "cells at the end of what a number can be do not overflow, and are told of" {
  numbers ref 1 0
  numbers cur 1 -5
  yes 1.79e308 | head -n 5 | tee -a ref >>cur
  run -1 --separate-stderr dw-compare --ref ref --method wasserstein,ed,psi,jensenshannon --checks column_drift cur
  deviation=$(awk 'BEGIN { p = 5 / 2005; printf "%.17g", 1.79e308 * sqrt(p * (1 - p)) }')
  close "$(member statistic wasserstein)" "$(awk -v s="$deviation" 'BEGIN { printf "%.17g", 5 * 2000 / 2005 / s }')" 1e-6
  [ "$(member drift wasserstein)" = false ]
  [[ "$(member warning wasserstein)" == "outliers make most of the reference's standard deviation"*share_shift* ]]
  # |F - G| rises to 2000 / 2005 over one unit, stays for four, and falls over one
  close "$(member statistic ed)" "$(awk 'BEGIN { printf "%.17g", 2000 / 2005 * sqrt(2 * (4 + 2 / 3)) }')" 1e-6
  [ "$(member drift psi)$(member drift jensenshannon)" = truetrue ]
  grep '"method":"wasserstein"' <<<"$output" | grep -q '"contributions":\[{'
}

@test "a constant reference has the exact answer or an error that names the way out" {
  yes 7 | head -n 50 | sed '1i x' >ref
  seq 50 | sed '1i x' >cur
  run -5 --separate-stderr dw-compare --ref ref --types x=numeric --method wasserstein --checks column_drift cur
  [ "$(member error wasserstein)" = "the reference is one value and has no standard deviation to count in; ks, psi or the default, share_shift, need none" ]
  run -0 --separate-stderr dw-compare --ref ref --types x=numeric --method wasserstein --checks column_drift ref
  [ "$(member statistic wasserstein)" = 0 ]
  run -1 --separate-stderr dw-compare --ref ref --types x=numeric --method psi --checks column_drift cur
  [ "$(member drift psi)" = true ]
}

# 0 to 99 against 5 to 104.
@test "bins of the reference's quantiles, of edges, and Evidently's" {
  seq 0 99 | sed '1i x' >ref
  seq 5 104 | sed '1i x' >cur
  psi() { run --separate-stderr dw-compare --exit-zero --ref ref --method psi --checks column_drift "$@" cur && [ "$status" -eq 0 ] && member statistic psi; }
  close "$(psi)" "$(awk 'BEGIN { printf "%.17g", 0.05 * log(2) + 0.05 * log(1.5) }')" 1e-12
  close "$(psi --bins 2)" "$(awk 'BEGIN { printf "%.17g", 0.05 * log(0.55 / 0.45) }')" 1e-12
  close "$(psi --bins 49,98.5)" "$(awk 'BEGIN { printf "%.17g", 0.05 * log(0.5 / 0.45) + 0.05 * log(6) }')" 1e-12
  [ "$(psi --bins evidently)" = "$(psi --preset evidently)" ]
  [ "$(psi --bins 10)" = "$(psi)" ]
  run -2 --separate-stderr dw-compare --ref ref --bins 1 cur
  [ "$stderr" = 'dw-compare: --bins: "1" is neither a number of bins from 2 to 1000, nor edges such as 10,20,50, nor evidently' ]
  run -2 --separate-stderr dw-compare --ref ref --bins 3,2 cur
  [ "$stderr" = 'dw-compare: --bins: "2" is not above the edge before it; edges ascend' ]
  run -2 --separate-stderr dw-compare --ref ref --bins 5 --preset evidently cur
  [ "${stderr%%$'\n'*}" = 'dw-compare: --bins does not go with --preset evidently, which has its own' ]
  run -2 --separate-stderr dw-compare --ref ref --bins 5 --preset nannyml cur
  [ "${stderr%%$'\n'*}" = 'dw-compare: --bins does not go with --preset nannyml' ]
}

@test "thresholds are made of the bins that the comparison will have" {
  awk 'BEGIN { srand(3); print "x"; for (i = 0; i < 200; i++) print rand() }' >ref
  limit() { dw-calibrate thresholds --ref ref --runs 200 --method psi "$@" | sed -n 's/.*"method":"psi","threshold":\([^,]*\),.*/\1/p'; }
  two=$(limit --bins 2) ten=$(limit) forty=$(limit --bins 40)
  awk -v a="$two" -v b="$ten" -v c="$forty" 'BEGIN { exit !(a > 0 && a < b && b < c) }'
  run -2 --separate-stderr dw-calibrate thresholds --ref ref --bins x
  [[ "$stderr" == 'dw-calibrate: --bins: "x" is neither'* ]]
}

# Past --memory the quantiles come from the sketch.
@test "bins of sketched numbers" {
  awk 'BEGIN { srand(5); print "x"; for (i = 0; i < 60000; i++) print rand() }' >ref
  awk 'BEGIN { srand(6); print "x"; for (i = 0; i < 60000; i++) print rand() * 1.5 }' >cur
  run --separate-stderr dw-compare --exit-zero --ref ref --method psi --checks column_drift cur
  whole=$(member statistic psi)
  run --separate-stderr dw-compare --exit-zero --ref ref --method psi --checks column_drift --memory 256KiB cur
  [ "$(member approximate psi)" = true ]
  close "$(member statistic psi)" "$whole" 0.03
  # nine tenths of two thirds each, the last with the third beyond
  close "$whole" "$(awk 'BEGIN { q = 0.1 / 1.5; printf "%.17g", 9 * (0.1 - q) * log(0.1 / q) + (0.4 - 0.1) * log(4) }')" 0.03
}

# A third of the 600 categories are on one side alone; beside that, one that is new and makes a tenth of the rows.
@test "rare categories do not make psi large, a new one of a tenth does" {
  awk 'BEGIN { srand(7); print "c"; for (i = 0; i < 100000; i++) print "c" int(1 / (rand() + 0.0007)) }' >ref
  awk 'BEGIN { srand(8); print "c"; for (i = 0; i < 100000; i++) print "c" int(1 / (rand() + 0.0007)) }' >cur
  awk 'BEGIN { srand(9); print "c"; for (i = 0; i < 100000; i++) print rand() < 0.1 ? "new" : "c" int(1 / (rand() + 0.0007)) }' >new
  run -0 --separate-stderr dw-compare --ref ref --method psi,kl_div --checks column_drift cur
  awk -v psi="$(member statistic psi)" -v kl="$(member statistic kl_div)" -v k="$(cat ref cur | sort -u | wc -l)" \
    'BEGIN { chance = (k - 2) * 2 / 100000; exit !(k > 400 && psi < 1.1 * chance && kl < 0.6 * chance && psi > chance / 3) }'
  [ "$(member warning psi)" = null ]
  run -1 --separate-stderr dw-compare --ref ref --method psi --checks column_drift new
  awk -v psi="$(member statistic psi)" 'BEGIN { exit !(psi > 0.5) }'
}
