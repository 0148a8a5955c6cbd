#!/usr/bin/env python3
"""The contract's binary layout as names and numbers: layout.txt, which bindings in other languages are compared with.

    layout.py --check     layout.txt is what the compilers say of the headers (CC and CXX name them; cc and c++ by default)
    layout.py --write     writes it anew

The names are taken from the headers, every number from the C compiler: a program that is made here prints them. So that no
name is overlooked, structs and enumerations are compared with those of dm_plugin.abi, which abidw has read out of a binary.
The numbers are those of 64-bit Linux, whichever processor.
SPDX-License-Identifier: Apache-2.0
"""
import os
import pathlib
import re
import shlex
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ElementTree

HERE = pathlib.Path(__file__).resolve().parent
STORED = HERE / "layout.txt"
HEAD = """\
# The binary layout of the contract on 64-bit Linux, by layout.py from the headers.
# type NAME SIZE, member TYPE.NAME OFFSET SIZE, value NAME NUMBER, text NAME TEXT
"""


def headers():
    return ["dm_plugin.h"] + sorted(path.name for path in HERE.glob("dm_*.h") if path.name != "dm_plugin.h")


def without_comments(text):
    return re.sub(r"/\*.*?\*/|//[^\n]*", " ", text, flags=re.S)


def members(body):
    """Names of a struct's members: a function pointer's stands in (*name), any other one's is the last word."""
    for declaration in filter(None, (part.strip() for part in body.split(";"))):
        pointer = re.search(r"\(\*(\w+)\)", declaration)
        yield pointer.group(1) if pointer else re.search(r"(\w+)$", declaration).group(1)


def names():
    """(kind, name, member) in the order of the headers."""
    for header in headers():
        text = without_comments((HERE / header).read_text(encoding="utf-8"))
        for name, what in re.findall(r"#define (DM_\w+) +(\S+)", text):
            if what.startswith('"'):
                yield "text", name, None
            elif re.fullmatch(r"\d+u", what):
                yield "value", name, None
        for body in re.findall(r"\benum \w+ \{(.*?)\}", text, re.S):
            for name in re.findall(r"(\w+) *=", body):
                yield "value", name, None
        for name in re.findall(r"typedef int32_t (\w+);", text):
            yield "type", name, None
        for name, body in re.findall(r"typedef struct (\w+) \{(.*?)\} \1;", text, re.S):
            yield "type", name, None
            for member in members(body):
                yield "member", name, member


def program():
    lines = ["#include <stdio.h>"] + [f'#include "{header}"' for header in headers()] + ["int main(void) {"]
    for kind, name, member in names():
        if kind == "text":
            lines.append(f'  printf("text {name} %s\\n", {name});')
        elif kind == "value":
            lines.append(f'  printf("value {name} %lld\\n", (long long){name});')
        elif kind == "type":
            lines.append(f'  printf("type {name} %lu\\n", (unsigned long)sizeof({name}));')
        else:
            lines.append(f'  printf("member {name}.{member} %lu %lu\\n", (unsigned long)offsetof({name}, {member}), '
                         f"(unsigned long)sizeof((({name} *)0)->{member}));")
    return "\n".join(lines + ["  return 0;", "}", ""])


def measured(compiler, language):
    with tempfile.TemporaryDirectory(prefix="dm-layout-") as folder:
        source = pathlib.Path(folder, "layout.txt")
        source.write_text(program(), encoding="utf-8")
        subprocess.run([*shlex.split(compiler), *language, f"-I{HERE}", str(source), "-o", f"{folder}/layout"], check=True)
        return subprocess.run([f"{folder}/layout"], stdout=subprocess.PIPE, text=True, check=True).stdout


def overlooked(layout):
    """What dm_plugin.abi has and the layout has not, or elsewhere."""
    lines = set(layout.splitlines())
    for struct in ElementTree.parse(HERE / "dm_plugin.abi").iter("class-decl"):
        if "size-in-bits" not in struct.attrib:
            continue  # opaque
        if f'type {struct.get("name")} {int(struct.get("size-in-bits")) // 8}' not in lines:
            yield f'struct {struct.get("name")}'
        for member in struct.findall("data-member"):
            place = f'member {struct.get("name")}.{member.find("var-decl").get("name")} '
            if not any(line.startswith(f'{place}{int(member.get("layout-offset-in-bits")) // 8} ') for line in lines):
                yield place
    for value in ElementTree.parse(HERE / "dm_plugin.abi").iter("enumerator"):
        if f'value {value.get("name")} {value.get("value")}' not in lines:
            yield f'value {value.get("name")}'


def main(arguments):
    if arguments not in (["--check"], ["--write"]):
        sys.exit(__doc__)
    layout = measured(os.environ.get("CC") or "cc", ["-x", "c", "-std=c11"])
    if arguments == ["--write"]:
        STORED.write_text(HEAD + layout, encoding="utf-8")
        return
    for language in (["-x", "c++", "-std=c++11"], ["-x", "c++", "-std=c++20"]):
        if measured(os.environ.get("CXX") or "c++", language) != layout:
            sys.exit(f"error: {' '.join(language)} lays the contract out in another way than C")
    missing = list(overlooked(layout))
    if missing:
        sys.exit("error: in dm_plugin.abi, and not read from the headers: " + ", ".join(missing))
    if STORED.read_text(encoding="utf-8") != HEAD + layout:
        sys.exit("error: layout.txt is not what the headers say; abi/layout.py --write makes it anew")
    print(f"layout.txt: {len(layout.splitlines())} facts are what the headers say")


if __name__ == "__main__":
    main(sys.argv[1:])
