#!/usr/bin/env bash
# scipy.stats.permutation_test finds no difference in numbers that are small: the unit decides the p-value.
# Version: scipy 1.10.1 (Debian 12). Seen: two samples of 30 values, three standard deviations apart, difference of means, 999
# permutations: p = 0.002; the same values times 1e-12: p = 0.002; times 1e-15: p = 1.0. The Mann-Whitney test of the same library gives
# 3e-11 for all three. The cause: permutations count as "at least as extreme" within a tolerance of max(1e-14, 1e-14 * statistic):
# relative to large statistics only. Squared errors, variances of rare events' probabilities and quantities in SI units are of this size.
# Run outside CI. Ends 0 while the behaviour is as stated, 1 when it changed, 77 where the packages cannot be had.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
apt-get -q download python3-scipy=1.10.1-2 python3-numpy=1:1.24.2-1+deb12u1 libblas3=3.11.0-2 liblapack3=3.11.0-2 \
  libgfortran5=12.2.0-14+deb12u1 libquadmath0=12.2.0-14+deb12u1 python3-decorator=5.1.1-3 \
  >log 2>&1 || { echo "skipped: $(tail -n 1 log)"; exit 77; }
for package in *.deb; do dpkg-deb -x "$package" root; done
libraries=$(find "$PWD/root" -name '*.so.*' -printf '%h\n' | sort -u | paste -sd :)
export LD_LIBRARY_PATH="$libraries" PYTHONPATH="$PWD/root/usr/lib/python3/dist-packages"
env -u OPENBLAS_CORETYPE /usr/bin/python3 -W ignore - <<'PYTHON'
import numpy, scipy
from scipy.stats import mannwhitneyu, permutation_test
assert scipy.__version__ == "1.10.1", scipy.__version__
rng = numpy.random.default_rng(0)
one, two = rng.normal(0, 1, 30), rng.normal(3, 1, 30)
def difference(x, y, axis): return numpy.mean(x, axis=axis) - numpy.mean(y, axis=axis)
def p(unit):
    return permutation_test((one * unit, two * unit), difference, vectorized=True, n_resamples=999, random_state=0).pvalue
ranks = {unit: mannwhitneyu(one * unit, two * unit).pvalue for unit in (1, 1e-12, 1e-15)}
print(f"p of the same samples in units of 1: {p(1):.3f}, 1e-12: {p(1e-12):.3f}, 1e-15: {p(1e-15):.3f}; "
      f"Mann-Whitney: {ranks[1]:.0e}, {ranks[1e-15]:.0e}")
assert p(1) == p(1e-12) == 0.002 and p(1e-15) == 1
assert ranks[1] == ranks[1e-12] == ranks[1e-15] < 1e-10
PYTHON
