#!/usr/bin/env bash
# The mean of a half-precision column of more than 65,519 rows is 0.0 in pandas, and the standard deviation too.
# Version: pandas 1.5.3, numpy 1.24.2 (Debian 12). Seen: 60,000 uniform numbers as float16: mean 0.5, standard deviation 0.29; 100,000 of
# the same: mean 0.0, std 0.0 and "mean 0.0" in describe(); numpy's own mean of the same array is 0.5. No warning. The cause: pandas
# divides the sum by the number of rows, and holds both in the column's type: 65,520 and more rows are infinitely many in float16.
# Embeddings and scores are stored in this type to save space.
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
values = numpy.random.default_rng(0).random(100_000).astype(numpy.float16)
few, many = pandas.Series(values[:60_000]), pandas.Series(values)
print(f"60,000 rows: mean {few.mean()}, std {few.std():.3f}; 100,000 rows: mean {many.mean()}, std {many.std()}; "
      f"numpy: mean {values.mean():.3f}")
assert abs(few.mean() - 0.5) < 0.01 and abs(few.std() - 0.2887) < 0.01
assert many.mean() == 0 and many.std() == 0 and many.describe()["mean"] == 0
assert abs(values.mean() - 0.5) < 0.01
PYTHON
