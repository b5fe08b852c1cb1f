/* The stream of a score's errors: what labels tell about scores, look by look. With two classes it is the errors in the rarer one that are
 * ranked, among themselves: a score that no longer finds what it is there for moves these, while those of the many are hardly more than the
 * score itself, which has a stream of its own (and the share of the classes is the label's). */
#include <math.h>

#include "base/num.h"
#include "detect/watch/sequential_state.h"
#include "stats/samples/sort.h"

/* How labels are read, as the reference has them, at every look. */
typedef struct reading {
  const dw_scored *reference;
  const char *later; /* of two names, the one that is 1; NULL: labels are numbers */
  bool two;          /* classes */
  double rarer;      /* of two classes */
} reading;

/* 0, 1 or the number; NaN for a class that the reference does not have. */
static double label_value(const reading *r, const dw_scored *side, size_t i)
{
  double label = side->label[i];
  if (!r->later) return side->labels.named ? NAN : label;
  if (!side->labels.named) return NAN;
  const dw_map_key *key = &side->labels.classes.keys[(size_t)label];
  if (dw_map_find(&r->reference->labels.classes, key->text, key->length) == DW_MAP_NONE) return NAN;
  return strcmp(key->text, r->later) == 0;
}

static reading read_labels(const dw_scored *reference)
{
  reading r = {.reference = reference};
  const dw_map *names = &reference->labels.classes;
  if (reference->labels.named && names->count == 2)
    r.later = strcmp(names->keys[0].text, names->keys[1].text) > 0 ? names->keys[0].text : names->keys[1].text;
  double value[2] = {0};
  size_t times[2] = {0}, distinct = 0;
  for (size_t i = 0; i < reference->count && distinct <= 2; i++) {
    double label = label_value(&r, reference, i);
    size_t k = 0;
    while (k < distinct && k < 2 && value[k] != label) k++;
    if (k == distinct && distinct++ < 2) value[k] = label;
    if (k < 2) times[k]++;
  }
  r.two = distinct == 2;
  if (r.two) r.rarer = value[times[1] < times[0] || (times[1] == times[0] && value[1] > value[0])];
  return r;
}

/* Ascending; the caller frees. */
static double *errors_of(const dw_scored *reference, const dw_scored *side, size_t *count)
{
  reading r = read_labels(reference);
  double *error = dw_alloc_array(2 * side->count, sizeof *error);
  *count = 0;
  for (size_t i = 0; i < side->count; i++) {
    double label = label_value(&r, side, i), off = fabs(side->score[i] - label);
    if (isfinite(off) && (!r.two || label == r.rarer)) error[(*count)++] = off;
  }
  dw_sort_doubles(error, *count, error + side->count);
  return error;
}

/* 0, 1 or the number of a cell that a frame holds; NaN: no label. */
static double cell_label(const reading *r, const dw_frame_column *cells, size_t row)
{
  uint32_t code = cells->code ? cells->code[row] : 0;
  if (cells->number && !isnan(cells->number[row])) return r->reference->labels.named ? NAN : cells->number[row];
  if (code == 0) return NAN;
  const dw_map_key *text = &cells->texts.keys[code - 1];
  double number;
  if (r->later) {
    bool known = dw_map_find(&r->reference->labels.classes, text->text, text->length) != DW_MAP_NONE;
    return known ? strcmp(text->text, r->later) == 0 : NAN;
  }
  if (strcmp(text->text, "true") == 0 || strcmp(text->text, "false") == 0) return text->text[0] == 't';
  return dw_num_parse(text->text, text->length, &number, NULL) ? number : NAN;
}

double *dw_stream_row_errors(const dw_scored *reference, const dw_frame *frame, const char *label, const char *score)
{
  reading r = read_labels(reference);
  const dw_frame_column *truth = dw_frame_find(frame, label), *said = dw_frame_find(frame, score);
  double *error = dw_alloc_array(frame->rows, sizeof *error);
  for (size_t i = 0; i < frame->rows; i++) {
    double value = truth && said && said->number ? cell_label(&r, truth, i) : NAN;
    bool watched = !isnan(value) && (!r.two || value == r.rarer);
    error[i] = watched && isfinite(said->number[i]) ? fabs(said->number[i] - value) : NAN;
  }
  return error;
}

dw_stream *dw_sequential_enter_errors(dw_sequential *state, const char *score, const dw_scored *reference)
{
  size_t count;
  if (reference->count == 0 || (reference->labels.named && reference->labels.classes.count != 2)) return NULL;
  dw_stream *stream = NULL;
  double *error = errors_of(reference, reference, &count);
  if (count > 0) stream = dw_stream_find(state, score, DW_STREAM_ERRORS, DW_TYPE_NUMERIC);
  bool fresh = count > 0 && !stream && state->wrong.status == DW_OK;
  if (fresh) stream = dw_stream_add(state, score, DW_STREAM_ERRORS, DW_TYPE_NUMERIC);
  if (stream && state->rule) {
    stream->scored = reference;
    stream->baseline_error = error;
    stream->baseline_errors = count;
    error = NULL;
  }
  if (fresh && state->rule) dw_stream_begin_units(state, stream, NULL, DW_TYPE_NUMERIC);
  else if (fresh) dw_stream_begin_numbers(stream, dw_sorted_make(error, count));
  if (fresh) stream->entered = true;
  dw_free(error);
  return stream;
}

void dw_sequential_observe_errors(const dw_sequential *state, dw_stream *stream, const dw_scored *reference, const dw_scored *current)
{
  size_t count;
  if (state->repeated || state->wrong.status != DW_OK) return;
  if (stream->units) {
    dw_stream_take_units(state, stream);
    return;
  }
  double *error = errors_of(reference, current, &count);
  dw_stream_take_numbers(state, stream, dw_sorted_make(error, count));
  dw_free(error);
}
