/* comparison_settings: what is asked of a comparison, in words: the options of dw-compare(1), where they are explained, as plain values.
 *
 *   dw_comparison_settings settings = DW_COMPARISON_DEFAULTS;
 *   settings.reference.paths = …, settings.method = …
 *
 * Texts and lists are the caller's and outlive the job.
 */
#ifndef DW_DETECT_COMPARISON_SETTINGS_H
#define DW_DETECT_COMPARISON_SETTINGS_H

#include <math.h>

#include "base/text_list.h"
#include "io/reader/reader.h"

/* Where the records of a side come from: files (none: standard input), or, with open, whatever it makes a reader of; a path is then what
 * messages call it. */
typedef struct dw_comparison_source {
  dw_text_list paths;
  dw_status (*open)(void *context, dw_reader **out, const dw_reader_options *options, dw_err *err);
  void *context;
} dw_comparison_source;

enum { DW_UNSAID = -1 }; /* a word that was not given: the preset's holds */

typedef struct dw_comparison_settings {
  dw_comparison_source reference, current;
  dw_text_list columns, exclude, id, require, types, vector, describe, method, threshold, min_effect, fail_on, checks, multivariate;
  const char *bins, *label, *score, *time, *time_format, *by, *severity, *split, *thresholds, *sequential,
      *chunk_period;     /* NULL: not given */
  const char *ref_cache; /* NULL, or the folder that keeps what was read of the reference (detect/job/reference_cache.h) */
  const char *output;    /* where the result goes, which --sequential must not be: "-" is standard output */
  const char *cosine_name, *cosine_threshold; /* how far centroids may be apart, and who says so, for messages; NULL: the default */
  int64_t window, baseline, max_ahead;        /* microseconds; 0: not given */
  double drift_share, alpha;                  /* NaN: not given */
  uint64_t threads, memory;                   /* 0: the cores; bytes */
  uint64_t min_columns;                       /* that have to be judged; 0: any number */
  uint64_t expect_rows, joint_rows, chunk_size, chunk_count, permutations, seed;
  int format;                  /* as dw_format_at has them; 0: told from the content */
  dw_dialect dialect;          /* of both sides */
  int preset;                  /* dw_preset */
  int correction, alternative; /* dw_correction, dw_alternative, or DW_UNSAID */
  int chunk_rest;              /* dw_chunk_rest, or DW_UNSAID */
  int match;                   /* dw_match_words (data/datasets/matching.h), or DW_UNSAID */
  const char *zone;            /* NULL: UTC */
  const char *unit;            /* --sequential by the period; NULL: by the row */
  int on_error;                /* 0: a bad record stops; 1: it is left out, and counted */
  bool reference_chunks, sequential_reset, detrend;
  bool alone; /* the reference by itself, with all its rows, for thresholds to be made of it: there is no current side, no comparison */
} dw_comparison_settings;

/* The defaults of dw-compare(1), as an initialiser. */
#define DW_COMPARISON_DEFAULTS                                                                                                             \
  {                                                                                                                                        \
    .drift_share = NAN, .alpha = NAN, .memory = UINT64_C(1) << 30, .joint_rows = 20000, .seed = 1, .correction = DW_UNSAID,                \
    .alternative = DW_UNSAID, .chunk_rest = DW_UNSAID, .match = DW_UNSAID, .output = "-"                                                   \
  }

#endif
