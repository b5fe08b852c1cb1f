# Ports for servers whose address must be known before they start. A server that may choose takes port 0 and says what it got.

# A port of 127.0.0.1 where nobody listens, below those that the system gives to clients (net.ipv4.ip_local_port_range starts at 32768):
# one of those may be some other test's connection, and the server that wants it does not start. Each call is a process of its own and
# begins at its number, so that tests which run at the same time get different ports.
free_port()
{
  local port=$((20000 + BASHPID % 12000)) tried
  for tried in $(seq 100); do
    (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null || { echo "$port"; return; }
    port=$((20000 + (port - 20000 + 97 * tried) % 12000))
  done
  echo "free_port: somebody listens on each of 100 ports from 20000 to 31999" >&2
  return 1
}
