// Pages of other origins, and names that were bent to this address.
// SPDX-License-Identifier: Apache-2.0
#include "access/origin_rules.h"

#include "access/refused_access.h"

#include <catch2/catch.hpp>

using namespace manager;

namespace {

http_head head(const std::string& method, std::vector<std::pair<std::string, std::string>> fields) {
  http_head made;
  made.method = method;
  made.fields = std::move(fields);
  return made;
}

identity_settings settings(std::vector<std::string> origins) {
  identity_settings made;
  made.allowed_origins = std::move(origins);
  made.listeners.resize(1);
  made.listeners[0].hosts = {"127.0.0.1", "localhost", "::1"};
  return made;
}

int refused(const identity_settings& given, const http_head& asked) {
  try {
    origin_rules(given).check(asked);
  } catch (const refused_access& why) {
    return why.status();
  }
  return 0;
}

}  // namespace

TEST_CASE("a page of another origin does nothing unless it is listed") {
  const auto page = [](const std::string& method) {
    return head(method, {{"host", "127.0.0.1:5000"}, {"origin", "http://evil.example"}});
  };
  for (const char* method : {"GET", "POST", "PUT", "DELETE", "OPTIONS"}) {
    CHECK(refused(settings({}), page(method)) == 403);
    CHECK(refused(settings({"http://other.example"}), page(method)) == 403);
    CHECK(refused(settings({"http://evil.example"}), page(method)) == 0);
  }
  CHECK(refused(settings({"*"}), page("GET")) == 0);
  CHECK(refused(settings({"*"}), page("POST")) == 403);
  CHECK(refused(settings({}), head("POST", {{"host", "localhost"}, {"origin", "null"}})) == 403);
}

TEST_CASE("what a page has fetched without asking is refused, but an address that somebody opens") {
  const auto fetched = [](const std::string& method, const std::string& site,
                          const std::string& mode, const std::string& destination) {
    return head(method, {{"host", "127.0.0.1:5000"},
                         {"sec-fetch-site", site},
                         {"sec-fetch-mode", mode},
                         {"sec-fetch-dest", destination}});
  };
  // Listed or not: what is listed sends Origin when it wants to read.
  for (const auto& given : {settings({}), settings({"http://console.example"}), settings({"*"})}) {
    for (const char* site : {"cross-site", "same-site"}) {
      CHECK(refused(given, fetched("GET", site, "no-cors", "image")) == 403);
      CHECK(refused(given, fetched("GET", site, "no-cors", "script")) == 403);
      CHECK(refused(given, fetched("GET", site, "no-cors", "empty")) == 403);
      CHECK(refused(given, fetched("GET", site, "navigate", "iframe")) == 403);
      CHECK(refused(given, fetched("GET", site, "navigate", "object")) == 403);
      CHECK(refused(given, fetched("GET", site, "navigate", "document")) == 0);
      CHECK(refused(given, fetched("POST", site, "navigate", "document")) == 403);
    }
    CHECK(refused(given, fetched("GET", "none", "navigate", "document")) == 0);
    CHECK(refused(given, fetched("GET", "same-origin", "cors", "empty")) == 0);
    CHECK(refused(given, head("GET", {{"host", "127.0.0.1"}})) == 0);
  }
}

TEST_CASE("a preflight is granted to a listed origin for what it may") {
  const auto asks = [](const std::string& wanted) {
    return head("OPTIONS", {{"host", "localhost"},
                            {"origin", "http://console.example"},
                            {"access-control-request-method", wanted}});
  };
  const auto none = settings({});
  const auto some = settings({"http://console.example"});
  const auto all = settings({"*"});
  CHECK_FALSE(origin_rules(none).preflight(asks("PUT")));
  CHECK(origin_rules(some).preflight(asks("PUT"))->status == 204);
  CHECK_FALSE(origin_rules(all).preflight(asks("PUT")));
  CHECK(origin_rules(all).preflight(asks("GET"))->status == 204);
  http_response response;
  origin_rules(some).add_headers(asks("PUT"), response);
  CHECK(response.headers.back().second == "http://console.example");
  // What a page may read beside the body.
  CHECK(response.headers[1].first == "Access-Control-Expose-Headers");
  CHECK(response.headers[1].second.find("Link") != std::string::npos);
  http_response silent;
  origin_rules(none).add_headers(asks("PUT"), silent);
  CHECK(silent.headers.empty());
}

TEST_CASE("a name that is not this host's is refused") {
  const auto named = [](const std::string& host) { return head("GET", {{"host", host}}); };
  auto given = settings({});
  for (const char* good :
       {"127.0.0.1", "127.0.0.1:5000", "LOCALHOST:1", "[::1]:5000", "localhost."}) {
    INFO(good);
    CHECK(refused(given, named(good)) == 0);
  }
  for (const char* bad : {"evil.example", "evil.example:5000", "", "127.0.0.1.evil.example", "["}) {
    INFO(bad);
    CHECK(refused(given, named(bad)) == 421);
  }
  given.allowed_hosts = {"dm.example"};
  CHECK(refused(given, named("dm.example:443")) == 0);
  http_head socket = named("anything");
  socket.peer.is_socket = true;
  CHECK(refused(given, socket) == 0);
}

TEST_CASE("the page that this listener serves may, and nobody who looks like it") {
  const auto asks = [](const std::string& host, const std::string& origin,
                       const std::string& site = "", bool encrypted = false) {
    http_head made = head("POST", {{"host", host}, {"origin", origin}});
    if (!site.empty()) made.fields.emplace_back("sec-fetch-site", site);
    made.encrypted = encrypted;
    return made;
  };
  auto given = settings({});
  CHECK(refused(given, asks("127.0.0.1:5000", "http://127.0.0.1:5000")) == 0);
  CHECK(refused(given, asks("LOCALHOST:5000", "http://localhost:5000", "same-origin")) == 0);
  CHECK(refused(given, asks("localhost:5000", "https://localhost:5000", "", true)) == 0);
  // Another port, another name of this machine, another scheme.
  CHECK(refused(given, asks("127.0.0.1:5000", "http://127.0.0.1:5001")) == 403);
  CHECK(refused(given, asks("127.0.0.1:5000", "http://localhost:5000")) == 403);
  CHECK(refused(given, asks("127.0.0.1:5000", "http://127.0.0.1")) == 403);
  CHECK(refused(given, asks("127.0.0.1:5000", "https://127.0.0.1:5000")) == 403);
  CHECK(refused(given, asks("127.0.0.1:5000", "http://127.0.0.1:5000", "", true)) == 403);
  CHECK(refused(given, asks("127.0.0.1:5000", "null")) == 403);
  CHECK(refused(given, asks("", "http://")) == 403);
  // The browser itself says that it is another one's.
  CHECK(refused(given, asks("127.0.0.1:5000", "http://127.0.0.1:5000", "cross-site")) == 403);
  CHECK(refused(given, asks("127.0.0.1:5000", "http://127.0.0.1:5000", "same-site")) == 403);
  // A name that was bent to this address is the page's own in the browser's eyes, and none in ours.
  CHECK(refused(given, asks("evil.example:5000", "http://evil.example:5000", "same-origin")) ==
        403);
  http_head twice = asks("127.0.0.1:5000", "http://127.0.0.1:5000");
  twice.fields.emplace_back("host", "127.0.0.1:5000");
  CHECK(refused(given, twice) == 403);

  // Behind a proxy that ends TLS, over the socket: by a name that is listed.
  http_head proxied = asks("dm.example", "https://dm.example", "same-origin");
  proxied.peer.is_socket = true;
  CHECK(refused(given, proxied) == 403);
  given.allowed_hosts = {"dm.example"};
  CHECK(refused(given, proxied) == 0);
  http_head silent = asks("dm.example", "https://dm.example");
  silent.peer.is_socket = true;
  CHECK(refused(given, silent) == 403);
}
