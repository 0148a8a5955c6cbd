// One HTTP transfer of libcurl: a request put into an easy handle, its answer and its failure taken
// out of it. Inside io only; io/http.h is what others use.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <curl/curl.h>

#include <array>
#include <memory>
#include <string>

#include "io/http.h"

namespace dm::io {

// Used for one request after another, since making a handle ready costs as much as a small request.
// Pinned in memory: libcurl holds its address between start and finish.
class transfer {
 public:
  transfer() = default;
  transfer(const transfer&) = delete;
  transfer& operator=(const transfer&) = delete;

  // Checks the request and makes the handle ready, which must not be in a multi handle;
  // INVALID_ARGUMENT names what is wrong with it. index: the request's place in its batch.
  result<void> prepare(http_request request, std::size_t index);
  CURL* handle() const { return easy_.get(); }
  std::size_t index() const { return index_; }

  // What came of it, once libcurl says that it is over.
  result<http_response> finish(CURLcode code);
  // The operation ended before it: the error `why`, completed with what is known of the request.
  error interrupted(error why) const;

 private:
  static std::size_t on_body(char* data, std::size_t size, std::size_t count, void* self);
  static std::size_t on_upload(char* room, std::size_t size, std::size_t count, void* self);
  static std::size_t on_header(char* data, std::size_t size, std::size_t count, void* self);
  void read_header(std::string_view line);
  void reserve();
  result<void> prepare_handle();
  result<void> prepare_headers();
  void prepare_method();
  bool changes_something() const { return request_.method != "GET" && request_.method != "HEAD"; }
  bool sent() const;
  std::string tried() const;  // "GET http://host:port/path"
  std::string said(CURLcode code) const;
  error failure(CURLcode code) const;

  http_request request_;
  std::size_t index_ = 0;
  std::unique_ptr<CURL, decltype(&curl_easy_cleanup)> easy_{nullptr, &curl_easy_cleanup};
  std::unique_ptr<curl_slist, decltype(&curl_slist_free_all)> headers_{nullptr,
                                                                       &curl_slist_free_all};
  std::array<char, CURL_ERROR_SIZE> said_{};
  http_response response_;
  std::int64_t sent_bytes_ = 0;  // of the body's file
  int read_error_ = 0;           // errno
  bool file_too_short_ = false;
  bool too_large_ = false;
  bool out_of_memory_ = false;
};

}  // namespace dm::io
