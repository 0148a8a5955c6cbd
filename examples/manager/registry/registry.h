// The Deployment Manager's memory: everything that must survive its death, in one SQLite file.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "registry/application_store.h"
#include "registry/callback_outbox.h"
#include "registry/database.h"
#include "registry/fleet_store.h"
#include "registry/operation_history.h"
#include "registry/operation_journal.h"
#include "registry/package_file_store.h"
#include "registry/package_store.h"
#include "registry/upload_store.h"

#include <filesystem>
#include <mutex>

namespace manager {

/// What a transaction sees. Valid inside it only.
struct registry_view {
  explicit registry_view(database& file)
      : packages(file),
        contents(file),
        applications(file),
        operations(file),
        history(file),
        outbox(file),
        uploads(file),
        fleets(file) {}

  package_store packages;
  package_file_store contents;
  application_store applications;
  operation_journal operations;
  operation_history history;
  callback_outbox outbox;
  upload_store uploads;
  fleet_store fleets;
};

class registry {
 public:
  explicit registry(const std::filesystem::path& file);

  /// Runs `work(registry_view&)` in one transaction and returns what it returns: all of it becomes
  /// durable, or, when it throws, none. Transactions run one at a time; they must not wait for
  /// anything else. [any-thread]
  template <typename Work>
  auto transact(Work work) {
    const std::lock_guard lock(mutex_);
    transaction running(database_);
    registry_view view(database_);
    if constexpr (std::is_void_v<decltype(work(view))>) {
      work(view);
      running.commit();
    } else {
      auto result = work(view);
      running.commit();
      return result;
    }
  }

 private:
  class transaction {
   public:
    explicit transaction(database& owner);
    ~transaction();
    void commit();

   private:
    database& owner_;
    bool open_ = true;
  };

  std::mutex mutex_;
  database database_;  // guarded by mutex_
};

}  // namespace manager
