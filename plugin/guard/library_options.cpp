// Options of the commands about Flink's libraries.
// SPDX-License-Identifier: Apache-2.0
#include "guard/library_options.h"

#include <pwd.h>
#include <unistd.h>

#include <cstdio>

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include "component/guard_spec.h"
#include "guard/identity.h"
#include "io/file.h"
#include "io/json.h"

namespace dm::guard {

namespace {

constexpr std::size_t spec_limit_bytes = 1 << 20;

// What a component's guard.json says, where no option does.
result<void> fill_from_spec(library_options& given) {
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

}  // namespace

void add_options(CLI::App& app, library_options& given) {
  app.add_option("--spec", given.spec,
                 "guard.json of a component: what it says counts where no option does");
  app.add_option("--flink-home", given.flink_home, "Flink's installation on this node");
  app.add_option("--name-node", given.name_nodes, "http://host:port of WebHDFS; both of a pair");
  app.add_option("--root", given.root, "directory on HDFS (the setting flink_libraries_root)");
  app.add_option("--user", given.user,
                 "user to run as, whose submissions use them; only root may name another than "
                 "itself, and must");
  app.add_flag("--json", given.json, "the outcome as a JSON document, and no progress");
}

void complete(library_options& given) {
  if (auto filled = fill_from_spec(given); !filled)
    throw CLI::ValidationError("--spec", filled.error().text());
  if (given.flink_home.empty()) throw CLI::RequiredError("--flink-home (or --spec)");
  if (given.name_nodes.empty()) throw CLI::RequiredError("--name-node (or --spec)");
  if (!given.root.starts_with('/') || given.root.size() < 2 || given.root.ends_with('/'))
    throw CLI::ValidationError("--root", "an absolute path of HDFS is needed");
  // What root puts there no component's user takes: it would run in his jobs.
  if (given.user.empty() && ::geteuid() == 0) throw CLI::RequiredError("--user (or --spec)");
}

result<std::string> become_given_user(const library_options& given) {
  if (given.user.empty()) return own_name();
  if (auto became = become_user(given.user); !became) return fail(std::move(became.error()));
  return given.user;
}

void tell_failure(std::string_view command, const library_options& given, const error& problem) {
  if (!given.json) {
    fmt::print(stderr, "flink-guard {}: {}\n", command, problem.text());
    return;
  }
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

}  // namespace dm::guard
