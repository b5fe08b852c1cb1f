#!/usr/bin/env bash
# One code for "missing" in a column spoils every later rolling standard deviation of pandas: it is 0, or twenty times too large.
# Version: pandas 1.5.3 (Debian 12). Seen: 2,000 uniform numbers (standard deviation 0.29) with 999999999 at row 100: rolling(10).std() is
# exactly 0.0 in all 1,890 windows behind the code, to the end of the column; rolling(7).std() of the same column is 6.5 in all of them.
# None of these windows holds the code. The rolling mean recovers. The cause: the sum of squared deviations is kept up by adding the row
# that enters and taking off the one that leaves, so that what the outlier rounded off is never restored; below 0 it is cut to 0.
# Run outside CI. Ends 0 while the behaviour is as stated, 1 when it changed, 77 where the packages cannot be had.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
apt-get -q download python3-pandas=1.5.3+dfsg-2 python3-pandas-lib=1.5.3+dfsg-2 python3-tz=2022.7.1-4 python3-dateutil=2.8.2-2 \
  python3-six=1.16.0-4 python3-numpy=1:1.24.2-1+deb12u1 libblas3=3.11.0-2 liblapack3=3.11.0-2 \
  libgfortran5=12.2.0-14+deb12u1 libquadmath0=12.2.0-14+deb12u1 \
  >log 2>&1 || { echo "skipped: $(tail -n 1 log)"; exit 77; }
for package in *.deb; do dpkg-deb -x "$package" root; done
libraries=$(find "$PWD/root" -name '*.so.*' -printf '%h\n' | sort -u | paste -sd :)
export LD_LIBRARY_PATH="$libraries" PYTHONPATH="$PWD/root/usr/lib/python3/dist-packages"
env -u OPENBLAS_CORETYPE /usr/bin/python3 -W ignore - <<'PYTHON'
import numpy, pandas
assert pandas.__version__ == "1.5.3", pandas.__version__
clean = pandas.Series(numpy.random.default_rng(0).random(2000))
coded = clean.copy()
coded[100] = 999999999.0
for rows in (7, 10):
    right, seen = clean.rolling(rows).std()[100 + rows:], coded.rolling(rows).std()[100 + rows:]
    print(f"windows of {rows}: std of the {len(seen)} behind the code {seen.min():.3f} to {seen.max():.3f}, median {seen.median():.3f}; "
          f"right: median {right.median():.3f}")
    assert 0.2 < right.median() < 0.35
    assert (seen == 0).all() if rows == 10 else seen.min() > 5
    mean = coded.rolling(rows).mean() - clean.rolling(rows).mean()
    assert mean[100 + rows:].abs().max() < 1e-6
PYTHON
