/* comparison_job: a comparison from words to a verdict: what is asked (detect/job/comparison_settings.h) is checked, both sides are read,
 * compared and judged. For the commands, a service and a test alike: nothing is printed, nothing exits, nothing is shared, so that several
 * threads may have a job each at the same time.
 *
 *   dw_comparison_job *job;
 *   dw_comparison_job_open(&job, &settings, &notices, err);
 *   dw_comparison_job_run(job, err);
 *   dw_comparison_job_write_findings(job, write, context, err), dw_comparison_job_write_summary(job, &stages, &line);
 *   status = dw_comparison_job_answer(job, err);
 *   dw_comparison_job_free(job);
 */
#ifndef DW_DETECT_COMPARISON_JOB_H
#define DW_DETECT_COMPARISON_JOB_H

#include "io/bytes/sha256.h"
#include "io/reader/notices.h"
#include "data/datasets/chats.h"
#include "data/datasets/partition.h"
#include "detect/check/calibrated.h"
#include "detect/chunked/chunked.h"
#include "data/datasets/matching.h"
#include "detect/compare/dependence.h"
#include "detect/compare/reading.h"
#include "detect/watch/units.h"
#include "detect/job/comparison_settings.h"
#include "io/reader/reader_run.h"
#include "io/record/marks.h"

/* A side that was profiles. */
typedef struct dw_comparison_profiled {
  uint64_t profiles; /* documents; 0: it was records */
  double rank_error; /* the largest that they were made for */
  const char *time;  /* the column of their windows; NULL: none */
  char digest[DW_SHA256 + 1];
} dw_comparison_profiled;

/* For reading; the functions fill it. What a member points to is the job's. */
typedef struct dw_comparison_job {
  const dw_comparison_settings *settings;
  const dw_notices *notices;

  /* what the words come to */
  dw_limits limits;
  dw_calibrated calibrated;
  dw_type_choice *type;
  dw_time_format format;             /* of --time-format */
  const dw_time_format *time_format; /* NULL: not given */
  dw_renames *renames;               /* --rename, of both sides; NULL: none */
  dw_marks *marks;                   /* --missing; NULL: the usual marks */
  dw_matching matching;              /* by NONE: all rows are compared with all rows */
  dw_zone *zone;                     /* of it, and of the unit */
  dw_unit_rule unit;                 /* text NULL: no --unit */
  dw_compare_options compare;
  dw_compare_columns columns;
  dw_chunked_options chunks;
  bool by_chunks;
  dw_partition_options parts;
  bool parted;     /* one input, whose records are told apart */
  bool by_instant; /* each record needs an instant */

  /* what was read */
  dw_dataset_options reference_side; /* as the reference is gathered */
  struct dw_reference_cache *cache;  /* NULL: nothing is kept of the reference */
  bool reference_ready;              /* it is finished, and the names that it must have are known to be there */
  bool reference_made;               /* it came from the cache, or as a profile: nobody read its records now */
  dw_dataset reference, current;
  dw_roster names; /* of the columns of all inputs, wanted or not */
  dw_chats chats;
  dw_made_input input[2];
  size_t input_count;
  dw_comparison_profiled profiled[2]; /* of each side */
  dw_buf profile_stages;              /* how the profiles were made (io/text/made_by.h) */
  uint64_t skipped;                   /* records, by --on-error skip */
  int64_t first[2], last[2];          /* instants of each side, with --time; first > last: there are none */
  bool documents_told;                /* findings are compared as data */
  bool lone_csv;                      /* an input is CSV of one column */

  /* what comes of it */
  bool by_time;   /* the order of the reference's rows in time is looked at */
  bool by_file;   /* that in the file is */
  bool by_timing; /* columns of instants are compared by what is told of them (detect/compare/timing.h) */
  dw_dependence dependence;
  bool compared;
  dw_comparison comparison;
} dw_comparison_job;

/* Checks what is asked; nothing is read yet but a file of thresholds. settings and notices (NULL: nobody listens) outlive the job.
 * DW_EUSAGE, with the option's name: words that are wrong, or do not go together. After a failure there is no job. */
dw_status dw_comparison_job_open(dw_comparison_job **out, const dw_comparison_settings *settings, const dw_notices *notices, dw_err *err);

/* Reads the inputs to their end: both sides, finished, or the reference alone. DW_EDATA: a bad record, a name that is no column.
 * DW_ENODATA: a side without records. */
dw_status dw_comparison_job_read(dw_comparison_job *job, dw_err *err);

/* Reads both sides and compares them; a --sequential state is written. After a failure the job can only be freed. */
dw_status dw_comparison_job_run(dw_comparison_job *job, dw_err *err);

/* Each finding as a line of JSON, to write; inside segments only what drifted, or has no answer: the rest is in the summary's figures.
 * Returns the first failure of write. */
dw_status dw_comparison_job_write_findings(const dw_comparison_job *job,
                                           dw_status (*write)(void *context, const void *bytes, size_t length, dw_err *err), void *context,
                                           dw_err *err);
/* The summary document, a line of JSON, behind what line holds. stages: of its made_by (io/text/made_by.h). */
void dw_comparison_job_write_summary(const dw_comparison_job *job, const dw_buf *stages, dw_buf *line);

/* A reference alone, read: the member "dependence" of a summary, its current side so many rows to come. Nothing where nobody looked. */
void dw_comparison_job_write_dependence(const dw_comparison_job *job, size_t rows, dw_json *json);

/* Warns of what the answer does not speak of. DW_ENODATA: neither drift nor no drift can be said, or what has to be judged was not. Else
 * job->comparison.drift is the answer.
 */
dw_status dw_comparison_job_answer(const dw_comparison_job *job, dw_err *err);

/* The verdict in a few words, behind what out holds: "drift, severity high: 2 of 9 columns (amount, distance)". */
void dw_comparison_job_say(const dw_comparison_job *job, dw_buf *out);

void dw_comparison_job_free(dw_comparison_job *job); /* at any time; NULL is fine */

#endif
