// A survey's scale is turned here, once: whoever reads the facts sees high as good.
#include "fact/survey_facts.h"

#include <algorithm>
#include <cmath>
#include <tuple>

#include "fact/fact_row.h"
#include "fact/instants.h"

namespace supportkpi::fact {
namespace {

using column::kForever;
using column::kNull;
using record::Domain;

// Half to even, as the floating point environment is by default.
int64_t Billionths(double value) {
  constexpr double kLimit = 9.2e9;  // fits an int64 in billionths
  return static_cast<int64_t>(std::nearbyint(std::clamp(value, -kLimit, kLimit) * 1e9));
}

struct Scale {
  int64_t min = kNull;
  int64_t max = kNull;
  bool is_reversed = false;

  int64_t Turned(int64_t value) const {
    if (!is_reversed || value == kNull) return value;
    return min == kNull || max == kNull ? kNull : min + max - value;
  }
};

Scale ScaleOf(const v1::Survey& survey) {
  Scale scale;
  if (survey.has_scale_min() && survey.has_scale_max()) {
    scale = {Billionths(survey.scale_min()), Billionths(survey.scale_max())};
  } else if (survey.kind() == v1::SURVEY_KIND_NPS) {
    scale = {0, Billionths(10)};
  }
  scale.is_reversed = survey.direction() == v1::SCALE_DIRECTION_LOW_IS_GOOD;
  return scale;
}

struct Entry {
  const v1::Survey* survey;
  int64_t sent_at;
  int64_t responded_at;               // kForever: no answer
  int64_t superseded_at = kForever;
};

Entry EntryOf(const v1::Survey& survey) {
  const bool is_answered = survey.has_responded_at() && survey.has_score();
  return {&survey, survey.has_sent_at() ? MsOf(survey.sent_at()) : kNull,
          is_answered ? MsOf(survey.responded_at()) : kForever};
}

// The answers of one kind and question, one after the other: each supersedes the one before it.
void FindSuperseded(std::vector<Entry>& entries) {
  const auto question = [](const Entry& entry) {
    return std::make_tuple(static_cast<int>(entry.survey->kind()), absl::string_view(entry.survey->question()));
  };
  std::sort(entries.begin(), entries.end(), [&](const Entry& a, const Entry& b) {
    const auto key = [&](const Entry& entry) {
      return std::make_tuple(question(entry), entry.responded_at, entry.sent_at,
                             absl::string_view(entry.survey->id()), absl::string_view(entry.survey->source()));
    };
    return key(a) < key(b);
  });
  for (size_t i = 0; i + 1 < entries.size(); ++i) {
    const bool is_same = question(entries[i]) == question(entries[i + 1]);
    if (is_same && entries[i].responded_at != kForever) entries[i].superseded_at = entries[i + 1].responded_at;
  }
}

class SurveyWriter {
 public:
  SurveyWriter(const SeenTicket* ticket, Codes& codes) : ticket_(ticket), codes_(codes) {}

  void Write(const Entry& entry, std::vector<Fact>* facts) {
    const v1::Survey& survey = *entry.survey;
    FactRow<FactSet::kSurvey> row(facts);
    SetForeignTicket(ticket_, row);
    SetOwn(survey, row);
    SetPeople(entry, row);
    SetScore(entry, row);
    row.Set<Column::kSentAt>(entry.sent_at)
        .Set<Column::kRespondedAt>(entry.responded_at)
        .Set<Column::kSupersededAt>(entry.superseded_at);
    row.fact().attributes = AttributesOf(survey.attributes(), codes_);
    absl::InlinedVector<int64_t, 4> from, to;
    if (ticket_ != nullptr) {
      row.fact().ticket_attributes = ticket_->values.attributes;
      for (const Resolution& resolution : ticket_->story.resolutions) {
        from.push_back(resolution.start.at);
        to.push_back(resolution.end_at);
      }
    }
    row.SetList<Column::kTags>(ticket_ == nullptr ? std::vector<int64_t>{} : ticket_->values.tags)
        .SetList<Column::kResolvedFrom>(from)
        .SetList<Column::kResolvedTo>(to);
  }

 private:
  using Row = FactRow<FactSet::kSurvey>;

  int64_t Code(Domain domain, const std::string& name) { return name.empty() ? 0 : codes_.CodeOf(domain, name); }

  void SetOwn(const v1::Survey& survey, Row& row) {
    const std::string& source = survey.ticket_source().empty() ? survey.source() : survey.ticket_source();
    row.Set<Column::kTicket>(CodeOfRecord(Domain::kTicketId, source, survey.ticket(), codes_))
        .Set<Column::kSource>(Code(Domain::kSource, survey.source()))
        .Set<Column::kCustomer>(Code(Domain::kCustomer, survey.customer()))
        .Set<Column::kChannel>(Code(Domain::kChannel, survey.channel()))
        .Set<Column::kSurvey>(CodeOfRecord(Domain::kSurveyId, survey.source(), survey.id(), codes_))
        .Set<Column::kSurveyKind>(survey.kind())
        .Set<Column::kQuestion>(Code(Domain::kQuestion, survey.question()))
        .Set<Column::kSurveyCall>(CodeOfRecord(Domain::kCallId, survey.source(), survey.call(), codes_));
  }

  // The survey's own agent and team, else the ticket's: at the answer, else at the sending.
  void SetPeople(const Entry& entry, Row& row) {
    const int64_t own_agent = Code(Domain::kAgent, entry.survey->agent());
    const int64_t own_team = Code(Domain::kTeam, entry.survey->team());
    const auto own_else = [&](Four of_ticket) {
      if (own_agent != 0) of_ticket[kAgentField] = own_agent;
      if (own_team != 0) of_ticket[kTeamField] = own_team;
      return of_ticket;
    };
    Four current = {}, at_answer = {}, at_sending = {};
    if (ticket_ != nullptr) {
      const TicketFields& fields = ticket_->story.fields;
      const bool is_answered = entry.responded_at != kForever;
      current = fields.current;
      at_answer = fields.At(is_answered || entry.sent_at == kNull ? entry.responded_at : entry.sent_at);
      at_sending = entry.sent_at == kNull ? at_answer : fields.At(entry.sent_at);
    }
    row.Set<Column::kOwnAgent>(own_agent)
        .Set<Column::kOwnTeam>(own_team)
        .Set<Column::kTicketAgent>(at_answer[kAgentField])
        .Set<Column::kTicketTeam>(at_answer[kTeamField])
        .Set<Column::kTicketAgentAtSent>(at_sending[kAgentField])
        .Set<Column::kTicketTeamAtSent>(at_sending[kTeamField])
        .SetBlock<Column::kAgentCurrent>(own_else(current))
        .SetBlock<Column::kAgent>(own_else(at_answer))
        .SetBlock<Column::kAgentAtSent>(own_else(at_sending));
  }

  void SetScore(const Entry& entry, Row& row) {
    const v1::Survey& survey = *entry.survey;
    const Scale scale = ScaleOf(survey);
    const bool is_answered = entry.responded_at != kForever;
    row.Set<Column::kScore>(is_answered ? scale.Turned(Billionths(survey.score())) : kNull)
        .Set<Column::kScaleMin>(scale.min)
        .Set<Column::kScaleMax>(scale.max)
        .Set<Column::kThreshold>(survey.has_threshold() ? scale.Turned(Billionths(survey.threshold())) : kNull)
        .Set<Column::kReversed>(scale.is_reversed);
  }

  const SeenTicket* ticket_;
  Codes& codes_;
};

}  // namespace

void WriteSurveys(const std::vector<const v1::Survey*>& surveys, const SeenTicket* ticket, Codes& codes,
                  std::vector<Fact>* facts) {
  std::vector<Entry> entries;
  entries.reserve(surveys.size());
  for (const v1::Survey* survey : surveys) entries.push_back(EntryOf(*survey));
  FindSuperseded(entries);
  SurveyWriter writer(ticket, codes);
  for (const Entry& entry : entries) writer.Write(entry, facts);
}

}  // namespace supportkpi::fact
