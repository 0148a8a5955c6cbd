"""A client of the Deployment Manager's REST API, written from its contract alone.

SPDX-License-Identifier: Apache-2.0
"""

import json
import urllib.error
import urllib.parse
import urllib.request

from environment import wait_until

# Services of this machine: what http_proxy of the environment names has no part in them.
DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))
PASSING = {"CREATING", "STARTING", "STOPPING", "DESTROYING", "DEPLOYING", "UNDEPLOYING"}


class Answer:
    """code: HTTP's; headers; text: the body; json: the body as JSON, or None."""

    def __init__(self, code, headers, body):
        self.code = code
        self.headers = headers
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
    if body is not None and "/repository/" not in url:
        asked.add_header("Content-Type", "application/json")
    try:
        with DIRECT.open(asked, timeout=seconds) as reply:
            return Answer(reply.status, reply.headers, reply.read())
    except urllib.error.HTTPError as problem:
        with problem:
            return Answer(problem.code, problem.headers, problem.read())


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

    def settled(self, path, seconds=400, user=""):
        """Status and information of a package or an application that is in no passing state any more; whose words it is, asks."""

        def look():
            answer = self.expect(200, "GET", path + "/status", user=user).json
            if answer["status"] in PASSING:
                raise AssertionError(str(answer))
            return answer

        return wait_until(f"{path} settles", look, seconds)

    def create(self, application, package, components=None, user=""):
        body = {"package": package}
        if components:
            body["flink"] = components
        self.expect(202, "PUT", f"/applications/{application}", body, user=user)
        return self.settled(f"/applications/{application}", 60, user)

    def start(self, application, seconds=400, **options):
        """options: wait, accept_state_loss."""
        self.expect(202, "POST", f"/applications/{application}/start", options)
        return self.settled(f"/applications/{application}", seconds)

    def stop(self, application, seconds=400, **options):
        """options: wait, savepoint, operation, format, drain, kill."""
        self.expect(202, "POST", f"/applications/{application}/stop", options)
        return self.settled(f"/applications/{application}", seconds)

    def destroy(self, application, savepoints="keep"):
        self.expect(202, "DELETE", f"/applications/{application}", query={"savepoints": savepoints})
        return self.settled(f"/applications/{application}")

    # Savepoints and upgrades.

    def trigger_savepoint(self, application, seconds=120, wait=True, **options):
        """options: component, operation, format, directory. Its restore point, or, without wait, the operation's id."""
        answer = self.expect(202, "POST", f"/applications/{application}/savepoints", options)
        operation = answer.json["operation"]
        if not wait:
            return operation
        return self.savepoint_settled(application, operation, options.get("component"), seconds)

    def savepoints(self, application, **filters):
        """filters: component, state, kind, limit, after, verify. The whole answer: savepoints and components."""
        return self.expect(200, "GET", f"/applications/{application}/savepoints", query=filters).json

    def savepoint(self, application, savepoint, component=None):
        """One restore point; None when there is none of that id."""
        answer = self.get(self.path_of(application, savepoint), query=self.only(component))
        if answer.code == 404:
            return None
        if answer.code != 200:
            raise AssertionError(f"savepoint {savepoint} of {application}: {answer}")
        return answer.json

    def savepoint_settled(self, application, savepoint, component=None, seconds=120):
        """The restore point once nothing is under way with it; one that never came to be is an AssertionError."""

        def look():
            found = self.savepoint(application, savepoint, component)
            if found is None:
                return self.status(application)
            if "under_way" in found or found["state"] in ("IN_PROGRESS", "DISPOSING"):
                raise AssertionError(str(found))
            return found

        found = wait_until(f"savepoint {savepoint} of {application} settles", look, seconds)
        if "id" not in found:
            raise AssertionError(f"there is no savepoint {savepoint} of {application}: {found}")
        return found

    def dispose_savepoint(self, application, savepoint, component=None, force=False, seconds=60):
        """The restore point afterwards: DISPOSED, or, when it was refused, as before; why: status."""
        query = {**self.only(component), "force": "true" if force else "false"}
        self.expect(202, "DELETE", self.path_of(application, savepoint), query=query)
        return self.savepoint_settled(application, savepoint, component, seconds)

    def resume(self, application, savepoint, seconds=300, **options):
        """savepoint: an id, latest, or an HDFS path. options: component, claim_mode, allow_non_restored_state, foreign."""
        self.expect(202, "POST", self.path_of(application, savepoint) + "/resume", options)
        return self.settled(f"/applications/{application}", seconds)

    def pin(self, application, savepoint, pinned=True, **options):
        """options: component, reason."""
        body = {"pinned": pinned, **options}
        return self.expect(200, "POST", self.path_of(application, savepoint) + "/pin", body).json

    def upgrade(self, application, package, components=None, seconds=600, **options):
        """options: timeout_ms, allow_non_restored_state."""
        body = self.version(package, components, options)
        self.expect(202, "POST", f"/applications/{application}/upgrade", body)
        return self.settled(f"/applications/{application}", seconds)

    def plan(self, application, package=None, components=None, **options):
        """options: savepoint, component, accept_state_loss; of an upgrade those of upgrade."""
        body = self.version(package, components, options) if package else options
        return self.expect(200, "POST", f"/applications/{application}/plan", body).json

    @staticmethod
    def path_of(application, savepoint):
        return f"/applications/{application}/savepoints/{urllib.parse.quote(savepoint, safe='')}"

    @staticmethod
    def only(component):
        return {"component": component} if component else {}

    @staticmethod
    def version(package, components, options):
        body = {"package": package, **options}
        if components:
            body["flink"] = components
        return body

    # What is seen.

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
