# Completions for bash and zsh, made from the tables of options.

bats_require_minimum_version 1.5.0

setup() { cd "$BATS_TEST_TMPDIR" || return; }

# WORD...: what bash offers for the last one; the words are cut at = as bash cuts them
offers()
{
  bash -c '. ./dw.bash; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _driftwatch; echo "${COMPREPLY[*]}"' - "$@"
}

@test "completions: bash offers options, words, verbs, items of lists and files" {
  "$DW_TOP/scripts/completions" bash "$DW_BIN" >dw.bash
  touch data.ndjson
  [ "$(offers dw-compare --joi)" = --joint-rows ]
  [ "$(offers dw compare --joi)" = --joint-rows ]
  [ "$(offers dw comp)" = compare ]
  [ "$(offers dw help ca)" = 'calibrate canary' ]
  [ "$(offers dw-compare --correction b)" = 'bonferroni bh' ]
  [ "$(offers dw-compare --correction = '')" = 'none bonferroni holm bh' ] || [ "$(offers dw-compare --correction =)" = 'none bonferroni holm bh' ]
  [ "$(offers dw-report --format = m)" = markdown ]
  [ "$(offers dw-compare --method psi,wass)" = psi,wasserstein ]
  [[ " $(offers dw-compare --method '') " == *' ks '*' all '* ]]
  [[ " $(offers dw-compare --multivariate '') " == *' pca '* ]]
  [[ " $(offers dw-compare --checks '') " == *' schema '* ]]
  [[ " $(offers dw-compare --preset '') " == *' nannyml '* ]]
  [[ " $(offers dw-eval --metrics '') " == *' auc '* ]]
  [[ " $(offers dw-inject --op '') " == *' shift '* ]]
  [[ " $(offers dw-calibrate canaries --method '') " == *' mmd_hamming '* ]]
  [[ " $(offers dw-calibrate '') " == *'scores thresholds adaptive canaries detector'* ]]
  [ "$(offers dw-calibrate thresholds --alarms)" = --alarms-per-month ]
  [ "$(offers dw-calibrate detector --alarms)" = '' ]
  [ "$(offers dw-store g)" = get ]
  [ "$(offers dw-model --stage pro)" = production ]
  [ "$(offers dw-compare --ref da)" = data.ndjson ]
  [ "$(offers dw-compare da)" = data.ndjson ]
  [ "$(offers dw-compare --alpha '')" = '' ]
}

@test "completions: every option of every command is offered" {
  "$DW_TOP/scripts/completions" bash "$DW_BIN" >dw.bash
  for command in "$DW_BIN"/dw-*; do "$command" --help=table; done | awk -F '\t' '$1 == "option" { print $2 }' | sort -u >wanted
  [ "$(wc -l <wanted)" -gt 200 ]
  sed -n "s/^[^=]*printf '%s\\\\n' '//; s/^\([a-z-]*\)=.*/\1/p" dw.bash | sort -u >offered
  comm -23 wanted offered | grep . && return 1
  true
}

@test "completions: zsh takes the file, and completes with it" {
  command -v zsh >/dev/null || skip 'no zsh here'
  mkdir site
  "$DW_TOP/scripts/completions" zsh "$DW_BIN" >site/_dw
  zsh -n site/_dw
  head -n 1 site/_dw | grep -q '^#compdef dw dw-calibrate .*dw-train'
  zsh -fc 'fpath=($PWD/site $fpath); autoload -Uz compinit; compinit -u -d dump; (( $+_comps[dw-compare] )) && [[ $_comps[dw] == _dw ]]'
}
