// A range sees a leg from its start, its answer from the answer, its end and outcome from the end.
#include "fact/call_view.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "fact/instants.h"

namespace supportkpi::fact {
namespace {

using column::kForever;
using column::kNull;

int64_t AnswerOf(const v1::CallLeg& leg, int64_t started_at) {
  if (leg.has_answered_at()) return MsOf(leg.answered_at());
  if (leg.outcome() != v1::CALL_OUTCOME_ANSWERED) return kForever;
  return started_at + MsOf(leg.ivr()) + MsOf(leg.queued()) + MsOf(leg.ring());
}

// Menu time on the way to the call's answer is known with it; without an answer that of a leg is known from its end.
int64_t IvrUpTo(const Leg* answering, const std::vector<Leg>& legs, int legs_seen, int64_t known_at) {
  int64_t sum = 0;
  for (int i = 0; i < legs_seen; ++i) {
    const Leg& leg = legs[i];
    const bool counts = answering != nullptr ? leg.started_at <= answering->answered_at : leg.HasEnded(known_at);
    if (counts) sum += MsOf(leg.record->ivr());
  }
  return sum;
}

int64_t TalkUnion(const std::vector<Leg>& legs, int64_t known_at) {
  std::vector<std::pair<int64_t, int64_t>> talks;
  for (const Leg& leg : legs) {
    if (leg.HasEnded(known_at) && leg.IsAgentLeg(known_at)) talks.emplace_back(leg.answered_at, leg.ended_at);
  }
  if (talks.empty()) return kNull;
  std::sort(talks.begin(), talks.end());
  int64_t sum = 0;
  int64_t covered_to = kNull;
  for (const auto& [from, to] : talks) {
    const int64_t begin = std::max(from, covered_to);
    if (to > begin) sum += to - begin;
    covered_to = std::max(covered_to, to);
  }
  return sum;
}

bool IsOffered(const CallView& view) {
  return view.is_inbound && view.outcome != v1::CALL_OUTCOME_FAILED &&
         view.outcome != v1::CALL_OUTCOME_ABANDONED_IN_IVR;
}

}  // namespace

v1::CallOutcome Leg::Outcome(int64_t known_at) const {
  return HasEnded(known_at) ? record->outcome() : v1::CALL_OUTCOME_UNSPECIFIED;
}

bool Leg::IsAgentLeg(int64_t known_at) const {
  if (!IsSeen(known_at) || answered_at > known_at) return false;
  if (!HasEnded(known_at)) return true;
  const v1::CallOutcome outcome = record->outcome();
  return outcome == v1::CALL_OUTCOME_ANSWERED || outcome == v1::CALL_OUTCOME_TRANSFERRED ||
         outcome == v1::CALL_OUTCOME_UNSPECIFIED;
}

std::vector<Leg> OrderLegs(const std::vector<const v1::CallLeg*>& legs) {
  std::vector<Leg> ordered;
  ordered.reserve(legs.size());
  for (const v1::CallLeg* record : legs) {
    Leg leg;
    leg.record = record;
    leg.started_at = MsOf(record->started_at());
    if (record->has_ended_at()) leg.ended_at = MsOf(record->ended_at());
    leg.answered_at = AnswerOf(*record, leg.started_at);
    ordered.push_back(leg);
  }
  std::sort(ordered.begin(), ordered.end(), [](const Leg& a, const Leg& b) {
    return std::tie(a.started_at, a.record->leg()) < std::tie(b.started_at, b.record->leg());
  });
  return ordered;
}

CallView ViewAt(const std::vector<Leg>& legs, int64_t known_at) {
  CallView view;
  view.first = &legs[0];
  view.is_inbound = legs[0].record->direction() != v1::CALL_DIRECTION_OUTBOUND;
  int64_t ended_at = kNull;
  for (const Leg& leg : legs) {
    if (!leg.IsSeen(known_at)) break;
    ++view.legs_seen;
    view.last = &leg;
    if (leg.HasEnded(known_at)) {
      ended_at = std::max(ended_at, leg.ended_at);
    } else {
      view.is_running = true;
    }
    if (leg.Outcome(known_at) == v1::CALL_OUTCOME_RETURNED_TO_QUEUE) view.is_returned = true;
    if (leg.IsAgentLeg(known_at)) {
      ++view.agent_legs;
      if (view.answering == nullptr || leg.answered_at < view.answering->answered_at) view.answering = &leg;
    }
    const auto note = [&](const Leg*& first_with, const std::string& name) {
      if (first_with == nullptr && !name.empty()) first_with = &leg;
    };
    note(view.with_ticket, leg.record->ticket());
    note(view.with_customer, leg.record->customer());
    note(view.with_queue, leg.record->queue());
    note(view.with_topic, leg.record->topic());
  }
  if (!view.is_running) view.ended_at = ended_at;
  view.outcome = view.answering != nullptr ? v1::CALL_OUTCOME_ANSWERED : view.last->Outcome(known_at);
  view.is_offered = IsOffered(view);
  view.ivr_ms = IvrUpTo(view.answering, legs, view.legs_seen, known_at);
  view.talk_union_ms = TalkUnion(legs, known_at);
  return view;
}

std::vector<int64_t> KnowledgeSteps(const std::vector<Leg>& legs) {
  std::vector<int64_t> steps;
  for (const Leg& leg : legs) {
    for (int64_t at : {leg.started_at, leg.answered_at, leg.ended_at}) {
      // What is dated before its leg is known with the leg.
      if (at != kForever) steps.push_back(std::max(at, leg.started_at));
    }
  }
  std::sort(steps.begin(), steps.end());
  steps.erase(std::unique(steps.begin(), steps.end()), steps.end());
  return steps;
}

}  // namespace supportkpi::fact
