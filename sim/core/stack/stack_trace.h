// Which calls led to a place in the program: taken cheaply as addresses, put into names when somebody asks.
//
// Names come from the symbol tables of the program and its shared libraries, so a binary that is not stripped
// has them all, of unnamed namespaces too. Files and lines, and calls that the compiler inlined, come from
// the debugging information, by way of llvm-symbolizer or addr2line, if one of them is installed; without
// them, names are all there is. Templates are named without their arguments.
//
// A value; any thread.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace fencepost::sim {

struct StackFrame {
  std::string
      function;       // e.g. "fencepost::sim::(anonymous namespace)::Retry()"; an address if it has no name
  std::string place;  // e.g. "examples/client.cc:41"; empty if unknown
};

class StackTrace {
 public:
  // The calls that led here, the innermost first; this function is none of them.
  static StackTrace Capture();

  // The same from the call on that returns to `return_address`; all of them if there is none.
  static StackTrace CaptureFrom(const void* return_address);

  // The addresses to which the calls return.
  std::span<const std::uintptr_t> addresses() const { return std::span(addresses_).first(size_); }

  // From the symbol tables alone. Fast enough for every error message.
  std::vector<StackFrame> Names() const;

  // With places and inlined calls as well. Runs another program, which takes a second or two: for reports.
  std::vector<StackFrame> NamesAndPlaces() const;

  friend bool operator==(const StackTrace& left, const StackTrace& right);

 private:
  static constexpr std::size_t kMostFrames = 48;

  std::array<std::uintptr_t, kMostFrames> addresses_{};
  std::size_t size_ = 0;
};

// The first frame that is of neither Asio, Beast nor the standard library: where a reader should look.
// Nothing if there is none.
std::optional<StackFrame> FirstOwnFrame(std::span<const StackFrame> frames);

// "std::map<int, A<B>>::find(int const&)" as "std::map<>::find(int const&)"; operators keep their names.
std::string WithoutTemplateArguments(std::string_view function);

// One line per frame: "  #0 function()  file.cc:3".
std::string FormatStack(std::span<const StackFrame> frames);

}  // namespace fencepost::sim
