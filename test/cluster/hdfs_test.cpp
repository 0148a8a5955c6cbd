// HDFS by WebHDFS: what its operations do and how they refuse.
#include "cluster/hdfs.h"

#include <catch2/catch.hpp>
#include <cstdio>
#include <thread>

#include "fake/name_node.h"

using namespace dm::cluster;
using dm::status_code;
namespace fake = dm::fake;
using dm::io::operation;
using option = hdfs::rename_option;

namespace {

const operation in_time = operation::within(std::chrono::minutes(1));

struct one_name_node {
  fake::name_node node;
  dm::io::http_client http;
  hdfs fs{http, {node.address()}, "pnda"};
};

}  // namespace

TEST_CASE("a file is created, seen, read and removed") {
  one_name_node n;
  const std::string content("bytes\0and \xC3\xA4", 12);
  REQUIRE(n.fs.make_directory(in_time, "/pnda/flink", "750"));
  REQUIRE(n.fs.create(in_time, "/pnda/flink/f", content, "640"));
  const auto status = n.fs.status(in_time, "/pnda/flink/f");
  REQUIRE(status);
  CHECK_FALSE(status->directory);
  CHECK(status->length_bytes == 12);
  CHECK(status->owner == "pnda");
  CHECK(status->permission == "640");
  CHECK(status->modified_ms > 0);
  CHECK(status->name.empty());
  CHECK(n.fs.read(in_time, "/pnda/flink/f", 100).value() == content);
  CHECK(n.fs.remove(in_time, "/pnda/flink/f", false).value() == true);
  CHECK(n.fs.remove(in_time, "/pnda/flink/f", false).value() == false);
  CHECK(n.fs.status(in_time, "/pnda/flink/f").error().code == status_code::not_found);
  CHECK(n.fs.read(in_time, "/pnda/flink/f", 100).error().code == status_code::not_found);
}

TEST_CASE("a file of this node is uploaded, and never over another one") {
  one_name_node n;
  std::FILE* file = std::tmpfile();
  REQUIRE(file != nullptr);
  REQUIRE(std::fputs("0123456789", file) >= 0);
  REQUIRE(std::fflush(file) == 0);
  REQUIRE(n.fs.upload(in_time, "/d/f", ::fileno(file), 10, "644"));
  CHECK(n.node.files().get("/d/f") == "0123456789");
  CHECK(n.node.files().status("/d/f").status.permission == "644");
  CHECK(n.fs.upload(in_time, "/d/f", ::fileno(file), 10, "644").error().code ==
        status_code::already_exists);
  CHECK(n.fs.upload(in_time, "/d/g", ::fileno(file), 11, "644").error().code ==
        status_code::failed_precondition);
  std::fclose(file);
}

TEST_CASE("an empty file is a file") {
  one_name_node n;
  REQUIRE(n.fs.create(in_time, "/e", ""));
  CHECK(n.fs.read(in_time, "/e", 0).value().empty());
  CHECK(n.node.files().get("/e") == "");
}

TEST_CASE("a file that exists is not created again, nor written") {
  one_name_node n;
  REQUIRE(n.fs.create(in_time, "/f", "first"));
  CHECK(n.fs.create(in_time, "/f", "second").error().code == status_code::already_exists);
  CHECK(n.node.files().get("/f") == "first");
}

TEST_CASE("names that need encoding arrive as they are") {
  one_name_node n;
  const std::string path = "/a b/c?d&e=f#g%20+\xC3\xA4";
  REQUIRE(n.fs.create(in_time, path, "x"));
  CHECK(n.node.files().get(path) == "x");
  CHECK(n.fs.read(in_time, path, 10).value() == "x");
  REQUIRE(n.fs.rename(in_time, path, "/a b/z&?", option::none));
  CHECK(n.node.files().get("/a b/z&?") == "x");
}

TEST_CASE("reading is bounded, and a part can be read") {
  one_name_node n;
  n.node.files().put("/f", "0123456789");
  CHECK(n.fs.read(in_time, "/f", 10).value() == "0123456789");
  CHECK(n.fs.read(in_time, "/f", 9).error().code == status_code::resource_exhausted);
  CHECK(n.fs.read_part(in_time, "/f", 2, 3).value() == "234");
  CHECK(n.fs.read_part(in_time, "/f", 8, 100).value() == "89");
  CHECK(n.fs.read_part(in_time, "/f", 10, 1).error().code == status_code::unavailable);
  CHECK(n.fs.read_part(in_time, "/f", -1, 1).error().code == status_code::invalid_argument);
}

TEST_CASE("several files are read side by side, in their order; a missing one is no error") {
  one_name_node n;
  std::vector<std::string> paths;
  for (int i = 0; i < 40; ++i) {
    paths.push_back("/d/f" + std::to_string(i));
    if (i % 7 != 3) n.node.files().put(paths.back(), std::string(static_cast<std::size_t>(i), 'x'));
  }
  const auto contents = n.fs.read_all(in_time, paths, 100);
  REQUIRE(contents);
  REQUIRE(contents->size() == paths.size());
  for (std::size_t i = 0; i < paths.size(); ++i) {
    CAPTURE(i);
    REQUIRE((*contents)[i].has_value() == (i % 7 != 3));
    if ((*contents)[i]) CHECK((*contents)[i]->size() == i);
  }
  CHECK(n.fs.read_all(in_time, {}, 100).value().empty());
  CHECK(n.fs.read_all(in_time, {"/d/f1"}, 100).value() ==
        std::vector<std::optional<std::string>>{"x"});
}

TEST_CASE("of several files one that is too long, or a bad path, is the error of all") {
  one_name_node n;
  n.node.files().put("/short", "1");
  n.node.files().put("/long", "0123456789");
  CHECK(n.fs.read_all(in_time, {"/short", "/long"}, 9).error().code ==
        status_code::resource_exhausted);
  CHECK(n.fs.read_all(in_time, {"/short", "/../long"}, 99).error().code ==
        status_code::invalid_argument);
}

TEST_CASE("a directory cannot be read") {
  one_name_node n;
  n.node.files().put("/d/f", "x");
  CHECK(n.fs.read(in_time, "/d", 10).error().code == status_code::not_found);
}

TEST_CASE("a directory is listed in pages") {
  one_name_node n;
  n.node.set_page_size(3);
  for (int i = 0; i < 10; ++i)
    n.node.files().put("/d/f" + std::to_string(i), std::string(static_cast<std::size_t>(i), 'x'));
  n.node.files().put("/d/g/inner", "x");
  const auto entries = n.fs.list(in_time, "/d");
  REQUIRE(entries);
  REQUIRE(entries->size() == 11);
  CHECK(entries->at(7).name == "f7");
  CHECK(entries->at(7).length_bytes == 7);
  CHECK(entries->at(10).name == "g");
  CHECK(entries->at(10).directory);
  CHECK(n.node.server().request_count() == 4);
  CHECK(n.fs.list(in_time, "/absent").error().code == status_code::not_found);
}

TEST_CASE("a directory is walked a page at a time, and no further than somebody wants to go") {
  one_name_node n;
  n.node.set_page_size(10);
  for (int i = 0; i < 35; ++i) n.node.files().put("/many/f" + std::to_string(100 + i), "x");
  int seen = 0;
  REQUIRE(n.fs.for_each(in_time, "/many", [&](const file_status&) { return ++seen > 0; }));
  CHECK(seen == 35);
  n.node.server().forget_requests();
  seen = 0;
  REQUIRE(n.fs.for_each(in_time, "/many", [&](const file_status&) { return ++seen < 15; }));
  CHECK(seen == 15);
  CHECK(n.node.server().request_count() == 2);
  const auto none = n.fs.for_each(in_time, "/nowhere", [](const file_status&) { return true; });
  REQUIRE_FALSE(none);
  CHECK(none.error().code == status_code::not_found);
}

TEST_CASE("sizes are asked for side by side; what does not come is not known, and no error") {
  one_name_node n;
  n.node.files().put("/a/f", "1234");
  n.node.files().put("/b/c/f", "12");
  const auto sums = n.fs.summaries(in_time, {"/a", "/nowhere", "relative", "/b"});
  REQUIRE(sums.size() == 4);
  CHECK(sums[0].value().length_bytes == 4);
  CHECK_FALSE(sums[1]);
  CHECK_FALSE(sums[2]);
  CHECK(sums[3].value().length_bytes == 2);
  n.node.server().stop();
  CHECK_FALSE(n.fs.summaries(in_time, {"/a"}).front());
  CHECK(n.fs.summaries(in_time, {}).empty());
}

TEST_CASE("a file lists itself, an empty directory nothing") {
  one_name_node n;
  n.node.files().put("/f", "x");
  REQUIRE(n.fs.make_directory(in_time, "/empty"));
  CHECK(n.fs.list(in_time, "/f")->front().name.empty());
  CHECK(n.fs.list(in_time, "/empty")->empty());
}

TEST_CASE("an HDFS that knows no paged listing is listed all the same") {
  one_name_node n;
  n.node.set_batch_listing(false);
  n.node.files().put("/d/a", "x");
  n.node.files().put("/d/b", "x");
  const auto entries = n.fs.list(in_time, "/d");
  REQUIRE(entries);
  CHECK(entries->size() == 2);
  CHECK(n.fs.list(in_time, "/absent").error().code == status_code::not_found);
}

TEST_CASE("a summary counts what is below") {
  one_name_node n;
  n.node.files().put("/d/a", "123");
  n.node.files().put("/d/sub/b", "4567");
  const auto summary = n.fs.summary(in_time, "/d");
  REQUIRE(summary);
  CHECK(summary->length_bytes == 7);
  CHECK(summary->file_count == 2);
  CHECK(summary->directory_count == 2);
  CHECK(n.fs.summary(in_time, "/absent").error().code == status_code::not_found);
}

TEST_CASE("a directory is made with its parents, once or again; over a file it is not") {
  one_name_node n;
  CHECK(n.fs.make_directory(in_time, "/a/b/c", "750"));
  CHECK(n.fs.make_directory(in_time, "/a/b/c", "750"));
  CHECK(n.fs.status(in_time, "/a/b/c")->permission == "750");
  n.node.files().put("/f", "x");
  CHECK(n.fs.make_directory(in_time, "/f").error().code == status_code::already_exists);
  CHECK(n.fs.make_directory(in_time, "/f/sub").error().code == status_code::already_exists);
}

TEST_CASE("a permission is set") {
  one_name_node n;
  n.node.files().put("/f", "x");
  REQUIRE(n.fs.set_permission(in_time, "/f", "600"));
  CHECK(n.fs.status(in_time, "/f")->permission == "600");
  CHECK(n.fs.set_permission(in_time, "/absent", "600").error().code == status_code::not_found);
  CHECK(n.fs.set_permission(in_time, "/f", "rwx").error().code == status_code::invalid_argument);
}

TEST_CASE("a rename without overwriting tells a taken name from a missing one") {
  one_name_node n;
  auto& files = n.node.files();
  files.put("/d/a", "a");
  files.put("/d/b", "b");
  REQUIRE(n.fs.make_directory(in_time, "/d/directory"));
  CHECK(n.fs.rename(in_time, "/d/a", "/d/b", option::none).error().code ==
        status_code::already_exists);
  CHECK(n.fs.rename(in_time, "/d/absent", "/d/c", option::none).error().code ==
        status_code::not_found);
  CHECK(n.fs.rename(in_time, "/d/a", "/absent/c", option::none).error().code ==
        status_code::not_found);
  CHECK_FALSE(n.fs.rename(in_time, "/d/a", "/d/directory", option::none));  // and not into it
  CHECK(files.names("/d/directory").empty());
  CHECK(n.fs.rename(in_time, "/d/a", "/d/c", option::none));
  CHECK(files.get("/d/c") == "a");
  CHECK_FALSE(files.exists("/d/a"));
  CHECK(files.get("/d/b") == "b");
}

TEST_CASE("a rename that overwrites replaces a file, not a directory") {
  one_name_node n;
  auto& files = n.node.files();
  files.put("/d/a", "a");
  files.put("/d/b", "b");
  files.put("/d/full/x", "x");
  files.put("/d/other/y", "y");
  CHECK(n.fs.rename(in_time, "/d/a", "/d/b", option::overwrite));
  CHECK(files.get("/d/b") == "a");
  CHECK_FALSE(n.fs.rename(in_time, "/d/b", "/d/full", option::overwrite));
  CHECK_FALSE(n.fs.rename(in_time, "/d/other", "/d/full", option::overwrite));
  CHECK(files.get("/d/full/x") == "x");
}

TEST_CASE("of several that rename to one name exactly one wins") {
  one_name_node n;
  for (int i = 0; i < 8; ++i) n.node.files().put("/d/tmp" + std::to_string(i), std::to_string(i));
  std::atomic<int> won{0};
  std::atomic<int> lost{0};
  std::atomic<int> winner{-1};
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&, i] {
      const auto renamed =
          n.fs.rename(in_time, "/d/tmp" + std::to_string(i), "/d/7.json", option::none);
      if (renamed) {
        ++won;
        winner = i;
      } else if (renamed.error().code == status_code::already_exists) {
        ++lost;
      }
    });
  }
  for (auto& thread : threads) thread.join();
  CHECK(won == 1);
  CHECK(lost == 7);
  CHECK(n.node.files().get("/d/7.json") == std::to_string(winner));
}

TEST_CASE("a directory with something in it goes only when told so") {
  one_name_node n;
  n.node.files().put("/d/f", "x");
  CHECK(n.fs.remove(in_time, "/d", false).error().code == status_code::invalid_argument);
  CHECK(n.node.files().exists("/d/f"));
  CHECK(n.fs.remove(in_time, "/d", true).value());
  CHECK_FALSE(n.node.files().exists("/d"));
}

TEST_CASE("a path that would mean something else on the way is refused before it is sent (INV-8)") {
  one_name_node n;
  for (const char* path :
       {"", "relative", "/a/../b", "/..", "/a/./b", "/a\nb", "/a:b", "hdfs://x/a"}) {
    INFO(path);
    CHECK(n.fs.status(in_time, path).error().code == status_code::invalid_argument);
    CHECK(n.fs.create(in_time, path, "x").error().code == status_code::invalid_argument);
    CHECK(n.fs.rename(in_time, "/ok", path, option::none).error().code ==
          status_code::invalid_argument);
    CHECK(n.fs.remove(in_time, path, true).error().code == status_code::invalid_argument);
  }
  CHECK(n.node.server().request_count() == 0);
}

TEST_CASE("a NameNode that redirects in spite of noredirect is followed to its DataNode") {
  one_name_node n;
  n.node.set_ignores_noredirect(true);
  REQUIRE(n.fs.create(in_time, "/f", "x"));
  CHECK(n.fs.read(in_time, "/f", 10).value() == "x");
}

TEST_CASE("requests of many clients may be batched; what is not whole is told as not known") {
  one_name_node n;
  n.node.files().put("/log/1.json", "one");
  n.node.files().put("/log/2.json", "two");
  const auto perform = [&](const dm::io::http_request& request) {
    auto answer = n.http.perform(in_time, request);
    REQUIRE(answer);
    return *answer;
  };
  const auto listed = n.fs.read_list(perform(n.fs.list_request("/log")), "/log");
  REQUIRE(listed);
  CHECK(listed->size() == 2);
  const auto request = hdfs::content_request(perform(n.fs.open_request("/log/2.json")), 100);
  REQUIRE(request);
  CHECK(perform(*request).body == "two");
  CHECK(n.fs.read_list(perform(n.fs.list_request("/none")), "/none").error().code ==
        status_code::not_found);
  CHECK_FALSE(hdfs::content_request(perform(n.fs.open_request("/log/3.json")), 100));
  n.node.set_page_size(1);
  CHECK(n.fs.read_list(perform(n.fs.list_request("/log")), "/log").error().code ==
        status_code::unavailable);
  n.node.set_batch_listing(false);
  CHECK(n.fs.read_list(perform(n.fs.list_request("/log")), "/log").error().code ==
        status_code::unavailable);
}
