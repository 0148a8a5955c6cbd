// The fake plugin as a Deployment Manager has it, for tests of what asks plugins.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "configuration/configuration.h"
#include "plugin/plugin_directory.h"
#include "support/temporary_directory.h"

#include <algorithm>
#include <cstddef>
#include <memory>
#include <string>

namespace manager_test {

struct fake_session {
  temporary_directory script;
  manager::configuration settings;
  std::unique_ptr<manager::plugin_directory> plugins;

  fake_session() {
    settings.environment = manager::json::make_object();
    settings.name_space = "test";
    settings.plugin_settings["fake"] =
        "{\"script\":" + manager::json::quote(script.path().string()) + "}";
    plugins = std::make_unique<manager::plugin_directory>(
        FAKE_PLUGIN_DIRECTORY, settings.environment, settings.plugin_settings);
  }
  /// How often the plugin was asked.
  std::size_t calls() const {
    const std::string text = read_file(script.path() / "calls");
    return static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
  }
};

}  // namespace manager_test
