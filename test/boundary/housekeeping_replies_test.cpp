// Replies of the housekeeping extension; their full shapes are compared with abi/samples in
// test/conformance.
// SPDX-License-Identifier: Apache-2.0
#include "boundary/housekeeping_replies.h"

#include <catch2/catch.hpp>

#include "json.h"

using namespace dm;
using housekeeping::kind;

TEST_CASE("what is not known of an entry is left out, and the rest is always there") {
  const boundary::reply_context asked{"", "id-1"};
  housekeeping::inspect_reply reply;
  CHECK(boundary::write_reply(reply, asked).document ==
        R"({"schema":1,"changed":false,"entries":[],"withheld":[],"more":[],"gone":[]})");
  housekeeping::entry one;
  one.id = "staging-0a";
  one.kind = kind::staging;
  one.what = "files";
  one.why = "old";
  one.breaks = "nothing";
  reply.entries.push_back(one);
  one.size_bytes = 0;
  one.modified_ms = 1'795'439'455'951;
  one.cleanable = true;
  one.removed = false;
  one.failure = fail(status_code::unavailable, "away").value();
  reply.entries.push_back(one);
  reply.withheld.push_back({kind::checkpoint, "away"});
  reply.more.push_back(kind::incident);
  reply.gone.push_back("staging-0b");
  reply.failure = fail(status_code::deadline_exceeded, "late").value();
  const auto out = boundary::write_reply(reply, asked);
  CHECK(out.status == status_code::deadline_exceeded);
  const auto json = test::parsed(out.document);
  CHECK(json["entries"][0].MemberCount() == 6);
  CHECK(json["entries"][1]["size_bytes"].GetInt() == 0);
  CHECK(std::string(json["entries"][1]["modified_at"].GetString()) == "2026-11-23T13:10:55.951Z");
  CHECK_FALSE(json["entries"][1]["removed"].GetBool());
  CHECK(test::text_at(json["entries"][1], "error.correlation_id") == "id-1");
  CHECK(std::string(json["withheld"][0]["kind"].GetString()) == "checkpoint");
  CHECK(std::string(json["more"][0].GetString()) == "incident");
  CHECK(std::string(json["gone"][0].GetString()) == "staging-0b");
  CHECK(test::text_at(json, "error.code") == "DEADLINE_EXCEEDED");
}
