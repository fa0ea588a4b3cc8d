#include "sim/core/report/grouped_digits.h"

namespace fencepost::sim {

std::string GroupedDigits(std::uint64_t number) {
  std::string text = std::to_string(number);
  for (std::size_t i = text.size(); i > 3; i -= 3) text.insert(i - 3, ",");
  return text;
}

}  // namespace fencepost::sim
