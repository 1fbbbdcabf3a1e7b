// Finds the columns behind each dimension in the catalogue, and reads them.
#include "service/dimension_values.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <set>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "kpi/catalogue.h"
#include "kpi/dimensions.h"
#include "status/macros.h"

namespace supportkpi::service {

namespace {

using record::Domain;

bool Has(const std::vector<std::string>& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

// Adds what stands behind the field of one part.
void AddSources(const kpi::BoundField& field, fact::FactSet set, DimensionRow* row) {
  if (field.kind != kpi::ValueKind::kEnum || row->columns.empty()) row->kind = field.kind;
  for (const auto& [value, name] : field.enum_names) {
    if (!Has(row->fixed_values, name)) row->fixed_values.push_back(name);
  }
  if (field.domain != Domain::kNotCoded) row->domain = field.domain;
  const auto add = [&](column::ColumnKey key) {
    if (key >= column::kBorn) return;
    const fact::ColumnInfo& info = fact::InfoOf(static_cast<fact::Column>(key));
    if (info.domain == field.domain) row->columns.push_back({set, key, info.is_list});
  };
  if (field.list.has_value()) add(static_cast<column::ColumnKey>(*field.list));
  if (field.domain == Domain::kNotCoded || field.kind == kpi::ValueKind::kEnum) return;
  if (field.expr.op == kpi::Op::kLookup) {
    row->lookup = static_cast<kpi::LookupField>(field.expr.key);
    return;
  }
  kpi::Walk(field.expr, [&](const kpi::Expr& expr) {
    if (expr.op == kpi::Op::kColumn || expr.op == kpi::Op::kStepAt) {
      for (const column::ColumnKey key : {expr.key, expr.key2}) add(key);
    }
  });
}

void AddForm(const kpi::Definition& definition, const kpi::Form& form, DimensionRow* row) {
  std::vector<std::string> attributions = definition.attributions;
  attributions.push_back("");
  for (const kpi::Part& part : form.parts) {
    for (const std::string& attribution : attributions) {
      const auto field = kpi::BindField(form, part, attribution, row->name);
      if (field.has_value()) AddSources(*field, part.set, row);
    }
  }
}

std::vector<DimensionRow> MakeTable() {
  std::vector<DimensionRow> rows;
  std::vector<std::pair<std::string, std::vector<std::string>>> names_by_kpi;
  for (const kpi::Definition& definition : kpi::AllKpis()) {
    names_by_kpi.emplace_back(definition.id, kpi::DimensionsOf(definition));
  }
  for (const std::string& name : kpi::AllFields()) {
    DimensionRow& row = rows.emplace_back();
    row.name = name;
    for (const auto& [id, names] : names_by_kpi) {
      if (Has(names, name)) row.kpis.push_back(id);
    }
  }
  for (const kpi::Definition& definition : kpi::AllKpis()) {
    for (const kpi::Form& form : definition.forms) {
      for (DimensionRow& row : rows) {
        if (!row.is_any_attribute()) AddForm(definition, form, &row);
      }
    }
  }
  for (DimensionRow& row : rows) {
    std::sort(row.columns.begin(), row.columns.end());
    row.columns.erase(std::unique(row.columns.begin(), row.columns.end()), row.columns.end());
  }
  return rows;
}

bool HasColumn(const projection::Snapshot& snapshot, const ValueColumn& column) {
  const auto& chunks = snapshot.Chunks(column.set);
  return std::any_of(chunks.begin(), chunks.end(), [&](const auto& chunk) { return chunk->Has(column.column); });
}

template <class Table>
const std::vector<int64_t>* AttributeIn(const Table& table, int64_t name_code) {
  for (const auto& [code, values] : table.attributes) {
    if (code == name_code) return &values;
  }
  return nullptr;
}

// Which codes of a dictionary have been seen.
class Seen {
 public:
  explicit Seen(int64_t code_count) : is_seen_(static_cast<size_t>(code_count) + 1) {}

  void Add(int64_t code) {
    if (code <= 0 || code >= static_cast<int64_t>(is_seen_.size()) || is_seen_[code]) return;
    is_seen_[code] = true;
    ++count_;
  }
  bool HasAll() const { return count_ + 1 == static_cast<int64_t>(is_seen_.size()); }
  bool HasAllOf(const column::ColumnRange& range) const {
    const int64_t last = std::min<int64_t>(range.max, static_cast<int64_t>(is_seen_.size()) - 1);
    for (int64_t code = std::max<int64_t>(range.min, 1); code <= last; ++code) {
      if (!is_seen_[code]) return false;
    }
    return true;
  }
  int64_t count() const { return count_; }
  template <class Visit>
  void ForEach(const Visit& visit) const {
    for (size_t code = 1; code < is_seen_.size(); ++code) {
      if (is_seen_[code] && !visit(static_cast<int64_t>(code))) return;
    }
  }

 private:
  std::vector<bool> is_seen_;
  int64_t count_ = 0;
};

constexpr uint32_t kRowsPerRead = 8192;

void ReadRows(const column::Chunk& chunk, const ValueColumn& column, int64_t commit, uint32_t first, uint32_t count,
              Seen* seen) {
  std::vector<uint32_t> rows;
  const bool all = chunk.AliveRows(commit, first, count, &rows);
  const size_t row_count = all ? count : rows.size();
  if (column.is_list) {
    column::Lists lists;
    chunk.ReadLists(column.column, first, count, &lists);
    for (size_t i = 0; i < row_count; ++i) {
      const uint32_t row = all ? static_cast<uint32_t>(i) : rows[i];
      for (uint32_t at = lists.offsets[row]; at < lists.offsets[row + 1]; ++at) seen->Add(lists.values[at]);
    }
    return;
  }
  std::vector<int64_t> values(count);
  chunk.Read(column.column, first, count, 0, values.data());
  for (size_t i = 0; i < row_count; ++i) seen->Add(values[all ? i : rows[i]]);
}

absl::Status ReadColumn(const projection::Snapshot& snapshot, const ValueColumn& column, const std::atomic<bool>* cancelled,
                        Seen* seen) {
  for (const auto& chunk : snapshot.Chunks(column.set)) {
    if (seen->HasAll()) return absl::OkStatus();
    if (!chunk->Has(column.column) || seen->HasAllOf(chunk->Range(column.column))) continue;
    for (uint32_t first = 0; first < chunk->row_count(); first += kRowsPerRead) {
      if (cancelled != nullptr && cancelled->load()) return absl::CancelledError("the caller left");
      ReadRows(*chunk, column, snapshot.commit(), first, std::min(kRowsPerRead, chunk->row_count() - first), seen);
    }
  }
  return absl::OkStatus();
}

void ReadTable(const DimensionRow& row, const projection::Snapshot& snapshot, Seen* seen) {
  using kpi::LookupField;
  const auto add = [&](const std::vector<int64_t>& codes) {
    for (const int64_t code : codes) seen->Add(code);
  };
  const auto field = static_cast<uint32_t>(*row.lookup);
  if (field >= static_cast<uint32_t>(LookupField::kAgentAttribute)) {
    const auto* values = AttributeIn(*snapshot.Agents(), field - static_cast<uint32_t>(LookupField::kAgentAttribute));
    return values == nullptr ? void() : add(*values);
  }
  const auto customers = snapshot.Customers();
  if (field >= static_cast<uint32_t>(LookupField::kCustomerAttribute)) {
    const auto* values = AttributeIn(*customers, field - static_cast<uint32_t>(LookupField::kCustomerAttribute));
    return values == nullptr ? void() : add(*values);
  }
  switch (*row.lookup) {
    case LookupField::kCustomerOrganization: return add(customers->organization);
    case LookupField::kCustomerSegment: return add(customers->segment);
    case LookupField::kCustomerPersona: return add(customers->persona);
    case LookupField::kCustomerPlan: return add(customers->plan);
    case LookupField::kCustomerRegion: return add(customers->region);
    case LookupField::kCustomerLanguage: return add(customers->language);
    case LookupField::kAgentTeam:
      for (const auto& teams : snapshot.Agents()->teams) {
        for (const auto& [from, team] : teams) seen->Add(team);
      }
      return;
    default: return;
  }
}

DimensionValues NamesOfAgents(const projection::Snapshot& snapshot, int32_t values_max) {
  std::set<std::string> names;
  for (const std::string& name : snapshot.Agents()->name) {
    if (!name.empty()) names.insert(name);
  }
  DimensionValues values;
  values.distinct_count = static_cast<int64_t>(names.size());
  for (const std::string& name : names) {
    if (static_cast<int32_t>(values.first.size()) < values_max) values.first.push_back(name);
  }
  return values;
}

}  // namespace

const std::vector<DimensionRow>& AllDimensions() {
  static const auto& rows = *new std::vector<DimensionRow>(MakeTable());
  return rows;
}

absl::StatusOr<std::vector<DimensionRow>> AttributesOf(const projection::Snapshot& snapshot) {
  std::vector<DimensionRow> rows;
  const projection::Names& names = snapshot.NamesOf(Domain::kAttributeName);
  const auto customers = snapshot.Customers();
  const auto agents = snapshot.Agents();
  for (const DimensionRow& stem : AllDimensions()) {
    if (!stem.is_any_attribute()) continue;
    std::map<std::string, DimensionRow> by_name;
    for (int64_t code = 1; code <= names.code_count(); ++code) {
      DimensionRow row = stem;
      row.domain = Domain::kAttributeValue;
      const auto key = static_cast<uint32_t>(code);
      if (stem.name == "customer.attributes" && AttributeIn(*customers, code) != nullptr) {
        row.lookup = static_cast<kpi::LookupField>(static_cast<uint32_t>(kpi::LookupField::kCustomerAttribute) + key);
      } else if (stem.name == "agent.attributes" && AttributeIn(*agents, code) != nullptr) {
        row.lookup = static_cast<kpi::LookupField>(static_cast<uint32_t>(kpi::LookupField::kAgentAttribute) + key);
      } else if (stem.name == "attributes" || stem.name == "ticket.attributes") {
        for (const fact::FactSetInfo& set : fact::AllFactSets()) {
          const bool of_ticket = stem.name == "ticket.attributes";
          if (of_ticket && !set.has_ticket) continue;
          const auto base = of_ticket && set.has_ticket_attributes ? column::kTicketAttributeBase : column::kAttributeBase;
          const ValueColumn column{set.set, base + key, false};
          if (HasColumn(snapshot, column)) row.columns.push_back(column);
        }
      }
      const std::string name = names.TextOf(code);
      if (name.empty() || (row.columns.empty() && !row.lookup.has_value())) continue;
      row.name = absl::StrCat(stem.name, ".", name);
      by_name.emplace(row.name, std::move(row));
    }
    for (auto& [name, row] : by_name) rows.push_back(std::move(row));
  }
  return rows;
}

absl::StatusOr<DimensionValues> ValuesOf(const DimensionRow& row, const projection::Snapshot& snapshot, int32_t values_max,
                                         const std::atomic<bool>* cancelled) {
  if (row.kind == kpi::ValueKind::kAgentName) return NamesOfAgents(snapshot, values_max);
  DimensionValues values;
  const auto first_max = static_cast<size_t>(values_max);
  if (!row.fixed_values.empty()) {
    values.first = row.fixed_values;
    values.first.resize(std::min(values.first.size(), first_max));
  }
  if (row.domain == Domain::kNotCoded) return values;
  const projection::Names& names = snapshot.NamesOf(row.domain);
  Seen seen(names.code_count());
  if (row.lookup.has_value()) ReadTable(row, snapshot, &seen);
  for (const ValueColumn& column : row.columns) RETURN_IF_ERROR(ReadColumn(snapshot, column, cancelled, &seen));
  RETURN_IF_ERROR(snapshot.status());
  const bool few = seen.count() <= kSortedValuesMax && !record::IsRecordDomain(row.domain);
  std::vector<std::string> texts;
  seen.ForEach([&](int64_t code) {
    if (!few && texts.size() >= first_max) return false;
    if (std::string text = names.TextOf(code); !text.empty()) texts.push_back(std::move(text));
    return true;
  });
  if (row.fixed_values.empty()) values.distinct_count = few ? static_cast<int64_t>(texts.size()) : seen.count();
  std::sort(texts.begin(), texts.end());
  texts.resize(std::min(texts.size(), first_max - values.first.size()));
  std::move(texts.begin(), texts.end(), std::back_inserter(values.first));
  return values;
}

}  // namespace supportkpi::service
