# cmake -DFROM=FILE -DTO=FILE.cc -DFUNCTION=NAME -P embed.cmake: a C++ source whose function answers the file.
file(READ "${FROM}" bytes HEX)
string(REGEX REPLACE "([0-9a-f][0-9a-f])" "'\\\\x\\1'," bytes "${bytes}")
string(REGEX REPLACE "(('.x[0-9a-f][0-9a-f]',){16})" "\\1\n    " bytes "${bytes}")
file(WRITE "${TO}" "// Made from ${FROM}; edit that.
#include \"sim/report/page.h\"

namespace fencepost::sim {
namespace {

constexpr char kBytes[] = {
    ${bytes}};

}  // namespace

std::string_view ${FUNCTION}() { return std::string_view(kBytes, sizeof(kBytes)); }

}  // namespace fencepost::sim
")
