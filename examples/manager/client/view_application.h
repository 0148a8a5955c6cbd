// Applications and their components, for people.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "client/output.h"

#include <chrono>

namespace dmctl {

/// The list of view=status.
void show_applications(const json::value& told, output& out);
/// The list of view=summary.
void show_summaries(const json::value& told, output& out);
/// …/status.
void show_status(const std::string& name, const json::value& told, output& out);
/// "under_way" of several documents.
void show_under_way(const json::value& operation, output& out);
/// A line for each component of …/detail: its state, since when, why.
void show_components(const json::value& detail, output& out,
                     std::chrono::sys_time<std::chrono::milliseconds> now);
/// All of …/detail: each component with its incarnations and what the sources said.
void show_detail(const json::value& detail, output& out);

}  // namespace dmctl
