# What is built. A project that adds this one as a folder gets the library alone, and asks for more by name; built by
# itself, everything is on. A part that is off needs none of its packages. Each default follows what the part is made of, so
# -DFENCEPOST_BUILD_SIM=OFF leaves the library, and -DFENCEPOST_BUILD_TESTS=OFF all that needs no test package.
option(FENCEPOST_BUILD_SIM "Build fencepost::sim, the deterministic simulator for Asio code" ${PROJECT_IS_TOP_LEVEL})

# fencepost_default_on(RESULT CONDITION...): ON for a build of its own in which every condition holds.
function(fencepost_default_on result)
  set(${result} ${PROJECT_IS_TOP_LEVEL} PARENT_SCOPE)
  foreach(condition IN LISTS ARGN)
    if(NOT ${condition})
      set(${result} OFF PARENT_SCOPE)
    endif()
  endforeach()
endfunction()

fencepost_default_on(fencepost_default FENCEPOST_BUILD_SIM)
option(FENCEPOST_BUILD_PROGRAM "Build the program `fencepost`" ${fencepost_default})
fencepost_default_on(fencepost_default FENCEPOST_BUILD_SIM FENCEPOST_BUILD_PROGRAM)
option(FENCEPOST_BUILD_TESTS "Build the suites and the examples" ${fencepost_default})
fencepost_default_on(fencepost_default FENCEPOST_BUILD_SIM FENCEPOST_BUILD_TESTS)
option(FENCEPOST_BUILD_FUZZERS "Build the fuzz targets" ${fencepost_default})
option(FENCEPOST_BUILD_BENCHMARKS "Build the benchmarks" ${fencepost_default})
fencepost_default_on(fencepost_default FENCEPOST_BUILD_TESTS)
option(FENCEPOST_BUILD_STORE_CONTRACT "Build fencepost::store_contract, the suite for a store of one's own"
       ${fencepost_default})

# fencepost_needs(PART OTHER...): a part that was asked for by name without what it is made of.
function(fencepost_needs part)
  foreach(other IN LISTS ARGN)
    if(FENCEPOST_BUILD_${part} AND NOT FENCEPOST_BUILD_${other})
      message(FATAL_ERROR "FENCEPOST_BUILD_${part} is on and needs FENCEPOST_BUILD_${other}, which is off")
    endif()
  endforeach()
endfunction()

fencepost_needs(PROGRAM SIM)
fencepost_needs(TESTS SIM PROGRAM STORE_CONTRACT)
fencepost_needs(FUZZERS SIM)
fencepost_needs(BENCHMARKS SIM)
