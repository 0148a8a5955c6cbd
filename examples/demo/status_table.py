#!/usr/bin/env python3
"""Prints an application's components as a table, from the Deployment Manager's detail answer.

Reads the body of GET /applications/<application>/detail from standard input.

SPDX-License-Identifier: Apache-2.0
"""

import json
import sys

COLUMNS = [
    ("component", "component"),
    ("state", "state"),
    ("confidence", "confidence"),
    ("application", "application_id"),
    ("job", "job_id"),
]


def table(rows):
    """Lines of a table whose columns line up."""
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    return ["  ".join(cell.ljust(width) for cell, width in zip(row, widths)).rstrip() for row in rows]


def main():
    detail = json.load(sys.stdin)
    components = detail.get("components", [])
    rows = [[title for title, _ in COLUMNS]]
    rows += [[str(component.get(name) or "-") for _, name in COLUMNS] for component in components]
    for line in table(rows):
        print("  " + line)
    for component in components:
        for name, title in (("reason", "reason"), ("tracking_url", "Flink page"), ("history_url", "history")):
            if component.get(name):
                print(f"  {component['component']}: {title}: {component[name]}")


if __name__ == "__main__":
    main()
