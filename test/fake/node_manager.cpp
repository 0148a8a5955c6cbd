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
  if (!asked.path.starts_with(base)) return text(404, "");
  const std::string rest = asked.path.substr(base.size());
  const std::size_t logs = rest.find("/logs");
  if (logs == std::string::npos) return text(404, "");
  const std::string container = rest.substr(0, logs);
  const std::string file = rest.substr(std::min(rest.size(), logs + 6));
  return file.empty() ? list(container) : content(container, file, asked.argument("size"));
}

}  // namespace dm::fake
