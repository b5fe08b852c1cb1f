/* prometheus: metrics in Prometheus' text format 0.0.4: HELP and TYPE in front of the samples of a name, no times, whole numbers without
 * a point. */
#ifndef DW_REPORT_PROMETHEUS_H
#define DW_REPORT_PROMETHEUS_H

#include <stdint.h>

#include "base/str.h"

/* Prometheus 3 takes no other, and no blank one. */
#define DW_PROMETHEUS_TYPE "text/plain; version=0.0.4; charset=utf-8"

void dw_prometheus_head(dw_buf *out, const char *name, const char *type, const char *help); /* help: no newline, no backslash */

/* A sample. labels: pairs of name and value, NULL behind the last; NULL: none. Values are escaped. */
void dw_prometheus_count(dw_buf *out, const char *name, const char *const *labels, uint64_t value);
void dw_prometheus_number(dw_buf *out, const char *name, const char *const *labels, double value);

/* A histogram without labels, with its head. bin: count of what was at most bounds[i] and more than the one before; one more for the rest.
 */
void dw_prometheus_histogram(dw_buf *out, const char *name, const char *help, const double *bounds, const uint64_t *bin, size_t count,
                             double sum);

#endif
