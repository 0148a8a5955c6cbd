// HTTP requests side by side on one multi handle of libcurl. Inside io only; io/http.h is what
// others use.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <curl/curl.h>

#include <functional>
#include <memory>
#include <vector>

#include "io/http.h"
#include "io/transfer.h"

namespace dm::io {

int poll_timeout(milliseconds duration);  // for poll(2); a minute at most

// Used once. What is still under way at its end is given up.
class batch {
 public:
  // make and take: as in http_client::perform_each.
  batch(CURLM* multi, const operation& op, std::size_t count, http_client::maker make,
        http_client::taker take);
  ~batch();
  batch(const batch&) = delete;
  batch& operator=(const batch&) = delete;

  // All of them, at most `connections` at once.
  void run(std::size_t connections);
  // The first one, and all when head_start has passed or it is over; until `enough`.
  void run_first(milliseconds head_start, const std::function<bool()>& enough);

 private:
  bool going_on();  // false: the operation has ended, and so has every request
  bool perform();   // false: libcurl cannot go on
  bool wait(milliseconds limit);
  void start(std::size_t index);
  bool collect();  // takes out what is over; true when there was any
  void interrupt(const error& why);
  void take(std::size_t index, result<http_response> answer);
  bool all_started() const { return next_ == transfers_.size(); }

  CURLM* multi_;
  const operation& op_;
  http_client::maker make_;
  http_client::taker take_;
  std::vector<std::unique_ptr<transfer>> transfers_;
  std::vector<std::unique_ptr<transfer>> spare_;  // that are over, for requests to come
  std::vector<bool> taken_;
  std::size_t next_ = 0;
  std::size_t active_ = 0;
};

}  // namespace dm::io
