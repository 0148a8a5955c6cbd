// Packages: what clients ask for (deploy, undeploy), and the work behind it.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "access/authorizer.h"
#include "configuration/configuration.h"
#include "operation/operation_runner.h"
#include "package/package_files.h"
#include "package/package_metadata.h"
#include "package/package_repository.h"
#include "plugin/plugin_directory.h"
#include "registry/registry.h"

#include <mutex>
#include <string>

namespace manager {

class package_service : public operation_handler {
 public:
  /// `admission` is the process-wide lock under which states are checked and taken. Everything must
  /// outlive this object.
  package_service(const configuration& settings, registry& memory, package_repository& repository,
                  package_files& files, plugin_directory& plugins, const authorizer& rules,
                  operation_runner& runner, std::mutex& admission);

  /// Checks state, then permission, then (of a deployment) whether there is place for it, accepts,
  /// and returns the operation's id. Throws failure.
  /// [any-thread]
  std::string deploy(const std::string& package, const caller& who);
  std::string undeploy(const std::string& package, const caller& who);

  operation_outcome run(const operation_record& operation, operation_context& context) override;
  std::string obstacle(const operation_record& operation) override;
  operation_outcome failed(const operation_record& operation, const failure& why) override;

 private:
  operation_outcome run_deploy(const operation_record& operation, operation_context& context);
  operation_outcome run_undeploy(const operation_record& operation);
  void forget_archive(const operation_record& operation);
  void validate(const package_metadata& metadata, operation_context& context,
                const std::string& correlation_id);

  const configuration& settings_;
  registry& registry_;
  package_repository& repository_;
  package_files& files_;
  plugin_directory& plugins_;
  const authorizer& authorizer_;
  operation_runner& runner_;
  std::mutex& admission_;
};

/// "Error deploying <name> <Class>, details: <JSON-quoted text>", the text that clients know.
std::string error_information(std::string_view doing, const std::string& name, const failure& why);

}  // namespace manager
