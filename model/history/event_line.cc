#include "model/history/event_line.h"

#include <fmt/format.h>

#include <array>
#include <limits>
#include <nlohmann/json.hpp>
#include <utility>

#include "model/history/explain.h"

namespace fencepost::model::history {
namespace {

using Json = nlohmann::json;

enum class Field : std::uint8_t { kIndex, kTime, kProcess, kType, kF, kValue, kKey, kUnknown };
constexpr std::array<std::pair<std::string_view, Field>, 7> kFields = {{{"index", Field::kIndex},
                                                                        {"time", Field::kTime},
                                                                        {"process", Field::kProcess},
                                                                        {"type", Field::kType},
                                                                        {"f", Field::kF},
                                                                        {"value", Field::kValue},
                                                                        {"key", Field::kKey}}};

struct Scalar {
  enum class Kind : std::uint8_t { kNull, kBoolean, kInteger, kOtherNumber, kString };
  Kind kind = Kind::kNull;
  std::int64_t integer = 0;
  std::string_view text;  // of a string its content, of anything else its JSON

  // Injective, so that equal texts mean equal values.
  std::string Canonical() const { return kind == Kind::kString ? Quoted(text) : std::string(text); }
};

// Receives the events of nlohmann's parser, which neither recurses nor builds a document.
class Reader final : public nlohmann::json_sax<Json> {
 public:
  Reader(HistoryModel model, EventLine* line) : model_(model), line_(*line) {}

  std::string TakeReason() { return std::move(reason_); }

  bool null() override { return OnScalar({Scalar::Kind::kNull, 0, "null"}); }
  bool boolean(bool value) override {
    return OnScalar({Scalar::Kind::kBoolean, 0, value ? "true" : "false"});
  }
  bool number_integer(number_integer_t value) override { return OnInteger(value); }
  bool number_unsigned(number_unsigned_t value) override {
    if (value <= static_cast<number_unsigned_t>(std::numeric_limits<std::int64_t>::max())) {
      return OnInteger(static_cast<std::int64_t>(value));
    }
    const std::string text = std::to_string(value);
    return OnScalar({Scalar::Kind::kOtherNumber, 0, text});
  }
  bool number_float(number_float_t, const string_t& text) override {
    return OnScalar({Scalar::Kind::kOtherNumber, 0, text});
  }
  bool string(string_t& value) override { return OnScalar({Scalar::Kind::kString, 0, value}); }
  bool binary(binary_t&) override { return Refuse("binary data"); }

  bool start_object(std::size_t) override {
    if (skip_depth_ > 0) return Skip();
    if (!is_inside_) {
      is_inside_ = true;
      return true;
    }
    if (value_depth_ == 0 && field_ == Field::kUnknown) return Skip();
    return Refuse(fmt::format("{} must not have an object", FieldName()));
  }
  bool end_object() override {
    if (skip_depth_ > 0) --skip_depth_;
    return true;
  }
  bool start_array(std::size_t) override {
    if (skip_depth_ > 0) return Skip();
    if (!is_inside_) return Refuse("the line must be an object");
    if (value_depth_ == 0 && field_ == Field::kUnknown) return Skip();
    if (field_ != Field::kValue) return Refuse(fmt::format("{} must not be an array", FieldName()));
    ++value_depth_;
    return model_ == HistoryModel::kListAppend ? BeginListAppendArray() : BeginRegisterArray();
  }
  bool end_array() override {
    if (skip_depth_ > 0) {
      --skip_depth_;
      return true;
    }
    --value_depth_;
    return model_ == HistoryModel::kListAppend ? EndListAppendArray() : EndRegisterArray();
  }
  bool key(string_t& name) override {
    if (skip_depth_ > 0) return true;
    field_ = Field::kUnknown;
    for (const auto& [field_name, field] : kFields) {
      if (field_name == name) field_ = field;
    }
    if (field_ == Field::kKey && model_ == HistoryModel::kListAppend) field_ = Field::kUnknown;
    if (field_ == Field::kUnknown) return true;
    const unsigned bit = 1U << static_cast<unsigned>(field_);
    if ((seen_fields_ & bit) != 0) return Refuse(fmt::format("{} is there twice", FieldName()));
    seen_fields_ |= bit;
    return true;
  }
  bool parse_error(std::size_t position, const std::string&, const Json::exception&) override {
    if (reason_.empty()) reason_ = fmt::format("not valid JSON near column {}", position);
    return false;
  }

  bool Has(Field field) const { return (seen_fields_ & (1U << static_cast<unsigned>(field))) != 0; }

 private:
  bool Refuse(std::string reason) {
    reason_ = std::move(reason);
    return false;
  }
  bool Skip() {
    ++skip_depth_;
    return true;
  }

  std::string FieldName() const {
    for (const auto& [name, field] : kFields) {
      if (field == field_) return fmt::format("\"{}\"", name);
    }
    return "the line";
  }

  bool OnInteger(std::int64_t value) {
    // Only registers need an integer's text, so only they pay for it.
    const std::string text =
        model_ == HistoryModel::kRegister || value_depth_ == 2 ? std::to_string(value) : "";
    return OnScalar({Scalar::Kind::kInteger, value, text});
  }

  bool OnScalar(const Scalar& scalar) {
    if (skip_depth_ > 0) return true;
    if (!is_inside_) return Refuse("the line must be an object");
    if (value_depth_ > 0) {
      return model_ == HistoryModel::kListAppend ? OnListAppendScalar(scalar) : OnRegisterScalar(scalar);
    }
    switch (field_) {
      case Field::kIndex:
        line_.index = scalar.integer;
        return RequireInteger(scalar);
      case Field::kTime:
        return RequireInteger(scalar);
      case Field::kProcess:
        line_.process = scalar.integer;
        return RequireInteger(scalar);
      case Field::kType:
        return OnType(scalar);
      case Field::kF:
        if (scalar.kind != Scalar::Kind::kString) return Refuse("\"f\" must be a string");
        line_.f = scalar.text;
        return true;
      case Field::kValue:
        return OnPlainValue(scalar);
      case Field::kKey:
        return OnRegisterKey(scalar);
      case Field::kUnknown:
        return true;
    }
    return true;
  }

  bool RequireInteger(const Scalar& scalar) {
    if (scalar.kind == Scalar::Kind::kInteger) return true;
    return Refuse(fmt::format("{} must be a 64-bit integer", FieldName()));
  }

  bool OnType(const Scalar& scalar) {
    static constexpr std::array<std::pair<std::string_view, EventType>, 4> kTypes = {
        {{"invoke", EventType::kInvoke},
         {"ok", EventType::kOk},
         {"fail", EventType::kFail},
         {"info", EventType::kInfo}}};
    for (const auto& [name, type] : kTypes) {
      if (scalar.kind != Scalar::Kind::kString || scalar.text != name) continue;
      line_.type = type;
      return true;
    }
    return Refuse("\"type\" must be \"invoke\", \"ok\", \"fail\" or \"info\"");
  }

  bool OnPlainValue(const Scalar& scalar) {
    const bool is_null = scalar.kind == Scalar::Kind::kNull;
    if (model_ == HistoryModel::kListAppend) {
      return is_null || Refuse("\"value\" must be an array of micro-operations");
    }
    line_.values.push_back(scalar.Canonical());
    line_.has_value = !is_null;
    return true;
  }

  bool OnRegisterKey(const Scalar& scalar) {
    switch (scalar.kind) {
      case Scalar::Kind::kNull:
        return true;
      case Scalar::Kind::kBoolean:
        return Refuse("\"key\" must be a string or a number");
      case Scalar::Kind::kInteger:
      case Scalar::Kind::kOtherNumber:
      case Scalar::Kind::kString:
        line_.key = Quoted(scalar.text);
        return true;
    }
    return true;
  }

  bool BeginRegisterArray() {
    line_.has_value = line_.is_pair = true;
    return value_depth_ == 1 || Refuse("a value must be null, a boolean, a number or a string");
  }
  bool OnRegisterScalar(const Scalar& scalar) {
    line_.values.push_back(scalar.Canonical());
    return true;
  }
  bool EndRegisterArray() {
    return line_.values.size() == 2 || Refuse("a value that is an array must be [old, new]");
  }

  // Depth 1 is the transaction, 2 a micro-operation, 3 the list of a read.
  bool BeginListAppendArray() {
    if (value_depth_ == 1) {
      line_.has_value = true;
      return true;
    }
    if (value_depth_ == 2) {
      if (line_.micro_operation_count == line_.micro_operations.size()) line_.micro_operations.emplace_back();
      MicroOperation& next = line_.micro_operations[line_.micro_operation_count++];
      next.list_begin = line_.elements.size();
      next.list_size = 0;
      part_ = 0;
      return true;
    }
    const bool is_list = value_depth_ == 3 && part_ == 2 && Last().kind == StepKind::kRead;
    return is_list || Refuse("only a read's third part is an array");
  }
  bool EndListAppendArray() {
    if (value_depth_ == 2) {
      Last().list_size = line_.elements.size() - Last().list_begin;
      ++part_;
    }
    if (value_depth_ == 1 && part_ != 3) {
      return Refuse("a micro-operation must be [\"append\", key, element] or [\"r\", key, list]");
    }
    return true;
  }
  bool OnListAppendScalar(const Scalar& scalar) {
    if (value_depth_ == 1) return Refuse("\"value\" must be an array of micro-operations");
    if (value_depth_ == 3) {
      if (scalar.kind != Scalar::Kind::kInteger) return Refuse("elements must be 64-bit integers");
      line_.elements.push_back(scalar.integer);
      return true;
    }
    switch (part_++) {
      case 0:
        if (scalar.kind != Scalar::Kind::kString || (scalar.text != "append" && scalar.text != "r")) {
          return Refuse("a micro-operation must be \"append\" or \"r\"");
        }
        Last().kind = scalar.text == "r" ? StepKind::kRead : StepKind::kAppend;
        return true;
      case 1:
        if (scalar.kind == Scalar::Kind::kNull || scalar.kind == Scalar::Kind::kBoolean) {
          return Refuse("a key must be a string or a number");
        }
        Last().key = scalar.text;
        return true;
      case 2:
        return OnOperand(scalar);
      default:
        return Refuse("a micro-operation has three parts");
    }
  }
  bool OnOperand(const Scalar& scalar) {
    if (Last().kind == StepKind::kRead) {
      return scalar.kind == Scalar::Kind::kNull || Refuse("a read's third part must be null or a list");
    }
    if (scalar.kind != Scalar::Kind::kInteger) return Refuse("elements must be 64-bit integers");
    Last().element = scalar.integer;
    return true;
  }

  MicroOperation& Last() { return line_.micro_operations[line_.micro_operation_count - 1]; }

  const HistoryModel model_;
  EventLine& line_;
  std::string reason_;
  bool is_inside_ = false;
  unsigned seen_fields_ = 0;
  Field field_ = Field::kUnknown;
  std::size_t skip_depth_ = 0;   // inside an unknown field
  std::size_t value_depth_ = 0;  // inside "value"
  int part_ = 0;                 // of a micro-operation
};

}  // namespace

std::string ReadEventLine(std::string_view text, HistoryModel model, EventLine* line) {
  line->index.reset();
  line->key.reset();
  line->has_value = line->is_pair = line->names_value = false;
  line->micro_operation_count = 0;
  line->elements.clear();
  line->values.clear();
  Reader reader(model, line);
  if (!Json::sax_parse(text.begin(), text.end(), &reader)) return reader.TakeReason();
  line->names_value = reader.Has(Field::kValue);
  if (!reader.Has(Field::kProcess)) return "\"process\" is missing";
  if (!reader.Has(Field::kType)) return "\"type\" is missing";
  if (!reader.Has(Field::kF)) return "\"f\" is missing";
  return "";
}

}  // namespace fencepost::model::history
