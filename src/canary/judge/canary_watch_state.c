#include "canary/judge/canary_watch_state.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "io/text/json.h"

enum { STATE_VERSION = 1, WORD_DIGITS = 16 };

const dw_watch_kind dw_canary_watch_kind = {"{\"kind\":\"canary_state\"", "dw-compare --canaries --sequential",
                                            "begin anew with --sequential-reset"};

/* The members of looks that are kept as lists of numbers, and those that are whole ones. */
#define SEEN_COUNTS(ROW) ROW(look) ROW(ranked) ROW(deals)
#define SEEN_NUMBERS(ROW) ROW(p) ROW(effect) ROW(look_p) ROW(tested) ROW(highest) ROW(capital)

/* --- writing --- */

static void write_names(dw_json *json, const dw_canary_stream *stream)
{
  dw_buf hex = {0};
  for (size_t i = 0; i < stream->count; i++) {
    const dw_canary_seen *seen = &stream->seen[i];
    dw_buf_format(&hex, "%016llx%016llx%016llx", (unsigned long long)seen->name, (unsigned long long)seen->content,
                  (unsigned long long)seen->design);
  }
  dw_json_bytes(json, "rounds", hex.data ? hex.data : "", hex.length);
  dw_buf_free(&hex);
}

static void write_stream(dw_json *json, const dw_canary_stream *stream)
{
  bool chosen = stream->method != DW_CANARY_METHODS;
  dw_json_open(json, NULL, '{');
  dw_json_text(json, "canary", stream->canary);
  dw_json_text(json, "method", chosen ? dw_canary_method_name(stream->method) : NULL);
  dw_json_integer(json, "observations", (int64_t)stream->observations);
  dw_json_integer(json, "alarm_look", (int64_t)stream->alarm_look);
  dw_json_integer(json, "alarm_time", stream->alarm_time);
  dw_json_text(json, "alarm_round", stream->alarm_round);
  dw_json_integer(json, "ranks_from", (int64_t)stream->ranks_from);
  dw_json_open(json, "account", '[');
  for (int i = 0; i < DW_RANK_BETS; i++) dw_json_number(json, NULL, stream->any.bets.account[i]);
  dw_json_close(json, ']');
  write_names(json, stream);
#define WRITE_COUNTS(member)                                                                                                               \
  dw_json_open(json, #member, '[');                                                                                                        \
  for (size_t i = 0; i < stream->count; i++) dw_json_integer(json, NULL, (int64_t)stream->seen[i].member);                                 \
  dw_json_close(json, ']');
#define WRITE_NUMBERS(member)                                                                                                              \
  dw_json_open(json, #member, '[');                                                                                                        \
  for (size_t i = 0; i < stream->count; i++) dw_json_number(json, NULL, stream->seen[i].member);                                           \
  dw_json_close(json, ']');
  SEEN_COUNTS(WRITE_COUNTS)
  SEEN_NUMBERS(WRITE_NUMBERS)
  dw_json_close(json, '}');
}

void dw_canary_watch_write(const dw_canary_watch *watch, dw_buf *out)
{
  dw_json json;
  dw_json_start(&json, out, 0);
  dw_json_open(&json, NULL, '{');
  dw_json_text(&json, "kind", "canary_state");
  dw_json_integer(&json, "version", STATE_VERSION);
  dw_json_integer(&json, "looks", (int64_t)watch->looks);
  dw_json_text(&json, "reference_digest", watch->reference_digest);
  dw_json_text(&json, "settings", watch->words);
  if (watch->timed) dw_json_integer(&json, "latest", watch->latest);
  dw_json_open(&json, "streams", '[');
  for (size_t i = 0; i < watch->count; i++) write_stream(&json, &watch->stream[i]);
  dw_json_close(&json, ']');
  dw_watch_file_seal(out);
}

/* --- reading --- */

/* A document being read; the first thing that is wrong ends it. */
typedef struct state_reader {
  dw_canary_watch *watch;
  bool bad;
} state_reader;

static int64_t read_integer(state_reader *r, const dw_value *value, double least)
{
  double number = dw_value_number(value, NAN);
  if (!(number >= least && number <= 9007199254740992.0 && number == floor(number))) r->bad = true;
  return r->bad ? 0 : (int64_t)number;
}

static uint64_t read_count(state_reader *r, const dw_value *value) { return (uint64_t)read_integer(r, value, 0); }

static bool is_list(const dw_value *value, size_t count)
{
  return dw_value_kind(value) == DW_VALUE_ARRAY && dw_value_count(value) == count;
}

static uint64_t read_word(state_reader *r, const char *hex)
{
  char digits[WORD_DIGITS + 1] = {0};
  memcpy(digits, hex, WORD_DIGITS);
  if (strspn(digits, "0123456789abcdef") != WORD_DIGITS) r->bad = true;
  return r->bad ? 0 : strtoull(digits, NULL, 16);
}

static void read_names(state_reader *r, dw_canary_stream *stream, const dw_value *value)
{
  const char *hex = dw_value_text(value, NULL);
  size_t each = 3 * WORD_DIGITS, length = hex ? strlen(hex) : 0;
  r->bad |= !hex || length % each || length / each > DW_CANARY_LOOKS_KEPT;
  if (r->bad) return;
  stream->count = length / each;
  stream->seen = dw_grow(NULL, &stream->capacity, stream->count + 1, sizeof *stream->seen);
  for (size_t i = 0; i < stream->count; i++, hex += each)
    stream->seen[i] = (dw_canary_seen){.name = read_word(r, hex),
                                       .content = read_word(r, hex + WORD_DIGITS),
                                       .design = read_word(r, hex + 2 * WORD_DIGITS)};
}

static void read_numbers(state_reader *r, dw_canary_stream *stream, const dw_value *value)
{
  const dw_value *item;
  size_t i;
#define READ_COUNTS(member)                                                                                                                \
  r->bad |= !is_list(dw_value_get(value, #member), stream->count);                                                                         \
  item = dw_value_first(dw_value_get(value, #member));                                                                                     \
  for (i = 0; i < stream->count && !r->bad; i++, item = dw_value_next(item)) stream->seen[i].member = read_count(r, item);
#define READ_NUMBERS(member)                                                                                                               \
  r->bad |= !is_list(dw_value_get(value, #member), stream->count);                                                                         \
  item = dw_value_first(dw_value_get(value, #member));                                                                                     \
  for (i = 0; i < stream->count && !r->bad; i++, item = dw_value_next(item)) {                                                             \
    stream->seen[i].member = dw_value_number(item, NAN);                                                                                   \
    r->bad |= isnan(stream->seen[i].member);                                                                                               \
  }
  SEEN_COUNTS(READ_COUNTS)
  SEEN_NUMBERS(READ_NUMBERS)
}

static void read_bets(state_reader *r, dw_canary_stream *stream, const dw_value *accounts)
{
  dw_any_look_init(&stream->any);
  r->bad |= !is_list(accounts, DW_RANK_BETS);
  if (r->bad) return;
  const dw_value *item = dw_value_first(accounts);
  for (int i = 0; i < DW_RANK_BETS; i++, item = dw_value_next(item)) stream->any.bets.account[i] = dw_value_number(item, -INFINITY);
  stream->any.bets.looks = stream->observations;
  dw_rank_bets_restore(&stream->any.bets);
  if (!stream->count) return;
  const dw_canary_seen *last = &stream->seen[stream->count - 1];
  stream->any.tested = last->tested;
  stream->any.highest = last->highest;
}

/* Looks rise, and there are no more than the state and the stream count. */
static bool agrees(const state_reader *r, const dw_canary_stream *stream)
{
  uint64_t before = 0;
  for (size_t i = 0; i < stream->count; i++) {
    if (stream->seen[i].look <= before) return false;
    before = stream->seen[i].look;
  }
  bool alarm = stream->alarm_look == 0 || (stream->alarm_look <= r->watch->looks && stream->alarm_round);
  return before <= r->watch->looks && stream->count <= stream->observations && (stream->count > 0) == (stream->observations > 0) &&
         stream->ranks_from <= stream->count && alarm && (stream->method != DW_CANARY_METHODS || !stream->count);
}

static void read_stream(state_reader *r, dw_canary_stream *stream, const dw_value *value)
{
  const char *canary = dw_value_text(dw_value_get(value, "canary"), NULL), *method = dw_value_text(dw_value_get(value, "method"), NULL);
  const char *round = dw_value_text(dw_value_get(value, "alarm_round"), NULL);
  stream->method = method ? dw_canary_method_named(method) : DW_CANARY_METHODS;
  r->bad |= !canary || (method && stream->method == DW_CANARY_METHODS);
  if (r->bad) return;
  stream->canary = dw_arena_strndup(&r->watch->texts, canary, strlen(canary));
  if (round) stream->alarm_round = dw_arena_strndup(&r->watch->texts, round, strlen(round));
  stream->observations = read_count(r, dw_value_get(value, "observations"));
  stream->alarm_look = read_count(r, dw_value_get(value, "alarm_look"));
  stream->alarm_time = read_integer(r, dw_value_get(value, "alarm_time"), -9007199254740992.0);
  stream->ranks_from = (size_t)read_count(r, dw_value_get(value, "ranks_from"));
  read_names(r, stream, dw_value_get(value, "rounds"));
  if (!r->bad) read_numbers(r, stream, value);
  if (!r->bad) read_bets(r, stream, dw_value_get(value, "account"));
  r->bad = r->bad || !agrees(r, stream);
}

static void read_root(state_reader *r, const dw_value *root)
{
  dw_canary_watch *watch = r->watch;
  const char *digest = dw_value_text(dw_value_get(root, "reference_digest"), ""),
             *words = dw_value_text(dw_value_get(root, "settings"), NULL);
  const dw_value *streams = dw_value_get(root, "streams"), *latest = dw_value_get(root, "latest");
  r->bad |= strlen(digest) != 32 || !words || dw_value_kind(streams) != DW_VALUE_ARRAY;
  watch->looks = read_count(r, dw_value_get(root, "looks"));
  if (latest) watch->latest = read_integer(r, latest, -9007199254740992.0);
  watch->timed = latest != NULL;
  if (r->bad) return;
  memcpy(watch->reference_digest, digest, 33);
  watch->words = dw_strdup(words);
  watch->stream = dw_alloc_zero(dw_value_count(streams), sizeof *watch->stream);
  for (const dw_value *item = dw_value_first(streams); item && !r->bad; item = dw_value_next(item))
    read_stream(r, &watch->stream[watch->count++], item);
}

dw_status dw_canary_watch_read(dw_canary_watch *watch, const char *text, size_t length, dw_err *err)
{
  dw_value *root;
  dw_status status = dw_value_parse(&root, text, length, watch->file.path, 1, err);
  if (status != DW_OK) return status;
  if (dw_value_number(dw_value_get(root, "version"), 0) != STATE_VERSION) {
    dw_value_free(root);
    return dw_err_at(err, DW_EDATA, watch->file.path, 0, 0,
                     "this state is of another version of dw-compare: begin anew with --sequential-reset");
  }
  state_reader r = {.watch = watch};
  read_root(&r, root);
  dw_value_free(root);
  if (!r.bad) return DW_OK;
  return dw_err_at(err, DW_EDATA, watch->file.path, 0, 0,
                   "this state does not agree with itself: put back a copy, or begin anew with --sequential-reset");
}
