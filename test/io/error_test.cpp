// Errors as an operator reads them.
#include "io/error.h"

#include <catch2/catch.hpp>

using dm::first_line;
using dm::status_code;

TEST_CASE("every status code has the spelling of the documents") {
  CHECK(dm::to_string(status_code::ok) == "OK");
  CHECK(dm::to_string(status_code::cancelled) == "CANCELLED");
  CHECK(dm::to_string(status_code::invalid_argument) == "INVALID_ARGUMENT");
  CHECK(dm::to_string(status_code::deadline_exceeded) == "DEADLINE_EXCEEDED");
  CHECK(dm::to_string(status_code::not_found) == "NOT_FOUND");
  CHECK(dm::to_string(status_code::already_exists) == "ALREADY_EXISTS");
  CHECK(dm::to_string(status_code::permission_denied) == "PERMISSION_DENIED");
  CHECK(dm::to_string(status_code::resource_exhausted) == "RESOURCE_EXHAUSTED");
  CHECK(dm::to_string(status_code::failed_precondition) == "FAILED_PRECONDITION");
  CHECK(dm::to_string(status_code::unimplemented) == "UNIMPLEMENTED");
  CHECK(dm::to_string(status_code::internal) == "INTERNAL");
  CHECK(dm::to_string(status_code::unavailable) == "UNAVAILABLE");
  CHECK(dm::to_string(status_code::unauthenticated) == "UNAUTHENTICATED");
}

TEST_CASE("an error's text holds message, details, causes and hint") {
  dm::error e;
  e.message = "cannot start";
  CHECK(e.text() == "cannot start");
  e.details.push_back({"$.x", "0", "1 ... 5"});
  e.causes.push_back({"jobmanager http://n:1", "No slots"});
  e.hint = "add memory";
  CHECK(e.text() ==
        "cannot start ($.x: found 0, allowed: 1 ... 5; cause: jobmanager http://n:1: No slots; add "
        "memory)");
}

TEST_CASE("an error handed on says what was tried and keeps the rest") {
  dm::error inner;
  inner.code = status_code::not_found;
  inner.message = "no such file";
  inner.hint = "look elsewhere";
  const dm::result<int> outer = dm::fail_while("reading the log", inner);
  REQUIRE_FALSE(outer);
  CHECK(outer.error().code == status_code::not_found);
  CHECK(outer.error().message == "reading the log: no such file");
  CHECK(outer.error().hint == "look elsewhere");
}

TEST_CASE("the first line of a text is fit for people") {
  CHECK(first_line("") == "");
  CHECK(first_line("\n\n  java.lang.X: boom\n\tat a.b.c\n") == "java.lang.X: boom");
  CHECK(first_line("one\r\ntwo") == "one");
  CHECK(first_line("a\tb\x1b[31mred") == "a b\\x1b[31mred");
  CHECK(first_line(std::string("a\0b", 3)) == "a\\x00b");
}

TEST_CASE("a long line is cut between characters, and says that it was") {
  CHECK(first_line("abcdef", 3) == "abc...");
  CHECK(first_line("abc", 3) == "abc");
  CHECK(first_line("ab\xC3\xA4z", 3) == "ab...");  // the cut would split the umlaut
  CHECK(first_line("ab\xC3\xA4z", 4) == "ab\xC3\xA4...");
}

TEST_CASE("bytes that are no UTF-8 do not reach a reply") {
  CHECK(first_line("a\xFF\xC3z\x1b[0m\tb") == "a\\xff\\xc3z\\x1b[0m b");
}
