// The destroy verb: ends the job if need be, takes the program out of supervisord, removes what
// create made.
// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "component/component_log.h"
#include "io/file.h"
#include "lifecycle/component_files.h"
#include "lifecycle/program.h"
#include "lifecycle/stop.h"

namespace dm::lifecycle {

namespace {

// What lineage, epochs and people need of the log of a component that is gone.
constexpr std::size_t records_kept = 50;

result<bool> remove_program_file(const component_data& data) {
  const std::size_t slash = data.program_file.rfind('/');
  if (slash == std::string::npos) return false;
  auto directory = io::open_directory(data.program_file.substr(0, slash));
  if (!directory) {
    if (directory.error().code == status_code::not_found) return false;
    return fail(directory.error());
  }
  return io::remove_tree(directory->get(), data.program_file.substr(slash + 1));
}

result<bool> run(session& session, const io::operation& op, const destroy_request& request) {
  const component_data& data = request.data;
  if (auto here = check_node(session, data, "destroy"); !here) return fail(here.error());
  if (auto ours = check_places(session.settings(), data); !ours) return fail(ours.error());
  stop_request stop;
  stop.data = data;
  stop.user = request.user;
  const stop_reply ended = end_component(session, op, stop, "destroy");
  if (ended.failure) return fail(*ended.failure);
  bool changed = ended.changed;

  // The program first: from here on nothing can start it again, whatever happens to this call.
  auto program = remove_program_file(data);
  if (!program) return fail(program.error());
  changed = changed || *program;
  if (auto applied = session.supervisor().apply(op, data.program); !applied)
    return fail(applied.error());
  auto files = remove_component_files(session, op, data);
  if (!files) return fail(files.error());
  changed = changed || *files;

  cluster::hdfs hdfs = session.hdfs_for(data.user);
  component::component_log log(hdfs, component::hdfs_directory(data.state_root, data.name));
  if (auto pruned = log.prune(op, records_kept); !pruned) {
    op.log(io::log_level::warning, "pruning the component's log: " + pruned.error().message);
  }
  return changed;
}

}  // namespace

destroy_reply destroy(session& session, const io::operation& op, const destroy_request& request) {
  destroy_reply reply;
  if (request.dispose_savepoints) {
    reply.failure =
        fail(status_code::unimplemented,
             fmt::format(
                 "destroy of {} with \"savepoints\": \"dispose\": this version does not manage "
                 "savepoints; nothing was done",
                 request.data.name.text()),
             "destroy with \"savepoints\": \"keep\", and delete savepoints by hand")
            .value();
    return reply;
  }
  auto changed = run(session, op, request);
  if (changed) {
    reply.changed = *changed;
  } else {
    reply.failure = changed.error();
  }
  return reply;
}

}  // namespace dm::lifecycle
