# make up and down without a Docker engine, and scripts/deploy: what the files name is there, and options are those of the commands.

bats_require_minimum_version 1.5.0

load ports

# Each test that starts something has a copy of its own, in a folder with a space in its name; what it started is ended by its pid.
setup()
{
  export PATH="$DW_BIN:$PATH" WITHOUT_DOCKER=1 PROMETHEUS_LISTEN=127.0.0.1:1
  unset DW_LISTEN DATABASE_URL LOG_LEVEL
  top="$BATS_TEST_TMPDIR/a clone"
  deploy=$DW_TOP/scripts/deploy
  cd "$BATS_TEST_TMPDIR" || return 1
}

teardown() { [ ! -d "$top/var/run" ] || "$top/scripts/service" down; }

copy()
{
  mkdir -p "$top/scripts" "$top/bin"
  cp "$DW_TOP/scripts/service" "$top/scripts/"
  ln -s "$DW_BIN"/dw-serve "$top/bin/"
  # Prometheus is held to in tests of its own: here it is not installed.
  mkdir "$top/path"
  for program in sh sed awk cut date dirname grep head mv nohup rm seq setsid sleep tail timeout wc cat mkdir; do
    ln -s "$(command -v $program)" "$top/path/"
  done
  DW_LISTEN=127.0.0.1:$(free_port)
  export DW_LISTEN
}

service() { run --separate-stderr timeout 100 env PATH="$top/path" "$top/scripts/service" "$@" 3>&-; }
ready() { dw-serve --probe /readyz; }
pid() { cut -d ' ' -f 1 "$top/var/run/dw-serve.pid"; }

@test "up starts the service and says where; again it is there; down ends it, and the records stay" {
  copy
  service up
  [ "$status" -eq 0 ] || { echo "$output $stderr"; return 1; }
  [[ "$output" == *"service     http://$DW_LISTEN (process $(pid), log in var/log/dw-serve.log)"* ]]
  [[ "$output" == *'records     var/driftwatch.db (SQLite)'* ]]
  [[ "$output" == *'Prometheus  is not installed here'* ]]
  ready
  first=$(pid)
  service up
  [ "$status" -eq 0 ]
  [[ "$output" == *"was running: process $first"* ]]
  [ "$(pid)" = "$first" ]
  # Another address does not start a second one.
  DW_LISTEN=127.0.0.1:1 service up
  [[ "$output" == *"http://$DW_LISTEN (was running: process $first"* ]]
  service down
  [ "$status" -eq 0 ]
  [ "$output" = 'dw-serve: ended' ]
  run -4 ready
  [ -s "$top/var/driftwatch.db" ]
  grep -q '"event":"stopped"' "$top/var/log/dw-serve.log"
  service down
  [ "$status" -eq 0 ]
  [ "$output" = 'nothing is running that make up started' ]
  service up
  [ "$status" -eq 0 ]
  ready
}

@test "a crash leaves nothing that stands in the way, and its number no other process in danger" {
  copy
  service up
  kill -KILL "$(pid)"
  while ready 2>/dev/null; do sleep 0.1; done
  service up
  [ "$status" -eq 0 ] || { echo "$output $stderr"; return 1; }
  [[ "$output" == *'the one before ended without being told to'* ]]
  ready
  service down
  # The number of some other process, with the time of one that is gone.
  sleep 300 3>&- &
  other=$!
  echo "$other 1" >"$top/var/run/dw-serve.pid"
  service down
  [ "$output" = 'dw-serve: not running any more' ]
  kill -0 "$other"
  kill "$other"
}

@test "an address that is taken is said, with the way out, and nothing is left behind" {
  copy
  dw-serve --db "sqlite:$BATS_TEST_TMPDIR/other.db" 2>/dev/null 3>&- &
  other=$!
  until ready 2>/dev/null; do kill -0 "$other"; sleep 0.1; done
  service up
  [ "$status" -eq 4 ]
  [ "$stderr" = "service: something else answers at $DW_LISTEN: another address: make up DW_LISTEN=127.0.0.1:3002" ]
  kill "$other"
  wait "$other"
  # One that does not speak HTTP: it hangs up. With DW_SUITE=full it is silent, and the probes wait as long as they do.
  command -v python3 >/dev/null || skip 'no python3'
  python3 -c 'import os, signal, socket
s = socket.socket()
s.bind(("127.0.0.1", 0))
s.listen()
print(s.getsockname()[1], flush=True)
while os.environ.get("DW_SUITE") != "full":
    s.accept()[0].close()
signal.pause()' </dev/null >port 3>&- &
  other=$!
  until [ -s port ]; do kill -0 "$other"; sleep 0.1; done
  DW_LISTEN=127.0.0.1:$(cat port) service up
  kill "$other"
  [ "$status" -eq 4 ]
  [[ "$stderr" == *'Address already in use: another address: make up DW_LISTEN=127.0.0.1:3002' ]]
  [ ! -e "$top/var/run/dw-serve.pid" ]
}

@test "settings of the environment are the service's; a mistake in them is told" {
  copy
  DATABASE_URL="sqlite:my own.db" service up
  [ "$status" -eq 0 ]
  [[ "$output" != *'records     var/driftwatch.db'* ]]
  [ -s "$top/my own.db" ]
  service down
  LOG_LEVEL=loud service up
  [ "$status" -eq 4 ]
  [ "$stderr" = 'service: dw-serve did not start: dw-serve: LOG_LEVEL: "loud" is none of debug, info, warn, error' ]
}

@test "logs: before there are any, and the service's own" {
  copy
  service logs
  [ "$status" -eq 4 ]
  [ "$stderr" = 'service: there is no log yet: make up' ]
  service up
  env PATH="$top/path" "$top/scripts/service" api-logs >followed 2>&1 3>&- &
  follower=$!
  until grep -q '"event":"listening"' followed; do kill -0 "$follower"; sleep 0.1; done
  # What comes later, too.
  service down
  until grep -q '"event":"stopped"' followed; do kill -0 "$follower"; sleep 0.1; done
  kill "$follower"
  service frobnicate
  [ "$status" -eq 2 ]
}

@test "Prometheus beside it, where it is installed, reads the metrics and the rules" {
  command -v prometheus >/dev/null || skip 'no prometheus'
  [ -e "$deploy/prometheus.yml" ] || skip 'no prometheus.yml'
  copy
  cp -r "$deploy" "$top/scripts/"
  for program in prometheus awk cp; do ln -sf "$(command -v $program)" "$top/path/"; done
  PROMETHEUS_LISTEN=127.0.0.1:$(free_port)
  export PROMETHEUS_LISTEN
  service up
  [ "$status" -eq 0 ] || { echo "$output $stderr"; return 1; }
  [[ "$output" == *"Prometheus  http://$PROMETHEUS_LISTEN (process "* ]] || { echo "$output"; return 1; }
  ask() # PATH: the body
  {
    exec 8<>"/dev/tcp/${PROMETHEUS_LISTEN/:/\/}"
    printf 'GET %s HTTP/1.0\r\nHost: localhost\r\n\r\n' "$1" >&8
    timeout 60 cat <&8
    exec 8>&-
  }
  until ask /api/v1/targets | grep -q '"health":"\(up\|down\)"'; do [ -e "$top/var/run/prometheus.pid" ]; sleep 0.5; done
  ask /api/v1/targets | grep -q "\"scrapeUrl\":\"http://$DW_LISTEN/metrics\".*\"health\":\"up\""
  ask /api/v1/rules | grep -q '"name":"driftwatch'
  service up
  [[ "$output" == *"Prometheus  http://$PROMETHEUS_LISTEN (was running: process "* ]]
  service down
  [ "$output" = $'prometheus: ended\ndw-serve: ended' ]
}

@test "the examples of settings and receivers are taken as they stand" {
  mkdir secrets
  echo https://hooks.example.org/services/x >secrets/slack_url
  echo key >secrets/pagerduty_key
  echo whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw >secrets/webhook_secret
  sed 's|/run/secrets|secrets|' "$deploy/receivers.example.yaml" >receivers.yaml
  # A setting that is a comment is one too.
  sed 's/^# \([a-z-]*: \)/\1/; s|/etc/driftwatch/||; s|^db: .*|db: sqlite:r.db|' "$deploy/dw-serve.example.yaml" >settings.yaml
  [ "$(grep -cE '^[a-z]' settings.yaml)" -eq 15 ]
  : >log # a server before this one left its port there
  dw-serve --config settings.yaml --listen 127.0.0.1:0 2>log 3>&- &
  server=$!
  until grep -q '"event":"listening"' log; do kill -0 "$server" || { cat log; return 1; }; sleep 0.1; done
  kill "$server"
  wait "$server"
}

# COMMAND: the words of its --help that begin with two dashes
options_of() { "$1" --help | grep -oE -- '--[a-z][a-z-]+' | sort -u; }

@test "every option in scripts/deploy is one of the command, and every setting" {
  for command in dw-serve dw-store; do
    options_of $command >$command.options
    # From the command's name to the end of its line or array.
    grep -ohE "$command\"?[],]? [^#]*" "$deploy"/*.service "$deploy/crontab.example" "$deploy/nginx.conf" "$deploy/Dockerfile" |
      sed 's/[;|&>`].*//' | grep -oE -- '--[a-z][a-z-]+' | sort -u >$command.used
    comm -13 $command.options $command.used >unknown
    [ ! -s unknown ] || { echo "$command has no $(cat unknown)"; return 1; }
    [ -s $command.used ]
  done
  grep -E 'args:|DW_[A-Z_]+' "$deploy/kubernetes.yaml" "$deploy/compose.yaml" "$deploy/Dockerfile" >lines
  grep -oE -- '--[a-z][a-z-]+' lines | sort -u >used
  grep -oE 'DW_[A-Z_]+[:=]' lines | grep -v DW_PORT | sed 's/^DW_/--/; s/[:=]$//' | tr 'A-Z_' 'a-z-' | sort -u >>used
  sort -u used | comm -13 dw-serve.options - >unknown
  [ ! -s unknown ] || { echo "dw-serve has no $(cat unknown)"; return 1; }
  [ "$(wc -l <used)" -ge 8 ]
}

@test "every file that scripts/deploy takes or makes is there" {
  sed -n 's/^COPY \([^-. ][^ ]*\) .*/\1/p' "$deploy/Dockerfile" >named
  grep -oE '(scripts/[a-z/-]+)' "$deploy/Dockerfile" >>named
  [ "$(wc -l <named)" -ge 3 ]
  while read -r file; do [ -e "$DW_TOP/$file" ] || { echo "no $file"; return 1; }; done <named
  # What the build takes in is in what .dockerignore lets through.
  for folder in Makefile bin/dw man scenarios scripts src; do grep -qx "!$folder" "$DW_TOP/.dockerignore"; done
  # The secrets: the same names in the script, the composition, and the mounts.
  FOLDER="$BATS_TEST_TMPDIR/secrets"
  sh "$deploy/make-secrets" "$FOLDER"
  sed -n 's|.*{file: ../../var/deploy/\([a-z_]*\)}.*|\1|p' "$deploy/compose.yaml" | sort >wanted
  [ "$(wc -l <wanted)" -eq 5 ]
  while read -r name; do [ -s "$FOLDER/$name" ] || { echo "no secret $name"; return 1; }; done <wanted
  [ "$(stat -c %a "$FOLDER")" = 700 ]
  before=$(cat "$FOLDER"/*)
  sh "$deploy/make-secrets" "$FOLDER"
  [ "$before" = "$(cat "$FOLDER"/*)" ]
}

@test "the tokens that make-secrets makes are those that the service takes" {
  sh "$deploy/make-secrets" secrets
  DW_LISTEN=127.0.0.1:$(free_port)
  export DW_LISTEN
  : >log # a server before this one left its port there
  dw-serve --token-file secrets/driftwatch_tokens --db sqlite:t.db 2>log 3>&- &
  server=$!
  until ready 2>/dev/null; do kill -0 "$server" || { cat log; return 1; }; sleep 0.1; done
  code() # PATH TOKEN: of the answer
  {
    exec 8<>"/dev/tcp/${DW_LISTEN/:/\/}"
    printf 'GET %s HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer %s\r\nConnection: close\r\n\r\n' "$1" "$2" >&8
    timeout 60 head -n 1 <&8 | cut -d ' ' -f 2
    exec 8>&-
  }
  [ "$(code /metrics "$(cat secrets/prometheus_token)")" = 200 ]
  [ "$(code /stats "$(cat secrets/ops_token)")" = 200 ]
  [ "$(code /metrics wrong)" = 401 ]
  [ "$(cat secrets/driftwatch_config)" != "${secrets:-}" ]
  grep -qxE 'db: postgresql://driftwatch:[0-9a-f]{64}@postgres/driftwatch' secrets/driftwatch_config
  kill "$server"
  wait "$server"
}

@test "the job of cron mails a report of drift, what failed, and nothing else" {
  grep -q 'dw-serve --once' "$deploy/crontab.example"
  mkdir state
  sed -n 's|^5 \* \* \* \*  driftwatch  cd /var/lib/driftwatch|cd state|p' "$deploy/crontab.example" >job
  [ -s job ]
  export DATABASE_URL=sqlite:r.db DW_NOW=2026-01-02T00:05:00Z DW_SCENARIOS=$DW_TOP/scenarios
  # Ten records: not judged.
  (cd state && dw-gen --rows 10 --start 2026-01-01T23:30:00Z | dw-store put --quiet --model fraud --id transaction_id >/dev/null)
  run --separate-stderr sh job
  [ -z "$output$stderr" ] || { echo "$output $stderr"; return 1; }
  rm state/*
  (cd state && dw-gen --rows 3000 --step 30s | dw-store put --quiet --model fraud --id transaction_id >/dev/null)
  run --separate-stderr sh job
  [ -z "$output$stderr" ] || { echo "$output $stderr"; return 1; }
  (cd state && DW_NOW=2026-01-02T01:05:00Z && export DW_NOW && dw-gen --rows 3000 --step 30s --seed 9 | dw-inject --column transaction_amount --op scale --factor 5 |
    sed 's/"transaction_id":"/&n/; s/"ts":"2026-01-01T23:/"ts":"2026-01-02T00:/' | grep '"ts":"2026-01-02T00:' | dw-store put --quiet --model fraud --id transaction_id >/dev/null)
  DW_NOW=2026-01-02T01:05:00Z run --separate-stderr sh job
  [[ "$output" == DRIFT* ]] || { echo "$output $stderr"; return 1; }
  [[ "$output" == *transaction_amount* ]]
  # Drift of a rate alone is said too.
  (cd state && dw-gen --scenario llm-baseline --rows 600 --start 2026-01-02T02:10:00Z --step 5s | sed 's/"is_toxic":false/"is_toxic":true/; s/"model_name":"[^"]*"/"model_name":"fraud"/' |
    DW_NOW=2026-01-02T03:05:00Z dw-store put --quiet >/dev/null)
  DW_NOW=2026-01-02T03:05:00Z run --separate-stderr sh job
  [[ "${lines[0]}" == '{"kind":"watch","check":"toxicity_rate",'* ]] || { echo "$output $stderr"; return 1; }
  DATABASE_URL=sqlite:/nowhere/r.db run --separate-stderr sh job
  [ -z "$output" ]
  [[ "$stderr" == 'dw-serve: '* ]]
}

@test "YAML parses, and what must hold in it does" {
  command -v python3 >/dev/null || skip 'no python3'
  python3 -c 'import yaml' 2>/dev/null || skip 'no yaml module of python3'
  python3 - "$deploy" <<'PY'
import sys, yaml
folder = sys.argv[1]
compose = yaml.safe_load(open(folder + "/compose.yaml"))
for name, service in compose["services"].items():
    assert service["read_only"] and service["cap_drop"] == ["ALL"] and "no-new-privileges:true" in service["security_opt"], name
    assert all(port.startswith("127.0.0.1:") for port in service.get("ports", [])), name
    assert name == "driftwatch" or ":" in service["image"] and not service["image"].endswith(":latest"), name
    assert set(service.get("secrets", [])) <= set(compose["secrets"]), name
    for volume in service.get("volumes", []):
        source = volume.split(":")[0]
        assert source.startswith("./") or source in compose["volumes"], volume
    assert not any("PASSWORD" in key and "FILE" not in key for key in service.get("environment", {})), name
kinds = {}
for document in yaml.safe_load_all(open(folder + "/kubernetes.yaml")):
    kinds.setdefault(document["kind"], []).append(document)
    pods = []
    if document["kind"] == "Deployment": pods = [document["spec"]["template"]["spec"]]
    if document["kind"] == "CronJob": pods = [document["spec"]["jobTemplate"]["spec"]["template"]["spec"]]
    for pod in pods:
        assert pod["securityContext"]["runAsNonRoot"] and pod["securityContext"]["seccompProfile"]["type"] == "RuntimeDefault"
        for container in pod["containers"]:
            context = container["securityContext"]
            assert context["readOnlyRootFilesystem"] and not context["allowPrivilegeEscalation"] and context["capabilities"]["drop"] == ["ALL"]
            assert {m["name"] for m in container["volumeMounts"]} == {v["name"] for v in pod["volumes"]}
service, = kinds["Service"]
template = kinds["Deployment"][0]["spec"]["template"]
container = template["spec"]["containers"][0]
assert service["spec"]["selector"].items() <= template["metadata"]["labels"].items()
assert container["livenessProbe"]["httpGet"]["path"] == "/livez" and container["readinessProbe"]["httpGet"]["path"] == "/readyz"
assert kinds["PersistentVolumeClaim"][0]["metadata"]["name"] in [v["persistentVolumeClaim"]["claimName"] for v in template["spec"]["volumes"] if "persistentVolumeClaim" in v]
PY
}

@test "units are as systemd wants them" {
  command -v systemd-analyze >/dev/null || skip 'no systemd-analyze'
  for unit in "$deploy"/driftwatch*.service "$deploy"/driftwatch*.timer; do
    name=$(basename "$unit")
    # Where the commands of this tree are, which is not where they are installed.
    sed "s|/usr/local/bin|$DW_BIN|" "$unit" >"${name/@./@fraud.}"
  done
  for unit in driftwatch*.service driftwatch*.timer; do
    run systemd-analyze verify --man=no "./$unit"
    [ "$status" -eq 0 ] && [ -z "$output" ] || { echo "$unit: $output"; return 1; }
  done
  run systemd-analyze security --offline=true --threshold=20 "./driftwatch.service" # of 100: 20 is 2.0
  [ "$status" -eq 0 ] || { tail -n 1 <<<"$output"; return 1; }
}

@test "the root of the container has every library that a command loads" {
  [ "$(id -u)" -eq 0 ] || skip 'this takes root: a folder of others, chroot'
  [ -r /etc/ssl/certs/ca-certificates.crt ] && [ -d /usr/share/zoneinfo ] || skip 'there are no certificates or time zones here (ca-certificates, tzdata)'
  command -v strip >/dev/null || skip 'there is no strip here (binutils)'
  mkdir -p image/usr/local/bin
  cp "$DW_BIN"/dw-{serve,heal,train,profile,store,compare} image/usr/local/bin
  sh "$deploy/image-root" image
  for library in $(cat image/usr/local/bin/dw-* | grep -aoE 'lib[a-z0-9_]+(-[0-9.]+)?\.so[.0-9]*' | sort -u); do
    find image -name "$library" | grep -q . || { echo "$library is not in the image"; return 1; }
  done
  printf 'x,y\n1,2\n3,"4"\n' >image/tmp/data.csv
  gzip -k image/tmp/data.csv
  zstd -q image/tmp/data.csv
  for file in csv csv.gz csv.zst; do chroot image /usr/local/bin/dw-profile "/tmp/data.$file" | grep -q '"kind":"profile"'; done
  run -4 --separate-stderr chroot image /usr/local/bin/dw-store stats --db postgresql://nobody@127.0.0.1:1/x
  [[ $stderr != *'cannot be loaded'* ]]
}
