#!/usr/bin/env python3
"""Writes abi/schemas/*.json, a JSON Schema (draft 4) of every document, from the tables of documents.md.

documents.md stays the one source: its tables give the members, their types and whether they must be there; what these
tables tell in prose only (the members of a list's elements, the words of a request's member) stands below.
With --check nothing is written: exit 1, naming the files, when one of them is not what would be written.
A document may have members that its schema does not name (DM-7), so a host can validate with the schema of its version.
"""
# SPDX-License-Identifier: Apache-2.0
import argparse
import json
import pathlib
import re
import sys

HERE = pathlib.Path(__file__).resolve().parent

STRING = {"type": "string"}
TIME = {"type": "string", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]{12}Z$"}


def objects(required, optional=()):
    """An array of objects; members are strings unless "name:type" says otherwise."""
    return {"type": "array", "items": record(required, optional)}


def record(required, optional=()):
    properties = {}
    names = []
    for member in list(required) + list(optional):
        name, _, kind = member.partition(":")
        properties[name] = TYPES[kind or "string"]
        names.append(name)
    schema = {"type": "object", "properties": properties}
    if required:
        schema["required"] = names[: len(required)]
    return schema


TYPES = {
    "string": STRING,
    "number": {"type": "integer"},
    "boolean": {"type": "boolean"},
    "time": TIME,
    "object": {"type": "object"},
    "array": {"type": "array"},
    "HDFS path": STRING,
    "path": STRING,
    "URL": STRING,
    "array of strings": {"type": "array", "items": STRING},
    "array of numbers": {"type": "array", "items": {"type": "integer"}},
    "object of strings": {"type": "object", "additionalProperties": STRING},
    "object of numbers": {"type": "object", "additionalProperties": {"type": "integer"}},
    "object of strings, numbers, booleans": {"type": "object"},
    "object of figures": {"type": "object", "additionalProperties": {"type": "number"}},
    "`host:port`": STRING,
    "`host:port` or `none`": STRING,
    "a port or a range": STRING,
    "string or null": {"type": ["string", "null"]},
    "object or null": {"type": ["object", "null"]},
}

TYPES["queue answer"] = record(["answer"], ["requested", "queue", "text"])
WARNINGS = objects(["path", "message"])
NAMED = {"namespace": STRING, "application": STRING, "component": STRING}

# (section, table, member): what the table's type column cannot say.
MEMBERS = {
    ("open", "reply", "warnings"): WARNINGS,
    ("validate", "reply", "warnings"): WARNINGS,
    ("create", "reply", "warnings"): WARNINGS,
    ("plan", "reply", "warnings"): WARNINGS,
    ("validate", "request", "scope"): {"enum": ["package", "properties", "staged"]},
    ("stop", "request", "format"): {"enum": ["canonical", "native"]},
    ("trigger", "request", "format"): {"enum": ["canonical", "native"]},
    ("destroy", "request", "savepoints"): {"enum": ["keep", "dispose"]},
    ("destroy", "request", "logs"): {"enum": ["remove", "keep"]},
    ("list", "request", "kind"): {"enum": ["savepoint", "checkpoint"]},
    ("resume", "request", "claim_mode"): {"enum": ["no_claim", "claim", "legacy"]},
    ("start", "reply", "restore_point"): record(["why"], ["id", "path"]),
    ("errors", "", "details"): objects(["path", "found", "allowed"]),
    ("errors", "", "cause"): objects(["source", "message"]),
    ("status", "entry", "vertices"): objects(["name", "status", "parallelism:number"]),
    ("status", "entry", "restarts"): record(["count:number"], ["since_at:time", "exception"]),
    ("status", "entry", "incarnations"): objects(
        ["epoch:number"],
        ["application_id", "job_id", "started_at:time", "ended_at:time", "outcome", "cause", "source", "class",
         "frame", "history_url", "client_log", "restore_point", "queue_policy:queue answer"]),
    ("status", "entry", "schedule"): {
        "type": "object",
        "properties": {
            **record(["missed:number"], ["coordinator_id", "status", "next_run_at:time", "problem"])["properties"],
            "runs": objects(
                ["number:number", "status", "missed:boolean"],
                ["due_at:time", "workflow_id", "cause", "epoch:number", "application_id", "job_id", "outcome"]),
        },
        "required": ["missed"],
    },
    ("status", "entry", "logs"): record([], ["guard", "client"]),
    ("status", "entry", "evidence"): objects(["source", "message"], ["observed_at:time"]),
    ("plan", "reply", "changes"): objects(["path", "from", "to"]),
    ("plan", "request", "next"): record(["package", "staged_path", "properties:object"], ["user"]),
    ("sources", "reply", "sources"): objects(
        ["id", "kind", "state"],
        ["epoch:number", "application_id", "container_id", "file", "host", "size_bytes:number", "modified_at:time", "reason"]),
    ("list", "request", "states"): {"type": "array", "items": STRING},
    ("inspect", "request", "records"): objects(["application", "component"], ["data:object"]),
    ("inspect", "reply", "entries"): objects(
        ["id", "kind", "what", "why", "breaks", "cleanable:boolean"],
        ["path", "application", "component", "application_id", "size_bytes:number", "modified_at:time",
         "removed:boolean", "error:object"]),
    ("inspect", "reply", "withheld"): objects(["kind", "because"]),
    ("incidents", "reply", "incidents"): objects(
        ["id", "at:time", "epoch:number", "class", "source", "message", "count:number", "size_bytes:number",
         "kept:boolean"],
        ["application_id", "job_id", "frame", "last_at:time", "problem", "document:object"]),
    ("explain", "reply", "facts"): objects(["source", "message"], ["observed_at:time"]),
}

# Document -> section, table. A reply of another verb's shape names that verb.
VERBS = ["validate", "create", "start", "stop", "destroy", "find", "status", "trigger", "list", "resume", "dispose",
         "pin", "plan", "sources", "read", "inspect", "clean", "figures", "incidents", "explain"]
REPLY_OF = {"resume": "start", "clean": "inspect"}
ALSO = {"unpin": "pin"}
BATCHES = {"status", "list", "find", "figures"}
# Of a whole namespace; the second takes all that the first one takes.
OF_ALL = {"inspect", "clean"}


def read_tables(text):
    """{(section, table): [(names, type, needed)]}, sections and tables by their lower-case first words."""
    tables = {}
    section = ""
    key = None
    columns = []
    for line in text.splitlines():
        if line.startswith("#"):
            section = re.sub(r"[^a-z ,./0-9]", "", line.lstrip("# ").lower()).split(",")[0].strip()
            key = None
        elif not line.startswith("|"):
            key = None
        elif key is None:
            columns = [cell.strip() for cell in line.strip("|").split("|")]
            table = columns[0] if columns[0] in ("request", "reply", "entry") else ""
            key = (section, table)
            if "type" in columns and columns[0] in ("request", "reply", "entry", "member"):
                tables.setdefault(key, [])
            else:
                key = (section, None)
        elif not line.startswith("|---") and key[1] is not None:
            cells = [cell.strip() for cell in re.split(r"(?<!\\)\|", line.strip().strip("|"))]
            names = re.findall(r"`([a-z_]+)`", cells[0])
            tables[key].append((names, cells[1], cells[2]))
    return tables


def members_of(tables, section, table, needed_words=("always",)):
    properties = {}
    required = []
    for names, kind, needed in tables.get((section, table), []):
        for name in names:
            schema = MEMBERS.get((section, table, name), TYPES.get(kind))
            if schema is None:
                sys.exit(f"documents.md: {section}: {name}: no type \"{kind}\" is known to {__file__}")
            properties[name] = schema
            if needed.split(" ")[0].split(";")[0] in needed_words:
                required.append(name)
    return properties, required


def schema_of(title, properties, required, definitions=None):
    schema = {
        "$schema": "http://json-schema.org/draft-04/schema#",
        "title": title,
        "type": "object",
        "properties": {"schema": {"enum": [1]}, **properties},
        "required": sorted(set(["schema"] + required)),
    }
    if definitions:
        schema["definitions"] = definitions
    return schema


def schemas(tables):
    error_properties, error_required = members_of(tables, "errors", "")
    error = {"type": "object", "properties": error_properties, "required": sorted(error_required)}
    point_properties, point_required = members_of(tables, "restore points", "")
    point = {"type": "object", "properties": point_properties, "required": sorted(point_required)}
    error_ref = {"$ref": "#/definitions/error"}
    point_ref = {"$ref": "#/definitions/restore_point"}
    documents = {"error": schema_of("An error alone", {"error": error_ref}, ["error"], {"error": error})}

    properties, required = members_of(tables, "manifest", "")
    documents["manifest"] = schema_of("The manifest of the plugin's table", properties,
                                      [name for name in properties])
    documents["environment"] = schema_of(
        "What open() is given", {"environment": {"type": "object"}, "settings": {"type": "object"}}, ["environment"])
    documents["open_reply"] = schema_of("The reply of open()", {"warnings": WARNINGS}, ["warnings"])
    properties, required = members_of(tables, "events", "")
    documents["progress_event"] = schema_of("An event of progress", properties, required)

    for verb in VERBS:
        properties, required = members_of(tables, verb, "request", ("needed",))
        if verb in ("status", "list", "figures"):
            properties["components"] = {
                "type": "array",
                "items": {"type": "object",
                          "properties": {**NAMED, "data": {"type": "object"}},
                          "required": sorted([*NAMED, "data"])}}
        elif verb in OF_ALL:
            of_all, always = members_of(tables, "inspect", "request", ("needed",))
            properties = {"namespace": STRING, **of_all, **properties}
            required = always + ["namespace"]
        else:
            properties = {**NAMED, **properties, "user": STRING}
            required = required + (["namespace"] if verb == "find" else ["component", "namespace"])
            if verb not in ("find", "validate"):
                required.append("application")
            if verb == "create":
                required.append("user")
            elif verb not in ("validate", "find"):
                properties["data"] = {"type": "object"}
                required.append("data")
        if verb == "validate":
            required = [name for name in required if name != "staged_path"]
        documents[f"{verb}_request"] = schema_of(f"The request of {verb}", properties, required)

        of = REPLY_OF.get(verb, verb)
        properties, required = members_of(tables, of, "reply")
        definitions = {"error": error}
        for name, kind in list(properties.items()):
            if name in ("savepoint", "restore_point") and kind == TYPES["object or null"]:
                properties[name] = {"anyOf": [{"type": "null"}, point_ref]}
                definitions["restore_point"] = point
        if verb in BATCHES:
            entry, entry_required = members_of(tables, verb, "entry")
            if "points" in entry:
                entry["points"] = {"type": "array", "items": point_ref}
                definitions["restore_point"] = point
            entry["error"] = error_ref
            properties["components"] = {"type": "array", "items": {
                "type": "object", "properties": entry, "required": sorted(entry_required)}}
        if verb == "destroy":
            properties["changed"] = {"type": "boolean"}
            required.append("changed")
        properties["error"] = error_ref
        # A request that was refused as a whole has only the error.
        reply = schema_of(f"The reply of {verb}", properties, [], definitions)
        answered = sorted(set(required))
        reply["anyOf"] = [{"required": ["error"]}, {"required": answered}] if answered else [{"type": "object"}]
        documents[f"{verb}_reply"] = reply
    for verb, like in ALSO.items():
        for kind in ("request", "reply"):
            copy = json.loads(json.dumps(documents[f"{like}_{kind}"]))
            copy["title"] = copy["title"].replace(like, verb)
            documents[f"{verb}_{kind}"] = copy
    return documents


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 when a file is out of date")
    check = parser.parse_args().check
    documents = schemas(read_tables((HERE / "documents.md").read_text(encoding="utf-8")))
    folder = HERE / "schemas"
    wanted = {folder / f"{name}.json": json.dumps(schema, indent=2) + "\n" for name, schema in documents.items()}
    there = {path: path.read_text(encoding="utf-8") for path in folder.glob("*.json")}
    different = sorted(path.name for path in wanted.keys() | there.keys() if wanted.get(path) != there.get(path))
    if check:
        if different:
            print("not what documents.md says; run abi/schemas.py:", ", ".join(different))
        return 1 if different else 0
    folder.mkdir(exist_ok=True)
    for path in there.keys() - wanted.keys():
        path.unlink()
    for path, text in wanted.items():
        path.write_text(text, encoding="utf-8")
    print(f"{len(wanted)} schemas, {len(different)} of them changed")
    return 0


if __name__ == "__main__":
    sys.exit(main())
