// The environment document: what is read, what has a default, and everything that can be wrong with
// it.
#include "input/settings.h"

#include <algorithm>
#include <catch2/catch.hpp>

#include "support/node.h"

using namespace dm::context;
using namespace dm::input;
using namespace dm::package;
using dm::test::node;

namespace {

std::string with_quotes(std::string text) {
  std::replace(text.begin(), text.end(), '\'', '"');
  return text;
}

const std::string cluster =
    "'namespace':'prod','yarn_resource_manager_host':'rm1','yarn_resource_manager_port':8088,"
    "'webhdfs_host':'nn1','webhdfs_port':'9870'";

dm::result<settings> read(const std::string& environment, const std::string& more_settings = {}) {
  return read_settings(with_quotes("{'schema':1,'environment':{" + environment + "},'settings':{" +
                                   more_settings + "}}"),
                       "/usr/lib/dm");
}

std::vector<std::string> paths(const dm::result<settings>& read) {
  std::vector<std::string> list;
  if (!read) {
    for (const auto& p : read.error().details) list.push_back(p.path);
  }
  return list;
}

}  // namespace

TEST_CASE("the deployment manager's own environment is enough, the rest has defaults") {
  const auto s = read(
      cluster +
      ",'flink':'/opt/flink/bin/flink','hadoop_manager_password':'x','kafka_brokers':'a:1,b:2'");
  if (!s) FAIL(s.error().text());
  CHECK(s->name_space == "prod");
  CHECK(s->resource_managers == std::vector<std::string>{"http://rm1:8088"});
  CHECK(s->name_nodes == std::vector<std::string>{"http://nn1:9870"});
  CHECK(s->flink_command == "/opt/flink/bin/flink");
  CHECK(s->flink_home == "/opt/flink");
  CHECK(s->state_root == "/pnda/flink");
  CHECK(s->install_root == "/opt");
  CHECK(s->supervisor.url == "http://127.0.0.1:9001/RPC2");
  CHECK(s->supervisor_config_dir == "/etc/supervisor/conf.d");
  CHECK(s->submission_slots == 4);
  CHECK_FALSE(s->node.empty());
  CHECK(s->guard.ends_with("/flink-guard"));
  CHECK(s->history_server.empty());
  CHECK(timeout_ms(*s, "status") == 30'000);
  CHECK(s->warnings.empty());
}

TEST_CASE("a setting that is not known is no error, and is told") {
  const auto s = read(cluster,
                      "'flink_home':'/opt/flink','default_que':'q','submission_slots':2,"
                      "'timeouts_ms':{},'flink_environment':{},'whatever':1");
  if (!s) FAIL(s.error().text());
  REQUIRE(s->warnings.size() == 2);
  CHECK(s->warnings[0].path == "$.settings.default_que");
  CHECK(s->warnings[0].message.find("default_queue") != std::string::npos);
  CHECK(s->warnings[1].path == "$.settings.whatever");
}

TEST_CASE("everything can be set") {
  const auto s = read(
      cluster +
          ",'yarn_resource_manager_host_backup':'rm2','yarn_resource_manager_port_backup':'8089',"
          "'webhdfs_host_backup':'nn2','webhdfs_port_backup':9871,'flink_history_server':'hs:8082',"
          "'queue_policy':'/opt/rm-wrapper/yarn-policy.sh'",
      "'state_root':'/data/flink','install_root':'/srv','supervisor_url':'unix:///run/"
      "supervisor.sock',"
      "'supervisor_user':'u','supervisor_password':'p','supervisor_config_dir':'/srv/"
      "conf','flink_home':'/opt/flink-1.20',"
      "'guard':'/opt/dm/"
      "flink-guard','node':'edge7','default_queue':'root.jobs','flink_profile':'small','submission_"
      "slots':2,"
      "'history_archive_dir':'hdfs://nn/completed','timeouts_ms':{'start':1000},"
      "'flink_environment':{'JAVA_HOME':'/jvm','JVM_ARGS':'--add-opens=java.base/"
      "java.lang=ALL-UNNAMED'},"
      "'flink_configuration':{'a.b':1,'c':true,'d':'e'}");
  if (!s) FAIL(s.error().text());
  CHECK(s->queue_policy == "/opt/rm-wrapper/yarn-policy.sh");
  CHECK(s->resource_managers == std::vector<std::string>{"http://rm1:8088", "http://rm2:8089"});
  CHECK(s->name_nodes == std::vector<std::string>{"http://nn1:9870", "http://nn2:9871"});
  CHECK(s->history_server == "http://hs:8082");
  CHECK(s->flink_command == "/opt/flink-1.20/bin/flink");
  CHECK(s->supervisor.url == "unix:///run/supervisor.sock");
  CHECK(s->supervisor.password == "p");
  CHECK(s->guard == "/opt/dm/flink-guard");
  CHECK(s->node == "edge7");
  CHECK(s->profile == start_profile::small);
  CHECK(s->submission_slots == 2);
  CHECK(s->flink_configuration ==
        std::vector<std::pair<std::string, std::string>>{{"a.b", "1"}, {"c", "true"}, {"d", "e"}});
  CHECK(s->flink_environment.size() == 2);
  CHECK(timeout_ms(*s, "start") == 1000);
  CHECK(timeout_ms(*s, "stop") > 1000);
}

TEST_CASE("a document with nothing in it says all that is missing at once") {
  const auto s = read("");
  REQUIRE_FALSE(s);
  CHECK(s.error().code == dm::status_code::invalid_argument);
  CHECK(paths(s) == std::vector<std::string>{
                        "$.environment.namespace", "$.environment.yarn_resource_manager_host",
                        "$.environment.yarn_resource_manager_port", "$.environment.webhdfs_host",
                        "$.environment.webhdfs_port", "$.environment.flink"});
}

TEST_CASE("every bad value is told with its path") {
  struct bad {
    const char* member;
    const char* value;
    const char* below = "";  // the path goes on
  };
  const bad in_environment[] = {
      {"flink", "'bin/flink'"},
      {"flink", "'/opt/../flink'"},
      {"flink", "['/f']"},
      {"namespace", "'Prod'"},
      {"namespace", "'-prod'"},
      {"namespace", "'prod\\n'"},
      {"yarn_resource_manager_host", "'rm1,rm2'"},
      {"yarn_resource_manager_port", "0"},
      {"webhdfs_port", "'70000'"},
      {"webhdfs_port", "8020.5"},
      {"webhdfs_host", "'http://x'"},
      {"webhdfs_host", "{'a':1}"},
      {"flink_history_server", "'hs'"},
      {"flink_history_server", "'hs:0'"},
      {"flink_history_server", "'hs:1/x'"},
      {"queue_policy", "'policy.sh'"},
      {"queue_policy", "'/opt/policy.sh --map /etc/map'"},
      {"queue_policy", "'/opt/../policy.sh'"},
      {"queue_policy", "'/opt/policy;reboot'"},
  };
  for (const bad& one : in_environment) {
    INFO(one.member << ": " << one.value);
    // Of members that are given twice the first one is read.
    const auto s = read(std::string("'") + one.member + "':" + one.value + "," + cluster +
                        ",'flink':'/f/bin/flink'");
    CHECK(paths(s) == std::vector<std::string>{std::string("$.environment.") + one.member});
  }
  const bad in_settings[] = {
      {"state_root", "'hdfs:///x'"},
      {"state_root", "'/x/'"},
      {"state_root", "5"},
      {"install_root", "'/opt/a b'"},
      {"install_root", "'opt'"},
      {"supervisor_url", "'http://u:p@h/RPC2'"},
      {"supervisor_url", "'unix://x.sock'"},
      {"supervisor_url", "'ftp://x'"},
      {"supervisor_password", "'x\\ny'"},
      {"supervisor_config_dir", "'../x'"},
      {"guard", "'flink-guard'"},
      {"node", "'a b'"},
      {"default_queue", "'a b'"},
      {"flink_profile", "'tiny'"},
      {"submission_slots", "0"},
      {"submission_slots", "'4'"},
      {"history_archive_dir", "'completed'"},
      {"timeouts_ms", "5"},
      {"timeouts_ms", "{'begin':1}", ".begin"},
      {"timeouts_ms", "{'start':-1}", ".start"},
      {"flink_environment", "'x'"},
      {"flink_environment", "{'a b':'x'}", ".a b"},
      {"flink_environment", "{'A':'x\\ny'}", ".A"},
      {"flink_environment", "{'A':['x']}", ".A"},
      {"flink_configuration", "{'yarn.tags':'x'}", ".yarn.tags"},
      {"flink_configuration", "{'s3.secret-key':'x'}", ".s3.secret-key"},
  };
  for (const bad& one : in_settings) {
    INFO(one.member << ": " << one.value);
    const auto s =
        read(cluster + ",'flink':'/f/bin/flink'", std::string("'") + one.member + "':" + one.value);
    CHECK(paths(s) ==
          std::vector<std::string>{std::string("$.settings.") + one.member + one.below});
    if (!s) CHECK(s.error().text().find('\n') == std::string::npos);
  }
}

TEST_CASE("a second ResourceManager or NameNode needs host and port") {
  const auto s = read(cluster +
                      ",'flink':'/f/bin/"
                      "flink','yarn_resource_manager_host_backup':'rm2','webhdfs_host_backup':'n'");
  CHECK(paths(s) == std::vector<std::string>{"$.environment.yarn_resource_manager_port_backup",
                                             "$.environment.webhdfs_port_backup"});
  // A port alone names nobody.
  CHECK(read(cluster + ",'flink':'/f/bin/flink','yarn_resource_manager_port_backup':8088"));
}

TEST_CASE("what is no document is refused") {
  for (const char* text : {"", "[]", "{", "null", "{\"schema\":2,\"environment\":{}}",
                           "{\"schema\":1,\"environment\":[]}"}) {
    INFO(text);
    const auto s = read_settings(text, "");
    REQUIRE_FALSE(s);
    CHECK(s.error().code == dm::status_code::invalid_argument);
  }
  CHECK_FALSE(read_settings(std::string(std::size_t{2} << 20, ' '), ""));
}

TEST_CASE("the guard is found beside the library") {
  node node;
  dm::test::write_text(node.path() + "/lib/flink.so", "");
  const auto s = read_settings(
      with_quotes("{'schema':1,'environment':{" + cluster + ",'flink':'/f/bin/flink'}}"),
      node.path() + "/lib");
  if (!s) FAIL(s.error().text());
  CHECK(s->guard == node.path() + "/bin/flink-guard");
}

TEST_CASE("directories to tidy up lie deep, and neither above nor in the components' state") {
  const std::string flink = cluster + ",'flink':'/opt/flink/bin/flink'";
  const auto good = read(flink,
                         "'temporary_directories':['hdfs:///pnda/tmp/dc','/pnda/other'],"
                         "'library_directory':'/pnda/lib','client_temporary_directory':'/var/tmp'");
  if (!good) FAIL(good.error().text());
  CHECK(good->temporary_directories ==
        std::vector<std::string>{"hdfs:///pnda/tmp/dc", "/pnda/other"});
  CHECK(good->library_directory == "/pnda/lib");
  CHECK(good->client_temporary_directory == "/var/tmp");
  CHECK(good->warnings.empty());
  const auto plain = read(flink);
  REQUIRE(plain);
  CHECK(plain->temporary_directories.empty());
  CHECK(plain->library_directory.empty());
  CHECK(plain->client_temporary_directory == "/tmp");
  const auto bad =
      read(flink,
           "'state_root':'/pnda/deep/flink','temporary_directories':['/','/tmp','/pnda/deep',"
           "'/pnda/deep/flink','/pnda/deep/flink/prod/app','/pnda/deep/flink/other','/a/../b',7],"
           "'library_directory':'/pnda'");
  CHECK(paths(bad).size() == 9);
}

TEST_CASE("Flink's libraries lie beside the components' state, or where the setting says") {
  const std::string flink = cluster + ",'flink':'/opt/flink/bin/flink'";
  CHECK(read(flink)->flink_libraries_root == "/pnda/flink-libraries");
  CHECK(read(flink, "'state_root':'/a/b/state'")->flink_libraries_root == "/a/b/flink-libraries");
  CHECK(read(flink, "'state_root':'/state'")->flink_libraries_root == "/flink-libraries");
  CHECK(read(flink, "'flink_libraries_root':'/flink'")->flink_libraries_root == "/flink");
  for (const char* root : {"/", "relative", "/pnda/flink", "/pnda", "/pnda/flink/x", "/a/../b"}) {
    CAPTURE(root);
    CHECK(paths(read(flink, "'flink_libraries_root':'" + std::string(root) + "'")) ==
          std::vector<std::string>{"$.settings.flink_libraries_root"});
  }
}

TEST_CASE("Graphite is the environment's, or the setting's, or nobody's") {
  const std::string flink = cluster + ",'flink':'/opt/flink/bin/flink'";
  CHECK(read(flink)->metrics.graphite.empty());
  CHECK(read(flink + ",'graphite_host':''")->metrics.graphite.empty());
  CHECK(read(flink + ",'graphite_host':'g'")->metrics.graphite == "g:2003");
  CHECK(read(flink + ",'graphite_host':'g','graphite_port':2103")->metrics.graphite == "g:2103");
  CHECK(read(flink + ",'graphite_host':'g'", "'metrics_graphite':'h:1'")->metrics.graphite ==
        "h:1");
  CHECK(
      read(flink + ",'graphite_host':'g'", "'metrics_graphite':'none'")->metrics.graphite.empty());
}

TEST_CASE("settings of metrics are read, and all that is wrong with them is told") {
  const std::string flink = cluster + ",'flink':'/opt/flink/bin/flink'";
  const auto usual = read(flink);
  CHECK(usual->metrics.interval_sec == 60);
  CHECK(usual->metrics.prometheus_ports == "9249-9349");
  CHECK_FALSE(usual->metrics.reporters);
  const auto s = read(flink,
                      "'metrics_statsd':'s:8125','metrics_prometheus_ports':'9300',"
                      "'metrics_interval_sec':15,'metrics_reporters':'graphite, jmx'");
  if (!s) FAIL(s.error().text());
  CHECK(s->metrics.statsd == "s:8125");
  CHECK(s->metrics.prometheus_ports == "9300");
  CHECK(s->metrics.interval_sec == 15);
  CHECK(s->metrics.reporters == std::vector<std::string>{"graphite", "jmx"});
  CHECK(s->warnings.empty());
  CHECK(read(flink, "'metrics_reporters':'none'")->metrics.reporters == std::vector<std::string>{});
  const auto wrong =
      read(flink + ",'graphite_host':'a b','graphite_port':'x'",
           "'metrics_graphite':'h','metrics_statsd':'s:0','metrics_prometheus_ports':'9-8',"
           "'metrics_interval_sec':0,'metrics_reporters':'none,jmx'");
  const auto told = paths(wrong);
  CHECK(told == std::vector<std::string>{
                    "$.environment.graphite_host", "$.environment.graphite_port",
                    "$.settings.metrics_graphite", "$.settings.metrics_statsd",
                    "$.settings.metrics_prometheus_ports", "$.settings.metrics_interval_sec",
                    "$.settings.metrics_reporters"});
}

TEST_CASE("Oozie is the setting's, or the environment's, or nobody's") {
  const std::string flink = cluster + ",'flink':'/opt/flink/bin/flink'";
  const auto none = read(flink);
  REQUIRE(none);
  CHECK(none->oozie.url.empty());
  CHECK(none->oozie.action == dm::oozie::action_kind::ssh);
  CHECK(none->oozie.ssh_host.empty());
  CHECK(none->oozie.resource_manager.empty());
  CHECK(none->oozie.name_node.empty());
  CHECK(read(flink + ",'oozie_uri':''")->oozie.url.empty());
  CHECK(read(flink + ",'oozie_uri':'http://o:11000/oozie/'")->oozie.url == "http://o:11000/oozie");
  CHECK(
      read(flink + ",'oozie_uri':'http://o:11000/oozie'", "'oozie_url':'https://p/x'")->oozie.url ==
      "https://p/x");
}

TEST_CASE("settings of Oozie are read, and all that is wrong with them is told") {
  const std::string flink = cluster + ",'flink':'/opt/flink/bin/flink'";
  const auto s =
      read(flink + ",'name_node':'hdfs://nn1:8020'",
           "'oozie_url':'http://o:11000/oozie','oozie_action':'shell',"
           "'oozie_ssh_host':'root@edge1.example.com','oozie_resource_manager':'rm1:8032'");
  if (!s) FAIL(s.error().text());
  CHECK(s->oozie.action == dm::oozie::action_kind::shell);
  CHECK(s->oozie.ssh_host == "root@edge1.example.com");
  CHECK(s->oozie.resource_manager == "rm1:8032");
  CHECK(s->oozie.name_node == "hdfs://nn1:8020");
  CHECK(s->warnings.empty());
  const auto wrong =
      read(flink + ",'oozie_uri':'oozie:11000','name_node':'hdfs://nn1 x'",
           "'oozie_url':'http://u:p@o/oozie','oozie_action':'java','oozie_ssh_host':'edge1',"
           "'oozie_resource_manager':'rm1 rm2'");
  CHECK(paths(wrong) ==
        std::vector<std::string>{"$.environment.oozie_uri", "$.settings.oozie_url",
                                 "$.settings.oozie_action", "$.settings.oozie_ssh_host",
                                 "$.settings.oozie_resource_manager", "$.environment.name_node"});
}

TEST_CASE("addresses that a request, a workflow or a shell would read otherwise are refused") {
  const std::string flink = cluster + ",'flink':'/opt/flink/bin/flink'";
  for (const char* url : {"http://o/oozie?x=1", "http://o/oozie#x", "http://o:0/oozie", "http://",
                          "ftp://o/oozie", "http://o/a b", "http://o/%2e"}) {
    INFO(url);
    CHECK(paths(read(flink, std::string("'oozie_url':'") + url + "'")) ==
          std::vector<std::string>{"$.settings.oozie_url"});
  }
  for (const char* host :
       {"@edge1", "root@", "root@a b", "ro ot@a", "$(id)@a", "root@a;b", "-l@a b"}) {
    INFO(host);
    CHECK(paths(read(flink, std::string("'oozie_ssh_host':'") + host + "'")) ==
          std::vector<std::string>{"$.settings.oozie_ssh_host"});
  }
  for (const char* address : {"${rm}", "rm1:8032;x", "a\\nb"}) {
    INFO(address);
    CHECK(paths(read(flink, std::string("'oozie_resource_manager':'") + address + "'")) ==
          std::vector<std::string>{"$.settings.oozie_resource_manager"});
  }
}
