// JSON that goes into files: whatever bytes a text has, the result is valid JSON and valid UTF-8.
//
// Thread-safe: pure functions.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

namespace fencepost::sim {

// On one line; bytes that are no UTF-8 become U+FFFD.
std::string JsonText(const nlohmann::ordered_json& json);

// The same, to stand in a page's <script>: no '<', '>' or '&', and no line separators of JavaScript's own.
std::string JsonForScript(const nlohmann::ordered_json& json);

}  // namespace fencepost::sim
