#include "data/datasets/chats.h"

#include <assert.h>
#include <string.h>

#include "base/mem.h"
#include "data/datasets/segments.h"

const char *const dw_chat_suffix[DW_CHAT_PARTS] = {"content",        "user.content", "assistant.content",
                                                   "system.content", "tool.content", "other.content",
                                                   "last_answer",    "turns",        "length"};

struct dw_chat {
  const char *name;                                 /* its own copy */
  bool messages;                                    /* it has parts; else its arrays are those of one content, and it is a text itself */
  bool answers;                                     /* a record of the first reader had several answers */
  bool spoke[2][DW_ROLES];                          /* by role: it had a text, with the first reader, with any */
  bool of_reader;                                   /* what follows is known */
  uint32_t id[DW_CHAT_PARTS];                       /* of the reader at hand */
  bool wanted[DW_CHAT_PARTS], named[DW_CHAT_PARTS]; /* named: asked for by its very name */
  bool here;                                        /* in the batch at hand, which has */
  uint8_t *tags;                                    /* [DW_CHAT_PARTS + 1][rows]: the parts, and what is left of the column itself */
  dw_cell *cells;
  size_t tag_capacity, cell_capacity;
};

void dw_chats_begin(dw_chats *chats, const dw_selection *selection)
{
  chats->selection = selection;
  chats->readers++;
  chats->place_count = 0;
  for (size_t i = 0; i < chats->count; i++) chats->chat[i].of_reader = false;
}

void dw_chats_free(dw_chats *chats)
{
  for (size_t i = 0; i < chats->count; i++) {
    dw_free((void *)chats->chat[i].name);
    dw_free(chats->chat[i].tags);
    dw_free(chats->chat[i].cells);
  }
  dw_free(chats->chat);
  dw_free(chats->place);
  dw_free(chats->column);
  dw_free(chats->index);
  dw_messages_free(&chats->messages);
  dw_buf_free(&chats->text);
  *chats = (dw_chats){0};
}

/* --- what is known of columns --- */

static const char *part_name(const dw_chat *chat, size_t part, dw_buf *buf)
{
  buf->length = 0;
  dw_buf_format(buf, "%s.%s", chat->name, dw_chat_suffix[part]);
  return dw_buf_cstr(buf);
}

static dw_chat_place *place_of(dw_chats *chats, uint32_t id)
{
  if (id >= chats->place_count) {
    chats->place = dw_grow(chats->place, &chats->place_capacity, id + (size_t)1, sizeof *chats->place);
    memset(chats->place + chats->place_count, 0, (id + (size_t)1 - chats->place_count) * sizeof *chats->place);
    chats->place_count = id + (size_t)1;
  }
  return &chats->place[id];
}

/* The parts get their ids. */
static void chat_has_messages(dw_chats *chats, dw_chat *chat, dw_reader *reader)
{
  dw_buf name = {0};
  chat->messages = chat->of_reader = true;
  for (size_t i = 0; i < DW_CHAT_PARTS; i++) {
    const char *part = part_name(chat, i, &name);
    chat->wanted[i] = !chats->selection || dw_selection_wants_part(chats->selection, chat->name, part);
    if (!chat->wanted[i]) continue;
    for (size_t k = 0; chats->selection && k < chats->selection->only.count; k++)
      chat->named[i] |= strcmp(chats->selection->only.text[k], part) == 0;
    chat->id[i] = dw_reader_add_column(reader, part);
    place_of(chats, chat->id[i])->made_by = (uint32_t)(chat - chats->chat) + 1;
  }
  dw_buf_free(&name);
}

/* Stored only where its instants are asked for, though it is no column of the comparison. */
static bool is_time(const dw_selection *s, const char *name) { return s->time && strcmp(s->time, name) == 0; }

static void look_up(dw_chats *chats, dw_reader *reader, uint32_t id)
{
  dw_chat_place *place = place_of(chats, id);
  if (place->seen) return;
  const char *name = dw_reader_column_name(reader, id);
  place->seen = true;
  place->unwanted = chats->selection && !dw_selection_keeps(chats->selection, name) && !is_time(chats->selection, name);
  for (size_t i = 0; i < chats->count && !place->chat; i++)
    if (strcmp(chats->chat[i].name, name) == 0) place->chat = (uint32_t)i + 1;
}

/* The text of the batch made begins with the block, so that cells of other columns hold as they stand. */
static void text_start(dw_chats *chats, const dw_batch *batch)
{
  if (!chats->text.length) dw_buf_add(&chats->text, batch->text, batch->text_length);
}

static dw_messages_kind read_cell(dw_chats *chats, const dw_batch *batch, dw_cell cell)
{
  return dw_messages_read(&chats->messages, batch->text + cell.text.offset, cell.text.length, &chats->text);
}

/* The first array of messages makes the column a chat. */
static dw_chat *find_chat(dw_chats *chats, dw_reader *reader, const dw_batch *batch, const dw_batch_column *column)
{
  const uint8_t *tags = column->tags, *end = tags + batch->rows;
  if (chats->count == DW_CHATS_MOST) return NULL;
  for (const uint8_t *at = tags; chats->place[column->id].probes < DW_CHATS_PROBES; at++) {
    at = memchr(at, DW_OTHER, (size_t)(end - at));
    if (!at) return NULL;
    size_t before = chats->text.length;
    dw_messages_kind kind = read_cell(chats, batch, column->cells[at - tags]);
    chats->text.length = before;
    if (kind == DW_MESSAGES_NONE) {
      chats->place[column->id].probes++;
      continue;
    }
    chats->chat = dw_grow(chats->chat, &chats->capacity, chats->count + 1, sizeof *chats->chat);
    dw_chat *chat = &chats->chat[chats->count++];
    *chat = (dw_chat){.name = dw_strdup(dw_reader_column_name(reader, column->id)), .of_reader = true};
    place_of(chats, column->id)->chat = (uint32_t)chats->count;
    return chat;
  }
  return NULL;
}

/* --- cells --- */

static uint8_t *part_tags(const dw_chat *chat, size_t rows, size_t part) { return chat->tags + part * rows; }
static dw_cell *part_cells(const dw_chat *chat, size_t rows, size_t part) { return chat->cells + part * rows; }

static void set_number(dw_chat *chat, size_t rows, size_t row, size_t part, double number)
{
  part_tags(chat, rows, part)[row] = DW_REAL; /* a quantity, however few values it takes */
  part_cells(chat, rows, part)[row].number = number;
}

static dw_tag text_cell(bool spoken, size_t offset, size_t length, dw_cell *cell)
{
  cell->text.offset = (uint32_t)offset;
  cell->text.length = (uint32_t)length;
  return spoken ? DW_STRING : DW_NULL;
}

static void set_text(dw_chat *chat, size_t rows, size_t row, size_t part, const dw_message *text)
{
  part_tags(chat, rows, part)[row] =
      (uint8_t)text_cell(text && text->spoken, text ? text->offset : 0, text ? text->length : 0, &part_cells(chat, rows, part)[row]);
}

/* The texts of one role: where it stands when it is one, else a copy of all. */
static dw_message role_text(dw_chats *chats, dw_role role, size_t *count)
{
  const dw_messages *all = &chats->messages;
  dw_message joined = {.role = role};
  *count = 0;
  for (size_t i = 0; i < all->count; i++) {
    const dw_message *message = &all->item[i];
    if (message->role != role || !message->spoken) continue;
    if (++*count == 1) {
      joined = *message;
      continue;
    }
    if (*count == 2) {
      dw_buf_room(&chats->text, joined.length);
      size_t offset = chats->text.length;
      dw_buf_add(&chats->text, chats->text.data + joined.offset, joined.length);
      joined.offset = offset;
    }
    dw_buf_room(&chats->text, message->length + 1);
    if (chats->text.length > joined.offset && message->length) dw_buf_char(&chats->text, '\n');
    dw_buf_add(&chats->text, chats->text.data + message->offset, message->length);
    joined.length = chats->text.length - joined.offset;
  }
  return joined;
}

static void set_parts(dw_chats *chats, dw_chat *chat, size_t rows, size_t row)
{
  const dw_messages *all = &chats->messages;
  const dw_message *last = NULL;
  set_text(chat, rows, row, DW_CHAT_CONTENT, &(dw_message){.spoken = all->spoken, .offset = all->offset, .length = all->length});
  set_number(chat, rows, row, DW_CHAT_TURNS, (double)all->count);
  set_number(chat, rows, row, DW_CHAT_LENGTH, (double)dw_messages_characters(all, &chats->text));
  for (size_t i = 0; i < all->count; i++)
    if (all->item[i].role == DW_ROLE_ASSISTANT && all->item[i].spoken) last = &all->item[i];
  set_text(chat, rows, row, DW_CHAT_LAST_ANSWER, last);
  for (dw_role role = 0; role < DW_ROLES; role++) {
    size_t count;
    dw_message joined = role_text(chats, role, &count);
    set_text(chat, rows, row, DW_CHAT_ROLE + (unsigned)role, count ? &joined : NULL);
    bool first = chats->readers == 1;
    chat->answers |= role == DW_ROLE_ASSISTANT && count > 1 && first;
    chat->spoke[0][role] |= count && first;
    chat->spoke[1][role] |= count;
  }
}

static void set_missing(dw_chat *chat, size_t rows, size_t row)
{
  for (size_t i = 0; i < DW_CHAT_PARTS; i++) part_tags(chat, rows, i)[row] = DW_NULL;
}

/* What a cell of the column gives to the parts, and what it leaves in the column itself. */
static void fill_row(dw_chats *chats, dw_chat *chat, dw_reader *reader, const dw_batch *batch, const dw_batch_column *column, size_t row)
{
  size_t rows = batch->rows;
  dw_tag tag = column->tags[row];
  uint8_t *own = &part_tags(chat, rows, DW_CHAT_PARTS)[row];
  dw_cell *cell = &part_cells(chat, rows, DW_CHAT_PARTS)[row];
  if (tag == DW_OTHER) {
    dw_messages_kind kind = read_cell(chats, batch, column->cells[row]);
    if (kind == DW_MESSAGES_NONE) return;
    *own = DW_ABSENT;
    if (kind == DW_MESSAGES_TEXT) {
      *own = (uint8_t)text_cell(chats->messages.spoken, chats->messages.offset, chats->messages.length, cell);
      return;
    }
    if (!chat->messages || !chat->of_reader) chat_has_messages(chats, chat, reader);
    set_parts(chats, chat, rows, row);
  } else if (tag == DW_VECTOR && column->cells[row].text.length == 0) { /* [] */
    *own = chat->messages ? DW_ABSENT : DW_NULL;
    if (!chat->messages) return;
    chats->messages.count = chats->messages.length = 0;
    chats->messages.spoken = false;
    set_parts(chats, chat, rows, row);
  } else if (tag == DW_NULL && chat->messages) {
    *own = DW_ABSENT;
    set_missing(chat, rows, row);
  }
}

static void fill(dw_chats *chats, dw_chat *chat, dw_reader *reader, const dw_batch *batch, const dw_batch_column *column)
{
  size_t rows = batch->rows;
  text_start(chats, batch);
  chat->tags = dw_grow(chat->tags, &chat->tag_capacity, rows * (DW_CHAT_PARTS + 1), 1);
  chat->cells = dw_grow(chat->cells, &chat->cell_capacity, rows * (DW_CHAT_PARTS + 1), sizeof *chat->cells);
  memset(chat->tags, DW_ABSENT, rows * DW_CHAT_PARTS);
  memcpy(part_tags(chat, rows, DW_CHAT_PARTS), column->tags, rows);
  memcpy(part_cells(chat, rows, DW_CHAT_PARTS), column->cells, rows * sizeof *column->cells);
  if (chat->messages && !chat->of_reader) chat_has_messages(chats, chat, reader);
  for (size_t row = 0; row < rows; row++) fill_row(chats, chat, reader, batch, column, row);
  chat->here = true;
}

/* --- the batch made --- */

static bool any_cell(const uint8_t *tags, size_t rows)
{
  size_t i = 0;
  while (i < rows && tags[i] == DW_ABSENT) i++;
  return i < rows;
}

/* A record may have NAME as an object with a member "content", another NAME as an array: one column. false: the column is no such one. */
static bool merge(dw_chats *chats, const dw_batch *batch, const dw_batch_column *column)
{
  uint32_t by = chats->place[column->id].made_by;
  dw_chat *chat = by && chats->chat[by - 1].here ? &chats->chat[by - 1] : NULL;
  for (size_t part = 0; chat && part < DW_CHAT_PARTS; part++) {
    if (!chat->wanted[part] || chat->id[part] != column->id) continue;
    uint8_t *tags = part_tags(chat, batch->rows, part);
    dw_cell *cells = part_cells(chat, batch->rows, part);
    for (size_t row = 0; row < batch->rows; row++) {
      if (tags[row] != DW_ABSENT) continue;
      tags[row] = column->tags[row];
      cells[row] = column->cells[row];
    }
    return true;
  }
  return false;
}

static void add_column(dw_chats *chats, const dw_batch_column *column)
{
  chats->column = dw_grow(chats->column, &chats->column_capacity, chats->batch.column_count + 1, sizeof *chats->column);
  chats->column[chats->batch.column_count++] = *column;
}

static void add_made(dw_chats *chats, const dw_chat *chat, size_t part, uint32_t id)
{
  size_t rows = chats->batch.rows;
  add_column(chats, &(dw_batch_column){.id = id, .tags = part_tags(chat, rows, part), .cells = part_cells(chat, rows, part)});
}

static const dw_batch *make_batch(dw_chats *chats, const dw_reader *reader, const dw_batch *batch)
{
  chats->batch = *batch;
  chats->batch.column_count = 0;
  for (size_t i = 0; i < batch->column_count; i++) {
    const dw_batch_column *column = &batch->columns[i];
    const dw_chat_place *place = &chats->place[column->id];
    const dw_chat *chat = place->chat ? &chats->chat[place->chat - 1] : NULL;
    if (merge(chats, batch, column) || place->unwanted) continue;
    if (!chat || !chat->here) add_column(chats, column);
    else if (any_cell(part_tags(chat, batch->rows, DW_CHAT_PARTS), batch->rows)) add_made(chats, chat, DW_CHAT_PARTS, column->id);
  }
  for (size_t i = 0; i < chats->count; i++)
    for (size_t part = 0; part < DW_CHAT_PARTS && chats->chat[i].here && chats->chat[i].messages; part++)
      if (chats->chat[i].wanted[part]) add_made(chats, &chats->chat[i], part, chats->chat[i].id[part]);
  size_t ids = dw_reader_columns(reader);
  chats->index = dw_grow(chats->index, &chats->index_capacity, ids, sizeof *chats->index);
  memset(chats->index, 0, ids * sizeof *chats->index);
  for (size_t i = 0; i < chats->batch.column_count; i++) chats->index[chats->column[i].id] = (uint32_t)i + 1;
  chats->batch.columns = chats->column;
  chats->batch.index = chats->index;
  chats->batch.index_count = ids;
  if (chats->text.length) {
    assert(chats->text.length <= UINT32_MAX); /* of a cell come at most three times its bytes, and records have 16 MiB at most */
    chats->batch.text = chats->text.data;
    chats->batch.text_length = chats->text.length;
  }
  return &chats->batch;
}

const dw_batch *dw_chats_expand(dw_chats *chats, dw_reader *reader, const dw_batch *batch)
{
  bool sieve = chats->selection && chats->selection->only.count, any = false;
  if (!batch->others && !chats->count && !sieve) return batch;
  chats->text.length = 0;
  for (size_t i = 0; i < chats->count; i++) chats->chat[i].here = false;
  for (size_t i = 0; i < batch->column_count; i++) {
    const dw_batch_column *column = &batch->columns[i];
    look_up(chats, reader, column->id);
    const dw_chat_place *place = &chats->place[column->id];
    dw_chat *chat = place->chat ? &chats->chat[place->chat - 1] : batch->others ? find_chat(chats, reader, batch, column) : NULL;
    if (chat) fill(chats, chat, reader, batch, column);
    any |= chat || chats->place[column->id].unwanted;
  }
  return any ? make_batch(chats, reader, batch) : batch;
}

/* --- in the end --- */

dw_status dw_chats_check(const dw_chats *chats, const dw_dataset *reference, const dw_dataset *current, dw_err *err)
{
  const dw_dataset *side[] = {reference, current};
  for (size_t i = 0; i < chats->count; i++)
    for (int s = 0; s < 2 && side[s]; s++) {
      const char *name = chats->chat[i].name;
      const dw_column *column = side[s]->untyped ? dw_dataset_find(side[s], name) : NULL;
      if (!column || dw_column_texts(column) == 0) continue;
      const dw_format *typed = side[s]->typed ? side[s]->typed : side[!s]->typed;
      return dw_err_set(err, DW_EDATA,
                        "column \"%s\" has text in the %s (%s) and messages in %s, which cannot be compared: leave it out (--exclude '%s')",
                        name, s == 0 ? "reference" : "current data", side[s]->untyped->title, typed ? typed->title : "the other", name);
    }
  return DW_OK;
}

/* A part that says nothing of its own, unless it was named. */
static void drop_part(const dw_chat *chat, size_t part, dw_dataset *set)
{
  dw_buf name = {0};
  part_name(chat, part, &name);
  if (!chat->named[part]) dw_dataset_drop(set, name.data);
  dw_buf_free(&name);
}

/* Cells before the first array of messages (null and [] alone) went into a column of the chat's name: it is of no use. */
static void drop_empty(dw_dataset *set, const char *name)
{
  const dw_column *column = dw_dataset_find(set, name);
  if (!column) return;
  uint64_t empty = column->vectors && column->vectors->width == 0 ? column->tag[DW_VECTOR] : 0;
  if (column->tag[DW_ABSENT] + column->tag[DW_NULL] + empty == column->rows) dw_dataset_drop(set, name);
}

static void mark_prose(dw_dataset *set, const char *name)
{
  for (size_t i = 0; i < set->column_count; i++)
    if (strcmp(set->column[i]->name, name) == 0) set->column[i]->prose = true;
}

static void settle_chat(const dw_chat *chat, dw_dataset *set)
{
  if (!chat->messages) {
    mark_prose(set, chat->name);
    return;
  }
  size_t roles = 0;
  for (size_t role = 0; role < DW_ROLES; role++) roles += chat->spoke[0][role];
  for (size_t role = 0; role < DW_ROLES; role++)
    if (!chat->spoke[1][role] || (roles == 1 && chat->spoke[0][role])) drop_part(chat, DW_CHAT_ROLE + role, set);
  if (!chat->answers) drop_part(chat, DW_CHAT_LAST_ANSWER, set);
  drop_empty(set, chat->name);
  dw_buf name = {0};
  for (size_t part = DW_CHAT_CONTENT; part <= DW_CHAT_LAST_ANSWER; part++) {
    part_name(chat, part, &name);
    mark_prose(set, name.data);
  }
  dw_buf_free(&name);
}

void dw_chats_settle(const dw_chats *chats, dw_dataset *reference, dw_dataset *current)
{
  for (size_t i = 0; i < chats->count; i++) {
    settle_chat(&chats->chat[i], reference);
    if (current) settle_chat(&chats->chat[i], current);
  }
}

/* --- in a file --- */

static void chat_tape(dw_chat *chat, dw_tape *tape)
{
  chat->name = dw_tape_text(tape, chat->name);
  tape->broken |= !chat->name;
  dw_tape_flag(tape, &chat->messages);
  dw_tape_flag(tape, &chat->answers);
  for (size_t side = 0; side < 2; side++)
    for (size_t role = 0; role < DW_ROLES; role++) dw_tape_flag(tape, &chat->spoke[side][role]);
  for (size_t part = 0; part < DW_CHAT_PARTS; part++) dw_tape_flag(tape, &chat->named[part]);
}

void dw_chats_tape(dw_chats *chats, dw_tape *tape)
{
  uint64_t count = chats->count;
  DW_TAPE(tape, count);
  tape->broken |= count > DW_CHATS_MOST;
  if (dw_tape_plays(tape)) chats->readers = 1;
  for (uint64_t i = 0; i < count && !tape->broken; i++) {
    if (dw_tape_plays(tape)) {
      chats->chat = dw_grow(chats->chat, &chats->capacity, chats->count + 1, sizeof *chats->chat);
      chats->chat[chats->count++] = (dw_chat){0};
    }
    chat_tape(&chats->chat[i], tape);
  }
}
