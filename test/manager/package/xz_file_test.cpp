// Unpacking .xz within a bound of memory.
// SPDX-License-Identifier: Apache-2.0
#include "package/xz_file.h"

#include "base/failure.h"
#include "support/temporary_directory.h"

#include <lzma.h>
#include <catch2/catch.hpp>

#include <array>
#include <cstdint>
#include <string>

using namespace manager;
using manager_test::temporary_directory;
using manager_test::write_file;

namespace {

std::string packed(const std::string& text) {
  std::string result(text.size() + 4096, '\0');
  lzma_stream stream = LZMA_STREAM_INIT;
  REQUIRE(lzma_easy_encoder(&stream, 0, LZMA_CHECK_CRC64) == LZMA_OK);
  stream.next_in = reinterpret_cast<const std::uint8_t*>(text.data());
  stream.avail_in = text.size();
  stream.next_out = reinterpret_cast<std::uint8_t*>(result.data());
  stream.avail_out = result.size();
  REQUIRE(lzma_code(&stream, LZMA_FINISH) == LZMA_STREAM_END);
  result.resize(result.size() - stream.avail_out);
  lzma_end(&stream);
  return result;
}

// As if it had been made with another dictionary: its size is a number in the header of the block,
// which has a checksum.
std::string with_dictionary(std::string file, std::uint8_t size) {
  constexpr std::size_t header = 12;
  constexpr std::uint8_t lzma2 = 0x21;
  auto* const block = reinterpret_cast<std::uint8_t*>(file.data()) + header;
  const std::size_t length = (std::size_t{block[0]} + 1) * 4;
  REQUIRE(block[2] == lzma2);
  block[4] = size;
  const std::uint32_t sum = lzma_crc32(block, length - 4, 0);
  for (std::size_t i = 0; i < 4; ++i) {
    block[length - 4 + i] = static_cast<std::uint8_t>(sum >> (8 * i));
  }
  return file;
}

constexpr std::uint8_t of_64_mib = 28;  // xz -9
constexpr std::uint8_t of_1_gib = 36;

std::string unpacked(const std::filesystem::path& file) {
  xz_file from(file);
  std::string text;
  for (std::string_view piece; !(piece = from.read()).empty();) text += piece;
  CHECK(from.read().empty());
  return text;
}

}  // namespace

TEST_CASE("what is packed comes back, also from several streams behind each other") {
  const temporary_directory directory;
  std::string text;
  for (int i = 0; i < 50'000; ++i) text += std::to_string(i) + " ";
  write_file(directory / "a", packed(text));
  CHECK(xz_file::is_one(directory / "a"));
  CHECK(unpacked(directory / "a") == text);
  write_file(directory / "b", packed("one ") + packed("two"));
  CHECK(unpacked(directory / "b") == "one two");
}

TEST_CASE("what is no xz file is not taken for one") {
  const temporary_directory directory;
  write_file(directory / "a", "7zXZ");
  CHECK_FALSE(xz_file::is_one(directory / "a"));
  CHECK_FALSE(xz_file::is_one(directory / "b"));
}

TEST_CASE("a dictionary beyond the bound is refused with what to do, in whichever block") {
  const temporary_directory directory;
  write_file(directory / "nine", with_dictionary(packed("fine"), of_64_mib));
  CHECK(unpacked(directory / "nine") == "fine");
  write_file(directory / "first", with_dictionary(packed("much"), of_1_gib));
  write_file(directory / "later", packed("fine") + with_dictionary(packed("much"), of_1_gib));
  for (const char* file : {"first", "later"}) {
    CHECK_THROWS_WITH(unpacked(directory / file), Catch::Matchers::Contains("at most 128 MiB") &&
                                                      Catch::Matchers::Contains("xz -9"));
  }
}

TEST_CASE("damage is a failure") {
  const temporary_directory directory;
  const std::string whole = packed(std::string(10'000, 'x') + "y");
  write_file(directory / "cut", whole.substr(0, whole.size() - 10));
  CHECK_THROWS_WITH(unpacked(directory / "cut"), Catch::Matchers::Contains("ends too early"));
  std::string wrong = whole;
  wrong[whole.size() / 2] = static_cast<char>(wrong[whole.size() / 2] ^ 0x55);
  write_file(directory / "wrong", wrong);
  CHECK_THROWS_AS(unpacked(directory / "wrong"), failure);
}
