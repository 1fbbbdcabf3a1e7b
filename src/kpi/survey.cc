// Rows: what customers and reviewers say.
#include "kpi/rows.h"

namespace supportkpi::kpi::rows {
namespace {

Expr AnsweredBeforeEnd() { return And({Less(Col(Column::kRespondedAt), RangeEnd()), Not(IsNull(Col(Column::kScore)))}); }

Part Answers(std::string name, SurveyKind kind, const std::string& variant, const std::string& anchor) {
  Part part;
  part.name = std::move(name);
  part.set = FactSet::kSurvey;
  part.at = anchor == "answered" ? Col(Column::kRespondedAt)
            : anchor == "sent"   ? Col(Column::kSentAt)
                                 : CoveringFrom(Column::kResolvedFrom, Column::kResolvedTo, RangeEnd());
  std::vector<Expr> conditions = {Equal(Col(Column::kSurveyKind), Const(kind)), AnsweredBeforeEnd()};
  if (variant == "latest_per_ticket") conditions.push_back(AtLeast(Col(Column::kSupersededAt), RangeEnd()));
  part.where = And(std::move(conditions));
  part.honours_exclusion = false;
  return part;
}

// A form for each variant and anchor; `make(answers)` says what is made of the answers.
template <typename MakeForm>
std::vector<Form> FormsOf(SurveyKind kind, MakeForm make) {
  std::vector<Form> forms;
  for (const char* variant : {"every_answer", "latest_per_ticket"}) {
    for (const char* anchor : {"answered", "sent", "ticket_resolution"}) {
      forms.push_back(make(variant, anchor, Answers("answers", kind, variant, anchor)));
    }
  }
  return forms;
}

Expr Threshold() {
  return Make(Op::kThreshold, {Col(Column::kThreshold), Col(Column::kQuestion), Col(Column::kScaleMin),
                               Col(Column::kScaleMax), Col(Column::kReversed)});
}

std::vector<Form> PositiveShare(SurveyKind kind) {
  return FormsOf(kind, [](std::string variant, std::string anchor, Part answers) {
    answers.left_out = {{"no_threshold", IsNull(Threshold())}};
    return Percent(std::move(variant), std::move(anchor), Among(answers, "positive", AtLeast(Col(Column::kScore), Threshold())),
                   answers);
  });
}

std::vector<Form> MeanScore(SurveyKind kind) {
  return FormsOf(kind, [](std::string variant, std::string anchor, Part answers) {
    answers.aggregate = Aggregate::kStatistic;
    answers.value = Make(Op::kToFivePoints, {Col(Column::kScore), Col(Column::kScaleMin), Col(Column::kScaleMax)});
    Form form = Single(std::move(variant), std::move(anchor), std::move(answers));
    form.formula = Divide(P("answers"), C(kBillion));
    return form;
  });
}

Expr IsPromoter() { return AtLeast(Col(Column::kScore), Const(9 * kBillion)); }
Expr IsDetractor() { return AtMost(Col(Column::kScore), Const(6 * kBillion)); }

std::vector<Form> NetPromoters() {
  return FormsOf(kNps, [](std::string variant, std::string anchor, Part answers) {
    Form form;
    form.variant = std::move(variant);
    form.anchor = std::move(anchor);
    form.numerator = Minus(P("promoters"), P("detractors"));
    form.denominator = P("answers");
    form.formula = Times(C(100), Divide(*form.numerator, *form.denominator));
    form.parts = {Among(answers, "promoters", IsPromoter()), Among(answers, "detractors", IsDetractor()), answers};
    return form;
  });
}

std::vector<Form> Band(Expr condition) {
  return FormsOf(kNps, [&](std::string variant, std::string anchor, Part answers) {
    answers.where = And({answers.where, condition});
    return Single(std::move(variant), std::move(anchor), std::move(answers));
  });
}

std::vector<Form> EasyShare() {
  const Expr easy = AtLeast(Col(Column::kScore), Subtract(Col(Column::kScaleMax), Const(kBillion)));
  return FormsOf(kCes, [&](std::string variant, std::string anchor, Part answers) {
    return Percent(std::move(variant), std::move(anchor), Among(answers, "easy", easy), answers);
  });
}

Definition Row(std::string id, std::string title, std::string text, Unit unit, Direction direction,
               std::vector<std::string> asked_by, std::vector<Form> forms) {
  return Definition{
      .id = std::move(id),
      .title = std::move(title),
      .formula_text = std::move(text),
      .unit = unit,
      .direction = direction,
      .asked_by = std::move(asked_by),
      .attributions = {"event", "current"},
      .forms = std::move(forms),
      .left_out_text = "nothing but surveys without an answer; a survey stays when its ticket is flagged; variant "
                       "latest_per_ticket: all but the last answer of a ticket, kind and question",
  };
}

Definition ResponseRate() {
  Part sent;
  sent.name = "sent";
  sent.set = FactSet::kSurvey;
  sent.at = Col(Column::kSentAt);
  sent.honours_exclusion = false;
  sent.moment = Moment::kSent;
  return Definition{
      .id = "survey_response_rate",
      .title = "Survey response rate",
      .formula_text = "100 x surveys sent in the bucket that are answered by the range's end / surveys sent in the bucket, of all "
                      "kinds unless filtered",
      .unit = Unit::kPercent,
      .direction = Direction::kHigher,
      .asked_by = {"S1"},
      .attributions = {"event", "current"},
      .forms = {Percent("", "sent", Among(sent, "answered", AnsweredBeforeEnd()), sent)},
      .left_out_text = "surveys without a time of sending; a survey stays when its ticket is flagged",
  };
}

}  // namespace

std::vector<Definition> SurveyRows() {
  const Direction higher = Direction::kHigher;
  std::vector<Definition> rows;
  rows.push_back(Row("csat", "Customer satisfaction (CSAT)",
                     "100 x positive answers / answers of CSAT surveys, after turning the scale; positive from the survey's "
                     "threshold on, else the question's, else 4 of 1-5, 3 of 1-3, 6 of 1-7, 9 of 0-10 and 1-10, the upper of two",
                     Unit::kPercent, higher, {"S0", "S1", "S2", "S4"}, PositiveShare(kCsat)));
  rows.push_back(Row("csat_score", "Mean CSAT score", "mean score of CSAT answers, each scale turned and brought to 1..5 linearly",
                     Unit::kIndex, higher, {"S3"}, MeanScore(kCsat)));
  rows.push_back(Row("nps", "Net promoter score (NPS)", "100 x (answers of 9-10 - answers of 0-6) / answers of NPS surveys",
                     Unit::kIndex, higher, {"S1", "S2", "S4"}, NetPromoters()));
  rows.push_back(Row("nps_promoters", "NPS promoters", "NPS answers of 9-10", Unit::kCount, higher, {"S1", "S2"},
                     Band(IsPromoter())));
  rows.push_back(Row("nps_passives", "NPS passives", "NPS answers of 7-8", Unit::kCount, Direction::kNeutral, {"S1", "S2"},
                     Band(And({Not(IsPromoter()), Not(IsDetractor())}))));
  rows.push_back(Row("nps_detractors", "NPS detractors", "NPS answers of 0-6", Unit::kCount, Direction::kLower, {"S1", "S2"},
                     Band(IsDetractor())));
  rows.push_back(Row("ces", "Customer effort score (CES)",
                     "100 x answers at the top two points / answers of CES surveys, turned so that high is easy", Unit::kPercent,
                     higher, {"S1"}, EasyShare()));
  rows.push_back(Row("ces_score", "Mean CES score",
                     "mean score of CES answers, turned so that high is easy, each scale brought to 1..5 linearly", Unit::kIndex,
                     higher, {"S1"}, MeanScore(kCes)));
  rows.push_back(Row("quality_rate", "Quality rate",
                     "100 x positive answers / answers of QUALITY surveys (reviews of calls, tickets or agents), positive as for csat",
                     Unit::kPercent, higher, {"S2"}, PositiveShare(kQuality)));
  rows.push_back(ResponseRate());
  return rows;
}

}  // namespace supportkpi::kpi::rows
