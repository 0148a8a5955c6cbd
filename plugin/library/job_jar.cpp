// Puts a job's jar on HDFS.
// SPDX-License-Identifier: Apache-2.0
#include "library/job_jar.h"

#include <fmt/format.h>

#include "io/hash.h"
#include "library/verified_upload.h"

namespace dm::library {

namespace {

constexpr io::milliseconds removal_limit{5'000};
constexpr std::string_view ending = ".jar";
constexpr std::size_t digest_digits = 64;

// nullopt: it is not there, or not whole.
result<std::optional<cluster::file_status>> look(const io::operation& op, cluster::hdfs& hdfs,
                                                 const std::string& path, std::int64_t bytes) {
  auto there = hdfs.status(op, path);
  if (!there && there.error().code == status_code::not_found) return std::nullopt;
  if (!there) return fail(std::move(there.error()));
  if (there->directory) {
    return fail(status_code::failed_precondition,
                fmt::format("hdfs:{} is a directory; a jar belongs there", path),
                "remove it, if it is nobody's");
  }
  if (there->length_bytes != bytes) return std::nullopt;
  return std::move(*there);
}

result<void> upload(const io::operation& op, cluster::hdfs& hdfs, const local_file& jar,
                    const std::string& directory, const std::string& path) {
  const std::string temporary =
      fmt::format("{}/.{}.{}.tmp", directory, jar.sha256.substr(0, 16), io::random_hex(8));
  auto made = hdfs.make_directory(op, directory, "700");
  if (made) made = upload_verified(op, hdfs, jar, temporary, "600");
  if (made) {
    made = hdfs.rename(op, temporary, path, cluster::hdfs::rename_option::none);
    // Another one's stands: whole, or of the wrong size, which no application can use.
    if (!made && made.error().code == status_code::already_exists) {
      const auto winner = look(op, hdfs, path, jar.bytes);
      if (!winner) {
        made = fail(winner.error());
      } else if (*winner) {
        made = {};
      } else {
        made = hdfs.rename(op, temporary, path, cluster::hdfs::rename_option::overwrite);
      }
    }
  }
  // Of a loser its own; of one that failed what is left of it. A winner's has its new name.
  (void)hdfs.remove(io::operation::within(removal_limit), temporary, false);
  return made;
}

}  // namespace

std::string jar_directory(std::string_view component_directory) {
  return fmt::format("{}/jars", component_directory);
}

std::string_view digest_of_jar(std::string_view name) {
  if (name.size() != digest_digits + ending.size() || !name.ends_with(ending)) return {};
  name.remove_suffix(ending.size());
  return name.find_first_not_of("0123456789abcdef") == std::string_view::npos ? name
                                                                              : std::string_view();
}

result<provided_jar> provide_jar(const io::operation& op, cluster::hdfs& hdfs,
                                 const std::string& directory, const std::string& local_path,
                                 local_digests& digests) {
  const auto jar = digests.open(op, local_path);
  if (!jar) return fail(jar.error());
  provided_jar provided;
  provided.path = fmt::format("{}/{}{}", directory, jar->sha256, ending);
  provided.uri = "hdfs://" + provided.path;
  provided.bytes = jar->bytes;
  provided.sha256 = jar->sha256;
  const std::string what = fmt::format("putting {} on HDFS", local_path);
  auto there = look(op, hdfs, provided.path, jar->bytes);
  if (!there) return fail_while(what, std::move(there.error()));
  if (!*there) {
    if (auto done = upload(op, hdfs, *jar, directory, provided.path); !done)
      return fail_while(what, std::move(done.error()));
    provided.uploaded = true;
    // What YARN is told is what stands there now: the time of the winner's.
    there = look(op, hdfs, provided.path, jar->bytes);
    if (!there) return fail_while(what, std::move(there.error()));
    if (!*there) {
      return fail(status_code::unavailable,
                  fmt::format("{}: hdfs:{} was removed or cut meanwhile", what, provided.path));
    }
  }
  provided.modified_ms = (*there)->modified_ms;
  return provided;
}

}  // namespace dm::library
