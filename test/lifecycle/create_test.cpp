// create: what it lays out, its idempotence, what it refuses, and that a failure leaves nothing.
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <filesystem>
#include <thread>

#include "fake/name_node.h"
#include "lifecycle/create.h"
#include "placement/component_files.h"
#include "support/node.h"

using namespace dm::context;
using namespace dm::input;
using namespace dm::lifecycle;
using namespace dm::package;
using namespace dm::placement;
using dm::component::component_name;
using dm::io::operation;
using dm::test::exists;
using dm::test::json;
using dm::test::mode_of;
using dm::test::names_in;
using dm::test::node;
using dm::test::read_text;
using dm::test::tree_of;
using dm::test::write_text;

namespace fs = std::filesystem;

namespace {

const component_name name{"prod", "app", "stream"};
const std::string program = "flink.prod.app.stream";
const std::string java = "'component_main_jar':'app.jar'";

class creating {
 public:
  explicit creating(node& node) : node_(node), folder_(node.stage()) {}

  create_reply with(const std::string& properties,
                    const operation& op = operation::within(std::chrono::seconds(20))) {
    const auto document = json(properties);
    create_request request;
    request.name = name_;
    request.user = node_.user();
    request.package = "package-1.0.0";
    request.staged_path = folder_;
    request.properties = read_properties(document);
    if (change) change(request);
    return create(node_.session(), op, request);
  }
  create_reply plain() { return with("{" + java + "}"); }

  const std::string& folder() const { return folder_; }
  std::string directory() const { return node_.install_root() + "/prod/app/stream"; }
  std::string program_file() const { return node_.config_dir() + "/" + program + ".conf"; }
  // Nothing of the component on this node, nor in supervisord.
  void require_nothing_left() const {
    CHECK(names_in(node_.install_root()).empty());
    CHECK(names_in(node_.config_dir()).empty());
    CHECK(node_.supervisord().names().empty());
  }

  std::function<void(create_request&)> change;

 private:
  node& node_;
  std::string folder_;
  component_name name_ = name;
};

void require_made(const create_reply& reply) {
  if (reply.failure) FAIL(reply.failure->text());
  REQUIRE(reply.data);
}

std::string written(const create_reply& reply) {
  dm::io::json_buffer buffer;
  dm::io::json_writer writer(buffer);
  write(writer, *reply.data);
  return std::string(dm::io::text(buffer));
}

// Files may not grow beyond `bytes` while it lives: what a full disk looks like to one who writes.
class full_disk {
 public:
  explicit full_disk(rlim_t bytes) {
    ::signal(SIGXFSZ, SIG_IGN);
    ::getrlimit(RLIMIT_FSIZE, &before_);
    const rlimit limit{bytes, before_.rlim_max};
    ::setrlimit(RLIMIT_FSIZE, &limit);
  }
  ~full_disk() {
    ::setrlimit(RLIMIT_FSIZE, &before_);
    ::signal(SIGXFSZ, SIG_DFL);
  }

 private:
  rlimit before_{};
};

}  // namespace

TEST_CASE(
    "guard.json and the component's data carry the state policy; the data alone the retention") {
  node node;
  creating creating(node);
  const auto reply = creating.with(
      "{" + java +
      ",'component_flink_state':'required','component_flink_savepoint_retention_count':3,"
      "'component_flink_savepoint_retention_age_sec':60,"
      "'component_flink_savepoint_retention_bytes':'1g'}");
  require_made(reply);
  CHECK(reply.data->state == dm::component::state_policy::required);
  CHECK(reply.data->retention.count == 3);
  CHECK(reply.data->retention.age_ms == 60'000);
  CHECK(reply.data->retention.size_bytes == std::int64_t{1} << 30);
  const auto spec = dm::component::read_guard_spec(read_text(creating.directory() + "/guard.json"));
  if (!spec) FAIL(spec.error().text());
  CHECK(spec->state == dm::component::state_policy::required);
}

TEST_CASE("create lays the component out, tells supervisord, and starts nothing") {
  node node;
  creating creating(node);
  write_text(creating.folder() + "/sub/deeper/data.bin", std::string("\0\1\2", 3));
  const auto reply = creating.with("{" + java + ",'component_kafka_topic':'t'}");
  require_made(reply);
  CHECK(reply.changed);
  CHECK(names_in(creating.directory()) == std::vector<std::string>{"classpath", "data.json",
                                                                   "guard.json", "logs", "package",
                                                                   "work"});
  CHECK(read_text(creating.directory() + "/classpath/application.properties") ==
        "greeting=hello\n\ncomponent.main_jar=app.jar\ncomponent.kafka_topic=t\n");
  CHECK(names_in(creating.directory() + "/classpath") ==
        std::vector<std::string>{"application.properties"});
  CHECK(names_in(node.install_root() + "/prod/.slots") ==
        std::vector<std::string>{"submission-0", "submission-1", "submission-2", "submission-3",
                                 "turns"});
  REQUIRE(node.supervisord().process(program));
  CHECK(node.supervisord().process(program)->state == "STOPPED");

  const auto spec = dm::component::read_guard_spec(read_text(creating.directory() + "/guard.json"));
  if (!spec) FAIL(spec.error().text());
  CHECK(spec->digest == reply.data->digest);
  CHECK(reply.data->directory == creating.directory());
  CHECK(reply.data->program_file == creating.program_file());
  CHECK(reply.data->node == "edge1");
  CHECK(reply.data->job_name == "app-stream-job");
  const std::string file = read_text(creating.program_file());
  CHECK(file.find("[program:" + program + "]\n") != std::string::npos);
  CHECK(file.find(" -- " + node.flink_home() + "/bin/flink run -m yarn-cluster -d ") !=
        std::string::npos);
  CHECK(file.find("autostart=true\n") != std::string::npos);
}

TEST_CASE(
    "the package's files are the package's, byte for byte, and found in the working directory too "
    "(INV-6)") {
  node node;
  creating creating(node);
  write_text(creating.folder() + "/properties.json", "{}");
  write_text(creating.folder() + "/sub/deeper/data.bin", std::string(100'000, '\xff'));
  const auto before = tree_of(creating.folder());
  require_made(creating.plain());
  CHECK(tree_of(creating.directory() + "/package") == before);
  CHECK(tree_of(creating.folder()) == before);
  CHECK(read_text(creating.directory() + "/work/sub/deeper/data.bin") ==
        before.at("sub/deeper/data.bin"));
  CHECK(read_text(creating.directory() + "/work/application.properties") ==
        read_text(creating.directory() + "/classpath/application.properties"));
}

TEST_CASE("rights: the run-as user reads all and owns work and logs only") {
  const auto mask = ::umask(0077);  // whatever the host's is
  node node;
  creating creating(node);
  const auto reply = creating.plain();
  ::umask(mask);
  require_made(reply);
  CHECK(mode_of(node.install_root() + "/prod") == 0755);
  CHECK(mode_of(node.install_root() + "/prod/app") == 0755);
  CHECK(mode_of(node.install_root() + "/prod/.slots") == 0755);
  CHECK(mode_of(node.install_root() + "/prod/.slots/submission-0") == 0600);
  CHECK(mode_of(creating.directory()) == 0750);
  for (const char* path : {"/package", "/classpath", "/work", "/logs"})
    CHECK(mode_of(creating.directory() + path) == 0750);
  for (const char* path :
       {"/guard.json", "/package/app.jar", "/classpath/application.properties"}) {
    CHECK(mode_of(creating.directory() + path) == 0640);
  }
  const auto user = find_run_as_account(node.user());
  REQUIRE(user);
  for (const auto& [path, owner] :
       {std::pair("", ::geteuid()), std::pair("/package/app.jar", ::geteuid()),
        std::pair("/guard.json", ::geteuid()), std::pair("/work", user->user),
        std::pair("/logs", user->user)}) {
    struct stat status {};
    REQUIRE(::stat((creating.directory() + path).c_str(), &status) == 0);
    CHECK(status.st_uid == owner);
    CHECK(status.st_gid == user->group);
  }
}

TEST_CASE("the same request again changes nothing and returns the same data (INV-5)") {
  node node;
  creating creating(node);
  const auto first = creating.plain();
  require_made(first);
  const auto before = tree_of(node.path());
  const auto again = creating.plain();
  require_made(again);
  CHECK_FALSE(again.changed);
  CHECK(written(again) == written(first));
  CHECK(tree_of(node.path()) == before);
}

TEST_CASE("another request for the same name is refused, and what is there stays") {
  node node;
  creating creating(node);
  require_made(creating.plain());
  const auto before = tree_of(node.path());
  const auto other = creating.with("{" + java + ",'component_flink_slots':2}");
  REQUIRE(other.failure);
  CHECK(other.failure->code == dm::status_code::already_exists);
  CHECK_FALSE(other.data);
  CHECK(tree_of(node.path()) == before);
  write_text(creating.folder() + "/more.txt", "x");
  const auto changed = creating.plain();
  REQUIRE(changed.failure);
  CHECK(changed.failure->code == dm::status_code::already_exists);
}

TEST_CASE("repeated on a component that was started, create leaves its program alone") {
  node node;
  creating creating(node);
  require_made(creating.plain());
  const std::string file = read_text(creating.program_file());
  node.supervisord().change(
      program, [](dm::fake::supervised_process& process) { process.state = "RUNNING"; });
  const auto again = creating.plain();
  require_made(again);
  CHECK_FALSE(again.changed);
  CHECK(read_text(creating.program_file()) == file);
  CHECK(node.supervisord().process(program)->state == "RUNNING");
}

TEST_CASE("what a killed create left is finished or replaced (INV-5)") {
  node node;
  creating creating(node);
  const auto first = creating.plain();
  require_made(first);

  SECTION("killed before the program file") {
    fs::remove(creating.program_file());
    node.reopen({});
    const auto again = creating.plain();
    require_made(again);
    CHECK(again.changed);
    CHECK(written(again) == written(first));
    CHECK(exists(creating.program_file()));
  }
  SECTION("killed while the directory was being built") {
    fs::rename(creating.directory(), creating.directory() + ".new-0123456789abcdef");
    fs::remove(creating.directory() + ".new-0123456789abcdef/guard.json");
    fs::remove(creating.program_file());
    require_made(creating.plain());
    CHECK(names_in(node.install_root() + "/prod/app") == std::vector<std::string>{"stream"});
  }
  SECTION("killed between two slots, with a strict umask") {
    fs::remove(node.install_root() + "/prod/.slots/submission-3");
    fs::permissions(node.install_root() + "/prod/.slots/submission-2", fs::perms::owner_read);
    fs::permissions(node.install_root() + "/prod", fs::perms::owner_all);
    require_made(creating.plain());
    CHECK(mode_of(node.install_root() + "/prod/.slots/submission-2") == 0600);
    CHECK(exists(node.install_root() + "/prod/.slots/submission-3"));
    CHECK(mode_of(node.install_root() + "/prod") == 0755);
  }
}

TEST_CASE("a slot that somebody holds is not replaced") {
  node node;
  creating creating(node);
  require_made(creating.plain());
  struct stat before {};
  REQUIRE(::stat((node.install_root() + "/prod/.slots/submission-0").c_str(), &before) == 0);
  require_made(creating.plain());
  struct stat after {};
  REQUIRE(::stat((node.install_root() + "/prod/.slots/submission-0").c_str(), &after) == 0);
  CHECK(before.st_ino == after.st_ino);
}

TEST_CASE("settings that changed reach the guard's specification; the component is the same") {
  node node;
  creating creating(node);
  const auto first = creating.plain();
  require_made(first);
  node.reopen("'yarn_resource_manager_host_backup':'rm2','yarn_resource_manager_port_backup':8088");
  const auto again = creating.plain();
  require_made(again);
  CHECK(again.changed);
  CHECK(again.data->digest == first.data->digest);
  CHECK(read_text(creating.directory() + "/guard.json").find("http://rm2:8088") !=
        std::string::npos);
}

TEST_CASE("a directory that is not create's is left alone") {
  node node;
  creating creating(node);
  write_text(creating.directory() + "/app.jar", "of the original plugin");
  const auto reply = creating.plain();
  REQUIRE(reply.failure);
  CHECK(reply.failure->code == dm::status_code::failed_precondition);
  CHECK(reply.failure->message.find(creating.directory()) != std::string::npos);
  CHECK_FALSE(reply.data);
  CHECK(read_text(creating.directory() + "/app.jar") == "of the original plugin");
}

TEST_CASE("a link in the place of a directory is not followed (E3)") {
  node node;
  creating creating(node);
  fs::create_directories(node.path() + "/elsewhere");
  const auto attempt = [&](const std::string& place) {
    fs::create_directories(fs::path(place).parent_path());
    fs::create_directory_symlink(node.path() + "/elsewhere", place);
    const auto reply = creating.plain();
    CHECK(reply.failure);
    CHECK(names_in(node.path() + "/elsewhere").empty());
    fs::remove_all(node.install_root() + "/prod");
  };
  attempt(node.install_root() + "/prod");
  attempt(node.install_root() + "/prod/app");
  attempt(node.install_root() + "/prod/app/stream");
  attempt(node.install_root() + "/prod/.slots");
}

TEST_CASE("a name whose log is another account's is refused, naming it, and nothing is made") {
  node node;
  dm::fake::name_node name_node;
  node.reopen("'webhdfs_host':'127.0.0.1','webhdfs_port':'" +
              std::to_string(name_node.server().port()) + "'");
  const std::string application = "/pnda/flink/prod/app";
  name_node.files().make_directories(application + "/stream/log", "alice", "750");
  std::string private_directory = application;
  SECTION("the application's directory") {}
  SECTION("the component's alone") { private_directory += "/stream"; }
  name_node.keep_others_out_of(private_directory);
  creating creating(node);
  const auto reply = creating.plain();
  REQUIRE(reply.failure);
  CHECK(reply.failure->code == dm::status_code::failed_precondition);
  CHECK_THAT(reply.failure->message, Catch::Matchers::Contains("/stream on HDFS is alice's"));
  CHECK_FALSE(reply.data);
  creating.require_nothing_left();
}

TEST_CASE("HDFS that does not tell whose a name is keeps nobody from creating (INV-10)") {
  node node;
  dm::fake::name_node name_node;
  node.reopen("'webhdfs_host':'127.0.0.1','webhdfs_port':'" +
              std::to_string(name_node.server().port()) + "'");
  dm::fake::disturbance trouble;
  SECTION("away") { name_node.server().stop(); }
  SECTION("a refusal that is not Hadoop's") {
    trouble.what = dm::fake::disturbance::kind::replace;
    trouble.instead = dm::fake::text(403, "<html>no</html>", "text/html");
    name_node.server().disturb([&](const dm::fake::request&) { return std::optional(trouble); });
  }
  creating creating(node);
  require_made(creating.plain());
}

TEST_CASE("supervisord that does not answer: nothing is made") {
  node node;
  creating creating(node);
  node.session();
  node.supervisord().server().stop();
  const auto reply = creating.plain();
  REQUIRE(reply.failure);
  CHECK(reply.failure->code == dm::status_code::unavailable);
  CHECK_FALSE(reply.data);
  node.supervisord().server().start();
  creating.require_nothing_left();
}

TEST_CASE(
    "supervisord that cannot read its configuration: the culprit is named, all is withdrawn") {
  node node;
  creating creating(node);
  node.supervisord().fail_reload(
      "Error: could not find config file /etc/supervisor/conf.d/other.conf");
  const auto reply = creating.plain();
  REQUIRE(reply.failure);
  CHECK(reply.failure->code == dm::status_code::failed_precondition);
  CHECK(reply.failure->message.find("other.conf") != std::string::npos);
  CHECK_FALSE(reply.data);
  CHECK_FALSE(reply.changed);
  creating.require_nothing_left();
}

TEST_CASE(
    "supervisord that goes away in the middle: what may be left in it is handed back as data") {
  node node;
  creating creating(node);
  node.session();
  int asked = 0;
  node.supervisord().server().disturb(
      [&](const dm::fake::request&) -> std::optional<dm::fake::disturbance> {
        if (++asked == 1) return std::nullopt;  // the first question, whether it is there
        dm::fake::disturbance reset;
        reset.what = dm::fake::disturbance::kind::reset;
        return reset;
      });
  const auto reply = creating.plain();
  node.supervisord().server().disturb(nullptr);
  REQUIRE(reply.failure);
  CHECK(reply.failure->code == dm::status_code::unavailable);
  REQUIRE(reply.data);
  CHECK(reply.data->program == program);
  creating.require_nothing_left();
  // With it destroy's part finds nothing left to do, and create can be repeated.
  CHECK_FALSE(*remove_component_files(node.session().settings(), node.session().http(), operation(),
                                      *reply.data));
  require_made(creating.plain());
}

TEST_CASE("supervisord that reads another directory: told, and withdrawn") {
  node node;
  creating creating(node);
  fs::create_directories(node.path() + "/other.d");
  node.reopen({}, "'supervisor_config_dir':'" + node.path() + "/other.d'");
  const auto reply = creating.plain();
  REQUIRE(reply.failure);
  CHECK(reply.failure->code == dm::status_code::failed_precondition);
  CHECK(reply.failure->hint.find("[include]") != std::string::npos);
  CHECK(names_in(node.path() + "/other.d").empty());
  creating.require_nothing_left();
}

TEST_CASE("a full disk at any file leaves nothing (INV-5)") {
  node node;
  creating creating(node);
  write_text(creating.folder() + "/big.bin", std::string(200'000, 'x'));
  for (const rlim_t bytes : {rlim_t{0}, rlim_t{10}, rlim_t{600}, rlim_t{5'000}, rlim_t{150'000}}) {
    INFO(bytes);
    std::optional<create_reply> reply;
    {
      const full_disk disk(bytes);
      reply = creating.plain();
    }
    REQUIRE(reply->failure);
    CHECK(reply->failure->code == dm::status_code::resource_exhausted);
    CHECK_FALSE(reply->data);
    creating.require_nothing_left();
  }
  require_made(creating.plain());
}

TEST_CASE("a full disk when only the program file is left to write undoes the rest") {
  node node;
  creating creating(node);
  // Larger than every file but this one, in which each % of the command stands twice.
  const std::string long_argument(9'000, '%');
  const full_disk disk(15'000);
  const auto reply =
      creating.with("{" + java + ",'component_no_auto_props':1,'component_application_args':'" +
                    long_argument + "'}");
  REQUIRE(reply.failure);
  CHECK(reply.failure->code == dm::status_code::resource_exhausted);
  CHECK(reply.failure->message.find(".conf") != std::string::npos);
  CHECK_FALSE(reply.data);
  creating.require_nothing_left();
}

TEST_CASE("a cancelled or overdue create leaves nothing") {
  node node;
  creating creating(node);
  dm::io::cancellation cancel;
  cancel.cancel();
  const auto cancelled =
      creating.with("{" + java + "}", operation(dm::io::steady_time::max(), &cancel));
  REQUIRE(cancelled.failure);
  CHECK(cancelled.failure->code == dm::status_code::cancelled);
  creating.require_nothing_left();
  const auto late =
      creating.with("{" + java + "}", operation::within(std::chrono::milliseconds(0)));
  REQUIRE(late.failure);
  CHECK(late.failure->code == dm::status_code::deadline_exceeded);
  creating.require_nothing_left();
}

TEST_CASE("a cancellation while supervisord is told withdraws the program") {
  node node;
  creating creating(node);
  node.session();
  dm::io::cancellation cancel;
  node.supervisord().server().disturb(
      [&](const dm::fake::request& asked) -> std::optional<dm::fake::disturbance> {
        if (asked.body.find("addProcessGroup") == std::string::npos) return std::nullopt;
        cancel.cancel();
        dm::fake::disturbance late;
        late.what = dm::fake::disturbance::kind::delay;
        late.carried_out = true;
        late.delay = std::chrono::milliseconds(200);
        return late;
      });
  const auto reply =
      creating.with("{" + java + "}", operation(dm::io::steady_time::max(), &cancel));
  REQUIRE(reply.failure);
  CHECK(reply.failure->code == dm::status_code::cancelled);
  CHECK_FALSE(exists(creating.program_file()));
  CHECK_FALSE(exists(node.install_root() + "/prod"));
}

TEST_CASE("requests that cannot be used are refused with everything that is wrong") {
  node node;
  creating creating(node);
  creating.change = [](create_request& request) {
    request.name = {"Prod", "a b", ""};
    request.user.clear();
    request.package = "p\n[program:x]";
    request.staged_path = "relative";
  };
  const auto reply = creating.plain();
  REQUIRE(reply.failure);
  CHECK(reply.failure->details.size() == 6);
  creating.require_nothing_left();
}

TEST_CASE("an account that is not there, or may not be set up, is told") {
  node node;
  creating creating(node);
  creating.change = [](create_request& request) { request.user = "no-such-account"; };
  const auto reply = creating.plain();
  REQUIRE(reply.failure);
  CHECK(reply.failure->code == dm::status_code::failed_precondition);
  CHECK(reply.failure->message.find("no-such-account") != std::string::npos);
  creating.require_nothing_left();
}

TEST_CASE("a guard or a flink command that is not there is told by the setting's name") {
  node node;
  creating creating(node);
  fs::remove(node.path() + "/bin/flink-guard");
  const auto no_guard = creating.plain();
  REQUIRE(no_guard.failure);
  CHECK(no_guard.failure->code == dm::status_code::failed_precondition);
  CHECK(no_guard.failure->hint.find("guard") != std::string::npos);
  creating.require_nothing_left();
}

TEST_CASE("hostile packages leave nothing") {
  node node;
  creating creating(node);
  SECTION("a link") { fs::create_symlink("/etc/shadow", creating.folder() + "/notes.txt"); }
  SECTION("a link in the place of the jar") {
    fs::rename(creating.folder() + "/app.jar", node.path() + "/app.jar");
    fs::create_symlink(node.path() + "/app.jar", creating.folder() + "/app.jar");
  }
  SECTION("a FIFO") { REQUIRE(::mkfifo((creating.folder() + "/app.fifo").c_str(), 0666) == 0); }
  SECTION("a name that breaks lines") { write_text(creating.folder() + "/x\n[program:y]", "x"); }
  SECTION("a jar that is none") { write_text(creating.folder() + "/app.jar", "x"); }
  SECTION("an unknown reference") {
    write_text(creating.folder() + "/application.properties", "a=${no_such}");
  }
  const auto reply = creating.plain();
  REQUIRE(reply.failure);
  CHECK(reply.failure->code == dm::status_code::invalid_argument);
  creating.require_nothing_left();
}

TEST_CASE(
    "values cannot become directives of the program file, whatever they are (INV-8, E9, E12)") {
  node node;
  creating creating(node);
  const auto reply =
      creating.with("{" + java +
                    ",'component_job_name':'job ; touch x','component_application_args':"
                    "['; touch /tmp/pwned "
                    "#','$(id)','`id`','%(ENV_PATH)s','a\\\\','\\'q\\'','[program:x]','ä €','']}");
  require_made(reply);
  const std::string file = read_text(creating.program_file());
  CHECK(node.supervisord().names() == std::vector<std::string>{program});
  std::size_t sections = 0;
  for (std::size_t at = file.find("\n["); at != std::string::npos; at = file.find("\n[", at + 1))
    ++sections;
  CHECK(sections == 1);
}

TEST_CASE("no secret is written anywhere (INV-7, D-10, E33)") {
  node node;
  creating creating(node);
  const auto reply = creating.with("{" + java +
                                   ",'environment_hadoop_manager_password':'s3cr3t-1','environment_"
                                   "cluster_private_key':'s3cr3t-2',"
                                   "'component_db_token':'s3cr3t-3'}");
  require_made(reply);
  for (const std::string& directory : {node.install_root(), node.config_dir()}) {
    for (const auto& [path, content] : tree_of(directory)) {
      INFO(path);
      CHECK(content.find("s3cr3t") == std::string::npos);
    }
  }
  CHECK(written(reply).find("s3cr3t") == std::string::npos);
  for (const auto& w : reply.warnings) CHECK(w.message.find("s3cr3t") == std::string::npos);
}

TEST_CASE("names that look alike are different components (E17)") {
  node node;
  creating creating(node);
  creating.change = [](create_request& request) { request.name = {"prod", "a-b", "c"}; };
  require_made(creating.plain());
  creating.change = [](create_request& request) { request.name = {"prod", "a", "b-c"}; };
  require_made(creating.plain());
  CHECK(node.supervisord().names() ==
        std::vector<std::string>{"flink.prod.a-b.c", "flink.prod.a.b-c"});
  CHECK(exists(node.install_root() + "/prod/a-b/c/guard.json"));
  CHECK(exists(node.install_root() + "/prod/a/b-c/guard.json"));
}

TEST_CASE("names as long and odd as the rules allow are created and removed (D-44)") {
  node node;
  creating creating(node);
  const component_name longest{std::string(63, 'n'), "_" + std::string(98, 'A') + "-",
                               std::string(100, 'c')};
  creating.change = [&](create_request& request) { request.name = longest; };
  const auto reply = creating.plain();
  require_made(reply);
  CHECK(node.supervisord().names().size() == 1);
  CHECK(exists(reply.data->program_file));
  CHECK(*remove_component_files(node.session().settings(), node.session().http(), operation(),
                                *reply.data));
  CHECK(names_in(node.install_root()).empty());
  CHECK(names_in(node.config_dir()).empty());
}

TEST_CASE("creations of one application side by side do not disturb each other") {
  node node;
  creating creating(node);
  node.session();
  std::vector<std::thread> threads;
  std::vector<create_reply> replies(6);
  const auto document = json("{" + java + "}");
  for (std::size_t i = 0; i < replies.size(); ++i) {
    threads.emplace_back([&, i] {
      create_request request;
      request.name = {"prod", "app", "c" + std::to_string(i / 2)};  // each one twice
      request.user = node.user();
      request.staged_path = creating.folder();
      request.properties = read_properties(document);
      replies[i] = create(node.session(), operation::within(std::chrono::seconds(60)), request);
    });
  }
  for (std::thread& thread : threads) thread.join();
  for (std::size_t i = 0; i < replies.size(); i += 2) {
    require_made(replies[i]);
    require_made(replies[i + 1]);
    CHECK(replies[i].changed != replies[i + 1].changed);
  }
  CHECK(names_in(node.install_root() + "/prod/app") == std::vector<std::string>{"c0", "c1", "c2"});
}
