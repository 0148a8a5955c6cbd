// What the documents of a component on HDFS have in common.
// SPDX-License-Identifier: Apache-2.0
#include "component/record_json.h"

#include <algorithm>

#include <fmt/format.h>

namespace dm::component {

result<io::json_document> parse_record(std::string_view json, const std::string& what) {
  auto document = io::parse_json(json, what);
  if (!document) {
    document.error().code = status_code::internal;
    return document;
  }
  const auto found = io::integer_member(*document, "schema");
  if (found != record_schema) {
    return fail(status_code::failed_precondition,
                fmt::format("{} has schema {}, this version reads schema {}", what,
                            found ? fmt::to_string(*found) : "none", record_schema),
                "use the version of flink.so and flink-guard that wrote it, or a newer one");
  }
  return document;
}

tl::unexpected<error> malformed(const std::string& what, std::string_view member) {
  return fail(status_code::internal, fmt::format("{} has no usable \"{}\"", what, member),
              "the file was damaged or not written by this software; restore it from a copy, or "
              "move it away");
}

std::string text_member(const io::json_value& object, std::string_view name) {
  return io::string_member_or(object, name, "");
}

std::int64_t number_member(const io::json_value& object, std::string_view name) {
  return std::max<std::int64_t>(0, io::integer_member(object, name).value_or(0));
}

io::wall_time time_member(const io::json_value& object, std::string_view name) {
  return io::from_rfc3339(text_member(object, name)).value_or(io::wall_time{});
}

}  // namespace dm::component
