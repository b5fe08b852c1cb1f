#include "report/compose/show_network.h"

#include <math.h>
#include <string.h>

#include "report/model/figures.h"
#include "report/words/network_wording.h"
#include "report/words/text_difference.h"
#include "report/words/wording.h"

/* --- the verdict --- */

static void figure(dw_build *b, dw_block_figure ***end, const char *name)
{
  dw_block_figure *figure = dw_build_room(b, sizeof *figure);
  figure->name = name;
  figure->words = dw_build_said(b);
  **end = figure;
  *end = &figure->next;
}

static void show_verdict(dw_build *b, const dw_network *network)
{
  bool drift = dw_network_count(network, DW_NETWORK_DEPARTED) > 0, unknown = !drift && dw_network_count(network, DW_NETWORK_UNJUDGED);
  dw_severity severity = dw_network_severity(network);
  dw_block_verdict *verdict = &dw_build_block(b, DW_BLOCK_VERDICT)->verdict;
  *verdict = (dw_block_verdict){.kind = DW_VERDICT_COMPARISON,
                                .tone = unknown ? DW_TONE_UNKNOWN
                                        : drift ? DW_TONE_BAD
                                                : DW_TONE_GOOD,
                                .severity = severity,
                                .alert = unknown,
                                .share = NAN,
                                .threshold = NAN,
                                .skipped = NAN};
  dw_network_severity_rule(&b->run, network);
  verdict->rule = dw_build_said(b);
  if (dw_build_shows(b, DW_BRIEF)) {
    dw_network_verdict(&b->run, network);
    verdict->sentence = dw_build_said(b);
    dw_build_say(b, DW_PLAIN, "The network in its newest round, of ");
    dw_network_span(&b->run, network);
    dw_build_say(b, DW_PLAIN, ".");
    verdict->basis = dw_build_said(b);
    return;
  }
  dw_build_say(b, DW_PLAIN, drift ? "Drift" : unknown ? "Not judged" : "No drift");
  verdict->answer = dw_build_said(b);
  if (severity) dw_buf_format(&b->run, "severity %s", dw_severity_word(severity));
  verdict->aside = dw_build_said(b);
  dw_network_counts(&b->run, network);
  verdict->lead = dw_build_said(b);
  dw_block_figure *first = NULL, **end = &first;
  dw_build_say(b, DW_NAME, network->round[network->round_count - 1]);
  figure(b, &end, "Newest round");
  dw_buf_format(&b->run, "%zu", network->round_count);
  figure(b, &end, "Rounds");
  dw_buf_format(&b->run, "%zu", network->canary_count);
  figure(b, &end, "Canaries");
  verdict->figures = first;
}

/* --- who --- */

static dw_block_state state_of(const dw_network_canary *canary)
{
  switch (canary->state) {
  case DW_NETWORK_DEPARTED: return (dw_block_state){DW_STATE_DRIFT, canary->severity, NULL};
  case DW_NETWORK_UNJUDGED: return (dw_block_state){DW_STATE_UNJUDGED, DW_SEVERITY_NONE, NULL};
  case DW_NETWORK_QUARANTINED: return (dw_block_state){DW_STATE_OUTCOME, DW_SEVERITY_LOW, "aside"};
  case DW_NETWORK_RETURNED: return (dw_block_state){DW_STATE_OUTCOME, DW_SEVERITY_LOW, "back"};
  default: return (dw_block_state){DW_STATE_QUIET, DW_SEVERITY_NONE, NULL};
  }
}

/* Those that are as before are named behind it. */
static void who(dw_build *b, const dw_network *network)
{
  enum { STATE, CANARY, FOUND, LINES_MOST = 40, ROWS_MOST = 200, NAMES = 60 };
  static const dw_block_column columns[] = {{.kind = DW_COLUMN_STATE, .title = "drift"},
                                            {.kind = DW_COLUMN_SUBJECT, .title = "canary"},
                                            {.kind = DW_COLUMN_SENTENCE, .title = "what was found"}};
  dw_block_table *table = dw_build_table(b, DW_TABLE_SENTENCES, columns, 3);
  dw_build_say(b, DW_PLAIN, "Canaries");
  table->heading = dw_build_said(b);
  table->findable = true;
  table->noun = "canary";
  table->nouns = "canaries";
  size_t loud = network->canary_count - dw_network_count(network, DW_NETWORK_HEALTHY);
  size_t most = dw_build_shows(b, DW_LINES) && !b->room.quiet ? LINES_MOST : ROWS_MOST;
  for (size_t i = 0; i < loud && i < most; i++) {
    const dw_network_canary *canary = &network->canary[i];
    dw_build_row(b, canary->name);
    dw_build_cell_state(b, STATE, state_of(canary));
    dw_build_cell_text(b, CANARY, DW_NAME, canary->name);
    if (dw_build_cell(b, FOUND)) dw_network_canary_words(&b->run, network, canary);
    dw_build_cells_end(b);
    if (canary->lead && canary->state == DW_NETWORK_DEPARTED) dw_build_warning(b, canary->lead);
  }
  if (loud > most) table->total = (double)loud;
  dw_build_table_end(b);
  if (loud == 0 && network->canary_count) dw_build_heading(b, DW_EVERYWHERE, DW_LEVEL_SECTION, "Canaries");
  dw_network_healthy(&b->run, network, NAMES);
  if (b->run.length) {
    dw_build_say(b, DW_PLAIN, " (");
    dw_network_span(&b->run, network);
    dw_build_say(b, DW_PLAIN, ").");
  }
  dw_build_text(b, dw_build_shows(b, DW_PAGES) ? DW_TEXT_NOTE : DW_TEXT_PLAIN);
}

/* --- what they said --- */

/* Marks help as long as most stays: where few words are the same they would be everywhere. */
static bool worth_marking(const dw_text_parts parts[2])
{
  size_t longer = parts[0].words > parts[1].words ? parts[0].words : parts[1].words;
  return parts[0].common * 2 >= longer;
}

static const char *title_of(const dw_text_parts parts[2])
{
  if (parts[0].common == parts[0].words && parts[1].common == parts[1].words) return "current: the same words";
  if (worth_marking(parts)) return "current";
  return parts[0].common ? "current: few words are the same" : "current: no word is the same";
}

static void say_parts(dw_build *b, const dw_text_parts *parts, bool mark)
{
  for (size_t i = 0; i < parts->count; i++) {
    const dw_text_part *part = &parts->part[i];
    if (!part->differs || !mark) dw_buf_add(&b->run, part->text, part->length);
    else dw_build_say(b, DW_MARK, dw_arena_strndup(b->arena, part->text, part->length));
  }
}

static void show_pair(dw_build *b, const dw_report_shown *shown)
{
  dw_block_texts *texts = &dw_build_block(b, DW_BLOCK_TEXTS)->texts;
  dw_text_parts parts[2];
  const char *side[2] = {shown->reference, shown->current};
  *texts = (dw_block_texts){.title = {"reference", "current"}};
  dw_build_say(b, DW_NAME, shown->prompt);
  if (shown->prompt_text && strcmp(shown->prompt_text, shown->prompt) != 0) {
    dw_build_say(b, DW_PLAIN, ": ");
    dw_build_say(b, DW_NAME, shown->prompt_text);
  }
  texts->heading = dw_build_said(b);
  if (side[0] && side[1]) {
    dw_text_difference(side[0], side[1], b->arena, parts);
    texts->title[1] = title_of(parts);
  }
  for (int s = 0; s < 2; s++) {
    if (side[s] && side[1 - s]) say_parts(b, &parts[s], worth_marking(parts));
    else if (side[s]) dw_build_say(b, DW_PLAIN, side[s]);
    else dw_build_say(b, DW_FAINT, "no answer is shown");
    texts->words[s] = dw_build_said(b);
    if (texts->words[s].count > 0) continue;
    dw_build_say(b, DW_FAINT, "an empty answer");
    texts->words[s] = dw_build_said(b);
  }
}

/* The answers that departed most, of the canaries that did. */
static void answers(dw_build *b, const dw_network *network)
{
  bool lines = dw_build_shows(b, DW_LINES) && !b->room.quiet;
  size_t most = lines ? 3 : 12, prompts = lines ? 2 : DW_FINDINGS_SHOWN, shown = 0, with = 0;
  for (size_t i = 0; i < network->canary_count; i++) {
    const dw_network_canary *canary = &network->canary[i];
    const dw_report_finding *lead = canary->lead;
    if ((canary->state != DW_NETWORK_DEPARTED && canary->state != DW_NETWORK_RETURNED) || !lead || !lead->shown_count) continue;
    if (with++ >= most) continue;
    dw_build_say(b, DW_PLAIN, "What ");
    dw_build_say(b, DW_NAME, canary->name);
    dw_build_say(b, DW_PLAIN, " answered in round ");
    dw_build_say(b, DW_NAME, lead->round);
    dw_build_heading(b, DW_EVERYWHERE, DW_LEVEL_SECTION, "");
    for (size_t k = 0; k < lead->shown_count && k < prompts; k++) show_pair(b, &lead->shown[k]);
    shown++;
  }
  if (shown == with) return;
  dw_buf_format(&b->run, "The answers of %zu more canaries are not shown here.", with - shown);
  dw_build_text(b, DW_TEXT_NOTE);
}

/* --- how they said it --- */

static void aspects_of(dw_build *b, const dw_report_finding *finding)
{
  static const dw_block_column columns[] = {{.kind = DW_COLUMN_SUBJECT, .title = "aspect"},
                                            {.kind = DW_COLUMN_FIGURE, .title = "reference", .shown = DW_NO_LINES, .right = true},
                                            {.kind = DW_COLUMN_FIGURE, .title = "current", .shown = DW_NO_LINES, .right = true},
                                            {.kind = DW_COLUMN_FIGURE, .title = "p", .shown = DW_NO_LINES, .right = true},
                                            {.kind = DW_COLUMN_FIGURE, .title = "effect", .shown = DW_NO_LINES, .right = true},
                                            {.kind = DW_COLUMN_SENTENCE, .title = "", .shown = DW_LINES}};
  dw_block_table *table = dw_build_table(b, DW_TABLE_ASPECTS, columns, sizeof columns / sizeof *columns);
  dw_build_say(b, DW_PLAIN, "How ");
  dw_build_say(b, DW_NAME, finding->column);
  dw_build_say(b, DW_PLAIN, " answered in round ");
  dw_build_say(b, DW_NAME, finding->round);
  table->heading = dw_build_said(b);
  table->noun = "aspect";
  table->nouns = "aspects";
  for (size_t i = 0; i < finding->aspect_count; i++) {
    const dw_report_aspect *aspect = &finding->aspects[i];
    const double figures[] = {aspect->reference, aspect->current, aspect->p_value, aspect->effect};
    dw_build_row(b, aspect->name);
    if (dw_build_cell(b, 0)) {
      dw_build_say(b, DW_NAME, aspect->name);
      if (aspect->value) dw_build_say(b, DW_PLAIN, " = ");
      if (aspect->value) dw_build_say(b, DW_NAME, aspect->value);
    }
    for (size_t k = 0; k < sizeof figures / sizeof *figures; k++)
      if (dw_build_cell(b, k + 1)) dw_figure(&b->run, figures[k], 3);
    if (dw_build_cell(b, 5)) dw_network_aspect_words(&b->run, aspect);
  }
  if (finding->aspect_total > finding->aspect_count) table->total = (double)finding->aspect_total;
  dw_build_table_end(b);
}

static void aspects(dw_build *b, const dw_network *network)
{
  size_t most = dw_build_shows(b, DW_LINES) && !b->room.quiet ? 3 : 12, with = 0;
  for (size_t i = 0; i < network->canary_count; i++) {
    const dw_report_finding *finding = network->canary[i].state == DW_NETWORK_DEPARTED ? dw_network_aspects(&network->canary[i]) : NULL;
    if (finding && with++ < most) aspects_of(b, finding);
  }
  if (with <= most) return;
  dw_buf_format(&b->run, "How %zu more %s answered is not shown here.", with - most, with - most == 1 ? "canary" : "canaries");
  dw_build_text(b, DW_TEXT_NOTE);
}

void dw_show_network(dw_build *b, const dw_network *network, bool verdict)
{
  if (!dw_network_any(network)) return;
  dw_report_block *group = dw_build_group(b, DW_GROUP_TOGETHER);
  if (verdict && network->canary_count) show_verdict(b, network);
  if (network->canary_count) who(b, network);
  answers(b, network);
  aspects(b, network);
  dw_show_network_effects(b, network);
  dw_show_network_consensus(b, network);
  dw_show_network_cost(b, network);
  dw_build_close(b, group);
}
