// A file that is uploaded is read back.
#include "library/verified_upload.h"

#include <catch2/catch.hpp>
#include <fstream>

#include "../io/temporary_directory.h"
#include "fake/name_node.h"

using namespace dm::library;
using dm::status_code;
using dm::io::operation;
namespace fake = dm::fake;

namespace {

const operation in_time = operation::within(std::chrono::minutes(1));

struct world {
  fake::name_node node;
  dm::io::http_client http;
  dm::cluster::hdfs hdfs{http, {node.address()}, "pnda"};
  dm::test::temporary_directory directory;
  local_digests digests;

  local_file file(const std::string& content) {
    const std::string path = directory.path() + "/file";
    std::ofstream(path, std::ios::binary) << content;
    return digests.open(in_time, path).value();
  }
};

}  // namespace

TEST_CASE("a file of any size arrives byte for byte") {
  world w;
  const std::string content =
      GENERATE(std::string(), std::string("a\0b", 3), std::string((4U << 20U) + 1, 'x'),
               std::string(9U << 20U, 'y'));
  const auto file = w.file(content);
  REQUIRE(upload_verified(in_time, w.hdfs, file, "/d/f", "644"));
  CHECK(w.node.files().get("/d/f") == content);
  CHECK(w.node.files().status("/d/f").status.permission == "644");
}

TEST_CASE("one that is not what was uploaded is told") {
  world w;
  auto file = w.file("content");
  file.sha256 = std::string(64, '0');
  const auto done = upload_verified(in_time, w.hdfs, file, "/d/f", "644");
  REQUIRE_FALSE(done);
  CHECK(done.error().code == status_code::unavailable);
  CHECK(done.error().message.find("read back") != std::string::npos);
}

TEST_CASE("one that became shorter while it was sent is told") {
  world w;
  auto file = w.file("content");
  file.bytes = 70;
  const auto done = upload_verified(in_time, w.hdfs, file, "/d/f", "644");
  REQUIRE_FALSE(done);
  CHECK(done.error().code == status_code::failed_precondition);
  CHECK(done.error().message.find("7 of 70 bytes") != std::string::npos);
}
