// Packages: deploy and undeploy.
// SPDX-License-Identifier: Apache-2.0
#include "package/package_service.h"

#include "application/component_request.h"
#include "application/properties.h"
#include "base/attempt.h"
#include "base/clock.h"
#include "base/digest.h"
#include "base/disk_space.h"
#include "base/file.h"
#include "base/log.h"
#include "base/names.h"
#include "operation/operation_id.h"
#include "operation/state_refusal.h"
#include "plugin/plugin_retry.h"

#include <fmt/format.h>

#include <map>
#include <optional>
#include <string_view>

namespace manager {
namespace {

operation_record make_operation(const std::string& package, const std::string& verb,
                                const std::string& user, const std::string& state) {
  operation_record operation;
  operation.id = make_operation_id();
  operation.noun = "package";
  operation.name = package;
  operation.verb = verb;
  operation.user = user;
  operation.state_before = state;
  operation.accepted_at = now_ms();
  return operation;
}

// "FailedCreation" is the class of whatever a plugin could not do; the word says what that was.
std::string_view word_of(std::string_view doing, failure_kind kind) {
  static const std::map<std::string_view, std::string_view> words = {
      {"starting", "FailedStart"},
      {"stopping", "FailedStop"},
      {"resuming", "FailedResume"},
      {"upgrading", "FailedUpgrade"},
      {"deleting", "FailedDestruction"},
      {"taking savepoint", "FailedSavepoint"},
      {"disposing of savepoint", "FailedDisposal"},
      {"deploying", "FailedDeployment"},
      {"undeploying", "FailedUndeployment"}};
  const auto found = words.find(doing);
  return kind == failure_kind::failed_creation && found != words.end() ? found->second
                                                                       : class_name(kind);
}

enum class package_verb { deploy, undeploy };

std::optional<package_verb> verb_of(const operation_record& operation) {
  if (operation.verb == "deploy") return package_verb::deploy;
  if (operation.verb == "undeploy") return package_verb::undeploy;
  return std::nullopt;
}

std::string unknown_verb(const operation_record& operation) {
  return verb_of(operation) ? ""
                            : fmt::format("this version does not know how to {} a package",
                                          printable(operation.verb));
}

}  // namespace

std::string error_information(std::string_view doing, const std::string& name, const failure& why) {
  return fmt::format("Error {} {} {}, details: {}", doing, name, word_of(doing, why.kind()),
                     json::quote(why.what()));
}

package_service::package_service(const configuration& settings, registry& memory,
                                 package_repository& repository, package_files& files,
                                 plugin_directory& plugins, const authorizer& rules,
                                 operation_runner& runner, std::mutex& admission)
    : settings_(settings),
      registry_(memory),
      repository_(repository),
      files_(files),
      plugins_(plugins),
      authorizer_(rules),
      runner_(runner),
      admission_(admission) {}

std::string package_service::deploy(const std::string& package, const caller& who) {
  if (!parse_package_name(package)) {
    throw failure::invalid("Not a package name",
                           {{"package", printable(package), std::string(package_name_rule), ""}});
  }
  runner_.set_aside().check("package", package);
  const auto look = [&] {
    auto found =
        registry_.transact([&](registry_view& view) { return view.packages.find(package); });
    if (found.state == package_state::not_deployed) return found;
    throw refused_by_state(registry_, found, "deploy");
  };
  look();
  // Not under the lock: accounts may be a directory service's.
  authorizer_.check_known(who.user);
  // Before any work, where it can be known; the copy itself looks at each piece.
  require_space(files_.deployed_directory(), repository_.bytes_of(package).value_or(0),
                settings_.limits.reserve_bytes);

  const std::lock_guard lock(admission_);
  const package_record record = look();
  const operation_record operation = make_operation(package, "deploy", who.user, record.state);
  runner_.accept(operation, package_state::deploying, [&](registry_view& view) {
    view.packages.set_state(package, package_state::deploying, std::nullopt);
  });
  return operation.id;
}

std::string package_service::undeploy(const std::string& package, const caller& who) {
  runner_.set_aside().check("package", package);
  const auto look = [&] {
    auto found =
        registry_.transact([&](registry_view& view) { return view.packages.find(package); });
    if (found.state == package_state::deployed) return found;
    throw refused_by_state(registry_, found, "undeploy");
  };
  const package_record seen = look();
  authorizer_.check_owner(who, seen.user, "package:undeploy");

  const std::lock_guard lock(admission_);
  const package_record record = look();
  if (record.user != seen.user) {
    throw failure(failure_kind::conflicting_state,
                  fmt::format("{} was deployed anew by another account meanwhile", package));
  }
  const operation_record operation = make_operation(package, "undeploy", who.user, record.state);
  runner_.accept(operation, package_state::undeploying, [&](registry_view& view) {
    view.packages.set_state(package, package_state::undeploying, record.information);
  });
  return operation.id;
}

operation_outcome package_service::run(const operation_record& operation,
                                       operation_context& context) {
  switch (verb_of(operation).value()) {
    case package_verb::deploy:
      return run_deploy(operation, context);
    case package_verb::undeploy:
      break;
  }
  return run_undeploy(operation);
}

std::string package_service::obstacle(const operation_record& operation) {
  return unknown_verb(operation);
}

void package_service::validate(const package_metadata& metadata, operation_context& context,
                               const std::string& correlation_id) {
  json::document found = json::make_object();  // {type: {component: [message]}}
  auto& memory = found.GetAllocator();
  std::optional<failure> other;
  for (const auto& component : metadata.components()) {
    const std::string doing =
        fmt::format("validate component {} of type {}", component.name, component.type);
    const json::document properties = package_properties(
        settings_.environment, metadata.defaults(component.type, component.name));
    json::document request =
        validate_request("package", settings_.name_space, component.name, properties);
    json::value files(rapidjson::kArrayType);
    for (const std::string& file : component.files) {
      files.PushBack(json::make_string(file, request.GetAllocator()), request.GetAllocator());
    }
    json::set(request, "files", std::move(files), request.GetAllocator());
    const plugin_reply reply = attempt_to(doing, [&] {
      return run_with_retries(
          plugins_.session(component.type), plugin_verb::validate, request,
          {settings_.timeouts.validate, correlation_id, &context.cancel,
           [&](const json::value& event) { context.progress(component.name, event); }});
    });
    if (reply.ok()) continue;
    const failure why = reply.to_failure(doing);
    if (why.kind() != failure_kind::failed_validation) {
      if (!other) other = why;
      continue;
    }
    json::value messages(rapidjson::kArrayType);
    for (const problem& one : why.problems()) {
      messages.PushBack(json::make_string(in_own_spelling(to_text(one)), memory), memory);
    }
    if (messages.Empty()) messages.PushBack(json::make_string(why.what(), memory), memory);
    const json::value* known = json::find(found, component.type);
    json::value of_type =
        known == nullptr ? json::value(rapidjson::kObjectType) : json::copy(*known, memory);
    json::set(of_type, component.name, std::move(messages), memory);
    json::set(found, component.type, std::move(of_type), memory);
  }
  if (!found.ObjectEmpty()) throw failure(failure_kind::failed_validation, json::to_text(found));
  if (other) throw failure(*other);
}

operation_outcome package_service::run_deploy(const operation_record& operation,
                                              operation_context& context) {
  const std::string& package = operation.name;
  unfinished_file archive(files_.deployed_directory());
  std::uint64_t size = 0;
  sha256_stream digest;
  repository_.fetch(
      package, operation.user,
      [&](std::string_view piece) {
        size += piece.size();
        if (size > settings_.limits.package_bytes) {
          throw failure(failure_kind::too_large,
                        fmt::format("{} is larger than limits.package_bytes = {}", package,
                                    settings_.limits.package_bytes));
        }
        require_space(files_.deployed_directory(), piece.size(), settings_.limits.reserve_bytes);
        digest.update(piece);
        archive.write(piece);
      },
      context.cancel);
  auto content = read_package(archive.path(), package, settings_.limits, context.cancel);
  const auto metadata = package_metadata::from_archive(package, operation.user, content.components);
  validate(metadata, context, operation.id);
  archive.publish(files_.deployed(package));

  package_record record;
  record.name = package;
  record.state = package_state::deployed;
  record.information = fmt::format("Deployed {} at {}", package, to_rfc3339(now_ms()));
  for (const std::string& warning : metadata.warnings()) {
    *record.information += "; warning: " + warning;
    log::warning("event=package_warning operation={} information={}", operation.id, warning);
  }
  record.user = operation.user;
  record.metadata = metadata.to_text();
  record.sha256 = digest.finish();
  record.bytes = static_cast<std::int64_t>(size);
  log::info("event=package_received operation={} package={} bytes={} sha256={}", operation.id,
            package, size, *record.sha256);
  return {record.state,
          *record.information,
          [record, files = std::move(content.files)](registry_view& view) {
            view.packages.put(record);
            view.contents.replace(record.name, files);
          },
          {}};
}

operation_outcome package_service::run_undeploy(const operation_record& operation) {
  files_.remove_deployed(operation.name);
  package_record record;
  record.name = operation.name;
  return {record.state,
          "",
          [record](registry_view& view) {
            view.packages.put(record);
            view.contents.erase(record.name);
          },
          {}};
}

// It may have its name by then, given by this process or by an earlier one that was killed.
void package_service::forget_archive(const operation_record& operation) {
  try {
    files_.remove_deployed(operation.name);
  } catch (const std::exception& problem) {
    log::warning("event=archive_stays operation={} information={}", operation.id, problem.what());
  }
}

operation_outcome package_service::failed(const operation_record& operation, const failure& why) {
  const bool deploys = verb_of(operation) == package_verb::deploy;
  if (deploys) forget_archive(operation);
  const std::string information =
      error_information(deploys ? "deploying" : "undeploying", operation.name, why);
  return {operation.state_before,
          information,
          [operation, information](registry_view& view) {
            view.packages.set_state(operation.name, operation.state_before, information);
          },
          {}};
}

}  // namespace manager
