/* fields: members of a JSON document into a model, strict about types: a report must not show half of what was found. Absent and null are
 * the same; fields that are not known are passed over. The first error sticks, so that fields can be read one after the other without a
 * check each.
 */
#ifndef DW_REPORT_FIELDS_H
#define DW_REPORT_FIELDS_H

#include "base/err.h"
#include "base/mem.h"
#include "io/text/json.h"
#include "report/model/findings.h"

struct dw_fields {
  dw_arena *arena;  /* all text and arrays */
  const char *name; /* of the input, and the line: for messages */
  uint64_t line;
  dw_status status;
  dw_err *err;
};

/* "amount": expected WANTED. */
void dw_fields_refuse(dw_fields *at, const char *key, const char *wanted);
/* The member, or NULL when it is absent or null; anything but kind is refused. */
const dw_value *dw_fields_member(dw_fields *at, const dw_value *object, const char *key, dw_value_type kind, const char *wanted);
double dw_fields_number(dw_fields *at, const dw_value *object, const char *key); /* NaN when absent */
bool dw_fields_truth(dw_fields *at, const dw_value *object, const char *key);
const char *dw_fields_text(dw_fields *at, const dw_value *object, const char *key, const char *otherwise);
const dw_value *dw_fields_list(dw_fields *at, const dw_value *object, const char *key);
const dw_value *dw_fields_object(dw_fields *at, const dw_value *object, const char *key);
const char *const *dw_fields_texts(dw_fields *at, const dw_value *array, const char *key, size_t *count);
dw_report_severity dw_fields_severity(dw_fields *at, const dw_value *object);
const char *dw_fields_keep(dw_fields *at, const char *text);
const char *dw_fields_plain(dw_fields *at, const dw_value *value); /* a string, or anything else as it prints */
void *dw_fields_room(dw_fields *at, size_t count, size_t size);    /* zeroed */

#endif
