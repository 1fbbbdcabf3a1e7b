// Bytes of keys and values: ordered, self-delimiting texts and integers for keys, varints for values.
#ifndef SUPPORTKPI_INGEST_CODING_H_
#define SUPPORTKPI_INGEST_CODING_H_

#include <cstdint>
#include <optional>
#include <string>

#include "absl/strings/string_view.h"

namespace supportkpi::ingest {

// A text in a key: 0x00 becomes 0x00 0xff, the end is 0x00 0x01. Order of bytes is order of texts.
void AppendOrderedText(absl::string_view text, std::string* key);
// Takes one such text off the front; false: there is none.
bool TakeOrderedText(absl::string_view* key, std::string* text);

// Eight bytes, ordered like the numbers, negative ones first.
void AppendOrderedInt(int64_t value, std::string* key);
bool TakeOrderedInt(absl::string_view* key, int64_t* value);

void AppendVarint(uint64_t value, std::string* bytes);
bool TakeVarint(absl::string_view* bytes, uint64_t* value);
// Length, then bytes.
void AppendText(absl::string_view text, std::string* bytes);
bool TakeText(absl::string_view* bytes, absl::string_view* text);

}  // namespace supportkpi::ingest

#endif  // SUPPORTKPI_INGEST_CODING_H_
