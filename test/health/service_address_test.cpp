// Where a service listens.
// SPDX-License-Identifier: Apache-2.0
#include "health/service_address.h"

#include <catch2/catch.hpp>

using dm::health::service_address;

TEST_CASE("an address of the web, or a socket") {
  const auto web = service_address("https://dm:5000").get("/healthz");
  CHECK(web.url == "https://dm:5000/healthz");
  CHECK(web.unix_socket.empty());
  const auto socket = service_address("unix:///run/dm/api.sock").get("/healthz");
  CHECK(socket.url == "http://localhost/healthz");
  CHECK(socket.unix_socket == "/run/dm/api.sock");
}

TEST_CASE("only a socket that is there and closed to this account bars it") {
  CHECK_FALSE(service_address("http://dm:5000").barred());
  CHECK_FALSE(service_address("unix:///no/such/socket").barred());
}
