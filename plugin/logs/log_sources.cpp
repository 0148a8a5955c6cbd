// The sources verb: which logs a component has.
// SPDX-License-Identifier: Apache-2.0
#include "logs/log_sources.h"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include <fmt/format.h>

#include "cluster/aggregated_log.h"
#include "cluster/container_id.h"
#include "logs/container_log.h"
#include "logs/guard_at_work.h"
#include "logs/kept_text.h"
#include "logs/log_places.h"
#include "logs/node_log.h"
#include "logs/source_id.h"
#include "package/component_layout.h"
#include "placement/component_files.h"

namespace dm::logs {

using cluster::container_place;
using context::component_view;

namespace {

constexpr std::size_t most_sources = 2000;
constexpr std::size_t most_containers = 100;  // that are asked for their files, of one incarnation
constexpr std::size_t connections = 16;

std::string host_of(const std::string& node) {
  const std::size_t mark = node.find("://");
  const std::string host = mark == std::string::npos ? node : node.substr(mark + 3);
  return host.substr(0, host.rfind(':'));
}

// Of a client's files, as read says it: where the log cannot tell, they may.
bool may_grow(const component_places& places, std::uint64_t epoch) {
  if (!places.log_read || places.newest_epoch == 0) return true;
  return epoch > places.newest_epoch || (epoch == places.newest_epoch && places.newest_may_live);
}

class listing {
 public:
  listing(component_view& view, const io::operation& op, const sources_request& request,
          sources_reply& reply)
      : view_(view), op_(op), request_(request), reply_(reply) {}

  void run() {
    const component_places places =
        find_places(view_, op_, static_cast<std::size_t>(request_.incarnations));
    reply_.missing = places.missing;
    add_of_node(places);
    for (const application_place& place : places.applications) {
      add_text(source_kind::diagnostics, place);
      add_containers(place);
      add_text(source_kind::history, place);
    }
    if (reply_.sources.size() > most_sources) {
      reply_.sources.resize(most_sources);
      reply_.missing.push_back(
          fmt::format("there are more than {} sources; ask for fewer "
                      "incarnations",
                      most_sources));
    }
  }

 private:
  void add_of_node(const component_places& places) {
    const input::component_data& data = view_.data();
    if (data.directory.empty()) return;  // the original's record
    if (!view_.local()) {
      log_source there;
      there.id = there.file = "guard.log";
      there.host = data.node;
      there.state = source_state::unavailable;
      there.reason = fmt::format("it is on {}, in {}/logs", data.node, data.directory);
      reply_.sources.push_back(std::move(there));
      return;
    }
    auto ours = placement::check_places(view_.settings(), data);
    auto files = ours ? list_node_files(package::layout_of(view_.settings(), data.name).logs)
                      : result<std::vector<node_file>>(fail(std::move(ours.error())));
    if (!files) {
      reply_.missing.push_back("the logs on this node: " + files.error().message);
      return;
    }
    std::set<std::uint64_t> epochs;
    for (const application_place& place : places.applications) epochs.insert(place.epoch);
    std::sort(files->begin(), files->end(), [](const node_file& a, const node_file& b) {
      return std::tuple(a.id.kind, ~a.id.epoch, a.id.file) <
             std::tuple(b.id.kind, ~b.id.epoch, b.id.file);
    });
    for (const node_file& file : *files) {
      const bool of_client = file.id.kind == source_kind::client;
      if (of_client && !epochs.empty() && !epochs.contains(file.id.epoch)) continue;
      log_source source;
      source.id = to_string(file.id);
      source.kind = file.id.kind;
      source.epoch = file.id.epoch;
      source.file = file.id.file;
      source.host = data.node;
      source.size_bytes = file.size_bytes;
      source.modified_at = file.modified_at;
      const bool grows = of_client
                             ? file.id.file.ends_with(".log") && may_grow(places, file.id.epoch)
                             : file.id.file == "guard.log" && guard_may_write(view_, op_);
      source.state = grows ? source_state::living : source_state::ended;
      reply_.sources.push_back(std::move(source));
    }
  }

  void add_text(source_kind kind, const application_place& place) {
    const kept_text text =
        kind == source_kind::diagnostics ? diagnostics_of(place) : history_of(view_, op_, place);
    log_source source;
    source.id = to_string(source_id{kind, place.epoch, {}, {}});
    source.kind = kind;
    source.epoch = place.epoch;
    source.application_id = place.application_id;
    source.state = text.reason.empty()
                       ? (place.living() ? source_state::living : source_state::ended)
                       : source_state::unavailable;
    source.reason = text.reason;
    if (text.reason.empty()) source.size_bytes = static_cast<std::int64_t>(text.text.size());
    reply_.sources.push_back(std::move(source));
  }

  void add_containers(const application_place& place) {
    found_containers found = containers_of(view_, op_, place);
    if (!found.missing.empty()) reply_.missing.push_back(std::move(found.missing));
    auto& containers = found.containers;
    if (containers.size() > most_containers) {
      // The JobManager's and the newest.
      containers.erase(containers.begin() + 1,
                       containers.end() - static_cast<std::ptrdiff_t>(most_containers - 1));
      reply_.missing.push_back(
          fmt::format("{} had more containers than are asked for their logs: "
                      "the newest {} are",
                      place.application_id, most_containers));
    }
    std::vector<container_place> silent;
    std::erase_if(containers, [&](const container_place& one) {
      if (one.node.empty()) note_silence(one, "on which node it ran is not known", silent);
      return one.node.empty();
    });
    // In the containers' order, whoever answers first, and each one's files by their names.
    std::vector<result<std::vector<cluster::container_file>>> told(
        containers.size(), fail(status_code::unavailable, "it was not asked"));
    view_.http().perform_each(
        op_, containers.size(),
        [&](std::size_t i) {
          return cluster::container_files_request(containers[i], view_.data().user);
        },
        [&](std::size_t i, result<io::http_response> answer) {
          if (answer) {
            told[i] = cluster::read_container_files(*answer);
          } else {
            told[i] = fail(std::move(answer.error()));
          }
        },
        connections);
    for (std::size_t i = 0; i < containers.size(); ++i) {
      if (!told[i]) {
        note_silence(containers[i], told[i].error().message, silent);
        continue;
      }
      std::sort(told[i]->begin(), told[i]->end(),
                [](const auto& one, const auto& other) { return one.name < other.name; });
      for (const cluster::container_file& file : *told[i])
        add_file(place, containers[i], file.name, file.size_bytes, file.modified_at);
    }
    if (place.living() || place.application_id.empty()) return add_silent(place, silent);
    if (!silent.empty() || containers.empty()) add_aggregated(place, silent);
  }

  // More are not told, so that a program with a million files costs neither memory nor time.
  bool full() const { return reply_.sources.size() > most_sources; }

  void note_silence(const container_place& container, std::string why,
                    std::vector<container_place>& silent) {
    silent.push_back(container);
    reasons_[container.id] = std::move(why);
  }

  void add_file(const application_place& place, const container_place& container,
                const std::string& name, std::int64_t size, io::wall_time modified_at) {
    if (!is_log_of_container(name) || full()) return;
    log_source source = of_container(place, container.id, name);
    source.host = host_of(container.node);
    source.size_bytes = size;
    source.modified_at = modified_at;
    source.state = place.living() && container.living ? source_state::living : source_state::ended;
    reply_.sources.push_back(std::move(source));
  }

  log_source of_container(const application_place& place, const std::string& id,
                          const std::string& name) const {
    const auto parsed = cluster::parse_container_id(id);
    log_source source;
    source.kind =
        parsed && parsed->number == 1 ? source_kind::jobmanager : source_kind::taskmanager;
    source.id = to_string(source_id{source.kind, 0, id, name});
    source.epoch = place.epoch;
    source.application_id = place.application_id;
    source.container_id = id;
    source.file = name;
    return source;
  }

  // What the NodeManagers have no more may be on HDFS.
  void add_aggregated(const application_place& place, const std::vector<container_place>& silent) {
    cluster::aggregated_logs logs(view_.hdfs(), view_.yarn());
    const auto files = logs.list(op_, view_.data().user, place.application_id);
    std::set<std::string> found;
    for (const cluster::aggregated_file& file :
         files ? *files : std::vector<cluster::aggregated_file>()) {
      if (full()) break;
      const auto id = cluster::parse_container_id(file.container);
      const bool told =
          std::any_of(reply_.sources.begin(), reply_.sources.end(), [&](const log_source& source) {
            return source.container_id == file.container && source.file == file.name;
          });
      if (told || !id || id->application != place.application_id || !is_log_of_container(file.name))
        continue;
      log_source source = of_container(place, file.container, file.name);
      source.size_bytes = file.size_bytes;
      source.state = source_state::ended;
      reply_.sources.push_back(std::move(source));
      found.insert(file.container);
    }
    std::vector<container_place> nowhere;
    for (const container_place& one : silent) {
      if (found.contains(one.id)) continue;
      if (!files) reasons_[one.id] += "; " + files.error().message;
      nowhere.push_back(one);
    }
    add_silent(place, nowhere);
    if (silent.empty() && !files) {
      reply_.missing.push_back(
          fmt::format("the containers of {}: {}; where YARN still has their "
                      "logs, yarn logs -applicationId {} shows them",
                      place.application_id, files.error().message, place.application_id));
    }
  }

  // Containers whose files nobody tells: one source each, by the name of the file that it had.
  void add_silent(const application_place& place, const std::vector<container_place>& silent) {
    for (const container_place& one : silent) {
      const auto id = cluster::parse_container_id(one.id);
      const std::string name = id && id->number == 1 ? "jobmanager.log" : "taskmanager.log";
      log_source source = of_container(place, one.id, name);
      source.host = host_of(one.node);
      source.state = source_state::unavailable;
      source.reason = fmt::format("{}; where YARN still has it this shows it: {}", reasons_[one.id],
                                  command_for(place.application_id, one.id, name));
      reply_.sources.push_back(std::move(source));
    }
  }

  component_view& view_;
  const io::operation& op_;
  const sources_request& request_;
  sources_reply& reply_;
  std::map<std::string, std::string> reasons_;  // by container: why it tells no files
};

}  // namespace

sources_reply sources(context::session& session, const io::operation& op,
                      const sources_request& request) {
  sources_reply reply;
  component_view view(session, request.data);
  listing(view, op, request, reply).run();
  if (auto in_time = op.check("the component's logs to be found"); !in_time && op.cancelled()) {
    reply = {};
    reply.failure = in_time.error();
  }
  return reply;
}

}  // namespace dm::logs
