// What must not be shown.
// SPDX-License-Identifier: Apache-2.0
#include "access/secrets.h"

#include <catch2/catch.hpp>

using namespace manager;

TEST_CASE("names that say they are secret") {
  for (const char* name :
       {"hadoop_manager_password", "dbPasswd", "api-token", "cluster_private_key", "s3.secret-key",
        "aws_access_key_id", "CREDENTIALS", "api_key", "keyPassphrase"}) {
    INFO(name);
    CHECK(is_secret_name(name));
  }
  for (const char* name : {"kafka_brokers", "keytab_path", "namespace", "keyspace", "pass_count"}) {
    INFO(name);
    CHECK_FALSE(is_secret_name(name));
  }
}

TEST_CASE("members with secret names are left out, user information in addresses too") {
  const auto shown = without_secrets(json::parse_or_throw(
      R"({"a":"http://u:p@h/x","password":"x","deep":{"token":"y","b":[{"secret":1}]}})", "test"));
  CHECK(json::to_text(shown) == R"({"a":"http://***@h/x","deep":{"b":[{}]}})");
}

TEST_CASE("masking keeps the shape") {
  auto memory = json::make_object();
  const auto masked = with_masked_secrets(
      json::parse_or_throw(R"({"flink":{"main":{"db_password":"x","count":3,"mail":"a@b"}}})",
                           "test"),
      memory.GetAllocator());
  CHECK(json::to_text(masked) ==
        R"({"flink":{"main":{"db_password":"********","count":3,"mail":"a@b"}}})");
}

TEST_CASE("a program's arguments are shown without the secrets in them") {
  CHECK(masked_text(
            "--rate 10 --db.password V1 --token=V2 --apiKey 'V 3' --json {\"password\":\"V4\"} "
            "-Dx.secret=V5 --url jdbc:x://u:V6@h/d") ==
        "--rate 10 --db.password *** --token=*** --apiKey '***' --json {\"password\":\"***\"} "
        "-Dx.secret=*** --url jdbc:x://***@h/d");
  for (const char* plain : {"", "--rate 10", "the password is set", "password", "http://h/a@b"}) {
    CHECK(masked_text(plain) == plain);
  }
  auto memory = json::make_object();
  const auto masked = with_masked_secrets(
      json::parse_or_throw(R"({"application_args":["--db.password","V1","--token=V2","-p",4]})",
                           "test"),
      memory.GetAllocator());
  CHECK(json::to_text(masked) ==
        R"({"application_args":["--db.password","***","--token=***","-p",4]})");
}
