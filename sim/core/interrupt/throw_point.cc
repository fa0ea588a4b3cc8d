#include "sim/core/interrupt/throw_point.h"

#include <utility>

namespace fencepost::sim {

ThrowPlan ThrowAt(std::uint64_t place) {
  return [place](std::uint64_t at) { return at == place; };
}

bool Throws(Stream& stream, Ratio odds) { return stream.Chance(odds, "interface-throws"); }

ThrowPlan DrawThrows(Stream stream, Ratio odds) {
  return [stream, odds](std::uint64_t) mutable { return Throws(stream, odds); };
}

ThrowPoint::ThrowPoint(ThrowPlan plan, ExceptionMaker maker)
    : plan_(std::move(plan)), maker_(std::move(maker)) {}

void ThrowPoint::Pass(std::string_view place) {
  const std::uint64_t index = passed_++;
  if (!plan_ || !plan_(index)) return;
  has_thrown_ = true;
  if (maker_) std::rethrow_exception(maker_(place));
  throw PlantedException("planted at " + std::string(place));
}

}  // namespace fencepost::sim
