// A file with one secret in it.
// SPDX-License-Identifier: Apache-2.0
#include "health/secret_file.h"

#include <sys/stat.h>

#include <algorithm>
#include <cerrno>

#include "io/file.h"

namespace dm::health {

namespace {

constexpr std::size_t longest = 4096;

}  // namespace

result<std::string> read_secret(const std::string& path) {
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0) return fail(io::errno_error(errno, "look at", path));
  if ((status.st_mode & S_IROTH) != 0)
    return fail(status_code::failed_precondition, "everybody may read " + path,
                "take the right away from others: chmod o= " + path);
  auto text = io::read_file(path, longest);
  if (!text) return text;
  text->erase(std::min(text->find_first_of("\r\n"), text->size()));
  const bool control =
      std::any_of(text->begin(), text->end(), [](unsigned char c) { return c < 0x20; });
  if (text->empty() || control)
    return fail(status_code::failed_precondition,
                path + " has no secret in its first line, or one with control characters");
  return text;
}

}  // namespace dm::health
