// WebHDFS, with a standby and without an answer.
// SPDX-License-Identifier: Apache-2.0
#include "hdfs/web_hdfs.h"

#include "base/failure.h"
#include "fake/name_node.h"

#include <fmt/format.h>
#include <catch2/catch.hpp>

using namespace manager;

namespace {

web_hdfs client_of(const std::vector<const dm::fake::name_node*>& nodes) {
  auto environment = json::make_object();
  auto& memory = environment.GetAllocator();
  const char* suffix = "";
  for (const auto* node : nodes) {
    json::set(environment, fmt::format("webhdfs_host{}", suffix), "127.0.0.1", memory);
    json::set(environment, fmt::format("webhdfs_port{}", suffix),
              node->address().substr(node->address().rfind(':') + 1), memory);
    suffix = "_backup";
  }
  json::set(environment, "webhdfs_user", "hdfs", memory);
  return {environment, std::chrono::milliseconds(2000)};
}

}  // namespace

TEST_CASE("directories are made, given away, looked for and removed") {
  dm::fake::name_node node;
  cancellation cancel;
  const web_hdfs hdfs = client_of({&node});
  CHECK_FALSE(hdfs.exists("/a b/c%", cancel));
  hdfs.make_directories("/a b/c%", hdfs.user(), cancel);
  CHECK(hdfs.exists("/a b/c%", cancel));
  hdfs.set_owner("/a b/c%", "daemon", cancel);
  CHECK(node.files().status("/a b/c%").status.owner == "daemon");
  CHECK_THROWS_AS(hdfs.remove("/a b", false, "hdfs", cancel), failure);
  CHECK(hdfs.remove("/a b", true, "hdfs", cancel));
  CHECK_FALSE(hdfs.remove("/a b", true, "hdfs", cancel));
  CHECK_THROWS_WITH(hdfs.remove("//", true, "hdfs", cancel), Catch::Matchers::Contains("never"));
}

TEST_CASE("a standby NameNode is passed over") {
  const auto files = std::make_shared<dm::fake::hdfs_files>();
  dm::fake::name_node first(files);
  dm::fake::name_node second(files);
  first.set_standby(true);
  cancellation cancel;
  client_of({&first, &second}).make_directories("/x", "hdfs", cancel);
  CHECK(files->exists("/x"));
  second.set_standby(true);
  auto with_password = json::make_object();
  json::set(with_password, "webhdfs_host", "u:s3cret@127.0.0.1", with_password.GetAllocator());
  json::set(with_password, "webhdfs_port", second.address().substr(second.address().rfind(':') + 1),
            with_password.GetAllocator());
  CHECK_THROWS_WITH(
      web_hdfs(with_password, std::chrono::seconds(2)).exists("/x", cancel),
      !Catch::Matchers::Contains("s3cret") && Catch::Matchers::Contains("is standby"));
  CHECK_THROWS_WITH(client_of({&first, &second}).exists("/x", cancel),
                    Catch::Matchers::Contains("no active HDFS NameNode") &&
                        Catch::Matchers::Contains("is standby"));
}

TEST_CASE("no answer and refusals are told apart") {
  dm::fake::name_node node;
  cancellation cancel;
  const web_hdfs hdfs = client_of({&node});
  node.set_safe_mode(true);
  try {
    hdfs.make_directories("/x", "hdfs", cancel);
    FAIL("safe mode refuses writes");
  } catch (const failure& why) {
    CHECK(std::string(why.what()).find("SafeMode") != std::string::npos);
  }
  node.server().stop();
  try {
    hdfs.exists("/x", cancel);
    FAIL("nobody listens");
  } catch (const failure& why) {
    CHECK(why.kind() == failure_kind::failed_connection);
  }
  CHECK_FALSE(web_hdfs(json::make_object(), std::chrono::milliseconds(100)).configured());
}
