# The flags every target of this repository is compiled with; a project that only links lib/ does not
# inherit them.
add_library(fencepost_compile_options INTERFACE)
target_compile_options(fencepost_compile_options INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wnon-virtual-dtor -Wold-style-cast -Werror)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # GCC 12 warns about its own coroutine frames, about std::optional<std::string> that it can prove full, and at -O3
  # about a loop inside fmt 9 that it takes to run past its array.
  target_compile_options(fencepost_compile_options INTERFACE
    -fcoroutines -Wno-maybe-uninitialized -Wno-restrict -Wno-mismatched-new-delete -Wno-stringop-overflow)
else()
  target_compile_options(fencepost_compile_options INTERFACE -Wextra-semi -Wthread-safety)
  add_link_options(-fuse-ld=lld)
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
  add_compile_options(-fsanitize=fuzzer-no-link)
endif()
