// The component's program in supervisord: its autostart mirror, and the checks that come before any
// change to it.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "component/component_log.h"
#include "lifecycle/component_data.h"
#include "lifecycle/session.h"

namespace dm::lifecycle {

// FAILED_PRECONDITION unless the component was created on this node (D-9). `verb` completes the
// sentence.
result<void> check_node(const session& session, const component_data& data, std::string_view verb);

// Sets autostart= in the program file, so that supervisord does after its own restart what was
// wanted last. A mirror: the desired state is in the component's log. false: it said so already.
// FAILED_PRECONDITION: there is no program file.
result<bool> set_autostart(const component_data& data, bool autostart);

// The staging directories that Flink leaves on HDFS when an application was killed or its
// JobManager failed: <home>/.flink/<application id>. Best effort, for the applications the log
// names.
void remove_staging(session& session, const io::operation& op, const component_data& data,
                    const component::log_snapshot& log);

}  // namespace dm::lifecycle
