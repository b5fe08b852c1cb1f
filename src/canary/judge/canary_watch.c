#include "canary/judge/canary_watch.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/fmath.h"
#include "canary/judge/canary_watch_state.h"
#include "canary/judge/round_identity.h"
#include "stats/tests/multiple.h"

enum { DEALS = 1000 }; /* of every look */

static const double closer_from = 0.01; /* a p-value by them that is looked at again */
static const double work = 3e8;         /* deals times answers that a second look may take: a minute at most */

/* --- opening --- */

static char *words_of(const dw_canary_watch_how *how)
{
  dw_buf text = {0};
  for (int m = 0; m < DW_CANARY_METHODS; m++)
    if (how->ask[m]) dw_buf_format(&text, "%s%s", text.length ? "," : "", dw_canary_method_name((dw_canary_method)m));
  if (!text.length) dw_buf_format(&text, "auto");
  dw_buf_format(&text, " --characters %zu --block %zu", how->length, how->block > 1 ? how->block : 1);
  if (how->permutations) dw_buf_format(&text, " --permutations %u", how->permutations);
  char *words = dw_strdup(dw_buf_cstr(&text));
  dw_buf_free(&text);
  return words;
}

static int by_name(const void *a, const void *b)
{
  return strcmp(((const dw_canary_stream *)a)->canary, ((const dw_canary_stream *)b)->canary);
}

static void begin_streams(dw_canary_watch *watch)
{
  const dw_map *canaries = dw_answer_book_canaries(watch->book);
  dw_canary_stream *of = dw_alloc_zero(canaries->count, sizeof *of);
  size_t count = 0, each = 0;
  for (uint32_t c = 0; c < canaries->count; c++) {
    size_t answers;
    dw_answer_book_of(watch->book, DW_BOOK_REFERENCE, c, &answers);
    if (answers) of[count++].canary = canaries->keys[c].text;
  }
  if (count) qsort(of, count, sizeof *of, by_name);
  watch->stream = dw_alloc_zero(count * DW_CANARY_METHODS, sizeof *watch->stream);
  for (size_t i = 0; i < count; i++) {
    each = 0;
    for (int m = 0; m <= DW_CANARY_METHODS; m++) {
      if (m < DW_CANARY_METHODS ? !watch->how.ask[m] : each > 0) continue;
      dw_canary_stream *stream = &watch->stream[watch->count++];
      stream->canary = dw_arena_strndup(&watch->texts, of[i].canary, strlen(of[i].canary));
      stream->method = (dw_canary_method)m;
      dw_any_look_init(&stream->any);
      each++;
    }
  }
  dw_free(of);
}

static dw_status load_state(dw_canary_watch *watch, const char *path, dw_err *err)
{
  char *text, digest[33], *words = words_of(&watch->how);
  size_t length;
  dw_status status = dw_watch_file_open(&watch->file, &dw_canary_watch_kind, path, watch->how.reset, &text, &length, err);
  dw_round_reference_digest(watch->book, digest);
  if (status == DW_OK && text) {
    status = dw_canary_watch_read(watch, text, length, err);
    if (status == DW_OK) status = dw_watch_reference_check(watch->file.path, watch->reference_digest, digest, err);
    if (status == DW_OK && strcmp(watch->words, words) != 0)
      status = dw_err_at(err, DW_EUSAGE, watch->file.path, 0, 0,
                         "this state was begun with --method %s, now it is --method %s: give the same at every look, or begin anew with "
                         "--sequential-reset",
                         watch->words, words);
    dw_free(words);
  } else {
    watch->words = words;
    memcpy(watch->reference_digest, digest, sizeof digest);
    begin_streams(watch);
  }
  dw_free(text);
  return status;
}

static size_t rounds_of(const dw_canary_watch *watch) { return dw_answer_book_rounds(watch->book, DW_BOOK_CURRENT)->count; }

static const dw_round_identity *identity_of(const dw_canary_watch *watch, uint32_t canary, uint32_t round)
{
  return &watch->identity[canary * rounds_of(watch) + round];
}

static dw_canary_seen *find_seen(const dw_canary_stream *stream, const dw_round_identity *identity)
{
  for (size_t i = stream->count; i-- > 0;)
    if (stream->seen[i].content == identity->content) return &stream->seen[i];
  return NULL;
}

/* A name that was used for other answers: a round that was not complete then, or one name for several rounds. */
static dw_status check_names(const dw_canary_watch *watch, const dw_canary_stream *stream, dw_err *err)
{
  for (uint32_t r = 0; r < rounds_of(watch); r++) {
    const dw_round_identity *identity = identity_of(watch, stream->number, r);
    if (!identity->answers || !identity->name || find_seen(stream, identity)) continue;
    for (size_t i = 0; i < stream->count; i++) {
      if (stream->seen[i].name != identity->name) continue;
      return dw_err_at(
          err, DW_EDATA, watch->file.path, 0, 0,
          "an earlier look was at other answers of canary \"%.100s\" in a round \"%.100s\": each round has a name of its own, and "
          "is looked at when it is complete",
          stream->canary, dw_answer_book_rounds(watch->book, DW_BOOK_CURRENT)->keys[r].text);
    }
  }
  return DW_OK;
}

static dw_status know_rounds(dw_canary_watch *watch, dw_err *err)
{
  const dw_map *canaries = dw_answer_book_canaries(watch->book);
  dw_status status = DW_OK;
  watch->identity = dw_alloc_array(canaries->count * rounds_of(watch), sizeof *watch->identity);
  for (uint32_t c = 0; c < canaries->count; c++)
    for (uint32_t r = 0; r < rounds_of(watch); r++) dw_round_identity_of(&watch->identity[c * rounds_of(watch) + r], watch->book, c, r);
  for (size_t i = 0; i < watch->count && status == DW_OK; i++) {
    dw_canary_stream *stream = &watch->stream[i];
    stream->number = dw_map_find(canaries, stream->canary, strlen(stream->canary));
    if (stream->number != DW_MAP_NONE) status = check_names(watch, stream, err);
  }
  return status;
}

dw_status dw_canary_watch_open(dw_canary_watch **out, const char *path, const dw_canary_watch_how *how, const dw_answer_book *book,
                               dw_err *err)
{
  dw_canary_watch *watch = dw_alloc_zero(1, sizeof *watch);
  watch->how = *how;
  watch->book = book;
  dw_arena_init(&watch->texts);
  dw_status status = load_state(watch, path, err);
  if (status == DW_OK) status = know_rounds(watch, err);
  if (status != DW_OK) {
    dw_canary_watch_close(watch);
    watch = NULL;
  }
  *out = watch;
  return status;
}

/* --- looks --- */

/* NULL: the reference has no answers of this canary. */
static dw_canary_stream *stream_of(const dw_canary_watch *watch, uint32_t canary, dw_canary_method method)
{
  bool automatic = strncmp(watch->words, "auto ", 5) == 0; /* one a canary then */
  for (size_t i = 0; i < watch->count; i++)
    if (watch->stream[i].number == canary && (automatic || watch->stream[i].method == method)) return &watch->stream[i];
  return NULL;
}

dw_canary_method dw_canary_watch_method(const dw_canary_watch *watch, uint32_t canary, const dw_pairing *pairing, const char **why)
{
  const dw_canary_stream *stream = stream_of(watch, canary, DW_CANARY_METHODS);
  dw_canary_method method = dw_canary_method_for(pairing, why);
  if (!stream || stream->method == DW_CANARY_METHODS || stream->method == method) return method;
  *why = "it was chosen at the first look";
  return stream->method;
}

unsigned dw_canary_watch_deals(const dw_canary_watch *watch)
{
  return watch->how.permutations && watch->how.permutations < DEALS ? watch->how.permutations : DEALS;
}

static void end_round(dw_canary_watch *watch)
{
  if (watch->again && !watch->counted && watch->notes.repeated++ == 0)
    watch->notes.repeated_round = dw_answer_book_rounds(watch->book, DW_BOOK_CURRENT)->keys[watch->round].text;
  watch->again = 0;
}

void dw_canary_watch_begin(dw_canary_watch *watch, uint32_t round)
{
  end_round(watch);
  watch->round = round;
  watch->counted = watch->back = false;
  watch->timed_before = watch->timed;
  watch->latest_before = watch->latest;
}

static size_t alarms(const dw_canary_watch *watch)
{
  size_t count = 0;
  for (size_t i = 0; i < watch->count; i++) count += watch->stream[i].alarm_look > 0;
  return count;
}

static double most_deals(const dw_canary_watch *watch, size_t answers)
{
  if (watch->how.permutations) return watch->how.permutations;
  return fmax(DEALS, fmin(DW_CANARY_DEALS_MOST, floor(work / ((double)answers + 1))));
}

/* That an alarm of the look by itself takes, with half of its p-value to spare; of the streams that may still alarm. */
static double need_deals(const dw_canary_watch *watch, uint64_t look)
{
  return dw_any_look_deals(look, (double)(watch->count - alarms(watch)), watch->how.alpha);
}

unsigned dw_canary_watch_closer(const dw_canary_watch *watch, const dw_canary_look *look, const dw_canary_found *found)
{
  const dw_canary_stream *stream = stream_of(watch, look->canary, look->method);
  if (!stream || !found->judged || !found->made || found->p_value > closer_from || !(found->effect > look->margin)) return 0;
  if (stream->alarm_look || find_seen(stream, identity_of(watch, look->canary, look->round))) return 0;
  double need = need_deals(watch, stream->observations + 1), most = most_deals(watch, look->answers);
  return need / 2 > most || need <= found->made ? 0 : (unsigned)fmin(need, most);
}

/* Of two looks the one that shows more: by its p-value, then by its effect. */
static int order_of(const dw_canary_seen *a, const dw_canary_seen *b)
{
  if (a->p != b->p) return a->p < b->p ? 1 : -1;
  return (a->effect > b->effect) - (a->effect < b->effect);
}

/* Among those before it of its design. */
static void rank_look(const dw_canary_stream *stream, dw_canary_seen *seen, double *low, double *high)
{
  double less = 0, equal = 0;
  seen->ranked = 0;
  for (size_t i = stream->ranks_from; i < stream->count; i++) {
    const dw_canary_seen *other = &stream->seen[i];
    if (other->design != seen->design) continue;
    int order = order_of(seen, other);
    less += order > 0;
    equal += order == 0;
    seen->ranked++;
  }
  *low = less / ((double)seen->ranked + 1);
  *high = (less + equal + 1) / ((double)seen->ranked + 1);
}

/* Ranks among a moving window would not be independent: they begin anew instead. */
static void make_room(dw_canary_stream *stream)
{
  if (stream->count - stream->ranks_from == DW_CANARY_LOOKS_RANKED) stream->ranks_from = stream->count;
  if (stream->count < DW_CANARY_LOOKS_KEPT) return;
  size_t gone = DW_CANARY_LOOKS_KEPT - DW_CANARY_LOOKS_RANKED;
  stream->count -= gone;
  stream->ranks_from -= gone;
  memmove(stream->seen, stream->seen + gone, stream->count * sizeof *stream->seen);
}

static void note_time(dw_canary_watch *watch, const dw_round_identity *identity)
{
  if (!identity->timed) return;
  if (watch->timed_before && identity->first < watch->latest_before && !watch->back) {
    watch->back = true;
    if (watch->notes.back++ == 0) {
      watch->notes.back_round = dw_answer_book_rounds(watch->book, DW_BOOK_CURRENT)->keys[watch->round].text;
      watch->notes.back_at = identity->first;
    }
  }
  if (!watch->timed || identity->last > watch->latest) watch->latest = identity->last;
  watch->timed = true;
}

void dw_canary_watch_take(dw_canary_watch *watch, const dw_canary_look *look, const dw_canary_found *found, double first_p)
{
  dw_canary_stream *stream = stream_of(watch, look->canary, look->method);
  const dw_round_identity *identity = identity_of(watch, look->canary, look->round);
  if (!stream || !found->judged) return;
  if (find_seen(stream, identity)) {
    watch->again++;
    return;
  }
  double low, high;
  dw_canary_seen seen = {.name = identity->name,
                         .content = identity->content,
                         .design = identity->design,
                         .deals = found->made,
                         .p = first_p,
                         .effect = found->effect,
                         .look_p = found->p_value};
  note_time(watch, identity);
  if (!watch->counted) watch->looks++;
  watch->counted = watch->changed = true;
  seen.look = watch->looks;
  make_room(stream);
  rank_look(stream, &seen, &low, &high);
  watch->notes.designs += !seen.ranked && stream->count > stream->ranks_from;
  bool beyond = found->effect > look->margin, may_alarm = beyond && found->made && first_p <= closer_from && !stream->alarm_look;
  watch->notes.coarse += may_alarm && need_deals(watch, stream->observations + 1) / 2 > most_deals(watch, look->answers);
  dw_any_look_add(&stream->any, beyond ? found->p_value : 1, low, high);
  seen.tested = stream->any.tested;
  seen.highest = stream->any.highest;
  seen.capital = stream->any.bets.value;
  stream->method = look->method;
  stream->observations++;
  stream->seen = dw_grow(stream->seen, &stream->capacity, stream->count + 1, sizeof *stream->seen);
  stream->seen[stream->count++] = seen;
}

/* --- where streams stand --- */

/* The last look of a stream that is not after this one; NULL: there is none. */
static const dw_canary_seen *last_until(const dw_canary_stream *stream, uint64_t look)
{
  size_t low = 0, high = stream->count;
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    if (stream->seen[middle].look <= look) low = middle + 1;
    else high = middle;
  }
  return low ? &stream->seen[low - 1] : NULL;
}

static double corrected(const dw_canary_watch *watch, const dw_canary_stream *of, uint64_t look)
{
  double *p = dw_alloc_array(watch->count, sizeof *p);
  for (size_t i = 0; i < watch->count; i++) {
    const dw_canary_seen *last = last_until(&watch->stream[i], look);
    p[i] = last ? dw_any_look_p_of(last->tested, last->highest) : 1;
  }
  dw_holm(p, NULL, watch->count, p);
  double adjusted = p[of - watch->stream];
  dw_free(p);
  return adjusted;
}

void dw_canary_watch_judge(dw_canary_watch *watch, const dw_canary_look *look, const dw_canary_found *found, dw_canary_standing *out)
{
  dw_canary_stream *stream = stream_of(watch, look->canary, look->method);
  *out = (dw_canary_standing){.p_value = 1, .p_adjusted = 1, .look_p = NAN};
  if (!stream) return;
  const dw_canary_seen *seen = found->judged ? find_seen(stream, identity_of(watch, look->canary, look->round)) : NULL;
  uint64_t now = seen ? seen->look : watch->looks;
  const dw_canary_seen *last = last_until(stream, now);
  out->watched = true;
  out->looks = now;
  out->streams = watch->count;
  out->p_adjusted = corrected(watch, stream, now);
  if (last) {
    out->p_value = dw_any_look_p_of(last->tested, last->highest);
    out->capital = last->capital;
    out->highest = last->highest;
    out->observations = stream->observations - (stream->count - 1 - (uint64_t)(last - stream->seen));
  }
  bool significant = out->p_adjusted <= watch->how.alpha;
  if (seen) {
    out->look_p = seen->look_p;
    out->ranked = seen->ranked;
    out->deals = seen->deals;
    double need = seen->deals && !stream->alarm_look ? ceil(need_deals(watch, out->observations) / 2) : 0;
    if (need > most_deals(watch, look->answers)) out->deals_needed = (uint64_t)need;
    /* An alarm begins with a look that shows a change large enough, and stays, however small the change is then. */
    if (significant && !stream->alarm_look && found->effect > look->margin) {
      const char *round = dw_answer_book_rounds(watch->book, DW_BOOK_CURRENT)->keys[look->round].text;
      stream->alarm_look = now;
      stream->alarm_time = watch->how.now;
      stream->alarm_round = dw_arena_strndup(&watch->texts, round, strlen(round));
    }
  }
  if (!stream->alarm_look || stream->alarm_look > now) return;
  out->drift = significant;
  out->alarm_look = stream->alarm_look;
  out->alarm_time = stream->alarm_time;
  out->alarm_round = stream->alarm_round;
}

/* --- the end --- */

const dw_canary_watch_notes *dw_canary_watch_tell(const dw_canary_watch *watch) { return &watch->notes; }

dw_status dw_canary_watch_commit(dw_canary_watch *watch, dw_err *err)
{
  dw_buf text = {0};
  end_round(watch);
  if (!watch->changed) return DW_OK;
  dw_canary_watch_write(watch, &text);
  dw_status status = dw_watch_file_commit(&watch->file, &text, err);
  dw_buf_free(&text);
  return status;
}

void dw_canary_watch_close(dw_canary_watch *watch)
{
  if (!watch) return;
  for (size_t i = 0; i < watch->count; i++) dw_free(watch->stream[i].seen);
  dw_free(watch->stream);
  dw_free(watch->identity);
  dw_free(watch->words);
  dw_arena_free(&watch->texts);
  dw_watch_file_close(&watch->file);
  dw_free(watch);
}
