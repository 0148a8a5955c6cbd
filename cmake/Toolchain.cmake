# How everything here is compiled: language, warnings, sanitizers, where the results go.
set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_C_STANDARD 11)
set(CMAKE_C_STANDARD_REQUIRED ON)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/bin)
set(CMAKE_LIBRARY_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/lib)

# What takes time here is the network: -O2 keeps the library small and the build short. Functions and lines (-g1) are what a
# backtrace needs; with every variable the compiler takes a quarter longer.
set(CMAKE_C_FLAGS_RELEASE "-O2 -DNDEBUG")
set(CMAKE_CXX_FLAGS_RELEASE "-O2 -g1 -DNDEBUG")

# The default visibility of every object is hidden; the version script closes what is left (Boost.Asio marks its
# singletons default-visible).
set(CMAKE_C_VISIBILITY_PRESET hidden)
set(CMAKE_CXX_VISIBILITY_PRESET hidden)
set(CMAKE_VISIBILITY_INLINES_HIDDEN ON)

find_program(CCACHE_PROGRAM ccache)
if(CCACHE_PROGRAM)
  # Where a tree lies, and which build of it asks, is the same to the cache: a second build directory, such as that of the
  # Debian packages, is taken from it.
  set(CMAKE_C_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env CCACHE_BASEDIR=${PROJECT_SOURCE_DIR} CCACHE_NOHASHDIR=true)
  if(DM_PRECOMPILE)  # what ccache must be allowed to overlook in a file that begins with a precompiled header
    list(APPEND CMAKE_C_COMPILER_LAUNCHER CCACHE_SLOPPINESS=pch_defines,time_macros)
  endif()
  list(APPEND CMAKE_C_COMPILER_LAUNCHER ${CCACHE_PROGRAM})
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_C_COMPILER_LAUNCHER})
endif()

if(DM_PRECOMPILE)  # programs as libraries are, so that both can begin with the same precompiled header
  add_compile_options(-fPIC)
else()
  set(CMAKE_POSITION_INDEPENDENT_CODE ON)
endif()

# abidiff sees nothing in a library without debug information, so even a release build has it, and the contract's types with
# all of it (D-40; plugin/boundary).
string(APPEND CMAKE_C_FLAGS " -g")
string(APPEND CMAKE_CXX_FLAGS " -g")

# A daemon that runs as root, and a plugin in its process: what is shipped has what compiler and linker can make an attacker's
# life hard with. _FORTIFY_SOURCE needs an optimiser; a build for work on the code stays quick.
add_compile_options($<$<CONFIG:Release>:-fstack-protector-strong> $<$<CONFIG:Release>:-fstack-clash-protection>
                    $<$<CONFIG:Release>:-U_FORTIFY_SOURCE> $<$<CONFIG:Release>:-D_FORTIFY_SOURCE=2>)
add_link_options($<$<CONFIG:Release>:-Wl,-z,relro> $<$<CONFIG:Release>:-Wl,-z,now>
                 $<$<AND:$<CONFIG:Release>,$<STREQUAL:$<TARGET_PROPERTY:TYPE>,EXECUTABLE>>:-pie>)

if(DM_SANITIZERS)
  add_compile_options(-g1)  # a report needs no more than lines
  add_compile_options(-fsanitize=${DM_SANITIZERS} -fno-omit-frame-pointer)
  add_link_options(-fsanitize=${DM_SANITIZERS})
  if(DM_SANITIZERS MATCHES "thread")
    # The thread sanitizer knows no fences, and gcc says so; what Asio orders by them it orders by a mutex or a thread's end, too.
    add_compile_definitions(BOOST_ASIO_DISABLE_FENCED_BLOCK)
  endif()
  if(DM_SANITIZERS MATCHES "undefined")
    # The checks of every pointer before its use are a third of the compiler's time; what they would find ends in a signal,
    # or is seen by the address sanitizer.
    add_compile_options(-fno-sanitize-recover=undefined -fno-sanitize=null,alignment,vptr,object-size)
    if(CMAKE_CXX_COMPILER_ID MATCHES "Clang")
      # clang 14 cannot do the first in coroutines; RapidJSON's empty stack adds an offset to a null pointer, which is the second.
      add_compile_options(-fno-sanitize=function,pointer-overflow)
    endif()
  endif()
endif()

add_library(dm_warnings INTERFACE)
target_compile_options(dm_warnings INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow
  $<$<COMPILE_LANGUAGE:CXX>:-Wconversion -Wnon-virtual-dtor -Wold-style-cast>)
# False warnings of gcc 12 when it optimises: "literal" + std::string as an overlapping copy (GCC bug 105651), the
# inactive alternatives of std::variant and std::optional as uninitialised (GCC bug 105562).
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
  target_compile_options(dm_warnings INTERFACE $<$<COMPILE_LANGUAGE:CXX>:-Wno-restrict>
    $<$<COMPILE_LANGUAGE:CXX>:-Wno-maybe-uninitialized>)
endif()
# clang (the fuzzers) says of each comparison of RapidJSON's iterators that C++20 may turn it round.
if(CMAKE_CXX_COMPILER_ID MATCHES "Clang")
  target_compile_options(dm_warnings INTERFACE $<$<COMPILE_LANGUAGE:CXX>:-Wno-ambiguous-reversed-operator>)
endif()
option(DM_WARNINGS_AS_ERRORS "Treat warnings as errors" ON)
if(DM_WARNINGS_AS_ERRORS)
  target_compile_options(dm_warnings INTERFACE -Werror)
endif()
