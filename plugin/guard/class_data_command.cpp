// "flink-guard class-data": makes class data on this node and puts it on HDFS.
// SPDX-License-Identifier: Apache-2.0
#include "guard/class_data_command.h"

#include <stdlib.h>

#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include "cluster/hdfs.h"
#include "guard/class_data_maker.h"
#include "guard/library_options.h"
#include "io/file.h"
#include "io/json.h"
#include "library/class_data.h"
#include "library/flink_libraries.h"
#include "library/library_set.h"
#include "library/local_digests.h"

namespace dm::guard {

namespace {

namespace fs = std::filesystem;

struct options : library_options {
  std::string java_home;
  std::string jar;
  std::string main_class;
  std::vector<std::string> arguments;
  std::string directory = "/var/tmp";
};

struct published {
  std::string directory;
  std::string java;
  std::int64_t libraries_bytes = 0;
  std::int64_t classes_bytes = 0;
};

// Removed with all in it, whatever happens.
class scratch {
 public:
  explicit scratch(const std::string& above) : path_(above + "/flink-class-data.XXXXXX") {
    made_ = ::mkdtemp(path_.data()) != nullptr;
    problem_ = errno;
  }
  ~scratch() {
    std::error_code ignored;
    if (made_) fs::remove_all(path_, ignored);
  }
  scratch(const scratch&) = delete;
  scratch& operator=(const scratch&) = delete;
  result<std::string> path() const {
    if (made_) return path_;
    return fail(io::errno_error(problem_, "make", path_));
  }

 private:
  std::string path_;
  bool made_ = false;
  int problem_ = 0;
};

result<published> make(const io::operation& op, const options& given) {
  const auto user = become_given_user(given);
  if (!user) return fail(user.error());
  const auto tell = [&](std::string_view what) {
    if (given.json) return;
    fmt::print("{}\n", what);
    (void)std::fflush(stdout);
  };
  io::http_client http;
  cluster::hdfs hdfs(http, given.name_nodes, *user);
  library::local_digests digests;
  const auto set = library::read_library_set(op, given.flink_home, digests);
  if (!set) return fail(set.error());
  // Makes the root, sees that others may pass it; and submissions take both or neither.
  const auto provided = library::flink_libraries(hdfs, given.root).provide(op, *set);
  if (!provided) return fail(provided.error());
  tell(fmt::format("Flink's libraries: hdfs:{}", provided->directory));
  const scratch work(given.directory);
  const auto directory = work.path();
  if (!directory) return fail(directory.error());
  class_data_order order;
  order.flink_home = given.flink_home;
  order.java_home = given.java_home;
  order.jar = given.jar;
  order.main_class = given.main_class;
  order.arguments = given.arguments;
  order.directory = *directory;
  const auto made = make_class_data(op, http, *set, order, tell);
  if (!made) return fail(made.error());
  published done;
  std::error_code unknown;
  done.libraries_bytes = static_cast<std::int64_t>(fs::file_size(made->libraries, unknown));
  done.classes_bytes = static_cast<std::int64_t>(fs::file_size(made->classes, unknown));
  done.java = made->java;
  tell(fmt::format("uploading {} bytes", done.libraries_bytes + done.classes_bytes));
  auto put = library::publish_class_data(op, hdfs, given.root, set->name(), *made);
  if (!put) return fail(std::move(put.error()));
  done.directory = std::move(*put);
  return done;
}

void print(const options& given, const published& done) {
  if (!given.json) {
    fmt::print(
        "class data: hdfs:{}, {} bytes of classes, for JVMs {}\nused by components with "
        "component_flink_class_data=on from their next start on\n",
        done.directory, done.classes_bytes, done.java);
    return;
  }
  io::json_buffer buffer;
  io::json_writer writer(buffer);
  writer.StartObject();
  io::put(writer, "schema", 1);
  io::put(writer, "directory", "hdfs://" + done.directory);
  io::put(writer, "java", done.java);
  io::put(writer, "libraries_bytes", done.libraries_bytes);
  io::put(writer, "classes_bytes", done.classes_bytes);
  writer.EndObject();
  fmt::print("{}\n", io::text(buffer));
}

// $JAVA_HOME, else where /usr/bin/java leads to.
std::string own_java_home() {
  if (const char* home = std::getenv("JAVA_HOME"); home != nullptr && *home == '/') return home;
  std::error_code problem;
  const fs::path java = fs::canonical("/usr/bin/java", problem);
  return problem ? std::string() : java.parent_path().parent_path().string();
}

void complete_own(options& given) {
  complete(given);
  if (given.java_home.empty()) given.java_home = own_java_home();
  std::error_code problem;
  if (!given.java_home.starts_with('/') || !fs::exists(given.java_home + "/bin/java", problem)) {
    throw CLI::ValidationError("--java-home",
                               fmt::format("\"{}\" has no bin/java", given.java_home));
  }
  if (given.jar.empty()) given.jar = given.flink_home + "/examples/streaming/WordCount.jar";
  if (!given.jar.starts_with('/') || !fs::is_regular_file(given.jar, problem)) {
    throw CLI::ValidationError(
        "--jar", fmt::format("{} is no file; name the jar of a job that ends by itself within "
                             "minutes, by an absolute path",
                             given.jar));
  }
}

}  // namespace

int run_class_data_command(const io::operation& op, int argc, const char* const* argv) {
  options given;
  CLI::App app{
      "Makes class data of a Flink installation's libraries and puts it on HDFS, where components "
      "with\n"
      "component_flink_class_data=on use it: their JVMs take most of Flink's classes as a JVM has "
      "written them down.\n"
      "It is for JVMs of the same build as this node's alone: call it again when Java or Flink has "
      "changed.\n"
      "Which classes those are is seen from a short job, which runs in one JVM on this node.\n\n"
      "Exit codes: 0 it is there; 1 it is not, and why is told; 2 wrong options.",
      "flink-guard class-data"};
  add_options(app, given);
  app.add_option("--java-home", given.java_home,
                 "Java as on the cluster's nodes ($JAVA_HOME, else that of /usr/bin/java)");
  app.add_option("--jar", given.jar,
                 "the job, which must end by itself (examples/streaming/WordCount.jar of the "
                 "installation)");
  app.add_option("--class", given.main_class, "its main class (as the jar says)");
  app.add_option("--argument", given.arguments, "an argument of it; several times");
  app.add_option(
      "--directory", given.directory,
      "where everything is made before it is uploaded, twice the size of lib (/var/tmp)");
  try {
    app.parse(argc - 1, argv + 1);
    complete_own(given);
  } catch (const CLI::ParseError& problem) {
    return app.exit(problem) == 0 ? command_done : command_wrong_options;
  }
  const auto done = make(op, given);
  if (!done) {
    tell_failure("class-data", given, done.error());
    return command_failed;
  }
  print(given, *done);
  return command_done;
}

}  // namespace dm::guard
