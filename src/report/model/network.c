#include "report/model/network.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "kinds/check.h"
#include "report/model/findings.h"

void dw_network_init(dw_network *network)
{
  *network = (dw_network){.cost = {0}};
  dw_map_init(&network->rounds);
  dw_map_init(&network->spenders);
}

void dw_network_free(dw_network *network)
{
  for (size_t i = 0; i < network->similarity_count; i++) dw_free(network->similarity[i].point);
  for (size_t i = 0; i < network->canary_count; i++)
    for (size_t k = 0; k < network->canary[i].line_count; k++) dw_free(network->canary[i].line[k].series.point);
  dw_free(network->consensus);
  dw_free(network->spender);
  dw_map_free(&network->rounds);
  dw_map_free(&network->spenders);
}

size_t dw_network_count(const dw_network *network, dw_network_state state)
{
  size_t count = 0;
  for (size_t i = 0; i < network->canary_count; i++) count += network->canary[i].state == state;
  return count;
}

const dw_network_consensus *dw_network_newest(const dw_network *network)
{
  return network->consensus_count ? &network->consensus[network->consensus_count - 1] : NULL;
}

const dw_report_finding *dw_network_aspects(const dw_network_canary *canary)
{
  for (size_t i = 0; i < canary->line_count; i++) {
    const dw_network_line *line = &canary->line[i];
    bool tells = canary->state == DW_NETWORK_DEPARTED ? line->departs : line->departed;
    if (tells && line->finding[line->until]->aspect_count) return line->finding[line->until];
  }
  return NULL;
}

/* --- reading --- */

void dw_network_saw(dw_network *network, const char *round) { dw_map_intern(&network->rounds, round, strlen(round)); }

static double finite_number(dw_fields *at, const dw_value *object, const char *key)
{
  double value = dw_fields_number(at, object, key);
  return isfinite(value) ? value : NAN;
}

static const char *needed(dw_fields *at, const dw_value *object, const char *key)
{
  const char *text = dw_fields_text(at, object, key, NULL);
  if (!text || !*text) dw_fields_refuse(at, key, "a text");
  return text;
}

static void read_voices(dw_fields *at, dw_network_consensus *out, const dw_value *list)
{
  dw_map names;
  dw_network_voice *voice = dw_fields_room(at, dw_value_count(list), sizeof *voice);
  dw_map_init(&names);
  for (const dw_value *item = dw_value_first(list); item && at->status == DW_OK; item = dw_value_next(item)) {
    const dw_value *judged = dw_value_get(item, "judged");
    const char *name = needed(at, item, "canary");
    if (at->status != DW_OK) break;
    if (dw_map_intern(&names, name, strlen(name)) < out->count) dw_fields_refuse(at, "canaries", "each canary once");
    voice[out->count++] = (dw_network_voice){.canary = name,
                                             .weight = finite_number(at, item, "weight"),
                                             .similarity = finite_number(at, item, "similarity"),
                                             .reference = finite_number(at, item, "reference"),
                                             .mean_z = finite_number(at, item, "mean_z"),
                                             .p_adjusted = finite_number(at, item, "p_adjusted"),
                                             .judged = dw_value_kind(judged) == DW_VALUE_NULL || dw_fields_truth(at, item, "judged"),
                                             .anomalous = dw_fields_truth(at, item, "anomalous"),
                                             .why = dw_fields_text(at, item, "why", NULL)};
  }
  dw_map_free(&names);
  out->voice = voice;
}

static void read_matrix(dw_fields *at, dw_network_consensus *out, const dw_value *rows)
{
  static const char wanted[] = "as many lists as canaries, of as many numbers from -1 to 1, or null";
  const double most = 1 + 1e-6; /* what rounding makes of 1 */
  if (!rows) return;
  out->kept = out->count < DW_NETWORK_MATRIX ? out->count : DW_NETWORK_MATRIX;
  double *matrix = dw_fields_room(at, out->kept * out->kept, sizeof *matrix);
  size_t i = 0;
  if (dw_value_count(rows) != out->count) dw_fields_refuse(at, "matrix", wanted);
  for (const dw_value *row = dw_value_first(rows); row && at->status == DW_OK; row = dw_value_next(row), i++) {
    size_t k = 0;
    if (dw_value_kind(row) != DW_VALUE_ARRAY || dw_value_count(row) != out->count) dw_fields_refuse(at, "matrix", wanted);
    for (const dw_value *item = dw_value_first(row); item && at->status == DW_OK; item = dw_value_next(item), k++) {
      double value = dw_value_number(item, NAN);
      bool number = dw_value_kind(item) == DW_VALUE_NUMBER;
      if (!(number ? fabs(value) <= most : dw_value_kind(item) == DW_VALUE_NULL)) dw_fields_refuse(at, "matrix", wanted);
      if (i < out->kept && k < out->kept) matrix[i * out->kept + k] = value;
    }
  }
  out->matrix = out->kept ? matrix : NULL;
}

static void read_consensus(dw_network *network, dw_fields *at, const dw_value *o)
{
  const dw_value *canaries = dw_fields_list(at, o, "canaries");
  if (!canaries) dw_fields_refuse(at, "canaries", "a list");
  dw_network_consensus read = {.round = needed(at, o, "round"),
                               .time = dw_fields_text(at, o, "time", ""),
                               .rule = dw_fields_text(at, o, "rule", ""),
                               .embedding = dw_fields_text(at, o, "embedding", ""),
                               .prompts = finite_number(at, o, "prompts"),
                               .score = finite_number(at, o, "score"),
                               .drift = dw_fields_truth(at, o, "drift"),
                               .severity = dw_fields_severity(at, o)};
  if (at->status != DW_OK) return;
  read_voices(at, &read, canaries);
  read_matrix(at, &read, dw_fields_list(at, o, "matrix"));
  if (at->status != DW_OK) return;
  dw_network_saw(network, read.round);
  network->consensus = dw_grow(network->consensus, &network->consensus_capacity, network->consensus_count + 1, sizeof *network->consensus);
  network->consensus[network->consensus_count++] = read;
}

static double counted(dw_fields *at, const dw_value *object, const char *key)
{
  double value = finite_number(at, object, key);
  if (value < 0) dw_fields_refuse(at, key, "a number from 0");
  return value;
}

static dw_network_cost read_cost(dw_fields *at, const dw_value *o)
{
  const dw_value *tokens = dw_fields_object(at, o, "tokens");
  return (dw_network_cost){.rounds = 1,
                           .answers = counted(at, o, "answers"),
                           .errors = counted(at, o, "errors"),
                           .unasked = counted(at, o, "not_asked"),
                           .requests = counted(at, o, "requests"),
                           .prompt_tokens = counted(at, tokens, "prompt"),
                           .completion_tokens = counted(at, tokens, "completion")};
}

static double sum(double a, double b) { return isnan(a) ? b : isnan(b) ? a : a + b; }

static void spend(dw_network_cost *to, const dw_network_cost *cost)
{
  to->rounds += cost->rounds;
  to->answers = sum(to->answers, cost->answers);
  to->errors = sum(to->errors, cost->errors);
  to->unasked = sum(to->unasked, cost->unasked);
  to->requests = sum(to->requests, cost->requests);
  to->prompt_tokens = sum(to->prompt_tokens, cost->prompt_tokens);
  to->completion_tokens = sum(to->completion_tokens, cost->completion_tokens);
}

static const dw_network_cost no_cost = {0, NAN, NAN, NAN, NAN, NAN, NAN};

static void read_each(dw_network *network, dw_fields *at, const dw_value *list)
{
  for (const dw_value *item = list ? dw_value_first(list) : NULL; item && at->status == DW_OK; item = dw_value_next(item)) {
    const char *name = needed(at, item, "canary");
    dw_network_cost cost = read_cost(at, item);
    if (at->status != DW_OK) return;
    uint32_t place = dw_map_intern(&network->spenders, name, strlen(name));
    network->spender = dw_grow(network->spender, &network->spender_capacity, network->spenders.count, sizeof *network->spender);
    if (place == network->spender_count) network->spender[network->spender_count++] = (dw_network_spender){name, no_cost};
    spend(&network->spender[place].cost, &cost);
  }
}

static void read_asked(dw_network *network, dw_fields *at, const dw_value *o)
{
  dw_network_cost cost = read_cost(at, o);
  const char *round = dw_fields_text(at, o, "round", NULL);
  const dw_value *quarantined = dw_value_get(o, "quarantined");
  if (at->status != DW_OK) return;
  if (!network->asked) network->cost = no_cost;
  network->asked = true;
  network->latest = at->name;
  network->asked_round = round;
  if (round) dw_network_saw(network, round);
  spend(&network->cost, &cost);
  network->quarantined_count = 0;
  if (dw_value_kind(quarantined) == DW_VALUE_ARRAY)
    network->quarantined = dw_fields_texts(at, quarantined, "quarantined", &network->quarantined_count);
  read_each(network, at, dw_fields_list(at, o, "each"));
}

bool dw_network_document(dw_network *network, dw_fields *at, const dw_value *document)
{
  const char *kind = dw_value_text_of(document, "kind", "");
  if (strcmp(kind, "consensus") == 0) read_consensus(network, at, document);
  else if (strcmp(kind, "asked") == 0) read_asked(network, at, document);
  else return false;
  return true;
}

/* --- rounds --- */

typedef struct dated {
  uint32_t round; /* of the map */
  int64_t instant;
} dated;

static int by_instant(const void *a, const void *b)
{
  const dated *x = a, *y = b;
  if (x->instant != y->instant) return x->instant < y->instant ? -1 : 1;
  return x->round < y->round ? -1 : x->round > y->round;
}

/* A finding about a canary in a round; NULL finding: the consensus says so, and no finding of the method may. */
typedef struct cell {
  uint32_t line, round; /* of maps; then the place of the round */
  size_t index;
  const dw_report_finding *finding;
} cell;

typedef struct gathered {
  dw_network *network;
  dw_arena *arena;
  dw_map canaries, lines;
  uint32_t *canary; /* of a line */
  size_t canary_capacity;
  const char **method;
  size_t method_capacity;
  cell *cells;
  size_t count, capacity;
  size_t *place; /* of a round of the map; SIZE_MAX: it was not judged */
  dw_map aside;  /* canaries that were left out of the newest round on purpose */
} gathered;

static void gather(gathered *all, const dw_report_finding *finding)
{
  dw_buf key = {0};
  uint32_t canary = dw_map_intern(&all->canaries, finding->column, strlen(finding->column));
  dw_buf_add(&key, finding->column, strlen(finding->column) + 1);
  dw_buf_text(&key, finding->method);
  uint32_t line = dw_map_intern(&all->lines, key.data, key.length);
  dw_buf_free(&key);
  all->canary = dw_grow(all->canary, &all->canary_capacity, all->lines.count, sizeof *all->canary);
  all->method = dw_grow(all->method, &all->method_capacity, all->lines.count, sizeof *all->method);
  all->canary[line] = canary;
  all->method[line] = finding->method;
  uint32_t round = dw_map_intern(&all->network->rounds, finding->round, strlen(finding->round));
  all->cells = dw_grow(all->cells, &all->capacity, all->count + 1, sizeof *all->cells);
  all->cells[all->count] = (cell){line, round, all->count, finding};
  all->count++;
}

/* What a consensus says of a canary, as the finding that it would be. */
static const dw_report_finding *voiced(dw_arena *arena, const dw_network_consensus *consensus, const dw_network_voice *voice)
{
  dw_report_finding *finding = dw_arena_alloc(arena, sizeof *finding);
  *finding = (dw_report_finding){.check = dw_check_of(DW_CHECK_CANARY)->name,
                                 .column = voice->canary,
                                 .type = "text",
                                 .method = "consensus",
                                 .rule = "",
                                 .round = consensus->round,
                                 .aspect = "",
                                 .effect_is = "mean z of its similarity to the others",
                                 .alarm_round = "",
                                 .effect = voice->mean_z,
                                 .margin = NAN,
                                 .statistic = voice->mean_z,
                                 .p_value = NAN,
                                 .p_adjusted = voice->p_adjusted,
                                 .score = voice->p_adjusted,
                                 .threshold = NAN,
                                 .effect_size = NAN,
                                 .drift = voice->anomalous,
                                 .severity = voice->anomalous ? consensus->severity : DW_SEVERITY_NONE,
                                 .error = voice->judged ? NULL
                                          : voice->why  ? voice->why
                                                        : "the consensus did not judge it"};
  return finding;
}

/* Findings of a method before what the consensus says, which then has the last word only where no finding has one: the earliest place. */
static void gather_all(gathered *all, const dw_report *report)
{
  dw_network *network = all->network;
  for (size_t i = 0; i < network->consensus_count; i++)
    for (size_t k = 0; k < network->consensus[i].count; k++)
      gather(all, voiced(all->arena, &network->consensus[i], &network->consensus[i].voice[k]));
  for (size_t i = 0; i < report->count; i++)
    for (size_t k = 0; k < report->sections[i].count; k++)
      if (dw_check_named(report->sections[i].findings[k].check) == DW_CHECK_CANARY) gather(all, &report->sections[i].findings[k]);
}

/* By the map: INT64_MIN where nobody says. */
static int64_t *instants(const dw_network *network)
{
  int64_t *out = dw_alloc_array(network->rounds.count + 1, sizeof *out);
  for (size_t i = 0; i < network->rounds.count; i++) out[i] = INT64_MIN;
  for (size_t i = 0; i < network->consensus_count; i++) {
    const dw_network_consensus *consensus = &network->consensus[i];
    uint32_t round = dw_map_find(&network->rounds, consensus->round, strlen(consensus->round));
    dw_time_parse(consensus->time, strlen(consensus->time), &out[round]);
  }
  for (size_t i = 0; i < network->rounds.count; i++) dw_time_parse(network->rounds.keys[i].text, network->rounds.keys[i].length, &out[i]);
  return out;
}

static void order_rounds(gathered *all)
{
  dw_network *network = all->network;
  size_t count = network->rounds.count, judged = 0;
  bool *is_judged = dw_alloc_zero(count + 1, sizeof *is_judged), known = true;
  dated *order = dw_alloc_array(count + 1, sizeof *order);
  int64_t *instant = instants(network);
  for (size_t i = 0; i < all->count; i++) is_judged[all->cells[i].round] = true;
  for (size_t i = 0; i < count; i++)
    if (is_judged[i]) order[judged++] = (dated){(uint32_t)i, instant[i]};
  for (size_t i = 0; i < judged; i++) known = known && order[i].instant != INT64_MIN;
  if (known && judged) qsort(order, judged, sizeof *order, by_instant);
  all->place = dw_alloc_array(count + 1, sizeof *all->place);
  network->round = dw_arena_alloc(all->arena, (judged + 1) * sizeof *network->round);
  network->round_count = judged;
  for (size_t i = 0; i < count; i++) all->place[i] = SIZE_MAX;
  for (size_t i = 0; i < judged; i++) {
    all->place[order[i].round] = i;
    network->round[i] = network->rounds.keys[order[i].round].text;
  }
  dw_free(is_judged);
  dw_free(instant);
  dw_free(order);
}

static bool tells_of(const dw_report_section *section, const char *round)
{
  for (size_t i = 0; i < section->count; i++)
    if (dw_check_named(section->findings[i].check) == DW_CHECK_CANARY && strcmp(section->findings[i].round, round) == 0) return true;
  return false;
}

/* A summary names the canaries that were left out of any of its rounds: one that has no answer for another reason, too, may have failed in
 * the newest. */
static void gather_summary(gathered *all, const dw_report_summary *summary)
{
  dw_map failed;
  dw_map_init(&failed);
  for (size_t i = 0; i < summary->unjudged_count; i++)
    dw_map_intern(&failed, summary->unjudged[i].column, strlen(summary->unjudged[i].column));
  for (size_t i = 0; i < summary->quarantined_count; i++) {
    const char *name = summary->quarantined[i];
    if (dw_map_find(&failed, name, strlen(name)) == DW_MAP_NONE) dw_map_intern(&all->aside, name, strlen(name));
  }
  dw_map_free(&failed);
}

/* By what the newest round asked says, unless a newer one was judged, and by the comparisons that tell of the newest round. */
static void gather_aside(gathered *all, const dw_report *report)
{
  const dw_network *network = all->network;
  size_t newest = network->round_count - 1, asked = SIZE_MAX;
  if (network->round_count == 0) return;
  if (network->asked_round) asked = all->place[dw_map_find(&network->rounds, network->asked_round, strlen(network->asked_round))];
  for (size_t i = 0; i < network->quarantined_count && (asked == SIZE_MAX || asked == newest); i++)
    dw_map_intern(&all->aside, network->quarantined[i], strlen(network->quarantined[i]));
  for (size_t i = 0; i < report->count; i++)
    if (report->sections[i].summary.quarantined_count && tells_of(&report->sections[i], network->round[newest]))
      gather_summary(all, &report->sections[i].summary);
}

/* --- lines --- */

static int by_line(const void *a, const void *b)
{
  const cell *x = a, *y = b;
  if (x->line != y->line) return x->line < y->line ? -1 : 1;
  if (x->round != y->round) return x->round < y->round ? -1 : 1;
  return x->index < y->index ? -1 : 1;
}

static void widen(dw_report_series *series, const dw_report_point *point)
{
  double values[] = {point->value, point->lower, point->upper};
  for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
    series->low = fmin(series->low, values[i]);
    series->high = fmax(series->high, values[i]);
  }
  series->current++;
  series->alerts += point->drift;
  if (point->drift && point->severity > series->severity) series->severity = point->severity;
}

static dw_report_point point_of(const dw_network *network, const dw_report_finding *finding, size_t round)
{
  bool judged = !finding->error;
  return (dw_report_point){.chunk = (double)round,
                           .start = network->round[round],
                           .end = "",
                           .drift = finding->drift, /* an alarm of a watch stands, whether or not this round was judged */
                           .value = judged && isfinite(finding->effect) ? finding->effect : NAN,
                           .lower = NAN,
                           .upper = judged && isfinite(finding->margin) ? finding->margin : NAN,
                           .error = finding->error,
                           .severity = finding->severity};
}

/* From the newest point that was judged back to where the departure began; else the last departure. */
static void departures(dw_network_line *line)
{
  const dw_report_point *point = line->series.point;
  bool newest = true;
  for (size_t i = line->series.count; i > 0; i--) {
    if (point[i - 1].error && !point[i - 1].drift) continue;
    if (point[i - 1].drift) {
      if (!line->departed) line->until = i - 1;
      line->departs = line->departs || newest;
      line->departed = true;
      line->since = i - 1;
    } else if (line->departed) {
      return;
    }
    newest = false;
  }
}

/* Cells from `from` on, up to the first of another line. */
static dw_network_line line_of(const gathered *all, size_t from, size_t to)
{
  size_t count = to - from;
  uint32_t id = all->cells[from].line;
  dw_network_line line = {.canary = all->canary[id]};
  line.series = (dw_report_series){.check = dw_check_of(DW_CHECK_CANARY)->name,
                                   .column = all->cells[from].finding->column,
                                   .method = all->method[id],
                                   .low = NAN,
                                   .high = NAN};
  line.series.point = dw_alloc_array(count, sizeof *line.series.point);
  line.finding = dw_arena_alloc(all->arena, count * sizeof *line.finding);
  line.round = dw_arena_alloc(all->arena, count * sizeof *line.round);
  for (size_t i = from; i < to; i++) {
    const cell *at = &all->cells[i];
    if (i + 1 < to && all->cells[i + 1].round == at->round) continue; /* said again */
    dw_report_point point = point_of(all->network, at->finding, at->round);
    line.finding[line.series.count] = at->finding;
    line.round[line.series.count] = at->round;
    line.series.point[line.series.count++] = point;
    widen(&line.series, &point);
  }
  departures(&line);
  return line;
}

static const dw_report_finding *leading(const dw_network_line *line)
{
  return line->departed ? line->finding[line->until] : line->finding[line->series.count - 1];
}

static bool says_more(const dw_network_line *a, const dw_network_line *b)
{
  if (a->departs != b->departs) return a->departs;
  if (a->departed != b->departed) return a->departed;
  const dw_report_finding *x = leading(a), *y = leading(b);
  if (x->severity != y->severity) return x->severity > y->severity;
  if ((x->shown_count > 0) != (y->shown_count > 0)) return x->shown_count > 0;
  return x->score < y->score;
}

/* --- canaries --- */

/* Whether any method judged a round, and whether any said drift, counted. */
static bool count_rounds(dw_network_canary *canary, size_t rounds)
{
  enum { JUDGED = 1, DRIFT = 2 };
  unsigned char *said = dw_alloc_zero(rounds + 1, 1);
  for (size_t i = 0; i < canary->line_count; i++)
    for (size_t k = 0; k < canary->line[i].series.count; k++) {
      const dw_report_point *point = &canary->line[i].series.point[k];
      size_t round = canary->line[i].round[k];
      if (!point->error || point->drift) said[round] |= (unsigned char)(JUDGED | (point->drift ? DRIFT : 0));
      if (point->error && round + 1 == rounds) canary->why = point->error;
    }
  for (size_t i = 0; i < rounds; i++) {
    canary->judged += said[i] != 0;
    canary->departed += (said[i] & DRIFT) != 0;
  }
  bool newest = rounds && said[rounds - 1];
  dw_free(said);
  return newest;
}

/* A watch alarms from a round on that may not be here: it was looked at by an earlier call. */
static const char *earlier(const dw_network *network, const dw_network_line *line)
{
  const char *round = line->finding[line->since]->alarm_round;
  if (!*round) return NULL;
  for (size_t i = 0; i < network->round_count; i++)
    if (strcmp(network->round[i], round) == 0) return NULL;
  return round;
}

static void judge(const gathered *all, dw_network_canary *canary)
{
  const dw_network *network = all->network;
  bool newest = count_rounds(canary, network->round_count), departs = false, departed = false;
  for (size_t i = 0; i < canary->line_count; i++) {
    const dw_network_line *line = &canary->line[i];
    departs = departs || line->departs;
    if (!line->departed || (departs && !line->departs)) continue;
    size_t since = line->round[line->since], until = line->round[line->until];
    if (!departed || since < canary->since) canary->since = since;
    if (!departed || until > canary->until) canary->until = until;
    if (leading(line)->severity > canary->severity) canary->severity = leading(line)->severity;
    departed = true;
  }
  for (size_t i = 0; departs && i < canary->line_count && !canary->before; i++)
    if (canary->line[i].departs) canary->before = earlier(network, &canary->line[i]);
  bool quarantined = dw_map_find(&all->aside, canary->name, strlen(canary->name)) != DW_MAP_NONE;
  canary->lead = canary->line_count ? leading(&canary->line[0]) : NULL;
  if (!newest && quarantined) canary->state = DW_NETWORK_QUARANTINED;
  else if (departs) canary->state = DW_NETWORK_DEPARTED;
  else if (!newest) canary->state = DW_NETWORK_UNJUDGED;
  else canary->state = departed ? DW_NETWORK_RETURNED : DW_NETWORK_HEALTHY;
}

typedef struct ranked {
  dw_network_canary canary;
  size_t place;
} ranked;

static int by_state(const void *a, const void *b)
{
  const ranked *x = a, *y = b;
  if (x->canary.state != y->canary.state) return x->canary.state < y->canary.state ? -1 : 1;
  if (x->canary.severity != y->canary.severity) return x->canary.severity > y->canary.severity ? -1 : 1;
  if (x->canary.since != y->canary.since) return x->canary.since < y->canary.since ? -1 : 1;
  return x->place < y->place ? -1 : 1;
}

static int by_saying(const void *a, const void *b)
{
  const dw_network_line *x = a, *y = b;
  if (says_more(x, y)) return -1;
  if (says_more(y, x)) return 1;
  return strcmp(x->series.method, y->series.method);
}

/* Lines of one canary lie together: those of the map are put in its order. */
static void make_canaries(gathered *all)
{
  dw_network *network = all->network;
  size_t lines = all->lines.count, canaries = all->canaries.count, from = 0, made = 0;
  dw_network_line *by_map = dw_alloc_array(lines + 1, sizeof *by_map), *line = dw_arena_alloc(all->arena, (lines + 1) * sizeof *line);
  size_t *first = dw_alloc_zero(canaries + 2, sizeof *first);
  ranked *order = dw_alloc_zero(canaries + 1, sizeof *order);
  for (size_t i = 1; i <= all->count; i++) {
    if (i < all->count && all->cells[i].line == all->cells[from].line) continue;
    by_map[made] = line_of(all, from, i);
    first[by_map[made++].canary + 1]++;
    from = i;
  }
  for (size_t c = 0; c < canaries; c++) first[c + 1] += first[c];
  for (size_t c = 0; c < canaries; c++)
    order[c] = (ranked){{.name = all->canaries.keys[c].text, .line = line + first[c], .line_count = first[c + 1] - first[c]}, c};
  for (size_t i = 0; i < made; i++) line[first[by_map[i].canary]++] = by_map[i];
  for (size_t c = 0; c < canaries; c++) {
    qsort((dw_network_line *)order[c].canary.line, order[c].canary.line_count, sizeof *line, by_saying);
    judge(all, &order[c].canary);
  }
  if (canaries) qsort(order, canaries, sizeof *order, by_state);
  network->canary = dw_arena_alloc(all->arena, (canaries + 1) * sizeof *network->canary);
  network->canary_count = canaries;
  for (size_t c = 0; c < canaries; c++) {
    network->canary[c] = order[c].canary;
    network->canary[c].name = dw_arena_strndup(all->arena, order[c].canary.name, strlen(order[c].canary.name));
  }
  dw_free(by_map);
  dw_free(first);
  dw_free(order);
}

/* --- the consensus over the rounds --- */

typedef struct voted {
  dw_network_consensus consensus;
  size_t place, index;
} voted;

static int by_place(const void *a, const void *b)
{
  const voted *x = a, *y = b;
  if (x->place != y->place) return x->place < y->place ? -1 : 1;
  return x->index < y->index ? -1 : 1;
}

/* In the order of the rounds, each once. */
static void order_consensus(gathered *all)
{
  dw_network *network = all->network;
  size_t count = network->consensus_count;
  voted *order = dw_alloc_array(count + 1, sizeof *order);
  for (size_t i = 0; i < count; i++) {
    const dw_network_consensus *consensus = &network->consensus[i];
    uint32_t round = dw_map_find(&network->rounds, consensus->round, strlen(consensus->round));
    order[i] = (voted){*consensus, all->place[round], i};
  }
  if (count) qsort(order, count, sizeof *order, by_place);
  network->consensus_count = 0;
  for (size_t i = 0; i < count; i++) {
    if (i + 1 < count && order[i].place != SIZE_MAX && order[i + 1].place == order[i].place) continue; /* said again */
    network->consensus[network->consensus_count++] = order[i].consensus;
  }
  dw_free(order);
}

static void similarities(gathered *all)
{
  dw_network *network = all->network;
  if (network->consensus_count == 0) return;
  dw_report_series *series = dw_alloc_zero(network->canary_count + 1, sizeof *series);
  dw_map places;
  dw_map_init(&places);
  for (size_t c = 0; c < network->canary_count; c++) dw_map_intern(&places, network->canary[c].name, strlen(network->canary[c].name));
  for (size_t c = 0; c < network->canary_count; c++)
    series[c] = (dw_report_series){.check = "consensus", .column = network->canary[c].name, .method = "consensus", .low = NAN, .high = NAN};
  for (size_t i = 0; i < network->consensus_count; i++)
    for (size_t k = 0; k < network->consensus[i].count; k++) {
      const dw_network_voice *voice = &network->consensus[i].voice[k];
      dw_report_series *s = &series[dw_map_find(&places, voice->canary, strlen(voice->canary))];
      dw_report_point point = {.chunk = (double)i,
                               .start = network->consensus[i].round,
                               .end = "",
                               .drift = voice->anomalous,
                               .value = voice->judged ? voice->similarity : NAN,
                               .lower = voice->reference,
                               .upper = NAN,
                               .error = voice->judged ? NULL : "not judged",
                               .severity = network->consensus[i].severity};
      s->point = dw_grow(s->point, &s->capacity, s->count + 1, sizeof *s->point);
      s->point[s->count++] = point;
      widen(s, &point);
    }
  network->similarity = dw_arena_alloc(all->arena, (network->canary_count + 1) * sizeof *network->similarity);
  for (size_t c = 0; c < network->canary_count; c++)
    if (series[c].count) network->similarity[network->similarity_count++] = series[c];
  dw_map_free(&places);
  dw_free(series);
}

void dw_network_finish(dw_network *network, dw_report *report)
{
  gathered all = {.network = network, .arena = &report->arena};
  dw_map_init(&all.canaries);
  dw_map_init(&all.lines);
  dw_map_init(&all.aside);
  gather_all(&all, report);
  order_rounds(&all);
  gather_aside(&all, report);
  for (size_t i = 0; i < all.count; i++) all.cells[i].round = (uint32_t)all.place[all.cells[i].round];
  if (all.count) qsort(all.cells, all.count, sizeof *all.cells, by_line);
  make_canaries(&all);
  order_consensus(&all);
  similarities(&all);
  dw_map_free(&all.canaries);
  dw_map_free(&all.lines);
  dw_map_free(&all.aside);
  dw_free(all.canary);
  dw_free(all.method);
  dw_free(all.cells);
  dw_free(all.place);
}
