/* dw-serve: one process that is always on. */
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/num.h"
#include "cmd/commands/serve_once.h"
#include "cmd/commands/serve_outbox.h"
#include "cmd/commands/serve_recheck.h"
#include "cmd/inputs/records_address.h"
#include "cmd/options/cmd.h"
#include "serve/http/attend.h"
#include "serve/http/log_writer.h"
#include "serve/remedy/remedies.h"
#include "serve/resources/service.h"
#include "serve/verdicts/service_routes.h"

static struct {
  const char *listen, *db, *model, *token_file, *base_path, *replay, *from, *to;
  bool failed, all;
  dw_text_list hosts;
} set = {.listen = "127.0.0.1:3001", .base_path = ""};

static dw_once_settings once = DW_ONCE_DEFAULTS;

/* clang-format off */
static dw_option options[] = {
    {.name = "listen", .type = DW_OPTION_TEXT, .target = &set.listen, .argument = "HOST:PORT", .initial = "127.0.0.1:3001",
     .help = "where requests come in; beyond this machine only with --token-file"},
    {.name = "db", .type = DW_OPTION_TEXT, .target = &set.db, .argument = "URL", .initial = DW_RECORDS_ADDRESS_INITIAL, .unrecorded = true,
     .help = "the database of the records: sqlite:FILE or postgresql://…; made where there is none"},
    {.name = "model", .type = DW_OPTION_TEXT, .target = &set.model, .argument = "NAME", .help = "of records that name none"},
    {.name = "token-file", .type = DW_OPTION_TEXT, .target = &set.token_file, .argument = "FILE",
     .help = "who may do what: a line NAME SCOPES MODELS sha256:HASH for each token"},
    {.name = "base-path", .type = DW_OPTION_TEXT, .target = &set.base_path, .argument = "PATH",
     .help = "what stands in front of every address behind a proxy (/dw), taken off by it or not"},
    {.name = "allowed-hosts", .type = DW_OPTION_LIST, .target = &set.hosts, .argument = "NAMES",
     .help = "names that the server goes by besides localhost; .example.org is all below it"},
    DW_OPTIONS_ONCE(once),
    {.name = "from", .type = DW_OPTION_TEXT, .target = &set.from, .argument = "TIME", .help = "recheck: windows that ended from then on: 60m (ago), 2026-01-31T09:30:00Z"},
    {.name = "to", .type = DW_OPTION_TEXT, .target = &set.to, .argument = "TIME", .help = "recheck: and before then"},
    {.name = "all", .type = DW_OPTION_FLAG, .target = &set.all, .help = "recheck: not only those that records came late for"},
    {.name = "failed", .type = DW_OPTION_FLAG, .target = &set.failed, .help = "outbox: only what has failed"},
    {.name = "replay", .type = DW_OPTION_TEXT, .target = &set.replay, .argument = "ID", .help = "outbox: try this letter again, or all that have \"failed\""},
    {.name = NULL},
};
/* clang-format on */

static dw_command command = {
    .name = "dw-serve",
    .synopsis = "[OPTION]...\noutbox [--failed | --replay ID] [OPTION]...\nrecheck --from TIME --to TIME [--all] [OPTION]...",
    .purpose = "Take records over HTTP, keep them in a database, and check them at their times.",
    .yes = "--once: drift was found",
    .options = options};

static dw_err err;

static dw_log_writer writer = DW_LOG_WRITER(STDERR_FILENO);
static dw_log server_log = {DW_LOG_INFO, dw_log_writer_write, &writer};
static dw_service service;

static void tell(dw_log_level level, const char *event, const char *message)
{
  dw_log_line line;
  if (!dw_log_begin(&server_log, level, event, &line)) return;
  if (message) dw_json_text(&line.json, "message", message);
  dw_log_end(&server_log, &line);
}

/* SIGHUP: the tokens again. What cannot be read changes nothing. */
static void reload(dw_server *server, void *context)
{
  dw_tokens *tokens = NULL;
  dw_err problem;
  dw_status status = set.token_file ? dw_tokens_read(&tokens, set.token_file, &problem) : DW_OK;
  if (status == DW_OK && set.token_file) status = dw_server_set_tokens(server, tokens, &problem);
  dw_tokens_release(tokens);
  if (status == DW_OK) tell(DW_LOG_INFO, "reloaded", NULL);
  else tell(DW_LOG_ERROR, "not reloaded", problem.message);
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
}

/* What a check has to tell. */
static void heed(void *context, const char *text) { tell(DW_LOG_WARN, "check", text); }

static dw_receivers receivers;
static dw_rounds_settings checks;
static dw_buf stages;
static const dw_notices notices = {.warn = heed};

/* What was decided about an alert. */
static void tell_deed(void *context, const dw_remedy_deed *deed)
{
  dw_log_line line;
  if (!dw_log_begin(&server_log, strcmp(deed->decision, "failed") == 0 ? DW_LOG_ERROR : DW_LOG_INFO, "action", &line)) return;
  dw_json_text(&line.json, "model", deed->model);
  dw_json_text(&line.json, "check", deed->check);
  dw_json_text(&line.json, "decision", deed->decision);
  if (*deed->action) dw_json_text(&line.json, "action", deed->action);
  if (*deed->run) dw_json_text(&line.json, "run", deed->run);
  if (*deed->reason) dw_json_text(&line.json, "message", deed->reason);
  dw_log_end(&server_log, &line);
}

static dw_remedy remedy;

static void start_remedies(dw_remedies **remedies)
{
  *remedies = NULL;
  if (!checks.remedy) return;
  remedy.tell = tell_deed;
  dw_cmd_check(dw_remedies_start(remedies, &remedy, service.records, &notices, &err), &err);
}

static void start_rounds(dw_rounds **rounds)
{
  dw_cmd_made_by_stage(&stages, NULL);
  checks.stages = &stages;
  checks.notices = &notices;
  dw_cmd_check(dw_rounds_start(rounds, &checks, service.records, &err), &err);
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
  once.db = set.db;
  if (set.model) once.model = set.model;
  heed_verb();
  if (once.once) dw_serve_once(&once);
  const char *level = getenv("LOG_LEVEL");
  if (level && *level && !dw_log_level_of(level, &server_log.level))
    dw_cmd_usage("LOG_LEVEL: \"%s\" is none of debug, info, warn, error", level);
  dw_server_settings settings = {.listen = set.listen,
                                 .site = {.routes = dw_service_routes, .context = &service, .base_path = set.base_path, .hosts = set.hosts},
                                 .log = server_log};
  if (set.token_file) dw_cmd_check(dw_tokens_read(&settings.site.tokens, set.token_file, &err), &err);
  dw_serve_settle(&once, &checks, &receivers);
  dw_serve_settle_policy(&once, &checks, &remedy);
  raise_limit();
  dw_attend_begin();
  open_service();
  dw_rounds *rounds;
  dw_remedies *remedies;
  start_rounds(&rounds);
  start_remedies(&remedies);
  dw_cmd_check(dw_server_start(&service.server, &settings, &err), &err);
  dw_tokens_release(settings.site.tokens);
  if (!dw_attend(service.server, reload, NULL)) {
    dw_err_set(&err, DW_ESYSTEM, "requests were cut off");
    dw_cmd_fail(&err);
  }
  dw_remedies_stop(remedies);
  dw_rounds_stop(rounds);
  dw_records_close(service.records);
  dw_tally_free(service.tally);
  if (once.receivers) dw_receivers_free(&receivers);
  dw_buf_free(&stages);
  dw_cmd_end(DW_OK);
}
