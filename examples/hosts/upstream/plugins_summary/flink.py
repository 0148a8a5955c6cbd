"""The summary of components of type flink, from flink.so's status: a word of the closed list, the YARN application, the page
of its job, and what an operator should know.

SPDX-License-Identifier: Apache-2.0
"""
from plugins import flink_original
from plugins.flink_library import PluginFailure
from plugins.flink_plugin import TYPE, Observed, SharedSession, is_own, observe

# What the Deployment Manager's aggregator maps as it is meant. It takes any other word for NOT_FOUND, which is what it gets then.
WORDS = frozenset("CREATED STARTING SUBMITTED ACCEPTED RUNNING RUNNING_WITH_ERRORS SUSPENDED SUSPENDED_WITH_FAILURES KILLED "
                  "KILLED_WITH_FAILURES FINISHED_KILLED FAILED COMPLETED FINISHED_SUCCEEDED SUCCEEDED COMPLETED_WITH_FAILURES "
                  "FINISHED_FAILED NOT_FOUND".split())
GOOD_VERTICES = frozenset("CREATED SCHEDULED DEPLOYING INITIALIZING RUNNING FINISHED RECONCILING".split())
UNKNOWN = "NOT_FOUND"


class FlinkComponentSummary:
    def __init__(self, environment, yarn_connection, summary_registrar):
        self._environment = environment
        self._registrar = summary_registrar
        self._session = SharedSession(environment)

    def get_components_summary(self, application, component_data):
        own = [element for element in component_data if is_own(element)]
        # Each question of theirs has this limit; a status is a handful of them, side by side.
        seconds = 2 * float(self._environment.get("rest_api_req_timeout") or 5)
        try:
            seen = iter(observe(self._session, own, seconds, detail=True))
        except PluginFailure as failure:
            seen = iter([Observed({"summary": UNKNOWN, "reason": failure.text()})] * len(own))
        result = {}
        for number, element in enumerate(component_data, 1):
            one = summary_of(element, next(seen)) if is_own(element) else self._original(element, application)
            result["%s-%d" % (TYPE, number)] = one
        return result

    # Elements of the original plugin. Words by its own table, except that nothing is guessed where somebody did not answer.

    def _original(self, element, application):
        try:
            original = flink_original.Element(element, self._environment.get("namespace"))
            newest, live = flink_original.seen(original, self._environment)
        except flink_original.CouldNotTell as failure:
            return made(element, UNKNOWN, information="it cannot be told: %s" % failure)
        if newest is None:
            if self._registrar.get_dm_status(application) == "CREATED":
                return made(element, "CREATED", information="made by the original plugin: to run it, destroy and create it again")
            return made(element, UNKNOWN, information="YARN knows no application %s of %s" % (original.job_name, original.user))
        word, page, information = self._of_yarn(newest)
        if live > 1:
            information = {"state": "ERROR", "flinkJid": "", "reason": "%d applications of this name live" % live}
            word = "RUNNING_WITH_ERRORS"
        return made(element, word, newest.get("id") or "", page, information)

    def _of_yarn(self, application):
        """Word, page and information of one application."""
        state, final = application.get("state"), application.get("finalStatus")
        text = str(application.get("diagnostics") or "").split("Details :")[0].strip()
        if state in ("NEW", "NEW_SAVING", "SUBMITTED", "ACCEPTED"):
            return ("ACCEPTED" if state == "ACCEPTED" else "SUBMITTED"), "", text
        if state == "RUNNING":
            return self._running(application)
        history = self._environment.get("flink_history_server")
        page = "http://%s/#/completed-jobs" % history if history else ""
        word = "FINISHED_%s" % final if state == "FINISHED" else final
        return (word if word in WORDS else UNKNOWN), page, text

    def _running(self, application):
        page = application.get("trackingUrl") or ""
        information = {"state": "OK", "flinkJid": ""}
        try:
            job = flink_original.Yarn(self._environment).job_of(application)
        except flink_original.CouldNotTell as failure:
            information["reason"] = "how its job is cannot be told: %s" % failure
            return "RUNNING", page, information
        if job is None:
            return "RUNNING", page, information
        information["flinkJid"] = job.get("jid") or ""
        information["vertices"] = vertices(job.get("vertices"))
        if any(one["status"] not in GOOD_VERTICES for one in information["vertices"]):
            information["state"] = "ERROR"
        page = "%s#/jobs/%s" % (page, information["flinkJid"])
        return ("RUNNING" if information["state"] == "OK" else "RUNNING_WITH_ERRORS"), page, information


def vertices(listed):
    return [{"name": str(one.get("name")), "status": str(one.get("status"))} for one in listed or [] if isinstance(one, dict)]


def summary_of(element, status):
    """Of an own element, by what status said of it."""
    word = status["summary"] if status["summary"] in WORDS else UNKNOWN
    information = status["reason"]
    if word in ("RUNNING", "RUNNING_WITH_ERRORS"):
        information = {"state": "OK" if word == "RUNNING" else "ERROR", "flinkJid": status["job_id"]}
        if status.entry.get("vertices"):
            information["vertices"] = vertices(status.entry["vertices"])
        if status["reason"]:
            information["reason"] = status["reason"]
    more = {name: status[name] for name in ("state", "confidence", "observed_at") if status[name]}
    return made(element, word, status["application_id"], status["tracking_url"] or status["history_url"], information, **more)


def made(element, word, application_id="", page="", information="", **more):
    """Both spellings of the page: consoles read the one, the Deployment Manager's own code the other."""
    return dict(more, aggregate_status=word, yarnId=application_id, tracking_url=page, trackingUrl=page, information=information,
                name=element.get("component_job_name"), componentType=TYPE[0].upper() + TYPE[1:])
