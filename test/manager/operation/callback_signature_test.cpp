// Signatures of callbacks.
// SPDX-License-Identifier: Apache-2.0
#include "operation/callback_signature.h"

#include "support/temporary_directory.h"

#include <catch2/catch.hpp>

using namespace manager;

TEST_CASE("the signature is HMAC-SHA256 as RFC 4231 has it") {
  CHECK(signature_header("Jefe", "what do ya want for nothing?") ==
        "X-Signature-256: "
        "sha256=5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
}

TEST_CASE("a secret is read from a file that others may not use") {
  const manager_test::temporary_directory directory;
  const auto file = directory / "secret";
  CHECK_THROWS_WITH(read_callback_secret(file), Catch::Matchers::Contains("cannot be read"));
  manager_test::write_file(file, "0123456789abcdef\n");
  std::filesystem::permissions(file, std::filesystem::perms(0644));
  CHECK_THROWS_WITH(read_callback_secret(file), Catch::Matchers::Contains("everyone"));
  std::filesystem::permissions(file, std::filesystem::perms(0600));
  CHECK(read_callback_secret(file) == "0123456789abcdef");
  manager_test::write_file(file, "short\n");
  CHECK_THROWS_WITH(read_callback_secret(file), Catch::Matchers::Contains("fewer than 16"));
}
