/* finding: one answer about one column, as it is written and read (man/driftwatch-records.5, kind "finding").
 *
 * A finding that was read points into its document, which must outlive it (or, where dw_fields has an arena, into that): it owns nothing,
 * and dw_finding_free is not needed. What a document does not say (undrifted, by_p_value, …) is as dw_finding_init sets it.
 *
 * Reading is strict: a member of the wrong type, a severity or rule that there is none of, is DW_EDATA with its name and what would be
 * right. "check" and "drift" have to be there. Every other member may be absent or null, and checks, types, methods and directions may be
 * unknown, since documents of other tools and of later versions are read too; unknown members are passed over.
 */
#ifndef DW_KINDS_FINDING_H
#define DW_KINDS_FINDING_H

#include "base/str.h"
#include "data/columns/column.h"
#include "io/text/json.h"
#include "kinds/check.h"
#include "kinds/fields.h"
#include "kinds/rule.h"
#include "kinds/severity.h"
#include "kinds/shift.h"
#include "stats/tests/effect.h"

/* Stands where a method's name stands, for findings of detect/watch/sequential.h. */
#define DW_SEQUENTIAL_METHOD "sequential"

typedef struct dw_finding {
  dw_check check;
  const char *column;  /* NULL: all of them together */
  const char *by;      /* the column whose value `segment` it is about; NULL: all rows */
  const char *segment; /* NULL: the rows without a value */
  size_t segment_length;
  dw_buf chunk;       /* JSON object: the chunk of rows that it is about; owned; empty: all rows */
  const char *period; /* of a chunk: "reference" or "analysis" */
  dw_type type;
  const char *method;                    /* NULL: the check has none */
  bool by_p_value;                       /* judged by its p-value */
  bool graded_by_p;                      /* its severity too, however large the sample: of presets */
  double statistic, p_value, p_adjusted; /* NaN: not defined */
  double score, threshold;
  double undrifted; /* the score when nothing drifts at all (0.5 of an AUC) */
  dw_rule rule;
  dw_verdict verdict;
  bool calibrated; /* threshold and rule were made for this column, method and size */
  bool drift;
  dw_severity severity;
  dw_grading grading;    /* by what it is so severe; of one that was made, and drifted. Not in documents */
  const char *direction; /* "up", "down", or NULL */
  /* of a difference that a p-value alone would exaggerate in large samples, 0 to 1; NaN: the score says how bad it is */
  double magnitude;
  double effect_size;             /* numbers: Cohen's d; categories: Cramer's V; performance: the change; NaN: none */
  double effect_low, effect_high; /* its 95 % confidence interval; NaN: none */
  dw_effect superiority; /* numbers: the chance that a current value is larger than a reference value, with its interval; NaN: none */
  dw_shift shift;        /* the share that changed most; its category points into own_category, or the document that was read */
  dw_buf own_category;   /* owned */
  const dw_buf *reference, *current; /* the column's portraits (JSON texts), shared by its findings; NULL: see own_… */
  dw_buf own_reference, own_current; /* sides that only this finding has; owned; empty: null */
  bool approximate;
  double rank_error;   /* NaN when exact */
  const char *warning; /* static text or NULL */
  bool lost;           /* of the schema: the current data lost the column (detect/check/lost.h) */
  bool idle;           /* no answer of this look: what it says is of earlier ones, or reported and not judged */
  char error[256];     /* why there is no answer; empty: there is one */
  dw_buf detail;       /* JSON object, empty: none; owned */
  /* Of a finding that was read; they stand for the fields of the same name above. */
  struct {
    bool done;
    const char *check, *type;                             /* the words, which may be none of ours; type NULL: not said */
    bool ruled, graded;                                   /* rule and severity are said */
    const char *error;                                    /* NULL: there is an answer */
    const dw_value *chunk, *reference, *current, *detail; /* objects; NULL: none */
  } read;
} dw_finding;

void dw_finding_init(dw_finding *finding, dw_check check, const char *column, dw_type type);
void dw_finding_fail(dw_finding *finding, const char *why);
/* A p-value test by the named method, judged "drift when p < threshold". */
void dw_finding_judge_p(dw_finding *finding, const char *method, double p_value, double threshold);
/* The category that changed most, copied. */
void dw_finding_shift_category(dw_finding *finding, const char *category, size_t length);
/* Sets drift and severity. Drift: score, rule and threshold say so, and the share that changed most, where it has a least effect, changed
 * by that. Severity: of a p-value, and of scores that a learner gave, by that share, whatever the p-value, for that is small in large
 * samples; by the magnitude, where there is one: medium from 0.3, high from 0.6; else by how far the score is beyond its threshold: a
 * distance from 1.5 times it medium, from 3 times high, both counted from `undrifted`; a p-value from a fifth of it medium and, where it
 * alone is what grades, from a fiftieth high. */
void dw_finding_decide(dw_finding *finding);
void dw_finding_grade(dw_finding *finding, dw_grading grading); /* sets severity by another scale than that */
const char *dw_finding_check(const dw_finding *finding);        /* the name of its check, made or read */
const char *dw_finding_error(const dw_finding *finding);        /* NULL: there is an answer */
void dw_finding_write(const dw_finding *finding, dw_buf *out);  /* one line */
/* What an incident says of a finding that it rests on: an object of the open list, with what it judged, about what, and how far off. */
void dw_finding_cite(const dw_finding *finding, dw_json *json);
/* An object of kind "finding". at->status, and at->err. */
dw_status dw_finding_read(dw_finding *out, dw_fields *at, const dw_value *document);
void dw_finding_free(dw_finding *finding);

#endif
