"""How a PyFlink job reads application.properties, in the main program and in a task.

The deployment manager puts the file's directory on the class path of Flink's client and ships it to the
containers. Python has no class path, but both find it in the environment; the working directory comes next.
"""
# SPDX-License-Identifier: Apache-2.0

import logging
import os

RESOURCE = "application.properties"


def load():
    """Reads the file into a dict of str; raises FileNotFoundError naming the places looked at."""
    places = list(_places())
    for place in places:
        path = os.path.join(place, RESOURCE)
        if os.path.isfile(path):
            with open(path, encoding="utf-8") as file:
                return parse(file)
    raise FileNotFoundError(
        f"{RESOURCE} is in none of: {', '.join(places)}. Put the directory that holds it first in"
        " HADOOP_CLASSPATH for the main program, and ship it to the containers (-yt, yarn.ship-files)."
    )


def parse(lines):
    """key=value lines to a dict; of a key given twice the last value counts, as in Java."""
    properties = {}
    for line in lines:
        line = line.strip()
        if line and line[0] not in "#!":
            key, _, value = line.partition("=")
            properties[key.strip()] = value.strip()
    return properties


def shown(properties):
    """What the examples show of the file: the application, or the greeting where no manager wrote one."""
    return properties.get("component.application", properties.get("greeting", "unnamed"))


def check_in_task(in_main):
    """Reads the file in a task; raises RuntimeError if it says something else than in the main program."""
    in_task = shown(load())
    if in_task != in_main:
        raise RuntimeError(
            f"{RESOURCE} says {in_task!r} in the task and {in_main!r} in the main program"
        )
    logging.info("%s in the task says: %s", RESOURCE, in_task)


def _places():
    for variable in ("CLASSPATH", "HADOOP_CLASSPATH"):
        for entry in os.environ.get(variable, "").split(os.pathsep):
            if entry and os.path.isdir(entry):
                yield entry
    yield os.getcwd()
