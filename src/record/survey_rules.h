// What a survey's scale, direction, threshold and score must be, and where they come from when the survey is silent.
#ifndef SUPPORTKPI_RECORD_SURVEY_RULES_H_
#define SUPPORTKPI_RECORD_SURVEY_RULES_H_

#include <cstdint>
#include <optional>

#include "record/field_check.h"
#include "record/validate.h"

namespace supportkpi::record {

// Fills in scale and direction, then checks. Requires a survey whose fields are good each on its own.
void ApplySurveyRules(v1::Survey& survey, const ValidationContext& context, const FieldPath& path, FieldChecker& checker);

// A score, scale end or threshold in billionths, rounded half to even. Requires |value| <= kNumberMax.
int64_t Billionths(double value);

// Positive from it on, on the turned scale: 1-5 from 4, 1-3 from 3, 1-7 from 6, 0-10 and 1-10 from 9, two-point the upper;
// nullopt: the scale has no default. All in billionths.
std::optional<int64_t> DefaultThreshold(int64_t scale_min, int64_t scale_max);

}  // namespace supportkpi::record

#endif  // SUPPORTKPI_RECORD_SURVEY_RULES_H_
