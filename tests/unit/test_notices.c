#include "test.h"

#include "io/reader/notices.h"

typedef struct heard {
  char text[2048];
  int warnings, steps, ends;
  double share;
} heard;

static void hear_warning(void *context, const char *text)
{
  heard *h = context;
  snprintf(h->text, sizeof h->text, "%s", text);
  h->warnings++;
}

static void hear_progress(void *context, const dw_progress *progress)
{
  heard *h = context;
  if (!progress) {
    h->ends++;
    return;
  }
  h->steps++;
  h->share = progress->share;
}

TEST(notices_reach_the_context)
{
  heard h = {0};
  dw_notices notices = {.warn = hear_warning, .progress = hear_progress, .context = &h};
  dw_notices_warn(&notices, "%s: %d bad records", "a.csv", 3);
  CHECK(h.warnings == 1);
  CHECK_TEXT(h.text, "a.csv: 3 bad records");
  dw_notices_progress(&notices, &(dw_progress){.rows = 1, .share = 0.25});
  CHECK(h.steps == 1 && h.ends == 0 && h.share == 0.25);
  dw_notices_progress(&notices, NULL);
  CHECK(h.steps == 1 && h.ends == 1);
}

TEST(notices_are_one_clean_line)
{
  heard h = {0};
  dw_notices notices = {.warn = hear_warning, .context = &h};
  dw_notices_warn(&notices, "a\nb\x1b[31m");
  CHECK_TEXT(h.text, "a?b?[31m");
  char longer[3000];
  memset(longer, 'x', sizeof longer - 1);
  longer[sizeof longer - 1] = '\0';
  dw_notices_warn(&notices, "%s", longer);
  CHECK(strlen(h.text) == 1023);
}

TEST(notices_nobody_hears)
{
  dw_notices_warn(NULL, "x");
  dw_notices_progress(NULL, NULL);
  heard h = {0};
  dw_notices deaf = {.context = &h};
  dw_notices_warn(&deaf, "x");
  dw_notices_progress(&deaf, NULL);
  CHECK(h.warnings == 0 && h.ends == 0);
}
