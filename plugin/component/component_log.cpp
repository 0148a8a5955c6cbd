// The component's log on HDFS: preparing it, claiming numbers, writing facts.
// SPDX-License-Identifier: Apache-2.0
#include "component/component_log.h"

#include <fmt/format.h>

#include "component/placed_file.h"
#include "io/hash.h"

namespace dm::component {

namespace {

constexpr std::size_t record_limit_bytes = 256 << 10;
constexpr const char* shared_mode = "1777";

// MKDIRS applies the NameNode's umask to what was asked for, and whoever made the directory may not
// have lived to correct it. Another user's is that user's to set.
result<void> share(const io::operation& op, cluster::hdfs& hdfs, const std::string& directory) {
  auto found = hdfs.status(op, directory);
  if (!found) return fail(std::move(found.error()));
  if (found->permission == shared_mode || found->owner != hdfs.user()) return {};
  auto set = hdfs.set_permission(op, directory, shared_mode);
  if (!set && set.error().code != status_code::permission_denied) return set;
  return {};
}

result<void> check_state_root(const io::operation& op, cluster::hdfs& hdfs,
                              const std::string& state_root) {
  auto root = hdfs.status(op, state_root);
  if (root) return {};
  if (root.error().code != status_code::not_found) return fail(std::move(root.error()));
  return fail(status_code::failed_precondition,
              fmt::format("the state root {} does not exist on HDFS", state_root),
              fmt::format("an administrator creates it once: hdfs dfs -mkdir -p {0} && hdfs "
                          "dfs -chmod 1777 {0}",
                          state_root));
}

}  // namespace

component_log::component_log(cluster::hdfs& hdfs, std::string directory)
    : hdfs_(hdfs), directory_(std::move(directory)), reader_(hdfs, directory_) {}

result<void> component_log::prepare(const io::operation& op, const std::string& state_root) {
  // The namespace's directory is shared by all application users, like the state root itself; what
  // is below belongs to this component's user alone.
  const std::size_t name_space_end = directory_.find('/', state_root.size() + 1);
  const std::string name_space = directory_.substr(0, name_space_end);
  auto shared = share(op, hdfs_, name_space);
  if (!shared) {
    if (shared.error().code != status_code::not_found) return shared;
    if (auto root = check_state_root(op, hdfs_, state_root); !root) return root;
    auto made = hdfs_.make_directory(op, name_space, shared_mode);
    if (made) made = share(op, hdfs_, name_space);
    if (!made) return made;
  }
  if (hdfs_.status(op, directory_ + "/log")) return {};
  return hdfs_.make_directory(op, directory_ + "/log", "750");
}

result<log_snapshot> component_log::read(const io::operation& op) { return reader_.read(op); }

result<log_snapshot> component_log::read_newest(const io::operation& op) {
  return reader_.read_newest(op);
}

result<log_snapshot> component_log::read_after(const io::operation& op, std::uint64_t number) {
  return reader_.read_after(op, number);
}

result<std::optional<application_fact>> component_log::application_of(const io::operation& op,
                                                                      std::uint64_t epoch) {
  return reader_.application_of(op, epoch);
}

result<void> component_log::place(const io::operation& op, const std::string& name,
                                  const std::string& content, cluster::hdfs::rename_option option) {
  return place_file(op, hdfs_, directory_ + "/log", name, content, option);
}

void component_log::complete(log_record& record) {
  const log_snapshot& known = reader_.known();
  record.life = known.life_began();
  record.state_ended = known.state_ended();
  if (record.kind == record_kind::incarnation) return;
  const log_record* incarnation = known.newest_incarnation();
  record.last_epoch = incarnation == nullptr ? 0 : incarnation->number;
  if (record.kind != record_kind::run || record.continues == 0) return;
  log_snapshot with_it = known;
  with_it.records[record.number] = record;
  record.began = with_it.run_began();
}

result<std::optional<std::uint64_t>> component_log::claim(const io::operation& op,
                                                          log_record record, std::uint64_t after) {
  if (auto known = reader_.learn_what_was_before(op); !known) return fail(std::move(known.error()));
  record.number = after + 1;
  record.nonce = io::random_hex(16);
  record.written_at = io::now();
  complete(record);
  const std::string name = fmt::format("{}.json", record.number);
  const std::string doing = fmt::format("claiming number {} of the component's log", record.number);
  auto placed = place(op, name, to_json(record), cluster::hdfs::rename_option::none);
  if (placed) {
    reader_.known().records[record.number] = record;
    return std::optional(record.number);
  }
  const status_code code = placed.error().code;
  if (code != status_code::already_exists && code != status_code::unavailable &&
      code != status_code::not_found) {
    return fail_while(doing, std::move(placed.error()));
  }
  // Taken, or an answer that was lost on the way: the record under that name says whose it is.
  auto content = hdfs_.read(op, directory_ + "/log/" + name, record_limit_bytes);
  if (!content) {
    if (content.error().code == status_code::not_found)
      return fail_while(doing, std::move(placed.error()));
    return fail_while("reading the component's log back after an unclear answer",
                      std::move(content.error()));
  }
  auto found = read_log_record(*content, record.number);
  if (!found) return fail(std::move(found.error()));
  if (found->nonce != record.nonce) return std::optional<std::uint64_t>();
  reader_.known().records[record.number] = record;
  return std::optional(record.number);
}

result<void> component_log::write_application(const io::operation& op,
                                              const application_fact& fact) {
  auto placed = place(op, name_of({fact.epoch, log_file_kind::application}), to_json(fact),
                      cluster::hdfs::rename_option::overwrite);
  if (!placed) return fail_while("recording the YARN application", std::move(placed.error()));
  reader_.known().applications[fact.epoch] = fact;
  return {};
}

result<void> component_log::write_checkpoints(const io::operation& op,
                                              const checkpoint_fact& fact) {
  auto placed = place(op, name_of({fact.epoch, log_file_kind::checkpoints}), to_json(fact),
                      cluster::hdfs::rename_option::overwrite);
  if (!placed) return fail_while("recording the job's checkpoints", std::move(placed.error()));
  reader_.known().checkpoints[fact.epoch] = fact;
  return {};
}

result<void> component_log::write_end(const io::operation& op, const end_fact& fact) {
  auto placed = place(op, name_of({fact.epoch, log_file_kind::end}), to_json(fact),
                      cluster::hdfs::rename_option::none);
  if (!placed && placed.error().code != status_code::already_exists) {
    return fail_while("recording the end of the incarnation", std::move(placed.error()));
  }
  if (placed) reader_.known().ends[fact.epoch] = fact;
  return {};
}

}  // namespace dm::component
