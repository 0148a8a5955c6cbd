// The extensions of a plugin that this host knows.
// SPDX-License-Identifier: Apache-2.0
#include "plugin/plugin_extensions.h"

#include "plugin/plugin_document.h"

#include <catch2/catch.hpp>

#include <cstddef>

using namespace manager;

namespace {

dm_logs logs{};

const void* only_logs(dm_string id) { return view(id) == DM_LOGS_EXTENSION ? &logs : nullptr; }

dm_status read(dm_session*, dm_call*, dm_string, dm_document*) { return DM_STATUS_OK; }

dm_plugin plugin_of_this_revision() {
  dm_plugin table{};
  table.struct_size = sizeof(table);
  table.extension = only_logs;
  logs = {};
  logs.struct_size = sizeof(logs);
  logs.sources = read;
  logs.read = read;
  return table;
}

}  // namespace

TEST_CASE("what a plugin offers whole is found, what it does not is not there") {
  const dm_plugin table = plugin_of_this_revision();
  const plugin_extensions found = extensions_of(table);
  CHECK(found.has(plugin_extension::logs));
  for (const auto other : {plugin_extension::savepoint, plugin_extension::diagnosis,
                           plugin_extension::metrics, plugin_extension::housekeeping}) {
    INFO(id_of(other));
    CHECK_FALSE(found.has(other));
  }
}

TEST_CASE("an extension without one of its verbs is none") {
  const dm_plugin table = plugin_of_this_revision();
  SECTION("a verb is missing") { logs.read = nullptr; }
  SECTION("an older, shorter table") { logs.struct_size = offsetof(dm_logs, read); }
  SECTION("a table of nothing") { logs.struct_size = 0; }
  CHECK_FALSE(extensions_of(table).has(plugin_extension::logs));
}

TEST_CASE("a plugin of a revision without extensions has none") {
  dm_plugin table = plugin_of_this_revision();
  SECTION("it ends before the member") { table.struct_size = offsetof(dm_plugin, extension); }
  SECTION("the member is empty") { table.extension = nullptr; }
  CHECK_FALSE(extensions_of(table).has(plugin_extension::logs));
}

TEST_CASE("each extension has an id of its own") {
  CHECK(id_of(plugin_extension::savepoint) == "dm.savepoint/1");
  CHECK(id_of(plugin_extension::logs) == "dm.logs/1");
  CHECK(id_of(plugin_extension::diagnosis) == "dm.diagnosis/1");
  CHECK(id_of(plugin_extension::metrics) == "dm.metrics/1");
  CHECK(id_of(plugin_extension::housekeeping) == "dm.housekeeping/1");
}
