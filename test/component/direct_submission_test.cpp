// A submission without Flink's client, to JSON and back.
// SPDX-License-Identifier: Apache-2.0
#include "component/direct_submission.h"

#include <catch2/catch.hpp>

#include "io/json.h"

using namespace dm::component;
namespace io = dm::io;

namespace {

std::optional<direct_submission> read(std::string_view json) {
  const auto document = io::parse_json(json, "test");
  REQUIRE(document);
  return read_direct_submission(io::member(*document, "direct"));
}

}  // namespace

TEST_CASE("a direct submission comes back as it was written") {
  const direct_submission submission{"application_1795438290778_0007",
                                     "/user/pnda/.flink/application_1795438290778_0007",
                                     "0123abcd"};
  io::json_buffer buffer;
  io::json_writer writer(buffer);
  writer.StartObject();
  put(writer, "direct", submission);
  writer.EndObject();
  const auto back = read(io::text(buffer));
  REQUIRE(back);
  CHECK(back->application_id == submission.application_id);
  CHECK(back->staging == submission.staging);
  CHECK(back->sha256 == submission.sha256);
  CHECK(back->document() == submission.staging + "/submission.json");
}

TEST_CASE("what tells no application that could be submitted again is none") {
  CHECK_FALSE(read_direct_submission(nullptr));
  CHECK_FALSE(read("{}"));
  CHECK_FALSE(read(R"({"direct":null})"));
  CHECK_FALSE(read(R"({"direct":"application_1_1"})"));
  CHECK_FALSE(read(R"({"direct":{"staging":"/user/a"}})"));
  CHECK_FALSE(read(R"({"direct":{"application_id":"","staging":"/user/a"}})"));
  CHECK_FALSE(read(R"({"direct":{"application_id":"application_1_0001"}})"));
  CHECK_FALSE(read(R"({"direct":{"application_id":"application_1_0001","staging":"user/a"}})"));
}
