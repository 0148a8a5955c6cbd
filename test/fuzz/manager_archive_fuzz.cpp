// Archives of packages, read and unpacked: whatever is in them, nothing is written beside the place
// that was named.
// SPDX-License-Identifier: Apache-2.0
#include "base/failure.h"
#include "base/file.h"
#include "fuzz.h"
#include "package/package_archive.h"

#include <filesystem>
#include <fstream>
#include <string>

using namespace dm;

namespace {

constexpr manager::archive_limits limits{1U << 20, 1U << 20, 1U << 19, 200, 1U << 16};
constexpr const char* package = "counter-1.0.0";

// Everything below `place` is the package's directory.
void check_written(const std::filesystem::path& place) {
  for (const auto& entry : std::filesystem::directory_iterator(place)) {
    fuzz::require(entry.path().filename() == package, "only the package's directory is made");
  }
  for (const auto& entry : std::filesystem::recursive_directory_iterator(place)) {
    fuzz::require(entry.is_directory() || entry.is_regular_file(), "no link, no device is made");
    fuzz::require(!entry.is_symlink(), "no link is made");
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const manager::private_directory root(std::filesystem::temp_directory_path() / "dm-fuzz-archive");
  const auto archive = root.path() / "archive";
  std::ofstream(archive, std::ios::binary)
      .write(reinterpret_cast<const char*>(data), static_cast<std::streamsize>(size));
  const auto place = root.path() / "place";
  std::filesystem::create_directory(place);
  manager::cancellation cancel;
  try {
    const auto content = manager::read_package(archive, package, limits, cancel);
    manager::unpack_package(archive, package, limits, place, cancel);
    for (const auto& one : content.files) {
      fuzz::require(!one.path.empty() && one.sha256.size() == 64, "files have names and digests");
    }
    for (const auto& one : content.components) {
      fuzz::require(!one.name.empty() && !one.type.empty(), "components have names");
      fuzz::require(std::filesystem::is_directory(place / package / one.type / one.name),
                    "what is listed is unpacked");
    }
  } catch (const manager::failure& refused) {
    fuzz::require(*refused.what() != '\0', "a refusal has words");
  } catch (const std::filesystem::filesystem_error&) {
    // A file where a directory of the same name comes later: refused by the file system.
  }
  check_written(place);
  return 0;
}
