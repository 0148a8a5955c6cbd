// The applications, nodes and queues of an imaginary YARN cluster.
// SPDX-License-Identifier: Apache-2.0
#include "fake/yarn_cluster.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

namespace dm::fake {

namespace {

std::string lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return text;
}

}  // namespace

std::string yarn_cluster::submit(yarn_application application) {
  const std::lock_guard lock(mutex_);
  if (application.id.empty())
    application.id = fmt::format("application_{}_{:04}", timestamp_, next_++);
  std::string id = application.id;
  add(std::move(application));
  return id;
}

bool yarn_cluster::submit_once(const yarn_application& application) {
  const std::lock_guard lock(mutex_);
  const bool known =
      std::any_of(applications_.begin(), applications_.end(),
                  [&](const yarn_application& one) { return one.id == application.id; });
  if (!known) add(application);
  return !known;
}

std::string yarn_cluster::new_id() {
  const std::lock_guard lock(mutex_);
  return fmt::format("application_{}_{:04}", timestamp_, next_++);
}

void yarn_cluster::add(yarn_application application) {
  for (std::string& tag : application.tags) tag = lower(tag);
  std::sort(application.tags.begin(), application.tags.end());
  application.tags.erase(std::unique(application.tags.begin(), application.tags.end()),
                         application.tags.end());
  for (const auto& [container, node] : application.containers) addresses_.insert(node);
  applications_.push_back(std::move(application));
}

void yarn_cluster::change(const std::string& id,
                          const std::function<void(yarn_application&)>& how) {
  const std::lock_guard lock(mutex_);
  for (yarn_application& application : applications_) {
    if (application.id != id) continue;
    how(application);
    for (const auto& [container, node] : application.containers) addresses_.insert(node);
  }
}

bool yarn_cluster::had_node(const std::string& address) const {
  const std::lock_guard lock(mutex_);
  return addresses_.contains(address);
}

void yarn_cluster::finish(const std::string& id, const std::string& final_status,
                          const std::string& diagnostics) {
  change(id, [&](yarn_application& application) {
    if (application.terminal()) return;
    application.state = "FINISHED";
    application.final_status = final_status;
    application.diagnostics = diagnostics;
    application.finished_ms = application.started_ms + 60'000;
    application.running_containers = -1;
    application.allocated_mb = -1;
  });
}

void yarn_cluster::kill(const std::string& id, const std::string& user) {
  change(id, [&](yarn_application& application) {
    if (application.terminal()) return;
    application.state = "KILLED";
    application.final_status = "KILLED";
    application.diagnostics =
        "Application " + id + " was killed by user " + user + " at 127.0.0.1\n";
    application.finished_ms = application.started_ms + 60'000;
    application.running_containers = -1;
    application.allocated_mb = -1;
  });
}

void yarn_cluster::forget(const std::string& id) {
  const std::lock_guard lock(mutex_);
  std::erase_if(applications_,
                [&](const yarn_application& application) { return application.id == id; });
}

std::optional<yarn_application> yarn_cluster::find(const std::string& id) const {
  const std::lock_guard lock(mutex_);
  for (const yarn_application& application : applications_) {
    if (application.id == id) return application;
  }
  return std::nullopt;
}

std::vector<yarn_application> yarn_cluster::applications() const {
  const std::lock_guard lock(mutex_);
  return applications_;
}

std::vector<yarn_application> yarn_cluster::tagged(const std::vector<std::string>& any_of) const {
  const std::lock_guard lock(mutex_);
  std::vector<yarn_application> found;
  for (const yarn_application& application : applications_) {
    const bool carries = std::any_of(any_of.begin(), any_of.end(), [&](const std::string& tag) {
      return std::find(application.tags.begin(), application.tags.end(), lower(tag)) !=
             application.tags.end();
    });
    if (carries) found.push_back(application);
  }
  return found;
}

std::vector<yarn_node> yarn_cluster::nodes() const {
  const std::lock_guard lock(mutex_);
  return nodes_;
}

std::vector<yarn_queue> yarn_cluster::queues() const {
  const std::lock_guard lock(mutex_);
  return queues_;
}

void yarn_cluster::set_nodes(std::vector<yarn_node> nodes) {
  const std::lock_guard lock(mutex_);
  nodes_ = std::move(nodes);
}

void yarn_cluster::set_queues(std::vector<yarn_queue> queues) {
  const std::lock_guard lock(mutex_);
  queues_ = std::move(queues);
}

void yarn_cluster::set_cluster_timestamp(std::int64_t timestamp) {
  const std::lock_guard lock(mutex_);
  timestamp_ = timestamp;
  next_ = 1;
}

void yarn_cluster::configure(const std::string& key, const std::string& value) {
  const std::lock_guard lock(mutex_);
  configuration_[key] = value;
}

std::optional<std::string> yarn_cluster::configured(const std::string& key) const {
  const std::lock_guard lock(mutex_);
  const auto found = configuration_.find(key);
  return found == configuration_.end() ? std::nullopt : std::optional(found->second);
}

}  // namespace dm::fake
