// The log's lines.
// SPDX-License-Identifier: Apache-2.0
#include "base/log.h"

#include "support/temporary_directory.h"

#include <catch2/catch.hpp>

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <filesystem>
#include <system_error>

namespace logged = manager::log;

namespace {

// The standard error stream is a file while it lives, and everything from INFO on is written.
class caught_log {
 public:
  caught_log() : saved_(::dup(STDERR_FILENO)), before_(logged::threshold()) {
    const int file = ::open(path().c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
    ::dup2(file, STDERR_FILENO);
    ::close(file);
    logged::set_threshold(logged::level::info);
  }
  ~caught_log() { end(); }
  std::string end() {
    if (saved_ >= 0) {
      logged::set_threshold(before_);
      ::dup2(saved_, STDERR_FILENO);
      ::close(saved_);
      saved_ = -1;
    }
    return manager_test::read_file(path());
  }

 private:
  std::filesystem::path path() const { return directory_ / "log"; }

  manager_test::temporary_directory directory_;
  int saved_;
  logged::level before_;
};

}  // namespace

TEST_CASE("values are quoted where logfmt needs it") {
  CHECK(logged::logfmt_value("ada") == "ada");
  CHECK(logged::logfmt_value("/a/b-1.0,x") == "/a/b-1.0,x");
  CHECK(logged::logfmt_value("") == R"("")");
  CHECK(logged::logfmt_value("two words") == R"("two words")");
  CHECK(logged::logfmt_value("a=b") == R"("a=b")");
  CHECK(logged::logfmt_value(R"(say "no" \ yes)") == R"("say \"no\" \\ yes")");
  CHECK(logged::logfmt_value("a\nb\tc\x01") == R"("a\nb\tc\x01")");
  CHECK(logged::logfmt_value("später") == "später");
}

TEST_CASE(
    "one event a line, with time and level, every value quoted, and nothing below the threshold") {
  caught_log caught;
  logged::debug("event=quiet information={}", "not written");
  logged::info("event=accepted user={} attempts={} information={}", "ada", 3, "it \"is\"\nso");
  const std::string text = caught.end();
  CHECK(text.starts_with("time=20"));
  CHECK(text.ends_with(
      "Z level=INFO event=accepted user=ada attempts=3 information=\"it \\\"is\\\"\\nso\"\n"));
  CHECK(text.find("quiet") == std::string::npos);
}

TEST_CASE("nothing can forge a line, not even fields that come as they are") {
  caught_log caught;
  logged::write(logged::level::error, "forged\n2024 ERROR line");
  CHECK(caught.end().ends_with("level=ERROR forged\\x0a2024 ERROR line\n"));
}

TEST_CASE("lines of a request carry its id, and only those") {
  caught_log caught;
  {
    const logged::request_scope outer("r-1");
    logged::info("event=one");
    const logged::request_scope inner("r-2");
    logged::info("event=two");
  }
  logged::info("event=three");
  const std::string text = caught.end();
  CHECK(text.find("event=one request=r-1\n") != std::string::npos);
  CHECK(text.find("event=two request=r-2\n") != std::string::npos);
  CHECK(text.find("event=three\n") != std::string::npos);
}

// In a process of its own: the log of the others goes on to the standard error stream.
TEST_CASE("a log file that was rotated away is opened anew, and one that cannot be is kept") {
  const manager_test::temporary_directory directory;
  const auto file = directory / "manager.log";
  const auto old = directory / "manager.log.1";
  const pid_t child = ::fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    logged::set_threshold(logged::level::info);
    logged::open(file);
    logged::info("event=one");
    std::filesystem::rename(file, old);
    logged::info("event=two");
    logged::reopen();
    logged::info("event=three");
    std::filesystem::remove(file);
    std::filesystem::create_directory(file);
    logged::reopen();
    std::filesystem::remove(file);
    logged::reopen();
    logged::info("event=four");
    ::_exit(0);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  CHECK(status == 0);
  const std::string rotated = manager_test::read_file(old);
  CHECK(rotated.find("event=one") != std::string::npos);
  CHECK(rotated.find("event=two") != std::string::npos);
  CHECK(rotated.find("event=three") == std::string::npos);
  CHECK(manager_test::read_file(file).find("event=four") != std::string::npos);
  struct stat mode {};
  REQUIRE(::stat(file.c_str(), &mode) == 0);
  CHECK((mode.st_mode & 0027) == 0);
  CHECK_THROWS_AS(logged::open(directory / "missing" / "log"), std::system_error);
}
