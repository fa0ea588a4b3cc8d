// fuzz_smoke: replays a corpus as an ordinary test, without a fuzzer and with any compiler.
//
//   fuzz_smoke TARGET PATH...    each PATH an input, or a folder of inputs
//
// Each input is run as it is and cut short at several places, for every prefix of an input is an input. Exits
// with 0 when all of them pass, with 2 when there is nothing to run; a finding aborts and names its input.
#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "fuzz/targets.h"

namespace {

namespace fs = std::filesystem;
using fencepost::fuzz::Input;
using fencepost::fuzz::Target;

constexpr std::size_t kCuts = 8;

const Target* FindTarget(std::string_view name) {
  for (const Target& target : fencepost::fuzz::AllTargets()) {
    if (target.name == name) return &target;
  }
  return nullptr;
}

std::vector<std::string> InputsAt(const std::string& path) {
  if (!fs::is_directory(path)) return {path};
  std::vector<std::string> files;
  for (const fs::directory_entry& entry : fs::directory_iterator(path)) {
    if (entry.is_regular_file()) files.push_back(entry.path().string());
  }
  std::sort(files.begin(), files.end());
  return files;
}

bool RunInput(const Target& target, const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  const std::vector<char> read{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  if (!file.is_open() || file.bad()) {
    std::fprintf(stderr, "fuzz_smoke: cannot read %s\n", path.c_str());
    return false;
  }
  const std::vector<std::uint8_t> bytes(read.begin(), read.end());
  for (std::size_t i = 0; i <= kCuts; ++i) {
    const std::size_t length = bytes.size() * (kCuts - i) / kCuts;
    // The last line before an abort names the input.
    std::fprintf(stderr, "%s, first %zu of %zu bytes\n", path.c_str(), length, bytes.size());
    // A copy of exactly this length, so that a sanitizer sees a read past its end.
    const std::vector<std::uint8_t> prefix(bytes.begin(),
                                           bytes.begin() + static_cast<std::ptrdiff_t>(length));
    target.run(Input(prefix));
  }
  return true;
}

int Run(int argc, char** argv) {
  const Target* const target = argc < 2 ? nullptr : FindTarget(argv[1]);
  if (target == nullptr || argc < 3) {
    std::fprintf(stderr, "usage: fuzz_smoke TARGET PATH...; targets:\n");
    for (const Target& known : fencepost::fuzz::AllTargets()) {
      std::fprintf(stderr, "  %.*s\n", static_cast<int>(known.name.size()), known.name.data());
    }
    return 2;
  }
  std::size_t inputs = 0;
  for (int i = 2; i < argc; ++i) {
    for (const std::string& path : InputsAt(argv[i])) {
      if (!RunInput(*target, path)) return 2;
      ++inputs;
    }
  }
  std::printf("%s: %zu inputs pass\n", argv[1], inputs);
  return inputs > 0 ? 0 : 2;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return Run(argc, argv);
  } catch (const std::exception& failure) {
    std::fprintf(stderr, "fuzz_smoke: %s\n", failure.what());
    return 1;
  }
}
