#include "cmd/serve/serve_outbox.h"

#include <string.h>

#include "cmd/options/cmd.h"
#include "serve/alerts/outbox.h"

static dw_err err;

typedef struct listing {
  const dw_outbox_asked *asked;
  dw_buf lines;
  dw_text_list failed; /* ids */
  dw_arena arena;
} listing;

static dw_status take_letter(void *context, const dw_letter *letter, dw_err *e)
{
  listing *l = context;
  dw_json json;
  if (l->asked->model && strcmp(l->asked->model, letter->model) != 0) return DW_OK;
  if (letter->failed) {
    l->failed.text = dw_grow(l->failed.text, &l->failed.capacity, l->failed.count + 1, sizeof *l->failed.text);
    l->failed.text[l->failed.count++] = dw_arena_strndup(&l->arena, letter->id, strlen(letter->id));
  }
  if (l->asked->failed && !letter->failed) return DW_OK;
  dw_json_start(&json, &l->lines, 0);
  dw_letter_write(letter, &json, NULL);
  dw_buf_char(&l->lines, '\n');
  return DW_OK;
}

static void replay(dw_records *records, const listing *l, int64_t now)
{
  bool found = true;
  bool all = strcmp(l->asked->replay, "failed") == 0;
  for (size_t i = 0; all && i < l->failed.count; i++) dw_cmd_check(dw_outbox_replay(records, l->failed.text[i], now, &found, &err), &err);
  if (!all) dw_cmd_check(dw_outbox_replay(records, l->asked->replay, now, &found, &err), &err);
  if (!all && !found) dw_cmd_usage("--replay: there is no letter \"%s\": it was delivered, or never was there", l->asked->replay);
}

void dw_serve_outbox(const dw_outbox_asked *asked)
{
  int64_t now;
  dw_records *records;
  listing l = {.asked = asked};
  dw_arena_init(&l.arena);
  dw_cmd_check(dw_time_now(&now, &err), &err);
  dw_cmd_check(dw_records_open(&records, asked->address, &(dw_records_options){.reading = !asked->replay}, &err), &err);
  dw_cmd_check(dw_outbox_each(records, take_letter, &l, &err), &err);
  if (asked->replay) {
    replay(records, &l, now);
  } else {
    dw_output *output;
    dw_cmd_check(dw_output_open(&output, "-", &err), &err);
    dw_cmd_check(dw_output_write(output, l.lines.data, l.lines.length, &err), &err);
    dw_cmd_check(dw_output_commit(output, &err), &err);
  }
  dw_records_close(records);
  dw_buf_free(&l.lines);
  dw_free(l.failed.text);
  dw_arena_free(&l.arena);
  dw_cmd_end(DW_OK);
}
