// Class data sharing by flags of the JVM. Source: HotSpot, java.vm.info
// (Abstract_VM_Version::vm_info_string), seen on Java 17 and 25: where the named class data cannot
// be used nothing is shared, not even the JDK's own classes.
// SPDX-License-Identifier: Apache-2.0
#include "flink/class_sharing.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "flink/command_builder.h"
#include "io/trimmed.h"

namespace dm::flink {

namespace {

constexpr std::string_view in_keys = "env.java.";

std::string flags_of_ours() {
  // Java 8 does not know the flags, and would not start. By class data that was altered a JVM that
  // does not verify it crashes.
  return fmt::format(
      "-XX:+IgnoreUnrecognizedVMOptions -XX:+VerifySharedSpaces -XX:SharedArchiveFile={} "
      "-showversion",
      class_data_name);
}

bool names_sharing(std::string_view flags) {
  constexpr std::array<std::string_view, 4> words = {"SharedArchiveFile", "-Xshare",
                                                     "UseSharedSpaces", "ArchiveClassesAtExit"};
  return std::any_of(words.begin(), words.end(), [&](std::string_view word) {
    return flags.find(word) != std::string_view::npos;
  });
}

}  // namespace

std::string share_classes(const version& version, configuration_map& configuration) {
  for (auto it = configuration.lower_bound(in_keys);
       it != configuration.end() && it->first.starts_with(in_keys); ++it) {
    if (names_sharing(it->second))
      return fmt::format("{} has flags of class data sharing", it->first);
  }
  // From 1.19 on Flink puts the text of other keys before that of the administrator's.
  const std::string_view group = at_least(version, 1, 19) ? "default-opts" : "opts";
  for (const std::string_view process : {"jobmanager", "taskmanager"}) {
    std::string& flags = configuration[fmt::format("{}{}.{}", in_keys, group, process)];
    flags = flags.empty() ? flags_of_ours() : flags_of_ours() + " " + flags;
  }
  return {};
}

std::optional<jvm_version> read_jvm_version(std::string_view output) {
  // Some builds name their maker between the two.
  constexpr std::string_view name = " VM ";
  constexpr std::string_view begin = "(build ";
  while (!output.empty()) {
    const std::size_t end = std::min(output.find('\n'), output.size());
    std::string_view line = output.substr(0, end);
    output.remove_prefix(std::min(end + 1, output.size()));
    while (line.ends_with('\r')) line.remove_suffix(1);
    const std::size_t at = line.find(begin, std::min(line.find(name), line.size()));
    if (at == std::string_view::npos || !line.ends_with(')')) continue;
    line.remove_prefix(at + begin.size());
    line.remove_suffix(1);
    jvm_version read;
    read.build = std::string(io::trimmed(line.substr(0, line.find(','))));
    for (std::size_t comma = line.find(','); comma != std::string_view::npos;) {
      line.remove_prefix(comma + 1);
      comma = line.find(',');
      if (io::trimmed(line.substr(0, comma)) == "sharing") read.shares = true;
    }
    return read;
  }
  return std::nullopt;
}

}  // namespace dm::flink
