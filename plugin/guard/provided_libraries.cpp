// Finds Flink's libraries on HDFS, or puts them there.
// SPDX-License-Identifier: Apache-2.0
#include "guard/provided_libraries.h"

#include <fmt/format.h>

#include <chrono>
#include <utility>

#include "flink/installed_configuration.h"
#include "flink/library_keys.h"
#include "library/library_set.h"
#include "library/local_digests.h"

namespace dm::guard {

namespace {

// Then the client uploads them itself: a start waits no longer than that.
constexpr io::milliseconds longest_supply{600'000};

// Who says where they are already, or why that is not known. Empty: nobody.
std::string named_elsewhere(const component::guard_spec& spec,
                            const std::vector<std::string>& command) {
  if (flink::names_libraries(command)) return "the component names others";
  const auto version = flink::parse_version(spec.flink_version);
  if (!version) return version.error().text();
  const auto configuration = flink::read_installed_configuration(
      *version, spec.submission, component::client_configuration_directory(spec));
  if (!configuration) return configuration.error().text();
  if (!configuration->libraries.empty()) {
    const flink::installed_key& first = configuration->libraries.front();
    return fmt::format("{} at {}:{} names others", first.key, first.file, first.line);
  }
  if (!configuration->not_understood.empty()) {
    return fmt::format("whether {} names others is not known: the line is not understood",
                       configuration->not_understood.front());
  }
  return {};
}

// What there is of them; a start without it is as good as any other.
std::optional<library::class_data> find_class_data(const io::operation& op, cluster::hdfs& hdfs,
                                                   const component::guard_spec& spec,
                                                   const std::string& set_name, guard_log& log) {
  if (!spec.class_data || spec.submission != flink::submission_mode::direct) return std::nullopt;
  auto search = library::find_class_data(op, hdfs, spec.flink_libraries_root, set_name);
  if (!search) {
    log.warning(fmt::format("submitted without class data, which could not be looked for: {}",
                            search.error().text()));
    return std::nullopt;
  }
  for (const std::string& note : search->notes) log.warning(note);
  if (!search->found) {
    log.warning(
        fmt::format("submitted without class data: there is none of {} below hdfs:{}; "
                    "flink-guard class-data makes it",
                    set_name, spec.flink_libraries_root));
  }
  return std::move(search->found);
}

}  // namespace

library_supply provide_libraries(const io::operation& op, cluster::hdfs& hdfs,
                                 const component::guard_spec& spec,
                                 const std::vector<std::string>& command, guard_log& log,
                                 std::string& told) {
  library_supply supply;
  if (spec.flink_libraries_root.empty() || spec.flink_home.empty()) return supply;
  supply.why_not = named_elsewhere(spec, command);
  if (!supply.why_not.empty()) {
    log.info(fmt::format("Flink's libraries are not provided by this guard{}: {}",
                         spec.class_data ? ", and so without class data" : "", supply.why_not));
    return supply;
  }
  const auto began = std::chrono::steady_clock::now();
  const io::operation bounded = op.limited_to(longest_supply);
  library::local_digests digests(spec.work_directory + "/library-digests.json");
  const auto set = library::read_library_set(bounded, spec.flink_home, digests);
  if (auto kept = digests.keep(); !kept)
    log.info(fmt::format("the digests of Flink's libraries are not kept: {}", kept.error().text()));
  result<library::provided_libraries> provided =
      set ? library::flink_libraries(hdfs, spec.flink_libraries_root)
                .provide(bounded, *set,
                         [&](const std::string&, std::int64_t done, std::int64_t total) {
                           if (done != 0) return;
                           log.info(
                               fmt::format("uploading Flink's libraries once, {} bytes in {} "
                                           "files, to hdfs:{}",
                                           total, set->files.size(), spec.flink_libraries_root));
                         })
          : fail(set.error());
  if (!provided) {
    supply.why_not = provided.error().text();
    if (supply.why_not != std::exchange(told, supply.why_not)) {
      log.warning(
          fmt::format("Flink's libraries cannot be provided on HDFS, a flink client uploads them "
                      "itself: {}",
                      supply.why_not));
    }
    return supply;
  }
  told.clear();
  for (const std::string& note : provided->notes) log.warning(note);
  const auto took =
      std::chrono::duration_cast<io::milliseconds>(std::chrono::steady_clock::now() - began);
  log.info(fmt::format("Flink's libraries: hdfs:{}{} ({} ms)", provided->directory,
                       provided->uploaded ? ", uploaded by this guard" : "", took.count()));
  supply.provided = std::move(*provided);
  supply.class_data = find_class_data(bounded, hdfs, spec, set->name(), log);
  return supply;
}

}  // namespace dm::guard
