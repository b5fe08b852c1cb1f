/* err: how a failure travels.
 *
 * A function that can fail returns a dw_status and, when it fails, fills the dw_err that is its last argument, once, at the
 * point that knows most. The library never prints and never exits; cmd/ prints "dw-NAME: MESSAGE" and exits with the status,
 * which is why the values are the exit statuses of every manual.
 */
#ifndef DW_BASE_ERR_H
#define DW_BASE_ERR_H

#include <stdbool.h>
#include <stdint.h>

#if defined(__GNUC__)
#define DW_PRINTF(fmt, first) __attribute__((format(printf, fmt, first)))
#else
#define DW_PRINTF(fmt, first)
#endif

typedef enum dw_status {
  DW_OK = 0,      /* done */
  DW_YES = 1,     /* done, and the answer is yes: drift, gate refused, anomaly. Only commands exit with it; no function returns it */
  DW_EUSAGE = 2,  /* an option, an argument or a settings file is wrong */
  DW_EDATA = 3,   /* the input is not what it should be */
  DW_ESYSTEM = 4, /* the operating system, a file, the network or a database failed */
  DW_ENODATA = 5  /* not enough data, no numerical answer, or not judged */
} dw_status;

typedef struct dw_err {
  dw_status status;
  bool see_help;      /* a mistake in the call as a whole, not in one value: a command points to its --help */
  char message[1024]; /* one line, without the command's name; what a terminal would obey or not show replaced */
} dw_err;

/* Fills *err (which may be NULL) and returns status. The text is cut to fit; control characters, overrides of direction, what shows
 * nothing (dw_letters_misleads) and broken UTF-8 in it (they come from hostile input) become '?'. */
dw_status dw_err_set(dw_err *err, dw_status status, const char *format, ...) DW_PRINTF(3, 4);

/* DW_EUSAGE that points to --help. */
dw_status dw_err_usage(dw_err *err, const char *format, ...) DW_PRINTF(2, 3);

/* The same as dw_err_set with a place in front: "FILE:LINE: …", or "FILE:LINE:COLUMN: …" when column > 0, or "FILE: …" when line is 0.
 * Lines and columns count from 1, columns in bytes. */
dw_status dw_err_at(dw_err *err, dw_status status, const char *file, uint64_t line, uint64_t column, const char *format, ...)
    DW_PRINTF(6, 7);

/* DW_ESYSTEM with ": strerror(errnum)" behind the text. */
dw_status dw_err_system(dw_err *err, int errnum, const char *format, ...) DW_PRINTF(3, 4);

#endif
