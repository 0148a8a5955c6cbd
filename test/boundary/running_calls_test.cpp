// All operations of a session ended at once (DM-26).
#include "boundary/running_calls.h"

#include <catch2/catch.hpp>

using dm::boundary::running_calls;
using dm::io::cancellation;

TEST_CASE("every call that is in it is cancelled, none that has left (DM-26)") {
  running_calls calls;
  cancellation one;
  cancellation two;
  cancellation gone;
  calls.add(one);
  calls.add(two);
  calls.add(gone);
  calls.remove(gone);
  calls.cancel_all();
  CHECK(one.cancelled());
  CHECK(two.cancelled());
  CHECK_FALSE(gone.cancelled());
}

TEST_CASE("a call that comes afterwards is cancelled at once (DM-26)") {
  running_calls calls;
  calls.cancel_all();
  calls.cancel_all();
  cancellation late;
  calls.add(late);
  CHECK(late.cancelled());
}

TEST_CASE("a call under which a second operation was refused is still in it (DM-16, DM-26)") {
  running_calls calls;
  cancellation shared;
  calls.add(shared);
  calls.add(shared);
  calls.remove(shared);
  calls.cancel_all();
  CHECK(shared.cancelled());
}
