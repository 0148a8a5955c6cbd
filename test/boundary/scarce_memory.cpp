// Memory that runs out on purpose: the global operator new of this test program.
// SPDX-License-Identifier: Apache-2.0
#include "scarce_memory.h"

#include <cstdlib>
#include <new>

namespace {

constexpr long plenty = -1;
thread_local long left = plenty;
thread_local bool refused = false;

void* allocate(std::size_t size) {
  if (left == 0) {
    refused = true;
    throw std::bad_alloc();
  }
  if (left > 0) --left;
  void* made = std::malloc(size == 0 ? 1 : size);
  if (made == nullptr) throw std::bad_alloc();
  return made;
}

}  // namespace

void* operator new(std::size_t size) { return allocate(size); }
void* operator new[](std::size_t size) { return allocate(size); }
// The library's own ones are not built on those above where a sanitizer brings its own.
void* operator new(std::size_t size, const std::nothrow_t&) noexcept {
  try {
    return allocate(size);
  } catch (const std::bad_alloc&) {
    return nullptr;
  }
}
void* operator new[](std::size_t size, const std::nothrow_t& tag) noexcept {
  return operator new(size, tag);
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete[](void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }
void operator delete[](void* memory, std::size_t) noexcept { std::free(memory); }

void operator delete(void* memory, const std::nothrow_t&) noexcept { std::free(memory); }
void operator delete[](void* memory, const std::nothrow_t&) noexcept { std::free(memory); }

namespace dm::test {

scarce_memory::scarce_memory(long allowed) {
  refused = false;
  left = allowed;
}
scarce_memory::~scarce_memory() { left = plenty; }
bool scarce_memory::ran_out() const { return refused; }

}  // namespace dm::test
