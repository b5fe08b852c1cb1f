/* What asking, looking for borders and importing have in common. */
#include "cmd/canary/canary_settings.h"

#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "io/bytes/unfinished.h"
#include "io/formats/formats.h"

static dw_err err;

static const char *variable(const char *name)
{
  const char *value = getenv(name);
  return value && *value ? value : NULL;
}

static const char *base_url(void)
{
  const char *url = variable("OPENAI_BASE_URL");
  if (url) return url;
  return variable("OPENROUTER_API_KEY") && !variable("OPENAI_API_KEY") ? "https://openrouter.ai/api/v1" : "https://api.openai.com/v1";
}

/* --- canaries --- */

static bool is_folder(const char *path)
{
  struct stat about;
  return stat(path, &about) == 0 && S_ISDIR(about.st_mode);
}

/* Folders that a pattern matches besides, backups/ above all, are passed over. */
static void find_pattern(const char *pattern, dw_text_list *out)
{
  glob_t found;
  size_t before = out->count;
  bool many = strpbrk(pattern, "*?[") != NULL;
  int problem = glob(pattern, GLOB_NOCHECK, NULL, &found);
  if (problem) {
    dw_err_set(&err, DW_ESYSTEM, "--configs: \"%s\" cannot be looked up", pattern);
    dw_cmd_fail(&err);
  }
  for (size_t i = 0; i < found.gl_pathc; i++) {
    if (many && !strcmp(found.gl_pathv[i], pattern) && access(pattern, F_OK) != 0) continue;
    if (many && is_folder(found.gl_pathv[i])) continue;
    out->text = dw_grow(out->text, &out->capacity, out->count + 1, sizeof *out->text);
    out->text[out->count++] = dw_strdup(found.gl_pathv[i]);
  }
  globfree(&found);
  if (out->count == before) dw_cmd_usage("--configs: no file matches \"%s\"", pattern);
}

void dw_canary_config_paths(const dw_text_list *patterns, dw_text_list *out)
{
  *out = (dw_text_list){0};
  if (!patterns->count) dw_cmd_usage("which canaries? --configs 'canaries/*.json'");
  for (size_t i = 0; i < patterns->count; i++) find_pattern(patterns->text[i], out);
}

void dw_canary_config_paths_free(dw_text_list *paths)
{
  for (size_t i = 0; i < paths->count; i++) dw_free((char *)paths->text[i]);
  dw_free(paths->text);
}

dw_canary_defaults dw_canary_defaults_asked(void) { return (dw_canary_defaults){.base_url = base_url(), .model = variable("CHAT_MODEL")}; }

void dw_canary_configs_asked(const dw_canary_options *set, dw_canary_configs *out)
{
  dw_text_list paths;
  dw_canary_defaults defaults = dw_canary_defaults_asked();
  *out = (dw_canary_configs){0};
  dw_canary_config_paths(&set->configs, &paths);
  for (size_t i = 0; i < paths.count; i++) dw_cmd_check(dw_canary_config_read(out, paths.text[i], &defaults, &err), &err);
  dw_canary_config_paths_free(&paths);
}

/* --- how they are asked --- */

/* "exec:PROGRAM ARGUMENT…" as an argument vector. */
static const char *const *command_of(const char *text)
{
  size_t count = 0;
  char *words = dw_strdup(text), **out = dw_alloc_zero(strlen(text) + 2, sizeof *out);
  for (char *at = words; *at;) {
    at += strspn(at, " ");
    if (!*at) break;
    out[count++] = at;
    at += strcspn(at, " ");
    if (*at) *at++ = '\0';
  }
  if (!count) dw_cmd_usage("--embed: exec: needs a program: exec:PROGRAM ARGUMENT...");
  return (const char *const *)out;
}

static void read_embed(const char *embed, dw_ask_settings *out)
{
  if (!embed) return;
  if (strcmp(embed, "builtin") == 0) out->embed = DW_EMBED_BUILTIN;
  else if (strncmp(embed, "exec:", 5) == 0) {
    out->embed = DW_EMBED_EXEC;
    out->embed_command = command_of(embed + 5);
  } else if (strncmp(embed, "openai", 6) == 0 && (embed[6] == '\0' || (embed[6] == ':' && embed[7]))) {
    out->embed = DW_EMBED_OPENAI;
    out->embed_url = base_url();
    out->embed_model = embed[6] ? embed + 7 : variable("EMBEDDING_MODEL");
    if (!out->embed_model) dw_cmd_usage("--embed openai: which model? openai:MODEL, or EMBEDDING_MODEL in the environment");
  } else dw_cmd_usage("--embed: \"%s\" is not builtin, openai:MODEL or exec:PROGRAM ARGUMENT...", embed);
}

void dw_canary_ask_settings(const dw_canary_options *set, dw_ask_settings *out)
{
  *out = (dw_ask_settings){.parallel = (unsigned)set->parallel,
                           .timeout = set->timeout,
                           .spacing = set->spacing,
                           .max_requests = set->max_requests,
                           .retry = {(unsigned)set->retries, set->backoff, 30 * DW_SECOND, 600 * DW_SECOND},
                           .seed = set->seed,
                           .stop = -1,
                           .grace = 3 * DW_SECOND,
                           .notices = &dw_cmd_notices};
  read_embed(set->embed, out);
}

void dw_canary_read_prompts(const dw_canary_options *set, const dw_text_list *paths, dw_prompts *out)
{
  dw_reader *reader;
  dw_prompts_init(out);
  dw_reader_options how = {.format = dw_format_at(set->format),
                           .threads = (unsigned)set->threads,
                           .skip_errors = set->on_error == 1,
                           .dialect = &set->dialect,
                           .spans = true, /* for the lines of messages */
                           .want = dw_prompts_wants,
                           .as_text = dw_prompts_as_text};
  dw_cmd_check(dw_reader_open(&reader, paths->text, paths->count, &how, &err), &err);
  dw_batch_sink sink = {dw_prompts_take, out};
  dw_cmd_check(dw_reader_run(reader, &sink, &dw_cmd_notices, &err), &err);
  dw_reader_report(reader, NULL, &dw_cmd_notices);
  dw_cmd_made_by_reader(reader, paths, NULL);
  dw_reader_close(reader);
}

const char *dw_canary_now(void)
{
  static char text[DW_TIME_TEXT + 1];
  int64_t now;
  dw_cmd_check(dw_time_now(&now, &err), &err);
  text[dw_time_print(text, now)] = '\0';
  return text;
}

/* --- told to stop --- */

static int stop_pipe[2] = {-1, -1};
static volatile sig_atomic_t told;

static void hear(int number)
{
  int saved = errno;
  if (told) {
    dw_unfinished_remove();
    signal(number, SIG_DFL);
    raise(number);
  }
  told = 1;
  if (write(stop_pipe[1], "", 1) < 0) signal(number, SIG_DFL); /* the pipe is empty, so it cannot be full */
  errno = saved;
}

int dw_canary_stop_signals(void)
{
  static const int numbers[] = {SIGINT, SIGTERM, SIGHUP};
  if (pipe2(stop_pipe, O_CLOEXEC | O_NONBLOCK) < 0) {
    dw_err_system(&err, errno, "a pipe");
    dw_cmd_fail(&err);
  }
  for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
    struct sigaction now, ours = {.sa_handler = hear};
    sigemptyset(&ours.sa_mask);
    if (sigaction(numbers[i], NULL, &now) == 0 && now.sa_handler != SIG_IGN) sigaction(numbers[i], &ours, NULL); /* nohup stays so */
  }
  return stop_pipe[0];
}

/* --- written --- */

/* The first error, for the message in the end: without keys, which a server may repeat. */
static void note(dw_canary_writing *w, const dw_response *response)
{
  dw_buf text = {0};
  dw_buf_format(&text, "canary \"%s\": ", response->canary);
  if (response->error->status) dw_buf_format(&text, "status %d: ", response->error->status);
  dw_buf_text(&text, response->error->message ? response->error->message : response->error->type ? response->error->type : "an error");
  if (w->ask) dw_ask_scrub(w->ask, &text);
  w->failed = dw_strdup(dw_buf_cstr(&text));
  dw_buf_free(&text);
}

dw_status dw_canary_write(void *context, const dw_response *response, bool *stop, dw_err *e)
{
  dw_canary_writing *w = context;
  w->line.length = 0;
  w->count++;
  if (response->error && !w->failed) note(w, response);
  dw_response_write(response, &w->line);
  if (w->ask) dw_ask_scrub(w->ask, &w->line);
  dw_status status = dw_output_write(w->output, w->line.data, w->line.length, e);
  if (status == DW_OK && w->at_once) status = dw_output_flush(w->output, e);
  *stop = dw_output_closed(w->output);
  return status;
}
