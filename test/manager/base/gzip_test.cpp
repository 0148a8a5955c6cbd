// The gzip form of texts.
// SPDX-License-Identifier: Apache-2.0
#include "base/gzip.h"

#include <zlib.h>

#include <catch2/catch.hpp>

namespace {

std::string unzipped(const std::string& zipped, std::size_t size) {
  std::string text(size + 1, '\0');
  z_stream stream{};
  REQUIRE(::inflateInit2(&stream, 15 + 16) == Z_OK);
  std::string copy = zipped;
  stream.next_in = reinterpret_cast<Bytef*>(copy.data());
  stream.avail_in = static_cast<uInt>(copy.size());
  stream.next_out = reinterpret_cast<Bytef*>(text.data());
  stream.avail_out = static_cast<uInt>(text.size());
  const int ended = ::inflate(&stream, Z_FINISH);
  text.resize(stream.total_out);
  ::inflateEnd(&stream);
  CHECK(ended == Z_STREAM_END);
  return text;
}

}  // namespace

TEST_CASE("what was zipped comes back") {
  std::string large;
  for (int i = 0; i < 100'000; ++i) large += static_cast<char>(i * 7919 % 251);
  for (const std::string& text :
       {std::string(), std::string("a"), std::string(1 << 20, 'x'), large}) {
    const std::string zipped = manager::gzip(text);
    CHECK(zipped.substr(0, 2) == "\x1f\x8b");
    CHECK(unzipped(zipped, text.size()) == text);
    CHECK(manager::gzip(text) == zipped);
  }
}
