#!/usr/bin/env python3
"""Records what Flink's own BashJavaUtils makes of the JobManager's memory, for jobmanager_memory_test.cpp.

    record_jobmanager_memory.py FLINK_HOME ... > jobmanager_memory.json

Takes a second a configuration and version. The configurations are the same for all versions.

SPDX-License-Identifier: Apache-2.0
"""

import itertools
import json
import re
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

PREFIX = "jobmanager.memory."
MARK = "BASH_JAVA_UTILS_EXEC_RESULT:"


def configurations():
    """Each a dictionary of keys without their common beginning: what fits and what does not."""
    for size in ("700m", "1g", "1600m", "1601m", "2g", "4g", "4097m", "7777777777", "12 gb", "64g", "1t"):
        yield {"process.size": size}
    for size in ("512m", "1g", "1999m", "3 GB", "16g", "123456789b", "40g"):
        yield {"flink.size": size}
    for size in ("128m", "1g", "1234567890", "5g", "33g"):
        yield {"heap.size": size}
    for size, fraction in itertools.product(("1600m", "4g", "9876543210"), ("0", "0.05", "0.2", "0.33", "0.5")):
        yield {"process.size": size, "jvm-overhead.fraction": fraction, "jvm-overhead.max": "100g", "jvm-overhead.min": "0"}
    for size, fraction in itertools.product(("1g", "3333333333"), ("0.1", "0.15", "0.4", "0.000123")):
        yield {"flink.size": size, "jvm-overhead.fraction": fraction, "jvm-overhead.max": "100g", "jvm-overhead.min": "1b"}
    small = {"jvm-metaspace.size": "96m", "off-heap.size": "16m", "jvm-overhead.min": "16m", "jvm-overhead.max": "16m"}
    yield {"process.size": "320m", **small}
    yield {"process.size": "320m", **small, "enable-jvm-direct-memory-limit": "true"}
    yield {"process.size": "129m", **small}
    yield {"process.size": "128m", **small}
    yield {"process.size": "112m", **small}
    yield {"heap.size": "1g", "off-heap.size": "0"}
    yield {"heap.size": "1g", "flink.size": "1152m"}
    yield {"heap.size": "1g", "flink.size": "1g"}
    yield {"heap.size": "1g", "flink.size": "2g"}
    yield {"heap.size": "2g", "flink.size": "1g"}
    yield {"heap.size": "1g", "flink.size": "1g", "off-heap.size": "128m"}
    yield {"heap.size": "1g", "flink.size": "1152m", "off-heap.size": "128m"}
    yield {"heap.size": "1g", "flink.size": "1g", "process.size": "1600m"}
    yield {"flink.size": "128m"}
    yield {"process.size": "1600m", "jvm-metaspace.size": "0"}
    yield {"process.size": "1600m", "enable-jvm-direct-memory-limit": "TRUE"}
    yield {"process.size": "1600m", "jvm-overhead.fraction": "2e-1"}
    yield {"heap.size": "9223372036854775807"}
    yield {"process.size": "1600m", "off-heap.size": "9223372036854775807"}
    yield {"flink.size": "1g", "process.size": "1600m"}
    yield {"flink.size": "1g", "process.size": "1472m"}
    yield {"flink.size": "1g", "process.size": "1300m"}
    yield {"heap.size": "1g", "process.size": "1700m"}
    yield {"flink.size": "100m"}
    yield {"process.size": "400m"}
    yield {"process.size": "1600m", "jvm-overhead.min": "2g", "jvm-overhead.max": "1g"}
    yield {"process.size": "1600m", "jvm-overhead.fraction": "1"}
    yield {"process.size": "many"}
    yield {}


def numbers(home, configuration, directory):
    """Bytes of what was derived, or None: it was refused."""
    lib = Path(home) / "lib"
    classes = ":".join(map(str, [*lib.glob("flink-dist*.jar"), *lib.glob("log4j*.jar"), Path(home) / "bin" / "bash-java-utils.jar"]))
    command = ["java", "-classpath", classes, "org.apache.flink.runtime.util.bash.BashJavaUtils", "GET_JM_RESOURCE_PARAMS",
               "--configDir", directory]
    for key, value in configuration.items():
        command += ["-D", f"{PREFIX}{key}={value}"]
    output = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True).stdout
    lines = [line.removeprefix(MARK) for line in output.splitlines() if line.startswith(MARK)]
    if len(lines) != 2:
        return None
    heap = int(re.search(r"-Xmx(\d+)", lines[0])[1])
    metaspace = int(re.search(r"MaxMetaspaceSize=(\d+)", lines[0])[1])
    dynamic = dict(re.findall(r"jobmanager\.memory\.([a-z.-]+)=(\d+)b", lines[1]))
    assert dynamic["jvm-overhead.min"] == dynamic["jvm-overhead.max"] and int(dynamic["heap.size"]) == heap
    return {"heap": heap, "metaspace": metaspace, "off_heap": int(dynamic["off-heap.size"]), "overhead": int(dynamic["jvm-overhead.max"]),
            "limits_direct_memory": "MaxDirectMemorySize" in lines[0]}


def main():
    cases = list(configurations())
    recorded = []
    with tempfile.TemporaryDirectory() as directory, ThreadPoolExecutor(2) as pool:
        for name in ("flink-conf.yaml", "config.yaml"):
            (Path(directory) / name).write_text("parallelism.default: 1\n")
        for home in sys.argv[1:]:
            version = re.search(r"(\d+\.\d+\.\d+)\.jar", next((Path(home) / "lib").glob("flink-dist*.jar")).name)[1]
            derived = pool.map(lambda case, home=home: numbers(home, case, directory), cases)
            recorded += [{"flink": version, "configuration": case, "derived": one} for case, one in zip(cases, derived)]
    print("[\n" + ",\n".join(json.dumps(one) for one in recorded) + "\n]")


if __name__ == "__main__":
    main()
