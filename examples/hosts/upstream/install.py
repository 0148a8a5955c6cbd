#!/usr/bin/env python3
"""Puts the adapter for flink.so into the folder of a Deployment Manager of PNDA, checks it there, takes it away again.

SPDX-License-Identifier: Apache-2.0
"""
import argparse
import json
import os
import sys
import tempfile

HERE = os.path.dirname(os.path.realpath(__file__))
FILES = ("plugins/flink_library.py", "plugins/flink_original.py", "plugins/flink_plugin.py", "plugins/flink.py",
         "plugins_summary/flink.py")  # who is imported comes before who imports
KEPT = ".before-flink-so"  # behind the name of a file of the Deployment Manager's that ours replaces
MARK = b"flink.so"  # is in each of ours, of whatever release, and in none of the Deployment Manager's
CONFIGURATION = "dm-config.json"


def read(path):
    try:
        with open(path, "rb") as file:
            return file.read()
    except FileNotFoundError:
        return None


def write(path, content):
    """Whole or not at all: the Deployment Manager may import it at any moment."""
    descriptor, temporary = tempfile.mkstemp(prefix=".install-", dir=os.path.dirname(path))
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            os.fchmod(file.fileno(), 0o644)
        os.replace(temporary, path)
    except BaseException:
        os.unlink(temporary)
        raise


def is_ours(content):
    return MARK in content


def install(folder):
    for name in FILES:
        place, ours = os.path.join(folder, name), read(os.path.join(HERE, name))
        there = read(place)
        if there == ours:
            print("%s: as it should be" % place)
            continue
        if there is not None and not is_ours(there):
            write(place + KEPT, there)
            print("%s: kept as %s%s" % (place, os.path.basename(place), KEPT))
        write(place, ours)
        print("%s: installed" % place)


def remove(folder):
    for name in reversed(FILES):
        place = os.path.join(folder, name)
        there, kept = read(place), read(place + KEPT)
        if there is not None and not is_ours(there):
            print("%s: not ours, left as it is" % place)
        elif kept is not None:
            write(place, kept)
            print("%s: as it was before" % place)
        elif there is not None:
            os.unlink(place)
            print("%s: removed" % place)
        if kept is not None:
            os.unlink(place + KEPT)


def differences(folder):
    for name in FILES:
        there = read(os.path.join(folder, name))
        if there is None:
            yield "%s/%s is not there" % (folder, name)
        elif there != read(os.path.join(HERE, name)):
            whose = "another release's" if is_ours(there) else "the Deployment Manager's own"
            yield "%s/%s is %s" % (folder, name, whose)


def configured(folder):
    """The Deployment Manager's environment, or None where it has no configuration yet."""
    try:
        with open(os.path.join(folder, CONFIGURATION), encoding="utf-8") as file:
            environment = json.load(file)["environment"]
    except FileNotFoundError:
        return None
    if not isinstance(environment, dict):
        raise ValueError("environment is no object")
    return environment


def session_of(folder, environment):
    """By what was installed, not by what lies here."""
    sys.dont_write_bytecode = True
    sys.path.insert(0, folder)
    from plugins.flink_plugin import SharedSession

    return SharedSession(environment)


def opening(folder):
    """What is wrong with the configured library and environment: a session is opened, which connects to nothing."""
    place = os.path.join(folder, CONFIGURATION)
    try:
        environment = configured(folder)
    except (OSError, ValueError, LookupError, TypeError) as failure:
        yield "%s cannot be read: %r" % (place, failure)
        return
    if environment is None:
        print("%s is not there: library and settings were not looked at" % place)
        return
    session = session_of(folder, environment)
    from plugins.flink_library import PluginFailure

    try:
        for warning in session.warnings():
            print("warning: %s: %s" % (warning.get("path"), warning.get("message")))
        print("%s: the plugin takes it" % place)
    except PluginFailure as failure:
        yield str(failure)
    finally:
        session.end(10)


def left_behind(folder):
    """Components of this node that the Deployment Manager's own plugin will not know what to do with."""
    if any(True for _ in differences(folder)):
        return []
    try:
        environment = configured(folder)
        if environment is None:
            return []
        found = session_of(folder, environment).call("find", {"namespace": environment["namespace"]}, 30)
    except Exception as failure:  # a removal is not kept by it
        print("warning: which components of flink.so there are could not be told: %s" % failure, file=sys.stderr)
        return []
    return ["%s/%s" % (entry.get("application"), entry.get("component")) for entry in found.get("components") or []]


def check(folder):
    found = list(differences(folder))
    found += [] if found else list(opening(folder))
    for one in found:
        print(one, file=sys.stderr)
    if not found:
        print("installed, and it can be used")
    return 1 if found else 0


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n", maxsplit=1)[0])
    parser.add_argument("folder", help="where the Deployment Manager's app.py, plugins and plugins_summary are")
    what = parser.add_mutually_exclusive_group()
    what.add_argument("--check", action="store_true", help="say whether it is installed and can be used; exit code 1 if not")
    what.add_argument("--remove", action="store_true", help="put the Deployment Manager's own files back")
    options = parser.parse_args()
    folder = os.path.abspath(options.folder)
    missing = [name for name in ("plugins", "plugins_summary") if not os.path.isdir(os.path.join(folder, name))]
    if missing:
        parser.error("%s has no folder %s: it is no Deployment Manager's" % (folder, " and no folder ".join(missing)))
    if sys.version_info < (3, 7):
        parser.error("the adapter needs Python 3.7 or later, this is %d.%d" % sys.version_info[:2])
    try:
        if options.remove:
            left = left_behind(folder)
            remove(folder)
            if left:
                print("warning: %s: the Deployment Manager's own plugin can neither stop nor destroy what flink.so has made; "
                      "install the adapter again to do so" % ", ".join(left), file=sys.stderr)
            return 0
        if options.check:
            return check(folder)
        install(folder)
    except OSError as failure:
        print("error: %s" % failure, file=sys.stderr)
        return 1
    print("restart the Deployment Manager and its summary; before that: install.py --check %s" % options.folder)
    return 0


if __name__ == "__main__":
    sys.exit(main())
