// validate by scope: what each of them looks at, and that it reports everything at once.
#include <algorithm>
#include <catch2/catch.hpp>
#include <filesystem>

#include "fake/resource_manager.h"
#include "lifecycle/validate.h"
#include "support/class_bytes.h"
#include "support/node.h"

using namespace dm::context;
using namespace dm::input;
using namespace dm::lifecycle;
using namespace dm::package;
using dm::component::component_name;
using dm::io::operation;
using dm::test::json;
using dm::test::make_zip;
using dm::test::node;
using dm::test::write_text;

namespace fs = std::filesystem;

namespace {

const component_name name{"prod", "app", "stream"};
const std::string java = "'component_main_jar':'app.jar'";

validate_reply run(node& node, const std::string& properties, validation_scope scope,
                   const std::function<void(validate_request&)>& more = {}) {
  const auto document = json(properties);
  validate_request request;
  request.name = name;
  request.scope = scope;
  request.properties = read_properties(document);
  if (more) more(request);
  return validate(node.session(), operation::within(std::chrono::seconds(20)), request);
}

validate_reply staged(node& node, const std::string& properties, const std::string& folder) {
  return run(node, properties, validation_scope::staged,
             [&](validate_request& request) { request.staged_path = folder; });
}

std::vector<std::string> paths(const validate_reply& reply) {
  std::vector<std::string> list;
  if (reply.failure) {
    for (const auto& p : reply.failure->details) list.push_back(p.path);
  }
  return list;
}

std::string text(const validate_reply& reply) {
  return reply.failure ? reply.failure->text() : "valid";
}

}  // namespace

TEST_CASE("properties: a good descriptor is valid, without a cluster and without a package") {
  node node;
  node.supervisord().server().stop();
  const auto reply = run(node, "{" + java + ",'environment_x':'y'}", validation_scope::properties);
  INFO(text(reply));
  CHECK_FALSE(reply.failure);
  CHECK(reply.warnings.empty());
}

TEST_CASE("properties: names and descriptor are wrong at once") {
  node node;
  const auto reply = run(node, "{'component_flink_slots':0,'component_flink_version':'1.4'}",
                         validation_scope::properties, [](validate_request& request) {
                           request.name = {"Prod", "a/b", "c\n"};
                         });
  CHECK(paths(reply) == std::vector<std::string>{"$.namespace", "$.application", "$.component",
                                                 "$.properties.component_main_jar",
                                                 "$.properties.component_flink_version",
                                                 "$.properties.component_flink_slots"});
}

TEST_CASE("properties: what the installed Flink cannot be given is told") {
  node node("2.0.2");
  CHECK(paths(run(node, "{" + java + ",'component_flink_submission':'attached'}",
                  validation_scope::properties)) ==
        std::vector<std::string>{"$.properties.component_flink_submission"});
  CHECK_FALSE(run(node, "{" + java + "}", validation_scope::properties).failure);
}

TEST_CASE("properties: keys that Flink cannot be given together are told") {
  node node;
  const std::string keys =
      ",'component_flink_configuration':{'metrics.scope.jm':'a','metrics.scope.jm.job':'b'}}";
  CHECK(paths(run(node, "{" + java + keys, validation_scope::properties)) ==
        std::vector<std::string>{"$.properties.component_flink_configuration"});
}

TEST_CASE("properties: far too many are refused before anything else is looked at") {
  node node;
  std::string many = "{" + java;
  for (int i = 0; i < 6'000; ++i) many += ",'component_" + std::to_string(i) + "':1";
  CHECK(paths(run(node, many + "}", validation_scope::properties)) ==
        std::vector<std::string>{"$.properties"});
}

TEST_CASE("properties: without a Flink installation the rest is checked, with a warning") {
  node node;
  fs::remove_all(node.flink_home());
  const auto reply =
      run(node, "{" + java + ",'component_flink_version':'9'}", validation_scope::properties);
  CHECK_FALSE(reply.failure);
  REQUIRE(reply.warnings.size() == 1);
  CHECK(reply.warnings[0].path == "$.settings.flink_home");
}

TEST_CASE("package: files are known by name, an application is not known yet") {
  node node;
  const auto with_files = [&](std::vector<std::string> files, const std::string& properties) {
    return run(node, properties, validation_scope::package, [&](validate_request& request) {
      request.name.application.clear();
      request.files = std::move(files);
    });
  };
  CHECK_FALSE(with_files({"app.jar", "application.properties"}, "{" + java + "}").failure);
  CHECK(with_files({"app.jar", "application.properties"}, "{" + java + "}").warnings.empty());
  // The original required it; here it is generated.
  CHECK(with_files({"app.jar"}, "{" + java + "}").warnings.size() == 1);
  const auto missing = with_files({"other.jar", "lib/x.py", "bad\nname"}, "{" + java + "}");
  REQUIRE(missing.failure);
  CHECK(missing.failure->details.size() == 2);
  CHECK(text(missing).find("other.jar") != std::string::npos);
  CHECK(
      paths(with_files({"a.py"}, "{'component_main_py':'a.py','component_py_files':'lib,b.py'}")) ==
      std::vector<std::string>{"$.properties.component_py_files",
                               "$.properties.component_py_files"});
  CHECK_FALSE(
      with_files({"a.py", "lib/x.py"}, "{'component_main_py':'a.py','component_py_files':'lib'}")
          .failure);
  // The environment comes later.
  CHECK_FALSE(
      with_files({"app.jar"}, "{" + java + ",'component_application_args':'${environment_zk}'}")
          .failure);
}

TEST_CASE("staged: the jar is opened") {
  node node;
  const std::string folder = node.stage();
  CHECK_FALSE(staged(node, "{" + java + "}", folder).failure);
  CHECK_FALSE(staged(node, "{" + java + ",'component_main_class':'example.Job'}", folder).failure);
  const auto no_class =
      staged(node, "{" + java + ",'component_main_class':'example.Missing'}", folder);
  CHECK(paths(no_class) == std::vector<std::string>{"$.properties.component_main_class"});
  CHECK(text(no_class).find("example.Job") != std::string::npos);

  write_text(folder + "/text.jar", "no zip");
  const auto no_zip = staged(node, "{'component_main_jar':'text.jar'}", folder);
  CHECK(paths(no_zip) == std::vector<std::string>{"$.properties.component_main_jar"});
  CHECK(text(no_zip).find("zip") != std::string::npos);

  make_zip(folder + "/bare.jar", {{"example/Job.class", dm::test::class_bytes()}});
  CHECK(paths(staged(node, "{'component_main_jar':'bare.jar'}", folder)) ==
        std::vector<std::string>{"$.properties.component_main_class"});
  CHECK_FALSE(
      staged(node, "{'component_main_jar':'bare.jar','component_main_class':'example.Job'}", folder)
          .failure);

  make_zip(folder + "/nested.jar", {{"lib/inner.jar", "PK"}});
  const auto nested = staged(
      node, "{'component_main_jar':'nested.jar','component_main_class':'example.Job'}", folder);
  CHECK_FALSE(nested.failure);
  CHECK(nested.warnings.size() == 1);

  CHECK(paths(staged(node, "{'component_main_jar':'absent.jar'}", folder)) ==
        std::vector<std::string>{"$.properties.component_main_jar"});
}

TEST_CASE(
    "staged: a class that is newer than the Java of this node is refused, with both versions") {
  node node;
  const std::string folder = node.stage();
  make_zip(folder + "/new.jar", {{"META-INF/MANIFEST.MF", "Main-Class: example.Job\n"},
                                 {"example/Job.class", dm::test::class_bytes({.major = 69})}});
  const auto check = [&](const std::string& more) {
    return staged(node, "{'component_main_jar':'new.jar'" + more + "}", folder);
  };
  const auto unknown = check("");
  CHECK_FALSE(unknown.failure);
  REQUIRE(unknown.warnings.size() == 1);
  CHECK(unknown.warnings[0].message.find("Java 25") != std::string::npos);

  write_text(node.path() + "/jdk/release", "IMPLEMENTOR=\"x\"\nJAVA_VERSION=\"17.0.12\"\n");
  const std::string home = ",'component_flink_environment':{'JAVA_HOME':'" + node.path() + "/jdk'}";
  const auto older = check(home);
  CHECK(paths(older) == std::vector<std::string>{"$.properties.component_main_jar"});
  CHECK(text(older).find("Java 25") != std::string::npos);
  CHECK(text(older).find("Java 17") != std::string::npos);
  const auto in_the_cluster = check(home + ",'component_flink_submission':'application'");
  CHECK_FALSE(in_the_cluster.failure);
  CHECK(in_the_cluster.warnings.size() == 1);
  write_text(node.path() + "/jdk/release", "JAVA_VERSION=\"25\"\n");
  CHECK_FALSE(check(home).failure);
}

TEST_CASE(
    "staged: keys of the installation's own configuration that would take a component away (D-3)") {
  node node;
  const std::string folder = node.stage();
  write_text(node.flink_home() + "/conf/flink-conf.yaml", "execution.target: local\n");
  const auto of_the_node = staged(node, "{" + java + "}", folder);
  REQUIRE(of_the_node.failure);
  CHECK(of_the_node.failure->code == dm::status_code::failed_precondition);
  CHECK(text(of_the_node).find("execution.target") != std::string::npos);

  write_text(node.path() + "/own/flink-conf.yaml", "parallelism.default: 1\n");
  const std::string own =
      ",'component_flink_environment':{'FLINK_CONF_DIR':'" + node.path() + "/own'}";
  CHECK_FALSE(staged(node, "{" + java + own + "}", folder).failure);
  write_text(node.path() + "/own/flink-conf.yaml", "execution.target: local\n");
  CHECK(paths(staged(node, "{" + java + own + "}", folder)) ==
        std::vector<std::string>{"$.properties.component_flink_environment.FLINK_CONF_DIR"});
  const std::string relative = ",'component_flink_environment':{'FLINK_CONF_DIR':'own'}";
  CHECK(paths(staged(node, "{" + java + relative + "}", folder)) ==
        std::vector<std::string>{"$.properties.component_flink_environment.FLINK_CONF_DIR"});
}

TEST_CASE("staged: names that flink-guard uses itself are refused at the top of a package") {
  node node;
  const std::string folder = node.stage();
  write_text(folder + "/guard.lock", "");
  write_text(folder + "/deeper/client.lock", "");
  const auto refused = staged(node, "{" + java + "}", folder);
  CHECK(paths(refused) == std::vector<std::string>{"package: guard.lock"});
}

TEST_CASE(
    "staged: a manifest that names no class Java can find, and a jar that hides the properties") {
  node node;
  const std::string folder = node.stage();
  make_zip(folder + "/odd.jar", {{"META-INF/MANIFEST.MF", "Main-Class: example/Job\n"},
                                 {"example/Job.class", dm::test::class_bytes()}});
  const auto slashes = staged(node, "{'component_main_jar':'odd.jar'}", folder);
  CHECK(paths(slashes) == std::vector<std::string>{"$.properties.component_main_class"});
  CHECK(text(slashes).find("example/Job") != std::string::npos);
  auto entries = dm::test::job_jar();
  entries.emplace_back("application.properties", "a=1\n");
  make_zip(folder + "/own.jar", entries);
  const auto hidden = staged(node, "{'component_main_jar':'own.jar'}", folder);
  CHECK_FALSE(hidden.failure);
  REQUIRE(hidden.warnings.size() == 1);
  CHECK(hidden.warnings[0].message.find("application.properties") != std::string::npos);
}

TEST_CASE("staged: a Python program needs its files, Flink's Python jar and an interpreter") {
  node node;
  const std::string folder = node.stage();
  write_text(folder + "/job.py", "print(1)\n");
  CHECK_FALSE(staged(node, "{'component_main_py':'job.py'}", folder).failure);
  const auto wrong = staged(node,
                            "{'component_main_py':'job.py','component_py_files':'absent.py',"
                            "'component_flink_python_client_executable':'/no/such/python'}",
                            folder);
  CHECK(paths(wrong) ==
        std::vector<std::string>{"$.properties.component_py_files",
                                 "$.properties.component_flink_python_client_executable"});
  fs::remove_all(node.flink_home() + "/opt");
  CHECK(paths(staged(node, "{'component_main_py':'job.py'}", folder)) ==
        std::vector<std::string>{"$.properties.component_main_py"});
}

TEST_CASE("staged: links, application.properties and the account are part of it") {
  node node;
  const std::string folder = node.stage();
  fs::create_symlink("/etc/passwd", folder + "/passwd");
  write_text(folder + "/application.properties", "a=${no_such}\n");
  const auto reply =
      run(node, "{" + java + "}", validation_scope::staged, [&](validate_request& request) {
        request.staged_path = folder;
        request.user = "no-such-account";
      });
  CHECK(paths(reply) ==
        std::vector<std::string>{"package: passwd", "application.properties:1", "$.user"});
}

TEST_CASE("staged: a folder or a Flink that is not there is no fault of the descriptor") {
  node node;
  const auto absent = staged(node, "{" + java + "}", node.path() + "/absent");
  REQUIRE(absent.failure);
  CHECK(absent.failure->code == dm::status_code::not_found);
  const std::string folder = node.stage();
  fs::remove_all(node.flink_home() + "/lib");
  const auto no_flink = staged(node, "{" + java + "}", folder);
  REQUIRE(no_flink.failure);
  CHECK(no_flink.failure->code == dm::status_code::failed_precondition);
  CHECK(no_flink.failure->message.find(node.flink_home()) != std::string::npos);
}

TEST_CASE("online: queue and memory are compared with the cluster, which need not be there") {
  node node;
  dm::fake::resource_manager yarn;
  const auto ask = [&](const std::string& properties) {
    return run(node, properties, validation_scope::properties, [](validate_request& request) {
      request.online = true;
      request.user = "pnda";
    });
  };
  node.reopen(
      "'yarn_resource_manager_host_backup':'127.0.0.1','yarn_resource_manager_port_backup':" +
      std::to_string(yarn.server().port()));
  CHECK_FALSE(ask("{" + java +
                  ",'component_flink_queue':'default','component_flink_taskmanager_memory':'1g'}")
                  .failure);
  for (const char* queue : {"nowhere", "root.nowhere.default", "ROOT.default", "Default", "root"}) {
    INFO(queue);
    CHECK(paths(ask("{" + java + ",'component_flink_queue':'" + queue + "'}")) ==
          std::vector<std::string>{"$.properties.component_flink_queue"});
  }
  CHECK_FALSE(ask("{" + java + ",'component_flink_queue':'root.default'}").failure);
  CHECK(paths(ask("{" + java +
                  ",'component_flink_taskmanager_memory':'1t','component_flink_jobmanager_memory':'"
                  "2t'}")) ==
        std::vector<std::string>{"$.properties.component_flink_jobmanager_memory",
                                 "$.properties.component_flink_taskmanager_memory"});
  yarn.server().stop();
  const auto away = ask(
      "{" + java + ",'component_flink_queue':'nowhere','component_flink_taskmanager_memory':'1t'}");
  INFO(text(away));
  CHECK_FALSE(away.failure);
  CHECK(away.warnings.size() == 2);
}

TEST_CASE("online: whether the account may submit to the queue is a warning, whoever tells it") {
  node node;
  dm::fake::resource_manager yarn;
  const auto reopen = [&](const std::string& more_environment, const std::string& settings = {}) {
    node.reopen(
        "'yarn_resource_manager_host_backup':'127.0.0.1',"
        "'yarn_resource_manager_port_backup':" +
            std::to_string(yarn.server().port()) + more_environment,
        settings);
  };
  reopen("");
  std::string user = "root";
  const auto ask = [&](const std::string& more) {
    return run(node, "{" + java + more + "}", validation_scope::properties,
               [&](validate_request& request) {
                 request.online = true;
                 request.user = user;
               });
  };
  const std::string queue = ",'component_flink_queue':'default'";
  const auto warned = [&](const std::string& more) {
    const auto reply = ask(more);
    INFO(text(reply));
    CHECK_FALSE(reply.failure);
    std::string all;
    for (const auto& one : reply.warnings) {
      if (one.message.find("submit") != std::string::npos) all += one.path + " " + one.message;
    }
    return all;
  };
  CHECK(warned(queue).empty());  // YARN has no access lists
  struct row {
    const char* lists;
    const char* says;
  };
  const row rows[] = {{"*", ""},
                      {"alice,root ", ""},
                      {" prod,root", ""},  // root's group on this node
                      {"alice ", "root may not submit to root.default"},
                      {" ", "root may not submit to root.default"},
                      {" prod", "one of the groups that it has on this node (root"}};
  for (const row& one : rows) {
    INFO(one.lists);
    yarn.cluster().set_queues({{"default", "RUNNING", 6144, one.lists}});
    const std::string said = warned(queue);
    INFO(said);
    CHECK(said.empty() == std::string(one.says).empty());
    CHECK(said.find(one.says) != std::string::npos);
    if (!said.empty()) CHECK(said.starts_with("$.properties.component_flink_queue "));
  }
  yarn.cluster().set_queues({{"default", "RUNNING", 6144, "alice "}});
  user = "yarn-admin";  // YARN's own word
  CHECK(warned(queue).find("as YARN says") != std::string::npos);
  user = "no-such-account-here";
  yarn.cluster().set_queues({{"default", "RUNNING", 6144, " prod"}});
  CHECK(warned(queue).find("could not be checked") != std::string::npos);
  user.clear();
  CHECK(warned(queue).empty());
  user = "root";
  reopen("", "'default_queue':'default'");
  CHECK(warned("").starts_with("$.settings.default_queue "));
  // What a policy has not been asked for yet is its to say.
  reopen(",'queue_policy':'/opt/policy'", "'default_queue':'default'");
  CHECK(warned("").empty());
  CHECK_FALSE(warned(queue).empty());
}

TEST_CASE("online: a policy has the last word on a queue that YARN does not have") {
  node node;
  dm::fake::resource_manager yarn;
  node.reopen(
      "'queue_policy':'/opt/policy','yarn_resource_manager_host_backup':'127.0.0.1',"
      "'yarn_resource_manager_port_backup':" +
      std::to_string(yarn.server().port()));
  const auto reply =
      run(node, "{" + java + ",'component_flink_queue':'nowhere'}", validation_scope::properties,
          [](validate_request& request) { request.online = true; });
  INFO(text(reply));
  CHECK_FALSE(reply.failure);
  CHECK(std::any_of(reply.warnings.begin(), reply.warnings.end(), [](const auto& one) {
    return one.message.find("nowhere, which YARN does not have") != std::string::npos;
  }));
}
