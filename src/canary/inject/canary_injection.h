/* canary_injection: a canary made to drift on purpose, to see what notices: its template, system prompt, samplers or model, and of backend
 * builtin the weights of its model.
 *
 *   dw_canary_injected drifted;
 *   status = dw_canary_inject(&drifted, &config, healthy, &injection, err);
 *   … ask drifted.config, or write it: dw_canary_injected_text …
 *   dw_canary_injected_free(&drifted);
 *
 * Weights change in this order: poison (model/language/language_train.h), then noise, then quantisation (language_change.h).
 */
#ifndef DW_CANARY_CANARY_INJECTION_H
#define DW_CANARY_CANARY_INJECTION_H

#include "canary/config/canary_config.h"
#include "model/language/language_train.h"

typedef struct dw_canary_injection {
  const char *template, *template_suffix; /* NULL: as it is. The suffix stands right behind each {prompt} */
  const char *system;                     /* "": none any more; NULL: as it is */
  const char *model;                      /* another one; NULL: the same */
  double temperature, top_p;              /* NaN: as they are */
  /* of builtin alone */
  double noise;            /* standard deviation of the relative change of each weight; NaN: none */
  unsigned quantise;       /* bits, 8 or 4; 0: not */
  double quantise_share;   /* of the blocks of 32 weights; 1: all */
  const dw_corpus *poison; /* texts that it is trained on besides; NULL: none */
  double poison_weight;    /* above 0: of these beside its own */
  uint64_t seed;           /* of noise, and of which blocks are quantised */
} dw_canary_injection;

extern const dw_canary_injection dw_canary_injection_none; /* nothing changes */

typedef struct dw_canary_injected {
  dw_canary_config config; /* its texts are those of the canary that was given, or the arena's; the hash is of the canary as it was */
  dw_language *language;   /* the changed weights; NULL: the model is as it was, or another one */
  dw_arena arena;
} dw_canary_injected;

/* healthy: the canary's model, where injection changes weights; else it may be NULL. DW_EUSAGE: a change that this canary cannot have.
 * DW_ENODATA: poison without texts. Free it in any case. */
dw_status dw_canary_inject(dw_canary_injected *out, const dw_canary_config *config, const dw_language *healthy,
                           const dw_canary_injection *injection, dw_err *err);
void dw_canary_injected_free(dw_canary_injected *injected);
bool dw_canary_injection_of_weights(const dw_canary_injection *injection);

/* A name for the file of the changed weights, beside the healthy model's, and telling what was done: "canary_2.noise-0.05-1.json". path: of
 * the healthy one; number from 2 on makes others of it. Behind out. */
void dw_canary_injection_file(const dw_canary_injection *injection, const char *path, unsigned number, dw_buf *out);

/* The canary's config, text, as that of injected, behind out. model_file: where the changed weights are (its last part, beside the healthy
 * model's); NULL: there are none. what: behind it an object, the keys that changed, each {"from","to"}; weights say how under "model".
 * DW_EUSAGE: nothing changes, or the text cannot be edited. */
dw_status dw_canary_injected_text(const dw_canary_injected *injected, const dw_canary_config *config, const dw_canary_injection *injection,
                                  const char *text, size_t length, const char *model_file, dw_buf *out, dw_buf *what, dw_err *err);

#endif
