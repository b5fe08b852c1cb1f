/* fields: members of a JSON document into a struct, strict about types: nobody must act on half of what was found. Absent and null are the
 * same; members that are not known are passed over. The first error sticks, so that members can be read one after the other without a check
 * each: status is looked at once, at the end.
 *
 *   dw_fields at = {.name = "findings.ndjson", .line = 7, .err = err};
 *   double score = dw_fields_number(&at, document, "score");       // findings.ndjson:7: "score": expected a number or null
 *   return at.status;
 */
#ifndef DW_KINDS_FIELDS_H
#define DW_KINDS_FIELDS_H

#include "base/err.h"
#include "base/mem.h"
#include "io/text/json.h"
#include "kinds/severity.h"

typedef struct dw_fields {
  dw_arena *arena;  /* all arrays, and all text; NULL: text stays the document's, and nothing that has arrays is read */
  const char *name; /* of the input, and the line: for messages */
  uint64_t line;
  dw_status status;
  dw_err *err;
} dw_fields;

/* "amount": expected WANTED. */
void dw_fields_refuse(dw_fields *at, const char *key, const char *wanted);
/* "verdict": "perhaps" is not WANTED. */
void dw_fields_refuse_word(dw_fields *at, const char *key, const char *word, const char *wanted);
/* The member, or NULL when it is absent or null; anything but kind is refused. */
const dw_value *dw_fields_member(dw_fields *at, const dw_value *object, const char *key, dw_value_type kind, const char *wanted);
double dw_fields_number(dw_fields *at, const dw_value *object, const char *key); /* NaN when absent */
bool dw_fields_truth(dw_fields *at, const dw_value *object, const char *key);    /* false when absent */
bool dw_fields_answer(dw_fields *at, const dw_value *object, const char *key);   /* true or false: refused when absent */
const char *dw_fields_text(dw_fields *at, const dw_value *object, const char *key, const char *otherwise);
const dw_value *dw_fields_list(dw_fields *at, const dw_value *object, const char *key);
const dw_value *dw_fields_object(dw_fields *at, const dw_value *object, const char *key);
const char *const *dw_fields_texts(dw_fields *at, const dw_value *array, const char *key, size_t *count);
dw_severity dw_fields_severity(dw_fields *at, const dw_value *object); /* "severity"; NONE when absent */
const char *dw_fields_keep(dw_fields *at, const char *text);
const char *dw_fields_plain(dw_fields *at, const dw_value *value); /* a string, or anything else as it prints; needs an arena */
void *dw_fields_room(dw_fields *at, size_t count, size_t size);    /* zeroed; needs an arena */

#endif
