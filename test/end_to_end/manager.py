"""A client of the Deployment Manager's REST API, written from its contract alone.

SPDX-License-Identifier: Apache-2.0
"""

import json
import urllib.error
import urllib.parse
import urllib.request

from environment import wait_until

PASSING = {"CREATING", "STARTING", "STOPPING", "DESTROYING", "DEPLOYING", "UNDEPLOYING"}


class Answer:
    """code: HTTP's; text: the body; json: the body as JSON, or None."""

    def __init__(self, code, body):
        self.code = code
        self.text = body.decode("utf-8", errors="replace")
        try:
            self.json = json.loads(self.text)
        except ValueError:
            self.json = None

    def __repr__(self):
        return f"{self.code} {self.text[:2000]}"


def request(method, url, body=None, seconds=60):
    """One HTTP request; an answer of any code is an Answer, a connection that fails an OSError."""
    asked = urllib.request.Request(url, data=body, method=method)
    try:
        with urllib.request.urlopen(asked, timeout=seconds) as reply:
            return Answer(reply.status, reply.read())
    except urllib.error.HTTPError as problem:
        with problem:
            return Answer(problem.code, problem.read())


class Manager:
    def __init__(self, url, user):
        self.url = url
        self.user = user

    def ask(self, method, path, body=None, user="", query=None):
        """path: as it goes over the wire; user: None for a request without user.name."""
        values = dict(query or {})
        if user is not None:
            values["user.name"] = user or self.user
        text = urllib.parse.urlencode(values)
        if isinstance(body, (dict, list)):
            body = json.dumps(body).encode()
        return request(method, self.url + path + ("?" + text if text else ""), body)

    def get(self, path, **more):
        return self.ask("GET", path, **more)

    def expect(self, code, method, path, body=None, **more):
        answer = self.ask(method, path, body, **more)
        if answer.code != code:
            raise AssertionError(f"{method} {path}: wanted {code}, got {answer}")
        return answer

    # Packages.

    def upload(self, file):
        answer = self.ask("PUT", f"/repository/packages/{file.name}", file.read_bytes())
        if answer.code not in (200, 201):
            raise AssertionError(f"upload of {file.name}: {answer}")

    def deploy(self, package):
        self.expect(202, "PUT", f"/packages/{package}")
        return self.settled(f"/packages/{package}", 60)

    def undeploy(self, package):
        self.expect(202, "DELETE", f"/packages/{package}")
        return self.settled(f"/packages/{package}", 60)

    # Applications.

    def settled(self, path, seconds=240):
        """Status and information of a package or an application that is in no passing state any more."""

        def look():
            answer = self.expect(200, "GET", path + "/status").json
            if answer["status"] in PASSING:
                raise AssertionError(str(answer))
            return answer

        return wait_until(f"{path} settles", look, seconds)

    def create(self, application, package, components=None, user=""):
        body = {"package": package}
        if components:
            body["flink"] = components
        self.expect(202, "PUT", f"/applications/{application}", body, user=user)
        return self.settled(f"/applications/{application}", 60)

    def start(self, application, seconds=240):
        self.expect(202, "POST", f"/applications/{application}/start")
        return self.settled(f"/applications/{application}", seconds)

    def stop(self, application, seconds=240):
        self.expect(202, "POST", f"/applications/{application}/stop")
        return self.settled(f"/applications/{application}", seconds)

    def destroy(self, application):
        self.expect(202, "DELETE", f"/applications/{application}")
        return self.settled(f"/applications/{application}")

    def status(self, application):
        return self.expect(200, "GET", f"/applications/{application}/status").json

    def detail(self, application):
        return self.expect(200, "GET", f"/applications/{application}/detail").json

    def component(self, application, component):
        """What the plugin says of one component."""
        for entry in self.detail(application)["components"]:
            if entry["component"] == component:
                return entry
        raise AssertionError(f"{application} has no component {component}")

    def summary(self, application):
        return self.expect(200, "GET", f"/applications/{application}/summary").json[application]
