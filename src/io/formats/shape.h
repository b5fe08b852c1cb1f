/* shape: the steps between the values of records, as they were seen before. The memory of the NDJSON scanner.
 *
 * A state says: "inside these objects, the value of this column was read" (state 0: a line begins). A step from a state is the exact
 * bytes up to the next value or the end of the line. What may follow a value depends on the objects that are open around it and on
 * nothing else, so a step that was checked once against the grammar is right whenever its bytes occur in its state. Only names
 * that occur twice are not seen by that; the scanner watches them with its tags.
 */
#ifndef DW_IO_SHAPE_H
#define DW_IO_SHAPE_H

#include "io/text/json_text.h"
#include "io/record/table.h"

enum { DW_STEP_BYTES = 32 };

#define DW_STEP_END UINT32_MAX         /* as column: the record is over, the line end is part of the step */
#define DW_STEP_NONE UINT32_MAX        /* from dw_shape_learn: the text is at fault */
#define DW_STEP_BLANK (UINT32_MAX - 1) /* from dw_shape_learn: a line of white space */

/* One cache line. */
typedef struct dw_step {
  unsigned char literal[DW_STEP_BYTES]; /* the first bytes, zeros behind */
  uint32_t mask;                        /* bit i: literal[i] counts */
  uint32_t length;                      /* of all bytes; those from DW_STEP_BYTES on stand in shape->bytes at rest */
  uint32_t column;                      /* whose value follows */
  uint32_t target;                      /* state behind that value */
  uint32_t next;                        /* the step to try when this one does not match; 0: none */
  uint32_t rest;
  uint32_t key;   /* offset of the (innermost) key's opening quote */
  uint32_t opens; /* objects opened on the way: place in shape->opened + 1, 0: none; DW_STEP_SPECIAL: look at the rest of the step */
} dw_step;

/* In dw_step.opens: the step is longer than DW_STEP_BYTES, or ends the record, or is no step at all. */
#define DW_STEP_SPECIAL (UINT32_C(1) << 31)

enum { DW_STEP_MISSING = 0, DW_STEP_SCRATCH = 1 }; /* places in shape->steps: matches anything and is special; not remembered */

/* An object opened by a step; the list of a step ends with object DW_MAP_NONE. */
typedef struct dw_shape_open {
  uint32_t object;
  uint32_t key; /* offset of its key in the step */
} dw_shape_open;

/* A dotted name that stands for an object with members. */
typedef struct dw_shape_object {
  uint64_t record; /* in which it was opened last */
  uint32_t column; /* of the same name; DW_MAP_NONE: there is none */
} dw_shape_object;

/* The objects that are open around a value: a tree, 0 is the record itself. One name may have very many ("a.b" may be one key or two,
 * "a.b.c.d" eight, and so on), as a column may have states: both are looked up by table, not by going through them. */
typedef struct dw_shape_context {
  uint32_t parent, object, depth;
} dw_shape_context;

typedef struct dw_shape_state {
  uint32_t context, column;
} dw_shape_state;

typedef struct dw_shape {
  dw_builder *builder;
  dw_step *steps;
  void *steps_memory; /* steps begins at its first cache line */
  uint32_t *first;    /* by state: the step to try first; DW_STEP_MISSING: none */
  uint64_t *used;     /* by step: the record in which it was last taken without being the first */
  dw_shape_state *states;
  dw_shape_context *contexts;
  dw_shape_open *opened;
  dw_map object_names;
  dw_shape_object *objects;
  dw_map context_pairs; /* parent and object: context 1 + index */
  dw_map state_pairs;   /* context and column: state 1 + index */
  uint32_t *object_of;  /* by column: the object of the same name; DW_MAP_NONE: there is none */
  size_t step_count, state_count, context_count, opened_count;
  size_t step_capacity, used_capacity, first_capacity, state_capacity, context_capacity, opened_capacity;
  size_t object_capacity, object_of_capacity, of_count;
  uint64_t record; /* counts up with each record; the scanner's to keep */
  dw_buf bytes;
  dw_buf name; /* scratch: a dotted name */
} dw_shape;

void dw_shape_init(dw_shape *shape, dw_builder *builder);
void dw_shape_free(dw_shape *shape);
void dw_shape_forget(dw_shape *shape); /* all it learned */

/* A remembered step was taken that is not the first of its state; before: the one in front of it in the list. When that happens in one
 * record after the other, the step becomes the first; a lasting change of shape costs two records, a field missing now and then does
 * not stir the list. */
void dw_shape_used(dw_shape *shape, uint32_t state, uint32_t step, uint32_t before);

/* The step at p by the grammar; remembered as first one of its state. It ends at the first byte of a value that is neither white
 * space nor an object with members, or behind the line end. For DW_STEP_BLANK, *behind is the byte behind the line end. */
uint32_t dw_shape_learn(dw_shape *shape, uint32_t state, const char *p, const char **behind, dw_text_fault *fault);

bool dw_shape_matches(const dw_shape *shape, const dw_step *step, const char *p, size_t readable); /* the plain way */

#endif
