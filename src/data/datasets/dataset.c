#include "data/datasets/dataset.h"

#include "base/parallel.h"
#include "data/datasets/segments.h"
#include "io/formats/csv.h"
#include "io/record/instant.h"

enum {
  SKETCH_LARGEST = 1 << 15, /* values a level, when memory allows: rank error below 0.02 % at 100 million rows */
  SKETCH_SMALLEST = 256,
  PASSAGES_LEAST = 100, /* texts: a sample is not cut below */
  INSTANTS_LEAST = 1000,
  SKETCH_LEVELS = 16 /* levels that a sketch fills over any stream one can wait for (32768 * 2^16 values) */
};

void dw_dataset_init(dw_dataset *set, const dw_dataset_options *options)
{
  *set = (dw_dataset){.options = *options, .first = INT64_MAX, .last = INT64_MIN};
  dw_scored_init(&set->scored);
  set->gather = dw_alloc_array(options->gather.count, sizeof *set->gather);
  for (size_t i = 0; i < options->gather.count; i++) dw_gather_init(&set->gather[i], options->gather.text[i]);
  if (options->frame.policy != DW_FRAME_NONE) set->frame = dw_frame_new(&options->frame);
  if (options->succession.policy != DW_FRAME_NONE) set->succession = dw_frame_new(&options->succession);
  if (options->repeats) dw_repeats_init(&set->repeats, options->memory / 8, options->label);
  if (!options->by && !options->matching) return;
  dw_dataset_options each = *options; /* the rows are held twice: half the memory for each time */
  each.frame = each.succession = (dw_frame_options){.policy = DW_FRAME_NONE};
  each.instants = each.span = false;
  each.repeats = false;
  each.memory = set->options.memory = options->memory / 2;
  set->segments = dw_segments_new(&each);
}

void dw_dataset_free(dw_dataset *set)
{
  for (size_t i = 0; i < set->options.gather.count; i++) dw_gather_free(&set->gather[i]);
  dw_free(set->gather);
  for (size_t i = 0; i < set->described_count; i++) dw_described_free(&set->described[i]);
  dw_free(set->described);
  for (size_t i = 0; i < set->column_count; i++) {
    dw_column_free(set->column[i]);
    dw_free(set->column[i]);
  }
  dw_free(set->column);
  if (set->indexed) dw_map_free(&set->names);
  dw_scored_free(&set->scored);
  dw_repeats_free(&set->repeats);
  dw_frame_free(set->frame);
  dw_frame_free(set->succession);
  dw_segments_free(set->segments);
  dw_free(set->time);
  dw_buf_free(&set->scratch);
  *set = (dw_dataset){0};
}

void dw_dataset_index(dw_dataset *set)
{
  if (!set->column_count) return;
  if (!set->indexed) dw_map_init(&set->names);
  for (; set->indexed < set->column_count && !set->doubled; set->indexed++) {
    const char *name = set->column[set->indexed]->name;
    set->doubled = dw_map_intern(&set->names, name, strlen(name)) != set->indexed;
  }
}

static void index_anew(dw_dataset *set)
{
  if (set->indexed) dw_map_free(&set->names);
  set->indexed = 0;
  set->doubled = false;
  dw_dataset_index(set);
}

const dw_column *dw_dataset_find(const dw_dataset *set, const char *name)
{
  if (set->indexed && set->indexed == set->column_count && !set->doubled) {
    uint32_t at = dw_map_find(&set->names, name, strlen(name));
    return at != DW_MAP_NONE && set->column[at]->rows > 0 ? set->column[at] : NULL;
  }
  for (size_t i = 0; i < set->column_count; i++)
    if (strcmp(set->column[i]->name, name) == 0 && set->column[i]->rows > 0) return set->column[i];
  return NULL;
}

static bool named(dw_patterns patterns, const char *name)
{
  size_t i = 0;
  while (i < patterns.count && strcmp(patterns.text[i], name) != 0) i++;
  return i < patterns.count;
}

static void dataset_describe(dw_dataset *set, const dw_column *column)
{
  set->described = dw_grow(set->described, &set->described_capacity, set->described_count + 1, sizeof *set->described);
  dw_described *described = &set->described[set->described_count++];
  dw_described_init(described, (uint32_t)set->column_count, column, !named(set->options.describe, column->name));
  for (int i = 0; i < DW_DESCRIPTIONS; i++) {
    described->column[i]->summary_size = set->options.summary_size;
    if (set->approximate)
      dw_column_compress(described->column[i], set->options.summary_size ? set->options.summary_size : set->sketch_size);
  }
}

static bool passes(const dw_dataset *set, const char *name) { return set->options.pass && strcmp(set->options.pass, name) == 0; }

static void dataset_new_columns(dw_dataset *set, const dw_reader *reader)
{
  size_t count = dw_reader_columns(reader);
  set->column = dw_grow(set->column, &set->column_capacity, count, sizeof *set->column);
  for (; set->column_count < count; set->column_count++) {
    const char *name = dw_reader_column_name(reader, (uint32_t)set->column_count);
    dw_column *column = dw_alloc(sizeof *column);
    dw_column_init(column, name, set->options.keep_texts && set->options.keep_texts(set->options.context, name));
    if (set->options.sample_texts) dw_column_sample_texts(column);
    column->keep_order = set->options.keep_order;
    column->summary_size = set->options.summary_size;
    column->pack = set->options.pack;
    set->column[set->column_count] = column;
    if (set->approximate) dw_column_compress(column, set->options.summary_size ? set->options.summary_size : set->sketch_size);
    if (!passes(set, name) && dw_patterns_match(set->options.describe, name)) dataset_describe(set, column);
  }
}

size_t dw_dataset_bytes(const dw_dataset *set)
{
  size_t held = dw_repeats_bytes(&set->repeats);
  for (size_t i = 0; i < set->options.gather.count; i++) held += dw_column_bytes(set->gather[i].column);
  for (size_t i = 0; i < set->column_count; i++) held += dw_column_bytes(set->column[i]);
  for (size_t i = 0; i < set->described_count; i++)
    for (int k = 0; k < DW_DESCRIPTIONS; k++) held += dw_column_bytes(set->described[i].column[k]);
  return held;
}

/* all: numbers that are counted, too. */
static void shrink_sketch(dw_column *column, size_t size, bool all)
{
  column->summary_size = size;
  if (!column->sketch && (all || !column->counts)) dw_column_compress(column, size);
  if (!column->sketch || column->sketch->k <= size) return;
  dw_sketch smaller;
  dw_sketch_init(&smaller, size);
  dw_sketch_merge(&smaller, column->sketch);
  dw_sketch_free(column->sketch);
  *column->sketch = smaller;
}

/* Of a set for a profile the sketches become smaller by half; those of numbers that are counted come last. */
static bool dataset_shrink_sketches(dw_dataset *set)
{
  size_t size = set->options.summary_size / 2;
  bool all = size < SKETCH_SMALLEST;
  if (all && set->approximate) return false;
  if (all) size = set->options.summary_size;
  set->approximate = all;
  set->options.summary_size = size;
  for (size_t i = 0; i < set->column_count; i++) shrink_sketch(set->column[i], size, all);
  for (size_t i = 0; i < set->described_count; i++)
    for (int k = 0; k < DW_DESCRIPTIONS; k++) shrink_sketch(set->described[i].column[k], size, all);
  return true;
}

/* Every numeric column becomes a sketch, sized so that all of them together stay inside the bound. */
static void dataset_sketch(dw_dataset *set)
{
  set->approximate = true;
  size_t size = set->options.memory / (set->column_count + DW_DESCRIPTIONS * set->described_count) / (SKETCH_LEVELS * sizeof(double));
  if (size > SKETCH_LARGEST) size = SKETCH_LARGEST;
  if (size < SKETCH_SMALLEST) size = SKETCH_SMALLEST;
  set->sketch_size = size & ~(size_t)1;
  for (size_t i = 0; i < set->column_count; i++) dw_column_compress(set->column[i], set->sketch_size);
  for (size_t i = 0; i < set->described_count; i++)
    for (int k = 0; k < DW_DESCRIPTIONS; k++) dw_column_compress(set->described[i].column[k], set->sketch_size);
}

/* The column whose strings take the most room gives them up. false: none has any. */
static bool dataset_stop_texts(dw_dataset *set)
{
  dw_column *largest = NULL;
  for (size_t i = 0; i < set->column_count; i++) {
    dw_column *column = set->column[i];
    if (column->texts.count && !column->keep_texts && (!largest || dw_map_bytes(&column->texts) > dw_map_bytes(&largest->texts)))
      largest = column;
  }
  if (largest) dw_column_stop_texts(largest);
  return largest != NULL;
}

/* The largest sample of texts is halved. false: none is worth it. */
static bool dataset_shrink_passages(dw_dataset *set)
{
  dw_passages *largest = NULL;
  for (size_t i = 0; i < set->column_count; i++) {
    dw_passages *passages = set->column[i]->passages;
    if (passages && (!largest || dw_passages_memory(passages) > dw_passages_memory(largest))) largest = passages;
  }
  if (!largest || largest->most <= PASSAGES_LEAST) return false;
  dw_passages_shrink(largest);
  return true;
}

/* The largest sample of vectors is halved, unless none takes more than `least` bytes. */
static bool dataset_shrink_vectors(dw_dataset *set, size_t least)
{
  dw_vectors *largest = NULL;
  for (size_t i = 0; i < set->column_count + set->options.gather.count; i++) {
    dw_vectors *vectors = i < set->column_count ? set->column[i]->vectors : set->gather[i - set->column_count].column->vectors;
    if (vectors && (!largest || dw_vectors_memory(vectors) > dw_vectors_memory(largest))) largest = vectors;
  }
  return largest && dw_vectors_memory(largest) > least && dw_vectors_shrink(largest);
}

/* Of the most instants half are let go, unless none take more than `least` bytes. */
static bool dataset_thin_instants(dw_dataset *set, size_t least)
{
  dw_instants *largest = NULL;
  for (size_t i = 0; i < set->column_count; i++) {
    dw_instants *times = set->column[i]->times;
    if (times && (!largest || dw_instants_bytes(times) > dw_instants_bytes(largest))) largest = times;
  }
  if (!largest || dw_instants_bytes(largest) <= least || largest->count <= INSTANTS_LEAST) return false;
  dw_instants_thin(largest);
  return true;
}

static void dataset_check_memory(dw_dataset *set)
{
  if (set->options.memory == 0 || dw_dataset_bytes(set) <= set->options.memory) return;
  while (dw_dataset_bytes(set) > set->options.memory && dataset_thin_instants(set, set->options.memory / 16)) continue;
  while (dw_dataset_bytes(set) > set->options.memory && dataset_shrink_vectors(set, set->options.memory / 16)) continue;
  if (dw_dataset_bytes(set) <= set->options.memory) return;
  if (!set->approximate && !set->options.summary_size) dataset_sketch(set);
  while (set->options.summary_size && dw_dataset_bytes(set) > set->options.memory && dataset_shrink_sketches(set)) continue;
  while (dw_dataset_bytes(set) > set->options.memory && dataset_stop_texts(set)) continue;
  while (dw_dataset_bytes(set) > set->options.memory && dataset_shrink_passages(set)) continue;
  while (dw_dataset_bytes(set) > set->options.memory && dataset_thin_instants(set, 0)) continue;
  while (dw_dataset_bytes(set) > set->options.memory && dataset_shrink_vectors(set, 0)) continue;
}

/* What labels, scores and instants say is never part of a vector. */
static bool has_a_role(const void *context, const char *name)
{
  const dw_dataset_options *o = context;
  return (o->label && strcmp(o->label, name) == 0) || (o->score && strcmp(o->score, name) == 0) || (o->pass && strcmp(o->pass, name) == 0);
}

/* When the records of a batch were; NULL: nobody asks, or it has no such column. */
static const int64_t *dataset_times(dw_dataset *set, const dw_reader *reader, const dw_batch *batch)
{
  const dw_batch_column *cells = set->options.time ? dw_reader_find(reader, batch, set->options.time) : NULL;
  if (!cells) return NULL;
  if (set->known) return set->known;
  set->time = dw_grow(set->time, &set->time_capacity, batch->rows, sizeof *set->time);
  for (size_t row = 0; row < batch->rows; row++)
    if (!dw_instant_cell(set->options.time_format, batch, (dw_tag)cells->tags[row], cells->cells[row], &set->scratch, &set->time[row]))
      set->time[row] = DW_INSTANTS_NONE;
  return set->time;
}

static dw_instants *instants_begin(dw_dataset *set, const dw_batch *batch, const dw_batch_column *cells, const uint8_t *take)
{
  const char *name = set->column[cells->id]->name;
  for (size_t row = 0; row < batch->rows; row++) {
    dw_tag tag = cells->tags[row];
    if (take && !take[row]) continue;
    if (tag == DW_INTEGER || tag == DW_REAL) return dw_instants_of_numbers(cells->cells[row].number, name, set->options.time != NULL);
    if (tag != DW_STRING && tag != DW_STRING_ESCAPED) continue;
    size_t length;
    const char *text = dw_cell_text(batch, tag, cells->cells[row], &set->scratch, &length);
    double number;
    if (dw_csv_mark(text, length)) continue;
    if (!dw_instants_digits(name, text, length, &number)) return dw_instants_new(text, length, set->options.time != NULL);
    return dw_instants_of_numbers(number, name, set->options.time != NULL);
  }
  return NULL;
}

static bool keeps_instants(const dw_dataset *set, const dw_column *column)
{
  return set->options.instants && !(set->options.time && strcmp(set->options.time, column->name) == 0);
}

static uint64_t values_of(const dw_column *column)
{
  return column->tag[DW_STRING] + column->tag[DW_STRING_ESCAPED] + column->tag[DW_INTEGER] + column->tag[DW_REAL];
}

/* Columns whose strings or numbers are all instants so far keep those of this batch. values: [batch->column_count] how many they had before
 * it. */
static void dataset_keep_instants(dw_dataset *set, const dw_reader *reader, const dw_batch *batch, const uint8_t *take,
                                  const uint64_t *values, const int64_t *time)
{
  bool asked = set->options.span;
  for (size_t i = 0; i < batch->column_count; i++) {
    const dw_batch_column *cells = &batch->columns[i];
    dw_column *column = set->column[cells->id];
    if (values_of(column) == values[i] || (values[i] > 0 && !column->times)) continue;
    if (values[i] == 0 && keeps_instants(set, column)) column->times = instants_begin(set, batch, cells, take);
    if (!column->times) continue;
    if (!asked) time = dataset_times(set, reader, batch);
    asked = true;
    dw_instants_add(column->times, batch, cells, take, time, &set->scratch);
    if (!dw_instants_hopeless(column->times)) continue;
    dw_instants_free(column->times);
    column->times = NULL;
  }
}

/* The cells of a batch on their way into the columns. */
typedef struct dataset_adding {
  dw_dataset *set;
  const dw_batch *batch;
  const uint8_t *take;
} dataset_adding;

static void dataset_add_item(void *context, size_t item, unsigned thread)
{
  const dataset_adding *adding = context;
  dw_dataset *set = adding->set;
  const dw_batch *batch = adding->batch;
  if (item >= batch->column_count) {
    dw_described *described = &set->described[item - batch->column_count];
    const dw_batch_column *cells = dw_batch_find(batch, described->id);
    if (cells) dw_described_add(described, batch, cells, adding->take);
    return;
  }
  if (set->segments && dw_segments_took(set->segments, item)) return;
  dw_column *column = set->column[batch->columns[item].id];
  if (!column->part && !passes(set, column->name)) dw_column_add(column, batch, &batch->columns[item], adding->take);
}

/* Returns the times of the batch. */
static const int64_t *dataset_span(dw_dataset *set, const dw_reader *reader, const dw_batch *batch, const uint8_t *take)
{
  const int64_t *time = dataset_times(set, reader, batch);
  for (size_t row = 0; time && row < batch->rows; row++) {
    if ((take && !take[row]) || time[row] == DW_INSTANTS_NONE) continue;
    if (time[row] < set->first) set->first = time[row];
    if (time[row] > set->last) set->last = time[row];
  }
  return time;
}

/* time: as of dataset_span, where that was asked for. */
static void dataset_add_cells(dw_dataset *set, const dw_reader *reader, const dw_batch *batch, const uint8_t *take, const int64_t *time)
{
  dataset_adding adding = {set, batch, take};
  size_t items = batch->column_count + set->described_count;
  uint64_t *values = set->options.instants ? dw_alloc_array(batch->column_count, sizeof *values) : NULL;
  for (size_t i = 0; values && i < batch->column_count; i++) values[i] = values_of(set->column[batch->columns[i].id]);
  if (set->segments) dw_segments_begin(set->segments, set, reader, batch, take);
  if (set->options.team) dw_parallel_team_run(set->options.team, items, dataset_add_item, &adding);
  else
    for (size_t i = 0; i < items; i++) dataset_add_item(&adding, i, 0);
  if (values) dataset_keep_instants(set, reader, batch, take, values, time);
  dw_free(values);
}

/* Of a batch whose times have been read, those of a frame, if they are the same. */
static const int64_t *times_of(const dw_dataset *set, const dw_frame *frame, const int64_t *time)
{
  const dw_frame_options *how = &frame->options;
  if (!time || !how->time || how->time_format != set->options.time_format) return NULL;
  return strcmp(how->time, set->options.time) == 0 ? time : NULL;
}

void dw_dataset_know_times(dw_dataset *set, const int64_t *time) { set->known = time; }

void dw_dataset_add(dw_dataset *set, const dw_reader *reader, const dw_batch *batch, const uint8_t *take)
{
  dataset_new_columns(set, reader);
  const dw_format *format = dw_reader_format(reader), **first = format->untyped ? &set->untyped : &set->typed;
  if (!*first) *first = format;
  for (size_t i = 0; i < set->options.gather.count; i++)
    dw_gather_add(&set->gather[i], reader, batch, take, set->column, has_a_role, &set->options);
  const int64_t *time = set->options.span ? dataset_span(set, reader, batch, take) : NULL;
  dataset_add_cells(set, reader, batch, take, time);
  if (set->options.label && set->options.score) dw_scored_add(&set->scored, reader, batch, take, set->options.label, set->options.score);
  if (set->options.repeats) dw_repeats_add(&set->repeats, reader, batch, take);
  if (set->segments) dw_segments_add(set->segments, reader, batch);
  if (set->frame) dw_frame_add(set->frame, reader, batch, take, times_of(set, set->frame, time));
  if (set->succession) dw_frame_add(set->succession, reader, batch, take, times_of(set, set->succession, time));
  if (take) {
    for (size_t row = 0; row < batch->rows; row++) set->rows += take[row] != 0;
  } else {
    set->rows += batch->rows;
  }
  set->known = NULL;
  dataset_check_memory(set);
}

void dw_dataset_bound(dw_dataset *set, size_t memory)
{
  set->options.memory = memory;
  dataset_check_memory(set);
}

typedef struct dataset_finishing {
  dw_dataset *set;
  double **scratch; /* one a thread, as long as the longest column */
  size_t longest;
} dataset_finishing;

static void dataset_finish_gathers(dw_dataset *set)
{
  set->column = dw_grow(set->column, &set->column_capacity, set->column_count + set->options.gather.count, sizeof *set->column);
  for (size_t i = 0; i < set->options.gather.count; i++) {
    dw_column *gathered = dw_gather_finish(&set->gather[i], set->column);
    set->column[set->column_count++] = gathered;
  }
  set->options.gather.count = 0;
}

/* What describes a column that held no string is dropped. */
static void dataset_finish_described(dw_dataset *set)
{
  set->column =
      dw_grow(set->column, &set->column_capacity, set->column_count + (DW_DESCRIPTIONS + 1) * set->described_count, sizeof *set->column);
  for (size_t i = 0; i < set->described_count; i++) {
    dw_described *described = &set->described[i];
    const dw_column *of = set->column[described->id];
    if (of->tag[DW_STRING] + of->tag[DW_STRING_ESCAPED] == 0) {
      dw_described_free(described);
      continue;
    }
    for (int k = 0; k < DW_DESCRIPTIONS; k++) {
      dw_column *column = described->column[k];
      if (dw_patterns_match(set->options.describe_not, column->name)) continue;
      set->column[set->column_count++] = column;
      described->column[k] = NULL;
    }
    dw_described_free(described);
  }
  set->described_count = 0;
}

static void dataset_finish_column(void *context, size_t item, unsigned thread)
{
  dataset_finishing *finishing = context;
  if (item == finishing->set->column_count) {
    dw_repeats_finish(&finishing->set->repeats);
    return;
  }
  if (!finishing->scratch[thread]) finishing->scratch[thread] = dw_alloc_array(finishing->longest, sizeof(double));
  dw_column_finish(finishing->set->column[item], finishing->set->rows, finishing->scratch[thread]);
}

void dw_dataset_finish(dw_dataset *set, unsigned threads)
{
  if (threads == 0) threads = dw_cores();
  if (set->segments) dw_segments_finish(set->segments, threads);
  if (set->frame) dw_frame_finish(set->frame);
  if (set->succession) dw_frame_finish(set->succession);
  dataset_finish_gathers(set);
  dataset_finish_described(set);
  dataset_finishing finishing = {.set = set, .scratch = dw_alloc_zero(threads, sizeof(double *))};
  for (size_t i = 0; i < set->column_count; i++) {
    const dw_column *column = set->column[i];
    size_t count = column->packed ? column->packed->count : column->value_count;
    if (count > finishing.longest) finishing.longest = count;
  }
  dw_parallel(threads, set->column_count + set->options.repeats, dataset_finish_column, &finishing);
  for (unsigned i = 0; i < threads; i++) dw_free(finishing.scratch[i]);
  dw_free(finishing.scratch);
  dw_dataset_index(set);
}

void dw_dataset_drop(dw_dataset *set, const char *name)
{
  size_t kept = 0, count = set->column_count;
  dw_column **gone = dw_alloc_array(count, sizeof *gone);
  size_t gone_count = 0;
  for (size_t i = 0; i < count; i++) {
    dw_column *column = set->column[i];
    if (strcmp((column->describes ? column->describes : column)->name, name) == 0) gone[gone_count++] = column;
    else set->column[kept++] = column;
  }
  set->column_count = kept;
  if (gone_count) index_anew(set);
  for (size_t i = 0; i < gone_count; i++) {
    dw_column_free(gone[i]);
    dw_free(gone[i]);
  }
  dw_free(gone);
  for (size_t i = 0; set->segments && i <= DW_SEGMENTS_ROOM; i++)
    if (set->segments->set[i]) dw_dataset_drop(set->segments->set[i], name);
}

void dw_dataset_append(dw_dataset *set, dw_column *column)
{
  set->column = dw_grow(set->column, &set->column_capacity, set->column_count + 1, sizeof *set->column);
  set->column[set->column_count++] = column;
  dw_dataset_index(set);
}

void dw_dataset_describe_unknown(dw_dataset *reference, dw_dataset *current)
{
  size_t count = reference->column_count;
  for (size_t i = 0; i < count; i++) {
    const dw_column *one = reference->column[i];
    if (!one->describes || (i > 0 && reference->column[i - 1]->describes == one->describes)) continue;
    const dw_column *theirs = dw_dataset_find(current, one->describes->name);
    if (!theirs) continue;
    dw_column *unknown[2];
    dw_describe_unknown(one->describes, theirs, unknown);
    bool unwanted = dw_patterns_match(reference->options.describe_not, unknown[0]->name);
    for (int k = 0; k < 2; k++) {
      unknown[k]->describes_by_pattern = one->describes_by_pattern;
      if (!unwanted) {
        dw_dataset_append(k ? current : reference, unknown[k]);
        continue;
      }
      dw_column_free(unknown[k]);
      dw_free(unknown[k]);
    }
  }
}

static void follow_labels(dw_dataset *set)
{
  for (size_t i = 0; set->segments && i <= DW_SEGMENTS_ROOM; i++)
    if (set->segments->set[i]) dw_scored_follow(&set->segments->set[i]->scored, &set->scored);
}

dw_status dw_dataset_match_labels(dw_dataset *reference, dw_dataset *current, dw_err *err)
{
  dw_status status = dw_scored_match(&reference->scored, &current->scored, reference->options.label, err);
  follow_labels(reference);
  follow_labels(current);
  return status;
}
