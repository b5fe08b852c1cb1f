#include "store/records/records_schema.h"

#include <stddef.h>

#include "store/records/record_kind.h"

static void tables_sqlite(dw_buf *out)
{
  dw_buf_text(out, "CREATE TABLE " DW_RECORDS_NOTES " (version INTEGER PRIMARY KEY, name TEXT NOT NULL);"
                   "CREATE TABLE streams (number INTEGER PRIMARY KEY, kind TEXT NOT NULL, model TEXT NOT NULL, source TEXT NOT NULL,"
                   " UNIQUE (kind, model, source));");
  for (int i = 0; i < DW_RECORD_TABLES; i++)
    dw_buf_format(out,
                  "CREATE TABLE %s (seq INTEGER PRIMARY KEY, stream INTEGER NOT NULL, id TEXT NOT NULL,"
                  " time INTEGER NOT NULL, received INTEGER NOT NULL, timing INTEGER NOT NULL, content TEXT NOT NULL,"
                  " UNIQUE (id, stream));",
                  dw_record_table(i));
}

/* Comparing ids byte by byte is faster than by the rules of a language, and the same everywhere. Of json, jsonb keeps neither the text as
 * it was nor \u0000. */
static void tables_pg(const char *vector, dw_buf *out)
{
  dw_buf_text(out, "CREATE TABLE " DW_RECORDS_NOTES " (version integer PRIMARY KEY, name text NOT NULL);"
                   "CREATE TABLE streams (number integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY, kind text NOT NULL,"
                   " model text NOT NULL, source text NOT NULL, UNIQUE (kind, model, source));");
  for (int i = 0; i < DW_RECORD_TABLES; i++) {
    int vectors = 0;
    for (int kind = 0; kind < DW_RECORD_KINDS; kind++)
      vectors += dw_record_kind_table((dw_record_kind)kind) == i && dw_record_kind_vectors((dw_record_kind)kind);
    dw_buf_format(out,
                  "CREATE TABLE %s (seq bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, stream integer NOT NULL,"
                  " id text COLLATE \"C\" NOT NULL, time timestamptz NOT NULL, received timestamptz NOT NULL, timing smallint NOT NULL,"
                  " content json NOT NULL%s%s, UNIQUE (id, stream));",
                  dw_record_table(i), vectors ? ", embedding " : "", vectors ? vector : "");
  }
}

/* In the order in which records are got; all that a window asks of a record stands in the index. */
static void times(bool pg, dw_buf *out)
{
  for (int i = 0; i < DW_RECORD_TABLES; i++)
    dw_buf_format(out, "CREATE INDEX %s_time ON %s %s;", dw_record_table(i), dw_record_table(i),
                  pg ? "(time, seq) INCLUDE (stream, timing)" : "(time, seq, stream, timing)");
}

/* Counted once, and kept by whoever puts or deletes from then on. */
static void counts(bool pg, dw_buf *out)
{
  const char *number = pg ? "bigint" : "INTEGER", *time = pg ? "timestamptz" : "INTEGER", *no = pg ? "false" : "0";
  dw_buf_format(out,
                "CREATE TABLE counts (stream %s PRIMARY KEY, records %s NOT NULL, early %s NOT NULL, late %s NOT NULL, first %s, last %s,"
                " loose %s NOT NULL DEFAULT %s);",
                pg ? "integer" : "INTEGER", number, number, number, time, time, pg ? "boolean" : "INTEGER", no);
  for (int i = 0; i < DW_RECORD_TABLES; i++)
    dw_buf_format(
        out,
        "INSERT INTO counts SELECT stream, count(*), sum(CASE timing WHEN 1 THEN 1 ELSE 0 END),"
        " sum(CASE timing WHEN 2 THEN 1 ELSE 0 END), min(CASE timing WHEN 0 THEN time END), max(CASE timing WHEN 0 THEN time END),"
        " %s FROM %s GROUP BY stream;",
        no, dw_record_table(i));
}

void dw_records_bound_sql(int table, bool last, bool pg, dw_buf *out)
{
  const char *bound = last ? "last" : "first", *name = dw_record_table(table);
  dw_buf_format(out, "CASE WHEN c.records = c.early + c.late THEN NULL WHEN NOT c.loose THEN c.%s ELSE (SELECT t.time FROM %s t ", bound,
                name);
  if (!pg) dw_buf_format(out, "INDEXED BY %s_time ", name);
  dw_buf_format(out, "WHERE t.time %s c.%s AND t.stream = c.stream AND t.timing = 0 ORDER BY t.time %s LIMIT 1) END",
                last ? "<=" : ">=", bound, last ? "DESC" : "ASC");
}

void dw_records_kinds_sql(int table, dw_buf *out)
{
  const char *before = "s.kind IN (";
  for (dw_record_kind kind = 0; kind < DW_RECORD_KINDS; kind++) {
    if (dw_record_kind_table(kind) != table) continue;
    dw_buf_format(out, "%s'%s'", before, dw_record_kind_word(kind));
    before = ", ";
  }
  dw_buf_char(out, ')');
}

void dw_records_counts_sql(int table, bool pg, dw_buf *out)
{
  static const char *const around[2] = {"", "(extract(epoch FROM "}, *const behind[2] = {"", ") * 1000000)::bigint"};
  const char *order = pg ? " COLLATE \"C\"" : "";
  dw_buf_text(out, "SELECT s.kind, s.model, s.source, c.records, c.early, c.late");
  for (int last = 0; last < 2; last++) {
    dw_buf_format(out, ", %s", around[pg]);
    dw_records_bound_sql(table, last, pg, out);
    dw_buf_text(out, behind[pg]);
  }
  dw_buf_text(out, " FROM streams s JOIN counts c ON c.stream = s.number WHERE c.records > 0 AND ");
  dw_records_kinds_sql(table, out);
  dw_buf_format(out, " ORDER BY s.kind%s, s.model%s, s.source%s", order, order, order);
}

static const char *const names[] = {"tables", "times", "counts"};

const char *dw_records_step_name(int version) { return names[version - 1]; }

void dw_records_step_sql(int version, const char *vector, dw_buf *out)
{
  if (version == 1 && vector) tables_pg(vector, out);
  if (version == 1 && !vector) tables_sqlite(out);
  if (version == 2) times(vector != NULL, out);
  if (version == 3) counts(vector != NULL, out);
  dw_buf_format(out, "INSERT INTO " DW_RECORDS_NOTES " VALUES (%d, '%s');", version, dw_records_step_name(version));
}

dw_status dw_records_version_check(const char *where, int version, const char *name, dw_err *err)
{
  if (version == DW_RECORDS_VERSION) return DW_OK;
  if (version == 0) return dw_err_set(err, DW_EDATA, "%s: not a database of records: dw-store migrate makes one", where);
  if (version < DW_RECORDS_VERSION)
    return dw_err_set(err, DW_EDATA,
                      "%s: its schema is version %d (%s), this program's is %d (%s): stop what uses it, and run dw-store migrate", where,
                      version, name, DW_RECORDS_VERSION, names[DW_RECORDS_VERSION - 1]);
  return dw_err_set(err, DW_EDATA, "%s: its schema is version %d (%s), of a newer DriftWatch; this one knows up to version %d (%s)", where,
                    version, name, DW_RECORDS_VERSION, names[DW_RECORDS_VERSION - 1]);
}
