// The destroy verb: ends the job if need be, takes the program out of supervisord, removes what
// create made, and the component's state only when told so.
// SPDX-License-Identifier: Apache-2.0
#include "lifecycle/destroy.h"

#include <string>

#include <fmt/format.h>

#include "component/component_name.h"
#include "component/observation.h"
#include "context/other_owner.h"
#include "library/job_jar.h"
#include "lifecycle/scheduling.h"
#include "lifecycle/stop.h"
#include "package/component_layout.h"
#include "placement/component_files.h"
#include "placement/program.h"
#include "savepoint/restore_points.h"

namespace dm::lifecycle {

using context::component_view;
using context::other_owner;
using context::session;
using input::component_data;
using placement::check_node;
using placement::check_places;
using placement::remove_component_files;
using placement::remove_program_file;
using savepoint::read_points;

namespace {

// What lineage, epochs and people need of the log of a component that is gone.
constexpr std::size_t records_kept = 50;

// A pin is a promise that nothing but unpin takes back: it is found before anything is done.
result<void> check_pins(component_view& view, const io::operation& op) {
  auto known = read_points(view, op);
  if (!known) return fail(std::move(known.error()));
  for (const state::restore_point& point : known->points) {
    if (!point.pinned) continue;
    return fail(
        status_code::failed_precondition,
        fmt::format("destroy of {} with its savepoints: {} is pinned ({}); nothing was done",
                    view.data().name.text(), point.id,
                    point.pin_reason.empty() ? "no reason given" : point.pin_reason),
        "unpin it first, or destroy with \"savepoints\": \"keep\"");
  }
  return {};
}

// All of the component's state; its log stays. Those that lie in directories of the callers' are
// known from the ledger only, so that goes last.
result<bool> dispose_state(component_view& view, const io::operation& op) {
  const component_data& data = view.data();
  const std::string& directory = view.directory();
  auto known = read_points(view, op);
  if (!known) return fail(std::move(known.error()));
  std::vector<std::string> paths;
  // Pinned since it was asked whether any is: stopping may have taken minutes (D-53).
  for (const state::restore_point& point : known->points) {
    if (!point.pinned) continue;
    return fail(status_code::failed_precondition,
                fmt::format("{} is destroyed but not its state: {} was pinned meanwhile ({})",
                            data.name.text(), point.id,
                            point.pin_reason.empty() ? "no reason given" : point.pin_reason),
                "unpin it and destroy again, or leave the state");
  }
  for (const state::restore_point& point : known->points) {
    const std::string name = point.path.substr(point.path.rfind('/') + 1);
    // What Flink made for this savepoint alone, where this plugin may delete.
    if (flink::hdfs_path(point.path) == point.path &&
        point.path.starts_with(data.state_root + "/") && name.starts_with("savepoint-") &&
        !point.path.starts_with(directory + "/") &&
        point.state != state::restore_point_state::claimed) {
      paths.push_back(point.path);
    }
  }
  paths.push_back(directory + "/checkpoints");
  paths.push_back(directory + "/savepoints");
  bool changed = false;
  for (const std::string& path : paths) {
    auto removed = view.hdfs().remove(op, path, true);
    if (!removed) {
      return fail_while(fmt::format("{} is destroyed but not all of its state", data.name.text()),
                        std::move(removed.error()));
    }
    changed = changed || *removed;
  }
  return changed;
}

// A stop as the newest record: what is before it is a former life, and with `dispose` no part of
// the lineage any more. One that was never started needs none.
result<void> mark_end(component_view& view, const io::operation& op,
                      const destroy_request& request) {
  constexpr int most_races = 5;
  for (int race = 0; race < most_races; ++race) {
    auto seen = view.log().read_newest(op);
    if (!seen) return fail(std::move(seen.error()));
    const std::uint64_t newest = seen->newest_number();
    const bool marked =
        request.dispose_savepoints ? seen->state_ended() == newest : seen->life_began() == newest;
    if (marked) return {};
    component::log_record record;
    record.kind = component::record_kind::stop;
    record.stop_cause = component::destroyed;
    record.state_disposed = request.dispose_savepoints;
    record.node = view.settings().node;
    record.user = request.user;
    auto claimed = view.log().claim(op, record, newest);
    if (!claimed) return fail(std::move(claimed.error()));
    if (*claimed) return {};
  }
  return fail(
      status_code::unavailable,
      fmt::format("others write into the log of {} at the same time", request.data.name.text()),
      "destroy it again");
}

error not_stopped(const component_data& data, const stop_reply& ended) {
  error problem = *ended.failure;
  problem.message = fmt::format("{} was not destroyed: {}", data.name.text(), problem.message);
  if (ended.progress == stop_progress::taken_back || ended.progress == stop_progress::unsaveable) {
    problem.hint = "stop it first, without a savepoint or by a kill; then destroy it";
  }
  return problem;
}

error not_marked(const component_data& data, error problem) {
  problem.message = fmt::format("{} is destroyed, but its log does not say so yet: {}",
                                data.name.text(), problem.message);
  problem.hint = "destroy it again";
  return problem;
}

// A job that flaps, or waits for its TaskManagers, can take no savepoint, perhaps never again; it
// must be possible to destroy it all the same. One whose savepoint was asked for and has failed is
// none of these: it runs on, however it does at the moment. Its retained checkpoints stay, so
// nothing is lost that its next restart would have kept. Where state is required one of them must
// be usable.
bool may_end_without_savepoint(component_view& view, const io::operation& op,
                               const stop_reply& refused) {
  if (refused.progress != stop_progress::unsaveable) return false;
  const component::state_policy policy = view.data().state;
  if (policy != component::state_policy::required) return true;
  auto seen = view.log().read(op);
  if (!seen) return false;
  const auto next = state::select_restore_point(op, view.hdfs(), view.ledger(), *seen, policy);
  const auto* choice = next ? std::get_if<state::choice>(&*next) : nullptr;
  return choice != nullptr && choice->point;
}

// Takes the program out of supervisord, and then its files. true: there was something.
result<bool> remove_from_node(session& session, const io::operation& op,
                              const destroy_request& request) {
  const component_data& data = request.data;
  // The program first: from here on nothing can start it again, whatever happens to this call.
  auto program = remove_program_file(package::layout_of(session.settings(), data.name));
  if (!program) return fail(program.error());
  if (auto applied = session.supervisor().apply(op, data.program); !applied)
    return fail(applied.error());
  auto files =
      remove_component_files(session.settings(), session.http(), op, data, request.keep_logs);
  if (!files) return fail(files.error());
  return *program || *files;
}

void warn_unrecorded(component_view& view, const io::operation& op, const std::string& owner) {
  op.log(io::log_level::warning,
         fmt::format("{} is destroyed without a record of it: {} on HDFS is {}'s",
                     view.data().name.text(), view.directory(), owner));
}

// A component whose log is another account's: its guard can read no wish and so submits nothing,
// and no end can be recorded. What is on this node goes; the log is not touched.
result<bool> remove_without_log(component_view& view, const io::operation& op,
                                const destroy_request& request, const std::string& owner) {
  const component_data& data = request.data;
  const std::string whose = fmt::format("{} on HDFS is {}'s, and {} is kept out of it",
                                        view.directory(), owner, data.user);
  if (request.dispose_savepoints) {
    return fail(status_code::failed_precondition,
                fmt::format("destroy of {} with its savepoints: {}; nothing was done",
                            data.name.text(), whose),
                "destroy it with \"savepoints\": \"keep\"");
  }
  auto listing = view.yarn().find_confirmed(op, component::component_tag(data.id));
  if (!listing) {
    return fail_while(fmt::format("{} was not destroyed: {}, and YARN does not tell whether "
                                  "something of it lives",
                                  data.name.text(), whose),
                      std::move(listing.error()));
  }
  for (const cluster::yarn_application& application : listing->applications) {
    if (application.terminal() || !component::belongs_to(application, data.user)) continue;
    return fail(status_code::failed_precondition,
                fmt::format("{} was not destroyed: {}, and {} is {}", data.name.text(), whose,
                            application.id, application.state),
                fmt::format("end {} by \"yarn application -kill\" as {}, then destroy it again",
                            application.id, data.user));
  }
  warn_unrecorded(view, op, owner);
  return remove_from_node(view.session(), op, request);
}

// nullopt: the log is the component's own, or that could not be told.
std::optional<std::string> kept_out_by(component_view& view, const io::operation& op,
                                       const error& refusal) {
  if (refusal.code != status_code::permission_denied) return std::nullopt;
  auto owner = other_owner(view, op);
  return owner ? std::move(*owner) : std::nullopt;
}

result<bool> run(session& session, const io::operation& op, const destroy_request& request) {
  const component_data& data = request.data;
  if (auto here = check_node(session.settings(), data, "destroy"); !here) return fail(here.error());
  if (auto ours = check_places(session.settings(), data); !ours) return fail(ours.error());
  component_view view(session, data);
  if (request.dispose_savepoints) {
    auto free = check_pins(view, op);
    if (!free) {
      const auto owner = kept_out_by(view, op, free.error());
      return owner ? remove_without_log(view, op, request, *owner) : fail(std::move(free.error()));
    }
  }
  stop_request stop;
  stop.data = data;
  stop.user = request.user;
  // State that is to be deleted is not saved first.
  if (request.dispose_savepoints) stop.savepoint = false;
  stop_reply ended = end_component(view, op, stop, "destroy");
  if (may_end_without_savepoint(view, op, ended)) {
    op.log(io::log_level::warning,
           fmt::format("{} is destroyed without a savepoint; its retained checkpoints stay. {}",
                       data.name.text(), ended.failure->message));
    stop.savepoint = false;
    ended = end_component(view, op, stop, "destroy");
  }
  if (ended.failure) {
    if (const auto owner = kept_out_by(view, op, *ended.failure))
      return remove_without_log(view, op, request, *owner);
  }
  // Where HDFS had no room for the record, what is removed now cannot come back all the same.
  if (ended.failure && ended.progress != stop_progress::unrecorded)
    return fail(not_stopped(data, ended));
  bool changed = ended.changed;

  auto removed = remove_from_node(session, op, request);
  if (!removed) return fail(std::move(removed.error()));
  changed = changed || *removed;
  if (data.schedule) {
    if (auto gone = remove_schedule(view, op); !gone)
      return fail_while(
          fmt::format("{} is destroyed, but not what Oozie was given", data.name.text()),
          std::move(gone.error()));
  }

  // Before anything is deleted: what is lost then must not be missed at the next start. Where
  // nothing can be written for lack of space, what frees space goes first.
  auto marked = mark_end(view, op, request);
  if (request.dispose_savepoints) {
    if (!marked && marked.error().code != status_code::resource_exhausted)
      return fail(not_marked(data, std::move(marked.error())));
    auto disposed = dispose_state(view, op);
    if (!disposed) return fail(std::move(disposed.error()));
    changed = changed || *disposed;
    if (!marked) marked = mark_end(view, op, request);
  }
  if (!marked) {
    const auto owner = kept_out_by(view, op, marked.error());
    if (!owner) return fail(not_marked(data, std::move(marked.error())));
    warn_unrecorded(view, op, *owner);
    return changed;
  }
  // Nothing lives that could fetch one; whoever creates it anew uploads what it needs.
  if (auto gone = view.hdfs().remove(op, library::jar_directory(view.directory()), true); !gone)
    op.log(io::log_level::warning, "removing the job's jars: " + gone.error().message);
  if (auto pruned = view.log().prune(op, records_kept); !pruned) {
    op.log(io::log_level::warning, "pruning the component's log: " + pruned.error().message);
  }
  return changed;
}

}  // namespace

destroy_reply destroy(session& session, const io::operation& op, const destroy_request& request) {
  destroy_reply reply;
  auto changed = run(session, op, request);
  if (changed) {
    reply.changed = *changed;
  } else {
    reply.failure = changed.error();
  }
  return reply;
}

}  // namespace dm::lifecycle
