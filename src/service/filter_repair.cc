#include "service/filter_repair.h"

#include <algorithm>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "kpi/catalogue.h"
#include "plan/filter_text.h"
#include "record/violation.h"
#include "time/edit_distance.h"

namespace supportkpi::service {

namespace {

using Op = plan::Filter::Op;

// -- trees as messages and as plain values; no checks, the planner's follow

v1::Filter ToMessage(const plan::Filter& filter) {
  v1::Filter message;
  message.set_field(filter.field);
  const std::string value = filter.values.empty() ? "" : filter.values.front();
  switch (filter.op) {
    case Op::kTrue: break;
    case Op::kAll:
      for (const plan::Filter& arg : filter.args) *message.mutable_all()->add_filters() = ToMessage(arg);
      break;
    case Op::kAny:
      for (const plan::Filter& arg : filter.args) *message.mutable_any()->add_filters() = ToMessage(arg);
      break;
    case Op::kNot: *message.mutable_not_() = ToMessage(filter.args.front()); break;
    case Op::kEquals: message.set_equals(value); break;
    case Op::kIn: message.mutable_in()->mutable_values()->Assign(filter.values.begin(), filter.values.end()); break;
    case Op::kLessThan: message.set_less_than(value); break;
    case Op::kAtMost: message.set_at_most(value); break;
    case Op::kGreaterThan: message.set_greater_than(value); break;
    case Op::kAtLeast: message.set_at_least(value); break;
    case Op::kPrefix: message.set_prefix(value); break;
    case Op::kPresent: message.set_present(true); break;
    case Op::kAbsent: message.set_present(false); break;
  }
  return message;
}

plan::Filter Leaf(Op op, const v1::Filter& message, std::vector<std::string> values) {
  plan::Filter filter;
  filter.op = op;
  filter.field = message.field();
  filter.values = std::move(values);
  return filter;
}

plan::Filter FromMessage(const v1::Filter& message) {
  const auto list = [](Op op, const v1::FilterList& filters) {
    plan::Filter filter;
    filter.op = op;
    for (const v1::Filter& inner : filters.filters()) filter.args.push_back(FromMessage(inner));
    return filter;
  };
  switch (message.condition_case()) {
    case v1::Filter::kAll: return list(Op::kAll, message.all());
    case v1::Filter::kAny: return list(Op::kAny, message.any());
    case v1::Filter::kNot: {
      plan::Filter filter;
      filter.op = Op::kNot;
      filter.args.push_back(FromMessage(message.not_()));
      return filter;
    }
    case v1::Filter::kEquals: return Leaf(Op::kEquals, message, {message.equals()});
    case v1::Filter::kIn: return Leaf(Op::kIn, message, {message.in().values().begin(), message.in().values().end()});
    case v1::Filter::kLessThan: return Leaf(Op::kLessThan, message, {message.less_than()});
    case v1::Filter::kAtMost: return Leaf(Op::kAtMost, message, {message.at_most()});
    case v1::Filter::kGreaterThan: return Leaf(Op::kGreaterThan, message, {message.greater_than()});
    case v1::Filter::kAtLeast: return Leaf(Op::kAtLeast, message, {message.at_least()});
    case v1::Filter::kPrefix: return Leaf(Op::kPrefix, message, {message.prefix()});
    case v1::Filter::kPresent: return Leaf(message.present() ? Op::kPresent : Op::kAbsent, message, {});
    case v1::Filter::CONDITION_NOT_SET: return {};
  }
  return {};
}

// "[12]" at the beginning of the path; takes it away.
std::optional<int> TakeIndex(absl::string_view* path) {
  if (!absl::ConsumePrefix(path, "[")) return std::nullopt;
  const size_t end = path->find(']');
  int index = 0;
  if (end == absl::string_view::npos || !absl::SimpleAtoi(path->substr(0, end), &index)) return std::nullopt;
  path->remove_prefix(end + 1);
  return index;
}

std::string Shown(const v1::Filter& filter) {
  constexpr size_t kShownBytes = 120;
  std::string text = plan::FilterText(FromMessage(filter));
  if (text.size() > kShownBytes) text = absl::StrCat(text.substr(0, kShownBytes), "...");
  return text.empty() ? "an empty condition" : absl::StrCat("the condition ", text);
}

// Puts `meant` in the place of the value that is most like it.
std::string ReplaceValue(const std::string& meant, v1::Filter* leaf) {
  const auto replace = [&](std::string* value) {
    std::string said = absl::StrCat("replaced the value ", record::Quoted(*value), " of ", leaf->field(), " by ", record::Quoted(meant));
    *value = meant;
    return said;
  };
  switch (leaf->condition_case()) {
    case v1::Filter::kEquals: return replace(leaf->mutable_equals());
    case v1::Filter::kIn:
      for (std::string& value : *leaf->mutable_in()->mutable_values()) {
        if (value != meant && !kpi::NearestNames(value, {meant}, 1).empty()) return replace(&value);
      }
      return "";
    default: return "";
  }
}

class Mender {
 public:
  explicit Mender(const Meant& meant) : meant_(meant) {}

  // False: the filter is to be removed from where it stands.
  bool Visit(absl::string_view path, v1::Filter* filter) {
    absl::string_view rest = path;
    if (filter->has_not_() && absl::ConsumePrefix(&rest, ".not")) return Visit(rest, filter->mutable_not_());
    for (const bool is_all : {true, false}) {
      if (is_all ? !filter->has_all() : !filter->has_any()) continue;
      if (!absl::ConsumePrefix(&rest, is_all ? ".all" : ".any")) continue;
      auto& filters = *(is_all ? filter->mutable_all() : filter->mutable_any())->mutable_filters();
      const std::optional<int> index = TakeIndex(&rest);
      if (!index.has_value() || *index >= filters.size()) return Remove(*filter);
      if (!Visit(rest, filters.Mutable(*index))) filters.DeleteSubrange(*index, 1);
      return !filters.empty();
    }
    return VisitHere(path, filter);
  }

  const std::string& said() const { return said_; }

 private:
  bool VisitHere(absl::string_view path, v1::Filter* filter) {
    const bool is_branch = filter->has_all() || filter->has_any() || filter->has_not_();
    if (is_branch && path == ".field") {
      said_ = absl::StrCat("removed the field ", record::Quoted(filter->field()), " beside all, any or not");
      filter->clear_field();
      return true;
    }
    if (!meant_.name.has_value() || is_branch) return Remove(*filter);
    if (path == ".field") {
      const std::optional<std::string> after =
          meant_.field_names.empty() ? meant_.name : Likest(filter->field(), meant_.field_names);
      if (!after.has_value()) return Remove(*filter);
      said_ = absl::StrCat("replaced the field ", record::Quoted(filter->field()), " by ", record::Quoted(*after));
      filter->set_field(*after);
      return true;
    }
    said_ = ReplaceValue(*meant_.name, filter);
    return said_.empty() ? Remove(*filter) : true;
  }

  bool Remove(const v1::Filter& filter) {
    said_ = absl::StrCat("removed ", Shown(filter));
    return false;
  }

  const Meant& meant_;
  std::string said_;
};

}  // namespace

std::optional<std::string> Likest(absl::string_view text, const std::vector<std::string>& names) {
  constexpr size_t kAlikeMax = 8;
  const std::vector<std::string> alike = kpi::NearestNames(text, names, kAlikeMax);
  if (alike.empty()) return std::nullopt;
  return *std::min_element(alike.begin(), alike.end(), [&](const std::string& left, const std::string& right) {
    return time::EditDistance(text, left) < time::EditDistance(text, right);
  });
}

std::string MendFilter(absl::string_view path, const Meant& meant, v1::Filter* filter) {
  Mender mender(meant);
  if (!mender.Visit(path, filter)) filter->Clear();
  return mender.said();
}

std::string MendFilterText(absl::string_view path, const Meant& meant, std::string* text) {
  const absl::StatusOr<plan::Filter> parsed = plan::ParseFilterText(*text);
  if (!parsed.ok()) {
    std::string said = absl::StrCat("removed the text ", record::Quoted(*text), ", which cannot be read");
    text->clear();
    return said;
  }
  v1::Filter filter = ToMessage(*parsed);
  std::string said = MendFilter(path, meant, &filter);
  *text = plan::FilterText(FromMessage(filter));
  return said;
}

}  // namespace supportkpi::service
