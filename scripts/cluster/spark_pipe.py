"""Profiles of records by Spark's RDD.pipe, for scripts/cluster/judge:

    spark-submit --files scripts/cluster/hadoop-map,scripts/cluster/hadoop-reduce spark_pipe.py INPUT PROFILES [GROUPS [OPTION...]]
    scripts/cluster/judge --out DIR --ref REF --rows N PROFILES

INPUT: NDJSON that Spark reads as text. PROFILES: a file here, GROUPS (default 1) merged profiles, a line each. OPTIONs: of dw-profile,
which is on the executors' PATH.

pipe ignores the exit status of its command unless checkCode is true: a worker that died would be a partition without rows. A partition
that is computed again replaces the first one: no row counts twice. The profiles go through repartition, and not coalesce, which would
leave no more than GROUPS workers to the profiling as well.
"""
import os
import shlex
import sys


def profiles_of(lines, groups, options):
    """An RDD of lines becomes a list of at most groups profiles."""
    each = " ".join(map(shlex.quote, ["sh", "hadoop-map", "1"] + options))
    profiles = lines.pipe(each, checkCode=True)
    return profiles.repartition(groups).pipe("sh hadoop-reduce", checkCode=True).collect()


def main(arguments):
    if len(arguments) < 2 or (len(arguments) > 2 and not arguments[2].isdigit()):
        sys.exit("usage: spark-submit spark_pipe.py INPUT PROFILES [GROUPS [OPTION-OF-DW-PROFILE...]]")
    from pyspark import SparkContext

    spark = SparkContext(appName="dw-profile")
    groups = int(arguments[2]) if len(arguments) > 2 else 1
    found = profiles_of(spark.textFile(arguments[0]), groups, arguments[3:])
    with open(arguments[1] + ".part", "w", encoding="utf-8") as out:
        for profile in found:
            out.write(profile + "\n")
    os.replace(arguments[1] + ".part", arguments[1])


if __name__ == "__main__":
    main(sys.argv[1:])
