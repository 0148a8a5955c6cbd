// A submission without Flink's client, prepared and sent: against fakes that answer as Hadoop does.
// SPDX-License-Identifier: Apache-2.0
#include "guard/direct_submitter.h"

#include <catch2/catch.hpp>

#include "direct_surroundings.h"

using namespace dm::test;
using dm::status_code;
using dm::flink::failure_class;
using dm::guard::direct_order;
using dm::guard::direct_preparation;
using dm::guard::direct_refusal;
namespace component = dm::component;
namespace fake = dm::fake;
namespace io = dm::io;

namespace {

const io::operation in_time = io::operation::within(std::chrono::minutes(1));

struct submitter : direct_surroundings {
  io::http_client http;
  dm::cluster::resource_manager rm{http, {resource_manager.address()}, "pnda"};
  dm::cluster::hdfs hdfs{http, {name_node.address()}, "pnda"};
  dm::guard::direct_submitter direct{rm, hdfs, spec};

  submitter() { spec.environment.clear(); }
  direct_order order(const std::vector<std::string>& options = {}) const {
    direct_order order;
    for (const std::string& word : command) {
      if (word == "@incarnation@") {
        order.argv.insert(order.argv.end(),
                          {"-D", "yarn.tags=dm-a,dm-b", "-D", "yarn.application.name=app-job"});
        order.argv.insert(order.argv.end(), options.begin(), options.end());
      } else {
        order.argv.push_back(word);
      }
    }
    return order;
  }
  auto prepare(const std::vector<std::string>& options = {}) {
    return direct.prepare(in_time, order(options));
  }
  direct_preparation prepared(const std::vector<std::string>& options = {}) {
    auto ready = prepare(options);
    if (!ready) FAIL(ready.error().text());
    if (auto* refused = std::get_if<direct_refusal>(&*ready)) FAIL(refused->reason.text());
    return std::get<direct_preparation>(std::move(*ready));
  }
  // Of what is refused nothing stays on HDFS.
  direct_refusal refused(const std::vector<std::string>& options = {}) {
    auto ready = prepare(options);
    if (!ready) FAIL(ready.error().text());
    REQUIRE(std::holds_alternative<direct_refusal>(*ready));
    CHECK(stagings().empty());
    CHECK(resource_manager.submissions().empty());
    return std::get<direct_refusal>(std::move(*ready));
  }
  dm::error unclear() {
    auto ready = prepare();
    REQUIRE_FALSE(ready);
    CHECK(resource_manager.submissions().empty());
    return std::move(ready.error());
  }
};

std::string text_of(const direct_refusal& refused) { return refused.reason.text(); }
bool says(const std::string& text, const std::string& part) {
  CAPTURE(text, part);
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("what is prepared lies on HDFS, for its user alone, and can be read back") {
  submitter s;
  const direct_preparation ready = s.prepared();
  CHECK(ready.submission.staging == s.staging(ready.submission.application_id));
  CHECK(s.name_node.files().status(ready.submission.staging).status.permission == "700");
  CHECK(s.name_node.files().names(ready.submission.staging) ==
        std::vector<std::string>{"config.yaml", "log4j.properties", "submission.json"});
  CHECK(s.name_node.files().get(ready.submission.document()) == ready.document);
  CHECK(s.name_node.files().status(ready.submission.document()).status.permission == "600");
  CHECK(s.direct.kept(in_time, ready.submission).value() == ready.document);
  CHECK(s.yarn().applications().empty());
}

TEST_CASE("the document describes what lies on HDFS") {
  submitter s;
  const direct_preparation ready = s.prepared();
  const auto document = io::parse_json(ready.document, "the submission");
  REQUIRE(document);
  CHECK(io::view((*document)["application-id"]) == ready.submission.application_id);
  CHECK(io::view((*document)["application-name"]) == "app-job");
  CHECK((*document)["resource"]["memory"].GetInt() == 1600);
  std::vector<std::string> names;
  for (const io::json_value& one :
       (*document)["am-container-spec"]["local-resources"]["entry"].GetArray()) {
    const std::string name(io::view(one["key"]));
    names.push_back(name);
    const std::string uri(io::view(one["value"]["resource"]));
    const std::string root = "hdfs://localhost:8020";
    CAPTURE(name, uri);
    REQUIRE(uri.starts_with(root + "/"));
    const auto there = s.name_node.files().status(uri.substr(root.size()));
    CHECK(one["value"]["size"].GetInt64() == there.length);
    CHECK(one["value"]["timestamp"].GetInt64() == there.status.modified_ms);
    CHECK(io::view(one["value"]["visibility"]) ==
          (name.starts_with("lib/") || name.starts_with("plugins/") ? "PUBLIC" : "APPLICATION"));
  }
  std::sort(names.begin(), names.end());
  CHECK(names == std::vector<std::string>{"app.jar", "config.yaml", "lib/flink-dist-1.20.5.jar",
                                          "lib/log4j-api-2.jar", "log4j.properties",
                                          "plugins/gs/flink-gs.jar"});
}

TEST_CASE("the configuration has the node's keys, the command's over them, and the program") {
  submitter s;
  s.configure("parallelism.default: 1\nrest.port: 0\n");
  s.spec.arguments = {"two\nlines", "#", ""};
  const direct_preparation ready = s.prepared({"-p", "3"});
  const std::string text =
      s.name_node.files().get(ready.submission.staging + "/config.yaml").value();
  CHECK(says(text, "\"parallelism.default\": \"3\"\n"));
  CHECK(says(text, "\"rest.port\": \"0\"\n"));
  CHECK(says(text, "\"$internal.application.main\": \"example.Job\"\n"));
  // Those of guard.json, byte for byte; the command shows them for people.
  CHECK(says(text, R"("$internal.application.program-args": ["two\nlines", "#", ""])"));
}

TEST_CASE("a component's own configuration directory counts") {
  submitter s;
  std::filesystem::create_directory(s.directory / "own");
  std::ofstream(s.directory / "own/config.yaml")
      << "jobmanager.memory.process.size: 2g\nyarn.provided.lib.dirs: hdfs:///flink/lib\n";
  std::ofstream(s.directory / "own/log4j.properties") << "mine\n";
  s.spec.environment = {{"FLINK_CONF_DIR", s.directory / "own"}};
  const direct_preparation ready = s.prepared();
  CHECK(s.name_node.files().get(ready.submission.staging + "/log4j.properties") == "mine\n");
  CHECK(says(ready.document, "\"memory\":2048"));
}

TEST_CASE("a restart uploads its jar no second time, and shares it with nobody") {
  submitter s;
  const direct_preparation first = s.prepared();
  s.name_node.data_node().forget_requests();
  const direct_preparation second = s.prepared();
  CHECK(first.submission.application_id != second.submission.application_id);
  const auto jars = s.name_node.files().names("/state/prod/app/job/jars");
  REQUIRE(jars.size() == 1);
  CHECK(s.name_node.files().status("/state/prod/app/job/jars").status.permission == "700");
  for (const fake::request& one : s.name_node.data_node().requests())
    CHECK(one.path.find("/jars/") == std::string::npos);
}

TEST_CASE("shipped files and directories go into the container by their names") {
  submitter s;
  std::filesystem::create_directories(s.directory / "classpath/sub");
  std::ofstream(s.directory / "classpath/a.properties") << "a";
  std::ofstream(s.directory / "classpath/sub/b.jar") << "b";
  std::ofstream(s.directory / "single.txt") << "c";
  const direct_preparation ready =
      s.prepared({"-D", "yarn.ship-files=" + (s.directory / "classpath") + ";" +
                            (s.directory / "single.txt")});
  for (const char* name : {"classpath/a.properties", "classpath/sub/b.jar", "single.txt"}) {
    CHECK(says(ready.document, std::string("\"key\":\"") + name + "\""));
    CHECK(s.name_node.files().exists(ready.submission.staging + "/" + name));
  }
}

TEST_CASE("a ResourceManager that takes no submissions by REST is a definite no, with a way out") {
  submitter s;
  s.resource_manager.set_takes_submissions(false);
  const direct_refusal refused = s.refused();
  CHECK(refused.failure == failure_class::start_refused);
  CHECK(says(text_of(refused), "component_flink_submission"));
}

TEST_CASE("what YARN would take and then fail with is refused before") {
  submitter s;
  SECTION("a queue that is not there") {
    const direct_refusal refused = s.refused({"-D", "yarn.application.queue=nope"});
    CHECK(refused.failure == failure_class::queue_refused);
    CHECK(says(text_of(refused), "nope"));
  }
  SECTION("a queue that is stopped") {
    fake::yarn_queue queue;
    queue.state = "STOPPED";
    s.yarn().set_queues({queue});
    CHECK(s.refused().failure == failure_class::queue_refused);
  }
  SECTION("a JobManager that no container holds") {
    CHECK(s.refused({"-D", "jobmanager.memory.process.size=7g"}).failure ==
          failure_class::no_resources);
    CHECK(s.refused({"-D", "yarn.appmaster.vcores=65"}).failure == failure_class::no_resources);
  }
  SECTION("a TaskManager that none holds") {
    const direct_refusal refused = s.refused({"-D", "taskmanager.memory.process.size=7g"});
    CHECK(refused.failure == failure_class::no_resources);
    CHECK(says(text_of(refused), "TaskManager"));
  }
  SECTION("libraries that not everybody may read") {
    s.name_node.files().set_permission("/flink/lib/log4j-api-2.jar", "640");
    const direct_refusal refused = s.refused();
    CHECK(refused.failure == failure_class::cluster_not_ready);
    CHECK_FALSE(refused.client_can);  // YARN wants it of the client's, too
    CHECK(says(text_of(refused), "chmod o+r"));
  }
  SECTION("libraries that are gone") {
    s.name_node.files().remove("/flink", true);
    CHECK(s.refused().failure == failure_class::cluster_not_ready);
  }
  SECTION("libraries without Flink itself") {
    s.name_node.files().remove("/flink/lib/flink-dist-1.20.5.jar", false);
    CHECK(says(text_of(s.refused()), "flink-dist"));
  }
}

TEST_CASE("what needs Flink's client is refused, with all that speaks against it") {
  submitter s;
  s.configure("high-availability.type: zookeeper\nsecurity.kerberos.login.keytab: /k\n");
  const direct_refusal refused = s.refused();
  // The keys stand in this node's file: they are not the program's, and may go again.
  CHECK(refused.failure == failure_class::start_refused);
  CHECK(refused.client_can);
  CHECK(refused.reason.details.size() == 2);
  CHECK(says(text_of(refused), "component_flink_submission"));
}

TEST_CASE("a cluster with Kerberos is not submitted to directly") {
  submitter s;
  s.yarn().configure("hadoop.security.authentication", "kerberos");
  CHECK(says(text_of(s.refused()), "kerberos"));
}

TEST_CASE("this node's own trouble is no program's fault") {
  submitter s;
  SECTION("no logging") { std::filesystem::remove(s.home + "/conf/log4j.properties"); }
  SECTION("no jar") { std::filesystem::remove(s.jar); }
  SECTION("a shipped directory that is gone") {
    const direct_refusal refused = s.refused({"-D", "yarn.ship-files=/nowhere"});
    CHECK(dm::flink::budget_of(refused.failure) == dm::flink::budget::cluster);
    return;
  }
  CHECK(dm::flink::budget_of(s.refused().failure) == dm::flink::budget::cluster);
}

TEST_CASE("HDFS without room, at each of its files: nothing stays, and it is told") {
  const std::string file =
      GENERATE(as<std::string>(), "log4j.properties", "config.yaml", "submission.json", "/jars/");
  CAPTURE(file);
  submitter s;
  SECTION("a quota is a definite no") {
    spoil(s.name_node.data_node(), "PUT", file,
          answered(remote_exception(403, "DSQuotaExceededException",
                                    "The DiskSpace quota of /user "
                                    "is exceeded")),
          100);
    const direct_refusal refused = s.refused();
    CHECK(refused.failure == failure_class::cluster_not_ready);
    CHECK(says(text_of(refused), "quota"));
  }
  SECTION("no DataNode that takes it says nothing") {
    spoil(s.name_node.data_node(), "PUT", file,
          answered(remote_exception(403, "IOException",
                                    "could only be written to 0 of the 1 "
                                    "minReplication nodes")),
          100);
    CHECK(s.unclear().code == status_code::unavailable);
    CHECK(s.stagings().empty());
  }
  SECTION("a DataNode that is not there says nothing") {
    spoil(s.name_node.data_node(), "PUT", file, closed(false), 100);
    CHECK(s.unclear().code == status_code::unavailable);
    CHECK(s.stagings().empty());
  }
  // No half of a jar stands under a name that says that it is whole.
  for (const std::string& name : s.name_node.files().names("/state/prod/app/job/jars"))
    CHECK(s.name_node.files().get("/state/prod/app/job/jars/" + name) == "a jar");
}

TEST_CASE("a NameNode in safe mode says nothing") {
  submitter s;
  s.name_node.set_safe_mode(true);
  CHECK(s.unclear().code == status_code::unavailable);
}

TEST_CASE("a ResourceManager that does not answer a question says nothing") {
  const std::string asked =
      GENERATE(as<std::string>(), "new-application", "/scheduler", "fs.defaultFS",
               "hadoop.security.authentication", "yarn.application.classpath");
  CAPTURE(asked);
  submitter s;
  spoil(s.resource_manager.server(), asked == "new-application" ? "POST" : "GET", asked,
        closed(false), 100);
  CHECK(s.unclear().code == status_code::unavailable);
  CHECK(s.stagings().empty());
}

TEST_CASE("sent twice it is one application; a refusal that another one caused is none") {
  submitter s;
  const direct_preparation ready = s.prepared();
  const auto send = [&] { return s.direct.send(in_time, ready.submission, ready.document); };
  CHECK_FALSE(send().value());
  CHECK_FALSE(send().value());
  CHECK(s.yarn().applications().size() == 1);
  // The answer of 3.3.6 to one of two at once.
  spoil(s.resource_manager.server(), "POST", "/apps",
        answered(remote_exception(400, "BadRequestException",
                                  "java.lang.Exception: Application with id " +
                                      ready.submission.application_id +
                                      " is already present! Cannot add a duplicate!")));
  CHECK_FALSE(send().value());
}

TEST_CASE("what YARN refuses and does not know is refused; what it does not answer is unclear") {
  submitter s;
  const direct_preparation ready = s.prepared();
  const auto send = [&] { return s.direct.send(in_time, ready.submission, ready.document); };
  const auto refuse = [&](int status, const char* exception, const char* message) {
    spoil(s.resource_manager.server(), "POST", "/apps",
          answered(remote_exception(status, exception, message)));
    auto sent = send();
    REQUIRE(sent);
    REQUIRE(*sent);
    return **sent;
  };
  CHECK(refuse(400, "BadRequestException", "java.lang.Exception: Tag x is too long").failure ==
        failure_class::program_invalid);
  CHECK(refuse(400, "BadRequestException",
               "java.lang.Exception: User pnda does not have permission to submit x to queue q")
            .failure == failure_class::queue_refused);
  CHECK(refuse(403, "ForbiddenException", "no").failure == failure_class::start_refused);
  spoil(s.resource_manager.server(), "POST", "/apps", answered(fake::text(502, "Bad Gateway")));
  CHECK_FALSE(send());
  // A refusal whose application cannot be looked for is none yet.
  spoil(s.resource_manager.server(), "POST", "/apps",
        answered(remote_exception(400, "BadRequestException", "no")));
  s.resource_manager.server().disturb([](const fake::request& asked) {
    return std::optional(asked.method == "POST"
                             ? answered(remote_exception(400, "BadRequestException", "no"))
                             : closed(false));
  });
  CHECK_FALSE(send());
  s.resource_manager.server().disturb(nullptr);
  CHECK(s.yarn().applications().empty());
}

TEST_CASE("what was prepared is believed only as it was recorded") {
  submitter s;
  const direct_preparation ready = s.prepared();
  SECTION("gone") { s.name_node.files().remove(ready.submission.staging, true); }
  SECTION("altered") { s.name_node.files().put(ready.submission.document(), "{}"); }
  SECTION("cut") {
    s.name_node.files().put(ready.submission.document(),
                            ready.document.substr(0, ready.document.size() / 2));
  }
  const auto kept = s.direct.kept(in_time, ready.submission);
  REQUIRE(kept);
  CHECK_FALSE(*kept);
}

TEST_CASE("that HDFS does not answer is no word about what was prepared (INV-4)") {
  submitter s;
  const direct_preparation ready = s.prepared();
  s.name_node.set_standby(true);
  CHECK_FALSE(s.direct.kept(in_time, ready.submission));
  s.name_node.set_standby(false);
  s.direct.discard(ready.submission);
  CHECK(s.stagings().empty());
  CHECK(s.name_node.files().names("/state/prod/app/job/jars").size() == 1);
}

TEST_CASE("class data: the tar for the jars of lib, and the JVMs told to take it") {
  submitter s;
  dm::library::provided_libraries libraries;
  libraries.files = {{"lib/flink-dist-1.20.5.jar", "/libs/x/lib/flink-dist-1.20.5.jar", 4, 1000},
                     {"plugins/jmx/jmx.jar", "/libs/x/plugins/jmx/jmx.jar", 3, 1000}};
  dm::library::class_data data;
  data.directory = "/libs/x-classes-1";
  data.class_path = {"lib/flink-dist-1.20.5.jar"};
  data.libraries = {"/libs/x-classes-1/lib.tar", 10, 2000};
  data.classes = {"/libs/x-classes-1/classes.jsa", 20, 3000};
  direct_order order = s.order();
  order.libraries = &libraries;
  order.class_data = &data;
  const auto prepare = [&] {
    auto ready = s.direct.prepare(in_time, order);
    REQUIRE(ready);
    REQUIRE(std::holds_alternative<direct_preparation>(*ready));
    return std::get<direct_preparation>(std::move(*ready));
  };
  SECTION("where nobody has said what JVMs share") {
    const direct_preparation ready = prepare();
    CHECK(ready.without_class_data.empty());
    CHECK(says(ready.document,
               "hdfs://localhost:8020/libs/x-classes-1/lib.tar\",\"type\":\"ARCHIVE\""));
    CHECK(says(ready.document, "/libs/x/plugins/jmx/jmx.jar"));
    CHECK_FALSE(ready.document.find("/libs/x/lib/") != std::string::npos);
    CHECK(says(ready.document, "-XX:SharedArchiveFile=flink-classes.jsa -showversion"));
    const std::string text =
        s.name_node.files().get(ready.submission.staging + "/config.yaml").value();
    for (const char* process : {"jobmanager", "taskmanager"}) {
      CHECK(says(text, std::string("\"env.java.default-opts.") + process +
                           "\": \"-XX:+IgnoreUnrecognizedVMOptions -XX:+VerifySharedSpaces "));
    }
  }
  SECTION("where somebody has, it is left alone, and why is told") {
    s.configure("env.java.opts.all: -Xshare:off\n");
    const direct_preparation ready = prepare();
    CHECK(says(ready.without_class_data, "env.java.opts.all has flags of class data sharing"));
    CHECK(says(ready.document, "/libs/x/lib/flink-dist-1.20.5.jar"));
    CHECK_FALSE(ready.document.find("SharedArchiveFile") != std::string::npos);
  }
}
