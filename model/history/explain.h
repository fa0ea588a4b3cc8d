// Judgements in words: what each transaction saw or did that makes the history impossible.
//
// Transactions are called T1, T2, ... in the order an explanation meets them, each introduced with its
// process and its line: T1 (process 3, line 7).
//
// Thread-safe: pure functions.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "model/history/cycles.h"
#include "model/history/direct_anomalies.h"
#include "model/history/judgement.h"
#include "model/history/unread_order.h"

namespace fencepost::model::history {

// In double quotes; quotes, backslashes and control characters escaped.
std::string Quoted(std::string_view text);

// "[1 2 3]"; of a long list only the end: "[... 98 99]".
std::string ListText(std::span<const std::int64_t> list);

// One sentence per edge, and one that closes the cycle.
Explanation ExplainCycle(const VersionOrders& orders, const Cycle& cycle);

Explanation ExplainFinding(const VersionOrders& orders, const Finding& finding);

// REQUIRES: a conflict was found.
Explanation ExplainUnreadConflict(const VersionOrders& orders, const UnreadConflict& conflict);

}  // namespace fencepost::model::history
