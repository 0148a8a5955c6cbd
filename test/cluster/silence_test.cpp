// A service that has let somebody wait in vain (D-55).
// SPDX-License-Identifier: Apache-2.0
#include "cluster/silence.h"

#include <catch2/catch.hpp>

using dm::cluster::silence;
using dm::io::operation;
using std::chrono::steady_clock;

TEST_CASE("who has seconds waits half of one for a service that was silent, until it answers") {
  silence hdfs;
  const operation status = operation::within(std::chrono::seconds(10));
  const operation stop = operation::within(std::chrono::minutes(10));
  CHECK(hdfs.patience(status).deadline() == status.deadline());
  hdfs.note_none(steady_clock::now() - std::chrono::seconds(5));
  CHECK(hdfs.noted());
  CHECK(hdfs.patience(status).remaining() <= silence::short_patience);
  CHECK(hdfs.patience(stop).deadline() == stop.deadline());
  hdfs.note_answer();
  CHECK_FALSE(hdfs.noted());
  CHECK(hdfs.patience(status).deadline() == status.deadline());
}

TEST_CASE("a refused connection is no wait in vain, nor is the end of a short patience") {
  silence hdfs;
  hdfs.note_none(steady_clock::now());
  CHECK_FALSE(hdfs.noted());
  hdfs.note_none(steady_clock::now() - silence::short_patience);
  CHECK_FALSE(hdfs.noted());
}
