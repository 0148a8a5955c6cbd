// From a request's head to who asks.
// SPDX-License-Identifier: Apache-2.0
#include "access/identification.h"

#include "access/refused_access.h"
#include "support/temporary_directory.h"

#include <catch2/catch.hpp>

#include <unistd.h>

using namespace manager;

namespace {

struct door {
  identity_settings settings;
  access_rules rules;
  std::string token_file;
  http_head head;
  http_request request;

  door() {
    settings.listeners.resize(1);
    head.peer.address = "127.0.0.1";
  }
  listener_access& here() { return settings.listeners[0]; }
  void name(const std::string& user) { request.query.emplace_back("user.name", user); }
  void from_uid(uid_t uid) {
    head.peer.is_socket = true;
    head.peer.uid = uid;
  }
  caller ask() const {
    const authorizer authority(rules);
    const token_store tokens(token_file);
    return identification(settings, authority, tokens).identify(request, head);
  }
  int refused() const {
    try {
      ask();
    } catch (const refused_access& why) {
      return why.status();
    }
    return 0;
  }
};

}  // namespace

TEST_CASE("nobody is nobody, whatever he calls himself") {
  door at;
  at.name("daemon");
  CHECK(at.ask().roles.empty());
  CHECK(at.ask().user.empty());
}

TEST_CASE("the other end of a socket is who the kernel says") {
  door at;
  at.here().peer_credentials = true;
  at.from_uid(1);
  CHECK(at.ask().user == "daemon");
  CHECK(at.ask().how == proof::peer_credentials);
  CHECK_FALSE(at.ask().roles.has(role::administer));
  SECTION("and names only itself") {
    at.name("daemon");
    CHECK(at.ask().user == "daemon");
  }
  SECTION("and nobody else") {
    at.name("nobody");
    CHECK(at.refused() == 403);
  }
  SECTION("unless it administers, as root does") {
    at.from_uid(0);
    CHECK(at.ask().roles == role_set::all());
    at.name("nobody");
    const caller who = at.ask();
    CHECK(who.user == "nobody");
    CHECK(who.by == "root");
    CHECK_FALSE(who.roles.has(role::administer));
  }
  SECTION("an account must be there") {
    at.from_uid(54321);
    CHECK(at.refused() == 401);
  }
}

TEST_CASE("user.name twice is refused, in every spelling") {
  door at;
  at.here().trust_user_name = true;
  auto target = parse_target("/x?user.name=daemon&user%2Ename=root");
  at.request.query = target->query;
  CHECK(at.refused() == 400);
}

TEST_CASE("a believed name") {
  door at;
  at.here().trust_user_name = true;
  CHECK(at.ask().roles == role_set{role::read});
  at.name("daemon");
  CHECK(at.ask().user == "daemon");
  CHECK(at.ask().how == proof::trusted_name);
}

TEST_CASE("a token") {
  const manager_test::temporary_directory directory;
  door at;
  at.token_file = (directory / "tokens").string();
  const std::string token =
      create_token(at.token_file, "daemon", {role::read}, std::chrono::hours(1), "");
  at.head.fields = {{"authorization", "Bearer " + token}};
  CHECK(at.refused() == 401);
  at.here().token = true;
  CHECK(at.ask().user == "daemon");
  CHECK(at.ask().roles == role_set{role::read});
  at.rules.administrators = {"daemon"};
  CHECK(at.ask().roles == role_set{role::read});
  at.head.fields = {{"authorization", "bearer  " + token + " "}};
  CHECK(at.ask().user == "daemon");
  for (const std::string& bad :
       std::vector<std::string>{token, "Basic " + token, "Bearer x", "Bearer"}) {
    at.head.fields = {{"authorization", bad}};
    CHECK(at.refused() == 401);
  }
  at.head.fields = {{"authorization", "Bearer " + token}, {"authorization", "Bearer " + token}};
  CHECK(at.refused() == 401);
}

TEST_CASE("a token of a name without an account only reads") {
  const manager_test::temporary_directory directory;
  door at;
  at.token_file = (directory / "tokens").string();
  at.here().token = true;
  const std::string token = create_token(at.token_file, "no-such-dashboard", {role::administer},
                                         std::chrono::hours(1), "");
  at.head.fields = {{"authorization", "Bearer " + token}};
  CHECK(at.ask().roles == role_set{role::read});
  CHECK_FALSE(at.ask().has_account);
}

TEST_CASE("a proxy's header counts from the proxy only, and replaces everything") {
  door at;
  at.here().proxy = true;
  at.settings.proxy_header = "x-remote-user";
  at.settings.proxy_from = {"10.0.0.5", "uid:33"};
  at.head.fields = {{"x-remote-user", "daemon"}};
  CHECK(at.refused() == 403);
  at.head.peer.address = "10.0.0.5";
  CHECK(at.ask().user == "daemon");
  CHECK(at.ask().how == proof::proxy_header);
  at.head.fields.emplace_back("x-remote-user", "root");
  CHECK(at.refused() == 400);
  at.head.fields = {{"x-remote-user", "a b"}};
  CHECK(at.refused() == 401);
  at.head.fields = {};
  CHECK(at.refused() == 401);
  SECTION("on the socket by its uid, never as itself") {
    at.here().peer_credentials = true;
    at.from_uid(33);
    CHECK(at.refused() == 401);
    at.head.fields = {{"x-remote-user", "daemon"}};
    CHECK(at.ask().user == "daemon");
    at.from_uid(1);
    CHECK(at.refused() == 403);
  }
  SECTION("and names nobody but whom it named") {
    at.head.fields = {{"x-remote-user", "daemon"}};
    at.name("root");
    CHECK(at.refused() == 403);
  }
}

TEST_CASE("a client's certificate") {
  door at;
  at.here().certificate = true;
  at.head.peer.certificate_names = {"CN:daemon", "DNS:host.example"};
  CHECK(at.ask().user == "daemon");
  CHECK(at.ask().how == proof::certificate);
  at.settings.certificate_name = "DNS";
  at.settings.certificate_users = {{"host.example", "nobody"}};
  CHECK(at.ask().user == "nobody");
  at.settings.certificate_users = {{"other.example", "nobody"}};
  CHECK(at.refused() == 401);
  at.head.peer.certificate_names.clear();
  CHECK(at.ask().roles.empty());
}

TEST_CASE("a proxy or a certificate that names nobody of this machine does not even read") {
  door at;
  SECTION("a proxy") {
    at.here().proxy = true;
    at.settings.proxy_header = "x-remote-user";
    at.settings.proxy_from = {"10.0.0.5"};
    at.head.peer.address = "10.0.0.5";
    at.head.fields = {{"x-remote-user", "no-such-account"}};
  }
  SECTION("a certificate") {
    at.here().certificate = true;
    at.head.peer.certificate_names = {"CN:no-such-account"};
  }
  CHECK(at.refused() == 403);
}
