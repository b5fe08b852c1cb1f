/* run_board: the newest run of each model, as metrics. Runs are read once, when they are new: a look asks the database for what came since
 * the look before, and printing copies text.
 *
 *   dw_run_board *board = dw_run_board_new();
 *   dw_run_board_look(board, records, now, err);       at each scrape; not while the database is away
 *   dw_run_board_print(board, may, context, &out);
 *
 * The first look finds the newest run of each model; it counts what is stored, which takes a while in a large database. A model whose
 * newest run was pruned vanishes, within as many looks as there are models, and so does one that was not checked for DW_RUN_BOARD_KEEPS.
 * The first DW_RUN_BOARD_MODELS have samples; how many have none is a sample of its own. From any thread.
 */
#ifndef DW_SERVE_RUN_BOARD_H
#define DW_SERVE_RUN_BOARD_H

#include "base/str.h"
#include "store/records/records.h"

enum { DW_RUN_BOARD_MODELS = 200 };
#define DW_RUN_BOARD_KEEPS (7 * 86400 * DW_SECOND)

typedef struct dw_run_board dw_run_board;

dw_run_board *dw_run_board_new(void);
void dw_run_board_free(dw_run_board *board); /* NULL is fine */

/* What another thread is looking for is not waited for. A run that cannot be read is passed over. A failure: the database's. */
dw_status dw_run_board_look(dw_run_board *board, dw_records *records, int64_t now, dw_err *err);

/* Whether it may be told of a model; NULL: of all. */
typedef bool dw_run_board_may(const void *context, const char *model);
void dw_run_board_print(dw_run_board *board, dw_run_board_may *may, const void *context, dw_buf *out);

#endif
