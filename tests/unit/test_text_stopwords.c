#include "detect/text/text_stopwords.h"

#include "test.h"

TEST(words)
{
  static const char *const in[] = {"a", "the", "yourselves", "hasnt", "twenty", "computer"}, *const out[] = {"",  "refund", "The",
                                                                                                             "z", "aa",     "zz"};
  for (int i = 0; i < 5; i++) CHECK_MSG(dw_text_stopword(in[i]), "%s", in[i]);
  CHECK(!dw_text_stopword(in[5]));
  for (int i = 0; i < 6; i++) CHECK_MSG(!dw_text_stopword(out[i]), "%s", out[i]);
}
