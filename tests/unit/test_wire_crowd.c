/* Many clients at once, each with requests of all kinds one after the other, some of which vanish in the middle: whoever waits for an
 * answer gets it. */
#include "base/rng.h"
#include "wire.h"

enum { CLIENTS = 24, REQUESTS = 150 };

typedef struct client {
  const dw_server *server;
  uint64_t number;
  unsigned wrong; /* answers */
} client;

/* The answer is 200 with this body. */
static bool hears(int fd, const char *body, size_t length)
{
  wire_answer answer = wire_hear(fd, false);
  bool right = answer.code == 200 && answer.body.length == length && memcmp(dw_buf_cstr(&answer.body), body, length) == 0;
  wire_answer_free(&answer);
  return right;
}

static bool echoes(int fd, dw_rng *rng)
{
  dw_buf text = {0};
  size_t length = (size_t)dw_rng_below(rng, 100000);
  dw_buf_format(&text, "POST /echo" WIRE_HOST "Content-Length: %zu\r\n\r\n", length);
  size_t head = text.length;
  while (text.length < head + length) dw_buf_char(&text, (char)('a' + text.length % 26));
  bool right = wire_send(fd, text.data, text.length) && hears(fd, text.data + head, length);
  dw_buf_free(&text);
  return right;
}

static bool counts(int fd, dw_rng *rng)
{
  dw_buf text = {0};
  char want[DW_NUM_TEXT + 1];
  uint64_t bytes = 0;
  bool sent = wire_say(fd, "POST /count/x" WIRE_HOST "Transfer-Encoding: chunked\r\n\r\n");
  for (uint64_t n = dw_rng_below(rng, 20); n > 0 && sent; n--) {
    size_t length = 1 + (size_t)dw_rng_below(rng, 60000);
    text.length = 0;
    dw_buf_format(&text, "%zx\r\n", length);
    memset(dw_buf_room(&text, length), 'x', length);
    text.length += length;
    dw_buf_text(&text, "\r\n");
    sent = wire_send(fd, text.data, text.length);
    bytes += length;
  }
  want[dw_num_print(want, (double)bytes)] = '\0';
  dw_buf_free(&text);
  return sent && wire_say(fd, "0\r\n\r\n") && hears(fd, want, strlen(want));
}

/* The begin of an answer without end, or of a body; then nobody is there any more. */
static bool vanishes(int fd, dw_rng *rng)
{
  struct linger now = {1, 0};
  char some[5000];
  if (dw_rng_below(rng, 2)) setsockopt(fd, SOL_SOCKET, SO_LINGER, &now, sizeof now);
  if (dw_rng_below(rng, 2)) return wire_say(fd, "POST /count/x" WIRE_HOST "Content-Length: 100000\r\n\r\nabc");
  return wire_say(fd, "GET /flood" WIRE_HOST "\r\n") && recv(fd, some, sizeof some, 0) > 0;
}

static void *run_client(void *context)
{
  client *me = context;
  dw_rng rng;
  dw_rng_start(&rng, dw_rng_derive(1, "wire_crowd"), me->number, 0);
  int fd = wire_connect(dw_server_address(me->server));
  for (int i = 0; i < REQUESTS; i++) {
    bool right = false, gone = false;
    switch (dw_rng_below(&rng, 6)) {
    case 0: right = wire_say(fd, "GET /livez" WIRE_HOST "\r\n") && hears(fd, "ok", 2); break;
    case 1: right = wire_say(fd, "GET /ok" WIRE_HOST "\r\nGET /part/x" WIRE_HOST "\r\n") && hears(fd, "ok", 2) && hears(fd, "x", 1); break;
    case 2: right = echoes(fd, &rng); break;
    case 3: right = counts(fd, &rng); break;
    case 4: gone = right = vanishes(fd, &rng); break;
    default: gone = right = wire_say(fd, "GET /ok" WIRE_HOST "Connection: close\r\n\r\n") && hears(fd, "ok", 2) && wire_ended(fd);
    }
    me->wrong += !right;
    if (right && !gone) continue;
    close(fd);
    fd = wire_connect(dw_server_address(me->server));
  }
  close(fd);
  return NULL;
}

TEST(a_crowd_is_served)
{
  dw_server *server = wire_start((dw_server_settings){.limits = {.workers = 4, .streams = 3}});
  pthread_t thread[CLIENTS];
  client clients[CLIENTS];
  gate_set(true);
  for (uint64_t i = 0; i < CLIENTS; i++) {
    clients[i] = (client){server, i, 0};
    CHECK(pthread_create(&thread[i], NULL, run_client, &clients[i]) == 0);
  }
  for (int i = 0; i < CLIENTS; i++) {
    pthread_join(thread[i], NULL);
    CHECK_MSG(clients[i].wrong == 0, "client %d: %u answers are wrong", i, clients[i].wrong);
  }
  wire_ask(server, "GET /ok" WIRE_HOST "\r\n", 200, "ok");
  CHECK(dw_server_stop(server));
}
