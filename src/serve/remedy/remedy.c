#include "serve/remedy/remedy.h"

#include <stdio.h>
#include <unistd.h>

#include "base/digest.h"
#include "io/text/lines.h"
#include "serve/remedy/healer.h"

/* Findings of a letter: dw-heal lists 100 as evidence. */
enum { FINDINGS_MOST = 200, FOLDER_NAME = 120 };

void dw_remedy_folder(const char *folder, const char *model, dw_buf *out)
{
  char mark[33];
  dw_digest digest;
  dw_buf_format(out, "%s/", folder);
  size_t from = out->length;
  if (!*model) dw_buf_char(out, '_');
  for (const char *p = model; *p; p++) {
    bool plain = (*p >= 'a' && *p <= 'z') || (*p >= 'A' && *p <= 'Z') || (*p >= '0' && *p <= '9') || *p == '-' || (*p == '_' && model[1]);
    if (plain) dw_buf_char(out, *p);
    else dw_buf_format(out, "%%%02X", (unsigned)(unsigned char)*p);
  }
  if (out->length - from > FOLDER_NAME) { /* more than a file's name may have: a fingerprint says the rest */
    dw_digest_init(&digest);
    dw_digest_add(&digest, model, strlen(model));
    dw_digest_text(&digest, mark);
    out->length = from + FOLDER_NAME;
    dw_buf_format(out, ".%s", mark);
  }
  dw_buf_cstr(out);
}

/* --- letters --- */

static bool starts(const dw_line *line, const char *text)
{
  size_t length = strlen(text);
  return line->length >= length && memcmp(line->text, text, length) == 0;
}

/* Whether a line of the run is evidence of a part: of the data its findings and summaries, of the rest their own document. */
static bool is_evidence(const dw_line *line, dw_look_part part, bool compared, size_t *findings, dw_buf *scratch)
{
  if (compared && starts(line, "{\"kind\":\"summary\"")) return true;
  if (compared && starts(line, "{\"kind\":\"finding\""))
    return memmem(line->text, line->length, "\"drift\":true", 12) && (*findings)++ < FINDINGS_MOST;
  scratch->length = 0;
  dw_buf_format(scratch, "{\"kind\":\"watch\",\"check\":\"%s\"", dw_look_part_word(part));
  return starts(line, dw_buf_cstr(scratch));
}

static void put_time(dw_json *json, const char *key, int64_t instant)
{
  char text[DW_TIME_TEXT];
  dw_json_bytes(json, key, text, dw_time_print(text, instant));
}

/* The verdict on the data is the comparison's, or the seeds' rule's, which writes a document of its own. */
static bool is_compared(const dw_look_result *result, dw_look_part part)
{
  dw_lines lines = dw_lines_of(result->lines.data, result->lines.length);
  for (dw_line line; part == DW_PART_DATA && dw_lines_next(&lines, &line);)
    if (starts(&line, "{\"kind\":\"watch\",\"check\":\"data_drift\"")) return false;
  return part == DW_PART_DATA;
}

static void propose(const dw_remedy *remedy, dw_alert_book *book, const dw_look_result *result, dw_look_part part)
{
  dw_json json;
  dw_buf content = {0}, scratch = {0}, name = {0};
  size_t findings = 0;
  bool compared = is_compared(result, part);
  const char *check = dw_look_part_word(part);
  dw_buf_format(&name, "policy/%s", check);
  dw_json_start(&json, &content, 0);
  dw_json_open(&json, NULL, '{');
  dw_json_text(&json, "kind", "remedy");
  dw_json_text(&json, "receiver", dw_buf_cstr(&name));
  dw_json_text(&json, "model", book->model);
  dw_json_text(&json, "check", check);
  put_time(&json, "time", book->now);
  if (!remedy->policy->act_on_drift) put_time(&json, "opened", book->alert[part].opened);
  dw_json_open(&json, "evidence", '[');
  dw_lines lines = dw_lines_of(result->lines.data, result->lines.length);
  for (dw_line line; dw_lines_next(&lines, &line);)
    if (is_evidence(&line, part, compared, &findings, &scratch)) dw_json_raw(&json, NULL, line.text, line.length);
  dw_json_close(&json, ']');
  dw_json_close(&json, '}');
  dw_alert_book_add_remedy(book, dw_buf_cstr(&name), &content);
  dw_buf_free(&content);
  dw_buf_free(&scratch);
  dw_buf_free(&name);
}

void dw_remedy_propose(const dw_remedy *remedy, dw_alert_book *book, const dw_look_result *result)
{
  for (int i = 0; i < DW_PARTS; i++) {
    bool opened = book->changed[i] && book->alert[i].open && book->alert[i].opened == book->now;
    if (remedy->policy->act_on_drift ? result->part[i].drift : opened) propose(remedy, book, result, (dw_look_part)i);
  }
}

/* --- what becomes of one --- */

typedef struct acting {
  const dw_remedy *remedy;
  dw_records *records;
  int64_t now;
  bool (*stop)(void *context);
  void *context;
} acting;

static int64_t time_of(const dw_value *object, const char *key, int64_t otherwise)
{
  int64_t instant;
  const char *text = dw_value_text_of(object, key, NULL);
  return text && dw_time_parse(text, strlen(text), &instant) ? instant : otherwise;
}

static dw_status still_open(const acting *a, const dw_letter *letter, const dw_value *asked, bool *open, dw_err *err)
{
  dw_alert_book book;
  int part = 0;
  const char *check = dw_value_text_of(asked, "check", "");
  int64_t opened = time_of(asked, "opened", 0);
  *open = true;
  if (!opened) return DW_OK;
  while (part < DW_PARTS && strcmp(dw_look_part_word((dw_look_part)part), check) != 0) part++;
  dw_status status = dw_alert_book_open(&book, a->records, letter->model, a->now + 1, err);
  *open = status == DW_OK && part < DW_PARTS && book.alert[part].open && book.alert[part].opened == opened;
  dw_alert_book_close(&book);
  return status;
}

static void put_evidence(const dw_value *asked, dw_buf *out)
{
  for (const dw_value *item = dw_value_first(dw_value_get(asked, "evidence")); item; item = dw_value_next(item)) {
    dw_value_print(item, out);
    dw_buf_char(out, '\n');
  }
}

static void join_reasons(const dw_value *release, dw_buf *out)
{
  for (const dw_value *reason = dw_value_first(dw_value_get(release, "reasons")); reason; reason = dw_value_next(reason))
    dw_buf_format(out, "%s%s", out->length ? "; " : "", dw_value_text(reason, ""));
  dw_buf_cstr(out);
}

/* *fresh: nobody has written it down yet. */
static dw_status put_event(const acting *a, const dw_letter *letter, const dw_remedy_deed *deed, int64_t time, bool *fresh, dw_err *err)
{
  dw_json json;
  dw_buf id = {0}, content = {0};
  dw_json_start(&json, &content, 0);
  dw_json_open(&json, NULL, '{');
  dw_json_text(&json, "kind", "remedy");
  dw_json_text(&json, "model", deed->model);
  dw_json_text(&json, "check", deed->check);
  put_time(&json, "time", time);
  dw_json_text(&json, "decision", deed->decision);
  dw_json_text(&json, "action", *deed->action ? deed->action : NULL);
  dw_json_text(&json, "run", *deed->run ? deed->run : NULL);
  dw_json_text(&json, "reason", *deed->reason ? deed->reason : NULL);
  dw_json_close(&json, '}');
  dw_buf_format(&id, "%s/%s", letter->id, *deed->run ? deed->run : deed->decision);
  dw_records_item item = {.kind = DW_RECORD_EVENT, .model = letter->model, .source = DW_EVENT_POLICY, .id = dw_buf_cstr(&id), .time = time};
  item.received = a->now > time ? a->now : time;
  item.content = content.data;
  item.length = content.length;
  dw_status status = dw_records_put(a->records, &(dw_records_batch){.items = &item, .count = 1}, err);
  *fresh = item.outcome == DW_RECORDS_STORED;
  dw_buf_free(&id);
  dw_buf_free(&content);
  return status;
}

static void count_actions(const dw_remedy *remedy, const dw_remedy_deed *deed)
{
  static const char *const carried_out[] = {"done", "promoted", "blocked"};
  bool done = false;
  for (size_t i = 0; i < sizeof carried_out / sizeof *carried_out; i++) done |= strcmp(deed->decision, carried_out[i]) == 0;
  if (!done || !remedy->count) return;
  const dw_policy_action *action = dw_policy_action_find(remedy->policy, deed->action);
  if (!action || !action->sequence) remedy->count(remedy->context, deed->action, deed->check);
  for (size_t i = 0; action && i < action->sequence_count; i++) remedy->count(remedy->context, action->sequence[i], deed->check);
}

static dw_status conclude(const acting *a, const dw_letter *letter, const dw_remedy_deed *deed, int64_t time, dw_err *err)
{
  bool fresh;
  dw_status status = put_event(a, letter, deed, time, &fresh, err);
  if (status != DW_OK || !fresh) return status;
  if (a->remedy->tell) a->remedy->tell(a->remedy->context, deed);
  count_actions(a->remedy, deed);
  return DW_OK;
}

/* Held back with its alert open, it is tried again; with act_on: drift the next run that says so asks by itself. */
static void settle(const acting *a, const dw_value *asked, const dw_healing_answer *answer, const dw_remedy_deed *deed, dw_delivery *out)
{
  out->outcome = DW_DELIVERED;
  bool held = strcmp(deed->decision, "held") == 0, failed = strcmp(deed->decision, "failed") == 0;
  if (held && dw_value_get(asked, "opened")) {
    out->outcome = DW_DELIVER_LATER;
    out->retry_after = time_of(dw_value_get(answer->plan, "held"), "until", a->now) - a->now;
  }
  if (failed) out->outcome = DW_DELIVER_NEVER;
  if (held || failed) snprintf(out->error, sizeof out->error, "%.*s", DW_OUTBOX_ERROR - 1, deed->reason);
}

static dw_status heed(const acting *a, const dw_letter *letter, const dw_value *asked, bool open, const dw_healing_answer *answer,
                      dw_delivery *out, dw_err *err)
{
  dw_buf reasons = {0};
  dw_remedy_deed deed = {.model = letter->model, .check = dw_value_text_of(asked, "check", ""), .action = "", .run = "", .reason = ""};
  int64_t time = a->now;
  if (answer->decided) {
    join_reasons(answer->release, &reasons);
    deed.decision = dw_value_text_of(answer->release, "decision", "");
    deed.run = dw_value_text_of(answer->release, "run", "");
    deed.action = dw_value_text_of(answer->plan, strcmp(deed.decision, "held") == 0 ? "recommended_action" : "action", "");
    deed.reason = dw_buf_cstr(&reasons);
    time = time_of(answer->release, "time", a->now);
  } else {
    deed.decision = "over";
  }
  dw_status status = conclude(a, letter, &deed, time, err);
  settle(a, asked, answer, &deed, out);
  if (!open && out->outcome == DW_DELIVER_LATER) out->outcome = DW_DELIVERED;
  dw_buf_free(&reasons);
  return status;
}

static void tell_failure(dw_delivery *out, dw_delivery_outcome outcome, const char *message)
{
  out->outcome = outcome;
  snprintf(out->error, sizeof out->error, "%.*s", DW_OUTBOX_ERROR - 1, message);
}

static void name_call(const dw_letter *letter, char out[33])
{
  dw_digest digest;
  dw_digest_init(&digest);
  dw_digest_add(&digest, letter->id, strlen(letter->id));
  dw_digest_text(&digest, out);
}

/* Of an alert that is over nothing new is begun; what a crash cut short is finished. */
static void deliver(void *context, const dw_letter *letter, dw_delivery *out)
{
  const acting *a = context;
  dw_err err;
  char name[33];
  bool open = true;
  dw_value *asked = NULL;
  dw_buf evidence = {0};
  dw_healing_answer answer = {0};
  name_call(letter, name);
  dw_status status = dw_value_parse_shown(&asked, letter->content, letter->length, "remedy", 0, &err);
  if (status == DW_OK) status = still_open(a, letter, asked, &open, &err);
  if (status == DW_OK) {
    put_evidence(asked, &evidence);
    dw_healer healer = {.remedy = a->remedy, .model = letter->model, .name = name, .stop = a->stop, .context = a->context};
    if (open) healer.evidence = dw_buf_cstr(&evidence), healer.length = evidence.length;
    status = dw_healer_call(&healer, &answer, &err);
  }
  if (status != DW_OK) tell_failure(out, DW_DELIVER_AGAIN, err.message);
  else if (answer.left) out->outcome = DW_DELIVER_LEFT;
  else if (!answer.decided && (open || answer.error[0]))
    tell_failure(out, answer.never ? DW_DELIVER_NEVER : DW_DELIVER_AGAIN, answer.error);
  else if (heed(a, letter, asked, open, &answer, out, &err) != DW_OK) tell_failure(out, DW_DELIVER_AGAIN, err.message);
  if (out->outcome == DW_DELIVERED) dw_healer_forget(&(dw_healer){.remedy = a->remedy, .model = letter->model, .name = name});
  dw_healing_answer_free(&answer);
  dw_value_free(asked);
  dw_buf_free(&evidence);
}

dw_status dw_remedy_act(const dw_remedy *remedy, dw_records *records, int64_t now, bool (*stop)(void *context), void *context,
                        dw_outbox_counts *counts, dw_err *err)
{
  acting a = {remedy, records, now, stop, context};
  return dw_outbox_deliver(records, DW_LETTER_REMEDY, now, deliver, &a, counts, err);
}
