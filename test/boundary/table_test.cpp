// The plugin's table and its manifest.
// SPDX-License-Identifier: Apache-2.0
#include "boundary/table.h"

#include <string_view>

#include <catch2/catch.hpp>

#include "boundary/diagnosis.h"
#include "boundary/savepoint.h"
#include "json.h"

using namespace dm;

TEST_CASE("The table is complete and says what it is") {
  const dm_plugin& table = boundary::plugin_table;
  CHECK(table.struct_size == sizeof(dm_plugin));
  CHECK(table.abi_major == DM_PLUGIN_ABI_MAJOR);
  CHECK(table.abi_minor == DM_PLUGIN_ABI_MINOR);
  const auto manifest = test::parsed({table.manifest.data, table.manifest.size});
  CHECK(test::text_at(manifest, "version") == DM_FLINK_VERSION);
  CHECK(std::string_view(table.manifest.data).size() == table.manifest.size);
}

TEST_CASE("DM-6: an extension is found by its whole id") {
  const dm_plugin& table = boundary::plugin_table;
  CHECK(table.extension({DM_SAVEPOINT_EXTENSION, sizeof DM_SAVEPOINT_EXTENSION - 1}) ==
        &boundary::savepoint_table);
  CHECK(table.extension({DM_DIAGNOSIS_EXTENSION, sizeof DM_DIAGNOSIS_EXTENSION - 1}) ==
        &boundary::diagnosis_table);
  CHECK(table.extension({DM_SAVEPOINT_EXTENSION, 5}) == nullptr);
}
