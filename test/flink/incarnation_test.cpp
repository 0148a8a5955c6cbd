// What one submission adds to the command: identity, restore point, claim mode by version.
// SPDX-License-Identifier: Apache-2.0
#include "flink/dialect.h"
#include "recorded.h"

#include <catch2/catch.hpp>

using namespace dm::flink;
using dm::status_code;
using dm::test::flink;
using argv = std::vector<std::string>;

namespace {

incarnation_options restored() {
  incarnation_options options;
  options.tags = {"dm-fleet-ns", "dm-component-0123456789abcdef", "dm-epoch-0123456789abcdef-7"};
  options.application_name = "app-comp-job";
  options.restore_path = "hdfs:///state/ns/app/comp/savepoints/op/savepoint-1";
  options.allow_non_restored_state = true;
  options.claim_mode = "no_claim";
  options.configuration = {{"state.checkpoints.dir", "hdfs:///state/ns/app/comp/checkpoints/7"}};
  return options;
}

const std::string tags =
    "yarn.tags=dm-fleet-ns,dm-component-0123456789abcdef,dm-epoch-0123456789abcdef-7";

}  // namespace

TEST_CASE("per job") {
  CHECK(render_incarnation(flink("1.20.5"), submission_mode::per_job, restored()).value() ==
        argv{"-yD", tags, "-ynm", "app-comp-job", "-yD", "yarn.application-attempts=1", "-yD",
             "state.checkpoints.dir=hdfs:///state/ns/app/comp/checkpoints/7", "-s",
             "hdfs:///state/ns/app/comp/savepoints/op/savepoint-1", "-n", "--claimMode",
             "no_claim"});
}

TEST_CASE("application mode") {
  CHECK(render_incarnation(flink("2.3.0"), submission_mode::application, restored()).value() ==
        argv{"-D", tags, "-D", "yarn.application.name=app-comp-job", "-D",
             "yarn.application-attempts=1", "-D",
             "state.checkpoints.dir=hdfs:///state/ns/app/comp/checkpoints/7", "-s",
             "hdfs:///state/ns/app/comp/savepoints/op/savepoint-1", "-n", "--claimMode",
             "no_claim"});
}

TEST_CASE("without a restore point there is neither -s nor what belongs to it") {
  incarnation_options options = restored();
  options.restore_path.clear();
  const argv words = render_incarnation(flink("1.20.5"), submission_mode::per_job, options).value();
  for (const char* word : {"-s", "-n", "--claimMode", "--restoreMode"}) {
    CHECK(std::find(words.begin(), words.end(), word) == words.end());
  }
}

TEST_CASE("the claim mode's option by version") {
  incarnation_options options = restored();
  options.claim_mode = GENERATE(as<std::string>(), "claim", "no_claim", "legacy");
  const auto last_two = [&](const char* version, submission_mode mode) {
    const argv words = render_incarnation(flink(version), mode, options).value();
    return argv(words.end() - 2, words.end());
  };
  CHECK(last_two("1.15.4", submission_mode::per_job) == argv{"--restoreMode", options.claim_mode});
  CHECK(last_two("1.19.3", submission_mode::attached) == argv{"--restoreMode", options.claim_mode});
  CHECK(last_two("1.20.5", submission_mode::per_job) == argv{"--claimMode", options.claim_mode});
  CHECK(last_two("2.0.2", submission_mode::application) == argv{"--claimMode", options.claim_mode});
}

TEST_CASE("before 1.15 there is legacy alone") {
  incarnation_options options = restored();
  const auto refused = render_incarnation(flink("1.14.6"), submission_mode::per_job, options);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == status_code::invalid_argument);
  CHECK(refused.error().details.front().path == "$.claim_mode");
  CHECK(refused.error().details.front().allowed.find("1.14.6") != std::string::npos);
  options.claim_mode = "legacy";
  CHECK(render_incarnation(flink("1.14.6"), submission_mode::per_job, options).value().back() ==
        "-n");
  options.claim_mode = "";
  CHECK(render_incarnation(flink("1.14.6"), submission_mode::per_job, options).value().back() ==
        "-n");
  options.claim_mode = "CLAIM";
  CHECK_FALSE(render_incarnation(flink("1.20.5"), submission_mode::per_job, options));
}

TEST_CASE("a name that looks like an option travels as a key") {
  incarnation_options options = restored();
  options.application_name = GENERATE(as<std::string>(), "-d", "-n", "\"x\"");
  const argv words = render_incarnation(flink("1.20.5"), submission_mode::per_job, options).value();
  CHECK(std::find(words.begin(), words.end(), "-ynm") == words.end());
  CHECK(std::find(words.begin(), words.end(),
                  "yarn.application.name=" + options.application_name) != words.end());
}

TEST_CASE("a tag with a comma would be two, a path could be an option") {
  incarnation_options options = restored();
  options.tags = {"a,b", ""};
  options.restore_path = "-d";
  const auto refused = render_incarnation(flink("1.20.5"), submission_mode::per_job, options);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().details.size() == 3);
}

TEST_CASE("2.x refuses what it does not have here too") {
  const auto refused = render_incarnation(flink("2.0.2"), submission_mode::per_job, restored());
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == status_code::unimplemented);
}

TEST_CASE("the placeholder is replaced where it stands") {
  CHECK(substitute_incarnation({"flink", "run", "@incarnation@", "/a.jar", "x"}, {"-yD", "a=b"})
            .value() == argv{"flink", "run", "-yD", "a=b", "/a.jar", "x"});
  // What replaces it is not looked at again.
  CHECK(substitute_incarnation({"@incarnation@"}, {"@incarnation@"}).value() ==
        argv{"@incarnation@"});
  for (const argv& command :
       {argv{}, argv{"flink"}, argv{"@incarnation@", "@incarnation@"}, argv{"x@incarnation@"}}) {
    const auto refused = substitute_incarnation(command, {"a"});
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == status_code::invalid_argument);
  }
}
