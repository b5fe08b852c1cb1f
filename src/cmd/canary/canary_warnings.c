#include "cmd/canary/canary_warnings.h"

#include "base/clock.h"
#include "cmd/options/cmd.h"

static void warn_quarantined(const dw_canary_comparison *result, const dw_answer_book *book)
{
  const dw_map *canaries = dw_answer_book_canaries(book);
  for (size_t c = 0; c < canaries->count; c++)
    if (result->canary[c].quarantined)
      dw_cmd_warn("canary \"%s\" is quarantined, and not judged, in %zu of %zu rounds", canaries->keys[c].text,
                  result->canary[c].quarantined, result->canary[c].rounds);
}

static void warn_unpaired(const dw_canary_comparison *result)
{
  size_t lines = 0, most = 0;
  for (size_t i = 0; i < result->count; i++) {
    lines += result->line[i].unpaired > 0;
    if (result->line[i].unpaired > most) most = result->line[i].unpaired;
  }
  if (lines)
    dw_cmd_warn("prompts that one side alone answered are not compared: in %zu finding%s, up to %zu of them", lines, lines == 1 ? "" : "s",
                most);
}

/* What was asked otherwise may be answered otherwise, or, where the method cannot see that, look the same. */
static void warn_otherwise(const dw_canary_comparison *result, const dw_answer_book *book)
{
  dw_buf names = {0};
  const dw_map *canaries = dw_answer_book_canaries(book);
  bool *said = dw_alloc_zero(canaries->count + 1, sizeof *said);
  for (size_t i = 0; i < result->count; i++) {
    const dw_canary_line *line = &result->line[i];
    if (!line->otherwise || said[line->canary]) continue;
    dw_buf_format(&names, "%s\"%s\"", names.length ? ", " : "", canaries->keys[line->canary].text);
    said[line->canary] = true;
  }
  dw_free(said);
  if (names.length)
    dw_cmd_warn(
        "asked by another config than the reference (model, template, samplers): %s; logprobs does not see the samplers; either the "
        "config goes back, or the reference is made anew",
        dw_buf_cstr(&names));
  dw_buf_free(&names);
}

static void warn_twice(const dw_answer_book *book)
{
  size_t twice = dw_answer_book_twice(book);
  if (twice)
    dw_cmd_warn("%zu answers stand in the reference, too: rounds that are held against themselves depart less than they did", twice);
}

static void warn_margins(const dw_canary_comparison *result)
{
  size_t own = 0;
  for (size_t i = 0; i < result->count; i++) own += result->line[i].found.judged && !result->line[i].calibrated;
  if (own)
    dw_cmd_warn("margins are the methods' own: those of these endpoints come from healthy rounds (dw-calibrate canaries, --margins)");
}

/* A reference that is much smaller lies further from healthy rounds than those that the margins are of did from each other. */
static void warn_small_reference(const dw_canary_comparison *result, const dw_answer_book *book)
{
  size_t lines = 0;
  const dw_canary_line *first = NULL;
  for (size_t i = 0; i < result->count; i++) {
    const dw_canary_line *line = &result->line[i];
    if (!line->found.judged || 2 * line->answers[DW_BOOK_REFERENCE] >= line->margin_took) continue;
    if (!lines++) first = line;
  }
  if (!lines) return;
  dw_cmd_warn(
      "margins are too narrow for this reference, in %zu finding%s: canary \"%s\" has %zu answers in it, and its rounds were held against "
      "%llu to make them: give the same healthy rounds as --ref",
      lines, lines == 1 ? "" : "s", dw_answer_book_canaries(book)->keys[first->canary].text, first->answers[DW_BOOK_REFERENCE],
      (unsigned long long)first->margin_took);
}

static void warn_blocks(const dw_canaries_asked *asked, const dw_canary_settings *settings)
{
  if (asked->block > 1 && (settings->ask[DW_CANARY_BEHAVIOR] || settings->ask[DW_CANARY_FINGERPRINT]))
    dw_cmd_warn("--block: behavior and fingerprint take answers one by one all the same");
}

static void warn_watch(const char *path, const dw_canary_watch *watch)
{
  char time[DW_TIME_TEXT + 1];
  const dw_canary_watch_notes *notes = dw_canary_watch_tell(watch);
  if (notes->repeated == 1)
    dw_cmd_warn("%s: round \"%s\": an earlier look was at this very data: it is not counted again", path, notes->repeated_round);
  if (notes->repeated > 1)
    dw_cmd_warn("%s: %zu rounds, the first of them \"%s\": an earlier look was at this very data: it is not counted again", path,
                notes->repeated, notes->repeated_round);
  if (notes->back) {
    time[dw_time_print(time, notes->back_at)] = '\0';
    dw_cmd_warn("%s: round \"%s\" begins at %s, before the end of an earlier look: times go backwards", path, notes->back_round, time);
  }
  if (notes->designs)
    dw_cmd_warn("%s: in %zu finding%s other prompts, or another number of answers, were asked for than in earlier looks: ranks begin anew",
                path, notes->designs, notes->designs == 1 ? "" : "s");
  if (notes->coarse)
    dw_cmd_warn("%s: %zu finding%s as plain as %s permutations can show, and that is no alarm by itself at this look: --permutations asks "
                "for more",
                path, notes->coarse, notes->coarse == 1 ? " is" : "s are", notes->coarse == 1 ? "its" : "their");
}

void dw_canary_warn(const dw_canaries_asked *asked, const dw_canary_comparison *result, const dw_answer_book *book,
                    const dw_canary_settings *settings)
{
  if (settings->rule == DW_CANARY_RULE_OWN) warn_margins(result);
  warn_blocks(asked, settings);
  warn_small_reference(result, book);
  if (settings->rule == DW_CANARY_RULE_SEED)
    dw_cmd_warn("rule seed: somebody is always last, so that it flags healthy canaries too, at a rate that nobody knows");
  warn_unpaired(result);
  warn_twice(book);
  warn_otherwise(result, book);
  warn_quarantined(result, book);
  if (settings->watch) warn_watch(asked->sequential, settings->watch);
}
