# Headers, libraries, pkg-config files, a CMake package, and a target that takes it all away again.
include(CMakePackageConfigHelpers)

set(package_dir "${CMAKE_INSTALL_LIBDIR}/cmake/qianmo")
set(libraries qianmo qianmo_static)
if(QIANMO_CLI)
  list(APPEND libraries qianmo_decode)
  set_target_properties(qianmo_decode PROPERTIES EXPORT_NAME decode)
endif()

install(FILES include/qianmo/qianmo.h include/qianmo/arrow.h
  DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}/qianmo")
if(QIANMO_CLI)
  install(FILES include/qianmo/decode.h DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}/qianmo")
endif()
install(TARGETS ${libraries} EXPORT qianmo)
install(EXPORT qianmo NAMESPACE qianmo:: FILE qianmo-targets.cmake DESTINATION "${package_dir}")

configure_package_config_file(cmake/qianmo-config.cmake.in
  "${PROJECT_BINARY_DIR}/qianmo-config.cmake" INSTALL_DESTINATION "${package_dir}")
write_basic_package_version_file("${PROJECT_BINARY_DIR}/qianmo-config-version.cmake"
  COMPATIBILITY SameMinorVersion)
install(FILES "${PROJECT_BINARY_DIR}/qianmo-config.cmake"
  "${PROJECT_BINARY_DIR}/qianmo-config-version.cmake" DESTINATION "${package_dir}")

# The prefix of a .pc file is where the file is found: an installed tree can be moved.
cmake_path(SET pc_dir "${CMAKE_INSTALL_PREFIX}/${CMAKE_INSTALL_LIBDIR}/pkgconfig")
cmake_path(RELATIVE_PATH CMAKE_INSTALL_PREFIX BASE_DIRECTORY "${pc_dir}" OUTPUT_VARIABLE pc_up)
set(packages qianmo)
if(QIANMO_CLI)
  list(APPEND packages qianmo-decode)
endif()
foreach(package IN LISTS packages)
  configure_file("cmake/${package}.pc.in" "${PROJECT_BINARY_DIR}/${package}.pc" @ONLY)
  install(FILES "${PROJECT_BINARY_DIR}/${package}.pc"
    DESTINATION "${CMAKE_INSTALL_LIBDIR}/pkgconfig")
endforeach()

file(GLOB library_pages CONFIGURE_DEPENDS "docs/man/*.3")
if(library_pages)
  install(FILES ${library_pages} DESTINATION "${CMAKE_INSTALL_MANDIR}/man3")
endif()

# Who passes the library on passes the first two on, too; what the columns hold is in the third.
install(FILES LICENSE lib/data/SOURCES.md docs/jsonl.md DESTINATION "${CMAKE_INSTALL_DOCDIR}")

add_custom_target(uninstall
  COMMAND "${CMAKE_COMMAND}" -P "${PROJECT_SOURCE_DIR}/cmake/uninstall.cmake"
  WORKING_DIRECTORY "${PROJECT_BINARY_DIR}"
  COMMENT "Removing what install_manifest.txt lists" VERBATIM)
