// One function for each sort of leftover: looks for it, and puts what it finds into the inventory.
// What it cannot look at for sure it withholds, and never fails. Inside housekeeping only.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "housekeeping/scene.h"

namespace dm::housekeeping {

// archived-job: in each component's own archive, and in the node's history_archive_dir.
void find_archived_jobs(scene& s, const io::operation& op, inventory& found);
// history-server: whether it forgets what is deleted.
void find_history_server(scene& s, const io::operation& op, inventory& found);
// staging: /user/<user>/.flink/<application>.
void find_staging(scene& s, const io::operation& op, inventory& found);
// temporary: below the HDFS directories of the setting, and PyFlink's on this node.
void find_temporaries(scene& s, const io::operation& op, inventory& found);
// library: versions below the setting's HDFS directory.
void find_libraries(scene& s, const io::operation& op, inventory& found);
// library: Flink's, below the setting flink_libraries_root; temporary: what uploads to it have
// left.
void find_flink_libraries(scene& s, const io::operation& op, inventory& found);
// job-jar: in each component's folder on HDFS; temporary: what uploads to it have left.
void find_job_jars(scene& s, const io::operation& op, inventory& found);
// client-log: on this node, of incarnations before the newest one.
void find_client_logs(scene& s, const io::operation& op, inventory& found);
// incident: on HDFS, beside each component's log.
void find_incidents(scene& s, const io::operation& op, inventory& found);
// checkpoint: of runs that component_flink_checkpoint_retention_runs does not keep.
void find_old_checkpoints(scene& s, const io::operation& op, inventory& found);
// second-application, live-without-record, record-without-application.
void find_stray_applications(scene& s, const io::operation& op, inventory& found);
// program-without-component.
void find_stray_programs(scene& s, const io::operation& op, inventory& found);
// record-without-files, files-without-component.
void find_stray_files(scene& s, const io::operation& op, inventory& found);
// ledger-without-files, files-without-ledger.
void find_ledger_gaps(scene& s, const io::operation& op, inventory& found);

}  // namespace dm::housekeeping
