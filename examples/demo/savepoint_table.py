#!/usr/bin/env python3
"""Prints an application's restore points as a table, from the Deployment Manager's list of savepoints.

Reads the body of GET /applications/<application>/savepoints from standard input.

SPDX-License-Identifier: Apache-2.0
"""

import json
import sys

from status_table import table

HEAD = ["id", "kind", "state", "by", "epoch", "size", "took", "completed"]


def size(count):
    """Bytes as people read them."""
    if count is None:
        return "-"
    for unit in ("B", "kB", "MB", "GB"):
        if count < 1000:
            return f"{count:.0f} {unit}" if unit == "B" else f"{count:.1f} {unit}"
        count /= 1000
    return f"{count:.1f} TB"


def row(point):
    took = f"{point['duration_ms']} ms" if "duration_ms" in point else "-"
    return [
        point["id"],
        point["kind"].lower(),
        point["state"],
        point.get("operation") or "-",
        str(point.get("epoch") or "-"),
        size(point.get("size_bytes")),
        took,
        point.get("completed_at", "-"),
    ]


def main():
    listed = json.load(sys.stdin)
    for line in table([HEAD] + [row(point) for point in listed["savepoints"]]):
        print("  " + line)
    for component, told in sorted(listed.get("components", {}).items()):
        for name, title in (("in_use", "runs from"), ("next", "the next start would choose")):
            if told.get(name):
                print(f"  {component}: {title} {told[name]}")


if __name__ == "__main__":
    main()
