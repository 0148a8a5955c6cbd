// Where a component's containers are, or were.
// SPDX-License-Identifier: Apache-2.0
#include "logs/log_places.h"

#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "cluster/container_id.h"
#include "component/container_record.h"
#include "component/observation.h"

namespace dm::logs {

using cluster::container_place;
using component::log_snapshot;
using context::component_view;

namespace {

// What the log says of one epoch.
void add_recorded(const log_snapshot& log, application_place& place) {
  if (const auto end = log.ends.find(place.epoch); end != log.ends.end()) {
    place.end = end->second;
    place.application_id = end->second.application_id;
  }
  const auto fact = log.applications.find(place.epoch);
  if (place.application_id.empty() && fact != log.applications.end())
    place.application_id = fact->second.application_id;
}

void add_in_yarn(const component::applications_by_epoch& groups, application_place& place) {
  const auto group = groups.find(place.epoch);
  if (group == groups.end()) return;
  const auto live = component::live_of(groups, place.epoch);
  const cluster::yarn_application& chosen = live.empty() ? group->second.back() : *live.front();
  if (!place.application_id.empty() && live.empty()) {
    const auto same = std::find_if(
        group->second.begin(), group->second.end(),
        [&](const auto& application) { return application.id == place.application_id; });
    if (same != group->second.end()) place.in_yarn = *same;
    if (place.in_yarn) return;
  }
  place.in_yarn = chosen;
  place.application_id = chosen.id;
}

std::optional<std::uint64_t> epoch_of(const log_snapshot& log, const std::string& application_id) {
  for (const auto& [epoch, fact] : log.applications) {
    if (fact.application_id == application_id) return epoch;
  }
  for (const auto& [epoch, end] : log.ends) {
    if (end.application_id == application_id) return epoch;
  }
  return std::nullopt;
}

void add_container(std::vector<container_place>& containers, const container_place& one) {
  const auto same = std::find_if(containers.begin(), containers.end(),
                                 [&](const auto& known) { return known.id == one.id; });
  if (same == containers.end()) {
    containers.push_back(one);
  } else if (one.living) {
    *same = one;
  }
}

std::uint64_t number_of(const container_place& container) {
  const auto id = cluster::parse_container_id(container.id);
  return id ? id->number : 0;
}

// Where nodes are: by YARN's word, or by what it has said in this session before. Never by what
// a component's user may have written (INV-8).
class node_finder {
 public:
  node_finder(component_view& view, const io::operation& op) : view_(view), op_(op) {}

  void learn(const container_place& told) {
    if (!told.node_id.empty() && !told.node.empty())
      view_.session().node_addresses().remember(told.node_id, told.node);
  }

  void find(container_place& recorded) {
    const auto [known, first] = found_.try_emplace(recorded.node_id);
    if (first) known->second = ask(recorded.node_id);
    recorded.node = known->second;
  }

  // Nobody is asked; only what was said before counts.
  void give_up(std::string why) {
    silent_ = true;
    trouble_ = std::move(why);
  }
  const std::string& trouble() const { return trouble_; }  // of the first that was not found

 private:
  std::string ask(const std::string& node_id) {
    context::node_addresses& remembered = view_.session().node_addresses();
    // One that is silent is not asked for each node anew; that it has one no more is an answer.
    if (!silent_) {
      auto told = view_.yarn().node_address(op_, node_id);
      if (told) {
        remembered.remember(node_id, *told);
        return std::move(*told);
      }
      silent_ = told.error().code != status_code::not_found;
      if (trouble_.empty()) trouble_ = std::move(told.error().message);
    }
    return remembered.of(node_id).value_or("");
  }

  component_view& view_;
  const io::operation& op_;
  std::map<std::string, std::string> found_;  // by id; empty: not known
  bool silent_ = false;
  std::string trouble_;
};

// The JobManager's container, by the address of its page.
std::optional<container_place> master_of(const cluster::yarn_application& application) {
  auto master = cluster::container_in_url(application.am_container_logs);
  const auto id = master ? cluster::parse_container_id(master->id) : std::nullopt;
  if (!id || id->application != application.id) return std::nullopt;
  master->living = !application.terminal();
  return master;
}

}  // namespace

component_places find_places(component_view& view, const io::operation& op, std::size_t count) {
  component_places places;
  const input::component_data& data = view.data();
  std::vector<std::uint64_t> epochs;
  auto log = data.state_root.empty()
                 ? result<log_snapshot>(
                       fail(status_code::failed_precondition,
                            "a record of the original deployment manager has no log on HDFS"))
                 : view.log().read(op);
  if (log) {
    places.log_read = true;
    for (const auto& [number, record] : log->records) {
      if (record.kind == component::record_kind::incarnation) epochs.push_back(number);
    }
    if (const auto* newest = log->newest_incarnation()) {
      places.newest_epoch = newest->number;
      places.newest_may_live = !log->ends.contains(newest->number);
    }
  } else {
    places.missing.push_back("the component's log: " + log.error().message);
  }
  component::applications_by_epoch groups;
  auto listing = view.yarn().find(op, component::component_tag(data.id));
  if (listing) {
    groups = component::group_by_epoch(std::move(listing->applications), data.id, data.user);
    for (const auto& [epoch, applications] : groups) epochs.push_back(epoch);
  } else {
    places.missing.push_back("YARN: " + listing.error().message);
  }
  std::sort(epochs.rbegin(), epochs.rend());
  epochs.erase(std::unique(epochs.begin(), epochs.end()), epochs.end());
  if (epochs.size() > count) epochs.resize(count);
  for (const std::uint64_t epoch : epochs) {
    application_place place;
    place.epoch = epoch;
    place.yarn_silent = !listing;
    if (log) add_recorded(*log, place);
    add_in_yarn(groups, place);
    places.applications.push_back(std::move(place));
  }
  return places;
}

found_containers containers_of(component_view& view, const io::operation& op,
                               const application_place& place) {
  found_containers found;
  if (place.application_id.empty()) return found;
  auto recorded = component::read_containers(op, view.hdfs(), view.directory(), place.epoch);
  if (recorded && recorded->application_id == place.application_id) {
    found.containers = std::move(recorded->containers);
  } else if (!recorded && recorded.error().code != status_code::not_found) {
    found.missing = "containers that have ended: " + recorded.error().message;
  }
  const auto master = place.in_yarn ? master_of(*place.in_yarn) : std::nullopt;
  if (master) add_container(found.containers, *master);
  const auto id = master ? cluster::parse_container_id(master->id) : std::nullopt;
  bool told = !place.living();
  node_finder nodes(view, op);
  if (place.yarn_silent) nodes.give_up("on which nodes containers ran: YARN does not answer");
  if (place.living() && id) {
    auto running = view.yarn().containers(op, place.application_id, id->attempt);
    told = running.has_value();
    if (running) {
      for (const container_place& one : *running) {
        const auto parsed = cluster::parse_container_id(one.id);
        if (!parsed || parsed->application != place.application_id) continue;
        nodes.learn(one);
        add_container(found.containers, one);
      }
    } else {
      found.missing = "the TaskManagers that run: " + running.error().message;
    }
  }
  bool all_found = true;
  for (container_place& one : found.containers) {
    if (!told) one.living = true;
    if (one.node.empty()) nodes.find(one);
    all_found = all_found && !one.node.empty();
  }
  if (!all_found && found.missing.empty()) found.missing = nodes.trouble();
  std::stable_sort(found.containers.begin(), found.containers.end(),
                   [](const auto& a, const auto& b) { return number_of(a) < number_of(b); });
  return found;
}

result<found_container> find_container(component_view& view, const io::operation& op,
                                       const std::string& container_id) {
  const input::component_data& data = view.data();
  const auto id = cluster::parse_container_id(container_id);
  const auto none = [&] {
    return fail(status_code::not_found,
                fmt::format("{} has no container {}", data.name.text(), container_id),
                "sources tells those that there are");
  };
  if (!id) return none();
  found_container found;
  found.container.id = container_id;
  found.application_id = id->application;
  found.user = data.user;
  std::optional<std::uint64_t> epoch;
  auto answer = view.yarn().find_application(op, id->application);
  if (!answer && op.cancelled()) return fail(std::move(answer.error()));
  if (answer && answer->application) {
    const cluster::yarn_application& application = *answer->application;
    if (!application.has_tag(component::component_tag(data.id)) ||
        !component::belongs_to(application, data.user))
      return none();
    epoch = component::epoch_of(application.tags, data.id);
    found.living = !application.terminal();
    if (auto master = master_of(application); master && master->id == container_id) {
      found.container = std::move(*master);
      return found;
    }
    if (found.living) {
      auto running = view.yarn().containers(op, id->application, id->attempt);
      if (!running && op.cancelled()) return fail(std::move(running.error()));
      for (const container_place& one : running ? *running : std::vector<container_place>()) {
        if (one.id != container_id) continue;
        node_finder(view, op).learn(one);
        found.container = one;
        found.living = one.living;
        return found;
      }
      // It is none of those that run; where that could not be told it may be.
      found.living = !running;
    }
  } else {
    auto log = view.log().read(op);
    if (!log) return fail(std::move(log.error()));
    epoch = epoch_of(*log, id->application);
    if (!epoch) return none();
    found.living = !answer && !log->ends.contains(*epoch);
  }
  if (!epoch) return found;
  auto recorded = component::read_containers(op, view.hdfs(), view.directory(), *epoch);
  if (!recorded) return found;
  for (container_place& one : recorded->containers) {
    if (one.id != container_id) continue;
    node_finder nodes(view, op);
    if (!answer) nodes.give_up(answer.error().message);
    nodes.find(one);
    found.container.node = one.node;
  }
  return found;
}

}  // namespace dm::logs
