// See keys.h for the layout.
#include "ingest/keys.h"

#include "absl/strings/str_cat.h"
#include "ingest/coding.h"

namespace supportkpi::ingest {
namespace {

// SPACE TENANT 0
std::string Begin(char space, absl::string_view tenant, size_t more) {
  std::string key;
  key.reserve(tenant.size() + 2 + more);
  key.push_back(space);
  key.append(tenant.data(), tenant.size());
  key.push_back('\0');
  return key;
}

void Append(absl::string_view text, std::string* key) { key->append(text.data(), text.size()); }

}  // namespace

std::string NamedFamily(char letter, absl::string_view source, absl::string_view id) {
  std::string family;
  family.reserve(source.size() + id.size() + 5);
  family.push_back(letter);
  AppendOrderedText(source, &family);
  AppendOrderedText(id, &family);
  return family;
}

std::string LookUpFamily(char letter, absl::string_view id) {
  std::string family(1, letter);
  AppendOrderedText(id, &family);
  return family;
}

std::string AgentDayFamily(absl::string_view agent, int64_t day) {
  std::string family = LookUpFamily(kAgentDayFamily, agent);
  AppendOrderedInt(day, &family);
  return family;
}

bool TakeFamily(absl::string_view* key, FamilyName* name) {
  if (key->empty()) return false;
  name->letter = key->front();
  name->source.clear();
  name->day = 0;
  key->remove_prefix(1);
  switch (name->letter) {
    case kTicketFamily:
    case kSurveyFamily:
    case kCallFamily:
    case kPeriodFamily:
    case kCostFamily:
      return TakeOrderedText(key, &name->source) && TakeOrderedText(key, &name->id);
    case kCustomerFamily:
    case kAgentFamily:
      return TakeOrderedText(key, &name->id);
    case kAgentDayFamily:
      return TakeOrderedText(key, &name->id) && TakeOrderedInt(key, &name->day);
    default:
      return false;
  }
}

std::string RowSuffix(RowKind kind) { return std::string(1, static_cast<char>(kind)); }

std::string RowSuffix(RowKind kind, absl::string_view id) {
  std::string suffix = RowSuffix(kind);
  Append(id, &suffix);
  return suffix;
}

std::string RowSuffix(RowKind kind, absl::string_view source, absl::string_view id) {
  std::string suffix = RowSuffix(kind);
  AppendOrderedText(source, &suffix);
  Append(id, &suffix);
  return suffix;
}

std::string RowKey(absl::string_view tenant, absl::string_view family, absl::string_view suffix) {
  std::string key = Begin('R', tenant, family.size() + suffix.size());
  Append(family, &key);
  Append(suffix, &key);
  return key;
}

std::string RowPrefix(absl::string_view tenant, absl::string_view start) { return RowKey(tenant, start, ""); }

std::string IndexKey(absl::string_view tenant, RowKind kind, absl::string_view source, absl::string_view id) {
  std::string key = Begin('I', tenant, source.size() + id.size() + 4);
  key.push_back(static_cast<char>(kind));
  AppendOrderedText(source, &key);
  Append(id, &key);
  return key;
}

std::string IndexPrefix(absl::string_view tenant, RowKind kind) {
  std::string key = Begin('I', tenant, 1);
  key.push_back(static_cast<char>(kind));
  return key;
}

std::string LinkPrefix(absl::string_view tenant, absl::string_view ticket_family) {
  std::string key = Begin('L', tenant, ticket_family.size());
  Append(ticket_family, &key);
  return key;
}

std::string LinkKey(absl::string_view tenant, absl::string_view ticket_family, absl::string_view call_family) {
  std::string key = LinkPrefix(tenant, ticket_family);
  Append(call_family, &key);
  return key;
}

std::string RequestKey(absl::string_view tenant, absl::string_view request_id) {
  std::string key = Begin('Q', tenant, request_id.size());
  Append(request_id, &key);
  return key;
}

std::string RequestAgePrefix() { return "E"; }

std::string RequestAgeKey(int64_t answered_at, absl::string_view tenant, absl::string_view request_id) {
  std::string key = RequestAgePrefix();
  AppendOrderedInt(answered_at, &key);
  Append(tenant, &key);
  key.push_back('\0');
  Append(request_id, &key);
  return key;
}

bool TakeRequestAge(absl::string_view key, int64_t* answered_at, std::string* tenant, std::string* request_id) {
  key.remove_prefix(1);
  if (!TakeOrderedInt(&key, answered_at)) return false;
  const size_t end = key.find('\0');
  if (end == absl::string_view::npos) return false;
  *tenant = std::string(key.substr(0, end));
  *request_id = std::string(key.substr(end + 1));
  return true;
}

std::string StreamKey(absl::string_view tenant, absl::string_view stream_id) {
  std::string key = Begin('X', tenant, stream_id.size());
  Append(stream_id, &key);
  return key;
}

std::string SettingsKey(absl::string_view tenant) { return Begin('C', tenant, 0); }

std::string PlaceId(int32_t place) { return absl::StrCat("place ", place); }

}  // namespace supportkpi::ingest
