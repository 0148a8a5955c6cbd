// Names of the client's logs.
// SPDX-License-Identifier: Apache-2.0
#include "component/client_log_name.h"

#include <catch2/catch.hpp>

using dm::component::epoch_of_client_log;

TEST_CASE("the epoch is read from the client's files, and from no others") {
  CHECK(epoch_of_client_log("client-17.log") == 17);
  CHECK(epoch_of_client_log("client-17.end") == 17);
  CHECK(epoch_of_client_log("flink-epoch-17-client-edge1.log") == 17);
  for (const char* other : {"guard.log", "client.log", "client-x.log", "client-", "flink-17.log"})
    CHECK_FALSE(epoch_of_client_log(other));
}
