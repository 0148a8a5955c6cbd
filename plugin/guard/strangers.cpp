// Applications that carry the component's tags without being its own: tags are visible to all, and
// whoever runs a client's command again by hand passes them on.
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include <fmt/format.h>

#include "component/component_name.h"
#include "flink/client_output.h"
#include "guard/guard.h"

namespace dm::guard {

using component::applications_by_epoch;

applications_by_epoch guard::own(const std::vector<cluster::yarn_application>& listed) {
  std::vector<cluster::yarn_application> own;
  for (const cluster::yarn_application& application : listed) {
    const bool somebody_elses = !application.user.empty() && application.user != spec_.user;
    if (somebody_elses && application.has_tag(tag_))
      set_aside(application, fmt::format("it is of user {}, the component's is {}",
                                         first_line(application.user, 80), spec_.user));
    if (!somebody_elses && !strangers_.contains(application.id)) own.push_back(application);
  }
  return component::group_by_epoch(own, id_);
}

void guard::set_aside(const cluster::yarn_application& application, const std::string& why) {
  if (!strangers_.insert(application.id).second) return;
  log_.warning(
      fmt::format("application {} ({}) carries this component's tags and is left alone: {}",
                  application.id, application.state, why));
}

void guard::set_unclaimed_aside(view& seen) {
  const std::uint64_t newest = seen.log.newest_number();
  for (auto it = seen.applications.upper_bound(newest); it != seen.applications.end();
       it = seen.applications.erase(it)) {
    for (const cluster::yarn_application& application : it->second) {
      set_aside(application,
                fmt::format("nobody has claimed epoch {} in the component's log, whose "
                            "newest number is {}",
                            it->first, newest));
    }
  }
}

bool guard::executes_twice(std::uint64_t epoch, applications_by_epoch& groups, bool client_lives) {
  std::vector<cluster::yarn_application>& of_epoch = groups.at(epoch);
  if (spec_.submission != flink::submission_mode::per_job || of_epoch.size() < 2) return false;
  const std::string output = client_output_of(spec_, epoch);
  const auto announced = flink::read_client_output(output).application_ids;
  const auto first_stranger = std::stable_partition(
      of_epoch.begin(), of_epoch.end(), [&](const cluster::yarn_application& application) {
        return std::find(announced.begin(), announced.end(), application.id) != announced.end();
      });
  const auto own = first_stranger - of_epoch.begin();
  if (client_lives) return own > 1;  // what it has not told yet it will
  // A client that told of none, or whose words are not all there, may have submitted any of them.
  if (own == 0 || output.size() >= client_output_limit) return true;
  // The client has ended, and told of all it submitted: the others came later, from elsewhere.
  std::vector<const cluster::yarn_application*> live;
  for (auto it = first_stranger; it != of_epoch.end(); ++it) {
    if (!it->terminal()) live.push_back(&*it);
  }
  if (auto killed = kill_all(live, "which this epoch's client never submitted"); !killed)
    report(killed.error());
  of_epoch.erase(first_stranger, of_epoch.end());
  return own > 1;
}

result<std::optional<cluster::yarn_application>> guard::find_announced(
    std::uint64_t epoch, const component::log_record* record) {
  std::vector<std::string> ids =
      flink::read_client_output(client_output_of(spec_, epoch)).application_ids;
  if (fact_.epoch == epoch && !fact_.application_id.empty()) ids.push_back(fact_.application_id);
  if (record != nullptr && record->direct) ids.push_back(record->direct->application_id);
  std::optional<cluster::yarn_application> last;
  for (const std::string& id : ids) {
    auto answer = yarn_.find_application(op_, id);
    if (!answer) return fail_while("asking YARN for " + id, answer.error());
    std::optional<cluster::yarn_application>& found = answer->application;
    const bool somebody_elses = found && !found->user.empty() && found->user != spec_.user;
    if (!found || somebody_elses) continue;
    last = std::move(found);
    if (!last->terminal()) break;
  }
  return last;
}

bool guard::tagged(const cluster::yarn_application& application, std::uint64_t epoch) const {
  return application.has_tag(tag_) && component::epoch_of(application.tags, id_) == epoch;
}

result<bool> guard::refuse_untagged(std::uint64_t epoch,
                                    const cluster::yarn_application& application) {
  if (!application.terminal()) {
    // Sent at every look until YARN's state is final (D-32).
    if (auto killed = kill_all({&application}, "which has not got the component's tags"); !killed)
      return fail(killed.error());
    return false;
  }
  component::end_fact end;
  end.epoch = epoch;
  end.outcome = component::outcome::failed;
  end.failure_class = flink::to_string(flink::failure_class::program_invalid);
  end.cause = fmt::format(
      "the application {} came without the component's YARN tags, so that nobody could look after "
      "it, and was ended: execution.target in Flink's own configuration (flink-conf.yaml or "
      "config.yaml of the installation, or of FLINK_CONF_DIR) makes Flink ignore the options of "
      "flink run; take it out there",
      application.id);
  end.source = "YARN";
  end.application_id = application.id;
  end.ended_at = io::now();
  if (auto recorded = record_end(std::move(end)); !recorded) return fail(recorded.error());
  return true;
}

}  // namespace dm::guard
