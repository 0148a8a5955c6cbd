// SHA-256 against its published vectors, and random identifiers.
#include "io/hash.h"

#include <fcntl.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <set>

#include "io/file.h"

using namespace dm::io;

TEST_CASE("SHA-256 gives the published digests") {
  CHECK(sha256_hex("") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  CHECK(sha256_hex("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  CHECK(sha256_hex(std::string(1'000'000, 'a')) ==
        "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST_CASE("a file's digest begins at its offset") {
  const unique_fd file(::open("/tmp", O_TMPFILE | O_RDWR, 0600));
  REQUIRE(file);
  const std::string content = std::string(100'000, 'x') + "abc";
  REQUIRE(::write(file.get(), content.data(), content.size()) ==
          static_cast<ssize_t>(content.size()));
  ::lseek(file.get(), 0, SEEK_SET);
  CHECK(sha256_hex_of_file(file.get()).value() == sha256_hex(content));
  ::lseek(file.get(), 100'000, SEEK_SET);
  CHECK(sha256_hex_of_file(file.get()).value() == sha256_hex("abc"));
}

TEST_CASE("a file that cannot be read is an error") {
  const unique_fd directory(::open("/tmp", O_RDONLY | O_DIRECTORY));
  CHECK_FALSE(sha256_hex_of_file(directory.get()));
}

TEST_CASE("random identifiers have their length and differ") {
  CHECK(random_hex(0).empty());
  std::set<std::string> seen;
  for (int i = 0; i < 100; ++i) {
    const std::string one = random_hex(8);
    CHECK(one.size() == 16);
    CHECK(one.find_first_not_of("0123456789abcdef") == std::string::npos);
    seen.insert(one);
  }
  CHECK(seen.size() == 100);
}

TEST_CASE("a digest under way ends with its operation (DM-19)") {
  const unique_fd file(::open("/tmp", O_TMPFILE | O_RDWR, 0600));
  REQUIRE(::write(file.get(), "abc", 3) == 3);
  CHECK(sha256_hex_of_file(operation::within(milliseconds(0)), file.get()).error().code ==
        dm::status_code::deadline_exceeded);
}
