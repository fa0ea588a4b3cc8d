#include "sim/core/stack/stack_trace.h"

#include <cxxabi.h>
#include <dlfcn.h>
#include <execinfo.h>
#include <fmt/format.h>

#include <absl/debugging/symbolize.h>

#include <algorithm>
#include <cstdlib>
#include <memory>
#include <utility>

#include "sim/core/stack/line_lookup.h"

namespace fencepost::sim {
namespace {

// A call returns to the instruction after it, which may belong to the next line or function.
const void* CallBefore(std::uintptr_t return_address) {
  return reinterpret_cast<const void*>(return_address - 1);
}

std::string NameAt(std::uintptr_t return_address) {
  std::array<char, 1024> name;
  if (absl::Symbolize(CallBefore(return_address), name.data(), static_cast<int>(name.size()))) {
    return WithoutTemplateArguments(name.data());
  }
  return fmt::format("{:#x}", return_address);
}

// By its name; and by its file, since inlined calls may be named without their namespaces.
bool IsLibraryCode(const StackFrame& frame) {
  static constexpr std::array<std::string_view, 7> kNames = {
      "boost::asio::", "boost::beast::", "std::", "__gnu_cxx::", "void boost::", "void std::", "decltype"};
  static constexpr std::array<std::string_view, 3> kFiles = {"/include/c++/", "/boost/asio/",
                                                             "/boost/beast/"};
  return std::ranges::any_of(kNames, [&](auto name) { return frame.function.starts_with(name); }) ||
         std::ranges::any_of(kFiles, [&](auto file) { return frame.place.find(file) != std::string::npos; });
}

// The length of the name of an operator with angle brackets in it that `rest` begins with, or 0.
std::size_t BracketOperatorLength(std::string_view rest) {
  constexpr std::string_view kOperator = "operator";
  if (!rest.starts_with(kOperator)) return 0;
  static constexpr std::array<std::string_view, 11> kNames = {"<=>", "<<=", ">>=", "->*", "<<", ">>",
                                                              "<=",  ">=",  "->",  "<",   ">"};
  for (const std::string_view name : kNames) {
    if (rest.substr(kOperator.size()).starts_with(name)) return kOperator.size() + name.size();
  }
  return 0;
}

}  // namespace

StackTrace StackTrace::Capture() { return CaptureFrom(__builtin_return_address(0)); }

StackTrace StackTrace::CaptureFrom(const void* return_address) {
  constexpr std::size_t kMostBefore = 16;  // between that call and this one
  std::array<void*, kMostFrames + kMostBefore> raw;
  const int taken = ::backtrace(raw.data(), static_cast<int>(raw.size()));
  const auto end = raw.begin() + taken;
  auto from = std::find(raw.begin(), end, return_address);
  if (from == end) from = std::min(raw.begin() + 1, end);
  StackTrace trace;
  for (; from != end && trace.size_ < kMostFrames; ++from) {
    trace.addresses_[trace.size_++] = reinterpret_cast<std::uintptr_t>(*from);
  }
  return trace;
}

std::vector<StackFrame> StackTrace::Names() const {
  std::vector<StackFrame> frames;
  for (const std::uintptr_t address : addresses()) frames.push_back(StackFrame{NameAt(address), {}});
  return frames;
}

std::vector<StackFrame> StackTrace::NamesAndPlaces() const {
  const std::vector<std::vector<StackFrame>> lines = LookUpLines(addresses());
  std::vector<StackFrame> frames;
  for (std::size_t i = 0; i < size_; ++i) {
    if (i >= lines.size() || lines[i].empty()) {
      frames.push_back(StackFrame{NameAt(addresses_[i]), {}});
      continue;
    }
    for (const StackFrame& line : lines[i]) frames.push_back(line);
    // The symbol table writes its parameters, the debugging information often does not.
    frames.back().function = NameAt(addresses_[i]);
  }
  return frames;
}

bool operator==(const StackTrace& left, const StackTrace& right) {
  return std::ranges::equal(left.addresses(), right.addresses());
}

std::optional<StackFrame> FirstOwnFrame(std::span<const StackFrame> frames) {
  const auto own = std::ranges::find_if_not(frames, IsLibraryCode);
  if (own == frames.end()) return std::nullopt;
  return *own;
}

std::string WithoutTemplateArguments(std::string_view function) {
  std::string out;
  std::size_t depth = 0;
  for (std::size_t i = 0; i < function.size(); ++i) {
    if (const std::size_t length = BracketOperatorLength(function.substr(i)); length != 0) {
      if (depth == 0) out.append(function.substr(i, length));
      i += length - 1;
      continue;
    }
    const bool is_arrow = function[i] == '>' && i > 0 && function[i - 1] == '-';
    if (function[i] == '<') {
      if (depth++ == 0) out.push_back('<');
    } else if (function[i] == '>' && !is_arrow && depth > 0) {
      if (--depth == 0) out.push_back('>');
    } else if (depth == 0) {
      out.push_back(function[i]);
    }
  }
  return out;
}

std::string FormatStack(std::span<const StackFrame> frames) {
  std::string out;
  for (std::size_t i = 0; i < frames.size(); ++i) {
    out += fmt::format("  #{} {}", i, frames[i].function);
    if (!frames[i].place.empty()) out += fmt::format("  {}", frames[i].place);
    out += '\n';
  }
  return out;
}

}  // namespace fencepost::sim
