// usage: replicated_counter [FOLDER]     The .repro file goes there, or to the current folder.
#include "sim/examples/replicated_counter/replicated_counter.h"
#include "sim/examples/walk_through.h"

int main(int argc, char** argv) {
  using namespace fencepost::sim::examples;
  const ReplicatedCounter wrong(/*careful=*/false);
  const ReplicatedCounter right(/*careful=*/true);
  const Expectation expectation{.most_plan_items = 2, .most_deviations = 2};
  return WalkThrough(wrong, right, argc > 1 ? argv[1] : ".", expectation) ? 0 : 1;
}
