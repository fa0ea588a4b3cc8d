// usage: http_orders [FOLDER]     The .repro file goes there, or to the current folder.
#include "sim/examples/http_orders/http_orders.h"
#include "sim/examples/walk_through.h"

int main(int argc, char** argv) {
  using namespace fencepost::sim::examples;
  const HttpOrders wrong(/*sends_key=*/false);
  const HttpOrders right(/*sends_key=*/true);
  const Expectation expectation{.most_plan_items = 1, .most_deviations = 3};
  return WalkThrough(wrong, right, argc > 1 ? argv[1] : ".", expectation) ? 0 : 1;
}
