/* sequential: looking again and again at what arrives, against one reference, with a false-alarm rate that holds for all looks together.
 *
 * Each column has a stream of its values, and one of whether they are missing; a score with labels has one of its errors. A stream ranks
 * every arrival among the reference and all arrivals before it (stats/streams/conformal.h) and bets against the ranks being uniform
 * (stats/streams/martingale.h). As long as reference and arrivals are exchangeable, a stream's p-value, 1 over the most that its capital
 * ever was, is at most alpha at some look with probability at most alpha: exactly, in finite samples, whatever the number and sizes of
 * looks. Holm's correction over all streams of the state makes that the rate of the whole run, whatever the columns have to do with each
 * other, since p-values only ever fall. An alarm stays.
 *
 * Rows of one look are taken in a random order, so that their order inside a look does not matter; ties are broken at random. The random
 * numbers come from the column's name and the number of the look: the same looks give the same state.
 *
 *   dw_sequential *state;
 *   dw_sequential_open(&state, path, &look, reference, current, err);   locked until it is closed
 *   dw_compare(…, options.sequential = state)                           enters streams, observes, judges
 *   dw_sequential_commit(state, err);                                   before the answer is given to anybody
 *   dw_sequential_close(state);
 *
 * The state is written first: a look that died before leaves the old state and is simply done again; one that died behind it is recognised
 * by the digest of its data, is not counted twice, and gives the same answer.
 */
#ifndef DW_DETECT_SEQUENTIAL_H
#define DW_DETECT_SEQUENTIAL_H

#include "data/datasets/dataset.h"
#include "kinds/finding.h"
#include "detect/check/limits.h"
#include "detect/watch/units.h"

#define DW_SEQUENTIAL_ALPHA 0.05

typedef struct dw_sequential dw_sequential;
typedef struct dw_stream dw_stream;

typedef enum dw_stream_kind { DW_STREAM_VALUES, DW_STREAM_MISSING, DW_STREAM_ERRORS } dw_stream_kind;

typedef struct dw_sequential_look {
  const char *reference_digest, *current_digest; /* 32 hex digits each */
  int64_t now;
  bool reset; /* begin anew, whatever the file of this kind holds */
} dw_sequential_look;

/* No file there: a new state. DW_EDATA: it is no state, cut, changed, or of another reference; DW_ENODATA: a side was turned into sketches;
 * DW_ESYSTEM: files, or another look is under way. Both datasets are finished. */
dw_status dw_sequential_open(dw_sequential **out, const char *path, const dw_sequential_look *look, const dw_dataset *reference,
                             const dw_dataset *current, dw_err *err);
bool dw_sequential_repeated(const dw_sequential *state); /* an earlier look was at this very data: nothing is added */

/* What became of the periods of this look. */
typedef struct dw_unit_notes {
  size_t old;            /* watched by an earlier look: passed over */
  size_t small;          /* with fewer than half of the usual rows: left out */
  size_t unfinished;     /* not over yet: left for a later look */
  size_t baseline_small; /* of the reference, alike */
} dw_unit_notes;

/* Of a watch by the period, which the state is from its first look on, or never: the rows of both sides, each with an instant, cut into
 * periods. reference: needed by the first look alone, else it may be NULL. rule, and the frames, outlive the state. DW_EUSAGE: the state
 * was begun with another rule; DW_ENODATA: the reference has fewer than DW_UNITS_LEAST periods, or no period of this look is new and over;
 * DW_EDATA: a period of this look lies in the reference or before it. rule NULL: the state is one by the row. */
dw_status dw_sequential_cut(dw_sequential *state, const dw_unit_rule *rule, const dw_frame *reference, const dw_frame *current,
                            dw_err *err);
const dw_unit_notes *dw_sequential_units(const dw_sequential *state); /* NULL: by the row */
/* After the first look was compared: what a user should know of the baseline's periods; nothing is added otherwise. */
void dw_sequential_unit_hint(const dw_sequential *state, dw_buf *out);
/* The instants of this look: before that of an earlier look? */
bool dw_sequential_goes_back(dw_sequential *state, int64_t first, int64_t last);

/* The stream of this column, which the reference has (DW_STREAM_VALUES: with a usable value, type NUMERIC or CATEGORICAL): begun by the
 * first look, asked for by all others. All are entered, by one thread, before one is observed. NULL: not to be had, dw_sequential_check
 * says why. */
dw_stream *dw_sequential_enter(dw_sequential *state, dw_stream_kind kind, dw_type type, const dw_column *reference);
/* The stream of how far the score is from the label; of two classes (0 and 1, the later name being 1), in the rarer one of the reference.
 * NULL besides when the reference has no errors. */
dw_stream *dw_sequential_enter_errors(dw_sequential *state, const char *score, const dw_scored *reference);
/* DW_EUSAGE: the columns entered are not those of the state. */
dw_status dw_sequential_check(const dw_sequential *state, dw_err *err);

/* Adds this look's cells to the stream; nothing when the look is a repeated one. categories: of both sides, for a categorical column, else
 * NULL. Different streams may be observed by different threads. */
void dw_sequential_observe(const dw_sequential *state, dw_stream *stream, const dw_column *current, const dw_categories *categories);
void dw_sequential_observe_errors(const dw_sequential *state, dw_stream *stream, const dw_scored *reference, const dw_scored *current);
/* By the period: too few of the reference have values, and nothing is watched. */
bool dw_stream_lacks_units(const dw_stream *stream);
bool dw_stream_has_data(const dw_stream *stream); /* something arrived; of missing cells: one was missing, then or ever */

/* Statistic and p-value of a finding by DW_SEQUENTIAL_METHOD, not yet judged. */
void dw_sequential_report(const dw_stream *stream, dw_finding *finding);
/* Corrects and decides the findings by DW_SEQUENTIAL_METHOD. All others become mere reports, but for changes of the schema and methods that
 * the user named: tests of a single look would raise false alarms sooner or later. */
void dw_sequential_judge(dw_sequential *state, dw_finding *finding, size_t count, const dw_limits *limits);

dw_status dw_sequential_commit(dw_sequential *state, dw_err *err);
void dw_sequential_close(dw_sequential *state); /* NULL is fine */

#endif
