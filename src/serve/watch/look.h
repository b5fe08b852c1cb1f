/* look: one look at a model's records: a window against its baseline, and what is checked besides. The look itself is dw-compare's
 * (detect/job/comparison_job.h), fed from the database; nothing is written twice, and nothing here prints or exits.
 *
 *   dw_look_result result;
 *   status = dw_look(&result, &settings, records, now, &left_out, &notices, err);
 *   … result.lines on standard output, result.run and result.events into the database (dw_look_items) …
 *   dw_look_free(&result);
 *
 * Records of the kinds inference (all columns), interaction and embedding (the column "embedding") are compared, each kind with the same
 * kind; a run's alpha is shared out among them. A side with fewer rows than min_rows is not judged.
 */
#ifndef DW_SERVE_LOOK_H
#define DW_SERVE_LOOK_H

#include "base/text_list.h"
#include "io/reader/notices.h"
#include "kinds/severity.h"
#include "kinds/summary.h"
#include "serve/watch/behaviour.h"
#include "serve/watch/usual.h"
#include "serve/watch/versions.h"

typedef struct dw_look_settings {
  const char *model;              /* "" is that of records that name none */
  int64_t window, delay, silence; /* microseconds; silence 0: not asked */
  dw_baseline_rule baseline;
  const char *baseline_text;                  /* as it was given, for documents */
  const dw_versions *versions;                /* of the model; NULL: nobody looked */
  bool seed_rule;                             /* the verdict on the data is the seeds' rule's alone */
  dw_behaviour_limits limits;                 /* its min_rows holds for the comparison too */
  dw_text_list exclude;                       /* columns; * and ? match */
  const char *by;                             /* of inferences: compared inside each of its values too; NULL: not */
  double alpha;                               /* of the whole run; NaN: dw-compare's */
  const char *cosine_name, *cosine_threshold; /* as the comparison job takes them */
  uint64_t threads, memory;
  bool (*stop)(void *context); /* asked while records are read: the look is given up then, DW_ESYSTEM; NULL: never */
  void *stop_context;
  uint64_t adaptive; /* limits of rates, metric and centroids from the last so many runs; 0: as they stand here */
} dw_look_settings;

/* What one part of a run found: what alerts are about. */
typedef enum dw_look_part {
  DW_PART_DATA, /* the comparison, or the seeds' rule in its place */
  DW_PART_SILENCE,
  DW_PART_REFUSAL,
  DW_PART_TOXICITY,
  DW_PART_ACCURACY,
  DW_PARTS
} dw_look_part;
const char *dw_look_part_word(dw_look_part part); /* "data_drift", "silence", "refusal_rate", …; NULL behind the last */

typedef struct dw_look_answer {
  bool judged, drift;
  dw_severity severity; /* NONE without drift */
} dw_look_answer;

#define DW_EVENT_POLICY "policy" /* the source of events about what was done by policy: a few among all findings */
enum { DW_LOOK_TOP = 5, DW_LOOK_NAME = 100, DW_LOOK_EVENTS = 2000 };

typedef struct dw_look_result {
  dw_period window;
  int64_t now;
  uint64_t rows, baseline_rows;
  dw_look_answer part[DW_PARTS];
  bool nothing_to_compare; /* records, perhaps, but none with a column that is compared */
  /* Of the run: drift of any part; else not judged where the data was not, or, with nothing to compare, no rate and no metric was; else no
   * drift. */
  dw_answer answer;
  dw_severity severity;                /* the worst of its parts */
  char reason[1024];                   /* why the data was not judged; empty: it was */
  char top[DW_LOOK_TOP][DW_LOOK_NAME]; /* columns that drifted, the most first; names are cut */
  size_t top_count, drifted;           /* of how many */
  dw_buf lines;                        /* findings, summaries and other checks, a line each */
  dw_buf run;                          /* the document "run", a line */
  dw_buf events;                       /* those of lines that say drift, DW_LOOK_EVENTS of a comparison at most */
  uint64_t events_left_out;
  dw_measure measure[DW_MEASURES]; /* what has limits of its own, for threshold_history */
} dw_look_result;

/* left_out: times that are no example (open alerts). stages: of made_by. A failure: of the database, or of what its records say. */
dw_status dw_look(dw_look_result *result, const dw_look_settings *settings, dw_records *records, int64_t now, const dw_periods *left_out,
                  const dw_buf *stages, const dw_notices *notices, dw_err *err);
void dw_look_free(dw_look_result *result);

enum { DW_LOOK_ID = 64 };
void dw_look_id(const dw_look_result *result, char out[DW_LOOK_ID]); /* of the run, from its document: the end of its window and a digest */

/* The run and its events, as items to be put; contents and ids are the arena's. A look that is repeated on the same data is the same run.
 */
void dw_look_items(const dw_look_result *result, const char *model, dw_arena *arena, dw_records_item **items, size_t *count,
                   size_t *capacity);

#endif
