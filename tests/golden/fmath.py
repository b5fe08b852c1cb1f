#!/usr/bin/python3
"""Writes tests/golden/fmath.txt: the functions of base/fmath.h by mpmath, at arguments from every regime.

Usage: python3 tests/golden/fmath.py [COUNT] > tests/golden/fmath.txt      (COUNT: arguments a regime, default 20)

A line is: function, argument(s) as C hexadecimal floats, the nearest double to the true value, and the distance from that double to the
true value in units in the last place of the double, so that a test can tell 0.49 ulp from 0.51.
"""
import math
import random
import struct
import sys

from mpmath import mp, mpf

mp.prec = 400
rnd = random.Random(20260131)
COUNT = int(sys.argv[1]) if len(sys.argv) > 1 else 20
HUGE = sys.float_info.max
TINY = 5e-324


def between(low, high):
    return [rnd.uniform(low, high) for _ in range(COUNT)]


def powers(low, high, negative=False):
    """Arguments whose exponent of 2 is uniform between low and high."""
    values = [math.ldexp(rnd.uniform(1, 2), rnd.randrange(low, high)) for _ in range(COUNT)]
    return values + [-v for v in values] if negative else values


def around(*points):
    values = []
    for p in points:
        values += [p, math.nextafter(p, math.inf), math.nextafter(p, -math.inf)]
    return values


def near(point, low, high):
    """Arguments at distances 2^low to 2^high from a point."""
    return [point + rnd.choice((-1, 1)) * math.ldexp(rnd.uniform(1, 2), rnd.randrange(low, high)) for _ in range(COUNT)]


def bits():
    """Any positive double, subnormal ones too."""
    return [struct.unpack("<d", struct.pack("<Q", rnd.randrange(1, 0x7FF0000000000000)))[0] for _ in range(COUNT)]


def nearest(value):
    """The double nearest to an mpf, ties to even, subnormal range included; and the unit in its last place."""
    if value == 0:
        return 0.0, mpf(TINY)
    exponent = max(int(mp.floor(mp.log(abs(value), 2))) - 52, -1074)
    scaled = mp.ldexp(value, -exponent)
    whole = int(mp.nint(scaled))
    head = math.ldexp(float(whole), exponent) if abs(whole) <= 2**53 else float(value)
    exponent = max(math.frexp(head)[1] - 53, -1074)
    return head, mp.ldexp(1, exponent)


def write(name, true, *arguments):
    if not mp.isfinite(true):
        return
    try:
        head, ulp = nearest(true)
    except OverflowError:
        return
    if math.isinf(head):
        return
    off = (true - mpf(head)) / ulp
    print(name, *(float(a).hex() for a in arguments), head.hex(), mp.nstr(off, 6, min_fixed=-99, max_fixed=99))


def table(name, function, arguments):
    for x in arguments:
        write(name, function(mpf(x)), x)


def quadrants():
    """The doubles that lie nearest to multiples of pi/2, where reduction loses most."""
    values = []
    for n in [1, 2, 3, 4, 5, 7, 8, 11, 64, 355, 710, 1000, 103993 * 2, 12345678, 312689 * 2, 411557987, 636619772]:
        values += around(float(n * mp.pi / 2))
    return values


exp_points = [x for n in (0.5, 1, 1.5, 2, 10) for s in (-1, 1) for x in around(s * float(n * mp.log(2)))]
table("exp", mp.exp, [0.0, 1.0, -1.0, *exp_points, *around(709.782712893384, -708.3964185322641, -745.1332191019411),
                      *between(-1, 1), *between(-50, 50), *between(-708, 709), *between(-745.1, -708), *powers(-60, -1, True)])
table("expm1", mp.expm1, [0.0, 1.0, -1.0, *exp_points, *around(709.782712893384, 37.43, -37.43, -40.0),
                          *between(-1, 1), *between(-0.35, 0.35), *between(-41, 50), *between(0, 709), *powers(-1074, -50, True), *powers(-60, -1, True)])
table("log", mp.log, [1.0, 2.0, 0.5, 3.0, 10.0, TINY, HUGE, *around(1.0, math.sqrt(2), math.sqrt(0.5), math.e, 2.2250738585072014e-308),
                      *between(0.5, 2), *near(1, -52, -2), *powers(-10, 10), *bits(), *powers(-1074, -1022)])
table("log1p", mp.log1p, [0.0, 1.0, -0.5, *around(-1 + 2**-53, 1.0, math.sqrt(2) - 1, math.sqrt(0.5) - 1), HUGE,
                          *between(-0.5, 1), *[-1 + v for v in powers(-52, 0)], *powers(-1070, -50, True), *powers(-60, -1, True), *bits(), *powers(-5, 80)])
table("log2", lambda x: mp.log(x, 2), [1.0, TINY, HUGE, *around(1.0, math.sqrt(2), 8.0, 0.25), *(2.0**n for n in range(-1074, 1024, 61)),
                                       *between(0.5, 2), *near(1, -52, -2), *powers(-10, 10), *bits()])
table("log10", mp.log10, [1.0, TINY, HUGE, *around(1.0, math.sqrt(2), 8.0, 0.25), *(10.0**n for n in range(23)),
                          *between(0.5, 2), *near(1, -52, -2), *powers(-10, 10), *bits()])
table("sin", mp.sin, [0.0, 1.0, 1e9, -1e9, *quadrants(), *between(-0.8, 0.8), *between(-10, 10), *between(-1e5, 1e5), *between(-1e9, 1e9), *powers(-1074, -1, True), *powers(-30, -1, True)])
table("cos", mp.cos, [0.0, 1.0, 1e9, -1e9, *quadrants(), *between(-0.8, 0.8), *between(-10, 10), *between(-1e5, 1e5), *between(-1e9, 1e9), *powers(-1074, -1, True), *powers(-30, -1, True)])
table("tanh", mp.tanh, [0.0, 1.0, *around(0.17328679513998632, 0.5, 20.0, 19.06), *between(-1, 1), *between(-20, 20), *powers(-1074, -1, True), *powers(-30, -1, True)])
table("atan", mp.atan, [0.0, 1.0, HUGE, *(x for i in range(1, 40) for x in around(i / 8)), *between(-1, 1), *between(-10, 10), *powers(-1074, -1, True), *powers(-30, 70, True)])

pairs = [(2, 0.5), (10, 22), (10, -5), (3, 33), (0.5, 1074), (0.5, 1060.5), (2, 1023), (1.0000000000000002, 1e18), (0.9999999999999999, 1e18), (HUGE, 0.5), (TINY, 0.5), (TINY, -0.9),
         (-3, 3), (-3, 4), (-2.5, -301), (-7, 1e15 + 1), (math.e, 700), (1.5, 1 / 3)]
pairs += list(zip(between(0, 10), between(-50, 50)))
pairs += list(zip(between(0.5, 2), between(-1000, 1000)))
pairs += list(zip(bits(), between(-1, 1)))
pairs += [(x, rnd.uniform(-740, 709) / float(mp.log(x))) for x in bits()]
pairs += [(x, rnd.uniform(-740, 709) / float(mp.log(x))) for x in near(1, -52, -2)]
pairs += [(x, rnd.uniform(-744.5, -708.5) / float(mp.log(x))) for x in powers(-60, 60)]
pairs += [(rnd.randrange(2, 60), rnd.randrange(1, 12)) for _ in range(COUNT)]
pairs += [(x, y) for x, y in zip(powers(-60, 60), powers(-70, -40, True))]
for x, y in pairs:
    write("pow", mp.power(mpf(x), mpf(y)), x, y)
