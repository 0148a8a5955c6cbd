// Which containers an incarnation's application had, on HDFS.
// SPDX-License-Identifier: Apache-2.0
#include "component/container_record.h"

#include <algorithm>

#include <fmt/format.h>

#include "cluster/container_id.h"
#include "cluster/yarn_application.h"
#include "component/log_file.h"
#include "component/placed_file.h"
#include "component/record_json.h"

namespace dm::component {

namespace {

constexpr std::size_t most_containers = 200;
constexpr std::size_t epochs_kept = 20;
constexpr std::size_t largest_record = std::size_t{256} << 10;

std::string folder(const std::string& directory) { return directory + "/containers"; }
std::string file_name(std::uint64_t epoch) {
  return name_of(log_file{epoch, log_file_kind::record});
}

result<void> remove_oldest(const io::operation& op, cluster::hdfs& hdfs,
                           const std::string& directory) {
  auto listing = hdfs.list(op, folder(directory));
  if (!listing) return fail(std::move(listing.error()));
  std::vector<std::uint64_t> epochs;
  for (const cluster::file_status& file : *listing) {
    const auto parsed = parse_log_file(file.name);
    if (parsed && parsed->kind == log_file_kind::record) epochs.push_back(parsed->number);
  }
  std::sort(epochs.rbegin(), epochs.rend());
  for (std::size_t i = epochs_kept; i < epochs.size(); ++i) {
    const std::string path = fmt::format("{}/{}", folder(directory), file_name(epochs[i]));
    if (auto gone = hdfs.remove(op, path, false); !gone) return fail(std::move(gone.error()));
  }
  return {};
}

}  // namespace

bool container_record::add(const std::vector<cluster::container_place>& seen) {
  bool changed = false;
  bool room = true;
  for (const cluster::container_place& one : seen) {
    const auto same = std::find_if(containers.begin(), containers.end(),
                                   [&](const auto& known) { return known.id == one.id; });
    if (one.node_id.empty() || same != containers.end()) continue;
    if (containers.size() >= most_containers) {
      if (!room) continue;
      // Of those that run none makes room for another one of them: the next look would find that
      // one new, and every look would be written (INV-12).
      const auto oldest =
          std::find_if(containers.begin() + 1, containers.end(), [&](const auto& known) {
            return std::none_of(seen.begin(), seen.end(),
                                [&](const auto& running) { return running.id == known.id; });
          });
      room = oldest != containers.end();
      if (!room) continue;
      containers.erase(oldest);
    }
    changed = true;
    containers.push_back({one.id, "", false, one.node_id});
  }
  return changed;
}

std::string to_json(const container_record& record) {
  io::json_buffer buffer;
  io::json_writer writer(buffer);
  writer.StartObject();
  io::put(writer, "schema", record_schema);
  io::put(writer, "application_id", record.application_id);
  io::key(writer, "containers");
  writer.StartArray();
  for (const cluster::container_place& one : record.containers) {
    writer.StartObject();
    io::put(writer, "id", one.id);
    io::put(writer, "node_id", one.node_id);
    writer.EndObject();
  }
  writer.EndArray();
  writer.EndObject();
  return std::string(io::text(buffer));
}

result<container_record> read_container_record(std::string_view json, std::uint64_t epoch) {
  const std::string what = fmt::format("the record of the containers of epoch {}", epoch);
  auto document = parse_record(json, what);
  if (!document) return fail(std::move(document.error()));
  container_record record;
  record.epoch = epoch;
  record.application_id = text_member(*document, "application_id");
  if (!cluster::is_application_id(record.application_id)) return malformed(what, "application_id");
  const io::json_value* list = io::member(*document, "containers");
  if (list == nullptr || !list->IsArray()) return malformed(what, "containers");
  std::vector<cluster::container_place> places;
  for (const io::json_value& one : list->GetArray()) {
    cluster::container_place place;
    place.id = text_member(one, "id");
    place.node_id = text_member(one, "node_id");
    const auto id = cluster::parse_container_id(place.id);
    // Whoever may write there must not lead readers to another application's files (INV-8).
    if (id && id->application == record.application_id) places.push_back(std::move(place));
  }
  record.add(places);
  return record;
}

result<void> write_containers(const io::operation& op, cluster::hdfs& hdfs,
                              const std::string& directory, const container_record& record,
                              bool first) {
  auto placed = place_file(op, hdfs, folder(directory), file_name(record.epoch), to_json(record),
                           cluster::hdfs::rename_option::overwrite);
  if (!placed) return fail_while("recording the application's containers", placed.error());
  return first ? remove_oldest(op, hdfs, directory) : result<void>();
}

result<container_record> read_containers(const io::operation& op, cluster::hdfs& hdfs,
                                         const std::string& directory, std::uint64_t epoch) {
  auto text =
      hdfs.read(op, fmt::format("{}/{}", folder(directory), file_name(epoch)), largest_record);
  if (!text) return fail(std::move(text.error()));
  return read_container_record(*text, epoch);
}

}  // namespace dm::component
