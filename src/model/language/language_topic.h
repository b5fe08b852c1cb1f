/* language_topic: what a document is about, as far as it has been read: of its lines that are complete the longest word, the first of
 * equals. Behind "### Human: How long should a password be?" and a line end it is "password": an n-gram model, which sees a few bytes, can
 * answer the question.
 *
 * A word is letters of ASCII, whose case does not count, and bytes from 128 on; an s at its end is dropped; it has 4 bytes or more without.
 * Its topic is a number from 1 to 255, a hash of it, so that two words in 255 have the same one; 0 is none.
 */
#ifndef DW_MODEL_LANGUAGE_TOPIC_H
#define DW_MODEL_LANGUAGE_TOPIC_H

#include <stdint.h>

/* {0}: at the beginning of a document. */
typedef struct dw_language_topic {
  uint16_t now;                       /* the topic */
  uint16_t next;                      /* of the line that is not complete and those before, */
  uint32_t longest;                   /* whose longest word has so many bytes */
  uint32_t length, hash, hash_before; /* of the word that is being read; and without its last letter */
  unsigned char last;                 /* this letter */
} dw_language_topic;

void dw_language_topic_pass(dw_language_topic *topic, unsigned char byte);

#endif
