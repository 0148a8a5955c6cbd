// How people, Hadoop and Flink write a place on HDFS, and whose HDFS it is.
// SPDX-License-Identifier: Apache-2.0
#include "flink/hdfs_location.h"

#include <catch2/catch.hpp>

using namespace dm::flink;

TEST_CASE("the authority of a location is told, and never dropped unseen") {
  const auto full = parse_hdfs_location("hdfs://other-cluster:8020/a/b/");
  REQUIRE(full);
  CHECK(full->authority == "other-cluster:8020");
  CHECK(full->path == "/a/b");
  CHECK(parse_hdfs_location("HDFS://ns1/a")->authority == "ns1");
  for (const char* local : {"hdfs:///a/b", "hdfs:/a/b", "Hdfs:///a/b/", "/a/b", "/a//b/"}) {
    CAPTURE(local);
    REQUIRE(parse_hdfs_location(local));
    CHECK(parse_hdfs_location(local)->authority.empty());
    CHECK(parse_hdfs_location(local)->path == "/a/b");
  }
}

TEST_CASE("what is no place on HDFS") {
  for (const char* none : {"", "a/b", "/", "hdfs://nn", "hdfs://nn/", "hdfs:", "file:/a",
                           "s3://b/a", "viewfs://c/a", "/a/../b", "hdfs:///a/./b"}) {
    CAPTURE(none);
    CHECK_FALSE(parse_hdfs_location(none));
  }
}

TEST_CASE("own is what names no authority, or a host of ours by whatever port") {
  const own_hdfs own({"http://NN1.example.com:9870", "http://nn2:9870"});
  const auto owns = [&](const char* uri) { return own.owns(*parse_hdfs_location(uri)); };
  CHECK(owns("/a"));
  CHECK(owns("hdfs:///a"));
  CHECK(owns("hdfs://nn1.example.com:8020/a"));
  CHECK(owns("hdfs://nn2/a"));
  CHECK_FALSE(owns("hdfs://nn3:8020/a"));
  CHECK_FALSE(owns("hdfs://ns1/a"));
  CHECK_FALSE(owns("hdfs://nn2.evil/a"));
}

TEST_CASE("the name of a service is learnt from what Flink calls a directory that it was given") {
  own_hdfs own({"http://nn1:9870"});
  const auto location = *parse_hdfs_location("hdfs://ns1/data");
  own.learn("hdfs://ns1/elsewhere/chk-1", "/state/prod");
  own.learn("hdfs://ns1/state/prodigy/chk-1", "/state/prod");
  own.learn("s3://ns1/state/prod/chk-1", "/state/prod");
  CHECK_FALSE(own.owns(location));
  own.learn("hdfs://NS1/state/prod/app/chk-1", "/state/prod");
  CHECK(own.owns(location));
}
