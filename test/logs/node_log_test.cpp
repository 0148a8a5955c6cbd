// A component's own log files on this node.
#include "logs/node_log.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <catch2/catch.hpp>

#include "support/node.h"

using namespace dm::logs;
using dm::status_code;
using dm::test::temporary_directory;
using dm::test::write_text;

TEST_CASE("only logs are listed, and only files") {
  const temporary_directory directory;
  write_text(directory / "guard.log", "one\n");
  write_text(directory / "client-3.log", "output\n");
  write_text(directory / "flink-epoch-3-client-h.log.1", "log\n");
  write_text(directory / "secret.txt", "no\n");
  write_text(directory / "client-3.exit", "no\n");
  REQUIRE(::symlink("/etc/passwd", (directory / "client-4.log").c_str()) == 0);
  REQUIRE(::mkfifo((directory / "client-5.log").c_str(), 0600) == 0);
  const auto files = list_node_files(directory.path());
  REQUIRE(files);
  CHECK(files->size() == 3);
  for (const node_file& file : *files) CHECK(file.size_bytes > 0);
  CHECK(list_node_files(directory / "absent").error().code == status_code::not_found);
}

TEST_CASE("parts of a file are read, from both ends") {
  const temporary_directory directory;
  write_text(directory / "guard.log", "0123456789");
  const auto read = [&](std::int64_t from, std::size_t limit) {
    auto window = read_node_file(directory.path(), "guard.log", from, limit);
    REQUIRE(window);
    return *window;
  };
  CHECK(read(0, 4).bytes == "0123");
  CHECK_FALSE(read(0, 4).reaches_end());
  CHECK(read(6, 100).bytes == "6789");
  CHECK(read(6, 100).reaches_end());
  CHECK(read(-3, 100).bytes == "789");
  CHECK(read(-3, 100).offset == 7);
  CHECK(read(-100, 2).bytes == "01");
  const log_window beyond = read(11, 5);
  CHECK(beyond.bytes.empty());
  CHECK(beyond.size_bytes == 10);
}

TEST_CASE("no link is followed, and nothing is waited for") {
  const temporary_directory directory;
  write_text(directory / "elsewhere", "secret");
  REQUIRE(::symlink((directory / "elsewhere").c_str(), (directory / "guard.log").c_str()) == 0);
  CHECK(read_node_file(directory.path(), "guard.log", 0, 10).error().code ==
        status_code::failed_precondition);
  REQUIRE(::mkfifo((directory / "client-1.log").c_str(), 0600) == 0);
  CHECK(read_node_file(directory.path(), "client-1.log", 0, 10).error().code ==
        status_code::failed_precondition);
  CHECK(read_node_file(directory.path(), "guard.log.1", 0, 10).error().code ==
        status_code::not_found);
}

TEST_CASE("what was taken out of a long file is passed over") {
  const temporary_directory directory;
  const std::string path = directory / "client-1.log";
  write_text(path, "begin\n");
  constexpr std::int64_t far = std::int64_t{8} << 20;
  const int file = ::open(path.c_str(), O_WRONLY);
  REQUIRE(file >= 0);
  REQUIRE(::pwrite(file, "end\n", 4, far) == 4);
  ::close(file);
  const auto first = read_node_file(directory.path(), "client-1.log", 0, 1 << 16);
  REQUIRE(first);
  CHECK(first->bytes.starts_with("begin\n"));
  // Where the file system knows holes.
  if (!first->broken_off) return;
  const auto next = first->offset + static_cast<std::int64_t>(first->bytes.size());
  const auto second = read_node_file(directory.path(), "client-1.log", next, 1 << 16);
  REQUIRE(second);
  CHECK(second->offset > next);
  CHECK(second->bytes.ends_with("end\n"));
}
