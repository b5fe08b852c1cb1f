#include "canary/judge/consensus_judge.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "canary/answers/gram_embedding.h"
#include "stats/answers/agreement.h"
#include "stats/answers/score_shift.h"

/* A canary's answers on a side, and how far they have been gone through. */
typedef struct course {
  const dw_book_answer *answer;
  size_t count, at;
} course;

struct dw_consensus_network {
  const dw_answer_book *book;
  bool given;
  size_t canaries, width;
  course *course[2]; /* [canaries] by side */
  double *score[2];  /* by side and number of the answer there; NaN: it has none */
  size_t answers[2];
  double *weight; /* [canaries] */
  double *scratch, *own;
  bool looked;
  dw_pairing_side current;
  dw_consensus_member *member;
  double *matrix;
  size_t prompts, compared;
};

/* Whether every canary has an embedding on each side on which it answers. */
static bool embeddings_given(const dw_consensus_network *n)
{
  bool given = dw_answer_book_width(n->book) > 0;
  for (int s = 0; s < 2; s++) {
    for (size_t c = 0; c < n->canaries; c++) {
      const course *of = &n->course[s][c];
      bool any = false, some = false;
      for (size_t i = 0; i < of->count; i++) {
        any = any || !of->answer[i].failed;
        some = some || of->answer[i].embedding;
      }
      given = given && (some || !any);
    }
  }
  return given;
}

dw_consensus_network *dw_consensus_network_new(const dw_answer_book *book)
{
  size_t canaries = dw_answer_book_canaries(book)->count, most = 0;
  dw_consensus_network *n = dw_alloc_zero(1, sizeof *n);
  *n = (dw_consensus_network){.book = book, .canaries = canaries};
  for (int s = 0; s < 2; s++) {
    n->course[s] = dw_alloc_zero(canaries, sizeof *n->course[s]);
    for (uint32_t c = 0; c < canaries; c++) {
      course *of = &n->course[s][c];
      of->answer = dw_answer_book_of(book, (dw_book_side)s, c, &of->count);
      n->answers[s] += of->count;
      if (of->count > most) most = of->count;
    }
    n->score[s] = dw_alloc_array(n->answers[s], sizeof *n->score[s]);
  }
  n->given = embeddings_given(n);
  n->width = n->given ? dw_answer_book_width(book) : DW_GRAM_EMBEDDING;
  n->weight = dw_alloc_array(canaries, sizeof *n->weight);
  n->scratch = dw_alloc_array(n->width, sizeof *n->scratch);
  n->own = dw_alloc_array(2 * most, sizeof *n->own);
  n->member = dw_alloc_zero(canaries, sizeof *n->member);
  n->matrix = dw_alloc_array(canaries * canaries, sizeof *n->matrix);
  return n;
}

void dw_consensus_network_free(dw_consensus_network *n)
{
  if (!n) return;
  for (int s = 0; s < 2; s++) {
    dw_free(n->course[s]);
    dw_free(n->score[s]);
  }
  dw_free(n->weight);
  dw_free(n->scratch);
  dw_free(n->own);
  dw_free(n->member);
  dw_free(n->matrix);
  dw_free(n);
}

/* --- a look --- */

static bool looked_at(const dw_consensus_network *n, int side, const dw_book_answer *a)
{
  const dw_pairing_side *current = &n->current;
  if (side == DW_BOOK_REFERENCE) return true;
  return current->side == DW_BOOK_CURRENT && (current->round == DW_MAP_NONE || (a->round == current->round) != current->others);
}

static void take_weights(dw_consensus_network *n)
{
  for (size_t c = 0; c < n->canaries; c++) {
    const dw_book_answer *last = NULL;
    n->weight[c] = 1;
    for (int s = 1; s >= 0 && !last; s--) {
      const course *of = &n->course[s][c];
      for (size_t i = 0; i < of->count; i++) {
        const dw_book_answer *a = &of->answer[i];
        if (!looked_at(n, s, a)) continue;
        bool later = !last || a->instant > last->instant || (a->instant == last->instant && a->sequence > last->sequence);
        if (later) last = a;
      }
    }
    if (last) n->weight[c] = last->weight;
  }
}

static const double *vector_of(const dw_consensus_network *n, const dw_book_answer *a)
{
  if (a->failed) return NULL;
  if (n->given) return a->embedding;
  dw_gram_embedding(a->text, a->length, n->scratch);
  return n->scratch;
}

/* What goes on with the answers to one prompt. */
typedef struct looking {
  dw_consensus_network *network;
  dw_agreement *agreement;
  dw_consensus *side[2]; /* the reference, and the round */
} looking;

/* Returns how many answers of the round were added. */
static size_t add_answers(looking *l, size_t canary, uint32_t prompt)
{
  dw_consensus_network *n = l->network;
  size_t added[2] = {0, 0};
  for (int s = 0; s < 2; s++) {
    const course *of = &n->course[s][canary];
    for (size_t i = of->at; i < of->count && of->answer[i].prompt == prompt; i++) {
      const double *vector = looked_at(n, s, &of->answer[i]) ? vector_of(n, &of->answer[i]) : NULL;
      if (!vector || !dw_agreement_answer(l->agreement, canary, vector)) continue;
      dw_consensus_answer(l->side[s], canary, vector);
      added[s]++;
    }
  }
  return added[1];
}

/* In the same order as they were added. */
static void take_scores(looking *l, size_t canary, uint32_t prompt)
{
  dw_consensus_network *n = l->network;
  size_t next = 0;
  dw_agreement_scores(l->agreement, canary, n->weight, n->own);
  for (int s = 0; s < 2; s++) {
    course *of = &n->course[s][canary];
    for (; of->at < of->count && of->answer[of->at].prompt == prompt; of->at++) {
      const dw_book_answer *a = &of->answer[of->at];
      bool has = looked_at(n, s, a) && !a->failed && (a->embedding || !n->given);
      n->score[s][a->sequence] = has ? n->own[next++] : NAN;
    }
  }
}

static void look_at_prompt(looking *l, uint32_t prompt)
{
  dw_consensus_network *n = l->network;
  size_t answered = 0;
  for (size_t c = 0; c < n->canaries; c++) answered += add_answers(l, c, prompt) > 0;
  for (size_t c = 0; c < n->canaries; c++) take_scores(l, c, prompt);
  for (int s = 0; s < 2; s++) dw_consensus_prompt(l->side[s]);
  dw_agreement_next(l->agreement);
  n->prompts += answered > 1;
}

static void read_members(dw_consensus_network *n, const looking *l)
{
  dw_consensus_canary *read = dw_alloc_array(n->canaries, sizeof *read);
  dw_consensus_read(l->side[0], read);
  for (size_t c = 0; c < n->canaries; c++) n->member[c] = (dw_consensus_member){.weight = n->weight[c], .reference = read[c].similarity};
  dw_consensus_read(l->side[1], read);
  n->compared = 0;
  for (size_t c = 0; c < n->canaries; c++) {
    n->member[c].round = read[c];
    n->compared += read[c].prompts > 0;
  }
  dw_consensus_matrix(l->side[1], n->matrix);
  dw_free(read);
}

void dw_consensus_network_look(dw_consensus_network *n, const dw_pairing_side *current)
{
  const dw_pairing_side *before = &n->current;
  bool same = before->side == current->side &&
              (current->side == DW_BOOK_REFERENCE || (before->round == current->round && before->others == current->others));
  if (n->looked && same) return;
  n->looked = true;
  n->current = *current;
  n->prompts = 0;
  take_weights(n);
  looking l = {.network = n, .agreement = dw_agreement_new(n->canaries, n->width)};
  for (int s = 0; s < 2; s++) {
    l.side[s] = dw_consensus_new(n->canaries, n->width, n->weight);
    for (size_t c = 0; c < n->canaries; c++) n->course[s][c].at = 0;
  }
  for (uint32_t p = 0; p < dw_answer_book_prompts(n->book)->count; p++) look_at_prompt(&l, p);
  read_members(n, &l);
  for (int s = 0; s < 2; s++) dw_consensus_free(l.side[s]);
  dw_agreement_free(l.agreement);
}

dw_consensus_sight *dw_consensus_network_sight(const dw_consensus_network *n)
{
  dw_consensus_sight *sight = dw_alloc_zero(1, sizeof *sight);
  *sight = (dw_consensus_sight){.given = n->given,
                                .canaries = n->canaries,
                                .prompts = n->prompts,
                                .compared = n->compared,
                                .member = dw_alloc_array(n->canaries, sizeof *sight->member),
                                .matrix = dw_alloc_array(n->canaries * n->canaries, sizeof *sight->matrix)};
  if (n->canaries) memcpy(sight->member, n->member, n->canaries * sizeof *sight->member);
  if (n->canaries) memcpy(sight->matrix, n->matrix, n->canaries * n->canaries * sizeof *sight->matrix);
  return sight;
}

void dw_consensus_sight_free(dw_consensus_sight *sight)
{
  if (!sight) return;
  dw_free(sight->member);
  dw_free(sight->matrix);
  dw_free(sight);
}

/* --- the method --- */

/* Scores of the answers of one prompt that have one, and their blocks. */
static dw_score_prompt gather(const dw_consensus_network *n, const dw_pairing *pairing, const dw_paired_prompt *prompt, double *score,
                              uint32_t *block)
{
  dw_score_prompt out = {.score = score, .block = block};
  size_t taken = 0;
  uint32_t blocks = 0, last = 0;
  for (size_t i = 0; i < prompt->reference + prompt->current; i++) {
    const dw_pairing_side *side = i < prompt->reference ? &pairing->choice.reference : &pairing->choice.current;
    double own = n->score[side->side][prompt->answer[i]->sequence];
    if (isnan(own)) continue;
    if (taken && !(prompt->block && prompt->block[i] == last)) blocks++;
    if (prompt->block) last = prompt->block[i];
    block[taken] = blocks;
    score[taken++] = own;
    if (i < prompt->reference) out.reference++;
    else out.current++;
  }
  return out;
}

static void judge_by(const dw_consensus_network *n, const dw_pairing *pairing, const dw_canary_how *how, dw_canary_found *out)
{
  dw_canary_leaders most = {.found = out};
  dw_score_result result;
  dw_score_shift *test = dw_score_shift_new(how->permutations, how->key, how->threads);
  for (size_t p = 0; p < pairing->count; p++) {
    const dw_paired_prompt *prompt = &pairing->prompt[p];
    size_t answers = prompt->reference + prompt->current;
    double *score = dw_alloc_array(answers, sizeof *score), moved;
    uint32_t *block = dw_alloc_array(answers, sizeof *block);
    dw_score_prompt gathered = gather(n, pairing, prompt, score, block);
    dw_score_shift_add(test, &gathered, &moved);
    dw_canary_lead(&most, prompt->prompt, fabs(moved));
    dw_free(score);
    dw_free(block);
  }
  out->judged = dw_score_shift_finish(test, &result, NULL) == DW_OK;
  if (!out->judged)
    snprintf(out->why, sizeof out->why, "%s",
             n->canaries < 2 ? "a consensus takes two canaries"
                             : "no prompt was answered on both sides, and by another canary whose weight is above 0");
  out->statistic = result.statistic;
  out->effect = fabs(result.statistic);
  out->p_value = result.p_value;
  out->made = result.made;
  out->prompts = result.prompts;
  dw_score_shift_free(test);
}

void dw_consensus_judge(const dw_pairing *pairing, const dw_canary_how *how, dw_canary_found *out)
{
  dw_consensus_network *network = how->network ? how->network : dw_consensus_network_new(pairing->book);
  dw_consensus_network_look(network, &pairing->choice.current);
  judge_by(network, pairing, how, out);
  if (!how->network) dw_consensus_network_free(network);
}
