// The requests of the extension dm.housekeeping/1, from JSON to what housekeeping takes.
// SPDX-License-Identifier: Apache-2.0
#include "boundary/housekeeping_requests.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "boundary/request_reader.h"
#include "input/text_rules.h"

namespace dm::boundary {

using housekeeping::clean_request;
using housekeeping::host_record;
using housekeeping::inspect_request;

namespace {

constexpr std::int64_t longest_age_ms = 315'360'000'000;  // ten years
constexpr std::int64_t most_archives = 1'000'000;
constexpr std::size_t most_ids = 20'000;

void read_records(request_reader& reader, inspect_request& read) {
  const io::json_value* records = reader.required_array("records");
  if (records == nullptr) return;
  for (rapidjson::SizeType i = 0; i < records->Size(); ++i) {
    const io::json_value& element = (*records)[i];
    request_reader one(element, fmt::format("$.records[{}]", i));
    if (!element.IsObject()) {
      one.add({{"$", std::string(type_name(element)), "an object"}});
      reader.adopt(one);
      continue;
    }
    host_record record;
    record.name = {read.name_space, one.required_text("application"),
                   one.required_text("component")};
    if (one.problems().empty()) one.add(component::check_name(record.name));
    if (one.problems().empty()) {
      if (const io::json_value* data = one.object("data"); data != nullptr) {
        if (auto parsed = input::read_component_data(*data, record.name))
          record.data = std::move(*parsed);
      }
    }
    reader.adopt(one);
    read.records.push_back(std::move(record));
  }
}

void read_ages(request_reader& reader, const io::json_value& request, inspect_request& read) {
  constexpr std::int64_t absent = -1;
  const std::int64_t age = io::member(request, "older_than_ms") == nullptr
                               ? absent
                               : reader.number("older_than_ms", 0, 0, longest_age_ms);
  if (age != absent) read.older_than_ms = age;
  const io::json_value* ages = reader.object("ages_ms");
  if (ages == nullptr) return;
  request_reader inner(*ages, "$.ages_ms");
  for (const auto& member : ages->GetObject()) {
    const std::string_view name = io::view(member.name);
    const auto kind = housekeeping::parse_kind(name);
    if (!kind || housekeeping::rule_of(*kind).usual_age_ms == 0) {
      inner.add(input::shown(name), "an age", "the name of a kind that goes by its age");
      continue;
    }
    read.ages_ms[*kind] = inner.number(name, 0, 0, longest_age_ms);
  }
  reader.adopt(inner);
}

inspect_request read_what(request_reader& reader, const io::json_value& request) {
  reader.check_schema();
  inspect_request read;
  read.name_space = reader.required_text("namespace");
  if (!read.name_space.empty()) {
    const auto problems = component::check_name({read.name_space, "a", "c"});
    reader.add(problems);
    if (problems.empty()) read_records(reader, read);
  }
  for (const std::string& word : reader.word_list("kinds", housekeeping::kind_names())) {
    if (const auto kind = housekeeping::parse_kind(word)) read.kinds.push_back(*kind);
  }
  read_ages(reader, request, read);
  read.archives_kept = reader.number("archives_kept", read.archives_kept, 0, most_archives);
  return read;
}

// One that stands for nothing is no mistake: it may be another plugin's, or of a kind to come.
bool is_entry_id(std::string_view text) {
  constexpr std::size_t longest = 100;
  return !text.empty() && text.size() <= longest &&
         text.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-") == std::string_view::npos;
}

}  // namespace

result<inspect_request> read_inspect_request(const io::json_value& request) {
  request_reader reader(request, "$");
  inspect_request read = read_what(reader, request);
  if (auto end = reader.finish("The inspect request"); !end) return fail(std::move(end.error()));
  return read;
}

result<clean_request> read_clean_request(const io::json_value& request) {
  request_reader reader(request, "$");
  clean_request read;
  read.what = read_what(reader, request);
  read.all = reader.flag("all", false);
  read.dry_run = reader.flag("dry_run", true);
  const std::vector<std::string> ids = reader.texts("entries");
  if (ids.size() > most_ids)
    reader.add("entries", fmt::format("{} ids", ids.size()), fmt::format("at most {}", most_ids));
  for (std::size_t i = 0; i < ids.size() && ids.size() <= most_ids; ++i) {
    if (is_entry_id(ids[i])) {
      read.ids.insert(ids[i]);
    } else {
      reader.add(fmt::format("entries[{}]", i), input::shown(ids[i]),
                 "the id of an entry, as inspect tells it");
    }
  }
  const bool named = io::member(request, "entries") != nullptr;
  if (read.all && named) reader.add("all", "true", "false beside entries: one or the other");
  if (!read.all && !named) reader.add("entries", "nothing", "the ids of entries, or \"all\": true");
  if (auto end = reader.finish("The clean request"); !end) return fail(std::move(end.error()));
  return read;
}

}  // namespace dm::boundary
