/* Effects and similarities over the rounds, and what it cost to ask. */
#include <math.h>
#include <string.h>

#include "report/compose/show_network.h"
#include "report/model/figures.h"
#include "report/words/network_wording.h"

enum { POINTS = 400, LINES_MOST = 24, TABLES_MOST = 100, PAGES_MOST = 120 };

static size_t most_rows(const dw_build *b)
{
  if (dw_build_shows(b, DW_PAGES)) return PAGES_MOST;
  return dw_build_shows(b, DW_TABLES) || b->room.quiet ? TABLES_MOST : LINES_MOST;
}

/* Of more rounds than a curve has room for, each point is the worst of its neighbours: a departure is never averaged away. */
static const dw_report_series *thinned(dw_build *b, const dw_report_series *series)
{
  if (isnan(series->high)) return NULL; /* nothing was judged */
  dw_report_series *out = dw_build_room(b, sizeof *out);
  *out = *series;
  if (out->low > 0 && !(series->point[0].lower > 0)) out->low = 0; /* effects begin at none */
  if (series->count <= POINTS) return out;
  out->point = dw_build_room(b, POINTS * sizeof *out->point);
  out->count = POINTS;
  for (size_t i = 0; i < POINTS; i++) {
    dw_report_point *to = &out->point[i];
    size_t from = i * series->count / POINTS, end = (i + 1) * series->count / POINTS;
    *to = series->point[from];
    for (size_t k = from + 1; k < end; k++) {
      const dw_report_point *point = &series->point[k];
      bool low = !isnan(point->lower) || !isnan(to->lower); /* what is bounded from below is worst where it is least */
      bool worse = isnan(to->value) || (low ? point->value < to->value : point->value > to->value);
      if (point->drift != to->drift ? point->drift : worse) *to = *point;
    }
  }
  return out;
}

static void curves_note(dw_build *b, const dw_network *network, const char *dashed)
{
  if (network->round_count < 2 || !dw_build_shows(b, DW_PAGES)) return;
  dw_build_say(b, DW_PLAIN, "From left to right ");
  dw_network_span(&b->run, network);
  dw_buf_format(&b->run, ". %s; dots: rounds that drifted.", dashed);
  if (network->round_count > POINTS) dw_buf_format(&b->run, " Each point is the worst of its neighbours.");
  dw_build_text(b, DW_TEXT_NOTE);
}

/* --- effects --- */

static dw_block_state state_of(const dw_network_line *line)
{
  if (line->departs) return (dw_block_state){DW_STATE_DRIFT, line->series.severity, NULL};
  if (line->series.point[line->series.count - 1].error) return (dw_block_state){DW_STATE_UNJUDGED, DW_SEVERITY_NONE, NULL};
  if (line->departed) return (dw_block_state){DW_STATE_OUTCOME, DW_SEVERITY_LOW, "back"};
  return (dw_block_state){DW_STATE_QUIET, DW_SEVERITY_NONE, NULL};
}

void dw_show_network_effects(dw_build *b, const dw_network *network)
{
  enum { STATE, CANARY, METHOD, CURVE, FOUND, COLUMNS };
  const dw_block_place curve = network->round_count > 1 ? DW_EVERYWHERE : DW_NOWHERE;
  const dw_block_column columns[] = {{.kind = DW_COLUMN_STATE, .title = "drift"},
                                     {.kind = DW_COLUMN_SUBJECT, .title = "canary"},
                                     {.kind = DW_COLUMN_ASIDE, .title = "method"},
                                     {.kind = DW_COLUMN_CURVE, .title = "effect", .shown = curve},
                                     {.kind = DW_COLUMN_SENTENCE, .title = "over the rounds"}};
  size_t total = 0, most = most_rows(b);
  if (network->canary_count == 0) return;
  dw_block_table *table = dw_build_table(b, DW_TABLE_SERIES, columns, COLUMNS);
  dw_build_say(b, DW_PLAIN, "Effect by round");
  table->heading = dw_build_said(b);
  table->noun = "line";
  table->nouns = "lines";
  table->findable = true;
  for (size_t i = 0; i < network->canary_count; i++)
    for (size_t k = 0; k < network->canary[i].line_count; k++) {
      const dw_network_line *line = &network->canary[i].line[k];
      if (network->consensus_count && strcmp(line->series.method, "consensus") == 0) continue; /* has a table of its own */
      if (total++ >= most) continue;
      dw_build_row(b, network->canary[i].name);
      dw_build_cell_state(b, STATE, state_of(line));
      dw_build_cell_text(b, CANARY, DW_NAME, network->canary[i].name);
      dw_build_cell_text(b, METHOD, DW_PLAIN, line->series.method);
      if (dw_build_cell(b, CURVE)) b->cell->series = thinned(b, &line->series);
      if (dw_build_cell(b, FOUND)) dw_network_line_words(&b->run, line);
    }
  if (total > table->count) table->total = (double)total;
  dw_build_table_end(b);
  curves_note(b, network, "Dashed: the margin");
}

/* --- consensus --- */

/* Places in the consensus, the canaries that departed first; at most `most` of those that the matrix has. */
static size_t chosen(const dw_network *network, const dw_network_consensus *consensus, size_t *place, size_t most)
{
  size_t count = 0;
  for (size_t i = 0; i < network->canary_count && count < most; i++)
    for (size_t k = 0; k < consensus->kept; k++)
      if (count < most && strcmp(consensus->voice[k].canary, network->canary[i].name) == 0) place[count++] = k;
  return count;
}

static void matrix(dw_build *b, const dw_network *network, const dw_network_consensus *consensus)
{
  enum { LINES = 12, ROWS = 24 };
  size_t place[DW_NETWORK_MATRIX];
  dw_block_column columns[DW_NETWORK_MATRIX + 1] = {{.kind = DW_COLUMN_SUBJECT, .title = "canary"}};
  size_t count = consensus->matrix ? chosen(network, consensus, place, dw_build_shows(b, DW_LINES) ? LINES : ROWS) : 0;
  double low = NAN, high = NAN;
  if (count < 2) return;
  for (size_t i = 0; i < count; i++)
    for (size_t k = 0; k < count; k++) {
      double value = consensus->matrix[place[i] * consensus->kept + place[k]];
      if (i == k || isnan(value)) continue;
      low = fmin(low, value);
      high = fmax(high, value);
    }
  for (size_t i = 0; i < count; i++)
    columns[i + 1] = (dw_block_column){.kind = DW_COLUMN_HEAT, .title = "", .of = consensus->voice[place[i]].canary, .right = true};
  dw_block_table *table = dw_build_table(b, DW_TABLE_HEAT, columns, count + 1);
  dw_build_say(b, DW_PLAIN, "How alike the answers are, round ");
  dw_build_say(b, DW_NAME, consensus->round);
  table->heading = dw_build_said(b);
  table->noun = "canary";
  table->nouns = "canaries";
  for (size_t i = 0; i < count; i++) {
    dw_build_row(b, consensus->voice[place[i]].canary);
    dw_build_cell_text(b, 0, DW_NAME, consensus->voice[place[i]].canary);
    for (size_t k = 0; k < count; k++) {
      double value = consensus->matrix[place[i] * consensus->kept + place[k]];
      if (!dw_build_cell(b, k + 1)) continue;
      dw_figure(&b->run, value, 2);
      b->cell->heat = i == k || isnan(value) ? NAN : high > low ? (value - low) / (high - low) : 0.5;
    }
  }
  if (count < consensus->count) table->total = (double)consensus->count;
  dw_build_table_end(b);
}

static const dw_network_voice *voice_of(const dw_network_consensus *consensus, const char *canary)
{
  for (size_t i = 0; i < consensus->count; i++)
    if (strcmp(consensus->voice[i].canary, canary) == 0) return &consensus->voice[i];
  return NULL;
}

void dw_show_network_consensus(dw_build *b, const dw_network *network)
{
  enum { STATE, CANARY, CURVE, FOUND, COLUMNS };
  const dw_network_consensus *newest = dw_network_newest(network);
  const dw_block_place curve = network->consensus_count > 1 ? DW_EVERYWHERE : DW_NOWHERE;
  const dw_block_column columns[] = {{.kind = DW_COLUMN_STATE, .title = "drift"},
                                     {.kind = DW_COLUMN_SUBJECT, .title = "canary"},
                                     {.kind = DW_COLUMN_CURVE, .title = "similarity", .shown = curve},
                                     {.kind = DW_COLUMN_SENTENCE, .title = "in the newest round"}};
  size_t most = most_rows(b);
  if (!newest) return;
  matrix(b, network, newest);
  dw_block_table *table = dw_build_table(b, DW_TABLE_SERIES, columns, COLUMNS);
  dw_build_say(b, DW_PLAIN, "Consensus");
  table->heading = dw_build_said(b);
  table->noun = "canary";
  table->nouns = "canaries";
  table->findable = true;
  for (size_t i = 0; i < network->similarity_count && i < most; i++) {
    const dw_report_series *series = &network->similarity[i];
    const dw_network_voice *voice = voice_of(newest, series->column);
    dw_build_row(b, series->column);
    dw_build_cell_state(b, STATE,
                        (dw_block_state){series->alerts             ? DW_STATE_DRIFT
                                         : !voice || !voice->judged ? DW_STATE_UNJUDGED
                                                                    : DW_STATE_QUIET,
                                         series->severity, NULL});
    dw_build_cell_text(b, CANARY, DW_NAME, series->column);
    if (dw_build_cell(b, CURVE)) b->cell->series = thinned(b, series);
    if (!dw_build_cell(b, FOUND)) continue;
    if (voice) dw_network_voice_words(&b->run, voice);
    else dw_build_say(b, DW_PLAIN, "not in the newest round");
    if (network->consensus_count < 2) continue;
    dw_build_say(b, DW_PLAIN, "; ");
    dw_network_series_words(&b->run, series, "similarity");
  }
  if (network->similarity_count > table->count) table->total = (double)network->similarity_count;
  dw_build_table_end(b);
  dw_buf_format(&b->run, "Similarity of its answers to those of the others, %s%s.",
                *newest->embedding ? "embeddings: " : "by their embeddings", newest->embedding);
  if (strcmp(newest->rule, "seed") == 0) dw_build_say(b, DW_PLAIN, " By the seeds' rule, a mean z below -1 is anomalous.");
  dw_build_text(b, DW_TEXT_NOTE);
}

/* --- costs --- */

static void cost_cells(dw_build *b, const dw_network_cost *cost)
{
  const double values[] = {cost->requests, cost->answers, cost->errors, cost->unasked, cost->prompt_tokens, cost->completion_tokens};
  for (size_t i = 0; i < sizeof values / sizeof *values; i++)
    if (dw_build_cell(b, i + 1)) dw_figure_count(&b->run, values[i]);
  if (dw_build_cell(b, 7)) dw_network_cost_words(&b->run, cost);
}

void dw_show_network_cost(dw_build *b, const dw_network *network)
{
  static const dw_block_column columns[] = {{.kind = DW_COLUMN_SUBJECT, .title = "canary"},
                                            {.kind = DW_COLUMN_FIGURE, .title = "requests", .shown = DW_NO_LINES, .right = true},
                                            {.kind = DW_COLUMN_FIGURE, .title = "answers", .shown = DW_NO_LINES, .right = true},
                                            {.kind = DW_COLUMN_FIGURE, .title = "errors", .shown = DW_NO_LINES, .right = true},
                                            {.kind = DW_COLUMN_FIGURE, .title = "not asked", .shown = DW_NO_LINES, .right = true},
                                            {.kind = DW_COLUMN_FIGURE, .title = "tokens of prompts", .shown = DW_NO_LINES, .right = true},
                                            {.kind = DW_COLUMN_FIGURE, .title = "of answers", .shown = DW_NO_LINES, .right = true},
                                            {.kind = DW_COLUMN_SENTENCE, .title = "", .shown = DW_LINES}};
  size_t most = most_rows(b);
  if (!network->asked) return;
  dw_block_table *table = dw_build_table(b, DW_TABLE_COST, columns, sizeof columns / sizeof *columns);
  dw_build_say(b, DW_PLAIN, "What it cost");
  table->heading = dw_build_said(b);
  table->noun = "canary";
  table->nouns = "canaries";
  dw_build_row(b, "all");
  if (dw_build_cell(b, 0)) {
    dw_figure_count(&b->run, network->cost.rounds);
    dw_build_say(b, DW_PLAIN, network->cost.rounds == 1 ? " round" : " rounds");
  }
  cost_cells(b, &network->cost);
  for (size_t i = 0; i < network->spender_count && i < most; i++) {
    dw_build_row(b, network->spender[i].canary);
    dw_build_cell_text(b, 0, DW_NAME, network->spender[i].canary);
    cost_cells(b, &network->spender[i].cost);
  }
  if (network->spender_count > most) table->total = (double)network->spender_count + 1;
  dw_build_table_end(b);
}
