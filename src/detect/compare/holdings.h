/* holdings: what a side has of the values of its columns: all of them, a sketch, the frequent ones, or of texts and vectors nothing that a
 * method could look at (data/profiles).
 */
#ifndef DW_DETECT_HOLDINGS_H
#define DW_DETECT_HOLDINGS_H

#include "detect/method/method.h"
#include "kinds/finding.h"

/* approximate and rank_error of a finding about numbers or categories: how far off the shares may be that methods take from sketches, and
 * from counts of which a profile has the frequent ones. */
void dw_holdings_say_error(dw_finding *finding, const dw_pair *pair);

/* False: texts of which a profile has not all, vectors of which it has none. */
bool dw_holdings_keep(dw_type type, const dw_column *column);

/* Why the method has nothing to look at; NULL: it has. */
const char *dw_holdings_lack(const dw_pair *pair, const dw_method *method, const dw_method_settings *settings);

#endif
