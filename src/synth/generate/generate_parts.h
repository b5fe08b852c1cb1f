/* generate_parts: what the files of the generator share; no other file includes it. */
#ifndef DW_SYNTH_GENERATE_PARTS_H
#define DW_SYNTH_GENERATE_PARTS_H

#include "base/clock.h"
#include "base/rng.h"
#include "synth/generate/generate.h"

enum { DW_GENERATE_CHUNK = 256 }; /* rows evaluated together: their columns stay in the first-level cache */

typedef struct dw_generate_output {
  uint32_t column;
  dw_template_text before; /* ,"name": or a comma */
} dw_generate_output;

struct dw_generator {
  dw_arena arena;
  dw_scenario_plan plan;
  dw_generate_format format;
  dw_rng_key key;
  size_t column_count;
  bool *needed;    /* by column: written, or looked at by one that is */
  bool correlated; /* a needed column is */
  dw_generate_output *outputs;
  size_t output_count;
  size_t longest; /* bytes that a record can have */
};

/* A chunk being made: values by column, then text. One a thread. */
typedef struct dw_generate_chunk {
  const dw_generator *generator;
  const dw_scenario_segment *segment;
  uint64_t first;
  size_t count;
  double **values;    /* [column][row]; a categorical column's are codes. Not for texts and vectors */
  int64_t **instants; /* [column][row] of timestamps */
  uint8_t **missing;  /* [column][row]; NULL when nothing is missing */
  double *normal;     /* [correlated][row]: their own standard normals, before correlation */
  double *work;       /* [row] */
  double *vector;     /* [dimension of the widest] */
  dw_buf text;        /* of a text cell */
  int64_t day;        /* whose date is in date_text; INT64_MIN: none yet */
  char date_text[DW_TIME_TEXT];
  size_t date_length;
} dw_generate_chunk;

/* Which of a column's templates or shifts a row of the chunk has: the code of the category that it goes by. */
static inline size_t dw_generate_case(const dw_generate_chunk *chunk, const dw_scenario_column *column, size_t i)
{
  return column->by_name ? (size_t)chunk->values[column->by][i] : 0;
}

/* generate_values.c */
void dw_generate_values(dw_generate_chunk *chunk);
/* The components of a vector in row i of the chunk, into chunk->vector. */
void dw_generate_vector(dw_generate_chunk *chunk, const dw_scenario_column *column, size_t i);

/* generate_write.c: the chunk's records at the end of out. */
void dw_generate_write(dw_generate_chunk *chunk, dw_buf *out);

/* A uniform number in (0, 1) from two words of a random block: odd multiples of 2^-53, so never 0 or 1. */
static inline double dw_generate_uniform(uint32_t low, uint32_t high)
{
  return ((double)(((uint64_t)high << 32 | low) >> 12) + 0.5) * 0x1p-52;
}

/* Draws of a (row, column): block 0 has the value (words 0, 1) and whether it is missing (2, 3); what needs more begins at block 1. */
enum { DW_GENERATE_MORE = 1 };

#endif
