"""Elements of the create data that the original plugin for Flink wrote: what of them lives, and its end.

Such a component is a unit of systemd that keeps a client attached, and whatever YARN runs under its job's name for its
user. Nothing but name and user tells whose an application is, so nothing is ended by less than both, and what carries a
tag of flink.so's is never taken for one. Commands that the element holds are not run: they are text from a database.

SPDX-License-Identifier: Apache-2.0
"""
import json
import logging
import os
import re
import shutil
import subprocess
import time
import urllib.error
import urllib.parse
import urllib.request

MEMBERS = ("ssh", "start_cmds", "stop_cmds")
LIVE = ("NEW", "NEW_SAVING", "SUBMITTED", "ACCEPTED", "RUNNING")
ENDED = ("FINISHED", "CANCELED", "FAILED")  # of a job
OWN_TAG = "dm-"  # how tags of flink.so begin

ASK_SECONDS = 5  # one question to YARN or Flink
STOP_SECONDS = 120  # systemd ends a unit after 90 by itself
KILL_SECONDS = 60
SETTLE_SECONDS = 1  # in which YARN takes in what a client has sent before it was ended
MOST_BYTES = 64 << 20  # of an answer

NAME = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9_.-]*\Z")
DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))  # the cluster's services are asked directly


class CouldNotTell(Exception):
    """Who decides did not say whether something lives."""


class CouldNotEnd(Exception):
    """Something of the component is still there; the text says what."""


def is_original(element):
    return any(member in element for member in MEMBERS)


class Element:
    """Everything is rebuilt from three members that the Deployment Manager's base class has set."""

    def __init__(self, element, namespace):
        self.namespace = namespace
        self.component = element.get("component_name")
        self.job_name = element.get("component_job_name")
        parts = str(element.get("application_hdfs_root")).rstrip("/").split("/")
        self.user, self.application = parts[-2:] if len(parts) > 2 else ("", "")
        for value in (namespace, self.application, self.component, self.user):
            if not isinstance(value, str) or not NAME.match(value):
                raise CouldNotTell("an element of the original plugin has %r where a name is needed" % (value,))
        if not isinstance(self.job_name, str) or not self.job_name:
            raise CouldNotTell("the element of %s/%s has no component_job_name" % (self.application, self.component))

    @property
    def unit(self):
        return "%s-%s-%s.service" % (self.namespace, self.application, self.component)

    def __str__(self):
        return "%s/%s, which the original plugin made" % (self.application, self.component)


class Yarn:
    """The ResourceManager that is active, one of a pair or the only one."""

    def __init__(self, environment):
        self._addresses = []
        for suffix in ("", "_backup"):
            host, port = (environment.get("yarn_resource_manager_%s%s" % (part, suffix)) for part in ("host", "port"))
            if host and port:
                self._addresses.append("http://%s:%s" % (host, port))

    def active(self):
        said = []
        for address in self._addresses:
            try:
                state = (ask(address + "/ws/v1/cluster/info").get("clusterInfo") or {}).get("haState")
            except CouldNotTell as failure:
                said.append(str(failure))
                continue
            if state == "ACTIVE":
                return address
            said.append("%s is %s" % (address, state))
        raise CouldNotTell("no ResourceManager is active: " + ("; ".join(said) or "none is configured"))

    def applications(self, element):
        """Those of the element's name and user, newest first."""
        query = urllib.parse.urlencode({"user": element.user, "user.name": element.user})
        answer = ask("%s/ws/v1/cluster/apps?%s" % (self.active(), query))
        if "apps" not in answer:
            raise CouldNotTell("YARN's answer has no list of applications")
        listed = (answer["apps"] or {}).get("app") or []
        if not all(isinstance(one, dict) and isinstance(one.get("id"), str) for one in listed):
            raise CouldNotTell("YARN's list of applications has one without an id")
        return sorted((one for one in listed if is_of(one, element)), key=started, reverse=True)

    def application(self, application_id, user):
        query = urllib.parse.urlencode({"user.name": user})
        return ask("%s/ws/v1/cluster/apps/%s?%s" % (self.active(), application_id, query)).get("app") or {}

    def kill(self, application_id, user):
        url = "%s/ws/v1/cluster/apps/%s/state?%s" % (self.active(), application_id, urllib.parse.urlencode({"user.name": user}))
        ask(url, b'{"state": "KILLED"}')

    def job_of(self, application):
        """The first job that runs in a live application, as its JobManager tells it; None where it runs none."""
        proxy = "%s/proxy/%s" % (self.active(), application["id"])
        told = ask(proxy + "/jobs")
        jobs = told.get("jobs-running")  # before Flink 1.5
        if jobs is None:
            jobs = [job.get("id") for job in told.get("jobs") or [] if job.get("status") not in ENDED]
        return ask("%s/jobs/%s" % (proxy, jobs[0])) if jobs else None


def is_of(application, element):
    tags = application.get("applicationTags") or ""
    return (application.get("name") == element.job_name and application.get("user") == element.user
            and not any(tag.strip().lower().startswith(OWN_TAG) for tag in tags.split(",")))


def started(application):
    value = application.get("startedTime")
    return int(value) if isinstance(value, (int, float)) else 0


def ask(url, put=None):
    """The JSON object that a service answers."""
    headers = {"Accept": "application/json"}
    if put is not None:
        headers["Content-Type"] = "application/json"
    asked = urllib.request.Request(url, data=put, headers=headers, method="GET" if put is None else "PUT")
    where = url.split("?")[0]
    try:
        with DIRECT.open(asked, timeout=ASK_SECONDS) as answer:
            body = json.loads(answer.read(MOST_BYTES).decode("utf-8"))
    except urllib.error.HTTPError as failure:
        failure.close()
        raise CouldNotTell("%s answers HTTP %d" % (where, failure.code)) from None
    except (OSError, ValueError) as failure:
        raise CouldNotTell("%s does not answer: %s" % (where, failure)) from None
    if not isinstance(body, dict):
        raise CouldNotTell("%s answers no JSON object" % where)
    return body


class Unit:
    """The component's unit of systemd. The original named it ambiguously (a-b/c and a/b-c have one unit), so whose it is its
    working directory tells.
    """

    def __init__(self, element, options):
        self.element = element
        self.name = element.unit
        self._systemctl = list(options.get("systemctl", ["systemctl"]))
        self._folder = options.get("unit_folder", "/usr/lib/systemd/system")
        root = options.get("install_root", "/opt")
        self.directory = os.path.join(root, element.namespace, element.application, element.component)
        self.file = os.path.join(self._folder, self.name)

    def _run(self, *arguments):
        try:
            done = subprocess.run(self._systemctl + list(arguments), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                  stderr=subprocess.STDOUT, timeout=STOP_SECONDS, check=False)
        except subprocess.TimeoutExpired:
            raise CouldNotEnd("systemctl %s is not back after %d s" % (" ".join(arguments), STOP_SECONDS)) from None
        except OSError as failure:
            raise CouldNotTell("systemctl cannot be run: %s" % failure) from None
        return done.returncode, done.stdout.decode("utf-8", "replace").strip()

    def _properties(self):
        """What systemd knows of the unit; None where it knows no such unit and there is no file of it."""
        on_disk = os.path.exists(self.file)
        try:
            code, text = self._run("show", "--property=LoadState,ActiveState,WorkingDirectory", self.name)
        except CouldNotTell:
            if not on_disk and not os.path.isdir("/run/systemd/system"):
                return None  # no systemd runs here, so no unit of it does
            raise
        known = dict(line.split("=", 1) for line in text.splitlines() if "=" in line)
        if code != 0 or "ActiveState" not in known or "LoadState" not in known:
            if not on_disk and not os.path.isdir("/run/systemd/system"):
                return None
            raise CouldNotTell("systemctl show %s ends with %d: %s" % (self.name, code, text[:200]))
        if known["LoadState"] == "not-found" and known["ActiveState"] in ("inactive", "failed"):
            return None
        return known

    def is_anothers(self):
        """Proof, not suspicion: systemd names another component's directory."""
        known = self._properties()
        directory = (known or {}).get("WorkingDirectory", "").lstrip("!-").rstrip("/")
        return bool(directory) and directory != self.directory

    def stop(self):
        if self._properties() is None:
            return
        code, text = self._run("stop", self.name)
        known = self._properties()
        if known is not None and known["ActiveState"] not in ("inactive", "failed"):
            raise CouldNotEnd("%s is %s after systemctl stop (exit code %d: %s)"
                              % (self.name, known["ActiveState"], code, text[:200]))

    def remove(self, anothers):
        """The component's folder, and its unit unless that is another's."""
        if os.path.islink(self.directory):
            os.unlink(self.directory)
        elif os.path.isdir(self.directory):
            shutil.rmtree(self.directory)
        if not anothers and os.path.lexists(self.file):
            os.unlink(self.file)
            self._run("daemon-reload")


def stop(element, environment, options):
    """Ends the unit, then whatever YARN still runs of it; returns once YARN says that all has ended. True if the unit, and
    with it whatever runs under the name, has come to be another component's: then nothing was touched.

    The unit first: it would submit again. No savepoint is taken, as the original took none.
    """
    unit = Unit(element, options)
    if unit.is_anothers():
        logging.warning("%s belongs to another component than %s by now: it and the applications named %s are left alone",
                        unit.name, element, element.job_name)
        return True
    unit.stop()
    yarn = Yarn(environment)
    until = time.monotonic() + KILL_SECONDS
    asked, looked_again = set(), False
    while True:
        live = [one for one in yarn.applications(element) if one.get("state") in LIVE]
        if not live:
            if looked_again:
                return False
            looked_again = True
            time.sleep(SETTLE_SECONDS)
            continue
        looked_again = False
        for one in live:
            if one["id"] not in asked:
                logging.info("%s: YARN is asked to end %s", element, one["id"])
                yarn.kill(one["id"], element.user)
                asked.add(one["id"])
        if time.monotonic() > until:
            raise CouldNotEnd("YARN has not ended %s of %s within %d s"
                              % (", ".join(one["id"] for one in live), element, KILL_SECONDS))
        time.sleep(0.5)


def destroy(element, environment, options):
    anothers = stop(element, environment, options)
    try:
        Unit(element, options).remove(anothers)
    except OSError as failure:
        raise CouldNotEnd("nothing of %s runs any more, but its files stay: %s" % (element, failure)) from None


def seen(element, environment):
    """The application that stands for the element, and how many of its name and user live. None: YARN knows none. A live one
    goes before a newer one that has ended.
    """
    all_of_it = Yarn(environment).applications(element)
    live = [one for one in all_of_it if one.get("state") in LIVE]
    newest = (live or all_of_it or [None])[0]
    return newest, len(live)
