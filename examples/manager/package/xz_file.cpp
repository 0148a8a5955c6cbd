// The bytes of an .xz file, by liblzma.
// SPDX-License-Identifier: Apache-2.0
#include "package/xz_file.h"

#include "base/failure.h"
#include "base/file.h"

#include <fmt/format.h>
#include <lzma.h>

#include <unistd.h>
#include <array>
#include <cerrno>
#include <new>
#include <system_error>

namespace manager {
namespace {

constexpr std::size_t block = 1U << 16;
constexpr std::string_view magic(
    "\xFD"
    "7zXZ\0",
    6);

std::size_t read_from(int descriptor, void* into, std::size_t size) {
  for (;;) {
    const ssize_t count = ::read(descriptor, into, size);
    if (count >= 0) return static_cast<std::size_t>(count);
    if (errno != EINTR) {
      throw std::system_error(errno, std::generic_category(), "cannot read the archive");
    }
  }
}

std::uint64_t mib(std::uint64_t bytes) { return (bytes + (1U << 20) - 1) >> 20; }

}  // namespace

struct xz_file::decoder {
  explicit decoder(const std::filesystem::path& file) : source(open_for_reading(file)) {
    if (lzma_stream_decoder(&stream, most_memory, LZMA_CONCATENATED) != LZMA_OK) {
      throw std::bad_alloc();
    }
  }
  ~decoder() { lzma_end(&stream); }
  decoder(const decoder&) = delete;
  decoder& operator=(const decoder&) = delete;

  file_descriptor source;
  lzma_stream stream = LZMA_STREAM_INIT;
  std::array<std::uint8_t, block> packed{};
  std::array<std::uint8_t, block> unpacked{};
  bool read_all = false;
  bool ended = false;
};

bool xz_file::is_one(const std::filesystem::path& file) {
  try {
    const file_descriptor opened = open_for_reading(file);
    std::array<char, magic.size()> first{};
    return read_from(opened.get(), first.data(), first.size()) == first.size() &&
           std::string_view(first.data(), first.size()) == magic;
  } catch (const std::system_error&) {
    return false;
  }
}

xz_file::xz_file(const std::filesystem::path& file) : decoder_(std::make_unique<decoder>(file)) {}

xz_file::~xz_file() = default;

std::string_view xz_file::read() {
  decoder& own = *decoder_;
  lzma_stream& stream = own.stream;
  stream.next_out = own.unpacked.data();
  stream.avail_out = own.unpacked.size();
  while (!own.ended && stream.avail_out > 0) {
    if (stream.avail_in == 0 && !own.read_all) {
      stream.next_in = own.packed.data();
      stream.avail_in = read_from(own.source.get(), own.packed.data(), own.packed.size());
      own.read_all = stream.avail_in == 0;
    }
    const lzma_ret result = lzma_code(&stream, own.read_all ? LZMA_FINISH : LZMA_RUN);
    if (result == LZMA_OK) continue;
    if (result == LZMA_MEMLIMIT_ERROR) {
      throw failure(
          failure_kind::failed_validation,
          fmt::format("unpacking it takes {} MiB of memory, and at most {} MiB are given: "
                      "compress it with a smaller dictionary (xz -9 has 64 MiB)",
                      mib(lzma_memusage(&stream)), mib(most_memory)));
    }
    if (result != LZMA_STREAM_END) {
      throw failure(failure_kind::failed_validation,
                    result == LZMA_BUF_ERROR ? "the xz file ends too early"
                                             : "the xz file is damaged, or of an unknown kind");
    }
    own.ended = true;
  }
  return {reinterpret_cast<const char*>(own.unpacked.data()),
          own.unpacked.size() - stream.avail_out};
}

}  // namespace manager
