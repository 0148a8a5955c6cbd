// A history server for tests, with the answers of a real one (Flink 1.20.5).
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <mutex>
#include <string>

#include "fake/http_server.h"
#include "looking.h"

namespace dm::test {

class fake_history {
 public:
  enum class kind {
    running,    // shows the three recorded jobs
    empty,      // the same as one that has not read its archives yet
    writing,    // its overview is there in part
    rewriting,  // the same once, then all of it
    old,        // before 1.5: another path
    older_404,  // before 1.11 and empty: no overview at all
    manager,    // a JobManager has taken its port
    rubbish,    // a page of somebody else's
  };
  explicit fake_history(kind what = kind::running) : kind_(what) {}

  std::string address() const { return server_.address(); }
  fake::http_server& server() { return server_; }
  void become(kind what) { kind_ = what; }
  void show(std::string overview) {
    const std::lock_guard lock(mutex_);
    overview_ = std::move(overview);
  }

 private:
  fake::response answer(const fake::request& asked) {
    const kind now = kind_;
    if (now == kind::rubbish) return fake::text(200, "<html>\x1b[2Jhello</html>", "text/html");
    if (asked.path == "/config")
      return fake::json(200, recorded(now == kind::manager ? "rest-1.20.5.config.json"
                                                           : "rest-1.20.5.history.config.json"));
    const bool knows = now != kind::old && now != kind::older_404;
    if (asked.path == "/jobs/overview" && knows) return fake::json(200, overview(now));
    if (asked.path == "/joboverview" && now == kind::old)
      return fake::json(200, R"({"running":[],"finished":[{"jid":"0a","state":"FINISHED"}]})");
    return fake::json(404, recorded("rest-1.20.5.history.unknown.json"));
  }
  std::string overview(kind now) {
    if (now == kind::empty) return recorded("rest-1.20.5.history.overview.empty.json");
    const std::lock_guard lock(mutex_);
    const std::string whole =
        overview_.empty() ? recorded("rest-1.20.5.history.overview.json") : overview_;
    if (now == kind::rewriting) kind_ = kind::running;
    return now == kind::writing || now == kind::rewriting ? whole.substr(0, whole.size() / 2)
                                                          : whole;
  }

  std::atomic<kind> kind_;
  std::mutex mutex_;
  std::string overview_;  // guarded by mutex_
  fake::http_server server_{[this](const fake::request& asked) { return answer(asked); }};
};

}  // namespace dm::test
