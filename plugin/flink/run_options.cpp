// The table of options. Sources: `flink run --help` of 1.13.6, 1.20.5 and 2.3.0, CliFrontendParser
// of 1.14 ... 2.2, release notes of 1.10 for the removed ones.
// SPDX-License-Identifier: Apache-2.0
#include "flink/run_options.h"

#include <array>

namespace dm::flink {
namespace {

using use = option_use;

constexpr std::string_view by_submission =
    "the way of submission is set by component_flink_submission";
constexpr std::string_view by_restore =
    "the restore point comes from the component's log; name another one in a savepoint resume "
    "request";
constexpr std::string_view no_session =
    "each submission is an application of its own, never part of a session";
constexpr std::string_view no_fixed_id =
    "a fixed high-availability id would let an incarnation take up the job of the one before it";
constexpr std::string_view not_a_run = "it prints something instead of running a program";

constexpr std::array options = {
    // Generic.
    run_option{"-c", "--class", true, use::refused, "set component_main_class"},
    run_option{"-C", "--classpath", true, use::pass, "pipeline.classpaths"},
    run_option{"-j", "--jarfile", true, use::refused, "set component_main_jar"},
    run_option{"-a", "--arguments", true, use::refused, "set component_application_args"},
    run_option{"-p", "--parallelism", true, use::parallelism, "parallelism.default"},
    run_option{"-d", "--detached", false, use::refused, by_submission},
    run_option{"-sae", "--shutdownOnAttachedExit", false, use::attached, ""},
    run_option{"-m", "--jobmanager", true, use::refused, by_submission},
    run_option{"-t", "--target", true, use::refused, by_submission},
    run_option{"-e", "--executor", true, use::refused, by_submission},
    run_option{"-s", "--fromSavepoint", true, use::refused, by_restore},
    run_option{"-n", "--allowNonRestoredState", false, use::refused,
               "whether state may be left behind is decided by the savepoint resume request "
               "(allow_non_restored_state)"},
    run_option{
        "-rm", "--restoreMode", true, use::refused,
        "how a restore point is owned is decided by the savepoint resume request (claim_mode)"},
    run_option{
        "-cm", "--claimMode", true, use::refused,
        "how a restore point is owned is decided by the savepoint resume request (claim_mode)"},
    run_option{"-z", "--zookeeperNamespace", true, use::refused, no_fixed_id},
    run_option{"-D", "", true, use::property, ""},
    run_option{"-h", "--help", false, use::refused, not_a_run},
    run_option{"-v", "--verbose", false, use::refused, "it has no effect"},
    run_option{"-q", "--sysoutLogging", false, use::refused,
               "it was removed from Flink; leave it out"},
    // Python.
    run_option{"-py", "--python", true, use::refused, "set component_main_py"},
    run_option{"-pym", "--pyModule", true, use::refused,
               "set component_main_py to the file of the program"},
    run_option{"-pyfs", "--pyFiles", true, use::refused, "set component_py_files"},
    run_option{"-pyreq", "--pyRequirements", true, use::pass, "python.requirements"},
    run_option{"-pyarch", "--pyArchives", true, use::pass, "python.archives"},
    run_option{"-pypath", "--pyPythonPath", true, use::pass, "python.pythonpath", 118},
    run_option{"-pyexec", "--pyExecutable", true, use::key, "python.executable"},
    run_option{"-pyclientexec", "--pyClientExecutable", true, use::key, "python.client.executable"},
    // YARN.
    run_option{"-yD", "", true, use::property, ""},
    run_option{"-yjm", "--yarnjobManagerMemory", true, use::memory,
               "jobmanager.memory.process.size"},
    run_option{"-ytm", "--yarntaskManagerMemory", true, use::memory,
               "taskmanager.memory.process.size"},
    run_option{"-ys", "--yarnslots", true, use::number, "taskmanager.numberOfTaskSlots"},
    run_option{"-yqu", "--yarnqueue", true, use::key, "yarn.application.queue"},
    run_option{"-ynl", "--yarnnodeLabel", true, use::key, "yarn.application.node-label"},
    run_option{"-yat", "--yarnapplicationType", true, use::key, "yarn.application.type"},
    run_option{"-yt", "--yarnship", true, use::key, "yarn.ship-files"},
    run_option{"-yj", "--yarnjar", true, use::key, "yarn.flink-dist-jar"},
    run_option{"-ynm", "--yarnname", true, use::refused, "set component_job_name"},
    run_option{"-yid", "--yarnapplicationId", true, use::refused, no_session},
    run_option{"-yd", "--yarndetached", false, use::refused, by_submission},
    run_option{"-yz", "--yarnzookeeperNamespace", true, use::refused, no_fixed_id},
    run_option{"-yq", "--yarnquery", false, use::refused, not_a_run},
    run_option{"-yh", "--yarnhelp", false, use::refused, not_a_run},
    run_option{"-yn", "--yarncontainer", true, use::refused,
               "Flink 1.10 removed it: as many TaskManagers are started as the job needs, "
               "component_flink_parallelism "
               "divided by component_flink_slots"},
    run_option{"-yst", "--yarnstreaming", false, use::refused,
               "Flink 1.10 removed it; leave it out, or set component_flink_job_type"},
};

}  // namespace

const run_option* find_run_option(std::string_view word) {
  for (const run_option& option : options) {
    if (word == option.name) return &option;
    if (option.long_name.empty()) continue;
    // commons-cli reads a long name after one hyphen as well.
    if (word == option.long_name || word == option.long_name.substr(1)) return &option;
  }
  return nullptr;
}

}  // namespace dm::flink
