// What the work on applications is done with. All of it outlives the work and is thread-safe.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "application/components_apart.h"
#include "configuration/configuration.h"
#include "hdfs/web_hdfs.h"
#include "package/package_files.h"
#include "plugin/plugin_directory.h"
#include "registry/registry.h"

namespace manager {

struct application_tools {
  const configuration& settings;
  registry& memory;
  const package_files& files;
  plugin_directory& plugins;
  const web_hdfs& hdfs;
  components_apart& apart;
};

/// A component is named "<type>/<component>" in messages.
inline std::string shown(const component_record& component) {
  return component.type + "/" + component.name;
}

}  // namespace manager
