// Replies of the diagnosis extension; their full shapes are compared with abi/samples in
// test/conformance.
// SPDX-License-Identifier: Apache-2.0
#include "boundary/diagnosis_replies.h"

#include <catch2/catch.hpp>

#include "json.h"

using namespace dm;

namespace {

const boundary::reply_context asked{"ns/app/comp", "id-1"};

}  // namespace

TEST_CASE("incidents: an empty list, an error beside it") {
  diagnosis::incidents_reply reply;
  CHECK(boundary::write_reply(reply, asked).document ==
        R"({"schema":1,"incidents":[],"more":false})");
  reply.failure = fail(status_code::unavailable, "nobody answers").value();
  const auto out = boundary::write_reply(reply, asked);
  CHECK(out.status == status_code::unavailable);
  CHECK(test::text_at(test::parsed(out.document), "error.component") == "ns/app/comp");
}

TEST_CASE("incidents: what is not known is left out, a document stands in its place as it is") {
  diagnosis::incidents_reply reply;
  component::listed_incident one;
  one.head.id = "7-end";
  one.head.epoch = 7;
  one.head.failure_class = "user_exception";
  one.head.message = "boo \"quoted\"";
  one.kept = true;
  reply.incidents.push_back(one);
  reply.document = R"({"logs":[{"source":"a","text":"b\n"}]})";
  const auto json = test::parsed(boundary::write_reply(reply, asked).document);
  const io::json_value& entry = (*io::member(json, "incidents"))[0];
  CHECK(test::text_at(entry, "class") == "user_exception");
  CHECK(test::text_at(entry, "message") == "boo \"quoted\"");
  CHECK(entry["kept"].GetBool());
  CHECK(entry["document"]["logs"][0]["text"] == "b\n");
  for (const char* absent : {"frame", "application_id", "job_id", "last_at", "problem"}) {
    INFO(absent);
    CHECK_FALSE(entry.HasMember(absent));
  }
}

TEST_CASE("explain") {
  diagnosis::explain_reply reply;
  reply.state = "FAILED";
  reply.sentences = {"One.", "Two."};
  reply.facts = {{"hdfs", {}, "three"}};
  reply.rules = {"Four."};
  CHECK(
      boundary::write_reply(reply, asked).document ==
      R"({"schema":1,"state":"FAILED","sentences":["One.","Two."],"facts":[{"source":"hdfs","message":"three"}],"rules":["Four."]})");
}
