#include "canary/config/prompts.h"

#include <string.h>

void dw_prompts_init(dw_prompts *prompts)
{
  *prompts = (dw_prompts){0};
  dw_map_init(&prompts->ids);
  dw_arena_init(&prompts->arena);
}

void dw_prompts_free(dw_prompts *prompts)
{
  dw_free(prompts->item);
  dw_map_free(&prompts->ids);
  dw_arena_free(&prompts->arena);
  *prompts = (dw_prompts){0};
}

bool dw_prompts_as_text(void *context, const char *name, size_t length)
{
  return dw_text_equal(name, length, "id") || dw_text_equal(name, length, "expected");
}

bool dw_prompts_wants(void *context, const char *name, size_t length)
{
  return dw_prompts_as_text(context, name, length) || dw_text_equal(name, length, "prompt");
}

bool dw_prompts_add(dw_prompts *prompts, const char *id, const char *text)
{
  size_t before = prompts->ids.count;
  uint32_t index = dw_map_intern(&prompts->ids, id, strlen(id));
  if (prompts->ids.count == before) return false;
  prompts->item = dw_grow(prompts->item, &prompts->capacity, prompts->count + 1, sizeof *prompts->item);
  const char *own = prompts->ids.keys[index].text; /* stays where it is */
  prompts->item[prompts->count++] =
      (dw_prompt){.id = own, .text = strcmp(id, text) == 0 ? own : dw_arena_strndup(&prompts->arena, text, strlen(text))};
  return true;
}

void dw_prompts_expect(dw_prompts *prompts, const char *expected)
{
  prompts->item[prompts->count - 1].expected = expected ? dw_arena_strndup(&prompts->arena, expected, strlen(expected)) : NULL;
}

/* A text of the row without NULs; NULL: none. *wrong: it is there, and no such text. */
static const char *text_of(const dw_batch *batch, const dw_batch_column *column, size_t row, dw_buf *scratch, bool *wrong)
{
  size_t length;
  dw_tag tag = column ? column->tags[row] : DW_ABSENT;
  if (tag == DW_ABSENT || tag == DW_NULL) return NULL;
  *wrong = tag != DW_STRING && tag != DW_STRING_ESCAPED;
  if (*wrong) return NULL;
  dw_buf cell = {0};
  const char *text = dw_cell_text(batch, tag, column->cells[row], &cell, &length);
  *wrong = memchr(text, '\0', length) != NULL;
  scratch->length = 0;
  dw_buf_add(scratch, text, length);
  dw_buf_free(&cell);
  return *wrong ? NULL : dw_buf_cstr(scratch);
}

dw_status dw_prompts_take(void *context, dw_reader *reader, const dw_batch *batch, bool *stop, dw_err *err)
{
  dw_prompts *prompts = context;
  dw_buf id_text = {0}, prompt_text = {0}, expected_text = {0};
  dw_status status = DW_OK;
  const dw_batch_column *ids = dw_reader_find(reader, batch, "id"), *texts = dw_reader_find(reader, batch, "prompt"),
                        *right = dw_reader_find(reader, batch, "expected");
  for (size_t row = 0; row < batch->rows && status == DW_OK; row++) {
    dw_err why;
    bool wrong_id = false, wrong = false, wrong_expected = false;
    dw_place place = dw_batch_place(batch, row);
    const char *text = text_of(batch, texts, row, &prompt_text, &wrong), *id = text_of(batch, ids, row, &id_text, &wrong_id);
    const char *expected = text_of(batch, right, row, &expected_text, &wrong_expected);
    dw_status found = DW_OK;
    if (!text) found = dw_record_fault(&why, place, "\"prompt\": expected a text without zero bytes, which must be there");
    else if (wrong_id) found = dw_record_fault(&why, place, "\"id\": expected a text or a number");
    else if (wrong_expected) found = dw_record_fault(&why, place, "\"expected\": expected a text without zero bytes, or a number");
    else if (!dw_prompts_add(prompts, id && *id ? id : text, text))
      found = dw_record_fault(&why, place, "the prompt \"%.100s\" is there already: answers are told apart by id", id && *id ? id : text);
    else dw_prompts_expect(prompts, expected);
    if (found != DW_OK) status = dw_reader_unusable(reader, &why, err);
  }
  dw_buf_free(&id_text);
  dw_buf_free(&prompt_text);
  dw_buf_free(&expected_text);
  return status;
}
