// See kpi/READINGS.md, "Records".
#include "record/survey_rules.h"

#include <cmath>

#include "absl/strings/str_cat.h"

namespace supportkpi::record {
namespace {

constexpr int64_t kOne = 1'000'000'000;

std::string ShowScale(const v1::Survey& survey) {
  return absl::StrCat(ShowNumber(survey.scale_min()), "..", ShowNumber(survey.scale_max()));
}

void FillIn(v1::Survey& survey, const QuestionScale* question) {
  if (!survey.has_scale_min() && !survey.has_scale_max() && question != nullptr && question->scale_min.has_value() &&
      question->scale_max.has_value()) {
    survey.set_scale_min(*question->scale_min);
    survey.set_scale_max(*question->scale_max);
  }
  if (survey.direction() == v1::SCALE_DIRECTION_UNSPECIFIED && question != nullptr)
    survey.set_direction(question->low_is_good ? v1::SCALE_DIRECTION_LOW_IS_GOOD : v1::SCALE_DIRECTION_HIGH_IS_GOOD);
  if (survey.kind() == v1::SURVEY_KIND_NPS && !survey.has_scale_min() && !survey.has_scale_max()) {
    survey.set_scale_min(0);
    survey.set_scale_max(10);
  }
}

// True if the scale is one.
bool CheckScale(const v1::Survey& survey, const FieldPath& path, FieldChecker& checker) {
  if (survey.has_scale_min() != survey.has_scale_max()) {
    const char* missing = survey.has_scale_min() ? "scale_max" : "scale_min";
    const char* given = survey.has_scale_min() ? "scale_min" : "scale_max";
    checker.Add({&path, missing}, absl::StrCat("missing; it goes together with ", given));
    return false;
  }
  if (!survey.has_scale_min()) return false;
  if (Billionths(survey.scale_min()) >= Billionths(survey.scale_max())) {
    checker.Add({&path, "scale_max"}, absl::StrCat(ShowNumber(survey.scale_max()), " not above scale_min ",
                                                   ShowNumber(survey.scale_min())));
    return false;
  }
  const int64_t low = Billionths(survey.scale_min());
  if (survey.kind() == v1::SURVEY_KIND_NPS && (Billionths(survey.scale_max()) != 10 * kOne || (low != 0 && low != kOne))) {
    checker.Add({&path, "scale_max"}, absl::StrCat("NPS on ", ShowScale(survey), "; 0..10 or 1..10"));
    return false;
  }
  return true;
}

void CheckInside(double value, absl::string_view name, const v1::Survey& survey, const FieldPath& path,
                 FieldChecker& checker) {
  const int64_t at = Billionths(value);
  if (at < Billionths(survey.scale_min()) || at > Billionths(survey.scale_max()))
    checker.Add({&path, name}, absl::StrCat(ShowNumber(value), " outside ", ShowScale(survey)));
}

}  // namespace

int64_t Billionths(double value) {
  return static_cast<int64_t>(std::nearbyint(value * 1e9));
}

std::optional<int64_t> DefaultThreshold(int64_t scale_min, int64_t scale_max) {
  struct Row {
    int64_t scale_min, scale_max, threshold;
  };
  constexpr Row kRows[] = {{1, 5, 4}, {1, 3, 3}, {1, 7, 6}, {0, 10, 9}, {1, 10, 9}};
  for (const Row& row : kRows)
    if (scale_min == row.scale_min * kOne && scale_max == row.scale_max * kOne) return row.threshold * kOne;
  if (scale_max - scale_min == kOne) return scale_max;
  return std::nullopt;
}

void ApplySurveyRules(v1::Survey& survey, const ValidationContext& context, const FieldPath& path,
                      FieldChecker& checker) {
  const QuestionScale* question = nullptr;
  if (context.question_scale && !survey.question().empty()) question = context.question_scale(survey.question());
  FillIn(survey, question);
  if (!CheckScale(survey, path, checker)) {
    if (survey.has_score() && !survey.has_scale_min() && !survey.has_scale_max())
      checker.Add({&path, "scale_min"}, "missing; a score needs a scale here or in its question's setting");
    return;
  }
  if (survey.has_threshold()) CheckInside(survey.threshold(), "threshold", survey, path, checker);
  if (!survey.has_score()) return;
  CheckInside(survey.score(), "score", survey, path, checker);
  if (survey.kind() == v1::SURVEY_KIND_NPS && Billionths(survey.score()) % kOne != 0)
    checker.Add({&path, "score"}, absl::StrCat(ShowNumber(survey.score()), " is not whole; NPS takes whole scores"));
  const bool needs_threshold = survey.kind() == v1::SURVEY_KIND_CSAT || survey.kind() == v1::SURVEY_KIND_QUALITY;
  const bool has_threshold = survey.has_threshold() || (question != nullptr && question->threshold.has_value()) ||
                             DefaultThreshold(Billionths(survey.scale_min()), Billionths(survey.scale_max())).has_value();
  if (needs_threshold && !has_threshold)
    checker.Add({&path, "threshold"},
                absl::StrCat("missing; the scale ", ShowScale(survey), " has no default, say from which score it is positive"));
}

}  // namespace supportkpi::record
