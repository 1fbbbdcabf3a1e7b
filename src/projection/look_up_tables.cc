#include "projection/look_up_tables.h"

#include <algorithm>

#include "column/value.h"
#include "status/macros.h"

namespace supportkpi::projection {

namespace {

using record::Domain;

int64_t MillisecondsOf(const google::protobuf::Timestamp& timestamp) {
  return timestamp.seconds() * 1000 + timestamp.nanos() / 1'000'000;
}

template <typename Map>
std::vector<std::pair<int64_t, int64_t>> AttributesOf(const Map& attributes, fact::Codes& codes) {
  // A protobuf map has no order, and codes are given in the order of first use: ask by name.
  std::vector<std::pair<absl::string_view, absl::string_view>> by_name;
  for (const auto& [name, value] : attributes) by_name.emplace_back(name, value);
  std::sort(by_name.begin(), by_name.end());
  std::vector<std::pair<int64_t, int64_t>> coded;
  for (const auto& [name, value] : by_name) {
    const int64_t name_code = codes.CodeOf(Domain::kAttributeName, name);
    coded.emplace_back(name_code, codes.CodeOf(Domain::kAttributeValue, value));
  }
  return coded;
}

void SetAt(std::vector<int64_t>& column, int64_t code, int64_t value, int64_t filler = 0) {
  const auto place = static_cast<size_t>(code);
  if (column.size() <= place) column.resize(place + 1, filler);
  column[place] = value;
}

void SetAttributes(const std::vector<std::pair<int64_t, int64_t>>& values, int64_t code,
                   std::vector<std::pair<int64_t, std::vector<int64_t>>>* columns) {
  for (auto& [name, column] : *columns) {
    if (static_cast<size_t>(code) < column.size()) column[static_cast<size_t>(code)] = 0;
  }
  for (const auto& [name, value] : values) {
    const auto has_name = [name = name](const auto& column) { return column.first == name; };
    auto at = std::find_if(columns->begin(), columns->end(), has_name);
    if (at == columns->end()) at = columns->insert(columns->end(), {name, {}});
    SetAt(at->second, code, value);
  }
}

}  // namespace

CustomerRow CustomerRowOf(absl::string_view id, const v1::Customer* customer, fact::Codes& codes) {
  CustomerRow row;
  row.code = codes.CodeOf(Domain::kCustomer, id);
  row.since_at = column::kNull;
  if (customer == nullptr) return row;
  row.organization = codes.CodeOf(Domain::kOrganization, customer->organization());
  row.segment = codes.CodeOf(Domain::kSegment, customer->segment());
  row.persona = codes.CodeOf(Domain::kPersona, customer->persona());
  row.plan = codes.CodeOf(Domain::kPlan, customer->plan());
  row.region = codes.CodeOf(Domain::kRegion, customer->region());
  row.language = codes.CodeOf(Domain::kLanguage, customer->language());
  if (customer->has_since()) row.since_at = MillisecondsOf(customer->since());
  row.attributes = AttributesOf(customer->attributes(), codes);
  return row;
}

void Apply(const CustomerRow& row, CustomerTable* table) {
  SetAt(table->organization, row.code, row.organization);
  SetAt(table->segment, row.code, row.segment);
  SetAt(table->persona, row.code, row.persona);
  SetAt(table->plan, row.code, row.plan);
  SetAt(table->region, row.code, row.region);
  SetAt(table->language, row.code, row.language);
  SetAt(table->since_at, row.code, row.since_at, column::kNull);
  SetAttributes(row.attributes, row.code, &table->attributes);
}

AgentRow AgentRowOf(absl::string_view id, const v1::Agent* agent, fact::Codes& codes) {
  AgentRow row;
  row.code = codes.CodeOf(Domain::kAgent, id);
  if (agent == nullptr) return row;
  row.name = agent->name();
  row.kind = agent->kind();
  for (const v1::TeamMembership& team : agent->teams()) {
    row.teams.emplace_back(team.has_from() ? MillisecondsOf(team.from()) : column::kNull,
                           codes.CodeOf(Domain::kTeam, team.team()));
  }
  std::stable_sort(row.teams.begin(), row.teams.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  row.attributes = AttributesOf(agent->attributes(), codes);
  return row;
}

void Apply(const AgentRow& row, AgentTable* table) {
  const auto place = static_cast<size_t>(row.code);
  if (table->name.size() <= place) {
    table->name.resize(place + 1);
    table->teams.resize(place + 1);
    table->kind.resize(place + 1);
  }
  table->name[place] = row.name;
  table->teams[place] = row.teams;
  table->kind[place] = row.kind;
  SetAttributes(row.attributes, row.code, &table->attributes);
}

std::shared_ptr<CustomersAsOf> CustomersAsOf::With(std::vector<CustomerRow> rows) const {
  absl::MutexLock lock(&mutex_);
  auto next = std::make_shared<CustomersAsOf>(base_);
  Changes changes = changes_;
  changes.push_back(std::make_shared<const std::vector<CustomerRow>>(std::move(rows)));
  size_t count = 0;
  for (const auto& part : changes) count += part->size();
  {
    absl::MutexLock next_lock(&next->mutex_);
    next->changes_ = std::move(changes);
  }
  // Copying costs as much as the table: do it once for many changes even if nobody looks.
  if (count > 1000 + base_->organization.size() / 4) next->Table();
  return next;
}

absl::StatusOr<std::shared_ptr<const CustomerTable>> StoredCustomers::Hold() {
  absl::MutexLock lock(&mutex_);
  if (table_ == nullptr) {
    ASSIGN_OR_RETURN(table_, read_());
  }
  return table_;
}

// Reading takes seconds where there are millions: meanwhile others may ask how large the table is.
absl::Status CustomersAsOf::Hold() const {
  {
    absl::MutexLock lock(&mutex_);
    if (base_ != nullptr) return absl::OkStatus();
  }
  auto table = stored_->Hold();
  absl::MutexLock lock(&mutex_);
  status_ = table.status();
  if (table.ok() && base_ == nullptr) base_ = *std::move(table);
  return status_;
}

absl::Status CustomersAsOf::status() const {
  absl::MutexLock lock(&mutex_);
  return status_;
}

std::shared_ptr<const CustomerTable> CustomersAsOf::Table() const {
  if (!Hold().ok()) return std::make_shared<const CustomerTable>();
  absl::MutexLock lock(&mutex_);
  if (changes_.empty()) return base_;
  auto table = std::make_shared<CustomerTable>(*base_);
  for (const auto& part : changes_) {
    for (const CustomerRow& row : *part) Apply(row, table.get());
  }
  base_ = std::move(table);
  changes_.clear();
  return base_;
}

int64_t CustomersAsOf::byte_count() const {
  absl::MutexLock lock(&mutex_);
  if (base_ == nullptr) return 0;
  size_t cells = base_->organization.size() * 7;
  for (const auto& [name, column] : base_->attributes) cells += column.size();
  return static_cast<int64_t>(cells * sizeof(int64_t));
}

}  // namespace supportkpi::projection
