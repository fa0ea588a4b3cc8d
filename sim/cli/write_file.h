// Files that somebody may read while they are being written, or after this process was killed: they are there
// as a whole, or as they were before.
#pragma once

#include <absl/status/status.h>

#include <string>
#include <string_view>

namespace fencepost::sim::cli {

// Writes beside `path`, then renames; what is no regular file (a pipe, /dev/stdout) is written to directly.
// PermissionDenied names the file, what it was to hold and the reason; then nothing is left behind.
absl::Status WriteWholeFile(const std::string& path, std::string_view what, std::string_view text);

// Whether WriteWholeFile is going to work, as far as can be told: before a job of many hours begins.
absl::Status CheckWritable(const std::string& path, std::string_view what);

// Appends. PermissionDenied as above.
absl::Status AppendToFile(const std::string& path, std::string_view what, std::string_view text);

}  // namespace fencepost::sim::cli
