// The configuration directory of a component's client: links, and logging of its own.
#include "package/client_configuration.h"

#include <catch2/catch.hpp>

#include <algorithm>
#include <filesystem>

#include "package/preparation.h"
#include "support/node.h"

using namespace dm::package;
using dm::test::json;
using dm::test::node;
using dm::test::temporary_directory;
using dm::test::write_text;

namespace {

std::string content_of(const client_configuration& planned, const std::string& name) {
  for (const auto& [file, content] : planned.files) {
    if (file == name) return content;
  }
  return "(absent)";
}

bool has_line(const std::string& text, const std::string& line) {
  return ("\n" + text).find("\n" + line + "\n") != std::string::npos;
}

preparation prepared(node& edge, const std::string& properties) {
  const auto document = json("{'component_main_jar':'app.jar'" + properties + "}");
  return prepare(edge.session().settings(), {}, {"prod", "app", "stream"},
                 read_properties(document), edge.stage(), false);
}

}  // namespace

TEST_CASE("all of the site's files are linked but its logging, which is the component's") {
  const temporary_directory site;
  for (const char* name :
       {"config.yaml", "log4j.properties", "log4j-cli.properties", "logback.xml"})
    write_text(site / name, "x");
  const auto planned = plan_client_configuration(site.path(), {});
  REQUIRE(planned);
  CHECK(planned->links == std::vector<std::string>{"config.yaml", "logback.xml"});
  const std::string containers = content_of(*planned, "log4j.properties");
  CHECK(has_line(containers, "rootLogger.level = INFO"));
  CHECK(has_line(containers, "appender.main.fileName = ${sys:log.file}"));
  CHECK(has_line(containers, "appender.main.filePattern = ${sys:log.file}.%i"));
  CHECK(has_line(containers, "appender.main.policies.size.size = 10485760"));
  CHECK(has_line(containers, "appender.main.strategy.max = 5"));
  CHECK(has_line(containers, "logger.user.name = flink"));
  CHECK(has_line(containers,
                 "appender.user.fileName = ${env:DM_LOG_DIR:-${env:LOG_DIRS}}/flink.log"));
  const std::string client = content_of(*planned, "log4j-cli.properties");
  CHECK(has_line(client, "appender.file.type = RollingFile"));
  CHECK(has_line(client, "logger.yarn.appenderRef.console.ref = ConsoleAppender"));
  CHECK(has_line(client, "logger.yarn.level = INFO"));
}

TEST_CASE("the properties are in it, written so that Java reads them as they are") {
  const temporary_directory site;
  write_text(site / "log4j.properties", "x");
  logging wanted;
  wanted.level = "DEBUG";
  wanted.pattern = "%d{ISO8601} ä\\n 𝄞 %m%n";
  wanted.file_bytes = 65536;
  wanted.files = 2;
  const auto planned = plan_client_configuration(site.path(), wanted);
  REQUIRE(planned);
  const std::string text = content_of(*planned, "log4j.properties");
  CHECK(has_line(text,
                 "appender.main.layout.pattern = %d{ISO8601} \\u00E4\\\\n \\uD834\\uDD1E %m%n"));
  CHECK(has_line(text, "rootLogger.level = DEBUG"));
  CHECK(has_line(text, "appender.user.policies.size.size = 65536"));
  CHECK(has_line(content_of(*planned, "log4j-cli.properties"), "logger.yarn.level = INFO"));
}

TEST_CASE("where there is nothing to replace the site's logging stays") {
  const temporary_directory site;
  CHECK_FALSE(plan_client_configuration(site.path(), {}));
  CHECK_FALSE(plan_client_configuration(site / "absent", {}));
  write_text(site / "real/log4j.properties", "x");
  std::filesystem::create_directory_symlink(site / "real", site / "link");
  CHECK(plan_client_configuration(site / "link", {}));
}

TEST_CASE("patterns cannot look anything up, nor begin another line (INV-8)") {
  CHECK(is_log_pattern("%m%n"));
  for (const char* text : {"", "%m", "${env:HOME}%n", "a\nb%n", "${jndi:ldap://x}%n"})
    CHECK_FALSE(is_log_pattern(text));
  CHECK_FALSE(is_log_pattern(std::string(500, 'x') + "%n"));
}

TEST_CASE("a component gets its own unless it has named one, and that is said") {
  node edge;
  write_text(edge.flink_home() + "/conf/log4j.properties", "x");
  auto plain = prepared(edge, "");
  REQUIRE(plain.reading.problems.empty());
  CHECK(plain.reading.descriptor.client_configuration);
  auto all = prepared(edge,
                      ",'component_flink_log_level':'WARN','component_flink_log_pattern':'%m%n',"
                      "'component_flink_log_file_size':'1m','component_flink_log_files':3");
  REQUIRE(all.reading.problems.empty());
  CHECK(all.reading.descriptor.logging.level == "WARN");
  CHECK(all.reading.descriptor.logging.file_bytes == 1 << 20);
  CHECK(all.reading.descriptor.logging.files == 3);
  auto own = prepared(edge,
                      ",'component_flink_log_level':'WARN',"
                      "'component_flink_environment':{'FLINK_CONF_DIR':'/etc/own'}");
  CHECK_FALSE(own.reading.descriptor.client_configuration);
  CHECK(std::any_of(
      own.reading.warnings.begin(), own.reading.warnings.end(),
      [](const warning& one) { return one.message.find("FLINK_CONF_DIR") != std::string::npos; }));
  const auto refused =
      prepared(edge,
               ",'component_flink_log_level':'LOUD','component_flink_log_pattern':'%m',"
               "'component_flink_log_file_size':'1k','component_flink_log_files':0");
  CHECK(refused.reading.problems.count() == 4);
}
