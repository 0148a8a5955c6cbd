// Why a submission or a job failed: the first row that a cause of the chain fits decides. A row
// names the full class or whose code threw; its words only tell that code's failures apart.
// SPDX-License-Identifier: Apache-2.0
#include "flink/failure_class.h"

#include <algorithm>
#include <array>

#include "flink/container_failure.h"
#include "flink/stack_frame.h"

namespace dm::flink {
namespace {

enum class when { ever, before_main };

struct row {
  std::string_view class_name;  // in full; ending in '.' or '$': all below it; empty: any
  std::string_view thrower;     // code that threw; empty: any, the class alone is the proof
  std::string_view words;       // somewhere in the message; empty: any
  failure_class meaning;
  when holds = when::ever;
};

using enum failure_class;

constexpr std::string_view program_invocation =
    "org.apache.flink.client.program.ProgramInvocationException";
constexpr std::string_view illegal_configuration =
    "org.apache.flink.configuration.IllegalConfigurationException";

constexpr std::array table = {
    // Restoring: flink-runtime's StateAssignmentOperation, Checkpoints, metadata serializers,
    // AbstractFsCheckpointStorageAccess.
    row{"org.apache.flink.util.StateMigrationException", "", "", state_incompatible},
    row{"", "org.apache.flink.runtime.checkpoint.", "Failed to rollback to checkpoint/savepoint",
        state_incompatible},
    row{"", "org.apache.flink.runtime.checkpoint.", "Cannot map checkpoint/savepoint state",
        state_incompatible},
    row{"", "org.apache.flink.runtime.checkpoint.",
        "of the restored state is lower than the configured parallelism", state_incompatible},
    row{"", "org.apache.flink.runtime.checkpoint.", "and the current maximum parallelism",
        state_incompatible},
    row{"", "org.apache.flink.runtime.checkpoint.", "Unrecognized checkpoint version",
        state_incompatible},
    row{"", "org.apache.flink.runtime.state.filesystem.", "Cannot find checkpoint or savepoint",
        state_incompatible},
    row{"", "org.apache.flink.runtime.state.filesystem.", "Cannot find meta data file",
        state_incompatible},
    // The program's class and jar: flink-clients' PackagedProgram, CliFrontend.
    row{"java.lang.UnsupportedClassVersionError", "", "", program_invalid},
    row{program_invocation, "", "' was not found in the jar file", program_invalid,
        when::before_main},
    row{program_invocation, "", "' could not be loaded due to a linkage failure", program_invalid,
        when::before_main},
    row{program_invocation, "", "Neither a 'Main-Class', nor a 'program-class' entry was found",
        program_invalid, when::before_main},
    row{program_invocation, "", "has no main(String[]) method", program_invalid, when::before_main},
    row{program_invocation, "", "declares a non-static main method", program_invalid,
        when::before_main},
    row{program_invocation, "", "declares a non-public main method", program_invalid,
        when::before_main},
    row{"org.apache.flink.client.cli.CliArgsException", "", "", program_invalid, when::before_main},
    row{"java.lang.ClassCastException", "org.apache.flink.configuration.", "", program_invalid,
        when::before_main},
    row{illegal_configuration, "org.apache.flink.runtime.util.config.memory.", "", program_invalid},
    // YARN's queues: CapacityScheduler, RMAppManager, ParentQueue, LeafQueue; FairScheduler.
    row{"org.apache.hadoop.", "", "to unknown queue", queue_refused},
    row{"org.apache.hadoop.", "", "to non-leaf queue", queue_refused},
    row{"org.apache.hadoop.", "", "to non-leaf-queue", queue_refused},
    row{"org.apache.hadoop.", "", "does not have permission to submit", queue_refused},
    row{"org.apache.hadoop.", "", "cannot submit applications to queue", queue_refused},
    row{"org.apache.hadoop.", "", "does not have permission to administer", queue_refused},
    row{"org.apache.hadoop.", "", "is STOPPED. Cannot accept submission", queue_refused},
    row{"org.apache.hadoop.", "", "queue doesn't exist", queue_refused},
    row{"org.apache.hadoop.", "", "rejected by placement rules", queue_refused},
    row{"org.apache.hadoop.", "", "rejected by queue placement policy", queue_refused},
    // A TaskManager's end in the NodeManager's words (ContainersMonitorImpl), which Flink passes
    // on.
    row{"", "org.apache.flink.", "beyond the 'PHYSICAL' memory limit", memory_exceeded},
    row{"", "org.apache.flink.", "beyond the 'VIRTUAL' memory limit", memory_exceeded},
    row{"", "org.apache.flink.", "is running beyond physical memory limits", memory_exceeded},
    row{"", "org.apache.flink.", "is running beyond virtual memory limits", memory_exceeded},
    // Memory, cores, slots.
    row{"org.apache.hadoop.yarn.exceptions.InvalidResourceRequestException", "", "", no_resources},
    row{"org.apache.hadoop.", "", "already has the maximum", no_resources},
    row{"org.apache.hadoop.", "", "already has maximum", no_resources},
    row{"org.apache.flink.yarn.YarnClusterDescriptor$YarnDeploymentException", "",
        "The cluster does not have the requested resources", no_resources},
    row{"org.apache.flink.yarn.YarnClusterDescriptor$YarnDeploymentException", "",
        "exceeds the maximum available", no_resources},
    row{illegal_configuration, "org.apache.flink.yarn.", "virtual cores", no_resources},
    row{"org.apache.flink.runtime.jobmanager.scheduler.NoResourceAvailableException", "", "",
        no_resources},
    // Services of the cluster that do not serve just now.
    row{"org.apache.hadoop.hdfs.server.namenode.SafeModeException", "", "", cluster_not_ready},
    row{"org.apache.hadoop.ipc.StandbyException", "", "", cluster_not_ready},
    row{"org.apache.hadoop.ipc.RetriableException", "", "", cluster_not_ready},
    row{"org.apache.hadoop.hdfs.protocol.DSQuotaExceededException", "", "", cluster_not_ready},
    row{"org.apache.hadoop.hdfs.protocol.NSQuotaExceededException", "", "", cluster_not_ready},
    row{"java.io.IOException", "org.apache.hadoop.", "could only be written to 0 of the",
        cluster_not_ready},
    row{"java.io.IOException", "org.apache.hadoop.", "could only be replicated to 0 nodes",
        cluster_not_ready},
    row{"org.apache.flink.shaded.zookeeper", "", "", cluster_not_ready},
    // Connections and containers.
    row{"org.apache.flink.runtime.io.network.netty.exception.", "", "", cluster_lost},
    row{"org.apache.flink.runtime.io.network.partition.PartitionConnectionException", "", "",
        cluster_lost},
    row{"org.apache.flink.runtime.io.network.partition.PartitionNotFoundException", "", "",
        cluster_lost},
    row{"org.apache.flink.runtime.jobmaster.JobMasterException", "", "", cluster_lost},
    row{"org.apache.flink.runtime.concurrent.FutureUtils$RetryException", "", "", cluster_lost},
    row{"org.apache.flink.util.concurrent.FutureUtils$RetryException", "", "", cluster_lost},
    row{"org.apache.hadoop.net.ConnectTimeoutException", "", "", cluster_lost},
    row{"java.util.concurrent.TimeoutException", "org.apache.flink.runtime.", "Heartbeat of ",
        cluster_lost},
    row{"", "org.apache.flink.runtime.", "TaskManager with id", cluster_lost},
    row{"", "org.apache.flink.runtime.", "The TaskExecutor is shutting down", cluster_lost},
    row{"", "org.apache.flink.runtime.", "ResourceManager leader changed", cluster_lost},
    row{"", "org.apache.flink.", "Container released on a", cluster_lost},
    row{"", "org.apache.flink.", "Container expired since it was unused", cluster_lost},
};

// The JDK's own exceptions of a connection: whose connection it was, its owner tells.
struct connection_row {
  std::string_view class_name;
  failure_class meaning;
};
constexpr std::array connections = {
    connection_row{"java.net.ConnectException", cluster_lost},
    connection_row{"java.net.NoRouteToHostException", cluster_lost},
    connection_row{"java.net.UnknownHostException", cluster_lost},
    connection_row{"java.net.SocketTimeoutException", cluster_lost},
    connection_row{"java.net.SocketException", cluster_lost},
    connection_row{"java.nio.channels.UnresolvedAddressException", cluster_lost},
    connection_row{"javax.security.auth.login.LoginException", cluster_not_ready},
    connection_row{"sun.security.krb5.KrbException", cluster_not_ready},
    connection_row{"org.ietf.jgss.GSSException", cluster_not_ready},
    connection_row{"javax.security.sasl.SaslException", cluster_not_ready},
    connection_row{"org.apache.hadoop.security.KerberosAuthException", cluster_not_ready},
    connection_row{"org.apache.zookeeper.KeeperException$ConnectionLossException",
                   cluster_not_ready},
    connection_row{"org.apache.zookeeper.KeeperException$SessionExpiredException",
                   cluster_not_ready},
};

struct class_rule {
  failure_class value;
  std::string_view text;
  budget whose;
  bool permanent;
};
constexpr std::array rules = {
    class_rule{unknown, "unknown", budget::program, false},
    class_rule{user_exception, "user_exception", budget::program, false},
    class_rule{program_invalid, "program_invalid", budget::program, true},
    // Options of the component, or one machine that lacks what another has.
    class_rule{not_started, "not_started", budget::program, false},
    class_rule{state_incompatible, "state_incompatible", budget::program, true},
    class_rule{no_restore_point, "no-restore-point", budget::program, true},
    // More of the same is no cure for a container that is too small; a leak has its restarts.
    class_rule{memory_exceeded, "memory_exceeded", budget::program, false},
    class_rule{no_resources, "no_resources", budget::cluster, false},
    class_rule{queue_refused, "queue_refused", budget::cluster, false},
    class_rule{queue_policy_refused, "queue_policy_refused", budget::cluster, false},
    class_rule{cluster_lost, "cluster_lost", budget::cluster, false},
    class_rule{cluster_not_ready, "cluster_not_ready", budget::cluster, false},
    class_rule{submission_timeout, "submission_timeout", budget::program, false},
    class_rule{node_trouble, "node_trouble", budget::cluster, false},
    class_rule{start_refused, "start_refused", budget::program, false},
};

const class_rule& rule_of(failure_class value) {
  const auto* found =
      std::find_if(rules.begin(), rules.end(), [&](const auto& r) { return r.value == value; });
  return found == rules.end() ? rules.front() : *found;
}

bool fits(std::string_view wanted, std::string_view class_name) {
  if (wanted.empty()) return true;
  const bool whole_package = wanted.ends_with('.') || wanted == "org.apache.flink.shaded.zookeeper";
  return whole_package ? class_name.starts_with(wanted) : class_name == wanted;
}

// A class that Flink, Hadoop or the JDK has; another's class of the same simple name is not.
bool of_the_platform(std::string_view class_name) {
  constexpr std::array<std::string_view, 8> others = {"java.",
                                                      "javax.",
                                                      "sun.",
                                                      "org.ietf.jgss.",
                                                      "org.apache.hadoop.",
                                                      "org.apache.zookeeper.",
                                                      "akka.",
                                                      "org.apache.pekko."};
  return of_flink(class_name) ||
         std::any_of(others.begin(), others.end(),
                     [&](std::string_view prefix) { return class_name.starts_with(prefix); });
}

// From here on the program speaks: what is below was thrown in its main() or in one of its tasks.
bool main_was_running(const exception_cause& cause) {
  return (cause.thrown_class == program_invocation &&
          cause.message.starts_with("The main method caused an error")) ||
         cause.thrown_class == "org.apache.flink.runtime.JobException" ||
         cause.thrown_class == "org.apache.flink.runtime.client.JobExecutionException";
}

bool fits(const row& row, const exception_cause& cause) {
  if (!of_the_platform(cause.thrown_class) || !fits(row.class_name, cause.thrown_class))
    return false;
  if (!cause.thrower.starts_with(row.thrower)) return false;
  return cause.message.find(row.words) != std::string::npos;
}

// An exception that neither Flink nor Hadoop nor their messaging made comes from the program.
bool made_by_the_program(const exception_cause& cause) {
  constexpr std::array<std::string_view, 4> platform = {"org.apache.flink.", "org.apache.hadoop.",
                                                        "akka.", "org.apache.pekko."};
  const std::string& own = cause.thrown_class.empty() ? cause.class_name : cause.thrown_class;
  if (!own.empty()) {
    return std::none_of(platform.begin(), platform.end(),
                        [&](std::string_view prefix) { return own.starts_with(prefix); });
  }
  // Python's have no package: "ValueError: no such column".
  const std::string_view name = std::string_view(cause.message).substr(0, cause.message.find(':'));
  return name.find(' ') == std::string_view::npos &&
         (name.ends_with("Error") || name.ends_with("Exception"));
}

// Flink opened the program's jar, and the JDK found that it is no zip file.
bool jar_is_no_zip(const std::vector<exception_cause>& chain) {
  const auto opened = std::find_if(chain.begin(), chain.end(), [](const exception_cause& cause) {
    return main_was_running(cause) || cause.thrower.starts_with("org.apache.flink.util.JarUtils.");
  });
  return opened != chain.end() && !main_was_running(*opened) &&
         chain.back().thrown_class == "java.util.zip.ZipException";
}

// Where Flink itself, not the program, asked for the connection.
failure_class class_of_connection(const std::vector<exception_cause>& chain) {
  std::string_view owner;
  for (const exception_cause& cause : chain) {
    // Frames that a cause shares with the one around it are not printed again.
    if (!cause.owner.empty()) owner = cause.owner;
    if (!of_flink(owner)) continue;
    const auto* found = std::find_if(
        connections.begin(), connections.end(),
        [&](const connection_row& row) { return row.class_name == cause.thrown_class; });
    if (found != connections.end()) return found->meaning;
  }
  return unknown;
}

}  // namespace

failure_class classify_failure(const std::vector<exception_cause>& chain) {
  const auto first_of_program = std::find_if(chain.begin(), chain.end(), main_was_running);
  for (const row& row : table) {
    const auto end = row.holds == when::before_main ? first_of_program : chain.end();
    if (std::any_of(chain.begin(), end, [&](const auto& cause) { return fits(row, cause); }))
      return row.meaning;
  }
  if (jar_is_no_zip(chain)) return program_invalid;
  if (const auto ended = container_failure(chain); ended && ended->failure != unknown)
    return ended->failure;
  if (const failure_class lost = class_of_connection(chain); lost != unknown) return lost;
  return !chain.empty() && made_by_the_program(chain.back()) ? user_exception : unknown;
}

failure_class classify_failure(std::string_view stack_trace) {
  return classify_failure(exception_chain(stack_trace));
}

budget budget_of(failure_class value) { return rule_of(value).whose; }

bool permanent(failure_class value) { return rule_of(value).permanent; }

std::string_view to_string(failure_class value) { return rule_of(value).text; }

failure_class parse_failure_class(std::string_view text) {
  const auto* found =
      std::find_if(rules.begin(), rules.end(), [&](const auto& r) { return r.text == text; });
  return found == rules.end() ? unknown : found->value;
}

}  // namespace dm::flink
