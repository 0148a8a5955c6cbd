# abi-check compares the interface of the probe and of flink.so with abi/dm_plugin.abi; abi-store writes that file anew.
find_program(ABIDW_PROGRAM abidw)
find_program(ABIDIFF_PROGRAM abidiff)

if(NOT ABIDW_PROGRAM OR NOT ABIDIFF_PROGRAM)
  set(abi_tools_missing "abi-check needs abidw and abidiff. On Debian 12: apt-get install abigail-tools")
elseif(NOT CMAKE_SYSTEM_PROCESSOR STREQUAL "x86_64")
  set(abi_tools_missing "abi/dm_plugin.abi describes x86_64; this machine is ${CMAKE_SYSTEM_PROCESSOR}")
elseif(DM_SANITIZERS)
  set(abi_tools_missing "abi-check compares what is shipped: use a build without sanitizers")
endif()

set(DM_ABI_UNCHECKED_BECAUSE "${abi_tools_missing}" CACHE INTERNAL "Why abi-check cannot run in this build")
set(DM_ABI_CHECKED ON CACHE INTERNAL "Whether abi-check can run in this build")
if(abi_tools_missing)
  set(DM_ABI_CHECKED OFF CACHE INTERNAL "Whether abi-check can run in this build")
  foreach(target abi-check abi-store)
    add_custom_target(${target} COMMAND ${CMAKE_COMMAND} -E echo "${abi_tools_missing}" COMMAND ${CMAKE_COMMAND} -E false VERBATIM)
  endforeach()
  return()
endif()

set(dm_abi_check_command ${CMAKE_COMMAND} -D ABIDW=${ABIDW_PROGRAM} -D ABIDIFF=${ABIDIFF_PROGRAM}
    -D BASELINE=${DM_ABI_DIR}/dm_plugin.abi -D WORK_DIRECTORY=${CMAKE_CURRENT_BINARY_DIR})
set(dm_abi_check_script -P ${CMAKE_CURRENT_LIST_DIR}/abi_check.cmake)

add_custom_target(abi-check
  COMMAND ${dm_abi_check_command} -D LIBRARY=$<TARGET_FILE:dm_abi_probe> ${dm_abi_check_script}
  COMMAND ${dm_abi_check_command} -D LIBRARY=$<TARGET_FILE:flink> -D SUPPRESSIONS=${DM_ABI_DIR}/probe.abignore
          ${dm_abi_check_script}
  DEPENDS dm_abi_probe flink
  COMMENT "Comparing the plugin's binary interface with abi/dm_plugin.abi"
  VERBATIM)

add_custom_target(abi-store
  COMMAND ${ABIDW_PROGRAM} --no-show-locs --no-corpus-path --no-comp-dir-path --out-file ${DM_ABI_DIR}/dm_plugin.abi
          $<TARGET_FILE:dm_abi_probe>
  DEPENDS dm_abi_probe
  COMMENT "Storing the plugin's binary interface in abi/dm_plugin.abi"
  VERBATIM)
