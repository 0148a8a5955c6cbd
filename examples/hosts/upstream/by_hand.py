#!/usr/bin/env python3
"""Stops without a savepoint, or starts without the state of before, what the Deployment Manager's stop and start refuse: they
know no options. Afterwards do the same in the Deployment Manager, which finds it done.

SPDX-License-Identifier: Apache-2.0
"""
import argparse
import json
import os
import sys


def load(folder):
    """The session of the Deployment Manager in a folder, and its namespace."""
    sys.dont_write_bytecode = True
    sys.path.insert(0, folder)
    from plugins.flink_plugin import SharedSession

    with open(os.path.join(folder, "dm-config.json"), encoding="utf-8") as file:
        environment = json.load(file)["environment"]
    return SharedSession(environment), environment["namespace"]


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n", maxsplit=1)[0])
    parser.add_argument("folder", help="of the Deployment Manager")
    parser.add_argument("verb", choices=("stop", "start"), help="stop: without a savepoint; start: even if state is lost by it")
    parser.add_argument("application")
    parser.add_argument("component", nargs="?", help="only this one")
    parser.add_argument("--kill", action="store_true", help="stop by YARN, not by Flink: for a JobManager that is silent")
    given = parser.parse_args()
    if given.kill and given.verb != "stop":
        parser.error("--kill goes with stop")
    if not os.path.isfile(os.path.join(given.folder, "plugins", "flink_plugin.py")):
        parser.error("%s has no Deployment Manager with this adapter" % given.folder)
    try:
        session, namespace = load(os.path.abspath(given.folder))
    except (ImportError, OSError, ValueError, LookupError) as failure:
        parser.error("the adapter in %s cannot be used: %r" % (given.folder, failure))
    from plugins.flink_library import PluginFailure

    asked = {"namespace": namespace, "application": given.application}
    if given.component:
        asked["component"] = given.component
    how = {"accept_state_loss": True} if given.verb == "start" else {"kill": True} if given.kill else {"savepoint": False}
    code = 0
    try:
        found = session.call("find", asked)["components"]
        if not found:
            print("there is no component of %s on this node" % given.application, file=sys.stderr)
            code = 1
        for entry in found:
            name = "%s/%s" % (entry["application"], entry["component"])
            try:
                request = dict(asked, component=entry["component"], data=entry.get("data") or {}, **how)
                print("%s: %s" % (name, session.call(given.verb, request).get("state")))
            except PluginFailure as failure:
                print("%s: %s" % (name, failure.text()), file=sys.stderr)
                code = 1
    except PluginFailure as failure:
        print(failure.text(), file=sys.stderr)
        code = 1
    return code


if __name__ == "__main__":
    sys.exit(main())
