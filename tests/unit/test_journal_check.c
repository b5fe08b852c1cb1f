/* Every member of every document of the log, made absent, null, of another type, huge, negative, empty, deep, double: with a valid chain it
 * is refused by name, and nothing of it is carried out; or it stands in the list of what may be so. */
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "act/audit_parts.h"
#include "act/heal.h"
#include "act/journal_check.h"
#include "journal_case.h"
#include "test.h"

static char folder[64], marker[96], self[96];
static dw_err err;

static void put(const char *name, const char *text, size_t length)
{
  char path[160];
  snprintf(path, sizeof path, "%s/%s", folder, name);
  FILE *file = fopen(path, "wb");
  CHECK(file && fwrite(text, 1, length, file) == length && fclose(file) == 0);
}

static void fresh(void)
{
  /* thousands of synced files */
  snprintf(folder, sizeof folder, "%s/dw-test-journal-XXXXXX", access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp");
  CHECK(mkdtemp(folder) != NULL);
  snprintf(marker, sizeof marker, "%s/started", folder);
  snprintf(self, sizeof self, "%s/self", folder);
  dw_buf text = {0};
  dw_buf_format(&text, "#!/bin/sh\n: >'%s'\nexit 1\n", marker); /* in place of dw-heal: who calls it has begun to carry a plan out */
  put("self", text.data, text.length);
  dw_buf_free(&text);
  CHECK(chmod(self, 0755) == 0);
  char work[128];
  snprintf(work, sizeof work, "%s/runs", folder);
  CHECK(mkdir(work, 0777) == 0);
  snprintf(work, sizeof work, "%s/runs/r-1", folder);
  CHECK(mkdir(work, 0777) == 0);
  put("runs/r-1/go.out", "v7\n", 3); /* what the first step gave */
  setenv("DW_NOW", "2026-01-05T00:00:00Z", 1);
}

static void gone(void)
{
  char command[128];
  snprintf(command, sizeof command, "rm -rf '%s'", folder);
  CHECK(system(command) == 0);
}

/* A run that stands before its last step. */
#define STEPS_OF_IT                                                                                                                        \
  JOURNAL_COMMAND("r-1.1", "go")                                                                                                           \
  "," JOURNAL_DECIDE("r-1.2", "go") "," JOURNAL_APPROVAL("r-1.3") "," JOURNAL_STEP("r-1.4", "ask", "request",                              \
                                                                                   "\"more\":1") "," JOURNAL_COMMAND("r-1.5", "last")
static const char *const lines[][4] = {
    /* event, step, document, name for messages */
    {"incident", NULL, JOURNAL_INCIDENT, "incident"},
    {"plan", NULL, JOURNAL_PLAN("r-1", "true", STEPS_OF_IT), "plan"},
    {"started", "r-1.1", NULL, "started"},
    {"ended", "r-1.1", JOURNAL_ACTION("r-1", "r-1.1", "go"), "action"},
    {"release", "r-1.2", JOURNAL_JUDGED("r-1", "promote"), "judgement"},
    {"waiting", "r-1.3", NULL, "waiting"},
    {"approved", "r-1.3", NULL, "approved"},
    {"finished", NULL, JOURNAL_FINISHED("r-1", "promoted"), "release"},
};
enum { LINES = sizeof lines / sizeof *lines, UNFINISHED = LINES - 1 };

/* The first count lines with a valid chain and head; document instead of that of line which. */
static void log_make(size_t count, size_t which, const char *document, dw_buf *out)
{
  char hash[DW_SEAL_HASH + 1];
  dw_buf line = {0}, head = {0};
  memcpy(hash, dw_audit_no_hash, sizeof hash);
  out->length = 0;
  for (size_t i = 0; i < count; i++) {
    const char *text = i == which ? document : lines[i][2];
    line.length = 0;
    dw_buf_format(&line,
                  "{\"kind\":\"audit\",\"sequence\":%zu,\"time\":\"2026-01-05T00:00:00Z\",\"event\":\"%s\",\"run\":\"r-1\",\"step\":",
                  i + 1, lines[i][0]);
    if (lines[i][1]) dw_buf_format(&line, "\"%s\"", lines[i][1]);
    else dw_buf_text(&line, "null");
    dw_buf_text(&line, ",\"document\":");
    dw_buf_text(&line, text ? text : "null");
    dw_buf_format(&line, ",\"previous\":\"%s\"}", hash);
    dw_seal_hash(line.data, line.length, hash);
    dw_buf_add(out, line.data, line.length);
    dw_buf_char(out, '\n');
  }
  dw_audit_head_print(&head, count, hash, "");
  dw_buf_char(&head, '\n');
  put("audit.ndjson", out->data, out->length);
  put("audit.ndjson.head", head.data, head.length);
  dw_buf_free(&line);
  dw_buf_free(&head);
}

static dw_status emit(void *context, const char *text, size_t length, dw_err *e) { return DW_OK; }

static dw_status resume(void)
{
  dw_heal_result result;
  dw_heal_options options = {.settings = {.events = folder}, .self = self, .emit = emit};
  remove(marker);
  return dw_heal(&options, &result, &err);
}

/* tree printed with `at` replaced by text (NULL: left out; "=": written twice). */
static void changed(const dw_value *tree, const dw_value *at, const char *text, dw_buf *out)
{
  bool object = dw_value_kind(tree) == DW_VALUE_OBJECT;
  if (tree == at && text && *text != '=') {
    dw_buf_text(out, text);
    return;
  }
  if (!object && dw_value_kind(tree) != DW_VALUE_ARRAY) {
    dw_value_print(tree, out);
    return;
  }
  dw_buf_char(out, object ? '{' : '[');
  bool first = true;
  for (const dw_value *item = dw_value_first(tree); item; item = dw_value_next(item)) {
    if (item == at && !text) continue;
    for (int times = item == at && *text == '=' ? 2 : 1; times > 0; times--) {
      if (!first) dw_buf_char(out, ',');
      first = false;
      if (object) {
        dw_json_quote(out, dw_value_key(item), strlen(dw_value_key(item)));
        dw_buf_char(out, ':');
      }
      changed(item, at, text, out);
    }
  }
  dw_buf_char(out, object ? '}' : ']');
}

#define DEEP5(x) "[[[[[" x "]]]]]"
#define DEEP25(x) DEEP5(DEEP5(DEEP5(DEEP5(DEEP5(x)))))
static const struct {
  const char *name, *text;
} changes[] = {
    {"absent", NULL},     {"null", "null"},        {"true", "true"},     {"number", "7"},
    {"huge", "1e308"},    {"negative", "-1"},      {"fraction", "0.5"},  {"empty text", "\"\""},
    {"text", "\"x\""},    {"path", "\"../../x\""}, {"empty list", "[]"}, {"nulls", "[null]"},
    {"texts", "[\"x\"]"}, {"object", "{}"},        {"deep", DEEP25("")}, {"deeper", DEEP25(DEEP25(DEEP25("")))},
    {"twice", "="},
};

/* What may be so: "document.member: change change …"; entries of lists by number. */
#define ANYTHING " absent; null; true; number; huge; negative; fraction; empty text; text; path; empty list; nulls; texts; object; deep;"
#define A_FIGURE " absent; null; number; huge; negative; fraction;"
#define AN_ENTRY " absent; empty text; text; path; twice;"
#define A_TEXT_OR_NONE " absent; null; empty text; text; path;"
#define A_TEXT " empty text; text; path;"
#define A_SHARE_OR_NONE " absent; null; fraction;"
#define A_NAME_OR_NONE " absent; null; text;"
static const char *const may_be[] = {
    "incident.types: empty list;",
    "incident.types.1: absent; twice;",
    "incident.summary:" A_TEXT,
    "incident.drift_share:" A_SHARE_OR_NONE,
    "incident.recommended_action:" A_TEXT,
    "incident.evidence: empty list;",
    "incident.evidence.1: absent; object; twice;",
    "incident.evidence.1.kind:" ANYTHING,
    "incident.evidence_count: number;",
    "plan.recommended_action:" A_TEXT,
    "plan.held: absent; null;",
    "plan.changes: true;",
    "plan.reason:" A_TEXT,
    "plan.policy.name:" A_TEXT,
    "plan.policy.version: number;",
    "plan.policy.digest:" A_TEXT,
    "plan.release.promote_if_quality_gates_pass: true;",
    "plan.release.require_better_than_current: true;",
    "plan.steps.1.arguments: texts;",
    "plan.steps.1.arguments.1: absent; text; path; twice;",
    "plan.steps.1.arguments.2:" AN_ENTRY,
    "plan.steps.1.environment: empty list;",
    "plan.steps.1.environment.1: absent; twice;",
    "plan.steps.1.pass_environment: empty list; texts;",
    "plan.steps.1.pass_environment.1:" AN_ENTRY,
    "plan.steps.1.time_limit: number; fraction;",
    "plan.steps.1.gives: absent; null; empty text; text;",
    "plan.steps.1.repeat: true;",
    "plan.steps.1.optional: true; empty list;",
    "plan.steps.1.optional.1: absent; number; twice;",
    "plan.steps.1.when:" A_NAME_OR_NONE,
    "plan.steps.1.unless:" A_NAME_OR_NONE,
    "plan.steps.1.share:" A_SHARE_OR_NONE,
    "plan.steps.2.name: text;",
    "plan.steps.2.metrics: text;",
    "plan.steps.2.better_by:" A_TEXT_OR_NONE,
    "plan.steps.2.when:" A_NAME_OR_NONE,
    "plan.steps.2.unless:" A_NAME_OR_NONE,
    "plan.steps.2.share: absent; null;",
    "plan.steps.3.name: text;",
    "plan.steps.3.of:" A_TEXT,
    "plan.steps.3.when:" A_NAME_OR_NONE,
    "plan.steps.3.unless:" A_NAME_OR_NONE,
    "plan.steps.3.share:" A_SHARE_OR_NONE,
    "plan.steps.4.name: text;",
    "plan.steps.4.more:" ANYTHING,
    "plan.steps.4.when:" A_NAME_OR_NONE,
    "plan.steps.4.unless:" A_NAME_OR_NONE,
    "plan.steps.4.share:" A_SHARE_OR_NONE,
    "plan.steps.5: absent;",
    "plan.steps.5.name: text;",
    "plan.steps.5.arguments: texts;",
    "plan.steps.5.arguments.1: absent; text; path; twice;",
    "plan.steps.5.arguments.2:" AN_ENTRY,
    "plan.steps.5.environment: empty list;",
    "plan.steps.5.environment.1: absent; twice;",
    "plan.steps.5.pass_environment: empty list; texts;",
    "plan.steps.5.pass_environment.1:" AN_ENTRY,
    "plan.steps.5.time_limit: number; fraction;",
    "plan.steps.5.gives: absent; null; empty text; text;",
    "plan.steps.5.repeat: true;",
    "plan.steps.5.optional: true; empty list;",
    "plan.steps.5.optional.1: absent; number; twice;",
    "plan.steps.5.when:" A_NAME_OR_NONE,
    "plan.steps.5.unless:" A_NAME_OR_NONE,
    "plan.steps.5.share:" A_SHARE_OR_NONE,
    "action.exit_status: absent; null; number;",
    "action.reason:" A_TEXT,
    "judgement.share: absent; null;",
    "judgement.reasons: empty list; texts;",
    "judgement.reasons.1:" AN_ENTRY,
    "judgement.gates.1.value: number; huge;",
    "judgement.gates.1.passed: true;",
    "judgement.gates.1.reason:" A_TEXT,
    "judgement.comparison: absent; null;",
    "judgement.comparison.metric:" A_TEXT,
    "judgement.comparison.current:" A_FIGURE,
    "judgement.comparison.new:" A_FIGURE,
    "judgement.comparison.difference:" A_FIGURE,
    "judgement.comparison.low:" A_FIGURE,
    "judgement.comparison.high:" A_FIGURE,
    "judgement.comparison.p_value:" A_SHARE_OR_NONE,
    "judgement.comparison.method:" A_TEXT_OR_NONE,
    "judgement.comparison.passed: true;",
    "judgement.comparison.reason:" A_TEXT,
    "release.version:" A_TEXT_OR_NONE,
    "release.stage: absent; null;",
    "release.stages: empty list;",
    "release.reasons: empty list; texts;",
    "release.reasons.1:" AN_ENTRY,
    "release.gates: empty list;",
    "release.gates.1: absent; twice;",
    "release.gates.1.value: number; huge;",
    "release.gates.1.passed: true;",
    "release.gates.1.reason:" A_TEXT,
    "release.comparison: absent; null;",
    "release.comparison.metric:" A_TEXT,
    "release.comparison.current:" A_FIGURE,
    "release.comparison.new:" A_FIGURE,
    "release.comparison.difference:" A_FIGURE,
    "release.comparison.low:" A_FIGURE,
    "release.comparison.high:" A_FIGURE,
    "release.comparison.p_value:" A_SHARE_OR_NONE,
    "release.comparison.method:" A_TEXT_OR_NONE,
    "release.comparison.passed: true;",
    "release.comparison.reason:" A_TEXT,
};

static bool may(const char *path, const char *change)
{
  size_t length = strlen(path);
  char word[40];
  snprintf(word, sizeof word, " %s;", change);
  for (size_t i = 0; i < sizeof may_be / sizeof *may_be; i++)
    if (strncmp(may_be[i], path, length) == 0 && may_be[i][length] == ':') return strstr(may_be[i] + length, word) != NULL;
  return false;
}

/* What would be right, or what is wrong with its place. */
static bool says_what(const char *message)
{
  static const char *const words[] = {"expected",         "nested more than", "stands twice", "two steps are called",
                                      "has no such step", "this step "};
  for (size_t i = 0; i < sizeof words / sizeof *words; i++)
    if (strstr(message, words[i])) return true;
  return false;
}

static size_t tried, refused;

static void try_all(size_t which, size_t count, const dw_value *tree, const dw_value *at, const char *path)
{
  dw_buf document = {0}, text = {0};
  for (size_t i = 0; i < sizeof changes / sizeof *changes; i++) {
    if (at == tree && (!changes[i].text || *changes[i].text == '=')) continue; /* a line without a document has a null; there are no two */
    document.length = 0;
    changed(tree, at, changes[i].text, &document);
    log_make(count, which, dw_buf_cstr(&document), &text);
    dw_journal journal;
    dw_status status = dw_journal_read(&journal, text.data, text.length, "log", &err);
    bool expected = may(path, changes[i].name);
    tried++;
    CHECK_MSG((status == DW_OK) == expected, "%s, %s: %s", path, changes[i].name, status == DW_OK ? "taken" : err.message);
    if (status == DW_OK) {
      dw_journal_free(&journal);
      resume(); /* to see that it does not crash */
      continue;
    }
    size_t line = 0; /* this one, or a later one that does not fit to it any more */
    int named = sscanf(err.message, "log:%zu:", &line);
    CHECK_MSG(status == DW_EDATA && named == 1 && line >= which + 1 && line <= count && says_what(err.message), "%s, %s: status %d: %s",
              path, changes[i].name, status, err.message);
    refused++;
    CHECK_MSG(resume() == DW_EDATA && access(marker, F_OK) != 0, "%s, %s: carried out: %s", path, changes[i].name, err.message);
  }
  dw_buf_free(&document);
  dw_buf_free(&text);
}

static void walk(size_t which, size_t count, const dw_value *tree, const dw_value *at, const char *path)
{
  char name[200];
  int number = 0;
  try_all(which, count, tree, at, path);
  for (const dw_value *item = dw_value_first(at); item; item = dw_value_next(item)) {
    number++;
    if (dw_value_key(item)) snprintf(name, sizeof name, "%s.%s", path, dw_value_key(item));
    else snprintf(name, sizeof name, "%s.%d", path, number);
    walk(which, count, tree, item, name);
  }
}

TEST(what_is_whole_is_carried_out)
{
  dw_buf text = {0};
  fresh();
  log_make(UNFINISHED, SIZE_MAX, NULL, &text);
  CHECK(resume() == DW_ESYSTEM && access(marker, F_OK) == 0); /* it came to the last step, and called the program in place of dw-heal */
  log_make(LINES, SIZE_MAX, NULL, &text);
  CHECK(resume() == DW_OK && access(marker, F_OK) != 0); /* it was finished */
  dw_buf_free(&text);
  gone();
}

TEST(every_member_of_every_document)
{
  fresh();
  for (size_t i = 0; i < LINES; i++) {
    dw_value *tree;
    if (!lines[i][2]) continue;
    CHECK(dw_value_parse(&tree, lines[i][2], strlen(lines[i][2]), lines[i][3], 1, &err) == DW_OK);
    walk(i, i == UNFINISHED ? LINES : UNFINISHED, tree, tree, lines[i][3]);
    dw_value_free(tree);
  }
  CHECK_MSG(tried > 1500 && refused > 1000, "%zu tried, %zu refused", tried, refused);
  gone();
}

static void out_of_order(const char *what, const char *text, uint64_t line, const char *say)
{
  dw_journal journal;
  char place[20];
  snprintf(place, sizeof place, "log:%llu: ", (unsigned long long)line);
  dw_status status = dw_journal_read(&journal, text, strlen(text), "log", &err);
  CHECK_MSG(status == DW_EDATA && strncmp(err.message, place, strlen(place)) == 0 && strstr(err.message, say), "%s: status %d: %s", what,
            status, err.message);
  if (status == DW_OK) dw_journal_free(&journal);
}

#define INCIDENT JOURNAL_LINE("5", "incident", "r-1", "null", JOURNAL_INCIDENT)
#define PLAN JOURNAL_LINE("5", "plan", "r-1", "null", JOURNAL_PLAN("r-1", "true", STEPS_OF_IT))
#define EVENT(event, step, document) JOURNAL_LINE("5", event, "r-1", "\"" step "\"", document)
#define ENDED EVENT("ended", "r-1.1", JOURNAL_ACTION("r-1", "r-1.1", "go"))
#define FINISHED JOURNAL_LINE("5", "finished", "r-1", "null", JOURNAL_FINISHED("r-1", "promoted"))

TEST(order)
{
  out_of_order("a plan without incident", PLAN, 1, "plan: its run has no incident");
  out_of_order("two plans", INCIDENT PLAN PLAN, 3, "plan: its run has a plan already");
  out_of_order("an incident behind the plan", INCIDENT PLAN INCIDENT, 3, "incident: its run has a plan already");
  out_of_order("a step without plan", INCIDENT EVENT("started", "r-1.1", "null"), 2, "started: its run has no plan");
  out_of_order("a step of no plan", INCIDENT PLAN EVENT("started", "r-1.9", "null"), 3, "started: the plan of its run has no such step");
  out_of_order("an end without start", INCIDENT PLAN ENDED, 3, "ended: this step was not started");
  out_of_order("two ends", INCIDENT PLAN EVENT("started", "r-1.1", "null") ENDED ENDED, 5, "ended: this step was not started");
  out_of_order("the end of another step",
               INCIDENT PLAN EVENT("started", "r-1.5", "null") EVENT("ended", "r-1.5", JOURNAL_ACTION("r-1", "r-1.1", "last")), 4,
               "\"step\": expected the step of its line");
  out_of_order("another name",
               INCIDENT PLAN EVENT("started", "r-1.1", "null") EVENT("ended", "r-1.1", JOURNAL_ACTION("r-1", "r-1.1", "last")), 4,
               "\"name\": expected what the plan says");
  out_of_order("a judgement started", INCIDENT PLAN EVENT("started", "r-1.2", "null"), 3, "is nothing to be started");
  out_of_order("a command that judges", INCIDENT PLAN EVENT("release", "r-1.1", JOURNAL_JUDGED("r-1", "promote")), 3,
               "this step of the plan decides nothing");
  out_of_order("a judgement of another run", INCIDENT PLAN EVENT("release", "r-1.2", JOURNAL_JUDGED("r-2", "promote")), 3,
               "\"run\": expected the run of its line");
  out_of_order("approved before it waits", INCIDENT PLAN EVENT("approved", "r-1.3", "null"), 3,
               "approved: this step does not wait for approval");
  out_of_order("another step approved", INCIDENT PLAN EVENT("waiting", "r-1.3", "null") EVENT("approved", "r-1.1", "null"), 4,
               "this step does not wait for approval");
  out_of_order("a request that waits", INCIDENT PLAN EVENT("waiting", "r-1.4", "null"), 3,
               "waiting: this step of the plan needs no approval");
  out_of_order("finished without plan", INCIDENT FINISHED, 2, "finished: its run has no plan");
  out_of_order("after the end", INCIDENT PLAN FINISHED EVENT("started", "r-1.1", "null"), 4, "started: its run was finished before");
  out_of_order("no run",
               "{\"kind\":\"audit\",\"sequence\":1,\"time\":\"2026-01-05\",\"event\":\"plan\",\"document\":{},\"previous\":\"\"}\n", 1,
               "plan: it belongs to no run");
  out_of_order("a step that is nobody's", INCIDENT PLAN JOURNAL_LINE("5", "started", "r-1", "null", "null"), 3, "has no such step");
  out_of_order("the wrong kind", INCIDENT JOURNAL_LINE("5", "plan", "r-1", "null", JOURNAL_INCIDENT), 2, "plan: \"kind\": expected plan");
  out_of_order("two steps of one name",
               INCIDENT JOURNAL_LINE("5", "plan", "r-1", "null",
                                     JOURNAL_PLAN("r-1", "true", JOURNAL_COMMAND("r-1.1", "go") "," JOURNAL_COMMAND("r-1.2", "go"))),
               2, "two steps are called \"go\"");
}

TEST(lines_of_the_log)
{
  static const char *const bad[][2] = {
      {"{\"kind\":\"audit\",\"sequence\":1,\"time\":\"2026-01-05\",\"event\":7,\"run\":\"r\",\"previous\":\"\"}\n", "\"event\""},
      {"{\"kind\":\"audit\",\"sequence\":1,\"time\":\"soon\",\"event\":\"x\",\"run\":\"r\",\"previous\":\"\"}\n", "\"time\""},
      {"{\"kind\":\"audit\",\"sequence\":1,\"time\":20260105,\"event\":\"x\",\"run\":\"r\",\"previous\":\"\"}\n", "\"time\""},
      {"{\"kind\":\"audit\",\"sequence\":0.5,\"time\":\"2026-01-05\",\"event\":\"x\",\"run\":\"r\",\"previous\":\"\"}\n", "\"sequence\""},
      {"{\"kind\":\"audit\",\"sequence\":1,\"time\":\"2026-01-05\",\"event\":\"x\",\"run\":\"..\",\"previous\":\"\"}\n", "\"run\""},
      {"{\"kind\":\"audit\",\"sequence\":1,\"time\":\"2026-01-05\",\"event\":\"x\",\"run\":\"a/b\",\"previous\":\"\"}\n", "\"run\""},
      {"{\"kind\":\"audit\",\"sequence\":1,\"time\":\"2026-01-05\",\"event\":\"x\",\"run\":[],\"previous\":\"\"}\n", "\"run\""},
      {"{\"kind\":\"audit\",\"sequence\":1,\"time\":\"2026-01-05\",\"event\":\"x\",\"run\":\"r\",\"step\":1,\"previous\":\"\"}\n",
       "\"step\""},
      {"{\"kind\":\"audit\",\"sequence\":1,\"time\":\"2026-01-05\",\"event\":\"x\",\"run\":\"r\",\"document\":[],\"previous\":\"\"}\n",
       "\"document\""},
      {"{\"kind\":\"audit\",\"sequence\":1,\"time\":\"2026-01-05\",\"event\":\"x\",\"run\":\"r\"}\n", "\"previous\""},
      {"{\"kind\":\"log\",\"sequence\":1,\"time\":\"2026-01-05\",\"event\":\"x\",\"run\":\"r\",\"previous\":\"\"}\n", "\"kind\""},
      {"[]\n", "expected an object"},
      {"null\n", "expected an object"},
  };
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) out_of_order(bad[i][0], bad[i][0], 1, bad[i][1]);
}
