// The index of the ledger, to JSON and back.
// SPDX-License-Identifier: Apache-2.0
#include "state/savepoint_index.h"

#include "io/json.h"

namespace dm::state {

namespace {

constexpr int schema = 1;
// With more files than this a savepoint's own record is read before it is compared with them.
constexpr std::size_t longest_indexed_manifest = 32;

std::string indexed(const result_record& record) {
  if (record.manifest.size() <= longest_indexed_manifest) return to_json(record);
  result_record shortened = record;
  shortened.manifest.clear();
  return to_json(shortened);
}
std::string indexed(const pin_record& record) { return to_json(record); }
std::string indexed(const disposal_record& record) { return to_json(record); }
std::string indexed(const discovered_savepoint& found) {
  io::json_buffer buffer;
  io::json_writer writer(buffer);
  writer.StartObject();
  io::put(writer, "path", found.path);
  io::put(writer, "checkpoint_id", found.checkpoint_id);
  if (!found.defect.empty()) io::put(writer, "defect", found.defect);
  io::put(writer, "completed_at", io::to_rfc3339(found.completed_at));
  writer.EndObject();
  return std::string(io::text(buffer));
}

template <class Record>
void write(io::json_writer& writer, std::string_view name,
           const savepoint_index::by_id<Record>& entries) {
  io::key(writer, name);
  writer.StartObject();
  for (const auto& [id, entry] : entries) {
    io::key(writer, id);
    writer.StartObject();
    io::put(writer, "modified_ms", entry.modified_ms);
    io::key(writer, "record");
    const std::string record = indexed(entry.record);
    writer.RawValue(record.data(), record.size(), rapidjson::kObjectType);
    writer.EndObject();
  }
  writer.EndObject();
}

result<discovered_savepoint> read_discovered(const io::json_value& object) {
  discovered_savepoint found;
  found.path = io::string_member_or(object, "path", "");
  found.checkpoint_id = io::integer_member(object, "checkpoint_id").value_or(0);
  found.defect = io::string_member_or(object, "defect", "");
  found.completed_at =
      io::from_rfc3339(io::string_member_or(object, "completed_at", "")).value_or(io::wall_time{});
  if (!found.path.empty() && flink::hdfs_path(found.path) != found.path)
    return fail(status_code::internal, "no usable \"path\"");
  return found;
}

template <class Record, class Read>
void read(const io::json_document& document, std::string_view name, Read read_record,
          savepoint_index::by_id<Record>& entries) {
  const io::json_value* object = io::member(document, name);
  if (object == nullptr || !object->IsObject()) return;
  for (const auto& member : object->GetObject()) {
    if (entries.size() == most_indexed) return;
    const auto modified = io::integer_member(member.value, "modified_ms");
    const io::json_value* value = io::member(member.value, "record");
    if (!modified || value == nullptr) continue;
    std::string id(io::view(member.name));
    if (auto record = read_record(*value, id))
      entries[std::move(id)] = {*modified, std::move(*record)};
  }
}

}  // namespace

std::string to_json(const savepoint_index& index) {
  io::json_buffer buffer;
  io::json_writer writer(buffer);
  writer.StartObject();
  io::put(writer, "schema", schema);
  write(writer, "results", index.results);
  write(writer, "pins", index.pins);
  write(writer, "disposals", index.disposals);
  write(writer, "discovered", index.discovered);
  writer.EndObject();
  return std::string(io::text(buffer));
}

savepoint_index without_manifests(savepoint_index index) {
  for (auto& [id, entry] : index.results) entry.record.manifest.clear();
  return index;
}

result<savepoint_index> read_savepoint_index(std::string_view json) {
  auto document = io::parse_json(json, "the index of savepoints");
  if (!document) return fail(std::move(document.error()));
  if (io::integer_member(*document, "schema") != schema)
    return fail(status_code::failed_precondition, "the index of savepoints has another schema");
  savepoint_index index;
  read(
      *document, "results",
      [](const io::json_value& value, const std::string& id) {
        return read_result_record(io::to_text(value), id);
      },
      index.results);
  read(
      *document, "pins",
      [](const io::json_value& value, const std::string&) {
        return read_pin_record(io::to_text(value));
      },
      index.pins);
  read(
      *document, "disposals",
      [](const io::json_value& value, const std::string&) {
        return read_disposal_record(io::to_text(value));
      },
      index.disposals);
  read(
      *document, "discovered",
      [](const io::json_value& value, const std::string&) { return read_discovered(value); },
      index.discovered);
  return index;
}

}  // namespace dm::state
