// A NodeManager's REST API for the log files of its containers.
// SPDX-License-Identifier: Apache-2.0
#include "fake/node_manager.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>

namespace dm::fake {

namespace {
const std::string base = "/ws/v1/node/containers/";
const std::string modified = "Fri Nov 27 01:00:00 +0000 2026";
}  // namespace

node_manager::node_manager() : server_([this](const request& asked) { return answer(asked); }) {}

std::string node_manager::page(const std::string& container) const {
  return address() + "/node/containerlogs/" + container + "/pnda";
}

void node_manager::write(const std::string& container, const std::string& file,
                         const std::string& more) {
  const std::lock_guard lock(mutex_);
  containers_[container][file] += more;
}

void node_manager::replace(const std::string& container, const std::string& file,
                           const std::string& content) {
  const std::lock_guard lock(mutex_);
  containers_[container][file] = content;
}

void node_manager::remove(const std::string& container) {
  const std::lock_guard lock(mutex_);
  containers_.erase(container);
}

void node_manager::ended(const std::string& container, int exit_code,
                         const std::string& diagnostics) {
  const std::lock_guard lock(mutex_);
  ends_[container] = {"DONE", exit_code, diagnostics, true, 0};
}

void node_manager::runs(const std::string& container) {
  const std::lock_guard lock(mutex_);
  ends_[container] = {"RUNNING", -1000, "", true, 0};
}

void node_manager::forget_state(const std::string& container, int silent) {
  const std::lock_guard lock(mutex_);
  ends_[container].state.clear();
  ends_[container].silent = silent;
}

void node_manager::forget_metrics(const std::string& container) {
  const std::lock_guard lock(mutex_);
  ends_[container].metrics = false;
}

int node_manager::questions() const {
  const std::lock_guard lock(mutex_);
  return questions_;
}

response node_manager::state_of(const std::string& container) const {
  const auto found = ends_.find(container);
  if (found == ends_.end() || found->second.state.empty()) {
    return json(404, fmt::format(R"({{"RemoteException":{{"exception":"NotFoundException",)"
                                 R"("message":"java.lang.Exception: container with id, {}, not )"
                                 R"(found","javaClassName":)"
                                 R"("org.apache.hadoop.yarn.webapp.NotFoundException"}}}})",
                                 container));
  }
  const ended_container& one = found->second;
  return json(200, fmt::format(R"({{"container":{{"id":"{}","state":"{}","exitCode":{},)"
                               R"("diagnostics":{},"user":"pnda","totalMemoryNeededMB":320}}}})",
                               container, one.state, one.exit_code, json_quoted(one.diagnostics)));
}

response node_manager::metrics_of(const std::string& container) {
  ++questions_;
  const auto found = ends_.find(container);
  if (found == ends_.end() || !found->second.metrics) return json(200, R"({"beans":[]})");
  ended_container& one = found->second;
  const std::string name = "Hadoop:service=NodeManager,name=ContainerResource_" + container;
  std::string figures;
  if (one.exit_code != -1000 && one.silent-- <= 0)
    figures = fmt::format(R"(,"PMemUsageMBsMaxMBs":1219.0,"pMemLimitMBs":320,"ExitCode":{})",
                          one.exit_code);
  return json(200, fmt::format(R"({{"beans":[{{"name":"{}","modelerType":"{}"{}}}]}})", name,
                               "ContainerResource_" + container, figures));
}

void node_manager::redirect_to(const std::string& log_server) {
  const std::lock_guard lock(mutex_);
  log_server_ = log_server;
}

response node_manager::list(const std::string& container) const {
  const auto found = containers_.find(container);
  if (found == containers_.end()) return text(500, "", "");
  std::string files;
  for (const auto& [name, content] : found->second) {
    files += (files.empty() ? "" : ",") +
             fmt::format(R"({{"fileName":{},"fileSize":"{}","lastModifiedTime":"{}"}})",
                         json_quoted(name), content.size(), modified);
  }
  if (found->second.size() > 1) files = "[" + files + "]";
  return json(200, fmt::format(R"({{"containerLogsInfo":{{"containerLogInfo":{},)"
                               R"("logAggregationType":"LOCAL","containerId":"{}",)"
                               R"("nodeId":"localhost:20010"}}}})",
                               files, container));
}

response node_manager::content(const std::string& container, const std::string& file,
                               const std::string& size) const {
  const auto found = containers_.find(container);
  if (found == containers_.end() || !found->second.contains(file)) {
    if (log_server_.empty())
      return text(404, "Unknown container. Container either has not started");
    response r = text(307, "");
    r.headers.emplace_back("Location",
                           log_server_ + base + container + "/logs/" + file + "?size=" + size);
    return r;
  }
  const std::string& whole = found->second.at(file);
  const long asked = std::strtol(size.c_str(), nullptr, 10);
  std::string part = whole;
  if (asked < 0 && static_cast<std::size_t>(-asked) < whole.size())
    part = whole.substr(whole.size() - static_cast<std::size_t>(-asked));
  const std::string on = fmt::format("Container: {} on localhost:20010", container);
  std::string body;
  if (!part.empty()) {
    body = fmt::format(
        "{}\nLogAggregationType: LOCAL\n{}\nLogType:{}\nLogLastModifiedTime:{}\nLogLength:{}\n"
        "LogContents:\n{}",
        on, std::string(on.size(), '='), file, modified, whole.size(), part);
  }
  const std::string end = "End of LogType:" + file;
  body += fmt::format(
      "{}.This log file belongs to a running container ({}) and so may not be complete.\n{}\n\n",
      end, container, std::string(end.size() + 50, '*'));
  return text(200, body, "text/plain;charset=utf-8");
}

response node_manager::answer(const request& asked) {
  const std::lock_guard lock(mutex_);
  if (asked.path == "/jmx") {
    const std::string query = asked.argument("qry");
    return metrics_of(query.substr(std::min(query.size(), query.find("container_"))));
  }
  if (!asked.path.starts_with(base)) return text(404, "");
  const std::string rest = asked.path.substr(base.size());
  const std::size_t logs = rest.find("/logs");
  if (logs == std::string::npos) return state_of(rest);
  const std::string container = rest.substr(0, logs);
  const std::string file = rest.substr(std::min(rest.size(), logs + 6));
  return file.empty() ? list(container) : content(container, file, asked.argument("size"));
}

}  // namespace dm::fake
