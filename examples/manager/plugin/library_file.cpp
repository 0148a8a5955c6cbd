// What can be said of a plugin's file before any of it is mapped.
// SPDX-License-Identifier: Apache-2.0
#include "plugin/library_file.h"

#include "base/file.h"

#include <fmt/format.h>

#include <elf.h>
#include <fcntl.h>
#include <link.h>
#include <sys/stat.h>
#include <unistd.h>
#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <stdexcept>
#include <vector>

namespace manager {
namespace {

// False where the file ends before.
bool read_at(int descriptor, std::uint64_t offset, void* into, std::size_t size) {
  return ::pread(descriptor, into, size, static_cast<off_t>(offset)) == static_cast<ssize_t>(size);
}

bool is_native(const ElfW(Ehdr) & header) {
  constexpr unsigned char native = sizeof(void*) == 8 ? ELFCLASS64 : ELFCLASS32;
  return std::memcmp(header.e_ident, ELFMAG, SELFMAG) == 0 && header.e_ident[EI_CLASS] == native &&
         header.e_phentsize == sizeof(ElfW(Phdr));
}

// Whether all that is to be mapped, and the table at the end of most libraries, lies in the file.
bool is_whole(int descriptor, const ElfW(Ehdr) & header, std::uint64_t size) {
  const auto inside = [size](std::uint64_t offset, std::uint64_t length) {
    return offset <= size && length <= size - offset;
  };
  const std::uint64_t sections = std::uint64_t{header.e_shnum} * header.e_shentsize;
  std::vector<ElfW(Phdr)> segments(header.e_phnum);
  if (!inside(header.e_shoff, sections) ||
      !read_at(descriptor, header.e_phoff, segments.data(), segments.size() * sizeof(ElfW(Phdr)))) {
    return false;
  }
  return std::all_of(segments.begin(), segments.end(), [&](const ElfW(Phdr) & segment) {
    return segment.p_type != PT_LOAD || inside(segment.p_offset, segment.p_filesz);
  });
}

}  // namespace

void check_library_file(const std::filesystem::path& file) {
  const file_descriptor opened(::open(file.c_str(), O_RDONLY | O_CLOEXEC));
  struct stat status {};
  if (!opened.valid() || ::fstat(opened.get(), &status) != 0) {
    throw std::runtime_error(fmt::format("{} cannot be read", file.string()));
  }
  // Code that anybody may replace would run with the Deployment Manager's rights.
  if ((status.st_mode & S_IWOTH) != 0) {
    throw std::runtime_error(
        fmt::format("{} may be written by everyone; change its mode first", file.string()));
  }
  ElfW(Ehdr) header{};
  if (!read_at(opened.get(), 0, &header, sizeof(header)) || !is_native(header)) return;
  if (is_whole(opened.get(), header, static_cast<std::uint64_t>(status.st_size))) return;
  throw std::runtime_error(
      fmt::format("{} cannot be loaded: it ends after {} bytes, before its own headers say; it was "
                  "copied in part",
                  file.string(), status.st_size));
}

}  // namespace manager
