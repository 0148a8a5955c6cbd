// A component's coordinators: recorded, found, submitted, ended.
// SPDX-License-Identifier: Apache-2.0
#include "schedule/coordinators.h"

#include <algorithm>
#include <charconv>
#include <set>

#include <fmt/format.h>

#include "component/placed_file.h"
#include "component/record_json.h"
#include "io/json.h"

namespace dm::schedule {

namespace {

constexpr std::size_t record_limit_bytes = 64 << 10;
constexpr std::string_view asked_suffix = ".asked";
constexpr std::string_view record_suffix = ".json";

std::string asked_name(std::uint64_t run) { return fmt::format("{}{}", run, asked_suffix); }
std::string record_name(std::uint64_t run) { return fmt::format("{}{}", run, record_suffix); }

std::optional<std::uint64_t> run_of(std::string_view name) {
  std::uint64_t run = 0;
  const auto [end, code] = std::from_chars(name.data(), name.data() + name.size(), run);
  if (code != std::errc() || run == 0) return std::nullopt;
  const std::string_view rest(end, static_cast<std::size_t>(name.data() + name.size() - end));
  if (rest != asked_suffix && rest != record_suffix) return std::nullopt;
  return run;
}

std::string record_of(const std::string& id) {
  io::json_buffer buffer;
  io::json_writer writer(buffer);
  writer.StartObject();
  io::put(writer, "schema", component::record_schema);
  io::put(writer, "coordinator_id", id);
  io::put(writer, "recorded_at", io::to_rfc3339(io::now()));
  writer.EndObject();
  return std::string(io::text(buffer));
}

result<std::string> read_record(const std::string& text, const std::string& path) {
  auto document = component::parse_record(text, path);
  if (!document) return fail(std::move(document.error()));
  std::string id = io::string_member_or(*document, "coordinator_id", "");
  if (oozie::is_job_id(id, 'C')) return id;
  return fail(status_code::failed_precondition, fmt::format("{} names no coordinator", path),
              "stop the component and start it again");
}

}  // namespace

result<void> coordinators::place(const io::operation& op, const std::string& workflow,
                                 const std::string& coordinator) {
  if (auto made = hdfs_.make_directory(op, directory_, "750"); !made) return made;
  for (const auto& [name, text] :
       {std::pair<std::string_view, const std::string&>("workflow.xml", workflow),
        std::pair<std::string_view, const std::string&>("coordinator.xml", coordinator)}) {
    auto placed = component::place_file(op, hdfs_, directory_, name, text,
                                        cluster::hdfs::rename_option::overwrite);
    if (!placed) return fail_while(fmt::format("writing {}/{}", directory_, name), placed.error());
  }
  return {};
}

result<std::optional<std::string>> coordinators::recorded(const io::operation& op,
                                                          std::uint64_t run) {
  const std::string path = fmt::format("{}/{}", directory_, record_name(run));
  auto text = hdfs_.read(op, path, record_limit_bytes);
  if (!text && text.error().code == status_code::not_found) return std::optional<std::string>();
  if (!text) return fail(std::move(text.error()));
  auto id = read_record(*text, path);
  if (!id) return fail(std::move(id.error()));
  return std::optional(std::move(*id));
}

result<std::string> coordinators::record(const io::operation& op, std::uint64_t run,
                                         const std::string& id) {
  auto placed = component::place_file(op, hdfs_, directory_, record_name(run), record_of(id),
                                      cluster::hdfs::rename_option::none);
  if (placed) return id;
  // Another one was first, or the answer was lost: what stands there decides.
  auto stands = recorded(op, run);
  if (!stands) return fail(std::move(stands.error()));
  if (*stands) return **stands;
  return fail_while("recording the coordinator", std::move(placed.error()));
}

result<std::optional<std::string>> coordinators::settle(
    const io::operation& op, std::uint64_t run, const std::vector<oozie::coordinator>& found) {
  auto known = recorded(op, run);
  if (!known) return fail(std::move(known.error()));
  if (!*known && !found.empty()) {
    // One that lives before one that has ended, and of these the first.
    const auto live = std::find_if(found.begin(), found.end(), [](const oozie::coordinator& one) {
      return !oozie::is_over(one.phase());
    });
    auto stands = record(op, run, live == found.end() ? found.front().id : live->id);
    if (!stands) return fail(std::move(stands.error()));
    known = std::optional(std::move(*stands));
  }
  for (const oozie::coordinator& one : found) {
    if (!*known || one.id == **known || oozie::is_over(one.phase())) continue;
    if (auto killed = oozie_.kill(op, one.id); !killed)
      return fail_while(fmt::format("killing {}, a second coordinator of one start", one.id),
                        std::move(killed.error()));
  }
  return known;
}

result<std::optional<std::string>> coordinators::adopt(const io::operation& op, std::uint64_t run) {
  auto found = oozie_.find(op, oozie::job_name(id_, run));
  if (!found) return fail(std::move(found.error()));
  return settle(op, run, *found);
}

result<std::string> coordinators::ensure(const io::operation& op, std::uint64_t run,
                                         const oozie::schedule& schedule, const std::string& user) {
  auto known = adopt(op, run);
  if (!known) return fail(std::move(known.error()));
  if (*known) return **known;
  auto asked = component::place_file(op, hdfs_, directory_, asked_name(run), "",
                                     cluster::hdfs::rename_option::overwrite);
  if (!asked) return fail_while("noting that Oozie is asked", std::move(asked.error()));
  auto id = oozie_.submit(op, oozie::submission(schedule, user, directory_, run, io::now()));
  if (!id) return fail(std::move(id.error()));
  return record(op, run, *id);
}

result<void> coordinators::end_one(const io::operation& op, std::uint64_t run, endings& what) {
  auto found = oozie_.find(op, oozie::job_name(id_, run));
  if (!found) return fail(std::move(found.error()));
  for (const oozie::coordinator& one : *found) {
    what.had_come = what.had_come || one.end_has_come();
    if (oozie::is_over(one.phase())) continue;
    what.lived = true;
    auto killed = oozie_.kill(op, one.id);
    if (!killed && killed.error().code != status_code::not_found)
      return fail(std::move(killed.error()));
    auto after = oozie_.look_up(op, one.id, 1);
    const bool gone =
        after ? oozie::is_over(after->phase()) : after.error().code == status_code::not_found;
    if (gone) continue;
    if (!after) return fail(std::move(after.error()));
    return fail(status_code::unavailable,
                fmt::format("{} was asked to kill the coordinator {}, which is still {}",
                            oozie_.who(), one.id, first_line(after->status, 40)));
  }
  // Only now: until then whoever ends them must find them.
  for (const std::string& name : {record_name(run), asked_name(run)}) {
    if (auto gone = hdfs_.remove(op, fmt::format("{}/{}", directory_, name), false); !gone)
      return fail(std::move(gone.error()));
  }
  return {};
}

result<coordinators::endings> coordinators::end_all(const io::operation& op) {
  auto files = hdfs_.list(op, directory_);
  if (!files && files.error().code == status_code::not_found) return endings();
  if (!files) return fail(std::move(files.error()));
  std::set<std::uint64_t> runs;
  for (const cluster::file_status& file : *files) {
    if (const auto run = run_of(file.name)) runs.insert(*run);
  }
  endings what;
  for (const std::uint64_t run : runs) {
    if (auto ended = end_one(op, run, what); !ended) return fail(std::move(ended.error()));
  }
  return what;
}

result<void> coordinators::remove(const io::operation& op) {
  auto removed = hdfs_.remove(op, directory_, true);
  if (!removed) return fail(std::move(removed.error()));
  return {};
}

}  // namespace dm::schedule
