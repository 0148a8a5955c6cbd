// Quotas of uploads.
// SPDX-License-Identifier: Apache-2.0
#include "package/upload_quota.h"

#include "base/failure.h"

#include <catch2/catch.hpp>

#include <map>
#include <memory>

using namespace manager;

namespace {

std::map<std::string, std::uint64_t> stored = {{"ada", 40}};

std::uint64_t stored_of(const std::string& user) {
  const auto found = stored.find(user);
  return found == stored.end() ? 0 : found->second;
}

}  // namespace

TEST_CASE("what is stored and all that arrives count together, for each account by itself") {
  upload_quota quota(100, stored_of);
  upload_quota::share first(quota, "ada", "a-1.0.0.tar.gz");
  first.grow(30);
  upload_quota::share second(quota, "ada", "b-1.0.0.tar.gz");
  second.grow(30);
  CHECK_THROWS_WITH(first.grow(1), Catch::Matchers::Contains("a-1.0.0.tar.gz") &&
                                       Catch::Matchers::Contains("limits.user_bytes = 100") &&
                                       Catch::Matchers::Contains("40 bytes are uploaded by ada") &&
                                       Catch::Matchers::Contains("DELETE"));
  upload_quota::share other(quota, "bob", "c-1.0.0.tar.gz");
  CHECK_NOTHROW(other.grow(100));
  CHECK_THROWS_AS(other.grow(1), failure);
}

TEST_CASE("what is broken off counts no more, what is kept does") {
  upload_quota quota(100, stored_of);
  upload_quota::share waits(quota, "ada", "a-1.0.0.tar.gz");
  {
    upload_quota::share broken(quota, "ada", "b-1.0.0.tar.gz");
    broken.grow(60);
    CHECK_THROWS(waits.grow(1));
  }
  CHECK_NOTHROW(waits.grow(10));
  {
    upload_quota::share kept(quota, "ada", "b-1.0.0.tar.gz");
    kept.grow(50);
    kept.keep();
  }
  CHECK_THROWS(waits.grow(1));
}

TEST_CASE("when nothing arrives any more, what is stored is looked at anew") {
  upload_quota quota(100, stored_of);
  {
    upload_quota::share full(quota, "eve", "a-1.0.0.tar.gz");
    full.grow(100);
    full.keep();
  }
  // It has been deleted since.
  upload_quota::share again(quota, "eve", "a-1.0.0.tar.gz");
  CHECK_NOTHROW(again.grow(100));
}
