/* letters: the few questions about Unicode characters that reading text asks, without tables of the whole standard.
 *
 * What is a letter is told by block: exact for ASCII, Latin, Greek, Cyrillic and the scripts that are written with spaces; in blocks of
 * symbols (arrows, mathematics, box drawing, emoji), punctuation, and private use nothing is. Lower case: ASCII, Latin-1, Latin Extended-A,
 * Greek, Cyrillic, Armenian, full width; other scripts stay as they are.
 */
#ifndef DW_BASE_LETTERS_H
#define DW_BASE_LETTERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The character at *at (< length), which moves behind it; an ill-formed byte is U+FFFD. */
uint32_t dw_letters_next(const char *text, size_t length, size_t *at);
uint32_t dw_letters_lower(uint32_t character);
/* One letter for all that differ in case alone (simple case folding of Unicode), in Latin with its accents, Greek (sigma at the end of a
 * word too), Cyrillic, Armenian and full width; other scripts stay as they are. */
uint32_t dw_letters_fold(uint32_t character);
bool dw_letters_is_letter(uint32_t character); /* combining marks count with the letter that they mark */
bool dw_letters_is_digit(uint32_t character);  /* 0 to 9 */
bool dw_letters_is_space(uint32_t character);
/* Shows nothing, or something else than what is there: control characters (C0, DEL, C1), line and paragraph separators, marks, embeddings,
 * overrides and isolates of direction, what has no width, the byte order mark, tags. Terminals obey the first and turn lines over at the
 * others; two names that differ in them look the same. */
bool dw_letters_misleads(uint32_t character);
bool dw_letters_is_ideograph(uint32_t character); /* written without spaces: each is a word of its own (Han, kana) */

#endif
