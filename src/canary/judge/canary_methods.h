/* canary_methods: how the answers of one canary are held against those of its past: one row a method, one call a canary and round.
 *
 *   logprobs      log-probabilities of the first token (stats/answers/logprob_shift.h); sees weights, quantisation, template, system
 *                 prompt, and not the samplers; a few requests
 *   border        answers to border inputs (stats/answers/border_shift.h): tokens alone are enough
 *   mmd_hamming   whole answers, token by token or character by character (stats/answers/hamming_mmd.h); sees samplers too
 *   embedding     directions of the answers' embeddings (stats/answers/cosine_mmd.h)
 *   text          the same of character n-grams (canary/answers/gram_embedding.h), for answers without embeddings
 *   behavior      rates and lengths (canary/judge/behavior_tests.h); several aspects
 *   fingerprint   answers that were always the same: are they still? By text, and by log-probabilities where these were the same too
 *   consensus     agreement with the other canaries (canary/judge/consensus_judge.h)
 *   embedding:…, text:…   other statistics of the same vectors (stats/answers/vector_shift.h); not among "all"
 *
 * All deals keep to their prompt. p-values hold for answers that are independent given the prompt, which those of a busy endpoint are not:
 * an alarm needs an effect above a margin besides, that healthy rounds at the same load show (dw-calibrate canaries), or the row's.
 */
#ifndef DW_CANARY_CANARY_METHODS_H
#define DW_CANARY_CANARY_METHODS_H

#include "canary/judge/pairing.h"
#include "data/columns/word_list.h"

/* clang-format off */
#define DW_CANARY_METHOD_ROWS(ROW) \
  /*  DW_CANARY_…   name            what its effect is                                       margin  and from where it is severe */ \
  ROW(LOGPROBS,     "logprobs",     "mean shift of a log-probability, nats",                 1e-3,   0.1) \
  ROW(BORDER,       "border",       "mean total variation, less what chance makes of it",    0.2,    0.6) \
  ROW(HAMMING,      "mmd_hamming",  "share of positions that agree, within less between",    0.0,    0.2) \
  ROW(EMBEDDING,    "embedding",    "cosine, within less between",                           0.0,    0.2) \
  ROW(TEXT,         "text",         "cosine of character n-grams, within less between",      0.0,    0.2) \
  ROW(BEHAVIOR,     "behavior",     "largest change of a share, Cohen's h",                  0.1,    0.6) \
  ROW(FINGERPRINT,  "fingerprint",  "share of steady prompts that are answered otherwise",   0.0,    0.6) \
  ROW(CONSENSUS,    "consensus",    "change of the mean cosine with the other canaries",     0.02,   0.1) \
  ROW(EMBEDDING_MMD,      "embedding:mmd",      "maximum mean discrepancy, Gaussian kernel",               0.0, 0.2) \
  ROW(EMBEDDING_ENERGY,   "embedding:energy",   "energy distance",                                         0.0, 0.2) \
  ROW(EMBEDDING_CENTROID, "embedding:centroid", "distance of the means, less what chance makes of it",     0.0, 0.4) \
  ROW(TEXT_MMD,           "text:mmd",           "maximum mean discrepancy of n-grams, Gaussian kernel",    0.0, 0.2) \
  ROW(TEXT_ENERGY,        "text:energy",        "energy distance of n-grams",                              0.0, 0.2) \
  ROW(TEXT_CENTROID,      "text:centroid",      "distance of the n-grams' means, less chance's part",      0.0, 0.4)
/* clang-format on */

#define DW_CANARY_METHOD_ENTRY(method, name, effect, margin, severe) DW_CANARY_##method,
typedef enum dw_canary_method { DW_CANARY_METHOD_ROWS(DW_CANARY_METHOD_ENTRY) DW_CANARY_METHODS } dw_canary_method;
#undef DW_CANARY_METHOD_ENTRY

/* auto: tokens, where all answers have them (dw_answer_book_keep_tokens); else characters. */
typedef enum dw_canary_units { DW_CANARY_UNITS_AUTO, DW_CANARY_CHARACTERS, DW_CANARY_TOKENS } dw_canary_units;

typedef struct dw_canary_how {
  unsigned permutations; /* at least 1 */
  dw_canary_units units; /* of mmd_hamming */
  size_t length, tokens; /* so many characters of an answer, or tokens, are read by it */
  dw_rng_key key;
  unsigned threads;                         /* 0: all cores */
  const dw_word_list *words[DW_WORD_KINDS]; /* NULL: those that are shipped */
  bool latency;                             /* behavior judges latency, too */
  double margin;                            /* that its effect is going to be held against; NaN: the method's own */
  size_t memory;                            /* bytes that the book and what is made of a prompt's answers may take; 0: no bound */
  struct dw_consensus_network *network;     /* of the pairing's book, for consensus; NULL: none was made */
} dw_canary_how;

enum { DW_CANARY_SHOWN = 3, DW_CANARY_WHY = 1024 };

/* A part of what behavior looks at. NaN: there is none. */
typedef struct dw_canary_aspect {
  const char *name;
  const char *value;         /* of finish_reason: the one whose share moved most; NULL otherwise */
  double reference, current; /* shares, means, or of latency the medians */
  bool judged;
  bool varies; /* of what was judged: answers differ within some prompt; else no deal could show anything, and p is 1 */
  double p_value, effect;
} dw_canary_aspect;

enum { DW_CANARY_ASPECTS_MOST = 12 };

typedef struct dw_canary_found {
  bool judged;
  char why[DW_CANARY_WHY]; /* not judged: why */
  double statistic, p_value;
  double effect;                   /* what is held against the margin */
  unsigned made;                   /* deals; 0: the p-value is exact */
  size_t prompts;                  /* that it rests on */
  const char *units;               /* of mmd_hamming: "characters" or "tokens"; NULL otherwise */
  size_t length;                   /* and how many of them are read */
  uint32_t shown[DW_CANARY_SHOWN]; /* prompts where it shows most, the most first; of methods that can tell */
  size_t shown_count;
  const char *aspect; /* behavior: which of them it is; NULL otherwise */
  dw_canary_aspect aspects[DW_CANARY_ASPECTS_MOST];
  size_t aspect_count;
} dw_canary_found;

/* The prompts with the largest scores, as they come by: {.found = …} at first. Scores that are not above 0 do not count. */
typedef struct dw_canary_leaders {
  double score[DW_CANARY_SHOWN];
  dw_canary_found *found;
} dw_canary_leaders;

void dw_canary_lead(dw_canary_leaders *leaders, uint32_t prompt, double score);

const char *dw_canary_method_name(dw_canary_method method);
const char *dw_canary_method_effect(dw_canary_method method); /* words for it */
double dw_canary_method_margin(dw_canary_method method);
double dw_canary_method_severe(dw_canary_method method);   /* an effect from which on it is high; medium from half of it */
bool dw_canary_method_is_variant(dw_canary_method method); /* another statistic of what a method looks at */
dw_canary_method dw_canary_method_named(const char *name); /* DW_CANARY_METHODS: there is none */

void dw_canary_judge(dw_canary_method method, const dw_pairing *pairing, const dw_canary_how *how, dw_canary_found *out);

/* The cheapest method that the answers allow, and why it is that one (static text). */
dw_canary_method dw_canary_method_for(const dw_pairing *pairing, const char **why);

#endif
