// The extension dm.metrics/1 at the edge: its table, its request and its reply.
// SPDX-License-Identifier: Apache-2.0
#include "boundary/metrics.h"

#include <catch2/catch.hpp>
#include <limits>

#include "boundary/table.h"
#include "json.h"

using namespace dm;
using namespace dm::boundary;

TEST_CASE("The table offers figures, and the manifest names the extension") {
  const std::string_view id = DM_METRICS_EXTENSION;
  const auto* table =
      static_cast<const dm_metrics*>(plugin_table.extension({id.data(), id.size()}));
  REQUIRE(table == &metrics_table);
  CHECK(table->struct_size == sizeof(dm_metrics));
  CHECK(table->figures != nullptr);
  const std::string_view manifest(plugin_table.manifest.data, plugin_table.manifest.size);
  CHECK(manifest.find(id) != std::string_view::npos);
}

TEST_CASE("A figures request has components; a wrong one is its entry's failure alone") {
  CHECK_FALSE(read_figures_request(test::parsed("{}")));
  CHECK_FALSE(read_figures_request(test::parsed(R"({"schema":1,"components":5})")));
  const auto document = test::parsed(R"({"schema":1,"components":[{"namespace":"p"},7]})");
  const auto batch = read_figures_request(document);
  REQUIRE(batch);
  CHECK(batch->request.components.empty());
  REQUIRE(batch->entries.size() == 2);
  CHECK(batch->entries[0].failure);
  CHECK(batch->entries[1].failure);
}

TEST_CASE("Numbers are written as they are: counts whole, rates by the thousandth") {
  std::vector<batch_entry> entries(3);
  entries[0].name = {"prod", "app", "one"};
  entries[1].name = {"prod", "app", "two"};
  error wrong;
  wrong.code = status_code::invalid_argument;
  wrong.message = "no data";
  entries[1].failure = wrong;
  entries[2].name = {"prod", "app", "three"};
  std::vector<observation::component_figures> told(2);
  told[0].name = entries[0].name;
  told[0].figures = {{"records_in", 12'345'678'901.0},
                     {"records_in_per_second", 10.123456},
                     {"records_out_per_second", 1e308},
                     {"lag_records", std::numeric_limits<double>::infinity()}};
  told[1].name = entries[2].name;
  const outcome written = write_figures(io::from_epoch_ms(0), entries, told, {});
  CHECK(written.status == status_code::ok);
  CHECK(written.document.find(R"("records_in":12345678901,)") != std::string::npos);
  CHECK(written.document.find(R"("records_in_per_second":10.123)") != std::string::npos);
  const auto reply = test::parsed(written.document);
  const auto& list = reply["components"];
  REQUIRE(list.Size() == 3);
  const auto numbers = list[0]["figures"].MemberCount();
  CHECK(numbers == 3);
  CHECK(list[1].HasMember("error"));
  CHECK_FALSE(list[1].HasMember("figures"));
  CHECK_FALSE(list[2].HasMember("error"));
  CHECK_FALSE(list[2].HasMember("figures"));
}
