# What cmake --install puts where, and how others find it.
#
#   <libdir>/deployment-manager/plugins/flink.so     a Deployment Manager's plugin folder holds plugins and nothing else
#   <libdir>/deployment-manager/bin/flink-guard      where the plugin looks for it: ../bin beside its own folder
#   <bindir>/flink-health                            for a timer of systemd (plugin/health/install) and for operators
#   <bindir>/flink-queue-policy                      for flink-guard, where environment.queue_policy names it or a map that names it
#   <bindir>/deployment-manager, dmctl               the reference Deployment Manager and its client, when they are built
#   lib/systemd, lib/tmpfiles.d, <sysconfdir>, man1, man8, completions, share/doc/deployment-manager: what makes both services
#                                                    (examples/manager/install, plugin/health/install, plugin/queue_policy/install)
#   <includedir>/dm/*.h, dm_plugin.hpp               the contract, and its wrapper for C++
#   <libdir>/cmake/dm_plugin, <libdir>/pkgconfig     find_package(dm_plugin) and pkg-config dm-plugin
#   <datadir>/deployment-manager/abi                 documents.md, samples, schemas, layout.txt, version script for plugins
include(CMakePackageConfigHelpers)

set(DM_INSTALL_PRIVATE_DIR ${CMAKE_INSTALL_LIBDIR}/deployment-manager)
set(DM_INSTALL_ABI_DIR ${CMAKE_INSTALL_DATADIR}/deployment-manager/abi)
set(DM_INSTALL_CONFIG_DIR ${CMAKE_INSTALL_LIBDIR}/cmake/dm_plugin)

install(TARGETS flink LIBRARY DESTINATION ${DM_INSTALL_PRIVATE_DIR}/plugins)
install(TARGETS flink-health flink-queue-policy RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
install(TARGETS flink-guard RUNTIME DESTINATION ${DM_INSTALL_PRIVATE_DIR}/bin)
if(TARGET deployment-manager)
  install(TARGETS deployment-manager dmctl RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
endif()

install(FILES ${DM_ABI_DIR}/dm_plugin.h ${DM_ABI_DIR}/dm_savepoint.h ${DM_ABI_DIR}/dm_logs.h ${DM_ABI_DIR}/dm_diagnosis.h
              ${DM_ABI_DIR}/dm_metrics.h ${DM_ABI_DIR}/dm_housekeeping.h ${DM_ABI_DIR}/dm_plugin.hpp
        DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/dm)
install(FILES ${DM_ABI_DIR}/README.md ${DM_ABI_DIR}/documents.md ${DM_ABI_DIR}/writing-a-host.md ${DM_ABI_DIR}/CHANGELOG.md
              ${DM_ABI_DIR}/layout.txt ${DM_ABI_DIR}/dm_plugin.map
        DESTINATION ${DM_INSTALL_ABI_DIR})
install(DIRECTORY ${DM_ABI_DIR}/samples ${DM_ABI_DIR}/schemas DESTINATION ${DM_INSTALL_ABI_DIR})

# The version of the contract, which is not the plugin's.
file(STRINGS ${DM_ABI_DIR}/dm_plugin.h abi_version_lines REGEX "define DM_PLUGIN_ABI_(MAJOR|MINOR)")
string(REGEX REPLACE ".*ABI_MAJOR ([0-9]+)u.*ABI_MINOR ([0-9]+)u.*" "\\1.\\2" DM_ABI_VERSION "${abi_version_lines}")

# find_package(dm_plugin 1.0) gives dm::plugin_abi.
set_target_properties(dm_abi PROPERTIES EXPORT_NAME plugin_abi)
install(TARGETS dm_abi EXPORT dm_plugin)
install(EXPORT dm_plugin NAMESPACE dm:: FILE dm_pluginTargets.cmake DESTINATION ${DM_INSTALL_CONFIG_DIR})
configure_package_config_file(${CMAKE_CURRENT_LIST_DIR}/dm_pluginConfig.cmake.in ${CMAKE_BINARY_DIR}/dm_pluginConfig.cmake
  INSTALL_DESTINATION ${DM_INSTALL_CONFIG_DIR} PATH_VARS DM_INSTALL_PRIVATE_DIR DM_INSTALL_ABI_DIR)
write_basic_package_version_file(${CMAKE_BINARY_DIR}/dm_pluginConfigVersion.cmake
  VERSION ${DM_ABI_VERSION} COMPATIBILITY SameMajorVersion ARCH_INDEPENDENT)
install(FILES ${CMAKE_BINARY_DIR}/dm_pluginConfig.cmake ${CMAKE_BINARY_DIR}/dm_pluginConfigVersion.cmake
        DESTINATION ${DM_INSTALL_CONFIG_DIR})

# Relative to the file's own place, so that an installation may be moved, and made with another prefix than configured.
file(RELATIVE_PATH DM_PREFIX_FROM_PKGCONFIG /${CMAKE_INSTALL_LIBDIR}/pkgconfig /)
string(REGEX REPLACE "/$" "" DM_PREFIX_FROM_PKGCONFIG ${DM_PREFIX_FROM_PKGCONFIG})
configure_file(${CMAKE_CURRENT_LIST_DIR}/dm-plugin.pc.in ${CMAKE_BINARY_DIR}/dm-plugin.pc @ONLY)
install(FILES ${CMAKE_BINARY_DIR}/dm-plugin.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
