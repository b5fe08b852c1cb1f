/* The same request is answered on the wire, in whatever pieces, with the code that it gets without a socket; and the server outlives all of
 * them. */
#define FUZZ_NO_MAIN
#include "../fuzz/fuzz_http.c"

#include "wire.h"

static int rehearsed_code(const dw_site *site, const dw_buf *request)
{
  dw_rehearsal answer;
  dw_rehearse(site, request->data, request->length, &answer);
  int code = answer.code;
  dw_rehearsal_free(&answer);
  return code;
}

/* The code of the first answer, 0 for none. The client says all that it has to say, then listens to the end. */
static int code_on_the_wire(const dw_server *server, const dw_buf *request, dw_rng *rng)
{
  dw_buf answers = {0};
  uint64_t code = 0;
  int fd = wire_to(server);
  for (size_t at = 0, n; at < request->length; at += n) {
    n = 1 + (size_t)dw_rng_below(rng, dw_rng_below(rng, 2) ? 10 : request->length - at);
    if (n > request->length - at) n = request->length - at;
    if (!wire_send(fd, request->data + at, n)) break; /* it has heard enough */
  }
  shutdown(fd, SHUT_WR);
  CHECK(wire_read(fd, &answers, 0));
  close(fd);
  if (answers.length > 12) dw_num_parse_unsigned(answers.data + 9, 3, &code);
  dw_buf_free(&answers);
  return (int)code;
}

TEST(on_the_wire_as_without_a_socket)
{
  enum { REQUESTS = 4000 };
  dw_site site = {.routes = fuzz_routes, .base_path = "/dw"};
  dw_server *server = wire_start((dw_server_settings){.site = site});
  dw_buf request = {0}, body = {0};
  unsigned good = 0;
  for (uint64_t i = 0; i < REQUESTS; i++) {
    dw_rng rng;
    dw_rng_start(&rng, dw_rng_derive(1, "fuzz_wire"), i, 0);
    random_request(&request, &rng, &body);
    for (uint64_t n = dw_rng_below(&rng, 3); n > 0; n--) random_damage(&request, &rng);
    if (request.length == 0) continue;
    int want = rehearsed_code(&site, &request), got = code_on_the_wire(server, &request, &rng);
    good += got == 200;
    CHECK_MSG(got == want, "request %llu: %d, want %d:\n%s", (unsigned long long)i, got, want, dw_buf_cstr(&request));
  }
  CHECK(good > 1000 && good < 3500);
  dw_buf_free(&request);
  dw_buf_free(&body);
  CHECK(dw_server_stop(server));
}

/* Clients that vanish anywhere, some with a reset: what is asked afterwards is answered. */
TEST(clients_that_vanish_anywhere)
{
  dw_server *server = wire_start((dw_server_settings){.site = {.routes = fuzz_routes, .base_path = "/dw"}});
  dw_buf request = {0}, body = {0};
  for (uint64_t i = 0; i < 2000; i++) {
    dw_rng rng;
    struct linger now = {1, 0};
    dw_rng_start(&rng, dw_rng_derive(2, "fuzz_wire"), i, 0);
    random_request(&request, &rng, &body);
    int fd = wire_to(server);
    wire_send(fd, request.data, (size_t)dw_rng_below(&rng, request.length + 1));
    if (dw_rng_below(&rng, 2)) setsockopt(fd, SOL_SOCKET, SO_LINGER, &now, sizeof now);
    close(fd);
  }
  wire_ask(server, "POST /whole/x" WIRE_HOST "Content-Length: 2\r\n\r\nok", 200, "ok");
  dw_buf_free(&request);
  dw_buf_free(&body);
  CHECK(dw_server_stop(server));
}
