// The name of a bucket: what its whole civil period is called.
#ifndef SUPPORTKPI_TIME_BUCKET_LABEL_H_
#define SUPPORTKPI_TIME_BUCKET_LABEL_H_

#include <cstdint>
#include <string>

#include "time/bucket.h"

namespace supportkpi::time {

// `2026-03-08`, `2026-W11`, `2026-03`, `2026-Q1`, `2026`, `FY2026-Q1`, `FY2026` for one plain unit; otherwise its local
// begin with its length, `2026-03-08/P1W`, `2026-01-01/P2M`, `2026-03-06T17:00/P1W`.
std::string CivilLabel(const Grain& grain, int64_t local_ms);

// Of minutes and hours: `2026-03-08T01:00-05:00`, of several `2026-03-08T01:00-05:00/PT15M`.
std::string ClockLabel(const Grain& grain, int64_t local_ms, int64_t offset_ms);

// `-05:00`; with seconds where there are some, as in local mean time.
std::string OffsetText(int64_t offset_ms);

}  // namespace supportkpi::time

#endif  // SUPPORTKPI_TIME_BUCKET_LABEL_H_
