# The flags every target of this repository is compiled with; a project that only links lib/ does not
# inherit them.
add_library(fencepost_compile_options INTERFACE)
target_compile_options(fencepost_compile_options INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wnon-virtual-dtor -Wold-style-cast)
# Not where this is a part of somebody else's build, with a compiler that may know more warnings.
option(FENCEPOST_WARNINGS_ARE_ERRORS "Compile with -Werror" ${PROJECT_IS_TOP_LEVEL})
if(FENCEPOST_WARNINGS_ARE_ERRORS)
  target_compile_options(fencepost_compile_options INTERFACE -Werror)
endif()
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # GCC 12 warns about its own coroutine frames, about std::optional<std::string> that it can prove full, and at -O3
  # about a loop inside fmt 9 that it takes to run past its array.
  target_compile_options(fencepost_compile_options INTERFACE
    -fcoroutines -Wno-maybe-uninitialized -Wno-restrict -Wno-mismatched-new-delete -Wno-stringop-overflow
    -Wno-stringop-overread -Wno-array-bounds)
else()
  target_compile_options(fencepost_compile_options INTERFACE -Wextra-semi -Wthread-safety)
  include(CheckLinkerFlag)
  check_linker_flag(CXX -fuse-ld=lld FENCEPOST_HAS_LLD)
  if(FENCEPOST_HAS_LLD)
    add_link_options(-fuse-ld=lld)
  endif()
endif()

if(FENCEPOST_SANITIZE STREQUAL "asan" OR FENCEPOST_SANITIZE STREQUAL "fuzz")
  add_compile_options(-fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer)
  add_link_options(-fsanitize=address,undefined)
elseif(FENCEPOST_SANITIZE STREQUAL "tsan")
  add_compile_options(-fsanitize=thread -fno-omit-frame-pointer)
  add_link_options(-fsanitize=thread)
elseif(NOT FENCEPOST_SANITIZE STREQUAL "")
  message(FATAL_ERROR "FENCEPOST_SANITIZE is '${FENCEPOST_SANITIZE}': use asan, tsan, fuzz or nothing")
endif()
if(FENCEPOST_SANITIZE STREQUAL "fuzz")
  # Stack frames after their scope or return are looked at by the suites under asan, and the corpora are among those;
  # here that costs a quarter of the executions.
  add_compile_options(-fsanitize=fuzzer-no-link -fsanitize-address-use-after-return=never
    -fno-sanitize-address-use-after-scope -fsanitize-ignorelist=${PROJECT_SOURCE_DIR}/fuzz/library_code.txt)
endif()

# Optimising the tests themselves takes most of the time of a build and proves nothing: what is tested keeps its
# optimisation.
option(FENCEPOST_UNOPTIMISED_TESTS "Compile the tests, not what they test, without optimisation" ON)
add_library(fencepost_test_options INTERFACE)
target_link_libraries(fencepost_test_options INTERFACE fencepost_compile_options)
if(FENCEPOST_UNOPTIMISED_TESTS)
  target_compile_options(fencepost_test_options INTERFACE -O0)
endif()

# Most of the time of a build goes to parsing the same headers again and again. The debug build does without: there
# each file has to include what it uses. Batched files share their unnamed namespaces, so a name is taken once per library.
option(FENCEPOST_BATCHED "Compile all but the tests in batches" OFF)
option(FENCEPOST_PRECOMPILED "Compile the headers of the tests once" ${FENCEPOST_BATCHED})

function(fencepost_batched target)
  if(FENCEPOST_BATCHED)
    set_target_properties(${target} PROPERTIES UNITY_BUILD ON UNITY_BUILD_BATCH_SIZE 12)
    # In a batch GCC takes a source for a header, and warns about what it has in its unnamed namespace.
    target_compile_options(${target} PRIVATE $<$<CXX_COMPILER_ID:GNU>:-Wno-subobject-linkage>)
  endif()
endfunction()

# Only what the target's own sources include anyway.
function(fencepost_precompiled target)
  if(NOT FENCEPOST_PRECOMPILED)
    return()
  endif()
  if(CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
    # A compiler cache compares contents, and the time of the parsing is no part of them.
    target_compile_options(${target} PRIVATE "SHELL:-Xclang -fno-pch-timestamp")
  endif()
  target_precompile_headers(${target} PRIVATE ${ARGN})
endfunction()
