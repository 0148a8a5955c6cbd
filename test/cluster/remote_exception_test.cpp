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

status_code code(const std::string& exception, long status = 403) {
  return answer_error(refusal(exception, "m", status), "tried").code;
}

}  // namespace

TEST_CASE("the exception's class decides, not the HTTP status") {
  CHECK(code("FileNotFoundException", 404) == status_code::not_found);
  CHECK(code("FileAlreadyExistsException") == status_code::already_exists);
  CHECK(code("AccessControlException") == status_code::permission_denied);
  CHECK(code("StandbyException") == status_code::unavailable);
  CHECK(code("SafeModeException") == status_code::unavailable);
  CHECK(code("RetriableException") == status_code::unavailable);
  CHECK(code("EOFException") == status_code::unavailable);
  CHECK(code("NSQuotaExceededException") == status_code::resource_exhausted);
  CHECK(code("DSQuotaExceededException") == status_code::resource_exhausted);
  CHECK(code("IllegalArgumentException", 400) == status_code::invalid_argument);
  CHECK(code("ParentNotDirectoryException") == status_code::failed_precondition);
  CHECK(code("PathIsNotEmptyDirectoryException") == status_code::failed_precondition);
  CHECK(code("IOException") == status_code::failed_precondition);
  CHECK(code("NullPointerException", 500) == status_code::unavailable);
  CHECK(code("AuthenticationException", 401) == status_code::unauthenticated);
}

TEST_CASE("an error says what was tried and what came back, without the stack") {
  const auto e =
      answer_error(refusal("IOException", "no space\\n\\tat a.b.c"), "create hdfs:/x at http://nn");
  CHECK(e.message == "create hdfs:/x at http://nn: HTTP 403, IOException: no space");
}

TEST_CASE("a 404 or 403 that is not Hadoop's proves nothing (INV-4)") {
  dm::io::http_response r;
  r.status = GENERATE(404, 403, 500, 502);
  r.content_type = "text/html";
  r.body = "<html>FileNotFoundException</html>";
  CHECK(answer_error(r, "tried").code == status_code::unavailable);
  r.content_type = "application/json";
  r.body = R"({"error":"not found"})";
  CHECK(answer_error(r, "tried").code == status_code::unavailable);
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
