// Why a submission or a job failed, by the words of Flink, YARN and Java. One table; the first row
// that matches decides.
// SPDX-License-Identifier: Apache-2.0
#include "flink/client_output.h"
#include "flink/exception_text.h"

#include <algorithm>
#include <array>

namespace dm::flink {
namespace {

struct row {
  std::string_view words;
  failure_class meaning;
};

// In order: what is certain about the state first, since a failed restore is also a failed
// JobManager, then what is certain about program and queue, then resources and connections.
constexpr std::array table = {
    // Restoring: flink-runtime, StateAssignmentOperation, Checkpoints,
    // AbstractFsCheckpointStorageAccess.
    row{"Cannot find checkpoint or savepoint", failure_class::state_incompatible},
    row{"Failed to rollback to checkpoint/savepoint", failure_class::state_incompatible},
    row{"Cannot map checkpoint/savepoint state", failure_class::state_incompatible},
    row{"Cannot find meta data file", failure_class::state_incompatible},
    row{"StateMigrationException", failure_class::state_incompatible},
    row{"new state serializer is not compatible", failure_class::state_incompatible},
    row{"new key serializer must be compatible", failure_class::state_incompatible},
    row{"Unrecognized checkpoint version", failure_class::state_incompatible},
    row{"and the current maximum parallelism", failure_class::state_incompatible},
    // The program: flink-clients, PackagedProgram and CliFrontend.
    row{"The program's entry point class", failure_class::program_invalid},
    row{"Could not build the program from JAR file", failure_class::program_invalid},
    row{"JAR file does not exist", failure_class::program_invalid},
    row{"Error while opening jar file", failure_class::program_invalid},
    row{"Neither a 'Main-Class', nor a 'program-class' entry was found",
        failure_class::program_invalid},
    row{"The class has no main", failure_class::program_invalid},
    row{"did not contain a public static main", failure_class::program_invalid},
    row{"The program didn't contain a Flink job", failure_class::program_invalid},
    row{"No job was executed", failure_class::program_invalid},
    row{"The main method in the class", failure_class::program_invalid},
    row{"main method must be public", failure_class::program_invalid},
    row{"is not a valid action", failure_class::program_invalid},
    row{"Could not parse command line arguments", failure_class::program_invalid},
    row{"CliArgsException", failure_class::program_invalid},
    row{"No ExecutorFactory found to execute the application", failure_class::program_invalid},
    row{"Tag exceeds maximum length", failure_class::program_invalid},
    row{"is too long, maximum allowed length of a tag", failure_class::program_invalid},
    row{"Too many applicationTags", failure_class::program_invalid},
    row{"A tag can only have ASCII characters", failure_class::program_invalid},
    row{"java.lang.String cannot be cast to class java.util.Map", failure_class::program_invalid},
    row{"IllegalConfigurationException", failure_class::program_invalid},
    // YARN's queues: CapacityScheduler, RMAppManager, ParentQueue, LeafQueue; FairScheduler.
    row{"to unknown queue", failure_class::queue_refused},
    row{"to non-leaf queue", failure_class::queue_refused},
    row{"to non-leaf-queue", failure_class::queue_refused},
    row{"does not have permission to submit", failure_class::queue_refused},
    row{"cannot submit applications to queue", failure_class::queue_refused},
    row{"does not have permission to administer", failure_class::queue_refused},
    row{"is STOPPED. Cannot accept submission", failure_class::queue_refused},
    row{"queue doesn't exist", failure_class::queue_refused},
    // Memory, cores, slots.
    row{"greater than maximum allowed allocation", failure_class::no_resources},
    row{"Invalid resource request", failure_class::no_resources},
    row{"The cluster does not have the requested resources", failure_class::no_resources},
    row{"exceeds the maximum available", failure_class::no_resources},
    row{"NoResourceAvailableException", failure_class::no_resources},
    row{"Could not acquire the minimum required resources", failure_class::no_resources},
    row{"Slot request bulk is not fulfillable", failure_class::no_resources},
    row{"already has the maximum number of applications", failure_class::no_resources},
    row{"already has the maximum applications", failure_class::no_resources},
    row{"Insufficient number of network buffers", failure_class::no_resources},
    // Connections and containers.
    row{"Could not connect to", failure_class::cluster_lost},
    row{"Connection refused", failure_class::cluster_lost},
    row{"Connection reset", failure_class::cluster_lost},
    row{"NoRouteToHostException", failure_class::cluster_lost},
    row{"UnknownHostException", failure_class::cluster_lost},
    row{"SocketTimeoutException", failure_class::cluster_lost},
    row{"Retry count exceeded", failure_class::cluster_lost},
    row{"SafeModeException", failure_class::cluster_lost},
    row{"StandbyException", failure_class::cluster_lost},
    row{"RemoteTransportException", failure_class::cluster_lost},
    row{"PartitionConnectionException", failure_class::cluster_lost},
    row{"The TaskExecutor is shutting down", failure_class::cluster_lost},
    row{"Heartbeat of TaskManager with id", failure_class::cluster_lost},
    row{"Heartbeat of ResourceManager with id", failure_class::cluster_lost},
    row{"TaskManager with id", failure_class::cluster_lost},
    row{"ResourceManager leader changed", failure_class::cluster_lost},
    row{"Container released on a", failure_class::cluster_lost},
    row{"Container expired since it was unused", failure_class::cluster_lost},
    // The program's own, said by Flink around it.
    row{"The main method caused an error", failure_class::user_exception},
    row{"Recovery is suppressed by NoRestartBackoffTimeStrategy", failure_class::user_exception},
    row{"Recovery is suppressed by FixedDelayRestartBackoffTimeStrategy",
        failure_class::user_exception},
    row{"Python process exits with code", failure_class::user_exception},
};

struct spelling {
  failure_class value;
  std::string_view text;
};
constexpr std::array spellings = {
    spelling{failure_class::unknown, "unknown"},
    spelling{failure_class::user_exception, "user_exception"},
    spelling{failure_class::program_invalid, "program_invalid"},
    spelling{failure_class::state_incompatible, "state_incompatible"},
    spelling{failure_class::no_restore_point, "no-restore-point"},
    spelling{failure_class::no_resources, "no_resources"},
    spelling{failure_class::queue_refused, "queue_refused"},
    spelling{failure_class::cluster_lost, "cluster_lost"},
};

// An exception that neither Flink nor Hadoop nor their messaging made comes from the program.
bool made_by_the_program(const exception_cause& cause) {
  constexpr std::array<std::string_view, 4> platform = {"org.apache.flink.", "org.apache.hadoop.",
                                                        "akka.", "org.apache.pekko."};
  if (!cause.class_name.empty()) {
    return std::none_of(platform.begin(), platform.end(), [&](std::string_view prefix) {
      return cause.class_name.starts_with(prefix);
    });
  }
  // Python's have no package: "ValueError: no such column".
  const std::string_view name = std::string_view(cause.message).substr(0, cause.message.find(':'));
  return name.find(' ') == std::string_view::npos &&
         (name.ends_with("Error") || name.ends_with("Exception"));
}

bool ends_with_the_programs_exception(std::string_view text) {
  const auto chain = exception_chain(text);
  return !chain.empty() && made_by_the_program(chain.back());
}

// The last line that is not empty: where a cause was put behind a client's output.
std::string_view last_line(std::string_view text) {
  while (!text.empty() && (text.back() == '\n' || text.back() == '\r')) text.remove_suffix(1);
  const auto at = text.rfind('\n');
  return at == std::string_view::npos ? text : text.substr(at + 1);
}

}  // namespace

failure_class classify_failure(std::string_view text) {
  for (const row& row : table) {
    if (text.find(row.words) != std::string_view::npos) return row.meaning;
  }
  const bool programs = ends_with_the_programs_exception(text) ||
                        ends_with_the_programs_exception(read_client_output(text).exception) ||
                        ends_with_the_programs_exception(last_line(text));
  return programs ? failure_class::user_exception : failure_class::unknown;
}

std::string_view to_string(failure_class value) {
  for (const spelling& s : spellings) {
    if (s.value == value) return s.text;
  }
  return "unknown";
}

failure_class parse_failure_class(std::string_view text) {
  for (const spelling& s : spellings) {
    if (s.text == text) return s.value;
  }
  return failure_class::unknown;
}

bool permanent(failure_class value) {
  return value == failure_class::program_invalid || value == failure_class::state_incompatible ||
         value == failure_class::no_restore_point || value == failure_class::queue_refused;
}

}  // namespace dm::flink
