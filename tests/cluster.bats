# scripts/cluster: shards on many machines. What a run is and its end, with workers that are lost, run twice, or lie; then the engines: GNU
# parallel over ssh to hosts (network namespaces with an sshd each, or logins on loopback), Slurm on one node, each started here and ended
# by its own process id, where they are installed; and Hadoop's and Spark's contracts played by the shell.

bats_require_minimum_version 1.5.0

load ports

setup_file()
{
  DW_BIN=$(cd "${DW_BIN:-bin}" && pwd) DW_TOP=${DW_TOP:-$PWD}
  export DW_BIN DW_TOP R=$BATS_FILE_TMPDIR PATH=$DW_TOP/scripts/cluster:$DW_BIN:$PATH
  cd "$R" || return 1
  # Columns of few values: of those a profile is exact, so that parts must say what the whole says.
  dw-gen --rows 3000 --step 90s | sed 's/"transaction_id":"[^"]*",//; s/"ts":"[^"]*",//; s/"\(transaction_amount\|account_tenure_days\|merchant_risk_score\|geo_distance_km\)":[0-9.e-]*,//g' >all.ndjson
  split -d -n l/5 all.ndjson shard.
  dw-profile --output whole.profile all.ndjson
  dw-profile --output ref.profile all.ndjson
  worker
}

setup() { cd "$BATS_TEST_TMPDIR" || return 1; }

# A dw-profile that is killed in the middle of each shard named in $R/doomed, once: half of the records are read, then SIGKILL; where
# $R/doomed/NAME holds "session", the ssh login that it runs in is killed first, as if the machine had gone; "requeue": Slurm takes the job
# away and queues it again.
worker()
{
  mkdir -p "$R/flaky" "$R/doomed"
  cat >"$R/flaky/dw-profile" <<WORKER
#!/bin/bash
R=$R real=$DW_BIN/dw-profile
shard=\${!#}
name=\${shard##*/}
[ "\$name" = - ] || echo "\$name \${SSH_CONNECTION:-}" | awk '{ print \$1, \$4 }' >>"\$R/runs" # -: profiles, merged by judge
if how=\$(cat "\$R/doomed/\$name" 2>/dev/null) && rm "\$R/doomed/\$name" 2>/dev/null; then
  pipe=\$(mktemp -u "\$R/half.XXXXXX")
  mkfifo "\$pipe"
  "\$real" "\${@:1:\$#-1}" "\$pipe" &
  half=\$!
  exec 9>"\$pipe"
  head -c 30000 "\$shard" >&9
  if [ "\$how" = session ]; then
    above=\$PPID
    while [ "\$above" -gt 1 ] && ! grep -q '^sshd' "/proc/\$above/comm"; do above=\$(awk '{ print \$4 }' "/proc/\$above/stat"); done
    [ "\$above" -le 1 ] || kill -9 "\$above"
  fi
  if [ "\$how" = requeue ]; then
    scontrol requeue "\${SLURM_ARRAY_JOB_ID}_\$SLURM_ARRAY_TASK_ID" # the id of the last task is that of the array
    sleep 60 # Slurm ends it
  fi
  kill -9 \$half
  kill -9 \$\$
fi
exec "\$real" "\$@"
WORKER
  chmod +x "$R/flaky/dw-profile"
  for command in "$DW_BIN"/dw-*; do [ -e "$R/flaky/${command##*/}" ] || ln -s "$command" "$R/flaky/"; done
}

doom() { for name in "${@:2}"; do echo "$1" >"$R/doomed/$name"; done; } # HOW NAME...

content() { sed 's/"merged":[0-9]*,//; s/"mean":[^]]*"scale"/"scale"/g; s/,"digest":.*//' "$@"; } # moments agree to rounding only
same_as_whole() { content "$1" | cmp - <(content "$R/whole.profile"); }

ends() # STATUS MESSAGE: the last line of standard error
{
  [ "$status" -eq "$1" ] || { echo "status $status, not $1: $stderr"; return 1; }
  [ $# -lt 2 ] || [ "${stderr_lines[-1]}" = "$2" ] || { echo "it says: $stderr"; return 1; }
}

@test "plan: shards without a profile, names, another run in the same folder" {
  plan --out run "$R"/shard.0? >todo
  cmp todo run/shards
  printf '%s\n' "$R"/shard.0? | plan --out run - | cmp - todo
  for shard in "$R"/shard.0[0-3]; do profile-shard run "$shard"; done
  [ "$(plan --out run)" = "$R/shard.04" ]
  run --separate-stderr plan --out run "$R"/shard.0[0-3]
  ends 2 "plan: $PWD/run holds another run: its shards differ; take another --out"
  run --separate-stderr plan --out run --profile --columns=is_fraud "$R"/shard.0?
  ends 2 "plan: $PWD/run holds another run: its options differ; take another --out"
  mkdir b
  cp "$R/shard.00" b/
  run --separate-stderr plan --out other "$R/shard.00" b/shard.00
  ends 2 'plan: two shards are named shard.00: a row would be lost or counted twice; give them names of their own'
  run --separate-stderr plan --out other nowhere
  ends 4 'plan: nowhere: no such file'
  run --separate-stderr plan --out empty
  ends 2
  touch -d '1 hour' "$R/shard.01" # written again since
  [ "$(plan --out run)" = "$(printf '%s\n' "$R/shard.01" "$R/shard.04")" ]
  touch -d '1 hour ago' "$R/shard.01"
}

@test "a call that is none prints usage, status 2" {
  for command in plan judge parallel-ssh slurm-array hadoop-streaming; do
    "$command" --help | grep -q '^usage: '"$command"
    for words in --nonsense '--out x --nonsense' '--out'; do
      # shellcheck disable=SC2086 # words
      run --separate-stderr "$command" $words
      ends 2
      [ -z "$output" ]
      [[ $stderr == "usage: $command "* ]]
    done
  done
  for command in profile-shard slurm-task hadoop-map 'hadoop-reduce x'; do
    # shellcheck disable=SC2086 # words
    run --separate-stderr $command
    ends 2
    [[ $stderr == 'usage: '* ]]
  done
}

@test "profile-shard: whole or not at all, killed in the middle; a shard without records" {
  printf 'a,b\n' >none.csv
  plan --out run --bin "$R/flaky" "$R/shard.00" "$PWD/none.csv" >todo
  doom worker shard.00
  run profile-shard run "$R/shard.00"
  [ "$status" -eq 137 ]
  [ ! -e run/shard.00.profile ]
  profile-shard run "$R/shard.00"
  profile-shard run "$PWD/none.csv" 2>said
  [ ! -s run/none.csv.profile ]
  [ -z "$(plan --out run)" ]
  judge --out run --ref "$R/ref.profile" --rows "$(wc -l <"$R/shard.00")" 2>said || [ $? -eq 1 ]
  grep -qx "judge: 2 profiles, $(wc -l <"$R/shard.00") rows" said
  printf '{"a":x}\n' >bad.ndjson
  plan --out bad --profile --on-error=skip bad.ndjson
  run profile-shard bad "$PWD/bad.ndjson"
  [ "$status" -eq 5 ]
  [ ! -e bad/bad.ndjson.profile ]
}

@test "judge: each shard once, rows add up, one verdict" {
  plan --out run "$R"/shard.0? >todo
  while read -r shard; do profile-shard run "$shard"; done <todo
  judge --out run --ref "$R/ref.profile" --rows 3000 2>said
  [ "$(tail -n 1 said)" = 'judge: 5 profiles, 3000 rows' ]
  same_as_whole run/merged.profile
  tail -n 1 run/findings.ndjson | grep -q '^{"kind":"summary","drift":false'
  run --separate-stderr judge --out run --ref "$R/ref.profile" --rows 3001
  ends 3 'judge: the profiles hold 3000 rows, not 3001: one is missing, or is there twice'
  # drift is dw-compare's status, and its options are its own
  sed 's/"is_fraud":0/"is_fraud":1/' "$R/shard.00" | dw-profile --output drifted -
  run --separate-stderr judge --out run --ref drifted -- --columns is_fraud
  ends 1
  run --separate-stderr judge --out run --ref "$R/ref.profile" -- --columns no_such_column
  [ "$status" -ge 2 ]
  # one shard's profile in the place of another's
  cp run/shard.00.profile kept
  cp run/shard.01.profile run/shard.00.profile
  run --separate-stderr judge --out run --ref "$R/ref.profile"
  ends 3 "judge: the same bytes were profiled twice: \"$R/shard.01\" and \"$R/shard.01\"; their rows would count twice (--copies allows it)"
  # a profile that says more rows than were read for it
  sed 's/"rows":[0-9]*,"skipped"/"rows":1,"skipped"/' kept >run/shard.00.profile
  run --separate-stderr judge --out run --ref "$R/ref.profile"
  ends 3
  [[ $stderr == *'rows, and 3000 were read for them'* ]]
  rm run/shard.00.profile
  run --separate-stderr judge --out run --ref "$R/ref.profile"
  ends 4 'judge: 1 of 5 profiles are missing, such as run/shard.00.profile: run those shards again'
}

# --- GNU parallel over ssh ---

# HOSTS, PARALLEL_SSH: two hosts, network namespaces with an address and an sshd each; where those cannot be had one sshd on loopback under
# two names. sshd runs as who runs the test, with a key for this test alone, and is ended by its process id.
hosts_start()
{
  parallel --version 2>/dev/null | grep -q '^GNU parallel' || skip 'there is no GNU parallel'
  sshd=$(PATH=$PATH:/usr/sbin command -v sshd) && command -v ssh >/dev/null || skip 'there is no sshd and ssh'
  pids=() spaces=() made_run=''
  [ -e /run/sshd ] || { mkdir -m 755 /run/sshd 2>/dev/null && made_run=1; } || true # sshd wants it when it is root
  mkdir -m 700 ssh
  ssh-keygen -q -t ed25519 -N '' -f ssh/key
  ssh-keygen -q -t ed25519 -N '' -f ssh/host_key
  printf '%s\n' "HostKey $PWD/ssh/host_key" "AuthorizedKeysFile $PWD/ssh/key.pub" 'PidFile none' 'StrictModes no' 'UsePAM no' \
    'PasswordAuthentication no' 'PermitRootLogin prohibit-password' 'MaxStartups 100' >ssh/config
  if ! hosts_spaces || ! hosts_reached; then
    hosts_stop
    port=$(free_port) HOSTS=127.0.0.1,localhost
    hosts_sshd "127.0.0.1:$port"
    hosts_reached || { hosts_stop; skip "the sshd of this machine lets nobody in: $(tail -qn 1 ssh/said ssh/log | tr '\n' ' ')"; }
  fi
}

hosts_sshd() # ADDRESS:PORT [WORDS-BEFORE...]
{
  "${@:2}" "$sshd" -D -e -f "$PWD/ssh/config" -o ListenAddress="$1" 2>>ssh/log 3>&- &
  pids+=($!)
}

hosts_spaces()
{
  [ "$(id -u)" -eq 0 ] && command -v ip >/dev/null || return 1
  local n net space
  net=10.$((200 + $$ % 50)).$(($$ / 50 % 250)) port=22 HOSTS=$net.2,$net.6
  for n in 1 2; do
    space=dw${$}h$n
    ip netns add "$space" 2>/dev/null || return 1
    spaces+=("$space")
    ip link add "dw${$}v$n" type veth peer name eth0 netns "$space" 2>/dev/null && ip address add "$net.$((4 * n - 3))/30" dev "dw${$}v$n" &&
      ip link set "dw${$}v$n" up && ip -n "$space" address add "$net.$((4 * n - 2))/30" dev eth0 && ip -n "$space" link set eth0 up || return 1
    hosts_sshd "$net.$((4 * n - 2)):22" ip netns exec "$space"
  done
}

hosts_reached()
{
  local host
  export PARALLEL_SSH="ssh -F none -p $port -i $PWD/ssh/key -o BatchMode=yes -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null -o LogLevel=ERROR -o ConnectTimeout=5"
  for host in ${HOSTS//,/ }; do
    for _ in $(seq 30); do $PARALLEL_SSH "$host" true 2>ssh/said </dev/null && continue 2; sleep 0.1; done
    return 1
  done
}

hosts_stop()
{
  [ ${#pids[@]} -eq 0 ] || kill "${pids[@]}" 2>/dev/null || true
  for space in "${spaces[@]}"; do ip netns delete "$space" || true; done # its veth pair goes with it
  pids=() spaces=()
}

teardown()
{
  [ -z "${pids+set}" ] || hosts_stop
  [ -z "${made_run:-}" ] || rmdir /run/sshd 2>/dev/null || true
  [ -z "${slurm_pids+set}" ] || slurm_stop
}

ran() { sort "$R/runs" | awk -v n="$1" '{ runs[$1]++ } END { for (name in runs) if (runs[name] == n) print name }' | sort | tr '\n' ' '; } # N: the shards that ran so often

# Some seconds: parallel is a Perl program that logs in for each shard, and three calls are what a user does who lost something.
@test "parallel-ssh: shards on two hosts; workers and logins that are lost are run again, and nothing else; one verdict" {
  hosts_start
  rm -f "$R/runs"
  words=(--hosts "$HOSTS" --jobs 2 --bin "$R/flaky" --out run --ref "$R/ref.profile" --rows 3000 "$R"/shard.0?)
  # three that fail are no bad data (3), and not the last word
  doom worker shard.00 shard.02 shard.04
  run --separate-stderr parallel-ssh --retries 1 "${words[@]}"
  ends 4 "parallel-ssh: 3 shards have no profile ($PWD/run/todo): the same words again run those"
  [ ! -e run/merged.profile ]
  [ "$(ran 1)" = 'shard.00 shard.01 shard.02 shard.03 shard.04 ' ]
  [ ${#spaces[@]} -eq 0 ] || [ "$(awk '{ print $2 }' "$R/runs" | sort -u | wc -l)" -eq 2 ] # both hosts had work
  # the same words again; a login that is lost now, and a worker once more, are run again by themselves
  doom session shard.02
  doom worker shard.04
  run --separate-stderr parallel-ssh "${words[@]}"
  ends 0 'judge: 5 profiles, 3000 rows'
  [ "$(ran 1)$(ran 2)$(ran 3)" = 'shard.01 shard.03 shard.00 shard.02 shard.04 ' ]
  same_as_whole run/merged.profile
  # and again: nothing is profiled, and it is judged the same
  mv run/merged.profile first
  parallel-ssh "${words[@]}" 2>said
  cmp first run/merged.profile
  [ "$(wc -l <"$R/runs")" -eq 10 ]
}

# --- Slurm ---

# slurmctld, slurmd and munged of this test's own, one node, everything in one folder.
slurm_start()
{
  for program in slurmctld slurmd munged sbatch; do PATH=$PATH:/usr/sbin command -v "$program" >/dev/null || skip "there is no $program"; done
  [ "$(id -u)" -eq 0 ] || skip 'slurmd has to be root'
  S=$(mktemp -d /tmp/dw-slurm.XXXXXX) # short: sockets are in it
  chmod 755 "$S"
  slurm_pids=()
  local port=$(free_port) node
  node=$(hostname -s)
  mkdir "$S/state" "$S/spool" "$S/munge"
  (umask 077 && head -c 128 /dev/urandom >"$S/munge/key")
  PATH=$PATH:/usr/sbin munged --foreground --force --key-file="$S/munge/key" --socket="$S/munge/socket" --pid-file="$S/munge/pid" \
    --seed-file="$S/munge/seed" --log-file="$S/munge/log" 2>"$S/munge/said" 3>&- &
  slurm_pids+=($!)
  cat >"$S/slurm.conf" <<CONFIG
ClusterName=driftwatch
SlurmctldHost=$node(127.0.0.1)
SlurmUser=root
SlurmctldPort=$port
SlurmdPort=$((port + 1))
AuthType=auth/munge
AuthInfo=socket=$S/munge/socket,cred_expire=5
CredType=cred/munge
StateSaveLocation=$S/state
SlurmdSpoolDir=$S/spool
SlurmctldPidFile=$S/slurmctld.pid
SlurmdPidFile=$S/slurmd.pid
SlurmctldLogFile=$S/slurmctld.log
SlurmdLogFile=$S/slurmd.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
MpiDefault=none
SwitchType=switch/none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
SchedulerParameters=batch_sched_delay=0,sched_interval=1,bf_interval=1
ReturnToService=2
KillWait=1
MinJobAge=10
NodeName=$node NodeAddr=127.0.0.1 CPUs=2 State=UNKNOWN
PartitionName=all Nodes=ALL Default=YES MaxTime=INFINITE State=UP
CONFIG
  export SLURM_CONF=$S/slurm.conf
  for _ in $(seq 50); do [ -S "$S/munge/socket" ] && break; sleep 0.1; done
  PATH=$PATH:/usr/sbin slurmctld -D 2>"$S/ctld.said" >&2 3>&- &
  slurm_pids+=($!)
  PATH=$PATH:/usr/sbin slurmd -D -N "$node" 2>"$S/slurmd.said" >&2 3>&- &
  slurm_pids+=($!)
  for _ in $(seq 100); do
    [ "$(sinfo -h -o %t 2>/dev/null)" = idle ] && return 0
    sleep 0.1
  done
  local why
  why=$(tail -qn 1 "$S/slurmd.said" "$S/ctld.said" | tr '\n' ' ')
  slurm_stop
  skip "Slurm does not run here: $why"
}

slurm_stop()
{
  for ((n = ${#slurm_pids[@]} - 1; n >= 0; n--)); do
    kill "${slurm_pids[n]}" 2>/dev/null || true
    wait "${slurm_pids[n]}" 2>/dev/null || true
  done
  slurm_pids=()
  rm -rf "$S"
}

# Longer than others: Slurm does not begin what was queued again before a login of it would have expired, 5 s at the least (cred_expire).
@test "slurm-array: a job array; tasks that are killed or queued again run again, and nothing else; one verdict" {
  slurm_start
  rm -f "$R/runs"
  words=(--tasks 3 --bin "$R/flaky" --out run --ref "$R/ref.profile" --rows 3000 "$R"/shard.0?)
  # a task that was killed is no drift (1)
  doom worker shard.01
  run --separate-stderr slurm-array --retries 1 "${words[@]}"
  [ "$status" -eq 4 ]
  [[ $stderr == *"slurm-array: 1 shards have no profile ($PWD/run/todo; why: "* ]]
  [ ! -e run/merged.profile ]
  rm run/shard.00.profile run/shard.04.profile
  doom worker shard.01
  doom requeue shard.04
  run --separate-stderr slurm-array "${words[@]}"
  ends 0 'judge: 5 profiles, 3000 rows'
  same_as_whole run/merged.profile
  # 01 was killed twice and submitted three times; 04 was queued again by Slurm, in the same array
  [ "$(ran 1)/ $(ran 2)/ $(ran 3)" = 'shard.02 shard.03 / shard.00 / shard.01 shard.04 ' ]
  [ "$(tr '\n' ' ' <run/todo.2)" = "$R/shard.01 " ]
  rm run/shard.00.profile
  run --separate-stderr slurm-array --sbatch --no-such-option "${words[@]}"
  ends 4 'slurm-array: sbatch took no job'
}

# --- Hadoop and Spark, whose contracts are played ---

# A hadoop that splits its input by lines, runs the mapper for each split, one of them twice (the first attempt's output is thrown away),
# sorts by key, gives each reducer the lines of its keys, and puts a tab behind a line without one, as TextOutputFormat does.
fake_hadoop()
{
  mkdir fake
  cat >fake/hadoop <<'HADOOP'
#!/bin/bash
set -e
if [ "$1 $2" = 'fs -cat' ]; then cat $3; exit; fi
shift 2
while [ $# -gt 0 ]; do
  case $1 in
  -D) case $2 in mapreduce.job.reduces=*) reducers=${2#*=} ;; esac ;;
  -files) files=$2 ;;
  -cmdenv) export "${2?}" ;;
  -mapper) mapper=$2 ;;
  -reducer) reducer=$2 ;;
  -input) input=$2 ;;
  -output) output=$2 ;;
  esac
  shift 2
done
mkdir "$output" "$output.work"
input=$(realpath "$input") output=$(realpath "$output")
cd "$output.work"
for file in ${files//,/ }; do ln -s "$file" .; done
split -d -n l/4 "$input" split.
: >split.04 # a split without records
for n in 0 1 2 3 4; do
  export mapreduce_task_partition=$n
  [ $n -ne 2 ] || head -n 100 split.02 | ./$mapper >lost
  ./$mapper <split.0$n >map.$n || { echo 'Streaming Command Failed!' >&2; exit 1; }
done
for ((r = 0; r < reducers; r++)); do
  cat map.? | awk -F '\t' -v r=$r -v n=$reducers '$1 % n == r' | sort -t '	' -k 1,1 -s | ./$reducer | sed '/	/!s/$/	/' >"$output/part-0000$r"
done
echo "		Map input records=$(cat split.0? | wc -l)" >&2
HADOOP
  chmod +x fake/hadoop
  PATH=$PWD/fake:$PATH
}

@test "hadoop-streaming: mappers, keys, reducers; an attempt that is thrown away; a job that fails is no drift" {
  fake_hadoop
  words=(--jar streaming.jar --input "$R/all.ndjson" --ref "$R/ref.profile" --reducers 3)
  run --separate-stderr hadoop-streaming "${words[@]}" --scratch scratch --out run
  ends 0 'judge: 1 profiles, 3000 rows'
  [ "$(wc -l <run/parts.profile)" -eq 3 ]
  same_as_whole run/merged.profile
  run --separate-stderr hadoop-streaming "${words[@]}" --scratch again --out run --rows 2999
  ends 3 'judge: the profiles hold 3000 rows, not 2999: one is missing, or is there twice'
  run --separate-stderr hadoop-streaming "${words[@]}" --scratch bad --out run --profile --columns=no_such_column --profile --by=nowhere
  ends 4 'hadoop-streaming: the job failed'
}

# A pyspark whose pipe does what Spark's does: a partition's lines to a command that is split as a shell's words are, its status ignored
# unless checkCode; each partition is computed twice, and counts once.
@test "spark_pipe.py: partitions, an empty one, piped, merged in groups; a command that fails is an error" {
  python3 -c '' 2>/dev/null || skip 'there is no python3'
  mkdir pyspark
  cat >pyspark/__init__.py <<'SPARK'
import shlex, subprocess

class RDD:
    def __init__(self, parts):
        self.parts = parts
    def pipe(self, command, env=None, checkCode=False):
        def run(lines):
            done = subprocess.run(shlex.split(command), input="".join(line + "\n" for line in lines), stdout=subprocess.PIPE, text=True)
            if checkCode and done.returncode:
                raise Exception("Pipe function `%s' exited with error code %d" % (command, done.returncode))
            return done.stdout.splitlines()
        return RDD([[run(part), run(part)][1] for part in self.parts])
    def repartition(self, count):
        lines = self.collect()
        return RDD([lines[i::count] for i in range(count)])
    def collect(self):
        return [line for part in self.parts for line in part]

class SparkContext:
    def __init__(self, appName):
        pass
    def textFile(self, path):
        with open(path) as file:
            lines = file.read().splitlines()
        return RDD([lines[:700], lines[700:1500], [], lines[1500:]])
SPARK
  ln -s "$DW_TOP/scripts/cluster/hadoop-map" "$DW_TOP/scripts/cluster/hadoop-reduce" .
  spark() { PYTHONDONTWRITEBYTECODE=1 PYTHONPATH=$PWD python3 "$DW_TOP/scripts/cluster/spark_pipe.py" "$@"; }
  spark "$R/all.ndjson" two 2
  [ "$(wc -l <two)" -eq 2 ]
  judge --out run --ref "$R/ref.profile" --rows 3000 two 2>said
  same_as_whole run/merged.profile
  spark "$R/all.ndjson" eight 8 --columns 'transaction_hour' # more groups than profiles
  judge --out run --ref "$R/ref.profile" --rows 3000 eight -- --columns transaction_hour 2>said
  run --separate-stderr spark "$R/all.ndjson" none 1 --by nowhere
  [ "$status" -eq 1 ]
  [[ $stderr == *'exited with error code 3'* ]]
  [ ! -e none ]
  run --separate-stderr spark "$R/all.ndjson"
  [ "$status" -eq 1 ]
  [[ $stderr == 'usage: spark-submit '* ]]
}
