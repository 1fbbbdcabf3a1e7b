#include "tests/fact/story_test_support.h"

#include <algorithm>
#include <cstdio>
#include <random>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "column/value.h"

namespace supportkpi::fact {
namespace {

constexpr int64_t kFirstOfMarch = 1772323200000;  // 2026-03-01T00:00:00Z
constexpr int64_t kDayMs = 86'400'000;

std::string TellInstant(int64_t value) {
  if (value == column::kNull) return "-";
  if (value == column::kForever) return "never";
  const int64_t since = value - kFirstOfMarch;
  const int64_t day = since >= 0 ? since / kDayMs : (since - kDayMs + 1) / kDayMs;
  const int64_t ms = since - day * kDayMs;
  std::string text = day == 0 ? "" : absl::StrCat(day + 1, " ");
  absl::StrAppendFormat(&text, "%02d:%02d", ms / 3'600'000, ms / 60'000 % 60);
  if (ms % 60'000 != 0) absl::StrAppendFormat(&text, ":%02d", ms / 1000 % 60);
  if (ms % 1000 != 0) absl::StrAppendFormat(&text, ".%03d", ms % 1000);
  return text;
}

std::string TellValue(const ColumnInfo& column, int64_t value, const TestCodes& codes) {
  switch (column.type) {
    case ColumnType::kInstant: return TellInstant(value);
    case ColumnType::kCode: return codes.NameOf(column.domain, value);
    case ColumnType::kDuration:
      return value == column::kNull ? "-" : absl::StrCat(static_cast<double>(value) / 1000, "s");
    case ColumnType::kBillionths:
      return value == column::kNull ? "-" : absl::StrCat(static_cast<double>(value) / 1e9);
    default: break;
  }
  if (value == column::kNull) return "-";
  if (column.column == Column::kStatus || column.column == Column::kStatusStep) {
    constexpr const char* kNames[] = {"unknown", "new", "open", "pending", "on_hold", "solved", "closed"};
    return kNames[value];
  }
  if (column.column == Column::kWaitOutcome) return value == 0 ? "open" : value == 1 ? "replied" : "resolved";
  if (column.column == Column::kOutcome) return v1::CallOutcome_Name(static_cast<v1::CallOutcome>(value)).substr(13);
  if (column.column == Column::kAgentState) return v1::AgentState_Name(static_cast<v1::AgentState>(value)).substr(12);
  return absl::StrCat(value);
}

}  // namespace

int64_t At(const std::string& time) {
  int day = 1, hour = 0, minute = 0;
  double second = 0;
  std::string clock = time;
  if (const size_t blank = time.find(' '); blank != std::string::npos) {
    day = std::stoi(time.substr(0, blank));
    clock = time.substr(blank + 1);
  }
  std::sscanf(clock.c_str(), "%d:%d:%lf", &hour, &minute, &second);
  return kFirstOfMarch + (day - 1) * kDayMs + hour * 3'600'000 + minute * 60'000 +
         static_cast<int64_t>(second * 1000 + 0.5);
}

google::protobuf::Timestamp Stamp(const std::string& time) {
  google::protobuf::Timestamp stamp;
  stamp.set_seconds(At(time) / 1000);
  stamp.set_nanos(static_cast<int32_t>(At(time) % 1000 * 1'000'000));
  return stamp;
}

int64_t TestCodes::CodeOf(record::Domain domain, absl::string_view name) {
  if (name.empty()) return 0;
  auto& names = codes_[domain];
  return names.emplace(std::string(name), static_cast<int64_t>(names.size()) + 1).first->second;
}

std::string TestCodes::NameOf(record::Domain domain, int64_t code) const {
  if (code == 0) return "none";
  const auto names = codes_.find(domain);
  if (names != codes_.end()) {
    for (const auto& [name, each] : names->second) {
      if (each == code) return name;
    }
  }
  return absl::StrCat("no such code: ", code);
}

Story::Story(const std::string& created, const std::string& id) {
  ticket_.set_id(id);
  *ticket_.mutable_created_at() = Stamp(created);
}

v1::TicketEvent& Story::Add(const std::string& at, v1::TicketEventKind kind) {
  events_.push_back({std::make_unique<v1::TicketEvent>(), 0});
  v1::TicketEvent& event = *events_.back().event;
  event.set_ticket(ticket_.id());
  event.set_id(absl::StrCat("e", events_.size()));
  *event.mutable_at() = Stamp(at);
  event.set_kind(kind);
  return event;
}

Story& Story::Message(const std::string& at) {
  Add(at, v1::TICKET_EVENT_KIND_CUSTOMER_MESSAGE);
  return *this;
}

Story& Story::Reply(const std::string& at, const std::string& agent, const std::string& team) {
  v1::TicketEvent& event = Add(at, v1::TICKET_EVENT_KIND_AGENT_REPLY);
  event.set_actor_agent(agent);
  event.set_actor_team(team);
  return *this;
}

Story& Story::BotReply(const std::string& at, const std::string& bot) {
  Add(at, v1::TICKET_EVENT_KIND_BOT_REPLY).set_actor_agent(bot);
  return *this;
}

Story& Story::Note(const std::string& at, const std::string& agent) {
  Add(at, v1::TICKET_EVENT_KIND_PRIVATE_NOTE).set_actor_agent(agent);
  return *this;
}

Story& Story::Status(const std::string& at, v1::TicketStatus status, const std::string& agent) {
  v1::TicketEvent& event = Add(at, v1::TICKET_EVENT_KIND_STATUS_CHANGE);
  event.set_status(status);
  event.set_actor_agent(agent);
  return *this;
}

Story& Story::Assign(const std::string& at, const std::string& agent) {
  Add(at, v1::TICKET_EVENT_KIND_ASSIGNMENT).set_agent(agent);
  return *this;
}

Story& Story::AssignTeam(const std::string& at, const std::string& team) {
  Add(at, v1::TICKET_EVENT_KIND_ASSIGNMENT).set_team(team);
  return *this;
}

Story& Story::Prioritize(const std::string& at, const std::string& priority) {
  Add(at, v1::TICKET_EVENT_KIND_PRIORITY_CHANGE).set_priority(priority);
  return *this;
}

Story& Story::Categorize(const std::string& at, const std::string& category) {
  Add(at, v1::TICKET_EVENT_KIND_CATEGORY_CHANGE).set_category(category);
  return *this;
}

Story& Story::Work(const std::string& at, const std::string& agent, int seconds) {
  v1::TicketEvent& event = Add(at, v1::TICKET_EVENT_KIND_WORK_LOG);
  event.set_actor_agent(agent);
  event.mutable_work()->set_seconds(seconds);
  return *this;
}

Story& Story::Version(int64_t version) {
  events_.back().version = version;
  return *this;
}

Story& Story::Id(const std::string& id) {
  last().set_id(id);
  return *this;
}

Story& Story::ByCustomer() {
  last().set_actor(v1::ACTOR_KIND_CUSTOMER);
  return *this;
}

v1::Survey& Story::Survey(const std::string& id) {
  v1::Survey& survey = surveys_.emplace_back();
  survey.set_id(id);
  survey.set_ticket(ticket_.id());
  return survey;
}

TicketFamily Story::Family() const {
  TicketFamily family;
  family.ticket = &ticket_;
  int place = 0;
  for (const Stored& stored : events_) {
    const bool has_id = !stored.event->id().empty();
    family.events.push_back({stored.event.get(), stored.version, has_id ? -1 : place});
    ++place;
  }
  for (const v1::Survey& survey : surveys_) family.surveys.push_back(&survey);
  return family;
}

std::vector<Fact> Story::Facts() {
  std::vector<Fact> facts;
  ReduceTicketFamily(Family(), codes, &facts);
  return facts;
}

std::vector<Fact> Story::FactsWhenShuffled(unsigned seed) {
  std::vector<Fact> facts;
  TicketFamily family = Family();
  std::mt19937 random(seed);
  std::shuffle(family.events.begin(), family.events.end(), random);
  std::shuffle(family.surveys.begin(), family.surveys.end(), random);
  TestCodes fresh;
  fresh.bots = codes.bots;
  ReduceTicketFamily(family, fresh, &facts);
  return facts;
}

std::string Story::Tell(FactSet set, const std::string& columns) { return TellFacts(Facts(), codes, set, columns); }

int64_t ValueOf(const Fact& fact, Column column) { return fact.scalars[*PositionOf(fact.set, column)]; }

std::string TellFacts(const std::vector<Fact>& facts, const TestCodes& codes, FactSet set, const std::string& columns) {
  std::string text;
  for (const Fact& fact : facts) {
    if (fact.set != set) continue;
    std::vector<std::string> words;
    for (absl::string_view name : absl::StrSplit(columns, ' ')) {
      const auto columns_of_all = AllColumns();
      const auto info = std::find_if(columns_of_all.begin(), columns_of_all.end(),
                                     [&](const ColumnInfo& column) { return column.name == name; });
      if (info == columns_of_all.end()) return absl::StrCat("no such column: ", name);
      const std::optional<int> position = PositionOf(set, info->column);
      if (!position) return absl::StrCat("not a column of ", InfoOf(set).name, ": ", name);
      if (!info->is_list) {
        words.push_back(TellValue(*info, fact.scalars[*position], codes));
        continue;
      }
      std::vector<std::string> entries;
      for (int64_t value : fact.List(*position - InfoOf(set).scalar_count)) entries.push_back(TellValue(*info, value, codes));
      words.push_back(absl::StrCat("[", absl::StrJoin(entries, ","), "]"));
    }
    absl::StrAppend(&text, absl::StrJoin(words, " "), "\n");
  }
  return text;
}

}  // namespace supportkpi::fact
