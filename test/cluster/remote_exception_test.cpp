// How Hadoop says no.
#include "cluster/remote_exception.h"

#include <catch2/catch.hpp>

using namespace dm::cluster;
using dm::status_code;

namespace {

dm::io::http_response refusal(const std::string& exception, const std::string& message,
                              long status = 403) {
  dm::io::http_response r;
  r.status = status;
  r.content_type = "application/json";
  r.body = R"({"RemoteException":{"exception":")" + exception +
           R"(","javaClassName":"x","message":")" + message + "\"}}";
  return r;
}

status_code code(question asked, const std::string& exception, long status = 403) {
  return answer_error(asked, refusal(exception, "m", status), "tried").code;
}

constexpr auto every_question = {
    question::look_at, question::list,           question::sum_up,         question::open,
    question::create,  question::make_directory, question::set_permission, question::rename,
    question::remove,  question::cluster,        question::application,    question::node,
    question::kill,    question::submit};

}  // namespace

TEST_CASE("a definite no is one of a closed list of question, HTTP status and class (D-50)") {
  for (const question asked : {question::look_at, question::list, question::sum_up, question::open,
                               question::rename, question::set_permission})
    CHECK(code(asked, "FileNotFoundException", 404) == status_code::not_found);
  for (const question asked : {question::create, question::make_directory, question::rename}) {
    CHECK(code(asked, "FileAlreadyExistsException") == status_code::already_exists);
    CHECK(code(asked, "NSQuotaExceededException") == status_code::resource_exhausted);
    CHECK(code(asked, "DSQuotaExceededException") == status_code::resource_exhausted);
    CHECK(code(asked, "QuotaByStorageTypeExceededException") == status_code::resource_exhausted);
  }
  CHECK(code(question::create, "AlreadyBeingCreatedException") == status_code::already_exists);
  CHECK(code(question::make_directory, "ParentNotDirectoryException") ==
        status_code::already_exists);
  CHECK(code(question::look_at, "AccessControlException") == status_code::permission_denied);
  CHECK(code(question::remove, "AccessControlException") == status_code::permission_denied);
  CHECK(code(question::list, "IllegalArgumentException", 400) == status_code::invalid_argument);
  CHECK(code(question::create, "InvalidPathException", 400) == status_code::invalid_argument);
  CHECK(code(question::remove, "PathIsNotEmptyDirectoryException") ==
        status_code::invalid_argument);
  CHECK(code(question::application, "NotFoundException", 404) == status_code::not_found);
  CHECK(code(question::kill, "NotFoundException", 404) == status_code::not_found);
  CHECK(code(question::node, "NotFoundException", 404) == status_code::not_found);
  CHECK(code(question::kill, "ForbiddenException") == status_code::permission_denied);
  CHECK(code(question::cluster, "ForbiddenException") == status_code::permission_denied);
  CHECK(code(question::open, "AuthenticationException", 401) == status_code::unauthenticated);
  CHECK(code(question::submit, "BadRequestException", 400) == status_code::invalid_argument);
  CHECK(code(question::submit, "ForbiddenException") == status_code::permission_denied);
}

TEST_CASE("every other class proves nothing, whatever was asked (INV-4)") {
  // WebHDFS: no DataNode has the block, the NameNode is not ready, a DataNode's own RPC broke.
  for (const char* exception :
       {"IOException", "SafeModeException", "RetriableException", "StandbyException",
        "EOFException", "ConnectException", "SocketException", "SocketTimeoutException",
        "ConnectTimeoutException", "NoRouteToHostException", "UnknownHostException",
        "BlockMissingException", "LeaseExpiredException", "RecoveryInProgressException",
        "SecurityException", "AuthorizationException", "UnresolvedPathException", "Whatever", ""}) {
    for (const question asked : every_question) {
      CAPTURE(exception, static_cast<int>(asked));
      CHECK(code(asked, exception, 403) == status_code::unavailable);
      CHECK(code(asked, exception, 404) == status_code::unavailable);
      CHECK(code(asked, exception, 500) == status_code::unavailable);
    }
  }
}

TEST_CASE("the right class with another status, or to another question, proves nothing (INV-4)") {
  CHECK(code(question::look_at, "FileNotFoundException", 403) == status_code::unavailable);
  CHECK(code(question::look_at, "FileNotFoundException", 500) == status_code::unavailable);
  CHECK(code(question::look_at, "NotFoundException", 404) == status_code::unavailable);
  CHECK(code(question::create, "FileNotFoundException", 404) == status_code::unavailable);
  CHECK(code(question::remove, "FileNotFoundException", 404) == status_code::unavailable);
  CHECK(code(question::open, "FileAlreadyExistsException") == status_code::unavailable);
  CHECK(code(question::open, "DSQuotaExceededException") == status_code::unavailable);
  CHECK(code(question::look_at, "AccessControlException", 404) == status_code::unavailable);
  CHECK(code(question::list, "IllegalArgumentException", 403) == status_code::unavailable);
  // YARN makes a 404 of any IOException, and its own 404 only speaks of an application.
  CHECK(code(question::application, "IOException", 404) == status_code::unavailable);
  CHECK(code(question::application, "FileNotFoundException", 404) == status_code::unavailable);
  CHECK(code(question::application, "NotFoundException", 403) == status_code::unavailable);
  CHECK(code(question::cluster, "NotFoundException", 404) == status_code::unavailable);
  CHECK(code(question::open, "ForbiddenException") == status_code::unavailable);
  // What could not be read may have been broken on its way.
  CHECK(code(question::submit, "WebApplicationException", 400) == status_code::unavailable);
  CHECK(code(question::submit, "BadRequestException", 500) == status_code::unavailable);
  CHECK(code(question::submit, "NotFoundException", 404) == status_code::unavailable);
}

TEST_CASE("no answer has a code that judges a file's content") {
  for (const question asked : every_question) {
    for (const long status : {400L, 401L, 403L, 404L, 409L, 500L, 503L}) {
      for (const char* exception :
           {"IOException", "FileNotFoundException", "ParentNotDirectoryException",
            "PathIsNotEmptyDirectoryException", "UnresolvedPathException", "X"})
        CHECK(code(asked, exception, status) != status_code::failed_precondition);
    }
  }
}

TEST_CASE("an error says what was tried and what came back, without the stack") {
  const auto e = answer_error(question::create, refusal("IOException", "no space\\n\\tat a.b.c"),
                              "create hdfs:/x at http://nn");
  CHECK(e.message == "create hdfs:/x at http://nn: HTTP 403, IOException: no space");
}

TEST_CASE("a 404 or 403 that is not Hadoop's proves nothing (INV-4)") {
  dm::io::http_response r;
  r.status = GENERATE(404, 403, 500, 502);
  r.content_type = "text/html";
  r.body = "<html>FileNotFoundException</html>";
  CHECK(answer_error(question::look_at, r, "tried").code == status_code::unavailable);
  r.content_type = "application/json";
  r.body = R"({"error":"not found"})";
  CHECK(answer_error(question::look_at, r, "tried").code == status_code::unavailable);
}

TEST_CASE("only a RemoteException is one") {
  CHECK(read_remote_exception(refusal("X", "y"))->name == "X");
  for (const char* body :
       {"", "{}", "[]", R"({"RemoteException":null})", R"({"RemoteException":{"message":"m"}})",
        R"({"RemoteException":"x"})"}) {
    dm::io::http_response r = refusal("", "");
    r.body = body;
    CHECK_FALSE(read_remote_exception(r));
  }
  dm::io::http_response html = refusal("X", "y");
  html.content_type = "text/html";
  CHECK_FALSE(read_remote_exception(html));
}
