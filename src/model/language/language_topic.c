#include "model/language/language_topic.h"

#include <stdbool.h>

enum { LEAST = 4 };

/* 32-bit FNV-1a, folded; nothing is looked up by it that a choice of words could slow down. */
static uint32_t hash_more(uint32_t hash, unsigned char byte) { return (hash ^ byte) * UINT32_C(16777619); }

static uint16_t topic_of(uint32_t hash)
{
  hash ^= hash >> 16;
  hash ^= hash >> 8;
  return (uint16_t)(1 + hash % 255);
}

static void end_word(dw_language_topic *t)
{
  bool plural = t->last == 's';
  uint32_t length = t->length - (t->length && plural), hash = plural ? t->hash_before : t->hash;
  if (length >= LEAST && length > t->longest) {
    t->longest = length;
    t->next = topic_of(hash);
  }
  t->length = 0;
}

void dw_language_topic_pass(dw_language_topic *t, unsigned char byte)
{
  unsigned char letter = byte >= 'A' && byte <= 'Z' ? (unsigned char)(byte + 32) : byte;
  if ((letter >= 'a' && letter <= 'z') || byte >= 128) {
    t->hash_before = t->length ? t->hash : UINT32_C(2166136261);
    t->hash = hash_more(t->hash_before, letter);
    if (t->length < UINT32_MAX) t->length++;
    t->last = letter;
    return;
  }
  if (t->length) end_word(t);
  if (byte == '\n') t->now = t->next;
}
