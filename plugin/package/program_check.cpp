// Checks of the component's program.
// SPDX-License-Identifier: Apache-2.0
#include "package/program_check.h"

#include <unistd.h>

#include <fmt/format.h>

#include "input/property_values.h"
#include "input/text_rules.h"
#include "package/flink_configuration.h"
#include "package/jar_file.h"
#include "package/java_release.h"
#include "package/package_files.h"

namespace dm::package {

using input::is_class_name;
using input::settings;
using input::shown;

namespace {

constexpr int oldest_java = 8;  // that any known Flink runs on

void add_problem(descriptor_reading& reading, std::string_view property, std::string found,
                 std::string allowed) {
  reading.problems.push_back({property_path(property), std::move(found), std::move(allowed)});
}

// The Java of the flink client on this node.
std::string java_home_of(const settings& settings, const descriptor& descriptor) {
  const std::string* home = find_value(descriptor.environment, "JAVA_HOME");
  if (home == nullptr) home = find_value(settings.flink_environment, "JAVA_HOME");
  return home == nullptr ? std::string() : *home;
}

void check_java(const std::string& home, int java, const jar_contents& contents,
                descriptor_reading& reading) {
  const int needed = contents.java_release;
  const descriptor& descriptor = reading.descriptor;
  if (needed <= (java == 0 ? oldest_java : java)) return;
  const std::string found =
      fmt::format("a class in {} that is built for Java {} (class-file version {})",
                  descriptor.main_jar, needed, needed + 44);
  if (java == 0) {
    reading.warnings.push_back(
        {property_path("component_main_jar"),
         fmt::format("{}; which Java runs it could not be told: {}", found,
                     home.empty() ? "neither flink_environment nor component_flink_environment "
                                    "sets JAVA_HOME"
                                  : home + "/release names no version")});
  } else if (flink::main_in_cluster(descriptor.submission)) {
    // main() runs in a container then, whose Java is the worker's own.
    reading.warnings.push_back(
        {property_path("component_main_jar"),
         fmt::format("{}; the Java at {} on this node is {}, and main() runs on the one of a "
                     "worker node",
                     found, home, java)});
  } else {
    add_problem(reading, "component_main_jar", found,
                fmt::format("classes for Java {} (version {}) or older, which is the Java at {}; "
                            "build for that one, or let JAVA_HOME in component_flink_environment "
                            "name a newer one",
                            java, java + 44, home));
  }
}

// What Flink would look for, and why it could not start it.
void check_class(const std::string& home, int java, const jar_contents& contents,
                 descriptor_reading& reading) {
  const descriptor& descriptor = reading.descriptor;
  const bool from_manifest = descriptor.main_class.empty();
  const std::string& wanted = from_manifest ? contents.main_class : descriptor.main_class;
  if (wanted.empty()) {
    add_problem(reading, "component_main_class",
                fmt::format("absent, and the manifest of {} names no class", descriptor.main_jar),
                "the class whose main() builds the job");
  } else if (from_manifest && !is_class_name(wanted)) {
    add_problem(reading, "component_main_class",
                fmt::format("absent, and the manifest of {} names \"{}\", which is no class name "
                            "as Java takes it",
                            descriptor.main_jar, shown(wanted)),
                "a name with dots in the manifest, without blanks around it; or the class here");
  } else if (!contents.has_class) {
    const std::string found =
        fmt::format("{}, which is not in {}", shown(wanted), descriptor.main_jar);
    if (contents.has_nested_jars) {
      reading.warnings.push_back(
          {property_path("component_main_class"), found + "; it may be in a jar inside it"});
    } else {
      add_problem(reading, "component_main_class", found,
                  contents.main_class.empty() || contents.main_class == wanted
                      ? "a class in the jar"
                      : fmt::format("a class in the jar; its manifest names {}",
                                    shown(contents.main_class)));
    }
  } else if (!contents.class_problem.empty()) {
    add_problem(
        reading, "component_main_class",
        fmt::format("{} in {}: {}", shown(wanted), descriptor.main_jar, contents.class_problem),
        "a public class with a public static void main(String[])");
  } else {
    check_java(home, java, contents, reading);
  }
}

}  // namespace

result<void> check_jar(const settings& settings, const io::operation& op, const std::string& folder,
                       descriptor_reading& reading) {
  const descriptor& descriptor = reading.descriptor;
  const auto jar = open_package_file(folder, descriptor.main_jar);
  if (!jar) {
    add_problem(reading, "component_main_jar", jar.error().message,
                "a regular file that can be read");
    return {};
  }
  const std::string home = java_home_of(settings, descriptor);
  const int java = java_release_at(home);
  const auto contents = read_jar(op, jar->get(), descriptor.main_jar, descriptor.main_class, java);
  if (contents) {
    check_class(home, java, *contents, reading);
    // Whoever submits without the client does not open the jar again.
    if (descriptor.submission == flink::submission_mode::direct && descriptor.main_class.empty())
      reading.descriptor.main_class = contents->main_class;
    if (contents->hides_properties) {
      reading.warnings.push_back(
          {property_path("component_main_jar"),
           fmt::format("{} has an application.properties of its own: a program that loads it as a "
                       "class-path resource may read that one, without the generated lines",
                       descriptor.main_jar)});
    }
    return {};
  }
  // A closed list of what a reader of the content says; all else is that it could not be read.
  if (contents.error().code != status_code::failed_precondition) return fail(contents.error());
  add_problem(reading, "component_main_jar", contents.error().message,
              "a jar, which is a zip file with stored and deflated entries");
  return {};
}

void check_python(const settings& settings, descriptor_reading& reading) {
  if (auto jar = flink::python_jar(settings.flink_home); !jar) {
    add_problem(reading, "component_main_py", jar.error().message,
                "a Flink installation with its Python jar");
  }
  const std::string& client = reading.descriptor.python_client_executable;
  if (client.starts_with('/') && ::access(client.c_str(), X_OK) != 0) {
    add_problem(reading, "component_flink_python_client_executable",
                client + ", which is no program on this node",
                "a Python interpreter on this node, with the apache-flink package");
  }
}

}  // namespace dm::package
