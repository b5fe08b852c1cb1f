/* profile_parts: what the files of profiles share about the parts of a column. */
#ifndef DW_DATA_PROFILE_PARTS_H
#define DW_DATA_PROFILE_PARTS_H

#include "data/profiles/profile.h"

/* Numbers, each of value[i] times[i] times, ascending and all different, that are not yet in the moments. size: of a sketch, where they
 * are more than DW_PROFILE_NUMBERS. */
void dw_profile_numbers_take(dw_profile_numbers *numbers, const double *value, const uint64_t *times, size_t different, size_t size);
void dw_profile_numbers_merge(dw_profile_numbers *into, const dw_profile_numbers *from, size_t size);
void dw_profile_numbers_free(dw_profile_numbers *numbers);
double dw_profile_numbers_error(const dw_profile_numbers *numbers); /* of a rank, as a share */

void dw_profile_texts_init(dw_profile_texts *texts);
void dw_profile_texts_merge(dw_profile_texts *into, const dw_profile_texts *from);
void dw_profile_texts_settle(dw_profile_texts *texts); /* into the form of documents */
/* What its strings look like, told anew where all of them are known: merged parts have looked at the same ones several times. */
void dw_profile_column_look(dw_profile_column *column);
void dw_profile_texts_free(dw_profile_texts *texts);
bool dw_profile_texts_exact(const dw_profile_texts *texts);
bool dw_profile_texts_endless(const dw_profile_texts *texts);

void dw_profile_vectors_merge(dw_profile_vectors *into, const dw_profile_vectors *from);
void dw_profile_vectors_free(dw_profile_vectors *vectors);

void dw_profile_spellings_merge(dw_spellings **into, const dw_spellings *from); /* from may be NULL */

/* With the cells of batches that did not have the column. */
uint64_t dw_profile_column_absent(const dw_profile *profile, const dw_profile_column *column);

#endif
