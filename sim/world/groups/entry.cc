#include "sim/world/groups/entry.h"

#include <fmt/format.h>

#include <algorithm>
#include <cassert>
#include <charconv>

namespace fencepost::sim {
namespace {

constexpr std::string_view kAppendWord = "append ";
constexpr std::string_view kPutWord = "put ";

std::string DescribeWrite(const KeyWrite& write) {
  return fmt::format("{} to {} under epoch {}", write.payload, QuoteKey(write.key), write.epoch.value);
}

std::string DescribeRead(const KeyRead& read) {
  return fmt::format("{} at version {} under epoch {}", QuoteKey(read.key), read.version, read.epoch.value);
}

std::string DescribePart(const Participant& part) {
  std::string text;
  for (const KeyWrite& write : part.writes) text += (text.empty() ? "" : ", ") + DescribeWrite(write);
  if (part.reads.empty()) return text;
  text += text.empty() ? "having read " : "; having read ";
  for (std::size_t i = 0; i < part.reads.size(); ++i)
    text += (i == 0 ? "" : ", ") + DescribeRead(part.reads[i]);
  return text;
}

std::string DescribePin(const ObservedVersion& pin) {
  return pin.pinned() ? fmt::format(", pinned to version {}", pin.version().value) : std::string();
}

// Adds the keys of one entry.
class KeyCollector {
 public:
  explicit KeyCollector(std::vector<std::string>* keys) : keys_(keys) {}

  void operator()(const NoOpEntry&) const {}
  void operator()(const DecideEntry&) const {}
  void operator()(const CommitEntry& entry) const { AddPart(entry.request.part); }
  void operator()(const PrepareEntry& entry) const { AddPart(entry.request.part); }
  void operator()(const ResolveEntry& entry) const { AddPart(entry.part); }
  void operator()(const DropEntry& entry) const { Add(entry.range.start); }
  void operator()(const CopyEntry& entry) const {
    Add(entry.range.start);
    for (const auto& [key, value] : entry.values) Add(key);
  }
  void operator()(const OwnershipEntry& entry) const {
    std::visit(
        [this](const auto& known) {
          if constexpr (requires { known.range.start; }) Add(known.range.start);
        },
        entry);
  }

 private:
  void Add(const std::string& key) const {
    if (!key.empty() && std::ranges::find(*keys_, key) == keys_->end()) keys_->push_back(key);
  }
  void AddPart(const Participant& part) const {
    for (const KeyWrite& write : part.writes) Add(write.key);
    for (const KeyRead& read : part.reads) Add(read.key);
  }

  std::vector<std::string>* keys_;
};

std::string DescribeKnownEntry(const NoOpEntry&) { return "nothing"; }

std::string DescribeKnownEntry(const OwnershipEntry& entry) { return FormatEntry(entry); }

std::string DescribeKnownEntry(const CommitEntry& entry) {
  return fmt::format("commit transaction {} at {} ({}{})", entry.request.id.value,
                     entry.request.commit_ts.value, DescribePart(entry.request.part), DescribePin(entry.pin));
}

std::string DescribeKnownEntry(const PrepareEntry& entry) {
  return fmt::format("prepare transaction {} from {} on ({}{})", entry.request.id.value,
                     entry.request.earliest_commit.value, DescribePart(entry.request.part),
                     DescribePin(entry.pin));
}

std::string DescribeRecord(const TransactionRecord& record) {
  if (record.outcome == TransactionOutcome::kAborted)
    return fmt::format("transaction {} is aborted", record.id.value);
  return fmt::format("transaction {} is committed at {}", record.id.value, record.commit_ts.value);
}

std::string DescribeKnownEntry(const DecideEntry& entry) {
  return "decide that " + DescribeRecord(entry.proposed);
}

std::string DescribeKnownEntry(const ResolveEntry& entry) {
  return fmt::format("resolve: {}{}", DescribeRecord(entry.record),
                     entry.part.writes.empty() ? "" : " (" + DescribePart(entry.part) + ")");
}

std::string DescribeKnownEntry(const CopyEntry& entry) {
  return fmt::format("copy {} for epoch {} ({} keys)", FormatRange(entry.range), entry.epoch.value,
                     entry.values.size());
}

std::string DescribeKnownEntry(const DropEntry& entry) {
  return fmt::format("drop what was copied of {} up to epoch {}", FormatRange(entry.range),
                     entry.epoch.value);
}

}  // namespace

std::string FormatOperation(const Operation& operation) {
  std::string text(operation.kind == Operation::Kind::kAppend ? kAppendWord : kPutWord);
  return text += std::to_string(operation.element);
}

Operation ParseOperation(std::string_view payload) {
  Operation operation;
  const bool puts = payload.starts_with(kPutWord);
  assert(puts || payload.starts_with(kAppendWord));
  if (puts) operation.kind = Operation::Kind::kPut;
  payload.remove_prefix(puts ? kPutWord.size() : kAppendWord.size());
  const char* end = payload.data() + payload.size();
  [[maybe_unused]] const auto parsed = std::from_chars(payload.data(), end, operation.element);
  assert(parsed.ec == std::errc() && parsed.ptr == end);
  return operation;
}

std::optional<TransactionId> TransactionOf(const Entry& entry) {
  if (const auto* commit = std::get_if<CommitEntry>(&entry)) return commit->request.id;
  if (const auto* prepare = std::get_if<PrepareEntry>(&entry)) return prepare->request.id;
  if (const auto* decide = std::get_if<DecideEntry>(&entry)) return decide->proposed.id;
  if (const auto* resolve = std::get_if<ResolveEntry>(&entry)) return resolve->record.id;
  return std::nullopt;
}

std::vector<std::string> KeysOf(const Entry& entry) {
  std::vector<std::string> keys;
  std::visit(KeyCollector(&keys), entry);
  return keys;
}

std::string DescribeEntry(const Entry& entry) {
  return std::visit([](const auto& known) { return DescribeKnownEntry(known); }, entry);
}

}  // namespace fencepost::sim
