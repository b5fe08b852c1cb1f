#include "cmd/inputs/records_address.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

const char *dw_records_address(const char *db)
{
  const char *url = getenv("DATABASE_URL");
  if (db) return db;
  return url && *url ? url : "sqlite:" DW_RECORDS_PLACE;
}

void dw_records_make_folder(const char *address)
{
  if (strcmp(address, "sqlite:" DW_RECORDS_PLACE) == 0) mkdir("var", 0777);
}
