// "flink-guard libraries": puts Flink's libraries on HDFS in advance.
// SPDX-License-Identifier: Apache-2.0
#include "guard/libraries_command.h"

#include <cstdio>
#include <string>

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include "cluster/hdfs.h"
#include "guard/library_options.h"
#include "io/json.h"
#include "library/flink_libraries.h"
#include "library/library_set.h"
#include "library/local_digests.h"

namespace dm::guard {

namespace {

result<library::provided_libraries> provide(const io::operation& op, const library_options& given,
                                            std::int64_t& bytes) {
  const auto user = become_given_user(given);
  if (!user) return fail(user.error());
  io::http_client http;
  cluster::hdfs hdfs(http, given.name_nodes, *user);
  library::local_digests digests;
  const auto set = library::read_library_set(op, given.flink_home, digests);
  if (!set) return fail(set.error());
  bytes = set->bytes();
  const int digits = static_cast<int>(fmt::to_string(bytes).size());
  std::int64_t before = 0;
  std::string under_way;
  return library::flink_libraries(hdfs, given.root)
      .provide(op, *set, [&](const std::string& name, std::int64_t so_far, std::int64_t total) {
        if (given.json) return;
        // A line for each file that is there by now; sizes and shares stand below each other.
        if (!under_way.empty()) {
          fmt::print("{:>3} %  {:>{}} bytes  {}\n", total == 0 ? 100 : so_far * 100 / total,
                     so_far - before, digits, under_way);
          (void)std::fflush(stdout);
        }
        before = so_far;
        under_way = name;
      });
}

void print_json(const library::provided_libraries& provided, std::int64_t bytes) {
  io::json_buffer buffer;
  io::json_writer writer(buffer);
  writer.StartObject();
  io::put(writer, "schema", 1);
  io::put(writer, "directory", "hdfs://" + provided.directory);
  io::put(writer, "uploaded", provided.uploaded);
  io::put(writer, "files", static_cast<std::int64_t>(provided.files.size()));
  io::put(writer, "bytes", bytes);
  io::put(writer, "yarn.provided.lib.dirs", provided.key_value());
  io::key(writer, "notes");
  writer.StartArray();
  for (const std::string& note : provided.notes) io::string(writer, note);
  writer.EndArray();
  writer.EndObject();
  fmt::print("{}\n", io::text(buffer));
}

void print(const library::provided_libraries& provided, std::int64_t bytes) {
  for (const std::string& note : provided.notes) fmt::print("{}\n", note);
  fmt::print("{}: hdfs://{}, {} files, {} bytes\n",
             provided.uploaded ? "uploaded" : "there already", provided.directory,
             provided.files.size(), bytes);
  fmt::print("yarn.provided.lib.dirs: {}\n", provided.key_value());
}

}  // namespace

int run_libraries_command(const io::operation& op, int argc, const char* const* argv) {
  library_options given;
  CLI::App app{
      "Puts the libraries of a Flink installation on HDFS, where all submissions use them: what a "
      "component's guard does\n"
      "before its first submission. Where they are already nothing is uploaded. Nothing gets its "
      "name before it is whole.\n\n"
      "Exit codes: 0 they are there; 1 they are not, and why is told; 2 wrong options.",
      "flink-guard libraries"};
  add_options(app, given);
  try {
    app.parse(argc - 1, argv + 1);
    complete(given);
  } catch (const CLI::ParseError& problem) {
    return app.exit(problem) == 0 ? command_done : command_wrong_options;
  }
  std::int64_t bytes = 0;
  const auto provided = provide(op, given, bytes);
  if (!provided) {
    tell_failure("libraries", given, provided.error());
    return command_failed;
  }
  given.json ? print_json(*provided, bytes) : print(*provided, bytes);
  return command_done;
}

}  // namespace dm::guard
