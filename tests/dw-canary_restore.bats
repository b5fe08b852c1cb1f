# dw-canary restore: configs put back, all or none, or each for itself. The backup itself, killed at every write: tests/unit/test_config_backup.c.

bats_require_minimum_version 1.5.0

setup()
{
  cd "$BATS_TEST_TMPDIR" || return 1
  PATH=$DW_BIN:$PATH
  export DW_NOW=2026-01-05T00:00:00Z ASAN_OPTIONS=detect_leaks=0
  unset OPENAI_API_KEY OPENROUTER_API_KEY OPENAI_BASE_URL CHAT_MODEL
  mkdir c
  for n in 1 2 3; do printf '{"id": "canary_%s", "backend": "exec", "command": ["cat"]}\n' "$n" >c/$n.json; done
}

# STATUS SAYS -- ARGS
refuses()
{
  want=$1 says=$2
  shift 3
  find c -type f -exec sha256sum {} + | sort >before
  run --separate-stderr dw-canary restore "$@"
  [ "$status" -eq "$want" ] || { echo "exit $status, want $want: $stderr"; return 1; }
  [[ $stderr == *"$says"* ]] || { echo "it says: $stderr"; return 1; }
  find c -type f -exec sha256sum {} + | sort | diff before - # nothing was touched
}

# NUMBER: what was injected into c/NUMBER.json, by hand
injected()
{
  mkdir -p "${2:-c/backups}"
  cp "c/$1.json" "${2:-c/backups}"
  sed -i 's/}$/, "temperature": 2}/' "c/$1.json"
  printf '{"kind":"config_backup","config":"%s","untouched":"%s","time":"2026-01-01T00:00:00Z","injected":[{"sha256":"%s","what":{"temperature":{"from":1,"to":2}}}],"restored":null}\n' \
    "$PWD/c/$1.json" "$(sha256sum <"${2:-c/backups}/$1.json" | cut -d ' ' -f 1)" "$(sha256sum <"c/$1.json" | cut -d ' ' -f 1)" >"${2:-c/backups}/$1.json.backup"
}

@test "restore: those that have a backup, said one by one, and again without harm" {
  cp -r c whole
  refuses 5 'none of the 3 canaries has a backup: nothing to restore' -- --configs 'c/*.json'
  injected 1
  injected 3
  cp c/3.json hot.json
  run -0 --separate-stderr dw-canary restore --configs 'c/*.json'
  [ "$stderr" = "" ]
  sed 's/"sha256[a-z_]*":"[0-9a-f]\{64\}",//g; s/,"made_by".*/}/' <<<"$output" | diff - <(cat <<'END'
{"kind":"restored","canary":"canary_1","time":"2026-01-05T00:00:00Z","config":"c/1.json","state":"restored","forced":false,"injected":[{"temperature":{"from":1,"to":2}}]}
{"kind":"restored","canary":"canary_3","time":"2026-01-05T00:00:00Z","config":"c/3.json","state":"restored","forced":false,"injected":[{"temperature":{"from":1,"to":2}}]}
END
)
  [[ $output == *"\"sha256_before\":\"$(sha256sum <hot.json | cut -d ' ' -f 1)\",\"sha256\":\"$(sha256sum <whole/3.json | cut -d ' ' -f 1)\""* ]]
  for n in 1 2 3; do cmp "c/$n.json" "whole/$n.json"; done
  run -0 --separate-stderr dw-canary restore --configs 'c/*.json' --canaries canary_3
  [[ $output == *'"canary":"canary_3"'*'"state":"untouched","forced":false'* && $output != *canary_1* ]]
}

@test "restore: all or none" {
  injected 1
  injected 3
  sed -i 's/"temperature": 2/"temperature": 3/' c/3.json
  refuses 3 'c/3.json: neither the untouched config nor one that was injected' -- --configs 'c/*.json'
  refuses 5 'c/2.json: no backup of it (c/backups/2.json.backup): nothing to restore' -- --configs 'c/*.json' --canaries canary_1,canary_2
  refuses 2 'no canary "canary_9" among the 3 of --configs' -- --configs 'c/*.json' --canaries canary_1,canary_9
  printf 'x' >>c/backups/1.json
  refuses 3 'c/backups/1.json: the backup is damaged: its SHA-256 must be ' -- --configs 'c/*.json' --force
  printf '{' >c/backups/1.json.backup
  refuses 3 'c/backups/1.json.backup:1:' -- --configs 'c/*.json'
  refuses 2 'which canaries? --configs' --
  refuses 2 'unexpected operand "canary_1"' -- --configs 'c/*.json' canary_1
  refuses 2 '--configs: no file matches' -- --configs 'd/*.json'
  rm c/backups/1.json*
  run -0 --separate-stderr dw-canary restore --configs 'c/*.json' --force
  [[ $output == *'"canary":"canary_3"'*'"state":"restored","forced":true'* ]]
}

@test "restore: a config that is broken is found by its backup, and one that would not do is not put back" {
  injected 2
  printf 'id: [' >c/2.json
  refuses 3 'c/2.json: neither' -- --configs 'c/2.json' --canaries canary_2
  run -0 --separate-stderr dw-canary restore --configs 'c/2.json' --canaries canary_2 --force
  printf '{"id": "canary_2", "backend": "builtin", "model": "gone.json"}\n' >c/2.json
  injected 2
  refuses 4 'gone.json' -- --configs 'c/2.json'
}

@test "restore: what was changed after it was restored is left alone" {
  injected 1
  run -0 --separate-stderr dw-canary restore --configs 'c/*.json' --output said
  sed -i 's/}$/, "seed": 9}/' c/1.json
  cp c/1.json mine
  run -0 --separate-stderr dw-canary restore --configs 'c/*.json'
  [[ $output == *'"state":"changed"'* ]] && cmp mine c/1.json
  refuses 3 'c/1.json: somebody changed it after it was restored' -- --configs 'c/*.json' --canaries canary_1
}

@test "restore: backups in a folder of one's own, which must not be another config's" {
  injected 1 kept
  run -0 --separate-stderr dw-canary restore --configs 'c/*.json' --backups kept
  [[ $output == *'"state":"restored"'* ]]
  mkdir d
  cp c/1.json d
  run -2 --separate-stderr dw-canary restore --configs d/1.json --backups kept
  [[ $stderr == *'kept/1.json.backup: the backup of another config, '*'/c/1.json: give d/1.json a folder of its own (--backups)' ]]
}

@test "restore: of commands at once on one config, none undoes what another did" {
  printf '{"id": "one", "backend": "exec", "command": ["cat"]}\n' >c/1.json
  cp c/1.json whole
  dw-inject canary --configs c/1.json --temperature 1.1 --quiet >/dev/null 2>>said # first: the backup is of what nobody had changed
  for n in 2 3 4 5 6; do dw-inject canary --configs c/1.json --temperature 1.$n --quiet >/dev/null 2>>said & done
  for n in 1 2 3; do dw-canary quarantine --configs c/1.json --canaries one >/dev/null 2>>said & done
  wait
  [ ! -s said ]
  [[ $(<c/1.json) == *'"quarantined": true'* ]]
  [ "$(grep -o '"to":1\.[1-6]' c/backups/1.json.backup | sort -u | wc -l)" -eq 6 ]
  cmp c/backups/1.json whole
  run -0 --separate-stderr dw-canary restore --configs c/1.json
  run -0 --separate-stderr dw-canary release --configs c/1.json --canaries one
  cmp c/1.json whole
}

@test "restore: a config that is gone comes back with --force" {
  cp c/1.json whole
  injected 1
  rm c/1.json
  refuses 3 'c/1.json: is gone; --force puts the backup in its place' -- --configs 'c/1.json,c/2.json'
  refuses 4 'c/9.json: No such file' -- --configs 'c/9.json,c/2.json' # it has no backup either
  run -0 --separate-stderr dw-canary restore --configs 'c/1.json,c/2.json' --force
  [[ $output == *'"canary":"canary_1"'*'"state":"restored","forced":true,"sha256_before":null'* ]]
  cmp c/1.json whole
}

@test "restore --each: one without a backup, and one that is not there, do not hold up the others" {
  cp -r c whole
  injected 1
  injected 3
  run -5 --separate-stderr dw-canary restore --each --configs 'c/*.json' --canaries canary_1,canary_2,canary_3
  [ "$stderr" = 'dw-canary: c/2.json: no backup of it (c/backups/2.json.backup): nothing to restore' ]
  [ "$(grep -o '"canary":"[^"]*"' <<<"$output" | tr '\n' ' ')" = '"canary":"canary_1" "canary":"canary_3" ' ]
  for n in 1 2 3; do cmp "c/$n.json" "whole/$n.json"; done
  injected 1
  injected 3
  sed -i 's/"temperature": 2/"temperature": 3/' c/3.json
  run -2 --separate-stderr dw-canary restore --each --configs 'c/*.json' --canaries canary_9,canary_3,canary_1
  [[ $stderr == 'dw-canary: warning: c/3.json: neither '*'no canary "canary_9" among the 3 of --configs'* ]]
  cmp c/1.json whole/1.json
  refuses 2 'no canary "canary_9" among the 3' -- --each --configs 'c/*.json' --canaries canary_9
  refuses 5 'none of the 1 canaries has a backup' -- --each --configs c/2.json
}

@test "restore: what may not be written leaves the config as it was, and says no more than that" {
  [ "$(id -u)" != 0 ] || skip "root may write everything"
  injected 1
  chmod 444 c/backups/1.json.backup
  refuses 4 'c/backups/1.json.backup: Permission denied' -- --configs c/1.json
  [[ $stderr != *warning* ]]
  chmod 644 c/backups/1.json.backup
  chmod 444 c/1.json
  refuses 4 'c/1.json: Permission denied' -- --configs c/1.json
  [[ $stderr != *warning* ]]
  cp c/backups/1.json.backup notes
  run -4 dw-inject canary --configs c/1.json --temperature 1.1
  cmp notes c/backups/1.json.backup
}
