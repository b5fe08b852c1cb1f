#include "serve/http/server.h"

#include <errno.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"
#include "serve/http/server_inside.h"

enum { ACCEPTS = 64, POSTS = 1000, LOG_PATH = 1000 }; /* done in one go, so that the others have their turn; bytes of a path in the log */
enum { REFUSED = 256 };                               /* connections beyond the limit, while they hear of it */
#define ACCEPT_AGAIN (UINT64_C(100) * 1000000)        /* ns, when there are no descriptors left */
#define STOP_GRACE (UINT64_C(1000) * 1000000)         /* ns, for handlers whose client was cut off */

/* --- what was answered --- */

void dw_server_tell(const dw_server *server, const dw_exchange *exchange, int code)
{
  const dw_head *head = &exchange->head;
  uint64_t took = dw_monotonic_ns() - exchange->started;
  const char *method = head->path ? dw_http_method_name(head->method) : "";
  bool quiet = exchange->route && exchange->route->at_once && code < 400; /* probes */
  dw_log_line line;
  dw_traffic_add(server->traffic, exchange->route, method, code, took);
  if (!dw_log_begin(&server->settings.log, quiet ? DW_LOG_DEBUG : code >= 500 ? DW_LOG_WARN : DW_LOG_INFO, "request", &line)) return;
  dw_json_text(&line.json, "client", exchange->client);
  dw_json_text(&line.json, "method", method);
  dw_json_bytes(&line.json, "path", head->path ? head->path : "", head->path ? strnlen(head->path, LOG_PATH) : 0);
  dw_json_integer(&line.json, "status", code);
  dw_json_number(&line.json, "ms", (double)(took / 1000) / 1000);
  dw_json_integer(&line.json, "received", (int64_t)exchange->received);
  dw_json_integer(&line.json, "sent", (int64_t)exchange->sent);
  if (exchange->grant) dw_json_text(&line.json, "token", exchange->grant->name);
  dw_log_end(&server->settings.log, &line);
}

static void tell_event(const dw_server *server, const char *event)
{
  dw_log_line line;
  if (!dw_log_begin(&server->settings.log, DW_LOG_INFO, event, &line)) return;
  dw_json_text(&line.json, "address", server->listening.address);
  dw_json_integer(&line.json, "connections", atomic_load(&server->connections));
  dw_json_integer(&line.json, "requests", (int64_t)dw_traffic_count(server->traffic));
  dw_log_end(&server->settings.log, &line);
}

void dw_server_print_metrics(dw_server *server, dw_buf *out)
{
  dw_traffic_print(server->traffic, out);
  dw_buf_format(out, "# HELP dw_http_connections Connections that are open.\n# TYPE dw_http_connections gauge\ndw_http_connections %u\n",
                atomic_load(&server->connections));
  dw_buf_format(out,
                "# HELP dw_http_requests_under_way Requests that are being answered.\n# TYPE dw_http_requests_under_way gauge\n"
                "dw_http_requests_under_way %u\n",
                atomic_load(&server->exchanges));
}

/* --- connections come --- */

/* Some of those that are too many are told so; beyond them there is no telling. */
static void refuse_connection(dw_server *server, int fd, const char *client)
{
  dw_traffic_add(server->traffic, NULL, "", 503, 0);
  if (atomic_load(&server->connections) < server->settings.limits.connections + REFUSED) dw_connection_refuse(server, fd, client);
  else close(fd);
}

/* Makes room by closing the connection that has been idle longest; false: none is. */
static bool close_idle(dw_server *server)
{
  dw_connection *oldest = server->idle.after->of;
  if (oldest) dw_connection_close(oldest);
  return oldest != NULL;
}

static void on_connection(void *context, unsigned what)
{
  dw_server *server = context;
  uint64_t again = UINT64_MAX;
  for (size_t i = 0; i < server->listening.count; i++) {
    char client[DW_LISTEN_TEXT];
    for (int n = 0; n < ACCEPTS; n++) {
      int fd = dw_listen_accept(server->listening.fd[i], client);
      bool none_left = fd < 0 && (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM);
      if (none_left && close_idle(server)) continue;
      if (none_left) again = ACCEPT_AGAIN;
      if (fd < 0) break;
      if (atomic_load(&server->connections) >= server->settings.limits.connections && !close_idle(server))
        refuse_connection(server, fd, client);
      else dw_connection_open(server, fd, client);
    }
  }
  for (size_t i = 0; i < server->listening.count; i++) dw_watch_for(server->accepting[i], again == UINT64_MAX ? DW_READABLE : 0, again);
}

static void stop_listening(dw_server *server)
{
  for (size_t i = 0; i < server->listening.count; i++) {
    dw_watch_free(server->accepting[i]);
    server->accepting[i] = NULL;
  }
  dw_listen_end(&server->listening);
}

/* --- the end --- */

void dw_server_left(dw_server *server)
{
  if (server->draining && atomic_load(&server->connections) == 0 && atomic_load(&server->exchanges) == 0) dw_loop_stop(server->loop);
}

/* Time is over: first for the clients, then for the handlers. */
static void on_drain_end(void *context, unsigned what)
{
  dw_server *server = context;
  if (server->cut) {
    dw_loop_stop(server->loop);
    return;
  }
  dw_watch_for(server->drain_end, 0, STOP_GRACE);
  for (dw_connection *c; (c = server->open.after->of) != NULL;) {
    server->cut = true;
    dw_connection_close(c);
  }
  server->cut |= atomic_load(&server->exchanges) > 0;
}

static void drain(dw_server *server)
{
  server->draining = true;
  stop_listening(server);
  tell_event(server, "draining");
  while (close_idle(server)) continue;
  server->drain_end = dw_watch_new(server->loop, -1, on_drain_end, server);
  dw_watch_for(server->drain_end, 0, (uint64_t)server->settings.limits.drain * 1000);
  dw_server_left(server);
}

/* --- news --- */

void dw_server_post(dw_exchange *exchange, bool ended)
{
  dw_server *server = exchange->owner;
  pthread_mutex_lock(&server->lock);
  exchange->let_go |= ended;
  bool new = !exchange->posted;
  if (new) {
    exchange->posted = true;
    exchange->next_post = NULL;
    *server->posted_end = exchange;
    server->posted_end = &exchange->next_post;
  }
  pthread_mutex_unlock(&server->lock);
  if (new) dw_loop_wake(server->loop);
}

static dw_exchange *next_posted(dw_server *server)
{
  pthread_mutex_lock(&server->lock);
  dw_exchange *exchange = server->posted;
  if (exchange) {
    server->posted = exchange->next_post;
    if (!server->posted) server->posted_end = &server->posted;
    exchange->posted = false;
    exchange->let_go_seen = exchange->let_go; /* nobody posts it any more */
  }
  pthread_mutex_unlock(&server->lock);
  return exchange;
}

void dw_server_forget_body(dw_server *server, dw_exchange *exchange)
{
  server->held -= exchange->held;
  exchange->held = 0;
}

void dw_server_free_exchange(dw_server *server, dw_exchange *exchange)
{
  dw_server_forget_body(server, exchange);
  dw_exchange_free(exchange);
}

static void take_orders(dw_server *server)
{
  pthread_mutex_lock(&server->lock);
  bool stop = server->stop_wanted && !server->draining, changed = server->tokens_changed;
  dw_tokens *old = server->settings.site.tokens;
  if (changed) server->settings.site.tokens = server->tokens;
  server->tokens_changed = false;
  pthread_mutex_unlock(&server->lock);
  if (changed) dw_tokens_release(old);
  if (stop) drain(server);
}

static void on_wake(void *context)
{
  dw_server *server = context;
  take_orders(server);
  for (int n = 0; n < POSTS; n++) {
    dw_exchange *exchange = next_posted(server);
    if (!exchange) return;
    if (exchange->connection) {
      dw_connection_news(exchange->connection);
    } else if (exchange->let_go_seen) {
      dw_server_free_exchange(server, exchange);
      atomic_fetch_sub(&server->exchanges, 1);
      dw_server_left(server);
    }
  }
  dw_loop_wake(server->loop);
}

dw_status dw_server_set_tokens(dw_server *server, dw_tokens *tokens, dw_err *err)
{
  if (!tokens && !server->listening.loopback)
    return dw_err_set(err, DW_EUSAGE, "%s is open to others: tokens are needed", server->listening.address);
  pthread_mutex_lock(&server->lock);
  if (server->tokens_changed) dw_tokens_release(server->tokens);
  server->tokens = dw_tokens_hold(tokens);
  server->tokens_changed = true;
  pthread_mutex_unlock(&server->lock);
  dw_loop_wake(server->loop);
  return DW_OK;
}

/* --- the life of a server --- */

static void fill_limits(dw_server_limits *limits)
{
  if (!limits->workers) limits->workers = 8;
  if (!limits->streams) limits->streams = 32;
  if (!limits->connections) limits->connections = 4096;
  if (!limits->bodies) limits->bodies = UINT64_C(256) << 20;
  if (!limits->idle) limits->idle = 75 * DW_SECOND;
  if (!limits->head) limits->head = 10 * DW_SECOND;
  if (!limits->pause) limits->pause = 30 * DW_SECOND;
  if (!limits->request) limits->request = 600 * DW_SECOND;
  if (!limits->answer) limits->answer = 60 * DW_SECOND;
  if (!limits->drain) limits->drain = 8 * DW_SECOND;
}

static dw_status check_base(const char *base, dw_err *err)
{
  size_t length = base ? strlen(base) : 0;
  if (length == 0 || (base[0] == '/' && base[length - 1] != '/' && strcspn(base, " \"<>\\?#%") == length)) return DW_OK;
  return dw_err_set(err, DW_EUSAGE, "\"%s\" is no base path; it begins with a slash, does not end in one and holds no escapes", base);
}

static void *run(void *context)
{
  dw_server *server = context;
  if (dw_loop_run(server->loop)) return NULL;
  server->lost = server->cut = true;
  tell_event(server, "cannot wait");
  kill(getpid(), SIGTERM); /* whoever attends ends it, with status 4 */
  return NULL;
}

/* Signals are for the thread that waits for them. */
static int start_thread(dw_server *server)
{
  sigset_t all, before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  int problem = pthread_create(&server->thread, NULL, run, server);
  pthread_sigmask(SIG_SETMASK, &before, NULL);
  return problem;
}

static void free_server(dw_server *server)
{
  stop_listening(server);
  dw_crew_free(server->workers);
  dw_crew_free(server->streams);
  dw_watch_free(server->drain_end);
  dw_loop_free(server->loop);
  dw_traffic_free(server->traffic);
  if (server->tokens_changed) dw_tokens_release(server->tokens);
  dw_tokens_release(server->settings.site.tokens);
  pthread_mutex_destroy(&server->lock);
  dw_free(server);
}

static dw_server *new_server(const dw_server_settings *settings)
{
  dw_server *server = dw_alloc_zero(1, sizeof *server);
  server->settings = *settings;
  fill_limits(&server->settings.limits);
  dw_tokens_hold(settings->site.tokens);
  server->open = (dw_ring){&server->open, &server->open, NULL};
  server->idle = (dw_ring){&server->idle, &server->idle, NULL};
  server->posted_end = &server->posted;
  pthread_mutex_init(&server->lock, NULL);
  server->workers = dw_crew_new(server->settings.limits.workers, settings->site.context);
  server->streams = dw_crew_new(server->settings.limits.streams, settings->site.context);
  server->traffic = dw_traffic_new(settings->site.routes);
  return server;
}

static dw_status open_listening(dw_server *server, dw_err *err)
{
  const char *listen = server->settings.listen ? server->settings.listen : "127.0.0.1:3001";
  dw_status status = dw_listen(&server->listening, listen, err);
  if (status != DW_OK) return status;
  if (!server->listening.loopback && !server->settings.site.tokens)
    return dw_err_set(err, DW_EUSAGE, "%s is open to other machines: that needs tokens (--token-file)", listen);
  for (size_t i = 0; i < server->listening.count; i++) {
    server->accepting[i] = dw_watch_new(server->loop, server->listening.fd[i], on_connection, server);
    dw_watch_for(server->accepting[i], DW_READABLE, UINT64_MAX);
  }
  return DW_OK;
}

dw_status dw_server_start(dw_server **out, const dw_server_settings *settings, dw_err *err)
{
  *out = NULL;
  dw_status status = check_base(settings->site.base_path, err);
  if (status != DW_OK) return status;
  dw_server *server = new_server(settings);
  status = dw_loop_new(&server->loop, on_wake, server, err);
  if (status == DW_OK) status = open_listening(server, err);
  *out = server; /* handlers may look there */
  if (status == DW_OK) tell_event(server, "listening");
  int problem = status == DW_OK ? start_thread(server) : 0;
  if (problem) status = dw_err_system(err, problem, "a thread");
  if (status != DW_OK) {
    free_server(server);
    *out = NULL;
    return status;
  }
  return DW_OK;
}

const char *dw_server_address(const dw_server *server) { return server->listening.address; }

bool dw_server_ends(dw_server *server)
{
  pthread_mutex_lock(&server->lock);
  bool ends = server->stop_wanted;
  pthread_mutex_unlock(&server->lock);
  return ends;
}

bool dw_server_stop(dw_server *server)
{
  pthread_mutex_lock(&server->lock);
  server->stop_wanted = true;
  pthread_mutex_unlock(&server->lock);
  dw_loop_wake(server->loop);
  pthread_join(server->thread, NULL);
  bool whole = !server->cut;
  tell_event(server, whole ? "stopped" : "stopped, requests cut off");
  if (atomic_load(&server->exchanges) == 0 && !server->lost) free_server(server);
  return whole;
}
