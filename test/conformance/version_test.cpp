// Version and growth: DM-1 … DM-7, from outside.
// SPDX-License-Identifier: Apache-2.0
#include <cstdint>
#include <cstring>
#include <limits>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "host.h"
#include "surroundings.h"

using namespace conformance;

TEST_CASE("DM-2: the entry gives its table for its own major and NULL for every other") {
  const library plugin;
  CHECK(plugin.entry()(DM_PLUGIN_ABI_MAJOR) == plugin.get());
  for (const std::uint32_t major : {0U, 2U, 3U, 99U, std::numeric_limits<std::uint32_t>::max()}) {
    CHECK(plugin.entry()(major) == nullptr);
  }
}

TEST_CASE("DM-3: the table covers every member that this host knows") {
  const library plugin;
  CHECK(plugin->struct_size >= sizeof(dm_plugin));
  CHECK(plugin->abi_major == DM_PLUGIN_ABI_MAJOR);
  CHECK((plugin->abi_minor == DM_PLUGIN_ABI_MINOR || plugin->abi_minor > DM_PLUGIN_ABI_MINOR));
  CHECK(plugin->open != nullptr);
  CHECK(plugin->close != nullptr);
  CHECK(plugin->call_open != nullptr);
  CHECK(plugin->call_cancel != nullptr);
  CHECK(plugin->call_close != nullptr);
  CHECK(plugin->release != nullptr);
  CHECK(plugin->extension != nullptr);
  for (const auto& [name, verb] : verbs(plugin)) {
    INFO(name);
    CHECK(verb != nullptr);
  }
}

TEST_CASE("DM-7: the manifest is readable without opening anything and lists the schema versions") {
  const library plugin;
  const std::string text(plugin->manifest.data, plugin->manifest.size);
  CHECK(plugin->manifest.data[plugin->manifest.size] == '\0');
  rapidjson::Document manifest;
  manifest.Parse(text.c_str());
  REQUIRE(manifest.IsObject());
  CHECK(manifest["schema"].GetInt() == 1);
  CHECK(std::string(manifest["name"].GetString()) == "flink");
  CHECK(std::string(manifest["component_type"].GetString()) == "flink");
  CHECK(manifest["version"].IsString());
  REQUIRE(manifest["schemas"].IsArray());
  CHECK(manifest["schemas"][0].GetInt() == 1);
  REQUIRE(manifest["extensions"].IsArray());
  for (const auto& id : manifest["extensions"].GetArray()) {
    INFO(id.GetString());
    CHECK(plugin->extension(lend(id.GetString())) != nullptr);
  }
  CHECK(manifest["verbs"].Size() >= table_verbs(plugin).size());
}

TEST_CASE("DM-6: an extension that is absent is NULL, and its id is read by its length") {
  const library plugin;
  const std::string longer = "dm.savepoint/12";
  CHECK(plugin->extension(lend(std::string_view(longer).substr(0, 14))) != nullptr);
  CHECK(plugin->extension(lend(longer)) == nullptr);
  CHECK(plugin->extension(lend("dm.savepoint")) == nullptr);
  CHECK(plugin->extension(lend("dm.savepoint/2")) == nullptr);
  CHECK(plugin->extension(lend("")) == nullptr);
  CHECK(plugin->extension(dm_string{nullptr, 0}) == nullptr);
  CHECK(plugin->extension(dm_string{nullptr, 14}) == nullptr);
}

namespace {

// A struct as a host of another minor would lay it out: `size` bytes of `known`, and then others.
template <class T>
std::vector<unsigned char> resized(const T& known, std::size_t size) {
  std::vector<unsigned char> bytes(std::max(size, sizeof(T)), 0xA5);
  std::memcpy(bytes.data(), &known, std::min(size, sizeof(T)));
  std::memcpy(bytes.data(), &size, sizeof size);  // struct_size is the first member
  return bytes;
}

dm_status open_with(const library& plugin, const void* host, const std::string& environment) {
  dm_session* opened = nullptr;
  const dm_status status =
      plugin->open(static_cast<const dm_host*>(host), lend(environment), &opened, nullptr);
  CHECK((opened != nullptr) == (status == DM_STATUS_OK));
  plugin->close(opened);
  return status;
}

}  // namespace

TEST_CASE("DM-3: hosts that are older or newer than the plugin") {
  const library plugin;
  const node_folder node;
  const refused_port nobody;
  const std::string environment = environment_document(node, nobody.number());
  const recorder record;

  SECTION("a host without the function for log lines: nothing is logged") {
    const auto smaller = resized(*record.host(), offsetof(dm_host, log));
    CHECK(open_with(plugin, smaller.data(), environment) == DM_STATUS_OK);
    CHECK(record.lines().empty());
  }
  SECTION("a host whose size ends in the middle of a member has not got the member") {
    const auto smaller = resized(*record.host(), offsetof(dm_host, log) + 1);
    CHECK(open_with(plugin, smaller.data(), environment) == DM_STATUS_OK);
    CHECK(record.lines().empty());
  }
  SECTION("a host that knows more than the plugin: the rest is not looked at") {
    const auto larger = resized(*record.host(), sizeof(dm_host) + 64);
    CHECK(open_with(plugin, larger.data(), environment) == DM_STATUS_OK);
    CHECK_FALSE(record.lines().empty());
  }
  SECTION("DM-15: a size of nothing, or of less than itself, is refused") {
    for (const std::size_t size : {std::size_t{0}, std::size_t{1}, sizeof(std::size_t) - 1}) {
      const auto broken = resized(*record.host(), size);
      CHECK(open_with(plugin, broken.data(), environment) == DM_STATUS_INVALID_ARGUMENT);
    }
  }
}

TEST_CASE("DM-3: call options that are older or newer than the plugin") {
  const library plugin;
  const node_folder node;
  const refused_port nobody;
  const recorder record;
  const session opened(plugin, record, environment_document(node, nobody.number()));
  dm_call_options options{};
  options.correlation_id = lend("request-7");

  for (const std::size_t size :
       {sizeof(std::size_t), offsetof(dm_call_options, correlation_id),
        offsetof(dm_call_options, user), sizeof(dm_call_options), sizeof(dm_call_options) + 32}) {
    INFO("struct_size " << size);
    const auto given = resized(options, size);
    dm_call* made = nullptr;
    REQUIRE(plugin->call_open(opened.get(), reinterpret_cast<const dm_call_options*>(given.data()),
                              &made) == DM_STATUS_OK);
    const reply answer = opened.run(plugin->validate, "{", made);
    CHECK(answer.status == DM_STATUS_INVALID_ARGUMENT);
    const bool knows_id = size >= offsetof(dm_call_options, correlation_id) + sizeof(dm_string);
    CHECK((answer.text.find("request-7") != std::string::npos) == knows_id);
    plugin->call_close(made);
  }
  for (const std::size_t size : {std::size_t{0}, std::size_t{3}}) {
    const auto given = resized(options, size);
    dm_call* made = nullptr;
    CHECK(plugin->call_open(opened.get(), reinterpret_cast<const dm_call_options*>(given.data()),
                            &made) == DM_STATUS_INVALID_ARGUMENT);
    CHECK(made == nullptr);
  }
}
