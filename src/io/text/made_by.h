/* made_by: how a document came to be. The member "made_by" is a list of stages, one for each command that had a part in it, the last one
 * last (driftwatch-records(5)). A stage is
 *
 *   {"command","version","arguments","seed"?,"inputs":[{"name","bytes","rows","digest"}]}
 *
 * Stages are kept as JSON text, separated by commas, without the brackets around them: those of a document that is read go on as they came.
 */
#ifndef DW_IO_MADE_BY_H
#define DW_IO_MADE_BY_H

#include <stddef.h>
#include <stdint.h>

#include "base/str.h"
#include "io/text/json.h"

typedef struct dw_made_input {
  const char *name;
  uint64_t bytes, rows; /* plain bytes; records that were read */
  char digest[33];      /* of the plain bytes (base/digest.h) */
} dw_made_input;

typedef struct dw_made_stage {
  const char *command, *version;
  const char *const *arguments;
  size_t argument_count;
  const uint64_t *seed; /* NULL: nothing was random */
  const dw_made_input *inputs;
  size_t input_count;
} dw_made_stage;

/* One more stage behind those of stages. */
void dw_made_by_add(dw_buf *stages, const dw_made_stage *stage);
void dw_made_by_append(dw_buf *stages, const char *stage, size_t length); /* that is JSON text */

/* All stages of a list: of a document that was parsed (anything but a list has none), or as its text stands, brackets included. */
void dw_made_by_copy(dw_buf *stages, const dw_value *list);
void dw_made_by_copy_text(dw_buf *stages, const char *list, size_t length);

/* The member "made_by", on one line. length 0: an empty list. */
void dw_made_by_write(dw_json *json, const char *stages, size_t length);

#endif
