#include "model/history/components.h"

#include <algorithm>

namespace fencepost::model::history {
namespace {

// Under kAny only every other state exists, so that nodes are packed densely by this stride.
template <CycleRule kRule>
class Tarjan {
 public:
  Tarjan(const DependencyGraph& graph, EdgeMask edges)
      : graph_(graph), rule_{edges, kRule}, order_(graph.node_count() * kStatesPerNode, kUnseen) {}

  std::vector<std::vector<WalkState>> Run() {
    for (NodeId node = 0; node < graph_.node_count(); ++node) {
      for (std::uint32_t flag = 0; flag < kStatesPerNode; ++flag) {
        const WalkState state(node, flag != 0);
        if (order_[Slot(state)] == kUnseen) Visit(state);
      }
    }
    return std::move(found_);
  }

 private:
  static constexpr std::uint32_t kStatesPerNode = kRule == CycleRule::kAny ? 1 : 2;
  static constexpr std::uint32_t kUnseen = 0;
  static constexpr std::uint32_t kDone = ~std::uint32_t{0};

  struct Frame {
    WalkState state;
    std::uint32_t next_edge;
    std::uint32_t low;  // the earliest state on the stack that is known to be reachable
  };

  static std::uint32_t Slot(WalkState state) {
    return kRule == CycleRule::kAny ? state.node() : state.index();
  }

  void Enter(WalkState state) {
    order_[Slot(state)] = ++clock_;
    frames_.push_back({state, 0, clock_});
    open_.push_back(state);
  }

  void Visit(WalkState root) {
    Enter(root);
    while (!frames_.empty()) {
      Frame& frame = frames_.back();
      const std::span<const Edge> edges = graph_.EdgesOf(frame.state.node());
      if (frame.next_edge == edges.size()) {
        Leave();
        continue;
      }
      const std::optional<WalkState> next = rule_.Next(frame.state, edges[frame.next_edge++]);
      if (!next) continue;
      const std::uint32_t seen = order_[Slot(*next)];
      if (seen == kUnseen) {
        Enter(*next);
      } else if (seen != kDone) {
        frame.low = std::min(frame.low, seen);
      }
    }
  }

  void Leave() {
    const Frame frame = frames_.back();
    frames_.pop_back();
    if (!frames_.empty()) frames_.back().low = std::min(frames_.back().low, frame.low);
    if (frame.low != order_[Slot(frame.state)]) return;
    if (open_.back() == frame.state) {
      order_[Slot(frame.state)] = kDone;
      open_.pop_back();
      return;
    }
    std::vector<WalkState>& component = found_.emplace_back();
    while (true) {
      const WalkState member = open_.back();
      open_.pop_back();
      order_[Slot(member)] = kDone;
      component.push_back(member);
      if (member == frame.state) break;
    }
    std::ranges::sort(component, {}, [](WalkState state) { return state.index(); });
  }

  const DependencyGraph& graph_;
  const WalkRule rule_;
  std::vector<std::uint32_t> order_;
  std::uint32_t clock_ = 0;
  std::vector<Frame> frames_;
  std::vector<WalkState> open_;
  std::vector<std::vector<WalkState>> found_;
};

}  // namespace

Components FindComponents(const DependencyGraph& graph, const WalkRule& rule) {
  std::vector<std::vector<WalkState>> found =
      rule.cycles == CycleRule::kAny ? Tarjan<CycleRule::kAny>(graph, rule.edges).Run()
                                     : Tarjan<CycleRule::kNoNeighbouringRw>(graph, rule.edges).Run();
  std::ranges::sort(found, {}, [](const std::vector<WalkState>& c) { return c.front().index(); });
  Components components;
  for (const std::vector<WalkState>& component : found) {
    components.states.insert(components.states.end(), component.begin(), component.end());
    components.begin.push_back(components.states.size());
  }
  return components;
}

}  // namespace fencepost::model::history
