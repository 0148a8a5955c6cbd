// A copy of what the Deployment Manager must not lose, and its way back.
// SPDX-License-Identifier: Apache-2.0
#include "rescue/backup.h"

#include "application/application_upgrade.h"
#include "base/directory_lock.h"
#include "base/file.h"
#include "registry/database.h"
#include "registry/package_store.h"
#include "registry/schema.h"

#include <fmt/format.h>

#include <array>
#include <cstdint>
#include <map>
#include <stdexcept>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

namespace manager {
namespace {

namespace fs = std::filesystem;

constexpr const char* registry_file = "registry.sqlite";
constexpr const char* unfinished_registry = ".unfinished-registry";
constexpr std::array archive_folders = {"packages", "operations"};
constexpr int most_tries = 5;

// Which state of each archive has been copied.
using copied_archives = std::map<fs::path, std::pair<std::uintmax_t, fs::file_time_type>>;

// What is under an archive's own name, and has changed; unfinished ones are nobody's.
void copy_archives(const fs::path& from, const fs::path& to, copied_archives& copied) {
  for (const char* folder : archive_folders) {
    make_private_directory(to / folder);
    if (!fs::exists(from / folder)) continue;
    for (const auto& entry : fs::directory_iterator(from / folder)) {
      std::error_code gone;
      const std::string name = entry.path().filename().string();
      if (name.starts_with('.') || !entry.is_regular_file(gone) || entry.is_symlink(gone)) continue;
      const std::pair state(entry.file_size(gone), entry.last_write_time(gone));
      if (const auto known = copied.find(entry.path());
          known != copied.end() && known->second == state) {
        continue;
      }
      if (copy_durably(entry.path(), to / folder / name)) copied[entry.path()] = state;
    }
    sync_directory(to / folder);
  }
}

// The archives without which the registry's packages and operations are nothing. In the words of
// the first schema: a backup may be made before another version sees the registry.
std::vector<std::string> needed_archives(const fs::path& registry) {
  database copy(registry);
  std::vector<std::string> files;
  auto packages = copy.query("SELECT name FROM packages WHERE state = ?", package_state::deployed);
  while (packages.step()) files.push_back(fmt::format("packages/{}.tar.gz", packages.text(0)));
  auto operations = copy.query("SELECT id, verb FROM operations WHERE noun = 'application'");
  while (operations.step()) {
    const std::string verb = operations.text(1);
    if (verb == "create") files.push_back(fmt::format("operations/{}.tar.gz", operations.text(0)));
    if (verb != "upgrade") continue;
    for (const char* role : {upgrade_from_archive, upgrade_to_archive}) {
      files.push_back(fmt::format("operations/{}.{}.tar.gz", operations.text(0), role));
    }
  }
  return files;
}

// Registry and archives as they belong together, though both change meanwhile: what the registry of
// one moment needs was there at that moment, so it is copied before or after, unless it goes just
// then; then the next moment is taken. Returns what is missing all the same.
std::vector<std::string> copy_as_one(const fs::path& from, const fs::path& to) {
  database registry(from / registry_file);
  check_schema(registry);
  copied_archives copied;
  std::vector<std::string> missing;
  for (int tried = 0; tried < most_tries; ++tried) {
    copy_archives(from, to, copied);
    fs::remove(to / unfinished_registry);
    registry.run("VACUUM INTO ?", (to / unfinished_registry).string());
    copy_archives(from, to, copied);
    missing = needed_archives(to / unfinished_registry);
    std::erase_if(missing, [&](const std::string& file) { return fs::exists(to / file); });
    if (missing.empty()) break;
  }
  return missing;
}

}  // namespace

std::vector<std::string> back_up(const configuration& settings, const fs::path& to) {
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
    auto missing = copy_as_one(settings.data_root, to);
    make_private_directory(to);
    // Its last step: what is killed before has no registry, and is no backup.
    fs::rename(to / unfinished_registry, to / registry_file);
    sync_directory(to);
    return missing;
  } catch (...) {
    std::error_code ignored;
    fs::remove_all(to, ignored);
    throw;
  }
}

void restore(const configuration& settings, const fs::path& from) {
  if (!fs::exists(from / registry_file)) {
    throw std::runtime_error(
        fmt::format("{} is no backup, or one that was not finished: it has no {}", from.string(),
                    registry_file));
  }
  const directory_lock lock(settings.data_root, "data_root");
  const fs::path registry = settings.data_root / registry_file;
  if (fs::exists(registry)) {
    throw std::runtime_error(fmt::format(
        "{} is there; what is restored never replaces it: move it away first", registry.string()));
  }
  // Of one that was killed.
  remove_abandoned_directories(settings.data_root);
  copied_archives copied;
  copy_archives(from, settings.data_root, copied);
  // A copy is looked at, so that the backup stays as it is; and the last step is one rename.
  const private_directory aside(settings.data_root);
  copy_durably(from / registry_file, aside.path() / registry_file);
  {
    database copy(aside.path() / registry_file);
    check_schema(copy);
    auto sound = copy.query("PRAGMA integrity_check");
    if (!sound.step() || sound.text(0) != "ok") {
      throw std::runtime_error(
          fmt::format("{} is damaged: {}", (from / registry_file).string(), sound.text(0)));
    }
  }
  fs::rename(aside.path() / registry_file, registry);
  sync_directory(settings.data_root);
}

}  // namespace manager
