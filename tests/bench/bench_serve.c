/* bench_serve: requests to a service that runs, over some connections at once: what it takes in a second, and how long an answer takes.
 *   bench_serve PORT single|bulk|get CONNECTIONS SECONDS [lines=10000] [rate=REQUESTS_PER_SECOND] [ids=sequence|random] [path=/metrics]
 * single: POST /inference of one record; bulk: of so many lines of NDJSON; get: GET of the path.
 * Without a rate each connection sends its next request when the answer is there (a closed loop: what the service can take). With one the
 * requests have their times, whatever the answers do, and an answer took as long as it is there after the time at which its request was to
 * be sent: a service that stalls is not spared the requests of that time.
 * Prints records (or answers) a second, p50 and p99 of the answers, and how many were not 200. Status 1: some were not, or there were none.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/str.h"

typedef struct plan {
  const char *what, *path;
  bool bulk, get, random_ids;
  int port, connections, lines;
  double rate; /* requests a second; 0: as fast as answers come */
  uint64_t begun, until, salt;
} plan;

typedef struct client {
  pthread_t thread;
  const plan *plan;
  int number;
  uint64_t made, records, bad;
  dw_buf body, request;
  double *times; /* ms, of each answer */
  size_t count, capacity;
} client;

/* --- records: made once, and then a new id, time and amount for each --- */

static const char head_of_record[] = "{\"id\":\"", rest_of_record[] =
                                                       "\",\"model_id\":\"fraud\",\"ts\":1795984629000,\"input_data\":{\"amount\":100.25,"
                                                       "\"hour\":12,\"age\":41,\"category\":\"electronics\",\"risk\":0.1234},"
                                                       "\"prediction\":0.5678,\"confidence\":0.9}\n";
enum { ID = 32, AT_ID = sizeof head_of_record - 1, RECORD = AT_ID + ID + sizeof rest_of_record - 1 };

static uint64_t mixed(uint64_t z)
{
  z += 0x9e3779b97f4a7c15u;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
  return z ^ (z >> 31);
}

static void put_hex(char *at, uint64_t value)
{
  for (int i = 15; i >= 0; i--, value >>= 4) at[i] = "0123456789abcdef"[value & 15];
}

static void put_digits(char *at, int digits, uint64_t value)
{
  for (int i = digits - 1; i >= 0; i--, value /= 10) at[i] = (char)('0' + value % 10);
}

static uint64_t milliseconds(void)
{
  struct timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

static void renew(client *c, char *record, uint64_t now)
{
  uint64_t number = ((uint64_t)c->number << 40) + c->made++, any = mixed(number ^ c->plan->salt);
  put_hex(record + AT_ID, c->plan->random_ids ? any : c->plan->salt);
  put_hex(record + AT_ID + 16, c->plan->random_ids ? mixed(any) : number);
  char *behind = record + AT_ID + ID;
  put_digits(behind + strlen("\",\"model_id\":\"fraud\",\"ts\":"), 13, now);
  put_digits(behind + strlen("\",\"model_id\":\"fraud\",\"ts\":1795984629000,\"input_data\":{\"amount\":1"), 2, any % 100);
}

static void write_request(client *c)
{
  const plan *p = c->plan;
  c->request.length = 0;
  if (p->get) {
    dw_buf_format(&c->request, "GET %s HTTP/1.1\r\nHost: localhost\r\n\r\n", p->path);
    return;
  }
  uint64_t now = milliseconds();
  while (c->body.length < (size_t)p->lines * RECORD) {
    dw_buf_add(&c->body, head_of_record, AT_ID);
    dw_buf_room(&c->body, ID);
    c->body.length += ID;
    dw_buf_add(&c->body, rest_of_record, sizeof rest_of_record - 1);
  }
  for (int i = 0; i < p->lines; i++) renew(c, c->body.data + (size_t)i * RECORD, now);
  dw_buf_format(&c->request, "POST /inference HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/%s\r\nContent-Length: %zu\r\n\r\n",
                p->bulk ? "x-ndjson" : "json", c->body.length);
  if (!p->bulk) dw_buf_add(&c->request, c->body.data, c->body.length);
}

/* --- the wire --- */

static int connect_to(int port)
{
  int fd = socket(AF_INET, SOCK_STREAM, 0), on = 1;
  struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  if (connect(fd, (struct sockaddr *)&to, sizeof to) != 0) {
    perror("connect");
    exit(4);
  }
  return fd;
}

static bool send_all(int fd, const dw_buf *out)
{
  for (size_t at = 0; at < out->length;) {
    ssize_t n = send(fd, out->data + at, out->length - at, MSG_NOSIGNAL);
    if (n <= 0) return false;
    at += (size_t)n;
  }
  return true;
}

/* The status code, 0 when there is no answer; it comes with Content-Length. */
static int hear(int fd, dw_buf *text)
{
  text->length = 0;
  for (size_t whole = 0; !whole || text->length < whole;) {
    ssize_t n = read(fd, dw_buf_room(text, 65536), 65536);
    if (n <= 0) return 0;
    text->length += (size_t)n;
    if (whole) continue;
    const char *end = strstr(dw_buf_cstr(text), "\r\n\r\n"), *length = strstr(text->data, "Content-Length: ");
    if (end && length) whole = (size_t)(end + 4 - text->data) + strtoul(length + 16, NULL, 10);
  }
  return (int)strtol(text->data + 9, NULL, 10);
}

static void wait_until(uint64_t instant)
{
  struct timespec at = {.tv_sec = (time_t)(instant / 1000000000u), .tv_nsec = (long)(instant % 1000000000u)};
  while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &at, NULL) == EINTR) continue;
}

static void *run(void *context)
{
  client *c = context;
  const plan *p = c->plan;
  dw_buf answer = {0};
  int fd = connect_to(p->port);
  for (uint64_t turn = (uint64_t)c->number;; turn += (uint64_t)p->connections) {
    uint64_t due = p->rate > 0 ? p->begun + (uint64_t)((double)turn / p->rate * 1e9) : dw_monotonic_ns();
    if (due >= p->until) break;
    write_request(c);
    if (p->rate > 0) wait_until(due);
    else due = dw_monotonic_ns();
    int code = send_all(fd, &c->request) && (!p->bulk || send_all(fd, &c->body)) ? hear(fd, &answer) : 0;
    c->times = dw_grow(c->times, &c->capacity, c->count + 1, sizeof *c->times);
    c->times[c->count++] = (double)(dw_monotonic_ns() - due) / 1e6;
    if (code == 200) c->records += (uint64_t)p->lines;
    else c->bad++;
    if (code == 0) break;
  }
  close(fd);
  dw_buf_free(&answer);
  dw_buf_free(&c->body);
  dw_buf_free(&c->request);
  return NULL;
}

/* --- all of them --- */

static int by_value(const void *a, const void *b)
{
  double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

static const char *setting(int argc, char **argv, const char *name, const char *otherwise)
{
  size_t length = strlen(name);
  for (int i = 5; i < argc; i++)
    if (strncmp(argv[i], name, length) == 0 && argv[i][length] == '=') return argv[i] + length + 1;
  return otherwise;
}

int main(int argc, char **argv)
{
  if (argc < 5) return 2;
  plan p = {.what = argv[2], .port = (int)strtol(argv[1], NULL, 10), .connections = (int)strtol(argv[3], NULL, 10)};
  p.bulk = strcmp(p.what, "bulk") == 0;
  p.get = strcmp(p.what, "get") == 0;
  p.path = setting(argc, argv, "path", "/metrics");
  p.lines = p.bulk ? (int)strtol(setting(argc, argv, "lines", "10000"), NULL, 10) : 1;
  p.rate = strtod(setting(argc, argv, "rate", "0"), NULL);
  p.random_ids = strcmp(setting(argc, argv, "ids", "sequence"), "random") == 0;
  if (p.connections < 1 || p.lines < 1) return 2;
  client *clients = dw_alloc_zero((size_t)p.connections, sizeof *clients);
  p.begun = dw_monotonic_ns();
  p.salt = mixed(p.begun);
  p.until = p.begun + strtoul(argv[4], NULL, 10) * 1000000000u;
  for (int i = 0; i < p.connections; i++) {
    clients[i] = (client){.plan = &p, .number = i};
    pthread_create(&clients[i].thread, NULL, run, &clients[i]);
  }
  uint64_t records = 0, bad = 0;
  size_t answers = 0, capacity = 0;
  double *times = NULL;
  for (int i = 0; i < p.connections; i++) {
    pthread_join(clients[i].thread, NULL);
    records += clients[i].records;
    bad += clients[i].bad;
    times = dw_grow(times, &capacity, answers + clients[i].count, sizeof *times);
    memcpy(times + answers, clients[i].times, clients[i].count * sizeof *times);
    answers += clients[i].count;
    dw_free(clients[i].times);
  }
  double seconds = (double)(dw_monotonic_ns() - p.begun) / 1e9;
  qsort(times, answers, sizeof *times, by_value);
  printf("%-6s %9.0f %s/s  p50 %8.2f ms  p99 %8.2f ms  %zu answers, %llu of them not 200\n", p.what, (double)records / seconds,
         p.get ? "answers" : "records", answers ? times[answers / 2] : 0, answers ? times[answers * 99 / 100] : 0, answers,
         (unsigned long long)bad);
  dw_free(times);
  dw_free(clients);
  return bad || !answers ? 1 : 0;
}
