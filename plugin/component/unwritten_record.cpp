// What a guard could not write, to a file of its node and back.
// SPDX-License-Identifier: Apache-2.0
#include "component/unwritten_record.h"

#include <unistd.h>

#include "io/file.h"
#include "io/json.h"

namespace dm::component {

namespace {

constexpr const char* file_name = "unwritten.json";
constexpr std::size_t limit_bytes = 8192;
constexpr std::size_t longest_message = 1024;

}  // namespace

result<void> write_unwritten(const std::string& directory, const unwritten_record& record) {
  io::json_buffer buffer;
  io::json_writer writer(buffer);
  writer.StartObject();
  io::put(writer, "schema", 1);
  io::put(writer, "number", record.number);
  io::put(writer, "message", first_line(record.message, longest_message));
  io::put(writer, "tried_at", io::to_rfc3339(record.tried_at));
  writer.EndObject();
  auto opened = io::open_directory(directory);
  if (!opened) return fail(std::move(opened.error()));
  return io::write_file(opened->get(), file_name, io::text(buffer), 0640, {});
}

void remove_unwritten(const std::string& directory) {
  static_cast<void>(::unlink((directory + "/" + file_name).c_str()));
}

std::optional<unwritten_record> read_unwritten(const std::string& directory) {
  const auto text = io::read_file(directory + "/" + file_name, limit_bytes);
  if (!text) return std::nullopt;
  const auto document = io::parse_json(*text, file_name);
  if (!document || io::integer_member(*document, "schema") != 1) return std::nullopt;
  const auto number = io::integer_member(*document, "number");
  unwritten_record record;
  record.message = first_line(io::string_member_or(*document, "message", ""), longest_message);
  if (!number || *number < 1 || record.message.empty()) return std::nullopt;
  record.number = static_cast<std::uint64_t>(*number);
  record.tried_at =
      io::from_rfc3339(io::string_member_or(*document, "tried_at", "")).value_or(io::wall_time{});
  return record;
}

}  // namespace dm::component
