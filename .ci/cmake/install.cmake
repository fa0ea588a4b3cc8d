# What `cmake --install` puts where, and what find_package(fencepost) finds:
#
#   include/fencepost/        the public headers of lib/ (no folder internal/), and store_contract.h
#   include/fencepost-sim/    those of sim/core; the folder is not named in an #include: "sim/core/..."
#   lib/                      libfencepost, libfencepost_sim, libfencepost_store_contract
#   lib/cmake/fencepost/      the package: a file of targets for each component
#   share/doc/fencepost/      the licence, the protocol, the examples
include(CMakePackageConfigHelpers)
include(GNUInstallDirs)

option(FENCEPOST_INSTALL "Make `install` rules for what is built" ${PROJECT_IS_TOP_LEVEL})
# Always a static library: it is linked into test programs, and its interceptors have to be in the program itself.
option(FENCEPOST_INSTALL_SIM "Install fencepost::sim, if it is built" ON)

# What a shared library is bound to: before 1.0 each minor version has an ABI of its own (lib/fencepost/version.h).
set(fencepost_abi ${PROJECT_VERSION_MAJOR})
set(fencepost_compatibility SameMajorVersion)
if(PROJECT_VERSION_MAJOR EQUAL 0)
  set(fencepost_abi 0.${PROJECT_VERSION_MINOR})
  set(fencepost_compatibility SameMinorVersion)
endif()

set(fencepost_package_folder ${CMAKE_INSTALL_LIBDIR}/cmake/fencepost)

# fencepost_component(NAME TARGET): users link TARGET as fencepost::NAME, whether they add this project as a folder or find
# it installed. Static or shared as BUILD_SHARED_LIBS has it; a static one may become part of somebody's shared library.
function(fencepost_component name target)
  add_library(fencepost::${name} ALIAS ${target})
  set_target_properties(${target} PROPERTIES
    EXPORT_NAME ${name}
    VERSION ${PROJECT_VERSION}
    SOVERSION ${fencepost_abi}
    INSTALL_RPATH $ORIGIN)
  if(NOT DEFINED CMAKE_POSITION_INDEPENDENT_CODE)
    set_target_properties(${target} PROPERTIES POSITION_INDEPENDENT_CODE ON)
  endif()
  if(NOT FENCEPOST_INSTALL OR name STREQUAL "sim" AND NOT FENCEPOST_INSTALL_SIM)
    return()
  endif()
  install(TARGETS ${target} EXPORT fencepost-${name}
    ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR}
    LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR}
    RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
  install(EXPORT fencepost-${name} NAMESPACE fencepost:: DESTINATION ${fencepost_package_folder})
endfunction()

# fencepost_install_headers(FROM TO): the headers of a folder, with the folder itself, but for machinery.
function(fencepost_install_headers from to)
  if(FENCEPOST_INSTALL)
    install(DIRECTORY ${from} DESTINATION ${to}
      FILES_MATCHING PATTERN "*.h" PATTERN internal EXCLUDE)
  endif()
endfunction()

# Once, after all components.
function(fencepost_install_package)
  if(NOT FENCEPOST_INSTALL)
    return()
  endif()
  set(config ${PROJECT_BINARY_DIR}/package/fencepostConfig.cmake)
  set(config_version ${PROJECT_BINARY_DIR}/package/fencepostConfigVersion.cmake)
  configure_package_config_file(${PROJECT_SOURCE_DIR}/.ci/cmake/fencepostConfig.cmake.in ${config}
    INSTALL_DESTINATION ${fencepost_package_folder})
  write_basic_package_version_file(${config_version} COMPATIBILITY ${fencepost_compatibility})
  install(FILES ${config} ${config_version} DESTINATION ${fencepost_package_folder})
  install(FILES LICENSE lib/fencepost/fence/PROTOCOL.md DESTINATION ${CMAKE_INSTALL_DATAROOTDIR}/doc/fencepost)
  install(DIRECTORY lib/examples DESTINATION ${CMAKE_INSTALL_DATAROOTDIR}/doc/fencepost)
endfunction()
