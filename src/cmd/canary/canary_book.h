/* canary_book: responses of files into a book of answers (canary/judge/answer_book.h), for commands that judge them. */
#ifndef DW_CMD_CANARY_BOOK_H
#define DW_CMD_CANARY_BOOK_H

#include "canary/judge/canary_methods.h"
#include "cmd/options/cmd.h"

typedef struct dw_canary_reading {
  dw_answer_book *book;
  uint64_t threads, memory; /* memory: that the book may hold */
  bool skip_errors;
  size_t responses;   /* so far */
  size_t quarantined; /* documents that say who was not asked, so far */
  size_t beyond;      /* bytes of those that there was no room for, which are not kept */
} dw_canary_reading;

/* All of the files, "-" and none being standard input, which `what` names in messages. Ends the command where something is wrong, or there
 * is no response; current rounds in which all were in quarantine are fine. */
void dw_canary_read_book(dw_canary_reading *reading, dw_book_side side, const dw_text_list *paths, const char *what);
/* All are read. Ends the command where they did not fit into memory, and says how much would do: so the rest is read, too. */
void dw_canary_close_book(const dw_canary_reading *reading);
extern const char *const dw_canary_unit_words[]; /* --units: as dw_canary_units */
/* --words: files of words (data/columns/word_list.h), each in place of the list that is shipped. Ends the command at one that is none, and
 * at a second one of a kind. The lists are the caller's. */
void dw_canary_read_words(const dw_text_list *paths, const dw_word_list *words[DW_WORD_KINDS]);
/* --method: names of canary/judge/canary_methods.h, or auto alone, or all of them. Ends the command at one that there is not. */
void dw_canary_methods_asked(const dw_text_list *words, bool ask[DW_CANARY_METHODS]);
/* Of all methods, the consensus is one where the book has two canaries, unless it is named besides. */
void dw_canary_methods_fit(const dw_text_list *words, const dw_answer_book *book, bool ask[DW_CANARY_METHODS]);

#endif
