"""Oozie, asked directly.

SPDX-License-Identifier: Apache-2.0
"""

import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path

from manager import DIRECT, request

OVER = {"SUCCEEDED", "KILLED", "FAILED", "DONEWITHERROR"}


class Oozie:
    def __init__(self, environment, user):
        self.url = environment["oozie_url"]
        self.user = user

    def get(self, path):
        answer = request("GET", f"{self.url}/v2/{path}{'&' if '?' in path else '?'}user.name={self.user}")
        if answer.code != 200:
            raise AssertionError(f"Oozie answers {path} with {answer}")
        return answer.json

    def post(self, path, xml):
        """The answer of a POST of XML, whatever it is."""
        asked = urllib.request.Request(f"{self.url}/v2/{path}", data=xml.encode(), method="POST")
        asked.add_header("Content-Type", "application/xml;charset=UTF-8")
        try:
            with DIRECT.open(asked, timeout=60) as reply:
                return reply.status, reply.read().decode()
        except urllib.error.HTTPError as problem:
            with problem:
                return problem.code, problem.read().decode()

    def validate(self, xml):
        """What Oozie's own validator says of a document."""
        return self.post(f"validate?file=document.xml&user={self.user}", xml)

    def coordinators(self, prefix):
        """Those whose names begin so, the oldest first."""
        found = self.get("jobs?jobtype=coordinator&len=1000")["coordinatorjobs"]
        return sorted((one for one in found if one["coordJobName"].startswith(prefix)), key=lambda one: one["coordJobId"])

    def actions(self, coordinator):
        """Of a coordinator, those that were begun, the oldest first."""
        found = self.get(f"job/{coordinator}?show=info&len=200&order=asc")["actions"]
        return [one for one in found if one["externalId"]]

    def workflow(self, workflow):
        return self.get(f"job/{workflow}?show=info")

    def ended(self, workflow):
        """The workflow once it is over; None before."""
        told = self.workflow(workflow)
        return told if told["status"] in OVER else None

    def change(self, job, action):
        asked = urllib.request.Request(f"{self.url}/v2/job/{job}?action={action}&user.name={self.user}", method="PUT")
        DIRECT.open(asked, timeout=60).close()


def properties(text):
    """What an action has printed, as Oozie keeps it."""
    lines = [line for line in (text or "").splitlines() if line and not line.startswith("#")]
    return dict(line.split("=", 1) for line in lines)


def read_hdfs(cluster, path, user):
    answer = request("GET", f"{cluster.webhdfs}/webhdfs/v1{urllib.parse.quote(path)}?op=OPEN&user.name={user}")
    if answer.code != 200:
        raise AssertionError(f"HDFS answers OPEN {path} with {answer}")
    return answer.text


def ancestors_of(pid):
    """The process's parent, that one's parent, and so on."""
    found = []
    while pid > 1:
        pid = int(Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[1])
        found.append(pid)
    return found
