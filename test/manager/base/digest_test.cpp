// SHA-256.
// SPDX-License-Identifier: Apache-2.0
#include "base/digest.h"

#include "support/temporary_directory.h"

#include <catch2/catch.hpp>

using namespace manager;

TEST_CASE("digests are those of FIPS 180, in one piece, in many, and of a file") {
  const std::string of_abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
  CHECK(sha256_of("abc") == of_abc);
  CHECK(sha256_of("") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  sha256_stream pieces;
  for (const char* piece : {"a", "", "bc"}) pieces.update(piece);
  CHECK(pieces.finish() == of_abc);
  const manager_test::temporary_directory directory;
  const std::string large(200'000, 'x');
  manager_test::write_file(directory / "large", large);
  CHECK(sha256_of_file(directory / "large") == sha256_of(large));
  CHECK_THROWS(sha256_of_file(directory / "absent"));
}
