// A file that is there whole or not at all, also when HDFS has no room for it.
// SPDX-License-Identifier: Apache-2.0
#include "component/placed_file.h"

#include <catch2/catch.hpp>

#include "fake/name_node.h"

using namespace dm::component;
using dm::cluster::hdfs;
namespace fake = dm::fake;

namespace {

struct one_directory {
  fake::name_node node;
  dm::io::http_client http;
  hdfs files{http, {node.address()}, "pnda"};

  one_directory() { node.files().make_directories("/d", "pnda", "750"); }
  dm::result<void> place(const std::string& content, hdfs::rename_option option) {
    return place_file({}, files, "/d", "a.json", content, option);
  }
};

}  // namespace

TEST_CASE("a file gets its name with its content; taken is taken, replaced is replaced") {
  one_directory d;
  REQUIRE(d.place("1", hdfs::rename_option::none));
  CHECK(d.node.files().get("/d/a.json") == "1");
  const auto taken = d.place("2", hdfs::rename_option::none);
  REQUIRE_FALSE(taken);
  CHECK(taken.error().code == dm::status_code::already_exists);
  REQUIRE(d.place("3", hdfs::rename_option::overwrite));
  CHECK(d.node.files().get("/d/a.json") == "3");
  CHECK(d.node.files().names("/d") == std::vector<std::string>{"a.json"});
}

TEST_CASE("a file that exists but found no room for its content is removed again") {
  one_directory d;
  const std::string exception =
      GENERATE(as<std::string>{}, "DSQuotaExceededException", "IOException");
  fake::disturbance full;
  full.what = fake::disturbance::kind::replace;
  full.carried_out = true;
  full.instead = fake::json(403, R"({"RemoteException":{"exception":")" + exception +
                                     R"(","javaClassName":"x","message":"no room"}})");
  d.node.data_node().disturb_next(full);
  CHECK_FALSE(d.place("1", hdfs::rename_option::none));
  CHECK(d.node.files().names("/d").empty());
}

TEST_CASE("names of temporary files") {
  CHECK(is_temporary_name(".1.json.0123456789abcdef.tmp"));
  CHECK_FALSE(is_temporary_name("1.json"));
  CHECK_FALSE(is_temporary_name("1.tmp"));
  CHECK_FALSE(is_temporary_name(".hidden"));
}
