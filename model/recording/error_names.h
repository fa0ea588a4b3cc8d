// The names that recordings give to errors (FORMAT.md section 3), for the errors of this library.
#pragma once

#include <absl/status/status.h>

#include <optional>
#include <string>
#include <string_view>

#include "fencepost/base/error.h"

namespace fencepost::model::recording {

inline constexpr std::string_view kGoldenKeyNotFound = "ErrKeyNotFound";
// Recorded where the reference leaked the I/O error of a record that ended too early.
inline constexpr std::string_view kGoldenOther = "other";

// The recorded name of `error`; nothing for the errors that only this library has.
std::optional<std::string_view> GoldenErrorName(Error error);

// How a recording would name the error in `status`, which is not OK. An error that no recording can hold is
// described in words, so that it equals no recorded name.
std::string GoldenErrorName(const absl::Status& status);

// Whether a replay that answered `replayed` confirms a recording that says `recorded`. Equal names do; and
// for kGoldenOther, kCatalogInvalidRouteRecord does and no other.
bool ConfirmsGoldenError(std::string_view recorded, std::string_view replayed);

}  // namespace fencepost::model::recording
