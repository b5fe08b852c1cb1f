/* dw-serve: one process that is always on. */
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/num.h"
#include "cmd/serve/serve_checks.h"
#include "cmd/serve/serve_outbox.h"
#include "cmd/serve/serve_recheck.h"
#include "cmd/inputs/records_address.h"
#include "cmd/options/cmd.h"
#include "serve/http/attend.h"
#include "serve/http/log_writer.h"
#include "serve/http/probe.h"
#include "serve/http/supervisor.h"
#include "serve/resources/service.h"
#include "serve/scoring/production.h"
#include "serve/verdicts/service_routes.h"

static struct {
  const char *listen, *db, *model, *registry, *token_file, *base_path, *probe, *replay, *from, *to;
  bool failed, all;
  dw_text_list hosts;
  uint64_t connections, body;
  dw_server_limits limits;
} set = {.listen = "127.0.0.1:3001", .base_path = ""};

static dw_once_settings once = DW_ONCE_DEFAULTS;

/* clang-format off */
static dw_option options[] = {
    DW_GROUP("Server"),
    {.name = "listen", .type = DW_OPTION_TEXT, .target = &set.listen, .argument = "HOST:PORT", .initial = "127.0.0.1:3001",
     .help = "where requests come in; beyond this machine only with --token-file"},
    {.name = "base-path", .type = DW_OPTION_TEXT, .target = &set.base_path, .argument = "PATH",
     .help = "what stands in front of every address behind a proxy"},
    {.name = "allowed-hosts", .type = DW_OPTION_LIST, .target = &set.hosts, .argument = "NAMES",
     .help = "names of the server besides localhost; .example.org"},
    {.name = "token-file", .type = DW_OPTION_TEXT, .target = &set.token_file, .argument = "FILE",
     .help = "who may do what: lines NAME SCOPES MODELS sha256:HASH"},
    {.name = "probe", .type = DW_OPTION_TEXT, .target = &set.probe, .argument = "PATH",
     .help = "no server: exit status 0 if the one at --listen answers this (/readyz) with 200"},
    {.name = "max-connections", .type = DW_OPTION_UNSIGNED, .target = &set.connections, .argument = "N", .initial = "4096", .low = 1, .high = 1e6,
     .help = "at once; one more takes the place of an idle one, or is told 503"},
    {.name = "body-limit", .type = DW_OPTION_SIZE, .target = &set.body, .argument = "SIZE", .initial = "1GiB", .help = "the longest body that is taken (413)"},
    DW_GROUP("Time limits"),
    {.name = "head-timeout", .type = DW_OPTION_DURATION, .target = &set.limits.head, .argument = "DURATION", .initial = "10s", .help = "for the head of a request, from its first byte (408)"},
    {.name = "idle-timeout", .type = DW_OPTION_DURATION, .target = &set.limits.idle, .argument = "DURATION", .initial = "75s", .help = "for a connection between requests"},
    {.name = "pause-timeout", .type = DW_OPTION_DURATION, .target = &set.limits.pause, .argument = "DURATION", .initial = "30s", .help = "for a sender, or a reader, who stops in the middle"},
    {.name = "request-timeout", .type = DW_OPTION_DURATION, .target = &set.limits.request, .argument = "DURATION", .initial = "600s", .help = "for a whole body (408), and for a reader's taking what is ready"},
    {.name = "answer-timeout", .type = DW_OPTION_DURATION, .target = &set.limits.answer, .argument = "DURATION", .initial = "60s", .help = "for an answer to begin once its request is there (503)"},
    {.name = "drain", .type = DW_OPTION_DURATION, .target = &set.limits.drain, .argument = "DURATION", .initial = "8s", .help = "for requests under way when it is told to end"},
    DW_GROUP("Database"),
    {.name = "db", .type = DW_OPTION_TEXT, .target = &set.db, .argument = "URL", .initial = DW_RECORDS_ADDRESS_INITIAL, .unrecorded = true,
     .help = "the database: sqlite:FILE or postgresql://…"},
    {.name = "model", .type = DW_OPTION_TEXT, .target = &set.model, .argument = "NAME", .help = "of records that name none"},
    {.name = "registry", .type = DW_OPTION_TEXT, .target = &set.registry, .argument = "WHERE", .unrecorded = true,
     .help = "of dw-model: its model in Production scores what is posted to /score"},
    {.name = "clean-up", .type = DW_OPTION_DURATION, .target = &once.clean_up, .argument = "DURATION", .initial = "1h", .help = "how often what is older than its table keeps is removed; 0s: never"},
    {.name = "keep", .type = DW_OPTION_LIST, .pairs = true, .target = &once.keep, .argument = "TABLE=TIME,...", .initial = "as dw-store prune", .help = "how long records are kept (inference_logs=7d)"},
    DW_OPTIONS_ONCE(once),
    DW_GROUP("Recheck"),
    {.name = "from", .type = DW_OPTION_TEXT, .target = &set.from, .argument = "TIME", .help = "recheck: windows that ended from then on: 60m (ago)"},
    {.name = "to", .type = DW_OPTION_TEXT, .target = &set.to, .argument = "TIME", .help = "recheck: and before then"},
    {.name = "all", .type = DW_OPTION_FLAG, .target = &set.all, .help = "recheck: not only those that records came late for"},
    DW_GROUP("Outbox"),
    {.name = "failed", .type = DW_OPTION_FLAG, .target = &set.failed, .help = "outbox: only what has failed"},
    {.name = "replay", .type = DW_OPTION_TEXT, .target = &set.replay, .argument = "ID", .help = "outbox: try this letter again, or all that have \"failed\""},
    {.name = NULL},
};
/* clang-format on */

static dw_command command = {
    .name = "dw-serve",
    .synopsis = "[OPTION]...\noutbox [--failed | --replay ID] [OPTION]...\nrecheck --from TIME --to TIME [--all] [OPTION]...",
    .purpose = "Take records over HTTP, keep them, and check them at their times.",
    .example = "export DW_DB=sqlite:watched.db DW_NOW=2026-01-02T00:00:00Z\n"
               "dw-store put --model fraud --id transaction_id current.ndjson\n"
               "dw-serve --once --model fraud | dw-report",
    .yes = "--once, recheck: drift was found",
    .options = options};

static dw_err err;

static dw_log_writer writer = DW_LOG_WRITER(STDERR_FILENO);
static dw_log server_log = {DW_LOG_INFO, dw_log_writer_write, &writer};
static dw_service service;
static dw_server *metrics_server; /* NULL: there is none */

static void tell(dw_log_level level, const char *event, const char *message)
{
  dw_log_line line;
  if (!dw_log_begin(&server_log, level, event, &line)) return;
  if (message) dw_json_text(&line.json, "message", message);
  dw_log_end(&server_log, &line);
}

static void tell_fault(const char *message) { tell(DW_LOG_ERROR, "not reloaded", message); }

static dw_status reload_tokens(dw_server *server, dw_err *problem)
{
  dw_tokens *tokens = NULL;
  dw_status status = dw_tokens_read(&tokens, set.token_file, problem);
  if (status == DW_OK) status = dw_server_set_tokens(server, tokens, problem);
  if (status == DW_OK && metrics_server) status = dw_server_set_tokens(metrics_server, tokens, problem);
  dw_tokens_release(tokens);
  return status;
}

/* SIGHUP: all files that may change while it serves, and the registry. What cannot be read changes nothing, and keeps no other. */
static void reload(dw_server *server, void *context)
{
  dw_err problem;
  bool tokens = !set.token_file || reload_tokens(server, &problem) == DW_OK;
  if (!tokens) tell_fault(problem.message);
  bool checks = dw_serve_checks_reload(tell_fault);
  if (service.production) dw_production_look(service.production);
  if (tokens && checks) tell(DW_LOG_INFO, "reloaded", NULL);
}

/* A connection is a descriptor: as many as the system allows. */
static void raise_limit(void)
{
  struct rlimit limit;
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
}

static size_t dimensions_asked(void)
{
  uint64_t count = 0;
  const char *text = getenv("EMBEDDING_DIM");
  if (!text || !*text) return 0;
  if (!dw_num_parse_unsigned(text, strlen(text), &count) || count < 1 || count > 65536)
    dw_cmd_usage("EMBEDDING_DIM: \"%s\" is no number from 1 to 65536", text);
  return (size_t)count;
}

static void open_service(void)
{
  const char *address = dw_records_address(set.db);
  if (set.model && strlen(set.model) > DW_RECORDS_NAME) dw_cmd_usage("--model: a name has at most %d bytes", DW_RECORDS_NAME);
  service = (dw_service){.log = server_log, .model = set.model, .dimensions = dimensions_asked(), .version = DW_VERSION};
  dw_records_make_folder(address);
  dw_cmd_check(dw_records_open(&service.records, address, &(dw_records_options){.create = true}, &err), &err);
  service.tally = dw_tally_new();
  service.board = dw_run_board_new();
}

/* What the registry has to tell. */
static void heed_model(void *context, const char *text) { tell(DW_LOG_WARN, "model", text); }

static void open_production(void)
{
  static const dw_notices told = {.warn = heed_model};
  if (set.registry) dw_cmd_check(dw_production_open(&service.production, set.registry, &told, &err), &err);
}

/* For health checks of containers, and for who waits until the service is there. */
static void probe(void)
{
  dw_cmd_check(dw_probe(set.listen, set.probe, &err), &err);
  dw_cmd_end(DW_OK);
}

/* PROMETHEUS_PORT; 0: there is none. */
static unsigned metrics_port(void)
{
  uint64_t port;
  const char *text = getenv("PROMETHEUS_PORT");
  if (!text || !*text) return 0;
  if (!dw_num_parse_unsigned(text, strlen(text), &port) || port < 1 || port > 65535)
    dw_cmd_usage("PROMETHEUS_PORT: \"%s\" is no port from 1 to 65535", text);
  return (unsigned)port;
}

/* /metrics alone, on a port of its own beside --listen. */
static dw_server *start_metrics(const dw_server_settings *of, unsigned port)
{
  dw_server *server;
  dw_buf address = {0};
  const char *colon = strrchr(set.listen, ':');
  if (!port) return NULL;
  if (colon) dw_buf_add(&address, set.listen, (size_t)(colon + 1 - set.listen));
  dw_buf_format(&address, "%u", port);
  dw_server_settings settings = *of;
  settings.listen = dw_buf_cstr(&address);
  settings.site.routes = dw_metrics_routes;
  settings.limits = (dw_server_limits){.workers = 1, .connections = 64, .drain = DW_SECOND / 10};
  dw_cmd_check(dw_server_start(&server, &settings, &err), &err);
  dw_buf_free(&address);
  return server;
}

/* A grid, a window and the like may be none; what a server waits for may not. */
static void check_limits(void)
{
  for (const dw_option *option = options; option->name; option++)
    if (option->type == DW_OPTION_DURATION && (char *)option->target >= (char *)&set.limits &&
        (char *)option->target < (char *)(&set.limits + 1) && *(int64_t *)option->target > 86400 * DW_SECOND)
      dw_cmd_usage("--%s: at most 24h", option->name);
  set.limits.connections = (unsigned)set.connections;
}

/* What is done besides serving, if an operand says so. */
static void heed_verb(void)
{
  const char *verb = command.operands.count ? command.operands.text[0] : "";
  bool outbox = strcmp(verb, "outbox") == 0, recheck = strcmp(verb, "recheck") == 0;
  if (command.operands.count > (size_t)(outbox || recheck))
    dw_cmd_usage("nothing is taken besides options, outbox and recheck, not %s", command.operands.text[outbox || recheck]);
  if (!outbox && (set.failed || set.replay)) dw_cmd_usage("--%s goes with outbox", set.failed ? "failed" : "replay");
  if (!recheck && (set.from || set.to || set.all)) dw_cmd_usage("--%s goes with recheck", set.from ? "from" : set.to ? "to" : "all");
  if (recheck) dw_serve_recheck(&once, set.from, set.to, set.all);
  if (outbox)
    dw_serve_outbox(
        &(dw_outbox_asked){.address = dw_records_address(set.db), .model = set.model, .replay = set.replay, .failed = set.failed});
}

int main(int argc, char **argv)
{
  dw_cmd_start(&command, argc, argv);
  if (set.probe) probe();
  once.db = set.db;
  once.registry = set.registry;
  if (set.model) once.model = set.model;
  heed_verb();
  if (once.once) dw_serve_once(&once);
  const char *level = getenv("LOG_LEVEL");
  if (level && *level && !dw_log_level_of(level, &server_log.level))
    dw_cmd_usage("LOG_LEVEL: \"%s\" is none of debug, info, warn, error", level);
  check_limits();
  unsigned port = metrics_port();
  dw_server_settings settings = {
      .listen = set.listen,
      .site = {.routes = dw_service_routes, .context = &service, .base_path = set.base_path, .hosts = set.hosts, .body_limit = set.body},
      .limits = set.limits,
      .log = server_log};
  if (set.token_file) dw_cmd_check(dw_tokens_read(&settings.site.tokens, set.token_file, &err), &err);
  dw_serve_checks_read(&once);
  raise_limit();
  dw_mem_places(4);
  dw_attend_begin();
  open_service();
  open_production();
  dw_serve_checks_start(&service);
  dw_cmd_check(dw_server_start(&service.server, &settings, &err), &err);
  metrics_server = start_metrics(&settings, port);
  dw_tokens_release(settings.site.tokens);
  dw_supervisor_tell("READY=1");
  bool answered = dw_attend_both(service.server, metrics_server, reload, NULL);
  dw_serve_checks_stop();
  if (!answered) {
    dw_err_set(&err, DW_ESYSTEM, "requests were cut off");
    dw_cmd_fail(&err);
  }
  dw_records_close(service.records);
  dw_production_close(service.production);
  dw_tally_free(service.tally);
  dw_run_board_free(service.board);
  dw_cmd_end(DW_OK);
}
