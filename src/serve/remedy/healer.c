#include "serve/remedy/healer.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "io/bytes/input.h"
#include "io/bytes/output.h"
#include "io/text/lines.h"

enum { ANSWER_BYTES = 64 << 20, WORDS = 48, LOOK_MS = 20, LOOK_MOST_MS = 200 };

extern char **environ;

/* --- files --- */

typedef struct files {
  dw_buf folder, evidence, output, error;
} files;

static void name_files(files *f, const dw_healer *h)
{
  dw_remedy_folder(h->remedy->folder, h->model, &f->folder);
  dw_buf_format(&f->evidence, "%s/asked/%s.ndjson", dw_buf_cstr(&f->folder), h->name);
  dw_buf_format(&f->output, "%s/asked/%s.out", dw_buf_cstr(&f->folder), h->name);
  dw_buf_format(&f->error, "%s/asked/%s.err", dw_buf_cstr(&f->folder), h->name);
}

static void forget_files(files *f)
{
  dw_buf_free(&f->folder);
  dw_buf_free(&f->evidence);
  dw_buf_free(&f->output);
  dw_buf_free(&f->error);
}

/* The folders of a path that ends in a file. */
static dw_status make_folders(const char *path, dw_err *err)
{
  dw_status status = DW_OK;
  char *part = dw_strdup(path);
  for (char *p = part + 1; *p && status == DW_OK; p++) {
    if (*p != '/') continue;
    *p = '\0';
    if (mkdir(part, 0777) < 0 && errno != EEXIST) status = dw_err_system(err, errno, "%s", part);
    *p = '/';
  }
  dw_free(part);
  return status;
}

/* --- the call --- */

static size_t put_words(const dw_healer *h, files *f, const char *word[WORDS])
{
  const dw_remedy *r = h->remedy;
  const char *const given[][2] = {{"--registry", r->registry}, {"--data", r->data}, {"--holdout", r->holdout},
                                  {"--label", r->label},       {"--id", r->id},     {"--sign", r->sign}};
  size_t count = 0;
  word[count++] = r->program;
  word[count++] = "--events";
  word[count++] = dw_buf_cstr(&f->folder);
  word[count++] = "--output";
  word[count++] = dw_buf_cstr(&f->output);
  for (size_t i = 0; i < sizeof given / sizeof *given; i++)
    if (given[i][1]) word[count++] = given[i][0], word[count++] = given[i][1];
  if (h->evidence) {
    word[count++] = "--policy";
    word[count++] = r->policy_file;
    word[count++] = "--model";
    word[count++] = h->model;
    word[count++] = "--";
    word[count++] = dw_buf_cstr(&f->evidence);
  } else {
    word[count++] = "--resume";
  }
  word[count] = NULL;
  return count;
}

/* Its own group and the usual signals: what ends us does not end it. */
static int start(const char *const *word, const char *error, pid_t *pid)
{
  posix_spawn_file_actions_t actions;
  posix_spawnattr_t attr;
  sigset_t none, usual;
  int problem = posix_spawn_file_actions_init(&actions);
  if (problem) return problem;
  posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0);
  posix_spawn_file_actions_addopen(&actions, 2, error, O_WRONLY | O_CREAT | O_TRUNC, 0666);
  sigemptyset(&none);
  sigfillset(&usual);
  problem = posix_spawnattr_init(&attr);
  if (!problem) {
    posix_spawnattr_setsigmask(&attr, &none);
    posix_spawnattr_setsigdefault(&attr, &usual);
    posix_spawnattr_setpgroup(&attr, 0);
    posix_spawnattr_setflags(&attr, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP);
    problem = posix_spawn(pid, word[0], &actions, &attr, (char *const *)word, environ);
    posix_spawnattr_destroy(&attr);
  }
  posix_spawn_file_actions_destroy(&actions);
  return problem;
}

/* Its exit status; -1: it was killed; -2: we were to end, and it is left to its work. */
static int wait_for(pid_t pid, const dw_healer *h)
{
  int status = 0;
  for (long pause = LOOK_MS;; pause = pause < LOOK_MOST_MS ? pause * 2 : LOOK_MOST_MS) {
    pid_t got = waitpid(pid, &status, WNOHANG);
    if (got == pid) return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    if (got < 0 && errno != EINTR) return -1;
    if (h->stop && h->stop(h->context)) return -2;
    struct timespec wait = {.tv_nsec = pause * 1000000};
    nanosleep(&wait, NULL);
  }
}

/* --- what it said --- */

/* The last of each kind: what a crash cut short is told first. */
static dw_status read_documents(const char *path, dw_healing_answer *answer, dw_err *err)
{
  char *text;
  size_t length;
  bool there;
  dw_status status = dw_input_there(path, &there, err);
  if (!there) return status;
  status = dw_input_whole(path, ANSWER_BYTES, &text, &length, err);
  if (status != DW_OK) return status;
  dw_lines lines = dw_lines_of(text, length);
  for (dw_line line; status == DW_OK && dw_lines_next(&lines, &line);) {
    dw_value *value, **place = NULL;
    if (dw_line_blank(&line)) continue;
    status = dw_value_parse(&value, line.text, line.length, path, line.number, err);
    if (status != DW_OK) break;
    const char *kind = dw_value_text_of(value, "kind", "");
    if (strcmp(kind, "plan") == 0) place = &answer->plan;
    if (strcmp(kind, "release") == 0) place = &answer->release;
    if (place) dw_value_free(*place);
    if (place) *place = value;
    else dw_value_free(value);
  }
  dw_free(text);
  answer->decided = answer->plan && answer->release;
  return status;
}

static void last_words(const char *path, int code, dw_healing_answer *answer)
{
  char *text;
  size_t length;
  snprintf(answer->error, sizeof answer->error, code < 0 ? "dw-heal was killed" : "dw-heal: exit status %d", code);
  if (dw_input_whole(path, 1 << 20, &text, &length, NULL) != DW_OK) return;
  while (length && text[length - 1] == '\n') length--;
  size_t from = length;
  while (from && text[from - 1] != '\n') from--;
  dw_err clean; /* a program's words are whatever it wrote */
  if (length > from) {
    dw_err_set(&clean, DW_ESYSTEM, "%.*s", (int)(length - from < 250 ? length - from : 250), text + from);
    snprintf(answer->error, sizeof answer->error, "%.*s", DW_OUTBOX_ERROR - 1, clean.message);
  }
  dw_free(text);
}

void dw_healer_forget(const dw_healer *h)
{
  files f = {{0}, {0}, {0}, {0}};
  name_files(&f, h);
  unlink(dw_buf_cstr(&f.evidence));
  unlink(dw_buf_cstr(&f.output));
  unlink(dw_buf_cstr(&f.error));
  forget_files(&f);
}

dw_status dw_healer_call(const dw_healer *h, dw_healing_answer *answer, dw_err *err)
{
  files f = {{0}, {0}, {0}, {0}};
  const char *word[WORDS];
  pid_t pid = 0;
  *answer = (dw_healing_answer){0};
  name_files(&f, h);
  dw_status status = make_folders(dw_buf_cstr(&f.evidence), err);
  if (status == DW_OK && h->evidence) status = dw_output_file(dw_buf_cstr(&f.evidence), h->evidence, h->length, err);
  if (status == DW_OK) {
    unlink(dw_buf_cstr(&f.output)); /* of a call before this one */
    put_words(h, &f, word);
    int problem = start(word, dw_buf_cstr(&f.error), &pid);
    if (problem) status = dw_err_system(err, problem, "%s", h->remedy->program);
  }
  if (status == DW_OK) {
    int code = wait_for(pid, h);
    answer->left = code == -2;
    if (!answer->left) status = read_documents(dw_buf_cstr(&f.output), answer, err);
    if (!answer->left && !answer->decided && code != 0) last_words(dw_buf_cstr(&f.error), code, answer);
    answer->never = code == DW_EUSAGE || code == DW_EDATA || code == DW_ENODATA;
  }
  forget_files(&f);
  return status;
}

void dw_healing_answer_free(dw_healing_answer *answer)
{
  dw_value_free(answer->plan);
  dw_value_free(answer->release);
}
