// Applications as YARN shows them: what is kept, what is not believed.
#include "cluster/yarn_application.h"

#include <catch2/catch.hpp>

#include "fake/resource_manager.h"

using namespace dm::cluster;
using dm::status_code;

namespace {

dm::io::http_response answer(std::string body, long status = 200,
                             std::string type = "application/json") {
  dm::io::http_response r;
  r.status = status;
  r.content_type = std::move(type);
  r.body = std::move(body);
  return r;
}

dm::result<std::vector<yarn_application>> read(std::string body) {
  return read_applications(answer(std::move(body)), "http://rm:8088");
}

// As a ResourceManager of Hadoop 3.3.6 sent it, shortened by nothing but the containers' logs.
const char* recorded =
    R"({"apps":{"app":[{"id":"application_1795438290778_0009","user":"pnda","name":"exbatch","queue":"default","state":"FINISHED",)"
    R"("finalStatus":"SUCCEEDED","progress":100.0,"trackingUI":"History","trackingUrl":"http://localhost:20009/proxy/application_1795438290778_0009/",)"
    R"("diagnostics":"","clusterId":1795438290778,"applicationType":"Apache Flink","applicationTags":"dm-component-0123456789abcdef,dm-fleet-prod","priority":0,)"
    R"("startedTime":1795438903883,"launchTime":1795438904016,"finishedTime":1795438912946,"elapsedTime":9063,)"
    R"("amContainerLogs":"http://localhost:20012/node/containerlogs/c_01/pnda","amHostHttpAddress":"localhost:20012","amRPCAddress":"localhost:39283","masterNodeId":"localhost:20010","allocatedMB":-1,"allocatedVCores":-1,)"
    R"("reservedMB":-1,"reservedVCores":-1,"runningContainers":-1,"memorySeconds":4662,"queueUsagePercentage":0.0,)"
    R"("resourceSecondsMap":{"entry":{"key":"memory-mb","value":"4662"},"entry":{"key":"vcores","value":"14"}},"preemptedResourceSecondsMap":{},)"
    R"("unmanagedApplication":false,"timeouts":{"timeout":[{"type":"LIFETIME","expiryTime":"UNLIMITED","remainingTimeInSeconds":-1}]}}]}})";

}  // namespace

TEST_CASE("a recorded answer is read") {
  const auto all = read(recorded);
  REQUIRE(all);
  REQUIRE(all->size() == 1);
  const yarn_application& a = all->front();
  CHECK(a.id == "application_1795438290778_0009");
  CHECK(a.name == "exbatch");
  CHECK(a.user == "pnda");
  CHECK(a.queue == "default");
  CHECK(a.state == "FINISHED");
  CHECK(a.final_status == "SUCCEEDED");
  CHECK(a.diagnostics.empty());
  CHECK(a.tracking_url == "http://localhost:20009/proxy/application_1795438290778_0009/");
  CHECK(a.am_rpc_address == "localhost:39283");
  CHECK(a.am_container_logs == "http://localhost:20012/node/containerlogs/c_01/pnda");
  CHECK(a.tags == std::vector<std::string>{"dm-component-0123456789abcdef", "dm-fleet-prod"});
  CHECK(a.started_ms == 1795438903883);
  CHECK(a.finished_ms == 1795438912946);
  CHECK(a.running_containers == 0);
  CHECK(a.allocated_mb == 0);
  CHECK(a.terminal());
  CHECK(a.has_tag("dm-fleet-prod"));
  CHECK_FALSE(a.has_tag("dm-fleet"));
}

TEST_CASE("no applications are written in three ways") {
  for (const char* body : {R"({"apps":null})", R"({"apps":{}})", R"({"apps":{"app":[]}})"}) {
    const auto all = read(body);
    REQUIRE(all);
    CHECK(all->empty());
  }
}

TEST_CASE("a list of one may be the element itself, as Hadoop 2 wrote it") {
  const auto all =
      read(R"({"apps":{"app":{"id":"application_1_2","state":"RUNNING","applicationTags":"a"}}})");
  REQUIRE(all);
  REQUIRE(all->size() == 1);
  CHECK(all->front().id == "application_1_2");
}

TEST_CASE("what is nested in an application is not taken for its own") {
  const auto all = read(
      R"({"apps":{"app":[{"id":"application_1_1","x":{"id":"application_9_9","state":"KILLED"},"y":[{"name":"inner"},"id"],)"
      R"("state":"RUNNING","name":"outer"},{"id":"application_1_2"}],"id":"no"},"more":{"app":[{"id":"application_7_7"}]}})");
  REQUIRE(all);
  REQUIRE(all->size() == 2);
  CHECK(all->at(0).id == "application_1_1");
  CHECK(all->at(0).name == "outer");
  CHECK(all->at(0).state == "RUNNING");
  CHECK(all->at(1).id == "application_1_2");
}

TEST_CASE("an address nobody can listen at, and a URL that is none, are as good as none") {
  const auto one = [](const std::string& address, const std::string& url) {
    return read(R"({"apps":{"app":[{"id":"application_1_1","amRPCAddress":")" + address +
                R"(","trackingUrl":")" + url + "\"}]}}")
        ->front();
  };
  for (const char* address : {"N/A:-1", "N/A:0", "host", "host:", ":80", "host:65536", "host:80/x",
                              "user@host:80", "a b:80", "host:8 0"}) {
    INFO(address);
    CHECK(one(address, "").am_rpc_address.empty());
  }
  CHECK(one("node-7.example:41233", "").am_rpc_address == "node-7.example:41233");
  CHECK(one("[::1]:41233", "").am_rpc_address == "[::1]:41233");
  for (const char* url : {"", "N/A", "UNASSIGNED", "javascript:alert(1)"})
    CHECK(one("", url).tracking_url.empty());
  CHECK(one("", "https://rm/proxy/x").tracking_url == "https://rm/proxy/x");
}

TEST_CASE("diagnostics are cut, and stay UTF-8") {
  std::string text;
  for (int i = 0; i < 5000; ++i) text += "\xC3\xA4";
  const auto all =
      read(R"({"apps":{"app":[{"id":"application_1_1","diagnostics":")" + text + "\"}]}}");
  REQUIRE(all);
  CHECK(all->front().diagnostics.size() == 4096);
  const auto odd =
      read(R"({"apps":{"app":[{"id":"application_1_1","diagnostics":"x)" + text + "\"}]}}");
  CHECK(odd->front().diagnostics.size() == 4095);
}

TEST_CASE(
    "what is not the answer of an active ResourceManager is UNAVAILABLE and proves nothing "
    "(INV-4)") {
  const auto unavailable = [](const dm::io::http_response& r) {
    const auto all = read_applications(r, "http://rm:8088");
    return !all && all.error().code == status_code::unavailable &&
           all.error().message.find("http://rm:8088") != std::string::npos;
  };
  CHECK(unavailable(answer("<html>There is no active RM right now.</html>", 200, "text/html")));
  CHECK(unavailable(answer("This is standby RM. The redirect url is: /ws", 307, "text/plain")));
  CHECK(unavailable(answer("", 307, "")));
  CHECK(unavailable(answer("", 200)));
  CHECK(unavailable(answer("{}", 200)));
  CHECK(unavailable(answer("[]", 200)));
  CHECK(unavailable(answer("null", 200)));
  CHECK(unavailable(answer(R"({"x":{"apps":null}})", 200)));
  CHECK(unavailable(answer(R"({"apps":{"app":[{"id":"application_1_1")", 200)));
  CHECK(unavailable(answer(R"({"apps":{"app":[{"name":"no id"}]}})", 200)));
  CHECK(unavailable(answer(R"({"apps":{"app":[{"id":"../../etc"}]}})", 200)));
  CHECK(unavailable(answer(R"({"apps":null} trailing)", 200)));
  CHECK(unavailable(answer(std::string(1'000'000, '['), 200)));
  CHECK(unavailable(
      answer("{\"apps\":" + std::string(1'000, '[') + std::string(1'000, ']') + "}", 200)));
  CHECK(unavailable(answer("<html>500</html>", 500, "text/html")));
  CHECK(unavailable(answer("<html>not found</html>", 404, "text/html")));
}

TEST_CASE("a ResourceManager that refuses is told apart from one that is away") {
  CHECK(read_applications(answer("<html>Authentication required</html>", 401, "text/html"), "rm")
            .error()
            .code == status_code::unauthenticated);
  CHECK(read_applications(
            answer(R"({"RemoteException":{"exception":"ForbiddenException","message":"no"}})", 403),
            "rm")
            .error()
            .code == status_code::permission_denied);
}

TEST_CASE("a list of 10 MB is read") {
  dm::fake::yarn_application one;
  one.tags = {"dm-fleet-prod"};
  one.diagnostics = std::string(1500, 'd');
  // Rendered once: the numbers of the ids are put in.
  one.id = "application_1795438290778_?";
  const std::string rendered = dm::fake::application_json(one, "http://rm:8088");
  std::string body = "{\"apps\":{\"app\":[";
  int count = 0;
  while (body.size() < 10'000'000) {
    if (count > 0) body += ',';
    body.append(rendered, 0, rendered.find('?')).append(std::to_string(++count));
    body.append(rendered, rendered.find('?') + 1);
  }
  const auto all = read(body + "]}}");
  REQUIRE(all);
  CHECK(all->size() == static_cast<std::size_t>(count));
  CHECK(all->back().id == "application_1795438290778_" + std::to_string(count));
}

TEST_CASE("the question for applications names the tag and leaves out what is large") {
  CHECK(applications_request("http://rm:8088", "dm-fleet-a b&c").url ==
        "http://rm:8088/ws/v1/cluster/"
        "apps?applicationTags=dm-fleet-a%20b%26c&deSelects=resourceRequests");
}

TEST_CASE("an application id is digits twice") {
  for (const char* id : {"application_1_0001", "application_1795438290778_12345"})
    CHECK(is_application_id(id));
  for (const char* id : {"", "application_", "application_1", "application_1_", "application__1",
                         "application_1_1_1", "application_1_1/state", "application_1_x",
                         "Application_1_1", "../application_1_1", "job_1_1"}) {
    INFO(id);
    CHECK_FALSE(is_application_id(id));
  }
}

TEST_CASE("numbers that cannot be are no answer of YARN's") {
  const auto with = [](const std::string& member) {
    return read(R"({"apps":{"app":[{"id":"application_1_1",)" + member + "}]}}");
  };
  for (const char* member :
       {R"("startedTime":-1)", R"("startedTime":9223372036854775807)",
        R"("startedTime":18446744073709551615)", R"("startedTime":1e300)", R"("finishedTime":-5)",
        R"("runningContainers":-2)", R"("runningContainers":4000000000)", R"("allocatedMB":-7)"}) {
    CAPTURE(member);
    const auto all = with(member);
    REQUIRE_FALSE(all);
    CHECK(all.error().code == status_code::unavailable);
  }
  CHECK(with(R"("progress":-1e300,"allocatedMB":-1,"runningContainers":-1,"finishedTime":0)"));
}

TEST_CASE("an application without a start is seen in part only") {
  CHECK(read(R"({"apps":{"app":[{"id":"application_1_1","state":"RUNNING"}]}})")
            ->at(0)
            .restricted_view);
  CHECK_FALSE(read(recorded)->at(0).restricted_view);
}
