/* A column in full, under its row: the picture, where the difference is, and the numbers behind each decision. */
#include <math.h>
#include <string.h>

#include "kinds/check.h"
#include "report/blocks/show.h"
#include "report/draw/bars.h"
#include "report/model/figures.h"
#include "report/words/wording.h"

void dw_show_type(dw_build *b, const dw_report_finding *finding)
{
  dw_check check = dw_check_named(finding->check);
  if (check == DW_CHECK_TARGET) dw_build_say(b, DW_PLAIN, "target, ");
  if (check == DW_CHECK_PREDICTION) dw_build_say(b, DW_PLAIN, "prediction, ");
  dw_build_say(b, DW_PLAIN, finding->type);
}

/* --- where the difference is --- */

static void part_name(dw_build *b, const dw_report_part *part)
{
  if (part->category) {
    dw_build_say(b, DW_NAME, part->category);
    return;
  }
  dw_figure(&b->run, part->low, 3);
  if (part->high == part->low) return;
  dw_build_say(b, DW_PLAIN, " to ");
  dw_figure(&b->run, part->high, 3);
}

static void share_cell(dw_build *b, size_t column, double share)
{
  if (dw_build_cell(b, column)) dw_figure_share(&b->run, share);
}

static void parts(dw_build *b, const dw_report_finding *finding)
{
  enum { PART, REFERENCE, CURRENT, SHARE };
  static const dw_block_column columns[] = {{.kind = DW_COLUMN_SUBJECT, .title = ""},
                                            {.kind = DW_COLUMN_FIGURE, .title = "reference"},
                                            {.kind = DW_COLUMN_FIGURE, .title = "current"},
                                            {.kind = DW_COLUMN_FIGURE, .title = "part of it"}};
  if (!finding->drift || finding->part_count == 0) return;
  dw_report_block *fold = dw_build_open(b, DW_BLOCK_FOLD);
  fold->fold = "Where the difference is";
  dw_build_table(b, DW_TABLE_PARTS, columns, 4);
  for (size_t i = 0; i < finding->part_count; i++) {
    const dw_report_part *part = &finding->parts[i];
    dw_build_row(b, part->category ? part->category : "");
    if (dw_build_cell(b, PART)) part_name(b, part);
    share_cell(b, REFERENCE, part->reference);
    share_cell(b, CURRENT, part->current);
    share_cell(b, SHARE, part->share);
  }
  dw_build_table_end(b);
  if (isfinite(finding->effect_low) && isfinite(finding->effect_high)) {
    dw_build_say(b, DW_PLAIN, "effect size ");
    dw_figure(&b->run, finding->effect_size, 2);
    dw_build_say(b, DW_PLAIN, ", 95 % interval ");
    dw_figure(&b->run, finding->effect_low, 2);
    dw_build_say(b, DW_PLAIN, " to ");
    dw_figure(&b->run, finding->effect_high, 2);
    dw_build_text(b, DW_TEXT_NOTE);
  }
  dw_build_close(b, fold);
}

/* --- what tells the texts of the two sides apart --- */

static void words(dw_build *b, const char *title, const dw_report_texts *texts)
{
  enum { WORD, REFERENCE, CURRENT, SHOWN = 12 };
  const dw_block_column columns[] = {{.kind = DW_COLUMN_SUBJECT, .title = title},
                                     {.kind = DW_COLUMN_FIGURE, .title = "reference"},
                                     {.kind = DW_COLUMN_FIGURE, .title = "current"}};
  dw_build_table(b, DW_TABLE_WORDS, columns, 3);
  for (size_t i = 0; i < texts->word_count && i < SHOWN; i++) {
    dw_build_row(b, texts->words[i].word);
    dw_build_cell_text(b, WORD, DW_NAME, texts->words[i].word);
    share_cell(b, REFERENCE, texts->words[i].reference);
    share_cell(b, CURRENT, texts->words[i].current);
  }
  dw_build_table_end(b);
}

static void examples(dw_build *b, const char *title, const dw_report_texts *texts)
{
  if (texts->example_count == 0) return;
  dw_block_list *list = &dw_build_block(b, DW_BLOCK_LIST)->list;
  dw_block_item *first = NULL, **end = &first;
  list->kind = DW_LIST_TEXTS;
  dw_build_say(b, DW_PLAIN, title);
  list->heading = dw_build_said(b);
  for (size_t i = 0; i < texts->example_count; i++) {
    dw_build_say(b, DW_NAME, texts->examples[i]);
    dw_build_item(b, &end);
  }
  list->items = first;
}

static void texts(dw_build *b, const dw_report_finding *finding)
{
  const dw_report_texts *r = &finding->of_reference, *c = &finding->of_current;
  if (r->word_count + c->word_count) {
    dw_report_block *beside = dw_build_group(b, DW_GROUP_WORDS);
    words(b, "more often now", c);
    words(b, "less often now", r);
    dw_build_close(b, beside);
  }
  if (r->example_count + c->example_count == 0) return;
  dw_report_block *fold = dw_build_open(b, DW_BLOCK_FOLD);
  fold->fold = "Texts that are typical of each side";
  examples(b, "Current", c);
  examples(b, "Reference", r);
  dw_build_close(b, fold);
}

/* --- the numbers behind it --- */

static void method_row(dw_build *b, const dw_report_finding *finding, bool tested)
{
  enum { METHOD, STATISTIC, P, P_ADJUSTED };
  size_t next = tested ? P_ADJUSTED + 1 : STATISTIC + 1;
  dw_build_row(b, "");
  dw_build_cell_text(b, METHOD, DW_PLAIN, *finding->method ? dw_wording_method(finding->method) : dw_wording_check(finding->check));
  if (dw_build_cell(b, STATISTIC)) dw_figure(&b->run, finding->statistic, 4);
  if (tested && dw_build_cell(b, P)) dw_figure(&b->run, finding->p_value, 2);
  if (tested && dw_build_cell(b, P_ADJUSTED)) dw_figure(&b->run, finding->p_adjusted, 2);
  if (dw_build_cell(b, next)) dw_wording_effect(&b->run, finding);
  if (dw_build_cell(b, next + 1)) {
    dw_wording_decision(&b->run, finding);
    b->cell->bad = finding->error != NULL;
  }
  if (!dw_build_cell(b, next + 2)) return;
  dw_build_say(b, finding->drift && !finding->error ? DW_STRONG : DW_PLAIN,
               finding->error   ? "not decided"
               : finding->drift ? "drift"
                                : "quiet");
  b->cell->bad = finding->error != NULL;
}

static void method_notes(dw_build *b, const dw_report_finding *finding)
{
  if (finding->warning) {
    dw_build_say(b, DW_PLAIN, finding->warning);
    dw_build_text(b, DW_TEXT_WARNING);
  }
  if (!finding->approximate) return;
  if (isfinite(finding->rank_error)) {
    dw_build_say(b, DW_PLAIN, "Approximate: from sketches, rank error ");
    dw_figure(&b->run, finding->rank_error, 2);
  } else {
    dw_buf_format(&b->run, "%s: from a sample of the values", dw_wording_method(finding->method));
  }
  dw_build_say(b, DW_PLAIN, ".");
  dw_build_text(b, DW_TEXT_NOTE);
}

static void methods(dw_build *b, const dw_report_section *section, const dw_report_column *column)
{
  static const dw_block_column tests[] = {{.kind = DW_COLUMN_SUBJECT, .title = "method"}, {.kind = DW_COLUMN_FIGURE, .title = "statistic"},
                                          {.kind = DW_COLUMN_FIGURE, .title = "p"},       {.kind = DW_COLUMN_FIGURE, .title = "p adjusted"},
                                          {.kind = DW_COLUMN_FIGURE, .title = "effect"},  {.kind = DW_COLUMN_WORD, .title = "decision"},
                                          {.kind = DW_COLUMN_WORD, .title = ""}},
                               distances[] = {{.kind = DW_COLUMN_SUBJECT, .title = "method"},
                                              {.kind = DW_COLUMN_FIGURE, .title = "statistic"},
                                              {.kind = DW_COLUMN_FIGURE, .title = "effect"},
                                              {.kind = DW_COLUMN_WORD, .title = "decision"},
                                              {.kind = DW_COLUMN_WORD, .title = ""}};
  bool tested = false;
  for (size_t i = column->first; i != SIZE_MAX; i = section->findings[i].next)
    tested = tested || (dw_report_is_shape(&section->findings[i]) && !isnan(section->findings[i].p_value));
  dw_build_table(b, DW_TABLE_METHODS, tested ? tests : distances, tested ? 7 : 5);
  for (size_t i = column->first; i != SIZE_MAX; i = section->findings[i].next)
    if (dw_report_is_shape(&section->findings[i])) method_row(b, &section->findings[i], tested);
  dw_build_table_end(b);
  for (size_t i = column->first; i != SIZE_MAX; i = section->findings[i].next)
    if (dw_report_is_shape(&section->findings[i])) method_notes(b, &section->findings[i]);
}

static void statistic(dw_build *b, const char *name, double reference, double current, void print(dw_buf *, double), bool change)
{
  enum { NAME, REFERENCE, CURRENT, CHANGE };
  if (isnan(reference) && isnan(current)) return;
  dw_build_row(b, "");
  dw_build_cell_text(b, NAME, DW_PLAIN, name);
  if (dw_build_cell(b, REFERENCE)) print(&b->run, reference);
  if (dw_build_cell(b, CURRENT)) print(&b->run, current);
  if (change && dw_build_cell(b, CHANGE)) dw_figure_change(&b->run, reference, current);
}

static void four_digits(dw_buf *out, double value) { dw_figure(out, value, 4); }

static void statistics(dw_build *b, const dw_report_finding *finding)
{
  static const dw_block_column columns[] = {{.kind = DW_COLUMN_SUBJECT, .title = ""},
                                            {.kind = DW_COLUMN_FIGURE, .title = "reference"},
                                            {.kind = DW_COLUMN_FIGURE, .title = "current"},
                                            {.kind = DW_COLUMN_FIGURE, .title = "change"}};
  const dw_report_side *r = &finding->reference, *c = &finding->current;
  if (!r->given && !c->given) return;
  dw_report_block *fold = dw_build_open(b, DW_BLOCK_FOLD);
  fold->fold = "Both sides in numbers";
  dw_build_table(b, DW_TABLE_STATISTICS, columns, 4);
  statistic(b, "rows", r->count, c->count, dw_figure_count, true);
  statistic(b, "missing", r->missing, c->missing, dw_figure_count, true);
  if (r->infinite > 0 || c->infinite > 0) statistic(b, "infinite", r->infinite, c->infinite, dw_figure_count, true);
  statistic(b, "distinct", r->distinct, c->distinct, dw_figure_count, true);
  bool vectors = !isnan(r->dimension) || !isnan(c->dimension);
  statistic(b, "components", r->dimension, c->dimension, dw_figure_count, true);
  statistic(b, "mean norm", r->norm_mean, c->norm_mean, four_digits, true);
  statistic(b, "standard deviation of the norm", r->norm_std, c->norm_std, four_digits, true);
  bool texts = !isnan(r->sampled) || !isnan(c->sampled);
  statistic(b, "texts sampled", r->sampled, c->sampled, dw_figure_count, true);
  statistic(b, vectors ? "mean position" : texts ? "mean length" : "mean", r->mean, c->mean, four_digits, !vectors);
  statistic(b,
            vectors ? "standard deviation of the position"
            : texts ? "standard deviation of the length"
                    : "standard deviation",
            r->std, c->std, four_digits, true);
  statistic(b, "smallest", r->min, c->min, four_digits, false);
  statistic(b, "largest", r->max, c->max, four_digits, false);
  dw_build_table_end(b);
  dw_build_close(b, fold);
}

/* Of a card what its row does not say already. */
static dw_report_block *card_of(dw_build *b)
{
  dw_report_block *card = dw_build_room(b, sizeof *card);
  card->type = DW_BLOCK_CARD;
  b->open = card;
  b->last = NULL;
  return card;
}

dw_report_block *dw_show_card(dw_build *b, const dw_report_section *section, const dw_report_column *column)
{
  const dw_report_finding *lead = &section->findings[column->lead];
  dw_report_block *card = card_of(b);
  dw_show_picture(b, section, column);
  parts(b, lead);
  texts(b, lead);
  methods(b, section, column);
  statistics(b, lead);
  return card;
}

/* --- the same in few bytes, for pages with very many columns --- */

static void counts(dw_buf *out, double from, double to)
{
  dw_figure_count(out, from);
  dw_buf_text(out, " → ");
  dw_figure_count(out, to);
}

/* "; mean 54.8 → 90.7", without what stands before the first; counts that are the same once. */
static void both(dw_build *b, const char *name, double from, double to, void print(dw_buf *, double, double))
{
  if (isnan(from) && isnan(to)) return;
  if (b->run.length) dw_buf_text(&b->run, "; ");
  dw_buf_text(&b->run, name);
  dw_buf_char(&b->run, ' ');
  size_t at = b->run.length;
  print(&b->run, from, to);
  if (from != to) return;
  const char *arrow = strstr(dw_buf_cstr(&b->run) + at, " → "); /* said once where both sides have it */
  if (arrow) b->run.length = (size_t)(arrow - b->run.data);
}

static void numbers(dw_build *b, const dw_report_finding *finding)
{
  const dw_report_side *r = &finding->reference, *c = &finding->current;
  both(b, "Rows", r->count, c->count, counts);
  both(b, "missing", r->missing, c->missing, counts);
  both(b, "distinct", r->distinct, c->distinct, counts);
  both(b, "mean", r->mean, c->mean, dw_figure_pair);
  both(b, "standard deviation", r->std, c->std, dw_figure_pair);
  for (size_t i = 0; i < r->quantile_count; i++) {
    dw_buf name = {0};
    if (r->quantiles[i].at == 0.5) dw_buf_text(&name, "median");
    else dw_figure_share(&name, r->quantiles[i].at);
    both(b, dw_buf_cstr(&name), r->quantiles[i].value, dw_report_quantile_of(c, r->quantiles[i].at), dw_figure_pair);
    dw_buf_free(&name);
  }
  both(b, "smallest", r->min, c->min, dw_figure_pair);
  both(b, "largest", r->max, c->max, dw_figure_pair);
  dw_build_text(b, DW_TEXT_NOTE);
}

static void categories(dw_build *b, const dw_report_finding *finding)
{
  enum { MOST = 8 };
  dw_bars bars;
  if (!dw_bars_layout(&bars, finding, MOST) || bars.numeric) return;
  for (size_t i = 0; i < bars.count; i++) {
    if (i) dw_build_say(b, DW_PLAIN, "; ");
    dw_build_say(b, bars.bar[i].label ? DW_NAME : DW_FAINT, bars.bar[i].label ? bars.bar[i].label : "the rest");
    dw_build_say(b, DW_PLAIN, " ");
    dw_figure_share_pair(&b->run, bars.bar[i].reference, bars.bar[i].current);
  }
  dw_build_text(b, DW_TEXT_NOTE);
}

dw_report_block *dw_show_card_brief(dw_build *b, const dw_report_section *section, const dw_report_column *column)
{
  const dw_report_finding *picture = column->picture == SIZE_MAX ? NULL : &section->findings[column->picture];
  dw_report_block *card = card_of(b);
  card->card.brief = true;
  if (picture && picture->reference.bins && picture->reference.bins == picture->current.bins) {
    dw_block_histogram *histogram = &dw_build_block(b, DW_BLOCK_HISTOGRAM)->histogram;
    dw_build_say(b, DW_PLAIN, "Histograms");
    histogram->label = dw_build_said(b);
    histogram->finding = picture;
  } else if (picture) {
    categories(b, picture);
  }
  numbers(b, &section->findings[column->lead]);
  for (size_t i = column->first; i != SIZE_MAX; i = section->findings[i].next) {
    const dw_report_finding *finding = &section->findings[i];
    if (!dw_report_is_shape(finding)) continue;
    dw_wording_judgement(&b->run, finding);
    dw_build_text(b, DW_TEXT_NOTE);
  }
  return card;
}
