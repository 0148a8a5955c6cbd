// An error as JSON.
// SPDX-License-Identifier: Apache-2.0
#include "boundary/error_document.h"

#include <catch2/catch.hpp>

#include "json.h"

using namespace dm;

TEST_CASE("Every member of an error is written") {
  error e;
  e.code = status_code::failed_precondition;
  e.message = "tried \"this\"";
  e.hint = "do that";
  e.component = "ns/app/comp";
  e.details = {{"$.a", "0", "1 … 2"}};
  e.causes = {{"jobmanager http://n:1", "said no"}};
  CHECK(boundary::error_document(e, "id-1") ==
        "{\"schema\":1,\"error\":{\"code\":\"FAILED_PRECONDITION\",\"message\":\"tried "
        "\\\"this\\\"\",\"component\":"
        "\"ns/app/comp\",\"hint\":\"do "
        "that\",\"correlation_id\":\"id-1\",\"details\":[{\"path\":\"$.a\",\"found\":\"0\","
        "\"allowed\":\"1 … 2\"}],\"cause\":[{\"source\":\"jobmanager "
        "http://n:1\",\"message\":\"said no\"}],\"retry\":false}}");
}

TEST_CASE("Why it was refused is a value, where something follows from it") {
  error e = fail(status_code::failed_precondition, reason_code::tasks_not_running, "m").value();
  const auto json = test::parsed(boundary::error_document(e));
  CHECK(test::text_at(json, "error.reason_code") == "TASKS_NOT_RUNNING");
}

TEST_CASE("What is empty is left out, but for the lists") {
  error e;
  e.message = "m";
  const auto json = test::parsed(boundary::error_document(e));
  const io::json_value& written = *io::member(json, "error");
  for (const char* absent : {"component", "hint", "correlation_id", "reason_code"})
    CHECK(io::member(written, absent) == nullptr);
  for (const char* always : {"code", "message", "details", "cause", "retry"})
    CHECK(io::member(written, always) != nullptr);
}

TEST_CASE("Only UNAVAILABLE says: try again") {
  for (const status_code code :
       {status_code::cancelled, status_code::invalid_argument, status_code::deadline_exceeded,
        status_code::not_found, status_code::already_exists, status_code::permission_denied,
        status_code::resource_exhausted, status_code::failed_precondition,
        status_code::unimplemented, status_code::internal, status_code::unavailable,
        status_code::unauthenticated}) {
    error e;
    e.code = code;
    const auto json = test::parsed(boundary::error_document(e));
    CHECK(test::text_at(json, "error.retry") ==
          (code == status_code::unavailable ? "True" : "False"));
  }
}

TEST_CASE("DM-9: bytes that are no UTF-8 do not get into a document") {
  error e;
  e.message = "the file \xFF\xFE";
  const std::string text = boundary::error_document(e);
  CHECK(test::text_at(test::parsed(text), "error.message") == "the file \xEF\xBF\xBD\xEF\xBF\xBD");
}
