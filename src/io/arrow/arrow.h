/* arrow: records from Arrow's IPC, as a stream or a file (Feather version 2), as a row of formats (io/record/format.h). A block is a record
 * batch with the dictionaries that it needs; workers unpack it (arrow_batch.h).
 *
 * A file is read as the stream that it holds, from front to back, so that pipes do as well; its footer is needed only where
 * the stream has no schema.
 */
#ifndef DW_IO_ARROW_H
#define DW_IO_ARROW_H

#include "io/record/format.h"

extern const dw_format dw_arrow_format;

#endif
