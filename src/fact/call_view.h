// A call as it is known at an instant: which legs are seen, which were answered and have ended by then.
#ifndef SUPPORTKPI_FACT_CALL_VIEW_H_
#define SUPPORTKPI_FACT_CALL_VIEW_H_

#include <cstdint>
#include <vector>

#include "column/value.h"
#include "fact/reduction.h"

namespace supportkpi::fact {

struct Leg {
  const v1::CallLeg* record = nullptr;
  int64_t started_at = 0;
  int64_t answered_at = column::kForever;  // of an answered leg that does not say when: after menu, queue and ringing
  int64_t ended_at = column::kForever;

  // As known once all up to and including the instant is known.
  bool IsSeen(int64_t known_at) const { return started_at <= known_at; }
  bool HasEnded(int64_t known_at) const { return ended_at <= known_at; }
  bool IsAgentLeg(int64_t known_at) const;
  v1::CallOutcome Outcome(int64_t known_at) const;
};

// The legs of one call by start, then leg id.
std::vector<Leg> OrderLegs(const std::vector<const v1::CallLeg*>& legs);

struct CallView {
  const Leg* first = nullptr;
  const Leg* last = nullptr;       // of the legs seen
  const Leg* answering = nullptr;  // the leg that was answered first; nullptr: none yet
  const Leg* with_ticket = nullptr;  // the first that names one, likewise below
  const Leg* with_customer = nullptr;
  const Leg* with_queue = nullptr;
  const Leg* with_topic = nullptr;
  int legs_seen = 0;               // the first so many are seen
  bool is_inbound = false;
  bool is_running = false;
  bool is_offered = false;
  bool is_returned = false;
  v1::CallOutcome outcome = v1::CALL_OUTCOME_UNSPECIFIED;
  int64_t ended_at = column::kForever;
  int64_t agent_legs = 0;
  int64_t ivr_ms = 0;              // up to the answer
  int64_t talk_union_ms = column::kNull;
};

// `known_at` is not before the first leg's start.
CallView ViewAt(const std::vector<Leg>& legs, int64_t known_at);
// The instants at which more becomes known, ascending, the call's start first.
std::vector<int64_t> KnowledgeSteps(const std::vector<Leg>& legs);

}  // namespace supportkpi::fact

#endif  // SUPPORTKPI_FACT_CALL_VIEW_H_
