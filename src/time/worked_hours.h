// The working time before an instant by a table of UTC hours: one look-up, no branch that instants decide. An entry tells of
// an hour that is open during one piece of it; hours that breaks or a change of offset cut into more are asked of the
// function that the table stands for. Pages of 8,192 hours (128 KiB) are made when first looked at; 64 of them, from
// 1990 to 2049, outside which the function is asked. Any number of threads may ask. Who asks of many instants near each other
// takes the page (WorkedPage) and needs no call for each.
#ifndef SUPPORTKPI_TIME_WORKED_HOURS_H_
#define SUPPORTKPI_TIME_WORKED_HOURS_H_

#include <algorithm>
#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>

namespace supportkpi::time {

// An hour of the table.
struct WorkedHour {
  static constexpr int32_t kSeveralPieces = -1;
  static constexpr uint64_t kLengthMs = 3'600'000;

  int64_t worked_before_ms = 0;
  int32_t start_ms = 0;  // of the open piece, from the begin of the hour
  int32_t length_ms = 0;

  bool is_told() const { return length_ms != kSeveralPieces; }
  int64_t Before(int32_t in_hour_ms) const { return worked_before_ms + std::max(0, std::min(in_hour_ms - start_ms, length_ms)); }
};

// Some of the hours, in order; no instant lies in none. The table must outlive it.
struct WorkedPage {
  const WorkedHour* hours = nullptr;
  int64_t first_ms = 0;
  uint64_t length_ms = 0;

  bool Holds(int64_t at_ms) const { return Since(at_ms) < length_ms; }
  // Working time in [from_ms, to_ms). False: an instant lies elsewhere or in an hour that is not told, or they are reversed.
  bool WorkedMs(int64_t from_ms, int64_t to_ms, int64_t* worked_ms) const {
    const uint64_t from = Since(from_ms), to = Since(to_ms);
    if (!((from <= to) & Holds(to_ms))) [[unlikely]] return false;
    const uint64_t from_hour = from / WorkedHour::kLengthMs, to_hour = to / WorkedHour::kLengthMs;
    const WorkedHour &first = hours[from_hour], &last = hours[to_hour];
    if (!(first.is_told() & last.is_told())) [[unlikely]] return false;
    *worked_ms = last.Before(static_cast<int32_t>(to - to_hour * WorkedHour::kLengthMs)) -
                 first.Before(static_cast<int32_t>(from - from_hour * WorkedHour::kLengthMs));
    return true;
  }

 private:
  uint64_t Since(int64_t at_ms) const { return static_cast<uint64_t>(at_ms) - static_cast<uint64_t>(first_ms); }
};

class WorkedHours {
 public:
  WorkedHours() = default;
  WorkedHours(const WorkedHours&) = delete;
  WorkedHours& operator=(const WorkedHours&) = delete;
  ~WorkedHours() {
    for (auto& page : pages_) delete page.load(std::memory_order_relaxed);
  }

  // worked_before(at_ms), which grows by at most 1 ms each ms and is always the same function.
  template <class WorkedBefore>
  int64_t Before(int64_t at_ms, const WorkedBefore& worked_before) const {
    const uint64_t since_ms = static_cast<uint64_t>(at_ms) - kFirstMs;
    const uint64_t hour = since_ms / kHourMs;
    if (hour >= kPages * kPageHours) [[unlikely]] return worked_before(at_ms);
    const WorkedHour& entry = (*PageOf(hour / kPageHours, worked_before))[hour % kPageHours];
    if (!entry.is_told()) [[unlikely]] return worked_before(at_ms);
    return entry.Before(static_cast<int32_t>(since_ms - hour * kHourMs));
  }

  // The page in which the instant lies; none outside the table.
  template <class WorkedBefore>
  WorkedPage PageAt(int64_t at_ms, const WorkedBefore& worked_before) const {
    const uint64_t number = (static_cast<uint64_t>(at_ms) - kFirstMs) / (kPageHours * kHourMs);
    if (number >= kPages) return {};
    return {PageOf(number, worked_before)->data(), FirstMsOf(number), kPageHours * kHourMs};
  }

 private:
  static constexpr size_t kPageHours = 8192;
  static constexpr size_t kPages = 64;
  static constexpr uint64_t kHourMs = WorkedHour::kLengthMs;
  static constexpr int64_t kFirstMs = 631'152'000'000;  // 1990-01-01
  using Page = std::array<WorkedHour, kPageHours>;

  static int64_t FirstMsOf(size_t number) { return kFirstMs + static_cast<int64_t>(number * kPageHours * kHourMs); }

  template <class WorkedBefore>
  const Page* PageOf(size_t number, const WorkedBefore& worked_before) const {
    const Page* page = pages_[number].load(std::memory_order_acquire);
    if (page == nullptr) [[unlikely]] page = MakePage(number, worked_before);
    return page;
  }

  template <class WorkedBefore>
  const Page* MakePage(size_t number, const WorkedBefore& worked_before) const {
    auto page = std::make_unique<Page>();
    int64_t hour_at = FirstMsOf(number);
    int64_t before_ms = worked_before(hour_at);
    for (WorkedHour& hour : *page) {
      const int64_t next_ms = worked_before(hour_at + static_cast<int64_t>(kHourMs));
      hour = {before_ms, 0, static_cast<int32_t>(next_ms - before_ms)};
      if (hour.length_ms != 0 && hour.length_ms != static_cast<int32_t>(kHourMs)) FindPiece(hour_at, worked_before, &hour);
      before_ms = next_ms;
      hour_at += kHourMs;
    }
    const Page* none = nullptr;
    if (pages_[number].compare_exchange_strong(none, page.get(), std::memory_order_acq_rel)) return page.release();
    return none;  // another thread was first
  }

  // Where the open time of an hour begins; all of it follows there unless it is in several pieces.
  template <class WorkedBefore>
  static void FindPiece(int64_t hour_at, const WorkedBefore& worked_before, WorkedHour* hour) {
    int32_t closed_ms = 0, later_ms = static_cast<int32_t>(kHourMs);  // nothing is worked up to the one, something up to the other
    while (later_ms - closed_ms > 1) {
      const int32_t middle_ms = (closed_ms + later_ms) / 2;
      (worked_before(hour_at + middle_ms) == hour->worked_before_ms ? closed_ms : later_ms) = middle_ms;
    }
    hour->start_ms = closed_ms;
    const int32_t end_ms = closed_ms + hour->length_ms;
    const bool is_one = end_ms <= static_cast<int32_t>(kHourMs) &&
                        worked_before(hour_at + end_ms) == hour->worked_before_ms + hour->length_ms;
    if (!is_one) hour->length_ms = WorkedHour::kSeveralPieces;
  }

  mutable std::array<std::atomic<const Page*>, kPages> pages_ = {};
};

}  // namespace supportkpi::time

#endif  // SUPPORTKPI_TIME_WORKED_HOURS_H_
