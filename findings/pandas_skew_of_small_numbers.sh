#!/usr/bin/env bash
# The skewness of a column of small numbers is 0 in pandas, whatever it is.
# Version: pandas 1.5.3, scipy 1.10.1 (Debian 12). Seen: 1,000 exponential numbers of mean 1e-5: skew() 2.19 as in scipy; the same in a
# unit a hundred times larger (mean 1e-7): skew() 0.0, kurt() 0.0, scipy still 2.19 and 8.03. The cause: a sum of squared deviations below
# 1e-14 is taken for a rounding error and replaced by 0, without a look at the size of the values. Scores of rare events and rates per
# request are of this size, and their skewness is what picks a transformation or a test.
# Run outside CI. Ends 0 while the behaviour is as stated, 1 when it changed, 77 where the packages cannot be had.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
apt-get -q download python3-pandas=1.5.3+dfsg-2 python3-pandas-lib=1.5.3+dfsg-2 python3-tz=2022.7.1-4 python3-dateutil=2.8.2-2 \
  python3-six=1.16.0-4 python3-scipy=1.10.1-2 python3-numpy=1:1.24.2-1+deb12u1 libblas3=3.11.0-2 \
  liblapack3=3.11.0-2 libgfortran5=12.2.0-14+deb12u1 libquadmath0=12.2.0-14+deb12u1 python3-decorator=5.1.1-3 \
  >log 2>&1 || { echo "skipped: $(tail -n 1 log)"; exit 77; }
for package in *.deb; do dpkg-deb -x "$package" root; done
libraries=$(find "$PWD/root" -name '*.so.*' -printf '%h\n' | sort -u | paste -sd :)
export LD_LIBRARY_PATH="$libraries" PYTHONPATH="$PWD/root/usr/lib/python3/dist-packages"
env -u OPENBLAS_CORETYPE /usr/bin/python3 -W ignore - <<'PYTHON'
import numpy, pandas, scipy
from scipy.stats import kurtosis, skew
assert pandas.__version__ == "1.5.3" and scipy.__version__ == "1.10.1"
values = numpy.random.default_rng(0).exponential(1, 1000)
def all_four(unit):
    column = values * unit
    return pandas.Series(column).skew(), skew(column, bias=False), pandas.Series(column).kurt(), kurtosis(column, bias=False)
usual, small = all_four(1e-5), all_four(1e-7)
print("mean 1e-5: skew {:.3f} (scipy {:.3f}), kurt {:.3f} (scipy {:.3f})".format(*usual))
print("mean 1e-7: skew {:.3f} (scipy {:.3f}), kurt {:.3f} (scipy {:.3f})".format(*small))
assert abs(usual[0] - usual[1]) < 1e-9 and abs(usual[2] - usual[3]) < 1e-9
assert small[0] == 0 and small[2] == 0 and abs(small[1] - usual[1]) < 1e-9 and abs(small[3] - usual[3]) < 1e-9
PYTHON
