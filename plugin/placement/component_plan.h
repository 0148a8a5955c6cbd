// What a component becomes on this node: the command, the guard's specification, supervisord's
// program, the digest. Put together from descriptor and settings without touching anything.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "component/guard_spec.h"
#include "input/settings.h"
#include "package/descriptor.h"
#include "package/package_files.h"
#include "placement/account.h"
#include "placement/component_files.h"
#include "supervisor/program_file.h"

namespace dm::placement {

struct component_plan {
  std::vector<std::string> command;
  component::guard_spec spec;
  supervisor::program program;
};

// package: its name and version, for the program file's comment.
result<component_plan> plan_component(const input::settings& settings,
                                      const component::component_name& name,
                                      const std::string& package,
                                      const package::descriptor& descriptor,
                                      const flink::version& installed, const account& account);

// SHA-256 over the package's files, the properties (those that hold a secret are left out) and the
// command: the same request has the same digest.
std::string digest_of(const component_plan& plan, const package::package_listing& files,
                      const package::property_map& properties);

}  // namespace dm::placement
