#!/usr/bin/python3
"""Writes tests/golden/num.txt: doubles and their shortest texts, from Python's repr (David Gay's exact algorithm).

Usage: python3 tests/golden/num.py > tests/golden/num.txt

A line is: the bits of the double in hexadecimal, the text that dw_num_print must give, and the value with 0 to 17 decimals (a decimal count and
the text, from Python's exact and half-even formatting). The form of the text (plain or with an exponent) is that of base/num.h.
"""
import random
import struct

rnd = random.Random(20260131)


def text(value):
    digits, exponent = f"{value!r}", 0
    sign = "-" if digits.startswith("-") else ""
    digits = digits.lstrip("-")
    if "e" in digits:
        digits, exponent = digits.split("e")
        exponent = int(exponent)
    whole, _, fraction = digits.partition(".")
    exponent -= len(fraction)
    digits = (whole + fraction).lstrip("0")
    stripped = digits.rstrip("0")
    exponent += len(digits) - len(stripped)
    digits = stripped
    if not digits:
        return sign + "0"
    point = len(digits) + exponent
    if point > 17 or point < -4:
        return f"{sign}{digits[0]}{'.' if len(digits) > 1 else ''}{digits[1:]}e{point - 1}"
    if point <= 0:
        return f"{sign}0.{'0' * -point}{digits}"
    if exponent >= 0:
        return sign + digits + "0" * exponent
    return f"{sign}{digits[:point]}.{digits[point:]}"


def fixed(value, decimals):
    result = f"{value:.{decimals}f}"
    return result.lstrip("-") if not result.strip("-0.") else result


def from_bits(bits):
    return struct.unpack("<d", struct.pack("<Q", bits))[0]


def to_bits(value):
    return struct.unpack("<Q", struct.pack("<d", value))[0]


values = [0.0, -0.0, 1.0, -1.0, 0.1, 0.2, 0.3, 0.1 + 0.2, 1 / 3, 2 / 3, 5e-324, -5e-324, 1.7976931348623157e308, 2.2250738585072014e-308, 2.225073858507201e-308,
          9007199254740991.0, 9007199254740992.0, 9007199254740993.0, 9007199254740994.0, 9007199254740996.0, 1e15, 1e16, 1e17, 1e18, 123456789012345678.0, 99999999999999990.0, 1e21, 1e22, 1e23,
          1e-4, 1e-5, 9.999e-6, 1e-6, 1e-7, 1.5e-5, 1.23456789e-5, 123.456, 0.5, 0.25, 0.125, 2.5, 3.5, 1e100, 1.5e300, 4.35, 0.005, 1.005, 2.675, 1e-323, 1.5e-323,
          5e-320, 1e-310, 2.0**-44, 2.0**-1022, 9.5367431640625e-07, 4.4501477170144023e-308, 8.41e21, 2.0**63, 2.0**64, 8.5, 0.05, 0.15, 0.45, 999999999999999.9, 99999999999999.95,
          0.999999999999999, 0.9999999999999999, 100000000000000.02, 1234567.891]
values += [2.0**n for n in range(-1074, 1024, 7)]
values += [float(f"1e{n}") for n in range(-323, 309, 5)]
values += [from_bits(to_bits(2.0**n) + d) for n in range(-1020, 1024, 37) for d in (-1, 1)]
values += [from_bits(rnd.randrange(0x7FF0000000000000)) for _ in range(150)]
values += [-from_bits(rnd.randrange(1, 0x0010000000000000)) for _ in range(30)]
values += [rnd.uniform(-1, 1) for _ in range(50)]
values += [round(rnd.uniform(0, 10**rnd.randrange(1, 9)), rnd.randrange(1, 7)) for _ in range(80)]
values += [rnd.randrange(1, 2**53) / 2**rnd.randrange(1, 60) for _ in range(50)]
values += [rnd.randrange(10**15, 10**17) * 1.0 for _ in range(30)]
values += [n + odd / 16 for n in (2**43, 2**43 + 12345, 2**44 - 7) for odd in range(1, 16, 2)]  # ties between two shortest texts
for value in values:
    decimals = rnd.randrange(18)
    print(f"{to_bits(value):016x} {text(value)} {decimals} {fixed(value, decimals)}")
