/* suite_case: what the statistics suites share: how long they are, and how far a rate may be off by chance. */
#ifndef DW_TESTS_SUITE_CASE_H
#define DW_TESTS_SUITE_CASE_H

#include "test.h"

/* DW_SUITE=full: as many runs as the figures in the manual rest on, and the tables are printed (make test-statistics). */
static inline bool full(void) { return getenv("DW_SUITE") && strcmp(getenv("DW_SUITE"), "full") == 0; }

/* The most, and the least, that a rate of so many trials may be when the chance is a: left once in a million checks. */
static inline double most_of(double a, double trials) { return a + 4.9 * sqrt(a * (1 - a) / trials) + 3 / trials; }
static inline double least_of(double a, double trials) { return a - 4.9 * sqrt(a * (1 - a) / trials) - 3 / trials; }

#endif
