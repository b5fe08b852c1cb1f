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

@test "completions: zsh offers the same, on a terminal" {
  command -v zsh >/dev/null || skip 'no zsh here'
  zsh -fc 'zmodload zsh/zpty && autoload -Uz compinit && whence -w compinit && (( $+functions[compinit] ))' >said 2>&1 || skip "this zsh has no zpty or no completion: $(<said)"
  mkdir site there
  "$DW_TOP/scripts/completions" zsh "$DW_BIN" >site/_dw
  zsh -n site/_dw
  head -n 1 site/_dw | grep -q '^#compdef dw dw-calibrate .*dw-train'
  touch there/data.ndjson
  # What is offered goes to `got`, and behind it what stands on the line then; the key is control-T.
  cat >inner.zsh <<'ZSH'
fpath=($PWD/site $fpath)
autoload -Uz compinit && compinit -u -d dump
setopt no_beep
compadd() {
  local -a offered
  if [[ " $* " != *' -'[OAD]' '* ]]; then
    builtin compadd -O offered "$@"
    (( $#offered )) && print -r -- "$offered" >>../got
  fi
  builtin compadd "$@"
}
offers() {
  zle complete-word
  print -r -- "-> $BUFFER" >>../got
  BUFFER=
}
zle -N offers
bindkey '^T' offers
cd there
print ready >../ready
ZSH
  cat >outer.zsh <<'ZSH'
zmodload zsh/zpty && zpty -b shell 'zsh -f -i' && zpty -w shell 'source ./inner.zsh' || exit 4
until_there() { repeat 600; do eval "$1" && return; zpty -r -t shell said; sleep 0.05; done >/dev/null; exit 5 }
until_there '[[ -s ready ]]'
while IFS= read -r line; do
  (( lines++ ))
  zpty -w -n shell "${line% :*}"$'\x14'
  until_there '[[ -e got && $(grep -c "^-> " got) -ge $lines ]]'
done <lines
zpty -d shell
ZSH
  # LINE : what is offered : what then stands there
  cat >lines <<'END'
dw-compare --joi :--joint-rows:dw-compare --joint-rows=
dw compare --joi :--joint-rows:dw compare --joint-rows=
dw comp :compare:dw compare
dw help ca :calibrate canary:dw help ca
dw-compare --correction=b :bonferroni bh:dw-compare --correction=b
dw-compare --correction  :none bonferroni holm bh:dw-compare --correction
dw-compare --method=psi,wass :wasserstein:dw-compare --method=psi,wasserstein,
dw-store g :get:dw-store get
dw-model --stage=pro :production:dw-model --stage=production
dw-compare --ref=da :data.ndjson:dw-compare --ref=data.ndjson
dw-compare da :data.ndjson:dw-compare data.ndjson
dw-calibrate t :thresholds:dw-calibrate thresholds
dw-calibrate thresholds --alarms :--alarms-per-month:dw-calibrate thresholds --alarms-per-month=
dw-calibrate detector --alarms ::dw-calibrate detector --alarms
dw-compare --alpha= ::dw-compare --alpha=
END
  HOME=$PWD ZDOTDIR=$PWD TERM=xterm zsh -f outer.zsh || { echo "status $?"; cat got; return 1; }
  sed 's/ *$//' got >told
  awk -F ' ?:' '{ if ($2 != "") print $2; print "-> " $3 }' lines | sed 's/ *$//' | diff - told
}
