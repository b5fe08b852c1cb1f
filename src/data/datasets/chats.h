/* chats: the columns that are made of arrays of messages (data/datasets/messages.h), batch by batch, before anybody else sees the batch.
 *
 *   dw_chats chats = {0};
 *   dw_chats_begin(&chats, &selection);                  for each reader
 *   for each batch: use(reader, dw_chats_expand(&chats, reader, batch));
 *   dw_chats_check(&chats, &reference, &current, err);   both finished
 *   dw_chats_settle(&chats, &reference, &current);
 *
 * For a column NAME of arrays of messages there are, instead of it,
 *
 *   NAME.content                    the texts of all messages of the record, joined by line ends; missing when no message has one
 *   NAME.user.content, NAME.assistant.content, NAME.system.content, NAME.tool.content, NAME.other.content    those of a role
 *   NAME.last_answer                the assistant's last text
 *   NAME.turns, NAME.length         messages; characters of all texts
 *
 * A record is one cell, not a message one row: messages of a chat answer one another, and a test whose samples depend on each other finds
 * drift everywhere. An array of the parts of one content (text, image …) is its text, in the column NAME itself. Cells of such a column
 * that hold anything else (another array, a string) stay in NAME, and NAME is a column as it would be without the chats.
 *
 * What says the same twice is left out in the end, as the reference shows it (dw_chats_settle): the one role that has all the contents,
 * and last_answer where no record has two answers; unless the selection names it. A batch without arrays costs nothing.
 */
#ifndef DW_DATA_CHATS_H
#define DW_DATA_CHATS_H

#include "data/datasets/dataset.h"
#include "data/datasets/messages.h"
#include "data/datasets/selection.h"
#include "io/bytes/tape.h"
#include "io/reader/reader.h"

enum {
  DW_CHATS_MOST = 256,   /* columns of messages; the arrays of further ones stay what they are */
  DW_CHATS_PROBES = 1000 /* arrays of a column: when none of the first ones is of messages, it is no chat */
};

typedef enum dw_chat_part {
  DW_CHAT_CONTENT,
  DW_CHAT_ROLE, /* the first of DW_ROLES */
  DW_CHAT_LAST_ANSWER = DW_CHAT_ROLE + DW_ROLES,
  DW_CHAT_TURNS,
  DW_CHAT_LENGTH,
  DW_CHAT_PARTS
} dw_chat_part;
extern const char *const dw_chat_suffix[DW_CHAT_PARTS]; /* "content" … "length", behind the dot */

/* A column of arrays of messages, or of parts. */
typedef struct dw_chat dw_chat;

/* What is known of a column of the reader at hand. */
typedef struct dw_chat_place {
  uint32_t chat;       /* 1 + index: its arrays are messages; 0: not so far */
  uint32_t made_by;    /* 1 + index of the chat that has a part of this name; 0: none */
  uint32_t probes;     /* arrays that were none of messages */
  bool seen, unwanted; /* unwanted: read for the columns made of it alone */
} dw_chat_place;

typedef struct dw_chats {
  const dw_selection *selection;
  dw_chat *chat; /* in order of appearance */
  size_t count, capacity;
  size_t readers;       /* begun */
  dw_chat_place *place; /* by the reader's column id */
  size_t place_count, place_capacity;
  dw_messages messages; /* of the cell at hand */
  dw_buf text;          /* of the batch made: the block, and behind it the texts of the chats */
  dw_batch batch;
  dw_batch_column *column;
  uint32_t *index;
  size_t column_capacity, index_capacity;
} dw_chats;

/* A reader's first batch is next. selection: the columns that are wanted; NULL: all. It is used until the next reader begins. */
void dw_chats_begin(dw_chats *chats, const dw_selection *selection);
/* The batch itself, or one made of it, valid until the next call. New columns get ids of the reader. */
const dw_batch *dw_chats_expand(dw_chats *chats, dw_reader *reader, const dw_batch *batch);
/* current NULL, here and below: there is none, the reference stands alone. DW_EDATA names a chat whose column is one of texts on a side
 * that was read from CSV, which has no arrays: the same chats would be other columns there. */
dw_status dw_chats_check(const dw_chats *chats, const dw_dataset *reference, const dw_dataset *current, dw_err *err);
/* Drops columns from both sides, and tells them which columns are running text (dw_column.prose). The first reader's chats are the
 * reference's. */
void dw_chats_settle(const dw_chats *chats, dw_dataset *reference, dw_dataset *current);
/* What the first reader showed, in a file (io/bytes/tape.h). Playing: into {0}, as if that reader had been read to its end. */
void dw_chats_tape(dw_chats *chats, dw_tape *tape);
void dw_chats_free(dw_chats *chats);

#endif
