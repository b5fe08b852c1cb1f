/* problem: an error as a document for programs and people (RFC 9457): {"title":"Not Found","status":404,"detail":"there is …"}. */
#ifndef DW_SERVE_PROBLEM_H
#define DW_SERVE_PROBLEM_H

#include "base/str.h"

#define DW_PROBLEM_TYPE "application/problem+json"

const char *dw_problem_title(int code);                           /* the reason phrase of a status code; "Error" for one not known here */
void dw_problem_write(dw_buf *out, int code, const char *detail); /* detail NULL: none */

#endif
