// The spaces of names that are kept as codes. Each tenant has one append-only dictionary per domain: code 0 is "none",
// names get 1, 2, ... in order of first use. Stored on disk: do not renumber.
#ifndef SUPPORTKPI_RECORD_DOMAIN_H_
#define SUPPORTKPI_RECORD_DOMAIN_H_

#include <cstdint>

namespace supportkpi::record {

enum class Domain : uint8_t {
  kNotCoded = 0,
  kSource = 1,
  kCustomer = 2,
  kOrganization = 3,
  kSegment = 4,
  kChannel = 5,
  kTicketType = 6,
  kCategory = 7,
  kPriority = 8,
  kComplexity = 9,
  kLanguage = 10,
  kBrand = 11,
  kTag = 12,
  kTeam = 13,
  kAgent = 14,
  kIssueKey = 15,
  kQuestion = 16,
  kQueue = 17,
  kTopic = 18,
  kPersona = 19,
  kRegion = 20,
  kPlan = 21,
  kCostKind = 22,
  kCurrency = 23,
  kAttributeName = 24,
  kAttributeValue = 25,
  // Records that answers name: "SOURCE/ID", or "ID" where the source is empty. As many codes as records: kept on disk,
  // never held in memory whole.
  kTicketId = 32,
  kCallId = 33,
  kSurveyId = 34,
  kAgentTimeId = 35,
  kPeriodId = 36,
  kCostId = 37,
};

// True for the domains that have as many codes as records.
inline constexpr bool IsRecordDomain(Domain domain) { return domain >= Domain::kTicketId; }

}  // namespace supportkpi::record

#endif  // SUPPORTKPI_RECORD_DOMAIN_H_
