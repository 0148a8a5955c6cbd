// What YARN says of the components' applications.
// SPDX-License-Identifier: Apache-2.0
#include "observation/yarn_facts.h"

#include <algorithm>
#include <map>
#include <unordered_map>
#include <utility>

#include "component/component_name.h"

namespace dm::observation {

namespace {

using component::component_tag;

// So many are asked for by their own tags, in a URL that stays below Jetty's 8 kB; more, by the
// fleet's. Each application of the fleet in an answer costs more than a tag in a question.
constexpr std::size_t asked_by_own_tags = 100;

void put_one(observed_component& one, cluster::yarn_application application) {
  if (!component::belongs_to(application, one.data->user)) {
    one.facts.foreign_applications.push_back(std::move(application));
    return;
  }
  const auto epoch = component::epoch_of(application.tags, one.data->id);
  one.facts.applications[epoch.value_or(0)].push_back(std::move(application));
}

void put_applications(const observed_batch& batch,
                      std::vector<cluster::yarn_application> applications,
                      const std::string& address, bool confirmed) {
  // One pass over the answer, which may be 10,000 applications, however large the batch is.
  std::unordered_map<std::string, std::vector<observed_component*>> by_tag;
  for (observed_component* one : batch) {
    one->facts.yarn_answered = true;
    one->facts.yarn_error.clear();
    one->facts.yarn_source = address;
    one->facts.absence_confirmed = confirmed;
    one->facts.applications.clear();
    one->facts.foreign_applications.clear();
    by_tag[component_tag(one->data->id)].push_back(one);
  }
  for (cluster::yarn_application& application : applications) {
    std::vector<observed_component*> concerned;
    for (const std::string& tag : application.tags) {
      if (const auto found = by_tag.find(tag); found != by_tag.end())
        concerned.insert(concerned.end(), found->second.begin(), found->second.end());
    }
    for (std::size_t i = 0; i < concerned.size(); ++i) {
      put_one(*concerned[i], i + 1 < concerned.size() ? application : std::move(application));
    }
  }
}

void put_silence(const observed_batch& batch, const error& problem, const std::string& address) {
  for (observed_component* one : batch) {
    one->facts.yarn_answered = false;
    one->facts.yarn_source = address;
    one->facts.yarn_error = problem.message;
  }
}

}  // namespace

std::string yarn_question::group::tags() const {
  if (members.size() > asked_by_own_tags) return component::fleet_tag(name_space);
  std::string list;
  for (const observed_component* one : members)
    list += (list.empty() ? "" : ",") + component_tag(one->data->id);
  return list;
}

std::vector<yarn_question::group> yarn_question::grouped(const observed_batch& batch) {
  std::map<std::pair<std::string, std::string>, observed_batch> sorted;
  for (observed_component* one : batch)
    sorted[{one->data->name.name_space, one->data->user}].push_back(one);
  std::vector<group> groups;
  for (auto& [key, members] : sorted) groups.push_back({key.first, key.second, std::move(members)});
  return groups;
}

yarn_question::yarn_question(context::session& session, const io::operation& op,
                             const observed_batch& batch)
    : session_(session),
      address_(session.yarn_for({}).preferred_address()),
      silence_(session.yarn_for({}).service().own_silence()),
      short_patience_(silence_.patience(op).deadline() < op.deadline()),
      groups_(grouped(batch)) {
  const bool pair = session_.settings().resource_managers.size() > 1;
  for (const group& one : groups_) {
    requests_.push_back(cluster::applications_request(address_, one.tags(), one.user));
    // One of a pair that is silent is not waited for: the client asks both.
    if (pair) {
      requests_.back().timeout = cluster::head_start;
    } else if (short_patience_) {
      requests_.back().timeout = cluster::silence::short_patience;
    }
  }
}

void yarn_question::take(const io::operation& op, std::span<result<io::http_response>> answers) {
  const bool pair = session_.settings().resource_managers.size() > 1;
  for (std::size_t i = 0; i < groups_.size(); ++i) {
    auto applications =
        answers[i] ? cluster::read_applications(*answers[i], address_)
                   : result<std::vector<cluster::yarn_application>>(fail(answers[i].error()));
    if (answers[i]) std::string().swap(answers[i]->body);  // of many megabytes
    if (answers[i] && !pair) silence_.note_answer();
    if (applications) {
      put_applications(groups_[i].members, std::move(*applications), address_, false);
      continue;
    }
    // A standby, silent or dead: the client knows how to find the other one.
    cluster::resource_manager yarn = session_.yarn_for(groups_[i].user);
    if (!pair && !answers[i] && !short_patience_ && !op.cancelled()) silence_.note_none(asked_at_);
    auto listing = pair ? yarn.find(op, groups_[i].tags())
                        : result<cluster::application_listing>(fail(applications.error()));
    if (listing) {
      put_applications(groups_[i].members, std::move(listing->applications), listing->address,
                       false);
    } else {
      put_silence(groups_[i].members, listing.error(), address_);
    }
  }
}

void yarn_question::confirm(context::session& session, const io::operation& op,
                            const observed_batch& batch) {
  for (const group& one : grouped(batch)) {
    cluster::resource_manager yarn = session.yarn_for(one.user);
    auto listing = yarn.find_confirmed(op, one.tags());
    if (listing) {
      put_applications(one.members, std::move(listing->applications), listing->address, true);
    } else {
      put_silence(one.members, listing.error(), yarn.preferred_address());
    }
  }
}

}  // namespace dm::observation
