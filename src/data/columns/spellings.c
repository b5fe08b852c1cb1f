#include "data/columns/spellings.h"

#include <math.h>
#include <string.h>

#include "base/num.h"

enum { FEW = 20 /* different values on a side: as few as strings of categories are, however short the sample */ };

void dw_spellings_init(dw_spellings *spellings)
{
  *spellings = (dw_spellings){0};
  dw_map_init(&spellings->texts);
}

void dw_spellings_free(dw_spellings *spellings)
{
  dw_map_free(&spellings->texts);
  dw_free(spellings->item);
}

static void give_up(dw_spellings *spellings)
{
  dw_spellings_free(spellings);
  dw_spellings_init(spellings);
  spellings->many = true;
}

static uint32_t number_of_text(dw_spellings *spellings, const char *text, size_t length)
{
  size_t before = spellings->texts.count;
  uint32_t index = dw_map_intern(&spellings->texts, text, length);
  if (index < before) return index;
  if (index >= DW_SPELLINGS_MOST) {
    give_up(spellings);
    return DW_MAP_NONE;
  }
  spellings->item = dw_grow(spellings->item, &spellings->capacity, before + 1, sizeof *spellings->item);
  dw_spelling *item = &spellings->item[index];
  *item = (dw_spelling){.number = NAN};
  if (!dw_num_parse(text, length, &item->number, NULL)) return index;
  char usual[DW_NUM_TEXT];
  size_t size = dw_num_print(usual, item->number);
  bool begins = length >= size && memcmp(text, usual, size) == 0;
  item->usual = begins && length == size;
  item->whole = begins && length == size + 2 && memcmp(text + size, ".0", 2) == 0 && !memchr(usual, '.', size);
  return index;
}

void dw_spellings_note(dw_spellings *spellings, const char *text, size_t length, double number, uint64_t times)
{
  while (length > 0 && (*text == ' ' || *text == '\t')) text++, length--;
  while (length > 0 && (text[length - 1] == ' ' || text[length - 1] == '\t')) length--;
  if (spellings->many) return;
  uint32_t index = number_of_text(spellings, text, length);
  if (index != DW_MAP_NONE && spellings->item[index].number == number) spellings->item[index].count += times;
}

void dw_spellings_add(dw_spellings *spellings, const dw_batch *batch, const dw_batch_column *cells, const uint8_t *take)
{
  if (cells->spelled == DW_SPELLED_MANY && !spellings->many) give_up(spellings);
  for (uint32_t at = cells->spelled; at > 0 && !spellings->many; at = batch->spelled[at - 1].before) {
    const dw_spelled *one = &batch->spelled[at - 1];
    dw_tag tag = cells->tags[one->row];
    if ((take && !take[one->row]) || (tag != DW_INTEGER && tag != DW_REAL)) continue;
    dw_spellings_note(spellings, batch->text + one->offset, one->length, cells->cells[one->row].number, 1);
  }
}

/* Playing: what a text is as a number follows from the text. */
void dw_spellings_tape(dw_spellings *spellings, dw_tape *tape)
{
  dw_map texts;
  dw_map_init(&texts);
  dw_map *map = dw_tape_plays(tape) ? &texts : &spellings->texts;
  dw_tape_map(tape, map);
  for (size_t i = 0; i < map->count && !tape->broken; i++) {
    const dw_map_key *key = &map->keys[i];
    uint64_t count = dw_tape_plays(tape) ? 0 : spellings->item[i].count;
    DW_TAPE(tape, count);
    if (!dw_tape_plays(tape)) continue;
    uint32_t index = number_of_text(spellings, key->text, key->length);
    tape->broken |= index != i;
    if (index != DW_MAP_NONE) spellings->item[index].count = count;
  }
  dw_tape_flag(tape, &spellings->many);
  dw_map_free(&texts);
}

/* --- what tells --- */

/* All ways in which the numbers of both sides are written. */
typedef struct form {
  const char *text;
  size_t length;
  double number;
  bool usual, whole;
  bool on[2]; /* the sides that have it */
} form;

typedef struct forms {
  form item[2 * (FEW + DW_SPELLINGS_MOST)];
  size_t count;
  char usual[2 * FEW][DW_NUM_TEXT];
  bool all_whole;
} forms;

static void add_spelled(forms *all, const dw_spellings *side, int k)
{
  for (size_t i = 0; side && i < side->texts.count; i++) {
    const dw_spelling *item = &side->item[i];
    const dw_map_key *key = &side->texts.keys[i];
    if (item->count == 0 || item->usual || isnan(item->number)) continue;
    all->item[all->count] = (form){key->text, key->length, item->number, item->usual, item->whole, {false}};
    all->item[all->count++].on[k] = true;
  }
}

static uint64_t spelled_times(const dw_spellings *side, double number)
{
  uint64_t times = 0;
  for (size_t i = 0; side && i < side->texts.count; i++)
    if (side->item[i].number == number && !side->item[i].usual) times += side->item[i].count;
  return times;
}

/* The rest of the cells is written as usual. */
static void add_usual(forms *all, const dw_spellings *const side[2], const dw_sorted number[2])
{
  dw_merge walk;
  dw_merge_start(&walk, number[0], number[1]);
  for (size_t i = 0; dw_merge_next(&walk); i++) {
    all->all_whole &= walk.value == floor(walk.value);
    bool one = walk.times_a > spelled_times(side[0], walk.value), other = walk.times_b > spelled_times(side[1], walk.value);
    if (!one && !other) continue;
    size_t length = dw_num_print(all->usual[i], walk.value);
    all->item[all->count++] = (form){all->usual[i], length, walk.value, true, false, {one, other}};
  }
}

static bool has_exponent(const form *f) { return memchr(f->text, 'e', f->length) || memchr(f->text, 'E', f->length); }

/* Digits behind the point. */
static size_t decimals(const form *f)
{
  const char *point = memchr(f->text, '.', f->length);
  return point && !has_exponent(f) ? (size_t)(f->text + f->length - point - 1) : 0;
}

static bool form_tells(const forms *all, const form *f)
{
  if (fabs(f->number) > 0x1p53) return !has_exponent(f);
  if (f->usual || f->whole) return false;
  if (has_exponent(f)) return !memchr(f->text, '.', f->length) && all->all_whole;
  bool zero = decimals(f) > 1 && f->text[f->length - 1] == '0';
  for (const form *other = all->item; other < all->item + all->count; other++) {
    bool beside = (f->on[0] && other->on[0]) || (f->on[1] && other->on[1]);
    if (other != f && beside && other->number == f->number) return true;
    if (zero && decimals(other) > 0 && decimals(other) < decimals(f)) return true;
  }
  return false;
}

static bool any_own(const dw_spellings *side)
{
  for (size_t i = 0; side && i < side->texts.count; i++) {
    const dw_spelling *item = &side->item[i];
    if (item->count > 0 && !item->whole && (!item->usual || fabs(item->number) > 0x1p53)) return true;
  }
  return false;
}

bool dw_spellings_tell(const dw_spellings *const side[2], const dw_sorted number[2], bool among_texts)
{
  if ((side[0] && side[0]->many) || (side[1] && side[1]->many) || (!any_own(side[0]) && !any_own(side[1]))) return false;
  for (int k = 0; k < 2; k++)
    if (dw_sorted_distinct(number[k], FEW + 1) > FEW) return false;
  if (among_texts) return true;
  forms *all = dw_alloc_zero(1, sizeof *all);
  all->all_whole = true;
  for (int k = 0; k < 2; k++) add_spelled(all, side[k], k);
  add_usual(all, side, number);
  bool tells = false;
  for (size_t i = 0; i < all->count && !tells; i++) tells = form_tells(all, &all->item[i]);
  dw_free(all);
  return tells;
}
