#!/usr/bin/python3
"""Writes tests/golden/rng_hash.txt: dw_rng_hash of texts of many lengths, by Python's integers, with little-endian words.

Usage: python3 tests/golden/rng_hash.py > tests/golden/rng_hash.txt

A line is: a length and dw_rng_hash of the first so many bytes of the sequence b[i] = (i * i * 31 + i * 7 + i // 256) mod 256.
"""
M = 2**64 - 1
PI = [0x243F6A8885A308D3, 0x13198A2E03707344, 0xA4093822299F31D0, 0x082EFA98EC4E6C89, 0x452821E638D01377, 0xBE5466CF34E90C6C, 0xC0AC29B7C97C50DD, 0x3F84D5B5B5470917]


def word(data, at, size=8):
    return int.from_bytes(data[at : at + size], "little")


def fold(a, b):
    return (a * b & M) ^ (a * b >> 64) ^ a ^ b


def hash64(data):
    n = len(data)
    seed, a, b, at = PI[6] ^ (n * PI[7] & M), 0, 0, 0
    if n > 16:
        if n > 64:
            s = [seed, seed, seed ^ PI[0], seed ^ PI[1]]
            while n - at > 64:
                s = [fold(word(data, at + 16 * i) ^ PI[2 + i], word(data, at + 16 * i + 8) ^ s[i]) for i in range(4)]
                at += 64
            seed = fold(s[0] ^ PI[2], s[1]) ^ fold(s[2] ^ PI[3], s[3])
        while n - at > 16:
            seed = fold(word(data, at) ^ PI[2], word(data, at + 8) ^ seed)
            at += 16
        a, b = word(data, n - 16), word(data, n - 8)
    elif n >= 8:
        a, b = word(data, 0), word(data, n - 8)
    elif n >= 4:
        a, b = word(data, 0, 4), word(data, n - 4, 4)
    elif n > 0:
        a = data[0] << 16 | data[n // 2] << 8 | data[n - 1]
    return fold(fold(a ^ PI[0], b ^ seed) ^ PI[1], seed ^ PI[4])


data = bytes((i * i * 31 + i * 7 + i // 256) % 256 for i in range(5000))
for n in [*range(70), 79, 80, 81, 95, 96, 97, 127, 128, 129, 130, 191, 192, 193, 255, 256, 257, 1000, 1024, 4095, 5000]:
    print(n, f"{hash64(data[:n]):016x}")
