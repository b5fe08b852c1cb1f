#!/usr/bin/env bash
# scipy.stats.brunnermunzel has no p-value, NaN, where the two samples lie wholly apart: the largest difference that there can be.
# Version: scipy 1.10.1 (Debian 12). Seen: 50 values from 0 to 49 against 50 from m on. The p-value is 0.0009 at m = 10,
# 0 from 25 to 49, and NaN from m = 50 on, where the statistic is inf; Mann and Whitney's is 7e-18 there. With distribution="normal" the p-value is 0. The cause:
# both variances of the ranks within the pooled sample are 0, and the degrees of freedom 0/0. Of two constants, 7 and 5, the same. A monitor that asks
# `p < 0.05` hears "no" for the column that moved farthest, as of a unit that changed, and "yes" for those that moved less.
# Run outside CI. Ends 0 while the behaviour is as stated, 1 when it changed, 77 where the packages cannot be had.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
apt-get -q download python3-scipy=1.10.1-2 python3-numpy=1:1.24.2-1+deb12u1 libblas3=3.11.0-2 liblapack3=3.11.0-2 libgfortran5=12.2.0-14+deb12u1 \
  libquadmath0=12.2.0-14+deb12u1 >log 2>&1 || { echo "skipped: $(tail -n 1 log)"; exit 77; }
for package in *.deb; do dpkg-deb -x "$package" root; done
libraries=$(find "$PWD/root" -name '*.so.*' -printf '%h\n' | sort -u | paste -sd :)
env -u OPENBLAS_CORETYPE LD_LIBRARY_PATH="$libraries" PYTHONPATH="$PWD/root/usr/lib/python3/dist-packages" /usr/bin/python3 -W ignore - <<'PYTHON'
import math, scipy
from scipy import stats
assert scipy.__version__ == "1.10.1", scipy.__version__
reference = list(range(50))
moved = {}
for m in (10, 25, 40, 48, 49, 50, 60, 1000):
    current = [m + k for k in range(50)]
    moved[m] = stats.brunnermunzel(reference, current)
    print(f"moved by {m}: p = {moved[m].pvalue:.3g}, Mann and Whitney's {stats.mannwhitneyu(reference, current).pvalue:.3g}")
assert all(moved[m].pvalue < 0.001 for m in (10, 25, 40, 48, 49))
for m in (50, 60, 1000):
    assert math.isinf(moved[m].statistic) and math.isnan(moved[m].pvalue) and not moved[m].pvalue < 0.05
    assert stats.brunnermunzel(reference, [m + k for k in range(50)], distribution="normal").pvalue == 0
assert math.isnan(stats.brunnermunzel([5] * 30, [7] * 30).pvalue)
PYTHON
