// CRC-32C (Castagnoli), as stored beside every derived value.
#ifndef SUPPORTKPI_COLUMN_CRC32C_H_
#define SUPPORTKPI_COLUMN_CRC32C_H_

#include <cstdint>

#include "absl/strings/string_view.h"

namespace supportkpi::column {

uint32_t Crc32c(absl::string_view bytes);

}  // namespace supportkpi::column

#endif  // SUPPORTKPI_COLUMN_CRC32C_H_
