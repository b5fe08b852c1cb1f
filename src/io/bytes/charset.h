/* charset: text that is not UTF-8, turned into it while it is read. Latin-1 (ISO 8859-1), Windows-1252 and UTF-16 in either order of bytes.
 *
 *   dw_recoder recoder;
 *   dw_recoder_init(&recoder, DW_CHARSET_CP1252);
 *   do dw_recoder_step(&recoder, &io, last); while (io.in_used < io.in_length || …);
 *
 * What stands for no character (an unpaired surrogate, a byte that Windows-1252 does not use, half a unit at the end) becomes U+FFFD.
 */
#ifndef DW_IO_CHARSET_H
#define DW_IO_CHARSET_H

#include <stdbool.h>
#include <stddef.h>

#include "io/bytes/codec.h"

typedef enum dw_charset {
  DW_CHARSET_AUTO, /* UTF-8, or UTF-16 where a byte order mark says so */
  DW_CHARSET_UTF8, /* whatever it begins with */
  DW_CHARSET_LATIN1,
  DW_CHARSET_CP1252,
  DW_CHARSET_UTF16 /* in the order of its mark; without one, the low byte first */
} dw_charset;

extern const char *const dw_charset_words[]; /* by those numbers; NULL behind the last */

typedef struct dw_recoder {
  dw_charset charset;
  bool big; /* UTF-16: the high byte comes first */
} dw_recoder;

enum { DW_RECODER_ROOM = 4 }; /* bytes of output that a step needs to get on */

/* bytes[0..length) begin a text. How it is turned into UTF-8, as far as `asked` and they say; charset DW_CHARSET_UTF8: not at all.
 * *undecided: more bytes may say otherwise. Binary formats of records, lines
 * of JSON that are no UTF-16, and what has the mark of UTF-8 are never turned. *mark: bytes of a byte order mark, to
 * be left out. */
dw_recoder dw_recoder_for(dw_charset asked, const char *bytes, size_t length, size_t *mark, bool *undecided);
/* Moves io on; last: no more bytes will come. It stops when fewer than DW_RECODER_ROOM bytes are left to write to, or what is left to read
 * is a part of a character. */
void dw_recoder_step(const dw_recoder *recoder, dw_codec_io *io, bool last);

/* What text that is not UTF-8 is most likely written in, as a word of dw_charset_words; NULL: it may as well be damaged UTF-8, or no text.
 */
const char *dw_charset_likely(const char *bytes, size_t length);

#endif
