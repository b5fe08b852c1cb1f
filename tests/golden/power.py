#!/usr/bin/python3
"""Writes tests/golden/power.txt: 10^k as a 128-bit fraction, by Python's exact integers.

Usage: python3 tests/golden/power.py > tests/golden/power.txt

A line is: k, floor(log2(10^k)), and the leading 128 bits of 10^k (cut, not rounded) as two hexadecimal words.
"""
for k in sorted({*range(-342, 325, 9), *range(-60, 61), -342, -341, 323, 324}):
    top, bottom = 10 ** max(k, 0), 10 ** max(-k, 0)
    bits = (top << 2000) // bottom  # 10^k * 2^2000, enough for the leading bits to be those of 10^k
    length = bits.bit_length()
    lead = bits >> (length - 128)
    print(k, length - 1 - 2000, f"{lead >> 64:016x} {lead & (2**64 - 1):016x}")
