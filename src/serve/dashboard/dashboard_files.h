/* dashboard_files: dashboard.html, dashboard.js and dashboard.css of this folder, as the Makefile put them into the program. */
#ifndef DW_SERVE_DASHBOARD_FILES_H
#define DW_SERVE_DASHBOARD_FILES_H

#include <stddef.h>

extern const unsigned char dw_dashboard_html[], dw_dashboard_js[], dw_dashboard_css[];
extern const size_t dw_dashboard_html_length, dw_dashboard_js_length, dw_dashboard_css_length;

#endif
