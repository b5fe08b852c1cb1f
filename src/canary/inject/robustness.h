/* robustness: how large a change of a canary must be to be noticed. A search over the strength of one kind of change, each strength asked
 * and judged as dw-compare --canaries would, in this process; configs and models on disk stay as they are.
 *
 *   status = dw_robustness_healthy(&settings, budget, &control, err);      first: is the canary, unchanged, left alone?
 *   status = dw_robustness_search(&result, DW_ROBUSTNESS_NOISE, &settings, budget, err);
 *   … result.unnoticed, result.noticed …
 *   dw_robustness_free(&result);
 *
 * Strengths, from a ten-thousandth of the largest (suffix: one character) up to it:
 *
 *   noise        standard deviation of the relative change of each weight      poison  weight of the texts beside the model's own
 *   quantise     share of the blocks of weights                                temperature  how far it is from the canary's own
 *   suffix       characters of it, from the first on
 *
 * A strength is asked in `trials` rounds, and is noticed when `needed` of them alarm. What is drawn of a change (noise, blocks) is drawn
 * anew in each trial, and is the same one at all strengths; so are the answers' seeds, of a canary without one. Of a canary with a seed
 * the answers to an unchanged model are always the same: where nothing is drawn at all, one trial says what all would. The search is by
 * halves of the logarithm, down to a quotient of 1.25 (suffix: one character): it takes for granted that more is noticed sooner, and
 * reports all that it tried.
 */
#ifndef DW_CANARY_ROBUSTNESS_H
#define DW_CANARY_ROBUSTNESS_H

#include "canary/ask/ask.h"
#include "canary/inject/canary_injection.h"
#include "canary/inject/law_distance.h"
#include "canary/judge/canary_comparison.h"

typedef enum dw_robustness_kind {
  DW_ROBUSTNESS_NOISE,
  DW_ROBUSTNESS_QUANTISE,
  DW_ROBUSTNESS_POISON,
  DW_ROBUSTNESS_TEMPERATURE,
  DW_ROBUSTNESS_SUFFIX,
  DW_ROBUSTNESS_KINDS
} dw_robustness_kind;
const char *dw_robustness_kind_name(dw_robustness_kind kind); /* "noise" … */
const char *dw_robustness_kind_unit(dw_robustness_kind kind); /* words for its strength */

typedef struct dw_robustness_settings {
  const dw_canary_config *config; /* language set, of backend builtin */
  const dw_prompts *prompts;
  const dw_response *const *reference; /* [references] healthy answers of this canary */
  size_t references;
  size_t repeats; /* answers to each prompt in a round */
  unsigned trials, needed;
  dw_canary_injection most; /* the largest strength of each kind */
  dw_canary_settings judge;
  dw_ask_settings ask;
  uint64_t seed;
} dw_robustness_settings;

/* A strength that was tried. */
typedef struct dw_robustness_point {
  double strength;
  unsigned trials, alarms;
  bool noticed;
  double effect;      /* mean over the trials of the judge's largest; NaN: none */
  const char *method; /* that had it in the last of them */
} dw_robustness_point;

typedef struct dw_robustness {
  dw_robustness_kind kind;
  dw_robustness_point *point; /* in the order of the search */
  size_t count, capacity;
  const dw_robustness_point *unnoticed, *noticed; /* the ends of what is left; NULL: none was */
  dw_law_distance law[2];                         /* of the two, of backend builtin; prompts 0: not measured */
  bool complete;                                  /* false: the budget was used up before */
  uint64_t answers, rounds;                       /* asked for */
} dw_robustness;

/* Whether a kind can be searched with these settings: the backend has it, and a largest strength is given. */
bool dw_robustness_has(dw_robustness_kind kind, const dw_robustness_settings *settings);
uint64_t dw_robustness_round(const dw_robustness_settings *settings); /* answers of one */

/* The canary unchanged. budget: answers. DW_EDATA: it is noticed itself, so that nothing could be said. DW_ENODATA: the budget was used up.
 */
dw_status dw_robustness_healthy(const dw_robustness_settings *settings, uint64_t budget, dw_robustness_point *out, dw_err *err);
/* budget: answers. DW_ENODATA: a round was not judged, and why; errors of asking and of injections. Free it in any case. */
dw_status dw_robustness_search(dw_robustness *out, dw_robustness_kind kind, const dw_robustness_settings *settings, uint64_t budget,
                               dw_err *err);
void dw_robustness_free(dw_robustness *result);

#endif
