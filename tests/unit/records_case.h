/* records_case: databases of records for tests: a fresh one of each kind, records put and got as short texts. PostgreSQL: where the
 * environment variable DW_TEST_POSTGRES (a URL with a number to be put behind it) says that a server has empty schemas s1, s2, … for us
 *. */
#ifndef RECORDS_CASE_H
#define RECORDS_CASE_H

#include "test.h"

#include <unistd.h>

#include "store/records/records.h"

static char records_folder[] = "dw-test-records-XXXXXX";
static dw_err err;

static const char *const kinds[] = {"sqlite", "postgres"};
#define KINDS (getenv("DW_TEST_POSTGRES") ? 2 : 1)

static inline void records_clean_up(void)
{
  char command[100];
  snprintf(command, sizeof command, "rm -rf '%s'", records_folder);
  if (system(command) != 0) perror("rm");
}

typedef struct place {
  char address[300], path[200]; /* path: of the file, for SQLite */
} place;

static inline place fresh(int kind)
{
  static int count;
  place p;
  if (count == 0 && (!mkdtemp(records_folder) || atexit(records_clean_up) != 0)) abort();
  snprintf(p.path, sizeof p.path, "%s/r%d", records_folder, ++count);
  snprintf(p.address, sizeof p.address, "sqlite:%s", p.path);
  if (kind == 1) snprintf(p.address, sizeof p.address, "%s%d", getenv("DW_TEST_POSTGRES"), count);
  return p;
}

static inline dw_records *opened(const char *address)
{
  dw_records *records;
  CHECK_MSG(dw_records_open(&records, address, &(dw_records_options){.create = true}, &err) == DW_OK, "%s", err.message);
  if (!records) abort();
  return records;
}

#define HOUR (3600 * DW_SECOND)
#define NOON (INT64_C(1767268800) * DW_SECOND) /* 2026-01-01T12:00:00Z */

static inline dw_records_item item_of(const char *id, const char *content, int64_t time)
{
  return (
      dw_records_item){.model = "m", .source = "", .id = id, .time = time, .received = NOON, .content = content, .length = strlen(content)};
}

/* One record alone; what became of it, or -1. */
static inline int put_one(dw_records *records, dw_records_item item)
{
  dw_records_batch batch = {.items = &item, .count = 1};
  dw_status status = dw_records_put(records, &batch, &err);
  return status == DW_OK ? (int)item.outcome : -1;
}

static inline dw_status add_content(void *context, const dw_records_row *row, bool *stop, dw_err *e)
{
  dw_buf_add(context, row->content, row->length);
  if (row->label) dw_buf_format(context, "=%.*s", (int)row->label_length, row->label);
  dw_buf_char(context, ' ');
  return DW_OK;
}

/* The contents that a query gives, each with a space behind it, "=LABEL" before that; or the error's message. */
static inline const char *got(dw_records *records, const dw_records_query *query)
{
  static char text[4][4000];
  static int turn;
  char *out = text[turn++ % 4];
  dw_buf all = {0};
  if (dw_records_get(records, query, add_content, &all, NULL, &err) != DW_OK) snprintf(out, sizeof text[0], "%s", err.message);
  else snprintf(out, sizeof text[0], "%s", dw_buf_cstr(&all));
  dw_buf_free(&all);
  return out;
}

#endif
