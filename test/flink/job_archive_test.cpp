// Flink's job archive: what is read from it, and what is refused.
// SPDX-License-Identifier: Apache-2.0
#include "flink/job_archive.h"

#include <catch2/catch.hpp>

#include "io/json.h"
#include "recorded.h"

using namespace dm::flink;
using dm::status_code;
using dm::test::recorded;

namespace {

const std::string job_id = "79027c5e5ce9d22420e092835033910c";

std::string quoted(const std::string& text) {
  dm::io::json_buffer buffer;
  dm::io::json_writer writer(buffer);
  dm::io::string(writer, text);
  return std::string(dm::io::text(buffer));
}

std::string entry(const std::string& path, const std::string& json) {
  return R"({"path":)" + quoted(path) + R"(,"json":)" + quoted(json) + "}";
}

std::string archive_of(const std::vector<std::string>& entries) {
  std::string text = R"({"archive":[)";
  for (std::size_t i = 0; i < entries.size(); ++i) text += (i == 0 ? "" : ",") + entries[i];
  return text + "]}";
}

std::string overview(const std::string& id, const std::string& state) {
  return R"({"jobs":[{"jid":")" + id + R"(","name":"n","start-time":1795439455951,"end-time":)" +
         R"(1795439460000,"duration":1,"state":")" + state +
         R"(","last-modification":1795439460000,"tasks":{"total":2,"running":0,"finished":2}}]})";
}

std::string exceptions(const std::string& root) {
  return R"({"root-exception":)" + quoted(root) +
         R"(,"timestamp":1795439459000,"all-exceptions":[],"truncated":false})";
}

}  // namespace

TEST_CASE("state, times and exception of the job are read") {
  const auto archive = read_job_archive(
      archive_of(
          {entry("/config", "{}"), entry("/jobs/overview", overview(job_id, "FAILED")),
           entry("/jobs/" + job_id + "/exceptions",
                 exceptions("java.lang.IllegalStateException: boo\n\tat a.B.c(B.java:1)\n"))}),
      job_id);
  REQUIRE(archive);
  CHECK(archive->overview.state == "FAILED");
  CHECK(archive->overview.end_ms == 1'795'439'460'000);
  CHECK(archive->overview.terminal());
  CHECK(archive->exceptions.root_exception.find("boo") != std::string::npos);
  CHECK(archive->exceptions.timestamp_ms == 1'795'439'459'000);
}

TEST_CASE("what a history server has shown of real jobs is read from an archive as well") {
  const std::string real = recorded("rest-1.20.5.history.overview.json");
  const auto document = dm::io::parse_json(real, "the recording");
  REQUIRE(document);
  const auto& jobs = (*document)["jobs"];
  REQUIRE(jobs.Size() > 0);
  const std::string id = jobs[0]["jid"].GetString();
  const auto archive = read_job_archive(
      archive_of(
          {entry("/jobs/overview", real),
           entry("/jobs/" + id + "/exceptions", recorded("rest-1.20.5.history.exceptions.json"))}),
      id);
  REQUIRE(archive);
  CHECK(archive->overview.id == id);
  CHECK(archive->overview.terminal());
}

TEST_CASE("an archive without exceptions, or with damaged ones, still tells the state") {
  for (const std::string json : {"", "{", "[]", "null", "{\"root-exception\":7}"}) {
    CAPTURE(json);
    const auto archive =
        read_job_archive(archive_of({entry("/jobs/" + job_id + "/exceptions", json),
                                     entry("/jobs/overview", overview(job_id, "FINISHED"))}),
                         job_id);
    REQUIRE(archive);
    CHECK(archive->overview.state == "FINISHED");
    CHECK(archive->exceptions.root_exception.empty());
  }
  CHECK(
      read_job_archive(archive_of({entry("/jobs/overview", overview(job_id, "CANCELED"))}), job_id)
          ->overview.state == "CANCELED");
}

TEST_CASE("exceptions of another job are not this one's") {
  const auto archive = read_job_archive(
      archive_of(
          {entry("/jobs/overview", overview(job_id, "FAILED")),
           entry("/jobs/ffffffffffffffffffffffffffffffff/exceptions", exceptions("x.Y: other"))}),
      job_id);
  REQUIRE(archive);
  CHECK(archive->exceptions.root_exception.empty());
}

TEST_CASE("what is no archive of this job is refused") {
  const std::vector<std::string> bad = {
      "",
      "{",
      "[]",
      "null",
      "{}",
      R"({"archive":{}})",
      R"({"archive":"x"})",
      R"({"archive":[]})",
      R"({"archive":[7,null,"x",{"path":7,"json":"{}"},{"path":"/jobs/overview"}]})",
      archive_of({entry("/jobs/overview", "{")}),
      archive_of(
          {entry("/jobs/overview", overview("ffffffffffffffffffffffffffffffff", "FINISHED"))})};
  for (const std::string& text : bad) {
    CAPTURE(text);
    const auto archive = read_job_archive(text, job_id);
    REQUIRE_FALSE(archive);
    CHECK_FALSE(archive.error().message.empty());
  }
}

TEST_CASE("every prefix of an archive is refused: one that is not whole is never believed") {
  const std::string whole = archive_of({entry("/jobs/overview", overview(job_id, "FINISHED"))});
  for (std::size_t length = 0; length < whole.size(); ++length)
    CHECK_FALSE(read_job_archive(whole.substr(0, length), job_id));
}

TEST_CASE("what an archive has of vertices and checkpoints is read, and may be missing") {
  const std::string base = "/jobs/" + job_id;
  const std::string checkpoints =
      R"({"counts":{"restored":0,"total":3,"in_progress":0,"completed":2,"failed":1},"latest":{},)"
      R"("history":[{"id":3,"status":"FAILED","trigger_timestamp":5},{"id":2,"status":"COMPLETED"}]})";
  const auto archive =
      read_job_archive(archive_of({entry("/jobs/overview", overview(job_id, "FAILED")),
                                   entry(base, recorded("rest-1.20.5.history.job.json")),
                                   entry(base + "/checkpoints", checkpoints)}),
                       job_id);
  REQUIRE(archive);
  CHECK_FALSE(archive->vertices.empty());
  REQUIRE(archive->checkpoints);
  CHECK(archive->checkpoints->failed_count == 1);
  CHECK(archive->checkpoints->history.front().id == 3);
  const auto bare =
      read_job_archive(archive_of({entry("/jobs/overview", overview(job_id, "FAILED")),
                                   entry(base, "garbage"), entry(base + "/checkpoints", "[]")}),
                       job_id);
  REQUIRE(bare);
  CHECK(bare->vertices.empty());
  CHECK_FALSE(bare->checkpoints);
}
