// The staged folder: listed with hashes, and hostile content refused.
#include "package/package_files.h"

#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <cstring>
#include <filesystem>

#include "io/hash.h"
#include "support/node.h"

using namespace dm::context;
using namespace dm::input;
using namespace dm::package;
using dm::test::temporary_directory;
using dm::test::write_text;

namespace fs = std::filesystem;

TEST_CASE("files are listed with path, size and hash, sorted, at every depth") {
  const temporary_directory folder;
  write_text(folder / "b.jar", "bb");
  write_text(folder / "a/c/d.txt", "");
  write_text(folder / ".hidden", "h");
  const auto listing = list_package(dm::io::operation(), folder.path(), true);
  if (!listing) FAIL(listing.error().text());
  CHECK(listing->problems.empty());
  REQUIRE(listing->files.size() == 3);
  CHECK(listing->files[0].path == ".hidden");
  CHECK(listing->files[1].path == "a/c/d.txt");
  CHECK(listing->files[2].path == "b.jar");
  CHECK(listing->files[2].size_bytes == 2);
  CHECK(listing->files[2].sha256 == dm::io::sha256_hex("bb"));
  CHECK(listing->find("b.jar") != nullptr);
  CHECK(listing->find("c.jar") == nullptr);
}

TEST_CASE("links, special files and odd names are all named, and none is opened (E57)") {
  const temporary_directory folder;
  write_text(folder / "good.jar", "x");
  fs::create_symlink("/etc/passwd", folder / "link");
  fs::create_directory_symlink("/etc", folder / "folder");
  fs::create_directories(folder / "sub");
  REQUIRE(::mkfifo((folder / "sub/fifo").c_str(), 0600) == 0);
  write_text(folder / "new\nline", "x");
  write_text(folder / "not-utf8-\xff", "x");
  const int socket = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::strncpy(address.sun_path, (folder / "sock").c_str(), sizeof address.sun_path - 1);
  REQUIRE(::bind(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
  const auto listing = list_package(dm::io::operation(), folder.path(), true);
  ::close(socket);
  if (!listing) FAIL(listing.error().text());
  CHECK(listing->problems.size() == 6);
  REQUIRE(listing->files.size() == 1);
  CHECK(listing->files[0].path == "good.jar");
  for (const auto& p : listing->problems) {
    for (const char c : p.path + p.found) CHECK(static_cast<unsigned char>(c) >= 0x20);
  }
}

TEST_CASE("a folder that is absent, a file or a link is an error, and a cancelled listing ends") {
  const temporary_directory folder;
  write_text(folder / "file", "x");
  fs::create_directory_symlink(folder.path(), folder / "link");
  CHECK_FALSE(list_package(dm::io::operation(), folder / "absent", false));
  CHECK_FALSE(list_package(dm::io::operation(), folder / "file", false));
  CHECK_FALSE(list_package(dm::io::operation(), folder / "link", false));
  dm::io::cancellation cancel;
  cancel.cancel();
  const auto ended =
      list_package(dm::io::operation(dm::io::steady_time::max(), &cancel), folder.path(), true);
  REQUIRE_FALSE(ended);
  CHECK(ended.error().code == dm::status_code::cancelled);
}

TEST_CASE("a folder that is too deep is refused") {
  const temporary_directory folder;
  std::string path = folder.path();
  for (int i = 0; i < deepest_package_directory + 2; ++i) path += "/d";
  fs::create_directories(path);
  const auto listing = list_package(dm::io::operation(), folder.path(), false);
  REQUIRE(listing);
  CHECK(listing->problems.size() == 1);
}

TEST_CASE("one file is opened without following a link in any part of its path") {
  const temporary_directory folder;
  write_text(folder / "a/b.jar", "content");
  fs::create_directory_symlink(folder / "a", folder / "link");
  fs::create_symlink(folder / "a/b.jar", folder / "b.jar");
  REQUIRE(::mkfifo((folder / "fifo").c_str(), 0600) == 0);
  CHECK(open_package_file(folder.path(), "a/b.jar"));
  for (const char* path : {"link/b.jar", "b.jar", "a", "fifo", "absent", "a/absent"}) {
    INFO(path);
    CHECK_FALSE(open_package_file(folder.path(), path));
  }
}
