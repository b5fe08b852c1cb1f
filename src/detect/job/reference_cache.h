/* reference_cache: what was read of a reference, kept in a folder (dw-compare --ref-cache), so that the next look at it costs what the
 * current data costs. The same answers to the last byte: whatever is in doubt is read again.
 *
 *   DIR/KEY.dwref   the finished dataset (data/datasets/dataset_tape.h) with all else that came of reading: the columns' names, warnings,
 *                   chats, and the digest of the bytes it was made of. Never written to again; a new one takes its place.
 *   DIR/KEY.dwseen  what the reference's files looked like from outside (io/bytes/witness.h) when they were known to hold these bytes, and
 *                   the .dwref itself when it was known to be whole. Its own time is when it was last of use.
 *
 * KEY is a digest of all that decides how a reference is read: its files' names, the options that choose, type, gather, describe, pair or
 * tell apart its columns and rows, the format, what bad records do, the memory, and the program itself (its size and date: another build
 * reads for itself). Thresholds, methods and the current data have no part in it.
 *
 * A look takes the dataset as it is kept when the files look as they did. When they look different, were written to so shortly before they
 * were seen that a later write might not show, or the .dwseen is gone, the bytes are read and their digest decides (of a single file; of
 * several nobody knows where the first one ended: they are read). When the .dwref looks different, all its bytes are held to their digest.
 * A look that finds everything as it should be writes down how things look now.
 *
 * A file that is cut, changed or foreign, or a folder that cannot be written to, is told and passed over. Files are renamed into their
 * place, so that looks at the same time get in each other's way at most by doing the same work. Of the .dwref the last DW_REFERENCES_KEPT
 * that were of use stay.
 */
#ifndef DW_DETECT_REFERENCE_CACHE_H
#define DW_DETECT_REFERENCE_CACHE_H

#include "data/datasets/chats.h"
#include "data/datasets/dataset.h"
#include "io/bytes/tape.h"
#include "io/reader/notices.h"
#include "io/text/made_by.h"
#include "io/text/roster.h"

enum { DW_REFERENCES_KEPT = 8 };

/* What comes of reading a reference. */
typedef struct dw_reference_read {
  dw_dataset set; /* finished */
  dw_roster names;
  dw_chats chats;
  dw_made_input input; /* its name is the caller's */
  uint64_t skipped;
  int64_t first, last; /* instants (dw_comparison_job.first) */
  bool lone_csv;
} dw_reference_read;

typedef struct dw_reference_cache dw_reference_cache;

/* paths: the reference's; how: a digest of all else that decides how it is read. Texts outlive the cache. */
dw_reference_cache *dw_reference_cache_new(const char *folder, const char *const *paths, size_t count, const dw_digest *how,
                                           const dw_notices *notices);

/* Before anything is read. true: *read is what reading would have come to, and its warnings were given. read->set must be initialised as it
 * would be for reading; its numbers stand in the cache's file, which must outlive it. false: *read is to be thrown away. */
bool dw_reference_cache_load(dw_reference_cache *cache, dw_reference_read *read);

/* For the reading of the reference in between: passes everything on, and remembers the warnings. NULL: nothing is kept. */
const dw_notices *dw_reference_cache_listen(dw_reference_cache *cache);

/* What was read goes into the folder; all of it stays the caller's. */
void dw_reference_cache_keep(dw_reference_cache *cache, dw_reference_read *read);

void dw_reference_cache_free(dw_reference_cache *cache); /* NULL is fine */

#endif
