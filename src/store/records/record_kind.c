#include "store/records/record_kind.h"

#include <stddef.h>
#include <string.h>

static const struct {
  const char *word, *table;
  int days;
} kinds[] = {
#define ROW(name, word, table, days) {word, table, days},
    DW_RECORD_KIND_ROWS(ROW)
#undef ROW
};

const char *dw_record_kind_word(dw_record_kind kind) { return kind < DW_RECORD_KINDS ? kinds[kind].word : NULL; }

bool dw_record_kind_find(const char *word, dw_record_kind *kind)
{
  for (int i = 0; i < DW_RECORD_KINDS; i++) {
    if (strcmp(word, kinds[i].word) != 0) continue;
    *kind = (dw_record_kind)i;
    return true;
  }
  return false;
}

/* Tables count in the order of the rows; kinds of one table stand beside each other. */
static int kind_of_table(int table)
{
  int kind = 0;
  while (kind < DW_RECORD_KINDS && dw_record_kind_table((dw_record_kind)kind) < table) kind++;
  return kind;
}

int dw_record_kind_table(dw_record_kind kind)
{
  int table = 0;
  for (int i = 1; i <= (int)kind; i++) table += strcmp(kinds[i].table, kinds[i - 1].table) != 0;
  return table;
}

bool dw_record_kind_vectors(dw_record_kind kind) { return kind <= DW_RECORD_RESPONSE || kind == DW_RECORD_EMBEDDING; }

const char *dw_record_table(int table)
{
  int kind = kind_of_table(table);
  return kind < DW_RECORD_KINDS ? kinds[kind].table : NULL;
}

int dw_record_table_days(int table) { return kinds[kind_of_table(table)].days; }

bool dw_record_table_find(const char *name, int *table)
{
  for (int i = 0; i < DW_RECORD_KINDS; i++) {
    if (strcmp(name, kinds[i].table) != 0 && strcmp(name, kinds[i].word) != 0) continue;
    *table = dw_record_kind_table((dw_record_kind)i);
    return true;
  }
  return false;
}
