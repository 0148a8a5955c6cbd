// The header of _metadata: what Flink writes, and what a damaged disk leaves of it.
// SPDX-License-Identifier: Apache-2.0
#include "flink/savepoint_metadata.h"

#include <catch2/catch.hpp>

#include "fake/job_manager.h"

using namespace dm::flink;
using dm::fake::metadata_bytes;

namespace {

using kind = metadata_defect::kind;

std::string refusal(std::string_view bytes, kind what) {
  const auto read = read_metadata_header(bytes);
  REQUIRE_FALSE(read);
  CHECK(read.error().what == what);
  return read.error().text;
}

}  // namespace

TEST_CASE("version and checkpoint id are big-endian") {
  const auto read = read_metadata_header(metadata_bytes(0x0102030405060708));
  REQUIRE(read);
  CHECK(read->version == 4);
  CHECK(read->checkpoint_id == 0x0102030405060708);
}

TEST_CASE("the header alone is enough, one byte less is not") {
  const std::string bytes = metadata_bytes(7).substr(0, metadata_header_bytes);
  CHECK(read_metadata_header(bytes)->checkpoint_id == 7);
  CHECK(refusal(std::string_view(bytes).substr(0, 15), kind::too_short).find("has 15 bytes") !=
        std::string::npos);
  CHECK(refusal("", kind::too_short).find("has 0 bytes") != std::string::npos);
}

TEST_CASE("another magic is told") {
  std::string bytes = metadata_bytes(7);
  bytes[0] = 'P';
  CHECK(refusal(bytes, kind::not_flinks) ==
        "_metadata begins with 5060672d, Flink's begins with 4960672d");
}

TEST_CASE("a version that is not known is refused, not guessed at") {
  std::string bytes = metadata_bytes(7);
  for (const char version : {'\1', '\2', '\3', '\6'}) {
    bytes[7] = version;
    CHECK(read_metadata_header(bytes)->version == version);
  }
  for (const char version : {'\0', '\7', '\xFF'}) {
    bytes[7] = version;
    CHECK(refusal(bytes, kind::unknown_version).find("known are 1 to 6") != std::string::npos);
  }
  bytes[4] = '\xFF';  // negative
  CHECK(refusal(bytes, kind::unknown_version).find("version -") != std::string::npos);
}
