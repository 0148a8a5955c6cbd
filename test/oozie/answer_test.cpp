// What Oozie's answers mean, and what they do not mean.
// SPDX-License-Identifier: Apache-2.0
#include "oozie/answer.h"

#include <catch2/catch.hpp>

using namespace dm::oozie;
using dm::status_code;
namespace io = dm::io;

namespace {

io::http_response answer(long status, const std::string& body, const std::string& code = {}) {
  io::http_response response;
  response.status = status;
  response.content_type = "application/json";
  response.body = body;
  response.header = code;
  return response;
}

status_code meaning(question asked, const std::string& code, long status = 400) {
  const auto read = require_answer(asked, answer(status, "{}", code), "Oozie");
  REQUIRE_FALSE(read);
  return read.error().code;
}

}  // namespace

TEST_CASE("a definite no comes from a closed list of error codes, each for its question") {
  CHECK(meaning(question::look_up, "E0604") == status_code::not_found);
  CHECK(meaning(question::change, "E0605") == status_code::not_found);
  CHECK(meaning(question::submission, "E1003") == status_code::invalid_argument);
  CHECK(meaning(question::submission, "E1004") == status_code::invalid_argument);
  CHECK(meaning(question::submission, "E0701") == status_code::invalid_argument);
  // The same code to another question, one that means many things, none, or another status.
  CHECK(meaning(question::submission, "E0604") == status_code::unavailable);
  CHECK(meaning(question::look_up, "E1003") == status_code::unavailable);
  CHECK(meaning(question::submission, "E0307") == status_code::unavailable);
  CHECK(meaning(question::look_up, "") == status_code::unavailable);
  CHECK(meaning(question::look_up, "E0604", 500) == status_code::unavailable);
  CHECK(meaning(question::look_up, "E0604", 404) == status_code::unavailable);
  CHECK(meaning(question::look_up, "", 401) == status_code::unauthenticated);
}

TEST_CASE("an answer without what was asked for is none") {
  for (const char* body : {"", "[]", "{}", "{\"coordJobId\":\"x\"}", "<html>"}) {
    INFO(body);
    CHECK(read_coordinator(answer(200, body), "Oozie").error().code == status_code::unavailable);
    CHECK(read_workflow(answer(200, body), "Oozie").error().code == status_code::unavailable);
    CHECK(read_coordinators(answer(200, body), "Oozie").error().code == status_code::unavailable);
    CHECK(read_submitted(answer(201, body), "Oozie").error().code == status_code::unavailable);
  }
}

TEST_CASE("a coordinator with its actions, newest first") {
  const auto read = read_coordinator(
      answer(200, R"({"coordJobId":"0000004-261127173400269-oozie-flin-C","coordJobName":"dm-x-2",
        "status":"RUNNING","user":"pnda-edge","nextMaterializedTime":"Fri, 27 Nov 2026 17:48:00 GMT",
        "actions":[{"actionNumber":1,"status":"SUCCEEDED",
          "externalId":"0000005-261127173400269-oozie-flin-W",
          "nominalTime":"Fri, 27 Nov 2026 17:37:00 GMT"},
         {"actionNumber":2,"status":"TIMEDOUT","externalId":null,
          "nominalTime":"Fri, 27 Nov 2026 17:38:00 GMT"}]})"),
      "Oozie");
  REQUIRE(read);
  REQUIRE(read->actions.size() == 2);
  CHECK(read->actions[0].number == 2);
  CHECK(read->actions[0].missed());
  CHECK(read->actions[1].workflow_id == "0000005-261127173400269-oozie-flin-W");
  CHECK_FALSE(read->actions[1].missed());
  CHECK(read->phase() == job_phase::under_way);
}

TEST_CASE("words that are not known follow nothing") {
  CHECK(phase_of_job("RUNNING") == job_phase::under_way);
  CHECK(phase_of_job("PREPSUSPENDED") == job_phase::suspended);
  CHECK(phase_of_job("SUCCEEDED") == job_phase::succeeded);
  CHECK(phase_of_job("DONEWITHERROR") == job_phase::ended_badly);
  CHECK(phase_of_job("KILLED") == job_phase::ended_badly);
  CHECK(phase_of_job("GONE") == job_phase::unknown);
  CHECK(phase_of_job("") == job_phase::unknown);
  CHECK_FALSE(is_over(phase_of_job("GONE")));
}

TEST_CASE("ids and names of runs") {
  CHECK(is_job_id("0000003-261127173400269-oozie-flin-W", 'W'));
  CHECK_FALSE(is_job_id("0000003-261127173400269-oozie-flin-W", 'C'));
  for (const char* text : {"", "-W", "../../x-W", "a b-W", "a/b-W"})
    CHECK_FALSE(is_job_id(text, 'W'));
  const auto run = parse_run("0000003-261127173400269-oozie-flin-W.12");
  REQUIRE(run);
  CHECK(run->workflow_id == "0000003-261127173400269-oozie-flin-W");
  CHECK(run->rerun == 12);
  for (const char* text : {"", "0000003-261127173400269-oozie-flin-W", "x-W.", "x1234-W.-1",
                           "0000003-261127173400269-oozie-flin-W.0x", "0000003-oozie-C.0"})
    CHECK_FALSE(parse_run(text));
}
