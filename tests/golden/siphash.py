#!/usr/bin/python3
"""Writes tests/golden/siphash.txt: SipHash-1-3 and SipHash-2-4 of texts of many lengths, by OpenSSL 3 (openssl mac).

Usage: python3 tests/golden/siphash.py > tests/golden/siphash.txt

A line is: the rounds (13 or 24), a length, the key and the hash, both as bytes in hexadecimal. The text is the bytes 0, 1, 2 ... as in the
vectors that the authors publish (vectors.h of their reference code: SipHash-2-4, key 000102...0f, lengths 0 to 63); with that key the lines
"24" are those vectors, which is checked here by the first two, the last one and the example of the paper's appendix A (length 15).
"""
import subprocess

PUBLISHED = {0: "310e0edd47db6f72", 1: "fd67dc93c539f874", 15: "e545be4961ca29a1", 63: "724506eb4c328a95"}
KEYS = ["000102030405060708090a0b0c0d0e0f", "ffffffffffffffff0000000000000000", "d1310ba698dfb5ac2ffd72dbd01adfb7"]


def mac(rounds, key, text):
    options = ["hexkey:" + key, "size:8", f"c-rounds:{rounds // 10}", f"d-rounds:{rounds % 10}"]
    command = ["openssl", "mac", "-binary"]
    for option in options:
        command += ["-macopt", option]
    return subprocess.run(command + ["-in", "-", "SIPHASH"], input=text, capture_output=True, check=True).stdout.hex()


for rounds in (13, 24):
    for key in KEYS:
        for length in [*range(64), 100, 255, 256, 257] if key == KEYS[0] else range(0, 24, 5):
            value = mac(rounds, key, bytes(i % 256 for i in range(length)))
            if rounds == 24 and key == KEYS[0]:
                assert PUBLISHED.get(length, value) == value, (length, value)
            print(rounds, length, key, value)
