// What every parser of files owes its user: an error of the form FILE:LINE: reason, about a line that exists.
#pragma once

#include <absl/status/status.h>

#include <string_view>

namespace fencepost::fuzz {

// Reports a finding when `refusal` of `text`, which was read as `file`, is not of that form. The line after
// the last one exists: there something is missing.
void RequireLineNamed(const absl::Status& refusal, std::string_view file, std::string_view text);

}  // namespace fencepost::fuzz
