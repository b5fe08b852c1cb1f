#!/usr/bin/env bash
# Isotonic calibration of scores of rare events becomes a constant when the scores are float32, the type that XGBoost and neural networks
# hand out.
# Version: scikit-learn 1.2.1 (Debian 12). Seen: 20,000 scores uniform below 1e-6, labels drawn with probability score * 1e6: fitted to
# float64 the calibrated values run from below 0.01 to above 0.99; fitted to the same scores as float32 there is one value, 0.5, for all.
# The cause: scores that differ by less than numpy's finfo(dtype).resolution, an absolute 1e-6 for float32, are merged as ties; float32
# itself separates numbers of this size down to 1e-13.
# Run outside CI. Ends 0 while the behaviour is as stated, 1 when it changed, 77 where the packages cannot be had.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
apt-get -q download python3-sklearn=1.2.1+dfsg-1 python3-sklearn-lib=1.2.1+dfsg-1 python3-joblib=1.2.0-4+deb12u1 \
  python3-threadpoolctl=3.1.0-1 libgomp1=12.2.0-14+deb12u1 python3-scipy=1.10.1-2 python3-numpy=1:1.24.2-1+deb12u1 \
  libblas3=3.11.0-2 liblapack3=3.11.0-2 libgfortran5=12.2.0-14+deb12u1 libquadmath0=12.2.0-14+deb12u1 \
  python3-decorator=5.1.1-3 \
  >log 2>&1 || { echo "skipped: $(tail -n 1 log)"; exit 77; }
for package in *.deb; do dpkg-deb -x "$package" root; done
libraries=$(find "$PWD/root" -name '*.so.*' -printf '%h\n' | sort -u | paste -sd :)
export LD_LIBRARY_PATH="$libraries" PYTHONPATH="$PWD/root/usr/lib/python3/dist-packages"
env -u OPENBLAS_CORETYPE /usr/bin/python3 -W ignore - <<'PYTHON'
import numpy, sklearn
from sklearn.isotonic import IsotonicRegression
assert sklearn.__version__ == "1.2.1", sklearn.__version__
rng = numpy.random.default_rng(0)
scores = (rng.random(20_000) * 1e-6).astype(numpy.float32)
labels = (rng.random(20_000) < scores * 1e6).astype(float)
def calibrated(dtype):
    x = scores.astype(dtype)
    return IsotonicRegression(out_of_bounds="clip").fit(x, labels).predict(x)
wide, narrow = calibrated(numpy.float64), calibrated(numpy.float32)
print(f"{len(set(scores.tolist()))} different scores; calibrated from float64: {len(set(wide))} values "
      f"{wide.min():.3f} to {wide.max():.3f}; from float32: {len(set(narrow))} value, {narrow.min():.3f}")
assert wide.min() < 0.01 and wide.max() > 0.99 and len(set(wide)) > 20
assert len(set(narrow)) == 1 and abs(narrow[0] - 0.5) < 0.02
PYTHON
