/* bench_serve: requests to a dw-serve that runs, over some connections at once: what it takes in a second, and how long an answer takes.
 *   bench_serve PORT single|bulk CONNECTIONS SECONDS [LINES]
 * single: a record a request; bulk: LINES (10000) records a request. Prints records a second, p50 and p99 of the answers, and how many were
 * not 200. */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/str.h"

typedef struct client {
  pthread_t thread;
  int number, port, lines;
  uint64_t until, records, bad;
  double *times; /* ms, of each answer */
  size_t count, capacity;
} client;

static uint64_t salt;

static void add_record(dw_buf *out, const client *c, uint64_t i)
{
  char text[400];
  int n =
      snprintf(text, sizeof text,
               "{\"id\":\"%llx-%d-%llu\",\"model_id\":\"fraud\",\"ts\":%llu,\"input_data\":{\"amount\":%llu.25,\"hour\":%llu,\"age\":%llu,"
               "\"category\":\"electronics\",\"risk\":0.%04llu},\"prediction\":0.%04llu,\"confidence\":0.9}\n",
               (unsigned long long)salt, c->number, (unsigned long long)i, (unsigned long long)(1795984629000 + i),
               (unsigned long long)(i * 7 % 400), (unsigned long long)(i % 24), (unsigned long long)(18 + i % 70),
               (unsigned long long)(i * 31 % 10000), (unsigned long long)(i * 17 % 10000));
  dw_buf_add(out, text, (size_t)n);
}

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

static void send_all(int fd, const dw_buf *out)
{
  for (size_t at = 0; at < out->length;) {
    ssize_t n = write(fd, out->data + at, out->length - at);
    if (n <= 0) exit(4);
    at += (size_t)n;
  }
}

/* The status code; answers are short, and come with Content-Length. */
static int hear(int fd)
{
  char text[65536];
  size_t have = 0;
  for (;;) {
    ssize_t n = read(fd, text + have, sizeof text - 1 - have);
    if (n <= 0) return 0;
    have += (size_t)n;
    text[have] = '\0';
    const char *end = strstr(text, "\r\n\r\n"), *length = strstr(text, "Content-Length: ");
    if (end && length && have >= (size_t)(end + 4 - text) + strtoul(length + 16, NULL, 10)) return (int)strtol(text + 9, NULL, 10);
  }
}

static void *run(void *context)
{
  client *c = context;
  uint64_t made = 0;
  dw_buf body = {0}, out = {0};
  int fd = connect_to(c->port);
  while (dw_monotonic_ns() < c->until) {
    body.length = out.length = 0;
    int lines = c->lines ? c->lines : 1;
    for (int i = 0; i < lines; i++) add_record(&body, c, made++);
    dw_buf_format(&out, "POST /inference HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/%s\r\nContent-Length: %zu\r\n\r\n",
                  c->lines ? "x-ndjson" : "json", body.length);
    dw_buf_add(&out, body.data, body.length);
    uint64_t begun = dw_monotonic_ns();
    send_all(fd, &out);
    int code = hear(fd);
    c->times = dw_grow(c->times, &c->capacity, c->count + 1, sizeof *c->times);
    c->times[c->count++] = (double)(dw_monotonic_ns() - begun) / 1e6;
    if (code == 200) c->records += (uint64_t)lines;
    else c->bad++;
    if (code == 0) break;
  }
  close(fd);
  return NULL;
}

static int by_value(const void *a, const void *b)
{
  double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

int main(int argc, char **argv)
{
  if (argc < 5) return 2;
  bool bulk = strcmp(argv[2], "bulk") == 0;
  int count = (int)strtol(argv[3], NULL, 10);
  client *clients = dw_alloc_zero((size_t)count, sizeof *clients);
  uint64_t begun = dw_monotonic_ns(), records = 0, bad = 0;
  size_t answers = 0, capacity = 0;
  double *times = NULL;
  salt = begun;
  for (int i = 0; i < count; i++) {
    clients[i] = (client){.number = i, .port = (int)strtol(argv[1], NULL, 10), .until = begun + strtoul(argv[4], NULL, 10) * 1000000000u};
    clients[i].lines = bulk ? argc > 5 ? (int)strtol(argv[5], NULL, 10) : 10000 : 0;
    pthread_create(&clients[i].thread, NULL, run, &clients[i]);
  }
  for (int i = 0; i < count; i++) {
    pthread_join(clients[i].thread, NULL);
    records += clients[i].records;
    bad += clients[i].bad;
    times = dw_grow(times, &capacity, answers + clients[i].count, sizeof *times);
    memcpy(times + answers, clients[i].times, clients[i].count * sizeof *times);
    answers += clients[i].count;
  }
  double seconds = (double)(dw_monotonic_ns() - begun) / 1e9;
  qsort(times, answers, sizeof *times, by_value);
  printf("%-6s %9.0f records/s  p50 %8.2f ms  p99 %8.2f ms  %zu answers, %llu of them not 200\n", argv[2], (double)records / seconds,
         answers ? times[answers / 2] : 0, answers ? times[answers * 99 / 100] : 0, answers, (unsigned long long)bad);
  return bad ? 1 : 0;
}
