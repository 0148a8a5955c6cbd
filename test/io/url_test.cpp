// URLs put together and shown (INV-7, INV-8).
#include "io/url.h"

#include <catch2/catch.hpp>

using namespace dm::io;

TEST_CASE("everything but unreserved characters is percent-encoded") {
  CHECK(percent_encode("aZ09-._~") == "aZ09-._~");
  CHECK(percent_encode("a b/c?d&e=f#g%h+\n\xC3\xA4") ==
        "a%20b%2Fc%3Fd%26e%3Df%23g%25h%2B%0A%C3%A4");
  CHECK(percent_encode("/a b/c", true) == "/a%20b/c");
}

TEST_CASE("an origin is without path, query and credentials") {
  CHECK(url_origin("http://user:pw@host:80/a?b=c") == "http://host:80");
  CHECK(url_origin("http://host?x@y") == "http://host");
  CHECK(url_origin("https://[::1]:8443/") == "https://[::1]:8443");
  CHECK(url_origin("nonsense") == "nonsense");
}

TEST_CASE("a URL in a message holds no secret") {
  CHECK(printable_url("http://u:p@h:1/a?op=OPEN&delegation=SECRET&offset=0") ==
        "http://h:1/a?op=OPEN&delegation=***&offset=0");
  CHECK(printable_url("http://h/a?Access_Token=SECRET") == "http://h/a?Access_Token=***");
  CHECK(printable_url("http://h/a?x=1#token=SECRET") == "http://h/a?x=1");
  CHECK(printable_url("http://h/a?&") == "http://h/a?");
  CHECK(printable_url("http://h/a\r\nb") == "http://h/a\\x0d\\x0ab");
}
