#!/usr/bin/env python3
"""Makes csv_cells.txt and csv_documents.txt: what pandas says a cell is, and how Python's csv module splits documents.

Cells: HEX KIND VALUE, where KIND is n (missing), i, f, t (true), F (false) or s, by pandas.read_csv on a frame of that cell alone. Left
out where we differ on purpose: "None" (missing since pandas 2), whole numbers beyond 64 bits and numbers
beyond the doubles (pandas keeps some of them as text), tRue and other odd cases (pandas takes them for booleans).
Documents: HEX of the document, then its records as HEX cells parted by commas, records by semicolons ("-" is the empty text).
Written by csv.writer with random dialects. Documents where a bare
CR stands outside quotes (csv.writer leaves some so) are left out.
"""
import csv, io, math, pathlib, random
import pandas as pd
from pandas._libs.parsers import STR_NA_VALUES

here = pathlib.Path(__file__).parent
random.seed(20240229)

cells = sorted(STR_NA_VALUES) + """0 1 -1 +1 007 00 -0 1.0 1. .5 -.5 +.5 1.5e3 1E3 1e+3 1e-3 1e 1e+ e3 . - + -. +. 1.2.3 1-2 --1 +-1 1,5 1_000 0x10 1e-400
9007199254740993 0.1 123456.789 12345678.87654321 123456789.987654321 3.141592653589793 2.2250738585072014e-308 4.9e-324 1.7976931348623157e308
inf Inf INF -inf +inf -Inf infinity Infinity -infinity +INFINITY infin inff -in i true True TRUE false False FALSE t f T yes no
NAN Nan nAn na Na N/a Null nul nulls #N #NA! <na> <NA #N/AN/A -NAN +nan NaNa naan 2024-01-31 12:30 5% $5 1/2 a - -- hello x1 1x 12abc caf\u00e9 \u4f60\u597d \U0001f600
1.#INF 1.#IND0 -1.#IN 18446744073709551615 -9223372036854775808 1e22 1e23 123456789012345678 0.000001 1e5 1E05 1e005 1e-05""".split() + [
    " 1", "1 ", "\t1", "1\t", " 1 ", "  -2.5  ", " +3 ", " ", "  ", " NA", "NA ", " true", "true ", " inf", "1 2", "- 1", "a b", " x ", "1 e3", "#N/A N/A ", "two words"]


def cell_kind(text):
    frame = pd.read_csv(io.StringIO("a,b\n" + '"' + text.replace('"', '""') + '",0\n'), float_precision="round_trip")
    value = frame["a"][0]
    kind = frame["a"].dtype.kind
    if kind == "f" and math.isnan(value):
        return "n", ""
    if kind in "iu":
        return "i", repr(float(value))
    if kind == "f":
        return "f", repr(float(value))
    if kind == "b":
        return ("t" if value else "F"), ""
    return "s", ""


with open(here / "csv_cells.txt", "w") as out:
    for text in dict.fromkeys(cells):
        if text == "None":
            continue
        kind, value = cell_kind(text)
        out.write(f"{text.encode().hex() or '-'} {kind} {value}".rstrip() + "\n")

pieces = ["a", "b c", "1", "-2.5", "", "", '"', '""', ",", "\n", "\r\n", "\r", ";", "\t", "'", "\\", "\u00e9", "NA", "x" * 40, "true", " "]


def hexed(text):
    return text.encode().hex() or "-"


with open(here / "csv_documents.txt", "w") as out:
    for i in range(600):
        columns = random.randint(1, 5)
        header = [f"c{k}" if random.random() < 0.8 else f'c "{k}",\n' for k in range(columns)]
        rows = [["".join(random.choices(pieces, k=random.randint(0, 4))) for _ in range(columns)] for _ in range(random.randint(0, 8))]
        if columns == 1:  # lines of blanks alone are passed over
            rows = [[c if c.strip(" \t") else "v"] for (c,) in rows]
        text = io.StringIO(newline="")
        ending = random.choice(["\n", "\r\n"])
        quoting = random.choice([csv.QUOTE_ALL, csv.QUOTE_MINIMAL, csv.QUOTE_NONNUMERIC])
        csv.writer(text, quoting=quoting, lineterminator=ending).writerows([header] + rows)
        document = text.getvalue()
        if random.random() < 0.3:
            document = document[: -len(ending)]
        try:
            records = list(csv.reader(io.StringIO(document, newline=""), strict=True))
        except csv.Error:
            continue
        if records == [header] + rows:
            out.write(hexed(document) + " " + ";".join(",".join(map(hexed, r)) for r in records) + "\n")
