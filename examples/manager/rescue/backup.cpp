// A copy of what the Deployment Manager must not lose, and its way back.
// SPDX-License-Identifier: Apache-2.0
#include "rescue/backup.h"

#include "base/directory_lock.h"
#include "base/file.h"
#include "registry/database.h"
#include "registry/schema.h"

#include <fmt/format.h>

#include <array>
#include <stdexcept>
#include <system_error>

namespace manager {
namespace {

namespace fs = std::filesystem;

constexpr const char* registry_file = "registry.sqlite";
constexpr std::array archive_folders = {"packages", "operations"};

void copy_files(const fs::path& from, const fs::path& to) {
  make_private_directory(to);
  if (!fs::exists(from)) return;
  for (const auto& entry : fs::directory_iterator(from)) {
    // What an operation ends meanwhile is not needed any more.
    std::error_code problem;
    if (!entry.is_regular_file(problem) || entry.is_symlink(problem)) continue;
    fs::copy_file(entry.path(), to / entry.path().filename(), problem);
    if (problem && problem != std::errc::no_such_file_or_directory) {
      throw std::system_error(
          problem, fmt::format("cannot copy {} to {}", entry.path().string(), to.string()));
    }
  }
  make_private_directory(to);
  sync_directory(to);
}

}  // namespace

void back_up(const configuration& settings, const fs::path& to) {
  const fs::path from = settings.data_root / registry_file;
  if (!fs::exists(from)) {
    throw std::runtime_error(fmt::format("{} is not there: nothing to back up", from.string()));
  }
  if (!fs::create_directory(to)) {
    throw std::runtime_error(
        fmt::format("{} is there already; a backup is written to a new directory", to.string()));
  }
  try {
    make_private_directory(to);
    database registry(from);
    check_schema(registry);
    // Of one moment, whatever is written meanwhile.
    registry.run("VACUUM INTO ?", (to / registry_file).string());
    for (const char* folder : archive_folders) copy_files(settings.data_root / folder, to / folder);
    make_private_directory(to);
    sync_directory(to);
  } catch (...) {
    std::error_code ignored;
    fs::remove_all(to, ignored);
    throw;
  }
}

void restore(const configuration& settings, const fs::path& from) {
  if (!fs::exists(from / registry_file)) {
    throw std::runtime_error(
        fmt::format("{} is no backup: it has no {}", from.string(), registry_file));
  }
  const directory_lock lock(settings.data_root, "data_root");
  const fs::path registry = settings.data_root / registry_file;
  if (fs::exists(registry)) {
    throw std::runtime_error(fmt::format(
        "{} is there; what is restored never replaces it: move it away first", registry.string()));
  }
  for (const char* folder : archive_folders) copy_files(from / folder, settings.data_root / folder);
  // A copy is looked at, so that the backup stays as it is; and the last step is one rename.
  const private_directory aside(settings.data_root);
  fs::copy_file(from / registry_file, aside.path() / registry_file);
  {
    database copied(aside.path() / registry_file);
    check_schema(copied);
    auto sound = copied.query("PRAGMA integrity_check");
    if (!sound.step() || sound.text(0) != "ok") {
      throw std::runtime_error(
          fmt::format("{} is damaged: {}", (from / registry_file).string(), sound.text(0)));
    }
  }
  fs::rename(aside.path() / registry_file, registry);
  sync_directory(settings.data_root);
}

}  // namespace manager
