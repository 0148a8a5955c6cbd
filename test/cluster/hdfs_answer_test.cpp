// The answers of WebHDFS, as Hadoop 3.3.6 gives them, and what is none.
// SPDX-License-Identifier: Apache-2.0
#include "cluster/hdfs_answer.h"

#include <catch2/catch.hpp>

using namespace dm::cluster;
using dm::status_code;
namespace io = dm::io;

namespace {

const std::string tried = "list hdfs:/d as user pnda at http://nn:9870";

io::http_response answer(long status, std::string body,
                         const char* content_type = "application/json") {
  io::http_response response;
  response.status = status;
  response.content_type = content_type;
  response.body = std::move(body);
  return response;
}

io::http_response exception(long status, const std::string& name) {
  return answer(status, R"({"RemoteException":{"exception":")" + name +
                            R"(","javaClassName":"x","message":"why"}})");
}

}  // namespace

TEST_CASE("the status of a file") {
  const auto status = read_file_status(
      answer(200, R"({"FileStatus":{"accessTime":0,"blockSize":0,"group":"g","length":24930,
          "modificationTime":1320173277227,"owner":"pnda","pathSuffix":"","permission":"640",
          "replication":1,"type":"FILE"}})"),
      tried);
  REQUIRE(status);
  CHECK_FALSE(status->directory);
  CHECK(status->length_bytes == 24930);
  CHECK(status->modified_ms == 1320173277227);
  CHECK(status->owner == "pnda");
  CHECK(status->permission == "640");
}

TEST_CASE("a page of a listing says how many entries are left; a whole listing does not") {
  const std::string entries =
      R"({"FileStatuses":{"FileStatus":[{"pathSuffix":"a","type":"DIRECTORY"},
          {"pathSuffix":"b","type":"FILE","length":3}]}})";
  const auto whole = read_listing_page(answer(200, entries), tried);
  REQUIRE(whole);
  CHECK(whole->entries.size() == 2);
  CHECK(whole->remaining == 0);
  const auto page = read_listing_page(answer(200, R"({"DirectoryListing":{"partialListing":)" +
                                                      entries + R"(,"remainingEntries":7}})"),
                                      tried);
  REQUIRE(page);
  REQUIRE(page->entries.size() == 2);
  CHECK(page->entries[0].directory);
  CHECK(page->entries[1].name == "b");
  CHECK(page->remaining == 7);
}

TEST_CASE("a name that would lead elsewhere makes the whole listing suspect (INV-8)") {
  for (const std::string name : {"..", ".", "a/b", "/etc"}) {
    CAPTURE(name);
    const auto page =
        read_listing_page(answer(200, R"({"FileStatuses":{"FileStatus":[{"pathSuffix":")" + name +
                                          R"(","type":"FILE"}]}})"),
                          tried);
    REQUIRE_FALSE(page);
    CHECK(page.error().code == status_code::unavailable);
  }
}

TEST_CASE("a refusal means what its class says, whatever is read from the answer") {
  const auto gone = exception(404, "FileNotFoundException");
  CHECK(read_file_status(gone, tried).error().code == status_code::not_found);
  CHECK(read_listing_page(gone, tried).error().code == status_code::not_found);
  CHECK(read_content_summary(gone, tried).error().code == status_code::not_found);
  CHECK(read_content(gone, 10, tried).error().code == status_code::not_found);
  const auto denied = exception(403, "AccessControlException");
  CHECK(read_boolean(question::remove, denied, tried).error().code ==
        status_code::permission_denied);
  CHECK(expect_empty(question::rename, denied, tried).error().code ==
        status_code::permission_denied);
}

TEST_CASE("what is no answer of WebHDFS proves nothing, and says who was asked (INV-4)") {
  for (const auto& strange :
       {answer(200, "<html>a proxy</html>", "text/html"), answer(200, "{}"), answer(200, "[]"),
        answer(200, "{"), answer(200, R"({"FileStatus":7})"), answer(200, R"({"boolean":"yes"})"),
        answer(200, R"({"FileStatuses":{"FileStatus":{}}})")}) {
    CAPTURE(strange.body);
    for (const dm::error& problem :
         {read_file_status(strange, tried).error(), read_listing_page(strange, tried).error(),
          read_content_summary(strange, tried).error(),
          read_boolean(question::remove, strange, tried).error()}) {
      CHECK(problem.code == status_code::unavailable);
      CHECK(problem.message.find("http://nn:9870") != std::string::npos);
    }
  }
  CHECK(expect_empty(question::rename, answer(200, "ok", "text/plain"), tried).error().code ==
        status_code::unavailable);
  CHECK(expect_empty(question::rename, answer(200, ""), tried));
}

TEST_CASE("content is bounded") {
  CHECK(read_content(answer(200, "0123456789", "application/octet-stream"), 10, tried).value() ==
        "0123456789");
  CHECK(read_content(answer(200, "0123456789"), 9, tried).error().code ==
        status_code::resource_exhausted);
}

TEST_CASE("the DataNode is named in the body, or by a redirect; nothing but http is followed") {
  CHECK(data_node_location(answer(200, R"({"Location":"http://dn:9864/f"})")) ==
        "http://dn:9864/f");
  auto redirect = answer(307, "");
  redirect.location = "https://dn:9865/f";
  CHECK(data_node_location(redirect) == "https://dn:9865/f");
  CHECK(data_node_location(answer(200, R"({"Location":"file:///etc/passwd"})")).empty());
  CHECK(data_node_location(answer(200, "{}")).empty());
  CHECK(data_node_location(exception(404, "FileNotFoundException")).empty());
}

TEST_CASE("exceptions that say: not here, or not now") {
  CHECK(is_standby(exception(403, "StandbyException")));
  CHECK(is_standby(exception(403, "RetriableException")));  // in startup mode
  CHECK_FALSE(is_standby(exception(403, "AccessControlException")));
  CHECK(lost_its_name_node(exception(403, "EOFException")));
  CHECK(lost_its_name_node(exception(403, "ConnectException")));
  CHECK_FALSE(lost_its_name_node(exception(404, "FileNotFoundException")));
  CHECK_FALSE(lost_its_name_node(answer(200, "")));
}

TEST_CASE("numbers that cannot be, or are missing where they mean something, are no answer") {
  const auto listing = [](const std::string& members, const std::string& remaining) {
    return read_listing_page(
        answer(200, R"({"DirectoryListing":{"partialListing":{"FileStatuses":{"FileStatus":[{)" +
                        members + R"(}]}},"remainingEntries":)" + remaining + "}}"),
        tried);
  };
  CHECK(listing(R"("pathSuffix":"a","type":"FILE","length":0)", "0"));
  for (const char* members :
       {R"("pathSuffix":"a","type":"FILE")", R"("pathSuffix":"a","type":"FILE","length":-1)",
        R"("pathSuffix":"a","type":"FILE","length":"7")",
        R"("pathSuffix":"a","type":"FILE","length":9223372036854775807)",
        R"("pathSuffix":"a","type":"FILE","length":1,"modificationTime":-1)",
        R"("pathSuffix":"a","type":"FILE","length":1,"modificationTime":9223372036854775807)"}) {
    CAPTURE(members);
    CHECK(listing(members, "0").error().code == status_code::unavailable);
  }
  for (const char* remaining : {"-1", "9223372036854775807", "\"3\"", "null"}) {
    CAPTURE(remaining);
    CHECK(listing(R"("pathSuffix":"a","type":"FILE","length":1)", remaining).error().code ==
          status_code::unavailable);
  }
  for (const char* summary :
       {R"("length":-1,"fileCount":1,"directoryCount":1)", R"("length":1,"directoryCount":1)",
        R"("length":1,"fileCount":-3,"directoryCount":1)"}) {
    CAPTURE(summary);
    CHECK(read_content_summary(answer(200, std::string(R"({"ContentSummary":{)") + summary + "}}"),
                               tried)
              .error()
              .code == status_code::unavailable);
  }
}
