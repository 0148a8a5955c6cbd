# Configures a small project of rooms, one file of which includes what CASE says, and expects it to be let through or to be
# refused with the file's name. Run as: cmake -D... -P check_arrows.cmake
#   CASE     allowed | sideways | upwards | not_listed
#   MODULES  the folder with AddRoom.cmake
file(REMOVE_RECURSE ${WORK_DIRECTORY})
set(source ${WORK_DIRECTORY}/source)

set(included_allowed low/low.h)       # a room that middle names
set(included_sideways other/other.h)  # one that stands beside it
set(included_upwards high/high.h)     # one that uses it
set(included_not_listed base/base.h)  # one that low uses, and middle does not name
foreach(room base low other middle high)
  file(WRITE ${source}/${room}/${room}.h "#pragma once\n")
  file(WRITE ${source}/${room}/${room}.cpp "#include \"${room}/${room}.h\"\n")
endforeach()
file(APPEND ${source}/middle/middle.cpp "#include \"${included_${CASE}}\"\n")
foreach(line "base:" "low:base" "other:base" "middle:low" "high:middle low")
  string(REPLACE ":" ";" parts "${line}")
  list(GET parts 0 room)
  set(rooms "")
  list(LENGTH parts count)
  if(count GREATER 1)
    list(GET parts 1 rooms)
  endif()
  file(WRITE ${source}/${room}/CMakeLists.txt "dm_add_room(${room} SOURCES ${room}.cpp ROOMS ${rooms})\n")
endforeach()
file(WRITE ${source}/CMakeLists.txt "
cmake_minimum_required(VERSION 3.25)
project(rooms LANGUAGES CXX)
add_library(dm_warnings INTERFACE)
list(APPEND CMAKE_MODULE_PATH ${MODULES})
include(AddRoom)
set_property(GLOBAL PROPERTY DM_ROOMS base low other middle high)
foreach(room base low other middle high)
  add_subdirectory(\${room})
endforeach()
")

execute_process(COMMAND ${CMAKE_COMMAND} -S ${source} -B ${WORK_DIRECTORY}/build
                RESULT_VARIABLE code OUTPUT_VARIABLE output ERROR_VARIABLE output)
if(CASE STREQUAL "allowed")
  if(NOT code EQUAL 0)
    message(FATAL_ERROR "an include along the arrows was refused:\n${output}")
  endif()
  return()
endif()
string(REGEX REPLACE "[ \n]+" " " output "${output}")
if(code EQUAL 0 OR NOT output MATCHES "plugin/middle/middle.cpp: #include \"${included_${CASE}}\" is against the arrows; middle may use: low")
  message(FATAL_ERROR "an include against the arrows was not refused by name:\n${output}")
endif()
