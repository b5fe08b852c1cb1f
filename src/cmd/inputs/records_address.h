/* records_address: which database of records a command is about. */
#ifndef DW_CMD_RECORDS_ADDRESS_H
#define DW_CMD_RECORDS_ADDRESS_H

#define DW_RECORDS_PLACE "var/driftwatch.db"
#define DW_RECORDS_ADDRESS_INITIAL "DATABASE_URL, or sqlite:" DW_RECORDS_PLACE /* in the help of --db */

/* db, or where it is NULL DATABASE_URL, or the default. */
const char *dw_records_address(const char *db);

/* The folder of the default alone is made: elsewhere a folder that is not there is a mistake in the name. */
void dw_records_make_folder(const char *address);

#endif
