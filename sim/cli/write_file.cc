#include "sim/cli/write_file.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <system_error>

namespace fencepost::sim::cli {
namespace {

namespace fs = std::filesystem;

absl::Status Refusal(const std::string& path, std::string_view what, const std::string& why) {
  return absl::PermissionDeniedError(fmt::format("cannot write {} to {}: {}", what, path, why));
}

// Where to write before the file is renamed: beside it, for a rename does not cross file systems.
std::string Beside(const std::string& path) { return fmt::format("{}.{}.tmp", path, ::getpid()); }

bool IsSpecial(const std::string& path) {
  std::error_code error;
  const fs::file_status status = fs::status(path, error);
  return fs::exists(status) && !fs::is_regular_file(status) && !fs::is_directory(status);
}

absl::Status Write(const std::string& path, std::string_view text, std::ios::openmode mode,
                   const std::string& named, std::string_view what) {
  errno = 0;
  std::ofstream out(path, std::ios::binary | mode);
  out << text;
  out.close();
  if (out.good()) return absl::OkStatus();
  return Refusal(named, what, errno == 0 ? "writing failed" : std::strerror(errno));
}

}  // namespace

absl::Status WriteWholeFile(const std::string& path, std::string_view what, std::string_view text) {
  if (IsSpecial(path)) return Write(path, text, std::ios::out, path, what);
  const std::string beside = Beside(path);
  absl::Status written = Write(beside, text, std::ios::trunc, path, what);
  std::error_code error;
  if (written.ok()) {
    fs::rename(beside, path, error);
    if (!error) return absl::OkStatus();
    written = Refusal(path, what, error.message());
  }
  fs::remove(beside, error);
  return written;
}

absl::Status CheckWritable(const std::string& path, std::string_view what) {
  std::error_code error;
  if (fs::is_directory(path, error)) return Refusal(path, what, "it is a folder");
  if (IsSpecial(path)) return absl::OkStatus();
  const std::string beside = Beside(path);
  const absl::Status written = Write(beside, "", std::ios::trunc, path, what);
  fs::remove(beside, error);
  return written;
}

absl::Status AppendToFile(const std::string& path, std::string_view what, std::string_view text) {
  return Write(path, text, std::ios::app, path, what);
}

}  // namespace fencepost::sim::cli
