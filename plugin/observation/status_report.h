// What goes into a status as the sources said it, whatever state comes of it: the evidence, the
// YARN application, the incarnations.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "input/component_data.h"
#include "observation/component_status.h"
#include "observation/observed_facts.h"

namespace dm::observation {

// One line of evidence: which source said what, at facts.now.
void prove(component_status& status, const observed_facts& facts, std::string source,
           std::string message);

void report_application(component_status& status, const observed_facts& facts,
                        const cluster::yarn_application& application);
// Evidence of all sources but the application that stands for the component.
void report_sources(component_status& status, const observed_facts& facts);
void report_incarnations(component_status& status, const input::component_data& data,
                         const observed_facts& facts);

}  // namespace dm::observation
