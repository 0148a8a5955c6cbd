#!/usr/bin/env python3
"""Ends a component's job without a savepoint, where the Deployment Manager's stop cannot: it knows no options, and flink.so
stops a streaming job with a savepoint or not at all. Then stop or destroy the application in the Deployment Manager.

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
    parser.add_argument("application")
    parser.add_argument("component", nargs="?", help="only this one")
    parser.add_argument("--kill", action="store_true", help="by YARN, not by Flink: for a JobManager that does not answer")
    given = parser.parse_args()
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
    how = {"kill": True} if given.kill else {"savepoint": False}
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
                print("%s: %s" % (name, session.call("stop", request).get("state")))
            except PluginFailure as failure:
                print("%s: %s" % (name, failure.text()), file=sys.stderr)
                code = 1
    except PluginFailure as failure:
        print(failure.text(), file=sys.stderr)
        code = 1
    return code


if __name__ == "__main__":
    sys.exit(main())
