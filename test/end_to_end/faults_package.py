"""The package of faults under other names, with other components.

SPDX-License-Identifier: Apache-2.0
"""

import io
import json
import tarfile

from environment import PACKAGES
from scenario import FAULTS


def faults_package(name, descriptors):
    """Its archive, bytes. descriptors: for each component, which is like `job`, its hdfs.json; None for one without."""
    buffer = io.BytesIO()
    with tarfile.open(PACKAGES / f"{FAULTS}.tar.gz") as source, tarfile.open(fileobj=buffer, mode="w:gz") as target:
        for member in source:
            content = source.extractfile(member).read() if member.isfile() else b""
            path = member.name.replace(FAULTS, name, 1)
            for component in descriptors if f"{name}/flink/job" in path else ["job"]:
                member.name = path.replace("/flink/job", f"/flink/{component}", 1)
                target.addfile(member, io.BytesIO(content))
        for component, descriptor in descriptors.items():
            if descriptor is None:
                continue
            text = json.dumps(descriptor).encode()
            member = tarfile.TarInfo(f"{name}/flink/{component}/hdfs.json")
            member.size = len(text)
            target.addfile(member, io.BytesIO(text))
    return buffer.getvalue()
