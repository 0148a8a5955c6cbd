// A package's file, on its way to the repository.
// SPDX-License-Identifier: Apache-2.0
#include "client/upload.h"

#include "base/names.h"
#include "client/measure.h"
#include "client/text.h"

#include <fmt/format.h>

#include <fcntl.h>
#include <sys/stat.h>
#include <cerrno>
#include <filesystem>
#include <memory>
#include <system_error>

namespace dmctl {

void check_upload_names(const std::vector<std::string>& paths) {
  std::vector<std::string> wrong;
  for (const std::string& path : paths) {
    const std::string name = std::filesystem::path(path).filename().string();
    if (!manager::parse_package_file(name)) wrong.push_back(harmless(path));
  }
  if (wrong.empty()) return;
  wrong.push_back(
      fmt::format("allowed: <package>.tar.gz; package: {}", manager::package_name_rule));
  throw problem(exit_code::usage,
                "nothing was uploaded, since these are no names of packages' files",
                std::move(wrong));
}

json::document upload_file(session& with, const std::string& path) {
  const auto refuse = [&](const std::string& why) {
    throw problem(exit_code::usage, fmt::format("{}: {}", harmless(path), why));
  };
  const int opened = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (opened < 0) refuse(std::generic_category().message(errno));
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(::fdopen(opened, "rb"), std::fclose);
  struct stat facts {};
  if (::fstat(opened, &facts) != 0 || !S_ISREG(facts.st_mode)) refuse("is no regular file");
  const std::string name = std::filesystem::path(path).filename().string();
  const auto bytes = static_cast<std::uint64_t>(facts.st_size);
  progress shown(with.out().where(), with.out().json(), with.out().err());
  const bool in_place = with.out().where().err;
  const auto tick = [&](std::uint64_t sent) {
    const std::uint64_t percent = bytes == 0 ? 100 : sent * 100 / bytes;
    if (in_place) {
      shown.show(fmt::format("upload {}: {} of {}, {} %", name, shown_bytes(sent),
                             shown_bytes(bytes), percent));
    } else if (sent != 0) {
      shown.show(fmt::format("upload {}: {} %", name, percent / 25 * 25));
    }
  };
  return with.manager()
      .upload(target({"repository", "packages", name}), file.get(), bytes, tick,
              fmt::format("find out: dmctl list repository --prefix {}; the same upload again is "
                          "safe, it changes nothing",
                          name.substr(0, name.find_last_of('-'))))
      .body;
}

}  // namespace dmctl
