# Installs the program, the library with its headers, and the suites; both find_package(Clarke) and
# pkg-config find the library. The tree may be moved after installing: nothing in it is absolute.
include(CMakePackageConfigHelpers)

set(clarke_package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/Clarke)

install(TARGETS clarke EXPORT ClarkeTargets
  LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR})
install(EXPORT ClarkeTargets NAMESPACE Clarke:: DESTINATION ${clarke_package_dir})
if(TARGET clarke_guard)
  install(TARGETS clarke_guard LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR})
endif()
if(TARGET program)
  file(RELATIVE_PATH clarke_bin_to_lib /${CMAKE_INSTALL_BINDIR} /${CMAKE_INSTALL_LIBDIR})
  set_target_properties(program PROPERTIES INSTALL_RPATH "$ORIGIN/${clarke_bin_to_lib}")
  install(TARGETS program RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
endif()

# Headers keep their folders, so that "core/problem.h" is found below include/clarke as it is here.
foreach(folder core engine parts verify)
  install(DIRECTORY ${PROJECT_SOURCE_DIR}/${folder}
    DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/clarke
    FILES_MATCHING PATTERN "*.h" PATTERN "lib" EXCLUDE)
endforeach()
install(DIRECTORY ${PROJECT_SOURCE_DIR}/suites DESTINATION ${CMAKE_INSTALL_DATADIR}/clarke
  FILES_MATCHING PATTERN "*.yaml" PATTERN "*.yml")
if(EXISTS ${PROJECT_SOURCE_DIR}/docs/schemas)
  install(DIRECTORY ${PROJECT_SOURCE_DIR}/docs/schemas DESTINATION ${CMAKE_INSTALL_DATADIR}/clarke)
endif()
install(FILES LICENSE CITATION.cff README.md DESTINATION ${CMAKE_INSTALL_DOCDIR})

configure_package_config_file(cmake/ClarkeConfig.cmake.in
  ${PROJECT_BINARY_DIR}/ClarkeConfig.cmake INSTALL_DESTINATION ${clarke_package_dir})
write_basic_package_version_file(${PROJECT_BINARY_DIR}/ClarkeConfigVersion.cmake
  COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/ClarkeConfig.cmake
  ${PROJECT_BINARY_DIR}/ClarkeConfigVersion.cmake DESTINATION ${clarke_package_dir})

# The prefix in clarke.pc is found from where the file lies, so --prefix at install time is right.
file(RELATIVE_PATH clarke_pc_to_prefix /${CMAKE_INSTALL_LIBDIR}/pkgconfig /)
string(REGEX REPLACE "/$" "" clarke_pc_to_prefix "${clarke_pc_to_prefix}")
configure_file(cmake/clarke.pc.in ${PROJECT_BINARY_DIR}/clarke.pc @ONLY)
install(FILES ${PROJECT_BINARY_DIR}/clarke.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)

if(CLARKE_TESTS)
  # The launcher is tried on a small tree of its own, which is the same in every preset.
  if(CMAKE_BUILD_TYPE STREQUAL "Release")
    add_test(NAME launcher COMMAND ${PROJECT_SOURCE_DIR}/tests/launcher_test.sh
      ${PROJECT_SOURCE_DIR})
    set_tests_properties(launcher PROPERTIES TIMEOUT 600)
  endif()
  # With the allocation guard the library leans on its own program, so nobody else can use it.
  if(NOT CLARKE_ALLOC_GUARD)
    add_test(NAME consumer COMMAND ${PROJECT_SOURCE_DIR}/tests/consumer/consumer_test.sh
      ${PROJECT_BINARY_DIR} ${CMAKE_C_COMPILER} "${CMAKE_C_FLAGS}")
    set_tests_properties(consumer PROPERTIES TIMEOUT 600)
  endif()
endif()
