#include "detect/text/text_detail.h"

#include <math.h>
#include <stdlib.h>

#include "detect/text/text_words.h"
#include "io/text/json.h"

enum {
  EXAMPLES = 5,       /* texts shown, a side */
  SHOWN_LONGEST = 200 /* characters of a text */
};

static const char *const side_name[2] = {"reference", "current"};

static void write_words(dw_json *json, const dw_text_scored *scored)
{
  dw_text_words words;
  dw_text_words_find(&words, scored->side[0], scored->count[0], scored->side[1], scored->count[1]);
  dw_json_open(json, "words", '{');
  for (int side = 0; side < 2; side++) {
    dw_json_open(json, side_name[side], '[');
    for (size_t i = 0; i < words.count[side]; i++) {
      const dw_text_word *word = &words.side[side][i];
      dw_json_open(json, NULL, '{');
      dw_json_bytes(json, "word", word->text, word->length);
      dw_json_number(json, "reference", word->reference);
      dw_json_number(json, "current", word->current);
      dw_json_number(json, "z", word->z);
      dw_json_close(json, '}');
    }
    dw_json_close(json, ']');
  }
  dw_json_close(json, '}');
  dw_text_words_free(&words);
}

typedef struct candidate {
  double score; /* the higher, the more it is of its own side */
  size_t place;
  const char *text;
  size_t length;
} candidate;

static int by_text(const candidate *a, const candidate *b)
{
  size_t common = a->length < b->length ? a->length : b->length;
  int order = common ? memcmp(a->text, b->text, common) : 0;
  return order ? order : (a->length > b->length) - (a->length < b->length);
}

static int by_score(const void *left, const void *right)
{
  const candidate *a = left, *b = right;
  if (a->score != b->score) return a->score > b->score ? -1 : 1;
  int order = by_text(a, b); /* equal texts stand together */
  return order ? order : (a->place > b->place) - (a->place < b->place);
}

/* At most SHOWN_LONGEST characters, with an ellipsis when that is not all. */
static void write_text(dw_json *json, const char *text, size_t length, bool whole)
{
  size_t end = 0;
  for (int i = 0; i < SHOWN_LONGEST && end < length; i++) {
    size_t bytes = dw_utf8_length(text + end, length - end);
    end += bytes ? bytes : 1;
  }
  if (end == length && whole) {
    dw_json_bytes(json, NULL, text, length);
    return;
  }
  dw_buf cut = {0};
  dw_buf_add(&cut, text, end);
  dw_buf_text(&cut, "…");
  dw_json_bytes(json, NULL, cut.data, cut.length);
  dw_buf_free(&cut);
}

/* The texts that are most surely told to be of their own side. */
static void write_examples(dw_json *json, const dw_text_scored *scored)
{
  dw_json_open(json, "examples", '{');
  for (int side = 0; side < 2; side++) {
    const dw_passages *passages = scored->side[side];
    candidate *all = dw_alloc_array(scored->scored[side], sizeof *all);
    for (size_t i = 0; i < scored->scored[side]; i++) {
      size_t place = scored->text[side][i];
      double score = scored->score[side][i];
      all[i] = (candidate){side ? score : -score, place, dw_passage_text(passages, place), passages->item[place].length};
    }
    qsort(all, scored->scored[side], sizeof *all, by_score);
    dw_json_open(json, side_name[side], '[');
    for (size_t i = 0, shown = 0; i < scored->scored[side] && shown < EXAMPLES; i++) {
      if (i && by_text(&all[i - 1], &all[i]) == 0) continue;
      write_text(json, all[i].text, all[i].length, all[i].length < DW_PASSAGE_LONGEST - 4);
      shown++;
    }
    dw_json_close(json, ']');
    dw_free(all);
  }
  dw_json_close(json, '}');
}

void dw_text_detail_write(dw_buf *out, const dw_text_scored *scored)
{
  dw_json json;
  dw_json_start(&json, out, 0);
  dw_json_open(&json, NULL, '{');
  dw_json_open(&json, "texts", '{');
  for (int side = 0; side < 2; side++) {
    dw_json_open(&json, side_name[side], '{');
    dw_json_integer(&json, "all", (int64_t)scored->side[side]->seen);
    dw_json_integer(&json, "read", (int64_t)scored->count[side]);
    dw_json_integer(&json, "judged", (int64_t)scored->scored[side]);
    dw_json_close(&json, '}');
  }
  dw_json_close(&json, '}');
  dw_json_number(&json, "auc", scored->auc.auc);
  dw_json_number(&json, "auc_error", sqrt(scored->auc.variance));
  if (!isnan(scored->chance)) dw_json_number(&json, "chance", scored->chance);
  write_words(&json, scored);
  write_examples(&json, scored);
  dw_json_close(&json, '}');
}
