#!/usr/bin/python3
"""Writes tests/golden/digest.txt: XXH3 (128 bits, no seed) of texts of many lengths, by libxxhash as its package links it.

Usage: python3 tests/golden/digest.py > tests/golden/digest.txt        (Debian: libxxhash0; `xxh128sum` prints the same)

A line is: a length and the digest of the first so many bytes of the sequence b[i] = (i * i * 31 + i * 7 + i // 256) mod 256. The lengths stand
on both sides of every switch of the construction: 3, 8, 16, 128, 240 bytes, the stripe of 64 and the block of 1024. The first line is the published
value of the empty text.
"""
import ctypes


class Hash128(ctypes.Structure):
    _fields_ = [("low", ctypes.c_uint64), ("high", ctypes.c_uint64)]


library = ctypes.CDLL("libxxhash.so.0")
library.XXH3_128bits.restype = Hash128
library.XXH3_128bits.argtypes = [ctypes.c_char_p, ctypes.c_size_t]


def digest(data):
    value = library.XXH3_128bits(data, len(data))
    return f"{value.high:016x}{value.low:016x}"


assert digest(b"") == "99aa06d3014798d86001c324468d497f"
data = bytes((i * i * 31 + i * 7 + i // 256) % 256 for i in range(5000))
for n in [*range(70), 79, 80, 81, 95, 96, 97, 127, 128, 129, 130, 191, 192, 193, 239, 240, 241, 255, 256, 257, 511, 512, 513, 1000, 1023, 1024, 1025, 1088, 2048, 4095, 5000]:
    print(n, digest(data[:n]))
