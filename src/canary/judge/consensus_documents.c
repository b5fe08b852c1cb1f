#include "canary/judge/consensus_documents.h"

#include <math.h>

#include "base/clock.h"
#include "io/text/json.h"

/* One round, while its document is written. */
typedef struct telling {
  const dw_canary_comparison *comparison;
  const dw_answer_book *book;
  const dw_consensus_sight *sight;
  dw_canary_rule rule;
  uint32_t round;
} telling;

/* The canary's line by the consensus; NULL: there is none. */
static const dw_canary_line *line_of(const telling *t, uint32_t canary)
{
  for (size_t i = 0; i < t->comparison->count; i++) {
    const dw_canary_line *line = &t->comparison->line[i];
    if (line->canary == canary && line->round == t->round && line->method == DW_CANARY_CONSENSUS) return line;
  }
  return NULL;
}

static void put_canary(dw_json *json, const telling *t, uint32_t canary)
{
  const dw_consensus_member *member = &t->sight->member[canary];
  const dw_canary_line *line = line_of(t, canary);
  dw_json_open(json, NULL, '{');
  dw_json_text(json, "canary", dw_answer_book_canaries(t->book)->keys[canary].text);
  dw_json_number(json, "weight", member->weight);
  dw_json_integer(json, "prompts", (int64_t)member->round.prompts);
  dw_json_number(json, "similarity", member->round.similarity);
  dw_json_number(json, "reference", member->reference);
  dw_json_number(json, "mean_z", member->round.mean_z);
  dw_json_number(json, "sd_z", member->round.sd_z);
  dw_json_number(json, "p_value", line ? line->found.p_value : NAN);
  dw_json_number(json, "p_adjusted", line ? line->p_adjusted : NAN);
  dw_json_bool(json, "anomalous", line && line->drift);
  if (line && !line->found.judged) {
    dw_json_bool(json, "judged", false);
    dw_json_text(json, "why", line->found.why);
  }
  dw_json_close(json, '}');
}

static void put_matrix(dw_json *json, const dw_consensus_sight *sight)
{
  dw_json_open(json, "matrix", '[');
  for (size_t i = 0; i < sight->canaries; i++) {
    dw_json_open(json, NULL, '[');
    for (size_t j = 0; j < sight->canaries; j++) dw_json_number(json, NULL, sight->matrix[i * sight->canaries + j]);
    dw_json_close(json, ']');
  }
  dw_json_close(json, ']');
}

/* drift, severity and score: the worst of its canaries. */
static void put_answer(dw_json *json, const telling *t)
{
  bool drift = false;
  dw_severity severity = DW_SEVERITY_NONE;
  double score = NAN;
  for (uint32_t c = 0; c < t->sight->canaries; c++) {
    const dw_canary_line *line = line_of(t, c);
    if (!line || !line->found.judged) continue;
    drift = drift || line->drift;
    if (line->severity > severity) severity = line->severity;
    score = fmin(score, t->rule == DW_CANARY_RULE_SEED ? line->found.statistic : line->p_adjusted); /* of NaN and a number: the number */
  }
  dw_json_bool(json, "drift", drift);
  dw_json_text(json, "severity", dw_severity_word(severity));
  dw_json_number(json, "score", score);
}

static void write_round(const telling *t, int64_t began, dw_buf *out)
{
  dw_json json;
  char time[DW_TIME_TEXT];
  dw_json_start(&json, out, 0);
  dw_json_open(&json, NULL, '{');
  dw_json_text(&json, "kind", "consensus");
  dw_json_text(&json, "round", dw_answer_book_rounds(t->book, DW_BOOK_CURRENT)->keys[t->round].text);
  if (began) dw_json_bytes(&json, "time", time, dw_time_print(time, began));
  else dw_json_null(&json, "time");
  dw_json_text(&json, "rule", t->rule == DW_CANARY_RULE_SEED ? "seed" : "baseline");
  dw_json_text(&json, "embedding", t->sight->given ? "given" : "character n-grams");
  dw_json_integer(&json, "prompts", (int64_t)t->sight->prompts);
  dw_json_open(&json, "canaries", '[');
  for (uint32_t c = 0; c < t->sight->canaries; c++) put_canary(&json, t, c);
  dw_json_close(&json, ']');
  put_matrix(&json, t->sight);
  put_answer(&json, t);
  dw_json_close(&json, '}');
  dw_buf_char(out, '\n');
}

void dw_consensus_write(const dw_canary_comparison *comparison, const dw_answer_book *book, const dw_canary_settings *settings, dw_buf *out)
{
  if (!comparison->sight) return;
  for (size_t r = 0; r < comparison->rounds; r++) {
    uint32_t round = comparison->round[r];
    write_round(&(telling){comparison, book, comparison->sight[round], settings->rule, round}, comparison->began[r], out);
  }
}
