// Bearer tokens: made once, kept as hashes, found, taken back, expired.
// SPDX-License-Identifier: Apache-2.0
#include "access/tokens.h"

#include "base/clock.h"
#include "support/temporary_directory.h"

#include <catch2/catch.hpp>

#include <sys/stat.h>

using namespace manager;
using manager_test::read_file;
using manager_test::temporary_directory;
using manager_test::write_file;

TEST_CASE("a token is found by itself, and its file does not hold it") {
  const temporary_directory directory;
  const auto file = directory / "tokens";
  const std::string token =
      create_token(file, "daemon", {role::read, role::operate}, std::chrono::hours(1), "CI");
  const std::string other = create_token(file, "nobody", {role::read}, std::chrono::hours(1), "");
  CHECK(token.starts_with("dm_"));
  CHECK(token != other);
  CHECK(read_file(file).find(token.substr(token.rfind('_') + 1)) == std::string::npos);
  struct stat status {};
  REQUIRE(::stat(file.c_str(), &status) == 0);
  CHECK((status.st_mode & 0777) == 0600);

  token_store store(file);
  const auto found = store.find(token, now_ms());
  REQUIRE(found);
  CHECK(found->user == "daemon");
  CHECK(found->roles == role_set{role::read, role::operate});
  CHECK_FALSE(store.find(token, now_ms() + 2 * 3'600'000));
  std::string wrong = token;
  wrong.back() = wrong.back() == '0' ? '1' : '0';
  for (const std::string& bad : {wrong, std::string("dm_"), std::string(), token + "0",
                                 token.substr(0, token.rfind('_')), token.substr(3)}) {
    CHECK_FALSE(store.find(bad, now_ms()));
  }

  REQUIRE(revoke_token(file, token.substr(3, 8)));
  CHECK_FALSE(revoke_token(file, token.substr(3, 8)));
  CHECK(store.find(token, now_ms()));
  store.reload();
  CHECK_FALSE(store.find(token, now_ms()));
  CHECK(store.find(other, now_ms()));
}

TEST_CASE("a file that others may read, or that is wrong, is refused; the old one stays") {
  const temporary_directory directory;
  const auto file = directory / "tokens";
  const std::string token = create_token(file, "daemon", {role::read}, std::chrono::hours(1), "");
  token_store store(file);
  ::chmod(file.c_str(), 0644);
  CHECK_THROWS_WITH(store.reload(), Catch::Matchers::Contains("chmod 600"));
  write_file(file,
             R"({"tokens":[{"id":"a","hash":"x","user":"b c","roles":["fly"],"expires":"?"}]})");
  ::chmod(file.c_str(), 0600);
  try {
    store.reload();
    FAIL("it was taken");
  } catch (const failure& why) {
    CHECK(why.problems().size() == 4);
  }
  CHECK(store.find(token, now_ms()));
  CHECK_THROWS_WITH(token_store(directory / "absent"), Catch::Matchers::Contains("token create"));
  CHECK_NOTHROW(token_store(""));
}
