/* profile: what is kept of a stream of records in bounded memory, mergeable: the document "profile" (driftwatch-records(5)), one line.
 *
 *   dw_profile_of(&profile, &dataset, error, …)      a finished dataset (data/datasets/dataset.h) with dw_dataset_options.summary_size
 *   dw_profile_write(profile, stages, &line)         ends with its newline
 *   dw_profile_read(&profile, line, length, …)       strict: anything that does not fit is an error with file and line
 *   dw_profile_merge(into, from, count, team)        what is counted adds up; errors stay known (see dw_sketch, dw_frequent)
 *   dw_profile_dataset(profile, &dataset)            a finished dataset again, as a comparison takes it
 *
 * A column of a profile holds what a dw_column (data/columns/column.h) knows of its cells before it is read as one type: so it means the
 * same to whoever reads it again, whatever the other side of a comparison is, and types need not be settled before parts are merged.
 * Not kept: the order of rows, samples of texts, instants, the rows' pairs (label and score), vectors themselves.
 */
#ifndef DW_DATA_PROFILE_H
#define DW_DATA_PROFILE_H

#include "data/datasets/dataset.h"
#include "io/record/renames.h"
#include "io/bytes/sha256.h"
#include "stats/streams/distinct.h"
#include "stats/streams/frequent.h"
#include "stats/streams/sketch.h"

enum { DW_PROFILE_VERSION = 1, DW_PROFILE_NUMBERS = 1024 /* different numbers that are kept exactly, with their counts */ };
#define DW_PROFILE_ERROR 0.001 /* --error */

/* The finite numbers of a column. Exactly one of value (with times) and sketch holds them. */
typedef struct dw_profile_numbers {
  dw_moments moments; /* all of them: moments.count */
  double *value;      /* [different] ascending, each once; NULL with a sketch, and where there are none */
  uint64_t *times;    /* [different] */
  size_t different;
  dw_sketch *sketch;     /* NULL: they are exact */
  dw_distinct *distinct; /* of a sketch: how many different ones */
  bool probable;         /* the sketch's error holds with 99 %, not always: it came from another program */
  bool fraction;         /* some of them are no whole numbers */
} dw_profile_numbers;

/* Its strings and booleans ("true", "false"). What its strings look like is known of those that dw_column looked at. */
typedef struct dw_profile_texts {
  dw_frequent frequent;  /* frequent.lost 0: all of them, exactly */
  dw_distinct *distinct; /* NULL: frequent has them all */
  bool endless;          /* as in dw_column: they hardly repeat */
  bool instants, dates, spaces;
  uint64_t looked, numerals, amounts; /* dw_column.distinct, .numerals, .amounts */
  uint64_t marks;                     /* endless: strings that CSV takes for a missing value */
} dw_profile_texts;

typedef struct dw_profile_vectors {
  size_t width; /* 0: there is none */
  uint64_t count, other_length, infinite;
  double *mean, *m2; /* [width]; m2 / count is the diagonal of the covariance matrix */
  dw_moments norm;   /* of the Euclidean norms */
} dw_profile_vectors;

typedef struct dw_profile_column {
  char *name;
  dw_type declared; /* --types; DW_TYPES: it was not said */
  char *describes;  /* the column of texts that it describes; NULL: none */
  bool by_pattern;
  uint64_t tag[DW_OTHER + 1]; /* cells by dw_tag; those of batches without the column are DW_ABSENT only once it is written or looked at: */
  uint64_t rows;              /* all of them */
  uint64_t infinite, commas, doubtful, null_codes;
  dw_profile_numbers numbers;
  dw_profile_texts texts;
  dw_spellings *spellings; /* NULL: all numbers are written as usual */
  dw_profile_vectors vectors;
} dw_profile_column;

typedef struct dw_profile {
  uint64_t rows, skipped; /* records; bad ones that were left out */
  double error;           /* asked for: of any rank, as a share of the count */
  size_t sketch_size;     /* of sketches made here (dw_sketch_size_for) */
  bool untyped, typed;    /* read from formats of each kind (io/record/format.h) */
  uint64_t merged;        /* profiles that it was merged of; 1: none */
  /* what its records have in common: keys by which profiles are kept apart */
  char *by, *value; /* the column of --by, and its value as text; value NULL: records without one */
  char *time;       /* the column of --time, and with start < end the window */
  int64_t start, end;
  dw_profile_column **column;
  size_t count, capacity;
  dw_map names;               /* of column, by the same index */
  dw_buf stages;              /* made_by (io/text/made_by.h), as read */
  char digest[DW_SHA256 + 1]; /* as read or written last */
} dw_profile;

dw_profile *dw_profile_new(double error);
void dw_profile_free(dw_profile *profile); /* NULL is fine */

dw_profile_column *dw_profile_find(const dw_profile *profile, const char *name);               /* NULL: it has none */
dw_profile_column *dw_profile_column_of(dw_profile *profile, const char *name, size_t length); /* made if need be */

/* Its columns, and what names them, are called as renames says (NULL: as before). DW_EDATA, of file name: two would have one name. */
dw_status dw_profile_rename(dw_profile *profile, dw_renames *renames, const char *name, dw_err *err);

/* into becomes the profile of all of them. Keys are the caller's business. from are left as they are. team: NULL, or who shares the columns
 * among threads; the result does not depend on it. */
void dw_profile_merge(dw_profile *into, const dw_profile *const *from, size_t count, dw_parallel_team *team);

/* The document, a line with its newline, at the end of out; sets digest, and reduces what is kept of numbers and texts to what the error
 * allows. stages: of made_by. */
void dw_profile_write(dw_profile *profile, const dw_buf *stages, dw_buf *out);

/* The same in parts: a document of 10,000 columns is larger than what it was made of. */
typedef struct dw_profile_sink {
  dw_status (*write)(void *context, const void *bytes, size_t length, dw_err *err);
  void *context;
} dw_profile_sink;
dw_status dw_profile_write_to(dw_profile *profile, const dw_buf *stages, const dw_profile_sink *sink, dw_err *err);

/* One line, without its newline. DW_EDATA: "NAME:LINE:COLUMN: …". Behind bytes[length] a newline and DW_BLOCK_PADDING bytes
 * (io/record/scanner.h) must be readable. */
dw_status dw_profile_read(dw_profile **out, const char *bytes, size_t length, const char *name, uint64_t line, dw_err *err);

/* Of a finished dataset with dw_dataset_options.summary_size, whose columns declared numeric are read as such. declared: what --types says
 * of a column (DW_TYPES: nothing); NULL: nothing of any. DW_EDATA: a column cannot be read as declared. The columns are empty afterwards.
 */
dw_status dw_profile_of(dw_profile **out, dw_dataset *set, double error, dw_type (*declared)(void *context, const char *name),
                        void *context, dw_err *err);

/* The finished dataset that holds the same: columns have tag, counts, moments, texts, spellings as if they had been read, and for their
 * numbers a sample with weights (dw_column.sorted; with a sketch where they are not exact). Where
 * texts are not all known (dw_profile_texts.frequent.lost, .cut) texts has those that are, with the least that they came; tag has all.
 * *set must have been initialised without options. */
void dw_profile_dataset(const dw_profile *profile, dw_dataset *set);
dw_column *dw_profile_column_restore(const dw_profile *profile, const dw_profile_column *column); /* the caller frees both */

/* What the column's type, its values and its missing cells are, by the rules of dw-compare for this profile alone. */
typedef struct dw_profile_facts {
  dw_type type;
  uint64_t values, missing;
  double distinct; /* different values: exact or estimated */
  bool distinct_exact;
  double rank_error; /* of its numbers, as a share of their count; 0: exact */
} dw_profile_facts;
dw_profile_facts dw_profile_column_facts(const dw_profile *profile, const dw_profile_column *column);

size_t dw_profile_bytes(const dw_profile *profile); /* memory held, about */

#endif
