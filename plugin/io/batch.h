// HTTP requests side by side on one multi handle of libcurl. Inside io only; io/http.h is what
// others use.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <curl/curl.h>

#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "io/http.h"
#include "io/transfer.h"

namespace dm::io {

int poll_timeout(milliseconds duration);  // for poll(2); a minute at most

// Used once. What is still under way at its end is given up.
class batch {
 public:
  batch(CURLM* multi, const operation& op, std::span<const http_request> requests);
  ~batch();
  batch(const batch&) = delete;
  batch& operator=(const batch&) = delete;

  // All of them, at most `connections` at once.
  std::vector<result<http_response>> run(std::size_t connections);
  // Until one answer is good.
  http_client::first_answer run_first(milliseconds head_start, const http_client::judge& good);

 private:
  bool going_on();  // false: the operation has ended, and so has every request
  bool perform();   // false: libcurl cannot go on
  bool wait(milliseconds limit);
  void start(std::size_t index);
  bool collect();  // takes out what is over; true when there was any
  void interrupt(const error& why);
  std::vector<result<http_response>> answers();

  CURLM* multi_;
  const operation& op_;
  std::span<const http_request> requests_;
  std::vector<std::unique_ptr<transfer>> transfers_;
  std::vector<easy_handle> spare_;  // of transfers that are over, for those to come
  std::vector<std::optional<result<http_response>>> answers_;
  std::size_t next_ = 0;
  std::size_t active_ = 0;
};

}  // namespace dm::io
