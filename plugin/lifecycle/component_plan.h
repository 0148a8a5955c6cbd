// What a component becomes on this node: the command, the guard's specification, supervisord's
// program, the digest. Put together from descriptor and settings without touching anything.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "component/guard_spec.h"
#include "lifecycle/account.h"
#include "lifecycle/component_files.h"
#include "lifecycle/descriptor.h"
#include "lifecycle/package_files.h"
#include "lifecycle/settings.h"
#include "supervisor/program_file.h"

namespace dm::lifecycle {

// The flink command with the placeholder in it. INVALID_ARGUMENT lists what the installed version
// cannot be given. `descriptor` is one without problems, `installed` a known version.
result<std::vector<std::string>> plan_command(const settings& settings,
                                              const component::component_name& name,
                                              const descriptor& descriptor,
                                              const flink::version& installed);

struct component_plan {
  std::vector<std::string> command;
  component::guard_spec spec;
  supervisor::program program;
};

// package: its name and version, for the program file's comment.
result<component_plan> plan_component(const settings& settings,
                                      const component::component_name& name,
                                      const std::string& package, const descriptor& descriptor,
                                      const flink::version& installed, const account& account);

// SHA-256 over the package's files, the properties (those that hold a secret are left out) and the
// command: the same request has the same digest.
std::string digest_of(const component_plan& plan, const package_listing& files,
                      const property_map& properties);

}  // namespace dm::lifecycle
