#!/usr/bin/env python3
"""A host in Python, by the package dm_plugin beside it: the life of one component.

    host.py <plugin.so> <environment.json> <create request.json>

SPDX-License-Identifier: Apache-2.0
"""
import json
import sys
import threading
import time
from typing import Any, Dict

from dm_plugin import Plugin, Reply, Session

Json = Dict[str, Any]


def read(path: str) -> Json:
    with open(path, encoding="utf-8") as file:
        document: Json = json.load(file)
        return document


def show(reply: Reply) -> Reply:
    """One line on what a verb has answered; of status and list that is the component's own entry."""
    entry = reply.document.get("components", [reply.document])[0]
    told = [reply.status.name]
    if entry.get("changed"):
        told.append("changed")
    told += [f"{member} {entry[member]}" for member in ("state", "desired") if entry.get(member)]
    if entry.get("savepoint"):
        told.append(f"savepoint {entry['savepoint']['state']}")
    if "total" in entry:
        told.append(f"total {entry['total']}")
    print(f"{reply.what}: {', '.join(told)}", flush=True)
    if reply.error:
        print(f"{reply.what}: {reply.error['message']}", file=sys.stderr)
    return reply


def start(session: Session, request: Json, cancelled: bool) -> None:
    seen = threading.Event()

    def on_event(event: Json) -> None:
        print(f"  {event['phase']}: {event['message']}", flush=True)
        seen.set()

    with session.call(timeout_ms=300000, correlation_id="host-python", on_event=on_event) as call:
        def cancel_after_an_event() -> None:  # somebody has seen enough, and ends the waiting (DM-20)
            seen.wait()
            call.cancel()

        other = threading.Thread(target=cancel_after_an_event)
        if cancelled:
            other.start()
        show(session.start(request, call))
        seen.set()  # should there have been no event
        if cancelled:
            other.join()


def main(path: str, environment: str, create: str) -> None:
    with Plugin(path) as plugin:
        print(f"plugin {plugin.manifest['name']}, ABI {plugin.abi[0]}.{plugin.abi[1]}")
        with plugin.open(read(environment), log=lambda level, line: print(level.name, line, file=sys.stderr)) as session:
            request = read(create)
            show(session.validate(request))  # members that a verb does not know are ignored (DM-7)
            created = show(session.create(request))
            if "data" not in created.document:
                sys.exit("host-python: nothing was created")
            # A host stores it, also when it stands beside an error: every later verb needs it (DM-13, DM-24).
            request["data"] = created.document["data"]
            batch = {"schema": 1, "components": [request]}
            start(session, request, cancelled=True)
            start(session, request, cancelled=False)
            show(session.status(batch))
            # The id is the caller's, and stored before: the same one again never takes a second savepoint.
            taken = {**request, "operation": f"host-python-{int(time.time())}"}
            show(session.run("trigger", taken, extension="dm.savepoint/1"))
            show(session.run("list", batch, extension="dm.savepoint/1"))
            show(session.stop(request))
            show(session.destroy(request))
    print("closed")


if __name__ == "__main__":
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    main(*sys.argv[1:])
