// One request between the server's thread and the lanes' threads.
// SPDX-License-Identifier: Apache-2.0
#include "http/http_exchange.h"

#include "base/log.h"
#include "http/error_body.h"

#include <exception>
#include <utility>

namespace manager {

bool http_stream_queue::write(std::string piece) {
  {
    const std::lock_guard lock(mutex_);
    if (closed_ || ended_) return false;
    if (waiting_.size() + piece.size() > most_waiting) {
      closed_ = true;
    } else {
      waiting_ += piece;
    }
  }
  wake_();
  return !closed();
}

void http_stream_queue::end() {
  {
    const std::lock_guard lock(mutex_);
    ended_ = true;
  }
  wake_();
}

bool http_stream_queue::closed() const {
  const std::lock_guard lock(mutex_);
  return closed_ || ended_;
}

std::size_t http_stream_queue::waiting() const {
  const std::lock_guard lock(mutex_);
  return waiting_.size();
}

void http_stream_queue::close() {
  const std::lock_guard lock(mutex_);
  closed_ = true;
  waiting_.clear();
}

http_stream_queue::taken http_stream_queue::take() {
  const std::lock_guard lock(mutex_);
  taken result{std::exchange(waiting_, {}), ended_ || closed_};
  return result;
}

void http_exchange::admit(http_gate& gate, bool and_run) {
  std::optional<http_response> refused;
  try {
    refused = gate.admit(request, head, match);
  } catch (...) {
    refused = response_of_current_exception();
  }
  if (refused) return set_answer(std::move(*refused));
  if (match == nullptr) return set_answer(std::move(answer_without_match));
  if (and_run) return run();
  set(step::admitted);
}

void http_exchange::run() {
  const log::request_scope scope(request.who.request_id);
  http_response response = router::run(*match, request);
  if (response.later) return put_off(std::move(response));
  if (response.stream && request.method != "HEAD") {
    const auto start = std::move(response.stream);
    stream_ = std::make_shared<http_stream_queue>(wake_);
    const auto to = stream_;
    set_answer(std::move(response));
    try {
      start(to);
    } catch (const std::exception& problem) {
      log::error("event=stream_error information={}", problem.what());
      to->end();
    }
    return;
  }
  set_answer(std::move(response));
}

void http_exchange::put_off(http_response response) {
  const auto begin = std::move(response.later);
  const auto self = shared_from_this();
  http_response::promise promise;
  promise.answer = [self, headers = std::move(response.headers)](http_response answer) {
    answer.headers.insert(answer.headers.end(), headers.begin(), headers.end());
    self->set_answer(std::move(answer));
  };
  promise.abandoned = [self] {
    const std::lock_guard lock(self->mutex_);
    return self->failed_.has_value();
  };
  begin(std::move(promise));
}

void http_exchange::use_body(bool while_it_arrives) {
  if (while_it_arrives) {
    request.read_body = [this](const std::function<void(std::string_view)>& receive) {
      read_arriving(receive);
    };
  } else {
    request.read_body = [this](const std::function<void(std::string_view)>& receive) {
      if (!body.empty()) receive(body);
    };
  }
}

void http_exchange::read_arriving(const std::function<void(std::string_view)>& receive) {
  for (;;) {
    std::string piece;
    {
      std::unique_lock lock(mutex_);
      if (!failed_ && !at_end_) {
        step_ = step::wants_body;
        lock.unlock();
        wake_();
        lock.lock();
        changed_.wait(lock, [this] { return has_piece_ || at_end_ || failed_; });
      }
      step_ = step::working;
      if (failed_) throw failure(*failed_);
      if (!has_piece_) return;
      has_piece_ = false;
      piece = std::move(piece_);
    }
    receive(piece);
  }
}

http_exchange::step http_exchange::now() const {
  const std::lock_guard lock(mutex_);
  return step_;
}

void http_exchange::give(std::string piece) {
  {
    const std::lock_guard lock(mutex_);
    piece_ = std::move(piece);
    has_piece_ = true;
    step_ = step::working;
  }
  changed_.notify_all();
}

void http_exchange::give_end() {
  {
    const std::lock_guard lock(mutex_);
    at_end_ = true;
    step_ = step::working;
  }
  changed_.notify_all();
}

void http_exchange::give_failure(failure_kind kind, std::string text) {
  {
    const std::lock_guard lock(mutex_);
    if (!failed_) failed_ = failure(kind, text);
    if (step_ == step::wants_body) step_ = step::working;
  }
  changed_.notify_all();
  left.request("the client has gone");
}

void http_exchange::refuse(http_response response) { set_answer(std::move(response)); }

http_response http_exchange::take_answer() {
  const std::lock_guard lock(mutex_);
  return std::move(answer_);
}

void http_exchange::set(step next) {
  {
    const std::lock_guard lock(mutex_);
    step_ = next;
  }
  wake_();
}

void http_exchange::set_answer(http_response response) {
  {
    const std::lock_guard lock(mutex_);
    answer_ = std::move(response);
    step_ = step::answered;
  }
  wake_();
}

}  // namespace manager
