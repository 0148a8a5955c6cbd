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
constexpr int most_tries = 3;  // with others who put theirs there, or take it away

enum class presence { absent, wrong, good };

struct seen_jar {
  presence is = presence::absent;
  std::int64_t modified_ms = 0;
};

// One of another length or content is wrong: no application that lives can use it, since YARN
// refuses a file that has changed. What was compared once is known by its time from then on.
result<seen_jar> look(const io::operation& op, cluster::hdfs& hdfs, const std::string& path,
                      const local_file& jar, local_digests& digests) {
  auto there = hdfs.status(op, path);
  if (!there && there.error().code == status_code::not_found) return seen_jar();
  if (!there) return fail(std::move(there.error()));
  if (there->directory) {
    return fail(status_code::failed_precondition,
                fmt::format("hdfs:{} is a directory; a jar belongs there", path),
                "remove it, if it is nobody's");
  }
  if (there->length_bytes != jar.bytes) return seen_jar{presence::wrong, 0};
  if (digests.noted(path) != there->modified_ms) {
    const auto digest = digest_on_hdfs(op, hdfs, path, jar.bytes);
    if (!digest) return fail(digest.error());
    if (*digest != jar.sha256) return seen_jar{presence::wrong, 0};
    digests.note(path, there->modified_ms);
  }
  return seen_jar{presence::good, there->modified_ms};
}

// over_wrong: what has the name is wrong, and is replaced. Whoever is first wins otherwise.
result<void> upload(const io::operation& op, cluster::hdfs& hdfs, const local_file& jar,
                    const std::string& directory, const std::string& path, bool over_wrong) {
  const std::string temporary =
      fmt::format("{}/.{}.{}.tmp", directory, jar.sha256.substr(0, 16), io::random_hex(8));
  auto made = hdfs.make_directory(op, directory, "700");
  if (made) made = upload_verified(op, hdfs, jar, temporary, "600");
  if (made) {
    made = hdfs.rename(
        op, temporary, path,
        over_wrong ? cluster::hdfs::rename_option::overwrite : cluster::hdfs::rename_option::none);
    if (!made && made.error().code == status_code::already_exists) made = {};  // looked at again
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
  auto there = look(op, hdfs, provided.path, *jar, digests);
  for (int tries = 0; there && there->is != presence::good; ++tries) {
    if (tries == most_tries) {
      return fail(status_code::unavailable,
                  fmt::format("{}: hdfs:{} was removed or changed meanwhile", what, provided.path));
    }
    if (auto done = upload(op, hdfs, *jar, directory, provided.path, there->is == presence::wrong);
        !done)
      return fail_while(what, std::move(done.error()));
    provided.uploaded = true;
    // What YARN is told is what stands there now: the time of the winner's.
    there = look(op, hdfs, provided.path, *jar, digests);
  }
  if (!there) return fail_while(what, std::move(there.error()));
  provided.modified_ms = there->modified_ms;
  return provided;
}

}  // namespace dm::library
