#!/usr/bin/env bash
# statsmodels' multipletests with Holm's method (or Holm-Sidak) rejects hypotheses whose p-value is NaN.
# Version: statsmodels 0.13.5 (Debian 12). Seen: p = [nan, nan] gives reject = [True, True]; [0.001, nan] gives [True, True]; [0.001, 0.2,
# nan] gives [True, False, False]: whether the column without a p-value alarms depends on the others. With fdr_bh one NaN among 50 makes
# all 50 corrected p-values NaN, though reject is right. A constant or empty column is where such a NaN comes from. The cause: Holm's
# steps look for the first p-value ABOVE its bound, and NaN, sorted last, is above nothing.
# Run outside CI. Ends 0 while the behaviour is as stated, 1 when it changed, 77 where the packages cannot be had.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
apt-get -q download python3-statsmodels=0.13.5+dfsg-7 python3-statsmodels-lib=0.13.5+dfsg-7 python3-patsy=0.5.3-1 \
  python3-packaging=23.0-1 python3-pandas=1.5.3+dfsg-2 python3-pandas-lib=1.5.3+dfsg-2 python3-tz=2022.7.1-4 \
  python3-dateutil=2.8.2-2 python3-six=1.16.0-4 python3-scipy=1.10.1-2 python3-numpy=1:1.24.2-1+deb12u1 \
  libblas3=3.11.0-2 liblapack3=3.11.0-2 libgfortran5=12.2.0-14+deb12u1 libquadmath0=12.2.0-14+deb12u1 \
  python3-decorator=5.1.1-3 \
  >log 2>&1 || { echo "skipped: $(tail -n 1 log)"; exit 77; }
for package in *.deb; do dpkg-deb -x "$package" root; done
libraries=$(find "$PWD/root" -name '*.so.*' -printf '%h\n' | sort -u | paste -sd :)
export LD_LIBRARY_PATH="$libraries" PYTHONPATH="$PWD/root/usr/lib/python3/dist-packages"
env -u OPENBLAS_CORETYPE /usr/bin/python3 -W ignore - <<'PYTHON'
import numpy, statsmodels
from statsmodels.stats.multitest import multipletests
assert statsmodels.__version__.startswith("0.13.5"), statsmodels.__version__
nan = float("nan")
def reject(p, method): return multipletests(p, alpha=0.05, method=method)[0].tolist()
for method in ("holm", "holm-sidak"):
    print(method, [reject(p, method) for p in ([nan, nan], [0.001, nan], [0.001, 0.2, nan])])
    assert reject([nan, nan], method) == [True, True] and reject([0.001, nan], method) == [True, True]
    assert reject([0.001, 0.2, nan], method) == [True, False, False]
for method in ("bonferroni", "sidak", "fdr_bh"): assert reject([nan, nan], method) == [False, False]
flags, corrected, *_ = multipletests([1e-6] * 49 + [nan], method="fdr_bh")
print(f"fdr_bh with one NaN of 50: {int(flags.sum())} rejected, {int(numpy.isnan(corrected).sum())} corrected p-values are NaN")
assert flags.sum() == 49 and numpy.isnan(corrected).all()
PYTHON
