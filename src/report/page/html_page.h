/* html_page: what stands in the page of a report as it is here: its style sheet and its script. */
#ifndef DW_REPORT_HTML_PAGE_H
#define DW_REPORT_HTML_PAGE_H

extern const char dw_html_style[];  /* html_style.c */
extern const char dw_html_script[]; /* html_script.c */
/* SHA-256 of the script in base64, which the page's policy names: without it a browser runs none. */
extern const char dw_html_script_digest[];

#endif
