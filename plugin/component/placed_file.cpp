// Creates a file and gives it its name.
// SPDX-License-Identifier: Apache-2.0
#include "component/placed_file.h"

#include <fmt/format.h>

#include "io/hash.h"

namespace dm::component {

namespace {

constexpr io::milliseconds removal_limit{2000};

}  // namespace

result<void> place_file(const io::operation& op, cluster::hdfs& hdfs, const std::string& directory,
                        std::string_view name, std::string_view content,
                        cluster::hdfs::rename_option option) {
  const std::string temporary = fmt::format("{}/.{}.{}.tmp", directory, name, io::random_hex(8));
  auto placed = hdfs.create(op, temporary, content);
  if (placed) placed = hdfs.rename(op, temporary, fmt::format("{}/{}", directory, name), option);
  if (placed) return {};
  // A file whose content found no room, or no DataNode, exists all the same.
  (void)hdfs.remove(op.limited_to(removal_limit), temporary, false);
  return placed;
}

bool is_temporary_name(std::string_view name) {
  return name.starts_with('.') && name.ends_with(".tmp");
}

}  // namespace dm::component
