// "flink-guard libraries": puts Flink's libraries on HDFS in advance.
// SPDX-License-Identifier: Apache-2.0
#include "guard/libraries_command.h"

#include <pwd.h>
#include <unistd.h>

#include <cstdio>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include "cluster/hdfs.h"
#include "component/guard_spec.h"
#include "guard/identity.h"
#include "io/file.h"
#include "io/json.h"
#include "library/flink_libraries.h"
#include "library/library_set.h"
#include "library/local_digests.h"

namespace dm::guard {

namespace {

constexpr std::size_t spec_limit_bytes = 1 << 20;
constexpr int done = 0;
constexpr int failed = 1;
constexpr int wrong_options = 2;

struct options {
  std::string spec;
  std::string flink_home;
  std::vector<std::string> name_nodes;
  std::string root;
  std::string user;
  bool json = false;
};

// What a component's guard.json says, where no option does.
result<void> fill_from_spec(options& given) {
  if (given.spec.empty()) return {};
  auto text = io::read_file(given.spec, spec_limit_bytes);
  if (!text) return fail(std::move(text.error()));
  auto spec = component::read_guard_spec(*text);
  if (!spec) return fail_while("reading " + given.spec, std::move(spec.error()));
  if (given.flink_home.empty()) given.flink_home = spec->flink_home;
  if (given.name_nodes.empty()) given.name_nodes = spec->name_nodes;
  if (given.root.empty()) given.root = spec->flink_libraries_root;
  if (given.user.empty()) given.user = spec->user;
  return {};
}

std::string own_name() {
  std::vector<char> buffer(16384);
  struct passwd account {};
  struct passwd* entry = nullptr;
  if (::getpwuid_r(::geteuid(), &account, buffer.data(), buffer.size(), &entry) != 0 ||
      entry == nullptr)
    return {};
  return account.pw_name;
}

result<library::provided_libraries> provide(const io::operation& op, const options& given,
                                            std::int64_t& bytes) {
  const std::string user = given.user.empty() ? own_name() : given.user;
  if (!given.user.empty()) {
    if (auto became = become_user(given.user); !became) return fail(std::move(became.error()));
  }
  io::http_client http;
  cluster::hdfs hdfs(http, given.name_nodes, user);
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

void print_json(const error& problem) {
  io::json_buffer buffer;
  io::json_writer writer(buffer);
  writer.StartObject();
  io::put(writer, "schema", 1);
  io::key(writer, "error");
  writer.StartObject();
  io::put(writer, "code", to_string(problem.code));
  io::put(writer, "message", problem.message);
  io::put_optional(writer, "hint", std::string_view(problem.hint));
  writer.EndObject();
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
  options given;
  CLI::App app{
      "Puts the libraries of a Flink installation on HDFS, where all submissions use them: what a "
      "component's guard does\n"
      "before its first submission. Where they are already nothing is uploaded. Nothing gets its "
      "name before it is whole.\n\n"
      "Exit codes: 0 they are there; 1 they are not, and why is told; 2 wrong options.",
      "flink-guard libraries"};
  app.add_option("--spec", given.spec,
                 "guard.json of a component: what it says counts where no option does");
  app.add_option("--flink-home", given.flink_home, "Flink's installation on this node");
  app.add_option("--name-node", given.name_nodes, "http://host:port of WebHDFS; both of a pair");
  app.add_option("--root", given.root, "directory on HDFS (the setting flink_libraries_root)");
  app.add_option("--user", given.user, "user to run as; only root may name another than itself");
  app.add_flag("--json", given.json, "the outcome as a JSON document, and no progress");
  try {
    app.parse(argc - 1, argv + 1);
    if (auto filled = fill_from_spec(given); !filled)
      throw CLI::ValidationError("--spec", filled.error().text());
    if (given.flink_home.empty()) throw CLI::RequiredError("--flink-home (or --spec)");
    if (given.name_nodes.empty()) throw CLI::RequiredError("--name-node (or --spec)");
    if (!given.root.starts_with('/') || given.root.size() < 2 || given.root.ends_with('/'))
      throw CLI::ValidationError("--root", "an absolute path of HDFS is needed");
  } catch (const CLI::ParseError& problem) {
    return app.exit(problem) == 0 ? done : wrong_options;
  }
  std::int64_t bytes = 0;
  const auto provided = provide(op, given, bytes);
  if (!provided) {
    if (given.json)
      print_json(provided.error());
    else
      fmt::print(stderr, "flink-guard libraries: {}\n", provided.error().text());
    return failed;
  }
  given.json ? print_json(*provided, bytes) : print(*provided, bytes);
  return done;
}

}  // namespace dm::guard
