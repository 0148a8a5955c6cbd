// A server at a unix socket that plays a Deployment Manager for one test: what it hears is kept,
// what it says is given.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <filesystem>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace client_test {

/// A directory that goes with the test.
class temporary_directory {
 public:
  temporary_directory();
  ~temporary_directory();
  temporary_directory(const temporary_directory&) = delete;
  temporary_directory& operator=(const temporary_directory&) = delete;
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

void write_file(const std::filesystem::path& file, const std::string& text, unsigned mode);

class stand_in {
 public:
  /// The whole answer to a request, head and all; "": the connection is closed without one.
  /// Requests are read to the end of their bodies.
  explicit stand_in(std::function<std::string(const std::string& request)> say);
  ~stand_in();
  stand_in(const stand_in&) = delete;
  stand_in& operator=(const stand_in&) = delete;

  std::string socket() const { return (directory_.path() / "s").string(); }
  std::vector<std::string> heard() const;

  static std::string json(int status, const std::string& body, const std::string& headers = "");

 private:
  void serve();

  temporary_directory directory_;
  std::function<std::string(const std::string&)> say_;
  int listener_ = -1;
  std::atomic<bool> ends_{false};
  mutable std::mutex mutex_;
  std::vector<std::string> heard_;
  std::thread thread_;
};

}  // namespace client_test
