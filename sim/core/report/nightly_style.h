// How the page of a nightly looks, light and dark. Thread-safe: a constant.
#pragma once

#include <string_view>

namespace fencepost::sim {

// CSS without '<', '&' or an address in it: it may stand in a page as it is.
std::string_view NightlyStyle();

}  // namespace fencepost::sim
