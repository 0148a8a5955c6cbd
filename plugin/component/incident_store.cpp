// The incidents of a component on HDFS.
// SPDX-License-Identifier: Apache-2.0
#include "component/incident_store.h"

#include <algorithm>
#include <map>
#include <utility>

#include <fmt/format.h>

#include "component/placed_file.h"
#include "component/record_json.h"

namespace dm::component {

namespace {

constexpr std::string_view index_name = "index.json";
constexpr std::string_view suffix = ".json";
constexpr std::size_t index_limit_bytes = std::size_t{512} << 10;
// Of these most are of documents that are gone.
constexpr std::size_t most_heads = 100;
constexpr int most_read_for_a_list = 4;
constexpr std::size_t most_removed = 50;
constexpr std::int64_t abandoned_after_ms = 3'600'000;

std::string id_of(const cluster::file_status& file) {
  if (file.directory || !file.name.ends_with(suffix)) return {};
  std::string id = file.name.substr(0, file.name.size() - suffix.size());
  return epoch_of_incident(id) ? id : std::string();
}

// By epoch and time: an epoch's end is its newest.
bool newer(const listed_incident& a, const listed_incident& b) {
  if (a.head.epoch != b.head.epoch) return a.head.epoch > b.head.epoch;
  if (a.head.at != b.head.at) return a.head.at > b.head.at;
  return a.head.id > b.head.id;
}

}  // namespace

incident_store::incident_store(cluster::hdfs& hdfs, const std::string& component_directory)
    : hdfs_(hdfs), directory_(component_directory + "/incidents") {}

std::string incident_store::path_of(const std::string& id) const {
  return fmt::format("{}/{}{}", directory_, id, suffix);
}

result<std::vector<incident_head>> incident_store::read_index(const io::operation& op) {
  const auto text = hdfs_.read(op, fmt::format("{}/{}", directory_, index_name), index_limit_bytes);
  if (!text) return fail(text.error());
  const auto document = parse_record(*text, "the index of incidents");
  if (!document) return fail(document.error());
  std::vector<incident_head> heads;
  const io::json_value* list = io::member(*document, "incidents");
  if (list == nullptr || !list->IsArray()) return malformed("the index of incidents", "incidents");
  for (const io::json_value& element : list->GetArray()) {
    incident_head head = read_head(element);
    if (head.epoch != 0 && heads.size() < most_heads) heads.push_back(std::move(head));
  }
  return heads;
}

result<std::vector<listed_incident>> incident_store::list(const io::operation& op) {
  auto files = hdfs_.list(op, directory_);
  if (!files) {
    if (files.error().code == status_code::not_found) return std::vector<listed_incident>();
    return fail_while("listing the component's incidents", std::move(files.error()));
  }
  std::map<std::string, listed_incident> known;
  const bool indexed = std::any_of(files->begin(), files->end(),
                                   [](const auto& file) { return file.name == index_name; });
  if (indexed) {
    auto heads = read_index(op);
    newer_index_ = !heads && heads.error().code == status_code::failed_precondition;
    // One that was replaced a moment ago, is damaged or of a newer version: the documents tell.
    const bool no_index = !heads && (heads.error().code == status_code::not_found ||
                                     heads.error().code == status_code::internal ||
                                     heads.error().code == status_code::failed_precondition ||
                                     heads.error().code == status_code::resource_exhausted);
    if (!heads && !no_index) return fail_while("listing the component's incidents", heads.error());
    if (heads) {
      for (incident_head& head : *heads) known[head.id].head = std::move(head);
    }
  }
  std::vector<listed_incident> listed;
  std::vector<std::string> unknown;
  for (const cluster::file_status& file : *files) {
    const std::string id = id_of(file);
    if (id.empty()) continue;
    listed_incident& one = known[id];
    one.kept = true;
    one.head.size_bytes = file.length_bytes;
    if (!one.head.id.empty()) continue;
    one.head.id = id;
    one.head.epoch = *epoch_of_incident(id);
    one.head.at = io::from_epoch_ms(std::clamp<std::int64_t>(file.modified_ms, 0, io::latest_ms));
    unknown.push_back(id);
  }
  std::sort(unknown.begin(), unknown.end(),
            [&](const auto& a, const auto& b) { return newer(known.at(a), known.at(b)); });
  int read_ones = 0;
  for (const std::string& id : unknown) {
    listed_incident& one = known.at(id);
    if (read_ones++ >= most_read_for_a_list) {
      one.problem = "the index does not have it yet; ask for it by its id";
      continue;
    }
    auto whole = read(op, id);
    if (whole) {
      one.head = std::move(whole->head);
    } else if (whole.error().code == status_code::not_found) {
      known.erase(id);  // deleted since the listing
    } else {
      one.problem = whole.error().message;
    }
  }
  for (auto& [id, one] : known) listed.push_back(std::move(one));
  std::sort(listed.begin(), listed.end(), newer);
  return listed;
}

result<whole_incident> incident_store::read(const io::operation& op, const std::string& id) {
  const auto text = hdfs_.read(op, path_of(id), 2 * incident_limit_bytes);
  if (!text) {
    error problem = text.error();
    if (problem.code == status_code::resource_exhausted) {
      problem.code = status_code::internal;
      problem.hint = "no incident is that large; remove the file";
    }
    return fail_while(fmt::format("reading incident {}", id), std::move(problem));
  }
  auto head = read_incident_head(*text, id);
  if (!head) return fail(std::move(head.error()));
  auto document = read_incident_document(*text, id);
  if (!document) return fail(std::move(document.error()));
  return whole_incident{std::move(*head), std::move(*document)};
}

result<bool> incident_store::keep(const io::operation& op, const incident& one) {
  const std::string name = one.head.id + std::string(suffix);
  const std::string content = to_json(one);
  const auto place = [&] {
    return place_file(op, hdfs_, directory_, name, content, cluster::hdfs::rename_option::none);
  };
  auto placed = place();
  if (!placed && placed.error().code == status_code::not_found) {
    if (auto made = hdfs_.make_directory(op, directory_); !made) return fail(made.error());
    placed = place();
  }
  if (!placed && placed.error().code == status_code::already_exists) return false;
  if (!placed) return fail(std::move(placed.error()));
  return true;
}

result<void> incident_store::write_index(const io::operation& op,
                                         const std::vector<listed_incident>& heads) {
  if (newer_index_) return {};
  std::vector<const listed_incident*> chosen;
  for (const listed_incident& one : heads) chosen.push_back(&one);
  std::sort(chosen.begin(), chosen.end(),
            [](const auto* a, const auto* b) { return newer(*a, *b); });
  io::json_buffer buffer;
  io::json_writer writer(buffer);
  writer.StartObject();
  io::put(writer, "schema", record_schema);
  io::key(writer, "incidents");
  writer.StartArray();
  for (std::size_t i = 0; i < std::min(chosen.size(), most_heads); ++i) {
    if (chosen[i]->problem.empty()) write_head(writer, chosen[i]->head);
  }
  writer.EndArray();
  writer.EndObject();
  return place_file(op, hdfs_, directory_, index_name, io::text(buffer),
                    cluster::hdfs::rename_option::overwrite);
}

result<std::size_t> incident_store::tidy(const io::operation& op, const incident_limits& limits) {
  auto files = hdfs_.list(op, directory_);
  if (!files) return fail(std::move(files.error()));
  // By the clock of HDFS alone: when the newest file was written.
  std::int64_t newest_ms = 0;
  std::vector<const cluster::file_status*> documents;
  std::vector<std::string> doomed;
  for (const cluster::file_status& file : *files) newest_ms = std::max(newest_ms, file.modified_ms);
  for (const cluster::file_status& file : *files) {
    if (!id_of(file).empty()) documents.push_back(&file);
    if (is_temporary_name(file.name) && newest_ms - file.modified_ms > abandoned_after_ms)
      doomed.push_back(file.name);
  }
  std::sort(documents.begin(), documents.end(), [](const auto* a, const auto* b) {
    return std::pair(a->modified_ms, epoch_of_incident(id_of(*a))) >
           std::pair(b->modified_ms, epoch_of_incident(id_of(*b)));
  });
  for (std::size_t i = 0; i < documents.size(); ++i) {
    const bool many = static_cast<std::int64_t>(i) >= limits.count;
    const bool old = limits.age_ms > 0 && newest_ms - documents[i]->modified_ms > limits.age_ms;
    if (many || old) doomed.push_back(documents[i]->name);
  }
  std::size_t removed = 0;
  for (const std::string& name : doomed) {
    if (removed >= most_removed) break;
    auto gone = hdfs_.remove(op, fmt::format("{}/{}", directory_, name), false);
    if (!gone) return fail(std::move(gone.error()));
    ++removed;
  }
  return removed;
}

}  // namespace dm::component
