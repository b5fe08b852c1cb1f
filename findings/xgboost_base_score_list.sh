#!/usr/bin/env bash
# XGBoost 1.7 loads documents of XGBoost 3.1 and later without a word and scores them wrong.
# Version: libxgboost 1.7.4 (Debian 12). Since 3.1 the member base_score of learner_model_param is a list in a text, "[2.5E1]"; before it was a number in a text,
# "2.5E1". Seen: 1.7.4 loads the list form with status 0 and takes 0.5 for it, so that every prediction of a regression around 25 is off by 24.5; nothing is
# logged. The document's own "version" member says [3, 1, 0] and is not looked at.
# Run outside CI. Ends 0 while the behaviour is as stated, 1 when it changed, 77 where the packages cannot be had.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
apt-get -q download libxgboost0=1.7.4-1 libxgboost-dev=1.7.4-1 libdmlc0 >log 2>&1 || { echo "skipped: $(tail -n 1 log)"; exit 77; }
for package in *.deb; do dpkg-deb -x "$package" root; done
libraries=$(find "$PWD/root" -name '*.so*' -printf '%h\n' | sort -u | paste -sd :)
cat >model.c <<'C'
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <xgboost/c_api.h>

static void must(int status)
{
  if (status != 0) fprintf(stderr, "%s\n", XGBGetLastError()), exit(1);
}

enum { ROWS = 40 };

/* train FILE: a model of y = 20 + x / 4 with base_score 25. predict FILE: the prediction at x = 20. */
int main(int argc, char **argv)
{
  float x[ROWS], y[ROWS];
  DMatrixHandle data;
  BoosterHandle booster;
  for (int i = 0; i < ROWS; i++) x[i] = (float)i, y[i] = 20 + (float)i / 4;
  must(XGDMatrixCreateFromMat(x, ROWS, 1, -1, &data));
  must(XGDMatrixSetFloatInfo(data, "label", y, ROWS));
  must(XGBoosterCreate(&data, 1, &booster));
  if (argc == 3 && strcmp(argv[1], "train") == 0) {
    must(XGBoosterSetParam(booster, "base_score", "25"));
    must(XGBoosterSetParam(booster, "max_depth", "2"));
    for (int i = 0; i < 5; i++) must(XGBoosterUpdateOneIter(booster, i, data));
    must(XGBoosterSaveModel(booster, argv[2]));
  } else if (argc == 3) {
    bst_ulong count;
    const float *out;
    must(XGBoosterLoadModel(booster, argv[2]));
    must(XGBoosterPredict(booster, data, 0, 0, 0, &count, &out));
    printf("%.3f\n", out[20]);
  }
  return 0;
}
C
gcc -w -I root/usr/include -o model model.c $(find root -name libxgboost.so.0) -Wl,--unresolved-symbols=ignore-in-shared-libs
export LD_LIBRARY_PATH=$libraries
./model train old.json
grep -o '"base_score":"[^"]*"' old.json >before
sed 's/"base_score":"\([^"]*\)"/"base_score":"[\1]"/; s/"version":\[[0-9,]*\]/"version":[3,1,0]/' old.json >new.json
right=$(./model predict old.json) wrong=$(./model predict new.json 2>said)
echo "$(cat before) gives $right, $(grep -o '"base_score":"[^"]*"' new.json) gives $wrong; said: \"$(cat said)\""
[ ! -s said ]
awk -v right="$right" -v wrong="$wrong" 'BEGIN { exit !(right > 24 && right < 26 && right - wrong > 24.49 && right - wrong < 24.51) }'
