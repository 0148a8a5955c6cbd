// What is masked (INV-7), and what is not.
#include "io/secret.h"

#include <catch2/catch.hpp>

using namespace dm::io;

TEST_CASE("secrets are known by their names, whatever case and separators (D-10)") {
  for (const char* name :
       {"environment_hadoop_manager_password", "environment_cluster_private_key",
        "component_api_token", "s3.secret-key", "AWS_SECRET_ACCESS_KEY", "fs.s3a.access.key",
        "Credentials", "db.passwd", "ssh-key-file", "privateKey", "component_passphrase", "apiKey",
        "tokens", "license_key", "sas_key", "db_pwd", "--db.password", "-Dx.secret"}) {
    INFO(name);
    CHECK(secret_name(name));
  }
  for (const char* name :
       {"environment_name_node", "component_main_jar", "component_tokenizer", "component_tokenised",
        "component_key", "monkey", "component_keyspace", "partition_key", "--topic", ""}) {
    INFO(name);
    CHECK_FALSE(secret_name(name));
  }
}

TEST_CASE("a text is shown without the secrets in it") {
  CHECK(masked_text("--rate 10 --db.password V1 --token=V2 --apiKey V3 -Dx.secret=V5 --topic t") ==
        "--rate 10 --db.password *** --token=*** --apiKey *** -Dx.secret=*** --topic t");
  CHECK(masked_text(R"({"password":"V4","user":"me"})") == R"({"password":"***","user":"me"})");
  CHECK(masked_text(R"({"password" : "V\"4", "n":1})") == R"({"password" : "***", "n":1})");
  CHECK(masked_text("--json {\\\"pwd\\\":\\\"V4\\\"}").find("V4") == std::string::npos);
  CHECK(masked_text("--pwd 'a b' x") == "--pwd '***' x");
  CHECK(masked_text("jdbc:x://u:V6@h/d?a=b&password=V7&c=d") ==
        "jdbc:x://***@h/d?a=b&password=***&c=d");
  CHECK(masked_text("http://h:80/a@b") == "http://h:80/a@b");
  for (const char* plain : {"", "--rate 10", "the password is set", "a=b", "password", "x://", "--",
                            "--tokenizer standard"}) {
    INFO(plain);
    CHECK(masked_text(plain) == plain);
  }
}

TEST_CASE("a command line is shown without the secrets in it") {
  using list = std::vector<std::string>;
  CHECK(masked_arguments({"--rate", "10", "--db.password", "V 1", "--token=V 2, V", "-p", "4",
                          "jdbc://u:V6@h", R"({"secret":"V4"})", "-Dx.secret=V5"}) ==
        list{"--rate", "10", "--db.password", "***", "--token=***", "-p", "4", "jdbc://***@h",
             R"({"secret":"***"})", "-Dx.secret=***"});
  CHECK(masked_arguments({"--password"}) == list{"--password"});
  CHECK(masked_arguments({"password", "reset"}) == list{"password", "reset"});
}
