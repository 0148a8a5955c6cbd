// Digests of files that are not read again while they are the same.
#include "library/local_digests.h"

#include <sys/stat.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <thread>

#include "../io/temporary_directory.h"
#include "io/hash.h"

using dm::status_code;
using dm::io::operation;
using dm::library::local_digests;
namespace fs = std::filesystem;

namespace {

const operation in_time = operation::within(std::chrono::minutes(1));

struct place {
  dm::test::temporary_directory directory;
  std::string file(const std::string& name, const std::string& content) const {
    const std::string path = directory.path() + "/" + name;
    std::ofstream(path) << content;
    return path;
  }
  std::string cache() const { return directory.path() + "/digests.json"; }
};

// Until the file system's clock tells a later change from the last one.
void settle() { std::this_thread::sleep_for(std::chrono::milliseconds(2100)); }

}  // namespace

TEST_CASE("a digest is that of the content, and the file is at its beginning") {
  const place p;
  local_digests digests(p.cache());
  const auto opened = digests.open(in_time, p.file("a.jar", "content"));
  REQUIRE(opened);
  CHECK(opened->sha256 == dm::io::sha256_hex("content"));
  CHECK(opened->bytes == 7);
  CHECK(::lseek(opened->descriptor.get(), 0, SEEK_CUR) == 0);
}

TEST_CASE("a file that is the same is not read again by the next run, one that was replaced is") {
  const place p;
  const std::string path = p.file("a.jar", "content");
  settle();
  {
    local_digests digests(p.cache());
    REQUIRE(digests.open(in_time, path));
    REQUIRE(digests.open(in_time, path));
    CHECK(digests.read_count() == 1);
    REQUIRE(digests.keep());
  }
  {
    local_digests digests(p.cache());
    const auto opened = digests.open(in_time, path);
    REQUIRE(opened);
    CHECK(opened->sha256 == dm::io::sha256_hex("content"));
    CHECK(digests.read_count() == 0);
  }
  // Another one of the same size, with the same time, as an unpacked archive has.
  const auto time = fs::last_write_time(path);
  fs::remove(path);
  p.file("a.jar", "CONTENT");
  fs::last_write_time(path, time);
  local_digests digests(p.cache());
  const auto opened = digests.open(in_time, path);
  REQUIRE(opened);
  CHECK(opened->sha256 == dm::io::sha256_hex("CONTENT"));
  CHECK(digests.read_count() == 1);
}

TEST_CASE("a file that was changed a moment ago is read again") {
  const place p;
  const std::string path = p.file("a.jar", "content");
  local_digests digests(p.cache());
  REQUIRE(digests.open(in_time, path));
  REQUIRE(digests.open(in_time, path));
  CHECK(digests.read_count() == 2);
}

TEST_CASE("what stands in the file and is none is an empty one") {
  const place p;
  const std::string path = p.file("a.jar", "content");
  const std::string text =
      GENERATE(as<std::string>(), "", "[]", "{", R"({"schema":2,"files":{}})",
               R"({"schema":1,"files":[1]})", R"({"schema":1,"files":{"/x":{"sha256":"no"}}})");
  p.file("digests.json", text);
  local_digests digests(p.cache());
  REQUIRE(digests.open(in_time, path));
  CHECK(digests.read_count() == 1);
}

TEST_CASE("what is no file is refused, and what is not there is NOT_FOUND") {
  const place p;
  local_digests digests(p.cache());
  CHECK(digests.open(in_time, p.directory.path()).error().code == status_code::failed_precondition);
  CHECK(digests.open(in_time, p.directory.path() + "/no.jar").error().code ==
        status_code::not_found);
  const std::string pipe = p.directory.path() + "/pipe.jar";
  REQUIRE(::mkfifo(pipe.c_str(), 0600) == 0);
  CHECK(digests.open(in_time, pipe).error().code == status_code::failed_precondition);
}
