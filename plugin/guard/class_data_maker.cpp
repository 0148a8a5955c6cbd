// Makes class data by three runs of a JVM: one that notes which classes it loads, one that writes
// them down, one that has to take them.
// SPDX-License-Identifier: Apache-2.0
#include "guard/class_data_maker.h"

#include <fcntl.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <filesystem>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "flink/application_launch.h"
#include "flink/class_sharing.h"
#include "flink/client_output.h"
#include "flink/container_log.h"
#include "flink/exception_text.h"
#include "flink/installed_configuration.h"
#include "io/file.h"
#include "io/process.h"

namespace dm::guard {

namespace {

namespace fs = std::filesystem;

constexpr io::milliseconds longest_run{300'000};
constexpr io::milliseconds wake{60'000};
constexpr std::size_t largest_output = std::size_t{16} << 20;
// Any will do, as long as it is the same where class data is made and used.
constexpr std::string_view time_of_jars = "@1000000000";
constexpr std::string_view tar = "/bin/tar";
constexpr std::string_view task_class = "org/apache/flink/runtime/taskmanager/Task";

// A line of it, or the first word of one, as versions of Java write them.
bool lists(std::string_view class_list, std::string_view name) {
  while (!class_list.empty()) {
    const std::string_view line = class_list.substr(0, class_list.find('\n'));
    if (line.substr(0, line.find(' ')) == name) return true;
    class_list.remove_prefix(std::min(line.size() + 1, class_list.size()));
  }
  return false;
}

// What a program says of its failure, on one line.
std::string words_of(std::string_view output) {
  std::string words = flink::read_client_output(output).exception;
  if (words.empty()) words = flink::last_sentence(output);
  if (words.empty()) words = first_line(output, 300);
  return words;
}

class maker {
 public:
  maker(const io::operation& op, io::http_client& http, const library::library_set& set,
        const class_data_order& order, const std::function<void(std::string_view)>& tell)
      : op_(op), http_(http), set_(set), order_(order), tell_(tell), root_(order.directory) {}

  result<library::class_data_files> make() {
    if (auto done = pack(); !done) return fail_while("packing Flink's lib", done.error());
    tell_("running a job in one JVM, to see which classes Flink needs");
    if (auto done = list_classes(); !done) return fail_while("running the job", done.error());
    tell_("writing them down");
    if (auto done = dump(); !done) return fail_while("writing class data", done.error());
    auto build = confirm();
    if (!build) return fail_while("trying the class data", build.error());
    files_.java = std::move(*build);
    return std::move(files_);
  }

 private:
  std::string below(std::string_view name) const { return fmt::format("{}/{}", root_, name); }
  std::string java() const { return order_.java_home + "/bin/java"; }
  std::string class_path() const { return fmt::format("{}", fmt::join(files_.class_path, ":")); }

  // As a JVM in a container sees them: lib/<name>, Flink's own jar last.
  void plan_class_path() {
    std::string distribution;
    for (const library::library_file& file : set_.files) {
      if (!file.name.starts_with("lib/") || !file.name.ends_with(".jar")) continue;
      if (flink::is_distribution(std::string_view(file.name).substr(4)))
        distribution = file.name;
      else
        files_.class_path.push_back(file.name);
    }
    std::sort(files_.class_path.begin(), files_.class_path.end());
    files_.class_path.push_back(distribution);
  }

  result<std::string> run(const std::string& name, std::vector<std::string> argv) {
    const std::string output = below(name + ".out");
    const io::unique_fd file(
        ::open(output.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600));
    if (!file) return fail(io::errno_error(errno, "write", output));
    const std::string program = argv.front();
    io::process_spec spec;
    spec.argv = std::move(argv);
    spec.environment = {{"HOME", root_},
                        {"JAVA_HOME", order_.java_home},
                        {"FLINK_CONF_DIR", below("conf")},
                        {"PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"},
                        {"LANG", "C.UTF-8"}};
    spec.directory = below("container");
    spec.output = file.get();
    spec.group_dies_with_parent = true;
    auto child = io::process::spawn(spec);
    if (!child) return fail(std::move(child.error()));
    const io::operation bounded = op_.limited_to(longest_run);
    std::optional<io::process_exit> exit = child->try_reap();
    const std::array<int, 1> ended{child->descriptor()};
    while (!exit) {
      if (auto waited = http_.wait_readable(bounded, ended, wake); !waited)
        return fail(std::move(waited.error()));
      exit = child->try_reap();
    }
    auto said = io::read_file(output, largest_output);
    if (exit->success()) return said ? std::move(*said) : std::string();
    std::string words = said ? words_of(*said) : std::string();
    // Flink's client has a way of ending that it tells its log alone.
    if (words.empty()) {
      if (auto log = io::read_file(below("job.log"), largest_output))
        words = flink::exception_summary(flink::failure_in_log(*log));
    }
    const bool killed = exit->signal != 0;
    return fail(status_code::failed_precondition,
                fmt::format("{} ended with {} {}{}{}", program, killed ? "signal" : "code",
                            killed ? exit->signal : exit->code, words.empty() ? "" : ": ", words));
  }

  result<void> pack() {
    plan_class_path();
    if (files_.class_path.back().empty())
      return fail(status_code::failed_precondition,
                  fmt::format("{}/lib has no flink-dist*.jar", order_.flink_home));
    std::error_code problem;
    for (const char* name : {"conf", "container/lib"}) {
      if (!fs::create_directories(below(name), problem)) {
        return fail(status_code::failed_precondition,
                    fmt::format("cannot make {}: {}", below(name), problem.message()));
      }
    }
    // An empty configuration, by the name that any version reads it by.
    const auto conf = io::open_directory(below("conf"));
    if (!conf) return fail(conf.error());
    for (const char* name : {"flink-conf.yaml", "config.yaml"}) {
      if (auto written = io::write_file(conf->get(), name, "", 0600, {}); !written) return written;
    }
    files_.libraries = below("lib.tar");
    auto packed =
        run("pack", {std::string(tar), "--create", "--file", files_.libraries, "--directory",
                     order_.flink_home + "/lib", "--dereference", "--sort=name", "--format=gnu",
                     "--owner=0", "--group=0", "--numeric-owner", "--mode=u=rwX,go=rX",
                     fmt::format("--mtime={}", time_of_jars), "."});
    if (!packed) return fail(std::move(packed.error()));
    auto unpacked = run("unpack", {std::string(tar), "--extract", "--file", files_.libraries,
                                   "--directory", below("container/lib")});
    if (!unpacked) return fail(std::move(unpacked.error()));
    // The set's name is its digest: what lies under it must be just that.
    library::local_digests digests;
    for (const library::library_file& file : set_.files) {
      if (!file.name.starts_with("lib/")) continue;
      const auto copy = digests.open(op_, below("container/" + file.name));
      if (!copy) return fail(copy.error());
      if (copy->sha256 != file.sha256) {
        return fail(status_code::failed_precondition,
                    fmt::format("{} was changed meanwhile", file.local_path), "try again");
      }
    }
    return {};
  }

  // Of the installation's flags those without which Flink does not run on a newer Java.
  result<std::vector<std::string>> module_flags() const {
    const auto version = flink::parse_version(set_.version);
    if (!version) return fail(version.error());
    const auto installed = flink::read_installed_file(*version, order_.flink_home + "/conf");
    if (!installed) return fail(installed.error());
    std::vector<std::string> flags;
    for (const auto& entry : installed->content.keys) {
      if (!entry.key.starts_with("env.java.opts")) continue;
      std::string_view rest = entry.value;
      while (!rest.empty()) {
        const std::size_t end = std::min(rest.find_first_of(" \t\n"), rest.size());
        const std::string_view one = rest.substr(0, end);
        rest.remove_prefix(std::min(end + 1, rest.size()));
        if (one.starts_with("--add-opens=") || one.starts_with("--add-exports="))
          flags.emplace_back(one);
      }
    }
    return flags;
  }

  result<void> list_classes() {
    auto flags = module_flags();
    if (!flags) return fail(std::move(flags.error()));
    std::vector<std::string> argv = {java()};
    argv.insert(argv.end(), flags->begin(), flags->end());
    const std::string logging = order_.flink_home + "/conf/log4j.properties";
    std::error_code problem;
    if (fs::exists(logging, problem)) {
      argv.push_back("-Dlog4j.configurationFile=file:" + logging);
      argv.push_back("-Dlog.file=" + below("job.log"));
    }
    argv.insert(argv.end(),
                {"-XX:DumpLoadedClassList=" + below("classes.list"), "-cp", class_path(),
                 "org.apache.flink.client.cli.CliFrontend", "run", "-t", "local", "-Drest.port=0"});
    if (!order_.main_class.empty()) argv.insert(argv.end(), {"-c", order_.main_class});
    argv.push_back(order_.jar);
    argv.insert(argv.end(), order_.arguments.begin(), order_.arguments.end());
    if (auto ran = run("job", std::move(argv)); !ran) return fail(std::move(ran.error()));
    const auto list = io::read_file(below("classes.list"), largest_output);
    if (!list) return fail(list.error());
    // A program that executes nothing ends well, too.
    if (!lists(*list, task_class)) {
      return fail(status_code::failed_precondition,
                  "the program has ended, and no task of a job has run",
                  "name one that executes a job (--jar, --class, --argument)");
    }
    return {};
  }

  result<void> dump() {
    files_.classes = below("classes.jsa");
    auto ran =
        run("dump", {java(), "-Xshare:dump", "-XX:SharedClassListFile=" + below("classes.list"),
                     "-XX:SharedArchiveFile=" + files_.classes, "-cp", class_path()});
    return ran ? result<void>() : fail(std::move(ran.error()));
  }

  // The JVM's build.
  result<std::string> confirm() {
    auto said = run("try", {java(), "-Xshare:on", "-XX:SharedArchiveFile=" + files_.classes, "-cp",
                            class_path(), "-version"});
    if (!said) return fail(std::move(said.error()));
    auto jvm = flink::read_jvm_version(*said);
    if (!jvm || !jvm->shares) {
      return fail(status_code::failed_precondition,
                  fmt::format("{} does not say that it shares classes", java()));
    }
    return std::move(jvm->build);
  }

  const io::operation& op_;
  io::http_client& http_;
  const library::library_set& set_;
  const class_data_order& order_;
  const std::function<void(std::string_view)>& tell_;
  std::string root_;
  library::class_data_files files_;
};

}  // namespace

result<library::class_data_files> make_class_data(
    const io::operation& op, io::http_client& http, const library::library_set& set,
    const class_data_order& order, const std::function<void(std::string_view)>& tell) {
  return maker(op, http, set, order, tell).make();
}

}  // namespace dm::guard
