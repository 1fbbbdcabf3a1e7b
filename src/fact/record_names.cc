// Names are asked for in code point order, so that a new dictionary gets the same codes from the same records.
#include "fact/record_names.h"

#include <algorithm>

#include "absl/strings/str_cat.h"

namespace supportkpi::fact {

int64_t CodeOfRecord(record::Domain domain, absl::string_view source, absl::string_view id, Codes& codes) {
  if (id.empty()) return 0;
  if (source.empty()) return codes.CodeOf(domain, id);
  return codes.CodeOf(domain, absl::StrCat(source, "/", id));
}

Attributes AttributesOf(const AttributeMap& map, Codes& codes) {
  Attributes attributes;
  if (map.empty()) return attributes;
  std::vector<const AttributeMap::value_type*> entries;
  entries.reserve(map.size());
  for (const auto& entry : map) {
    if (!entry.second.empty()) entries.push_back(&entry);
  }
  std::sort(entries.begin(), entries.end(), [](const auto* a, const auto* b) { return a->first < b->first; });
  attributes.reserve(entries.size());
  for (const auto* entry : entries) {
    const int64_t name = codes.CodeOf(record::Domain::kAttributeName, entry->first);
    attributes.emplace_back(name, codes.CodeOf(record::Domain::kAttributeValue, entry->second));
  }
  std::sort(attributes.begin(), attributes.end());
  return attributes;
}

}  // namespace supportkpi::fact
