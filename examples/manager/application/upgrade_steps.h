// The single steps of an upgrade and of its roll-back. Each may be repeated after it was
// interrupted at any point.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "application/component_answer.h"
#include "application/upgrade_progress.h"

#include <optional>
#include <string>
#include <vector>

namespace manager {

/// What the steps work with.
struct upgrade_work {
  const application_tools& tools;
  const operation_record& operation;
  operation_context& context;
};

/// The registry's components that a version has. Those of the other version have rows too, until
/// the upgrade has ended.
std::vector<component_record> components_of_version(const upgrade_work& work,
                                                    const application_version& version);

/// All components, with a savepoint where their plugins take one.
std::vector<component_answer> stop_for_upgrade(const upgrade_work& work,
                                               const application_version& version);

/// What a version has started is ended without a savepoint, in the end by killing it. Throws
/// failure.
void stop_without_savepoint(const upgrade_work& work, const application_version& version);

/// Takes the components' files away, the last one first; savepoints and HDFS directories stay, and
/// the logs of those that the other version has, too: a roll-back's reason stands in them. Throws
/// failure.
void remove_components(const upgrade_work& work, const application_version& version,
                       const application_version& other);

/// Says of the components that are not laid out in this phase that they are apart, also after a
/// crash, when remove_components() has nothing to do any more.
void hold_apart(const upgrade_work& work, const upgrade_progress& progress);

/// Lays a version out from the archive that the operation keeps. Throws failure.
void lay_out_version(const upgrade_work& work, const upgrade_progress& progress,
                     const application_version& version, const std::string& archive_role);

/// Starts the components, those with a savepoint of the stop from it when `by_savepoint` says so.
std::vector<component_answer> bring_up(const upgrade_work& work, const upgrade_progress& progress,
                                       const std::vector<component_record>& components,
                                       bool by_savepoint, std::chrono::milliseconds timeout);

/// The same of the new version, until all run, one has failed for good, or the time is up.
std::vector<component_answer> bring_up_in_time(const upgrade_work& work,
                                               const upgrade_progress& progress);

/// Why those that failed did not run, with what the plugins see of their newest runs: asked before
/// the roll-back, which takes them away. Throws failure(cancelled) at shutdown.
std::string why_not_up(const upgrade_work& work, const std::vector<component_answer>& answers);

/// How long a step waits for place on the disk.
enum class patience { some_time, until_there_is_place };

/// Tries again while a service does not answer or the disk is full, some times; on the way back,
/// which must not end half-way for want of place, until there is some. Throws failure, whatever the
/// step throws.
void persistently(const upgrade_work& work, patience with_the_disk,
                  const std::function<void()>& step);

}  // namespace manager
