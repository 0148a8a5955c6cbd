#!/usr/bin/env python3
"""Every rule that is cited by number is listed: INV, D and E in plugin/RULES.md, DM in abi/dm_plugin.h.

usage: check_rules.py ROOT; prints each citation of a number that is not listed, and exits 1 when there is one.
"""
# SPDX-License-Identifier: Apache-2.0
import pathlib
import re
import sys

CITED_IN = ("plugin", "abi", "examples", "test", "cmake")
ENDINGS = {".h", ".c", ".cpp", ".md", ".txt", ".cmake", ".py", ".sh", ".java"}
# "E402" is a word of a Python checker; rules have two digits.
CITATION = re.compile(r"\b(INV-\d{1,2}|DM-\d{1,2}|D-\d{1,2}|E\d{1,2})\b")


def listed(root):
    rules = (root / "plugin" / "RULES.md").read_text(encoding="utf-8")
    header = (root / "abi" / "dm_plugin.h").read_text(encoding="utf-8")
    return set(re.findall(r"^\| ((?:INV|D)-\d+|E\d+) \|", rules, re.M)) | set(re.findall(r"^ \*\s+(DM-\d+) ", header, re.M))


def citations(root):
    for folder in CITED_IN:
        for path in sorted((root / folder).rglob("*")):
            if path.suffix not in ENDINGS or "build" in path.relative_to(root).parts[1:-1] or not path.is_file():
                continue
            for number, line in enumerate(path.read_text(encoding="utf-8", errors="replace").splitlines(), 1):
                for rule in CITATION.findall(line):
                    yield rule, path.relative_to(root), number


def main():
    root = pathlib.Path(sys.argv[1])
    known = listed(root)
    if len(known) < 50:
        sys.exit(f"only {len(known)} rules are listed: the pages are not read as they are written")
    unknown = [f"{path}:{line}: {rule} is listed nowhere" for rule, path, line in citations(root) if rule not in known]
    print("\n".join(unknown) or f"{len(known)} rules are listed, and none that is cited is missing")
    return 1 if unknown else 0


if __name__ == "__main__":
    sys.exit(main())
