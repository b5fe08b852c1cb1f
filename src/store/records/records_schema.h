/* records_schema: the tables of the records' database, as the steps that make them, a version each. What a step did is never changed
 * later: another step follows. */
#ifndef DW_STORE_RECORDS_SCHEMA_H
#define DW_STORE_RECORDS_SCHEMA_H

#include <stdbool.h>

#include "base/err.h"
#include "base/str.h"

enum { DW_RECORDS_VERSION = 3 }; /* of this program */

const char *dw_records_step_name(int version); /* from 1 */

/* The statements of a step, behind what out holds; the last one notes that it was done. vector: the type of embeddings in PostgreSQL; NULL:
 * SQLite. */
void dw_records_step_sql(int version, const char *vector, dw_buf *out);

/* Parts of questions to both databases, behind what out holds. counts has a row a stream: how many records, and between which times those
 * lie that are no strays. "loose": since some were deleted, the times are bounds, and the records at them may be gone. */
void dw_records_bound_sql(int table, bool last, bool pg, dw_buf *out); /* the first or last time of the stream of counts c, exactly */
void dw_records_kinds_sql(int table, dw_buf *out);                     /* streams s are of kinds that are kept in the table */
/* kind, model, source, records, early, late, first, last of the table's streams that have records, in the order of their names. */
void dw_records_counts_sql(int table, bool pg, dw_buf *out);

/* The table in which that is noted: version and name of each step. */
#define DW_RECORDS_NOTES "dw_schema"

/* Whether a database of this version can be used: DW_EDATA, and what to do. name: of its last step; where: the database, for messages. */
dw_status dw_records_version_check(const char *where, int version, const char *name, dw_err *err);

#endif
