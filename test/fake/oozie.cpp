// An Oozie in memory.
// SPDX-License-Identifier: Apache-2.0
#include "fake/oozie.h"

#include <cstdio>
#include <pugixml.hpp>

namespace dm::fake {

namespace {

response failed(int status, const std::string& code, const std::string& message) {
  response answer = json(status, "{\"errorMessage\":" + json_quoted(code + ": " + message) +
                                     ",\"httpStatusCode\":" + std::to_string(status) + "}");
  answer.headers = {{"oozie-error-code", code}, {"oozie-error-message", code + ": " + message}};
  return answer;
}

std::string value_of(const pugi::xml_document& configuration, const std::string& name) {
  for (const pugi::xml_node& property : configuration.child("configuration").children("property")) {
    if (name == property.child("name").text().as_string())
      return property.child("value").text().as_string();
  }
  return {};
}

std::string action_json(const oozie_action& action) {
  return "{\"actionNumber\":" + std::to_string(action.number) +
         ",\"status\":" + json_quoted(action.status) + ",\"externalId\":" +
         (action.workflow_id.empty() ? "null" : json_quoted(action.workflow_id)) +
         ",\"nominalTime\":" + json_quoted(action.nominal) +
         ",\"errorCode\":null,\"errorMessage\":" +
         (action.error.empty() ? "null" : json_quoted(action.error)) + "}";
}

std::string coordinator_json(const oozie_job& job, bool with_actions) {
  std::string actions;
  if (with_actions) {
    for (auto it = job.actions.rbegin(); it != job.actions.rend(); ++it)
      actions += (actions.empty() ? "" : ",") + action_json(*it);
  }
  return "{\"coordJobId\":" + json_quoted(job.id) + ",\"coordJobName\":" + json_quoted(job.name) +
         ",\"status\":" + json_quoted(job.status) + ",\"user\":" + json_quoted(job.user) +
         ",\"endTime\":\"Thu, 31 Dec 2099 00:00:00 GMT\""
         ",\"nextMaterializedTime\":\"Fri, 27 Nov 2026 18:48:00 GMT\",\"actions\":[" +
         actions + "]}";
}

std::string workflow_json(const oozie_job& job) {
  return "{\"id\":" + json_quoted(job.id) + ",\"appName\":" + json_quoted(job.name) +
         ",\"status\":" + json_quoted(job.status) +
         ",\"parentId\":" + (job.parent.empty() ? "null" : json_quoted(job.parent)) +
         ",\"actions\":[]}";
}

}  // namespace

oozie::oozie() : server_([this](const request& asked) { return answer(asked); }) {}

std::string oozie::add_coordinator(const std::string& name, const std::string& status,
                                   const std::string& user) {
  const std::lock_guard lock(mutex_);
  char id[64];
  std::snprintf(id, sizeof id, "%07d-261127173400269-oozie-flin-C", next_++);
  jobs_[id] = {id, name, status, user, {}, {}};
  return id;
}

std::string oozie::add_workflow(const std::string& coordinator, const std::string& status) {
  const std::lock_guard lock(mutex_);
  char id[64];
  std::snprintf(id, sizeof id, "%07d-261127173400269-oozie-flin-W", next_++);
  oozie_job& parent = jobs_.at(coordinator);
  const int number = static_cast<int>(parent.actions.size()) + 1;
  parent.actions.push_back({number, status, id, oozie_action().nominal, {}});
  jobs_[id] = {id, parent.name, status, parent.user, coordinator + "@" + std::to_string(number),
               {}};
  return id;
}

void oozie::add_action(const std::string& coordinator, oozie_action action) {
  const std::lock_guard lock(mutex_);
  oozie_job& parent = jobs_.at(coordinator);
  action.number = static_cast<int>(parent.actions.size()) + 1;
  parent.actions.push_back(std::move(action));
}

void oozie::forget(const std::string& id) {
  const std::lock_guard lock(mutex_);
  jobs_.erase(id);
}

void oozie::set_status(const std::string& id, const std::string& status) {
  const std::lock_guard lock(mutex_);
  jobs_.at(id).status = status;
}

std::optional<oozie_job> oozie::job(const std::string& id) const {
  const std::lock_guard lock(mutex_);
  const auto found = jobs_.find(id);
  return found == jobs_.end() ? std::nullopt : std::optional(found->second);
}

std::vector<oozie_job> oozie::coordinators(const std::string& name) const {
  const std::lock_guard lock(mutex_);
  std::vector<oozie_job> found;
  for (const auto& [id, job] : jobs_) {
    if (id.ends_with("-C") && (name.empty() || job.name == name)) found.push_back(job);
  }
  return found;
}

void oozie::name_by(const std::string& prefix) {
  const std::lock_guard lock(mutex_);
  prefix_ = prefix;
}

void oozie::refuse_submission(const std::string& code, const std::string& message) {
  const std::lock_guard lock(mutex_);
  refused_code_ = code;
  refused_message_ = message;
}

response oozie::submit(const request& asked) {
  pugi::xml_document configuration;
  if (!configuration.load_string(asked.body.c_str()))
    return json(500, R"({"errorMessage":"java.io.IOException","httpStatusCode":500})");
  {
    const std::lock_guard lock(mutex_);
    if (!refused_code_.empty()) return failed(400, refused_code_, refused_message_);
  }
  const std::string id = add_coordinator(prefix_ + value_of(configuration, "dm_run"));
  const std::lock_guard lock(mutex_);
  jobs_[id].user = value_of(configuration, "user.name");
  return json(201, "{\"id\":" + json_quoted(id) + "}");
}

response oozie::answer(const request& asked) {
  const std::string jobs = "/oozie/v2/jobs";
  const std::string one = "/oozie/v2/job/";
  if (asked.path == jobs && asked.method == "POST") return submit(asked);
  if (asked.path == jobs) {
    const std::string filter = asked.argument("filter");
    const std::string name = filter.substr(5, filter.find(';') - 5);
    std::string list;
    for (const oozie_job& job : coordinators(name))
      list += (list.empty() ? "" : ",") + coordinator_json(job, false);
    return json(200, "{\"total\":1,\"offset\":1,\"len\":100,\"coordinatorjobs\":[" + list + "]}");
  }
  if (!asked.path.starts_with(one)) return text(404, "");
  const std::string id = asked.path.substr(one.size());
  const std::lock_guard lock(mutex_);
  const auto found = jobs_.find(id);
  if (found == jobs_.end())
    return asked.method == "GET" ? failed(400, "E0604", "Job does not exist [" + id + "]")
                                 : failed(400, "E0605", "Action does not exist [select w.id]");
  oozie_job& job = found->second;
  if (asked.method == "GET")
    return json(200, id.ends_with("-C") ? coordinator_json(job, true) : workflow_json(job));
  const std::string action = asked.argument("action");
  if (action == "resume" && job.status == "SUSPENDED") job.status = "RUNNING";
  if (action == "resume") return json(200, "");
  // As of a coordinator that is asked to start.
  if (action != "kill")
    return failed(400, "E0303", "Invalid parameter value, [action] = [" + action + "]");
  for (auto& [other, workflow] : jobs_) {
    if ((other == id || workflow.parent.starts_with(id + "@")) &&
        (workflow.status == "RUNNING" || workflow.status == "SUSPENDED"))
      workflow.status = "KILLED";
  }
  return json(200, "");
}

}  // namespace dm::fake
