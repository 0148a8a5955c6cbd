// Incidents, and why a component is as it is, for people.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "client/output.h"

namespace dmctl {

void show_incidents(const json::value& told, output& out);
void show_incident(const json::value& told, output& out);
void show_explanation(const json::value& told, output& out);

}  // namespace dmctl
