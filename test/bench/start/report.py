"""Medians, the table, and the goals as ratios of one run.

SPDX-License-Identifier: Apache-2.0
"""

from statistics import median

MEGABYTE = 1 << 20
COLUMNS = [
    # title, member of a run, divisor, digits
    ("ACCEPTED s", "accepted_seconds", 1, 2),
    ("RUNNING s", "running_seconds", 1, 1),
    ("edge CPU s", "edge_cpu_seconds", 1, 2),
    ("edge MB", "edge_peak_bytes", MEGABYTE, 1),
    ("resident MB", "edge_peak_resident_bytes", MEGABYTE, 1),
    ("JM CPU s", "jobmanager_cpu_seconds", 1, 1),
    ("TM CPU s", "taskmanager_cpu_seconds", 1, 1),
    ("JM MB", "jobmanager_bytes", MEGABYTE, 0),
    ("TM MB", "taskmanager_bytes", MEGABYTE, 0),
    ("uploaded kB", "uploaded_bytes", 1024, 0),
]
BASE = "flink-run"
# what, way, member, at most: of the way's median to that of flink run as it comes out of the box
GOALS = [
    ("to ACCEPTED", "direct", "accepted_seconds", 1 / 20),
    ("to RUNNING", "direct", "running_seconds", 0.45),
    ("edge CPU", "direct", "edge_cpu_seconds", 1 / 50),
    ("edge memory", "direct", "edge_peak_bytes", 1 / 40),
    ("to RUNNING", "per-job", "running_seconds", 0.6),
    ("client CPU", "per-job", "edge_cpu_seconds", 0.6),
]
MOST_UPLOADED = 64 << 10  # of a restart
AT_ONCE_GOALS = [("wall", "seconds", 0.5), ("edge peak memory", "edge_peak_bytes", 1 / 20)]


def medians(runs):
    """Of each member that the runs which succeeded have."""
    good = [run for run in runs if "problem" not in run]
    members = {name for run in good for name, value in run.items() if isinstance(value, (int, float))}
    return {name: median(run[name] for run in good if name in run) for name in sorted(members)}


def goals(results, at_once):
    """Each goal of the project: what, the ratio that was measured (None: not), the most that it may be, whether it is met."""
    base = results.get(BASE, {}).get("median", {})
    found = []
    for what, way, member, most in GOALS:
        own = results.get(way, {}).get("median", {})
        ratio = own[member] / base[member] if own.get(member) is not None and base.get(member) else None
        found.append({"goal": f"{way}, {what}", "ratio": ratio, "most": most, "met": None if ratio is None else ratio <= most})
    uploaded = results.get("direct", {}).get("median", {}).get("uploaded_bytes")
    found.append({"goal": "direct, bytes uploaded by a restart", "bytes": uploaded, "most": MOST_UPLOADED,
                  "met": None if uploaded is None else uploaded <= MOST_UPLOADED})  # fmt: skip
    base, own = at_once.get(BASE, {}), at_once.get("direct", {})
    for what, member, most in AT_ONCE_GOALS:
        both = all(one and "problem" not in one and one.get(member) is not None for one in (base, own))
        ratio = own[member] / base[member] if both else None
        found.append({"goal": f"direct, many at once, {what}", "ratio": ratio, "most": most,
                      "met": None if ratio is None else ratio <= most})  # fmt: skip
    return found


def table(rows):
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    return [
        "  ".join(cell.ljust(width) if i == 0 else cell.rjust(width) for i, (cell, width) in enumerate(zip(row, widths))).rstrip()
        for row in rows
    ]


def shown(value, divisor, digits):
    return "-" if value is None else f"{value / divisor:.{digits}f}"


def lines(document):
    """The whole report, for people."""
    told = [f"Flink {document['flink_version']}, {document['runs']} runs of each way in turn, medians"]
    rows = [["way", "runs", *(title for title, *_ in COLUMNS)]]
    notes = []
    for name, result in document["ways"].items():
        if result.get("not_supported"):
            notes.append(f"{result['title']}: {result['not_supported']}")
            continue
        good = [run for run in result["runs"] if "problem" not in run]
        notes += [f"{result['title']}: {run['problem']}" for run in result["runs"] if "problem" in run]
        cells = [shown(result["median"].get(member), divisor, digits) for _, member, divisor, digits in COLUMNS]
        rows.append([f"{result['title']} ({name})", f"{len(good)}/{len(result['runs'])}", *cells])
    told += table(rows)
    if document["at_once"]:
        told += ["", f"{document['at_once_count']} at once, in small containers"]
        rows = [["way", "running", "all RUNNING s", "edge CPU s", "edge peak MB", "resident MB"]]
        for name, one in document["at_once"].items():
            if "problem" in one:
                notes.append(f"{name}, many at once: {one['problem']}")
            rows.append([name, f"{one.get('running', 0)}", shown(one.get("seconds"), 1, 1),
                         shown(one.get("edge_cpu_seconds"), 1, 2),
                         shown(one.get("edge_peak_bytes"), MEGABYTE, 1),
                         shown(one.get("edge_peak_resident_bytes"), MEGABYTE, 1)])  # fmt: skip
        told += table(rows)
    told += ["", f"goals, against {BASE}"]
    rows = [["goal", "measured", "at most", ""]]
    for goal in document["goals"]:
        measured = goal.get("ratio", goal.get("bytes"))
        word = {None: "not measured", True: "pass", False: "MISS"}[goal["met"]]
        rows.append([goal["goal"], "-" if measured is None else f"{measured:.4g}", f"{goal['most']:.4g}", word])
    told += table(rows)
    return told + ([""] + [f"note: {note}" for note in notes] if notes else [])
