#!/usr/bin/env bash
# pandas.read_json turns JSON strings into numbers when all of a column look like numbers, and different strings become one value.
# Version: pandas 1.5.3 (Debian 12). Seen in NDJSON, all values in quotation marks: "00501" and "501" are both 501; versions "1.1" and
# "1.10" are both 1.1; identifiers "12345678901234567890" and "12345678901234567891" are both 1.2345678901234567e+19; "1_000" is 1000. One
# value that is no number, in any row, and the whole column is text again: the type of a column, the number of its categories and its
# missing values ("nan", "inf" are numbers) depend on the rows of the window. JSON says which values are strings; pandas' reader of CSV
# does not read "1_000" as a number.
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
import io, json, pandas
assert pandas.__version__ == "1.5.3", pandas.__version__
def read(values): return pandas.read_json(io.StringIO("".join(json.dumps({"v": value}) + "\n" for value in values)), lines=True).v.tolist()
pairs = [["00501", "501"], ["1.1", "1.10"], ["12345678901234567890", "12345678901234567891"], ["1_000", "1000"]]
for pair in pairs: print(pair, "->", read(pair), "; with a third string \"x\":", read(pair + ["x"])[:2])
assert read(pairs[0]) == [501, 501] and read(pairs[1]) == [1.1, 1.1]
assert read(pairs[2]) == [12345678901234567890.0] * 2 and read(pairs[3]) == [1000, 1000]
assert all(read(pair + ["x"]) == pair + ["x"] for pair in pairs)
assert pandas.read_csv(io.StringIO("v\n1_000\n")).v.tolist() == ["1_000"]
PYTHON
