// The keys of checkpoints by version, each of them closed to users.
// SPDX-License-Identifier: Apache-2.0
#include "flink/checkpoint_keys.h"

#include <catch2/catch.hpp>

#include "flink/dialect.h"

using namespace dm::flink;
using pairs = std::vector<std::pair<std::string, std::string>>;

TEST_CASE("directories of an incarnation by the names that the version knows") {
  for (const char* text : {"1.13.6", "1.17.2", "1.19.1"}) {
    INFO(text);
    CHECK(checkpoint_configuration(*parse_version(text), "/s/c/7", "/s/sp") ==
          pairs{{"state.checkpoints.dir", "hdfs:///s/c/7"},
                {"state.savepoints.dir", "hdfs:///s/sp"}});
  }
  for (const char* text : {"1.20.5", "2.0.0", "2.3.0"}) {
    INFO(text);
    CHECK(checkpoint_configuration(*parse_version(text), "/s/c/7", "/s/sp") ==
          pairs{{"execution.checkpointing.dir", "hdfs:///s/c/7"},
                {"execution.checkpointing.savepoint-dir", "hdfs:///s/sp"}});
  }
}

TEST_CASE("directories are the project's own, retention is the user's to change (D-3)") {
  for (const char* text : {"1.13.6", "1.20.5", "2.3.0"}) {
    const checkpoint_keys keys = checkpoint_keys_of(*parse_version(text));
    CHECK_FALSE(reserved_key_reason(keys.checkpoint_directory).empty());
    CHECK_FALSE(reserved_key_reason(keys.savepoint_directory).empty());
  }
  CHECK(reserved_key_reason(checkpoint_retention_key).empty());
}
