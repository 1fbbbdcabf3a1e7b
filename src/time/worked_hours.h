// The working time before an instant by a table of UTC hours: one look-up, no branch that instants decide. An entry tells of
// an hour that is open during one piece of it; hours that breaks or a change of offset cut into more are asked of the
// function that the table stands for. Pages of 8,192 hours (128 KiB) are made when first looked at; 64 of them, from
// 1990 to 2049, outside which the function is asked. Any number of threads may ask.
#ifndef SUPPORTKPI_TIME_WORKED_HOURS_H_
#define SUPPORTKPI_TIME_WORKED_HOURS_H_

#include <algorithm>
#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>

namespace supportkpi::time {

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
    const uint64_t since_ms = static_cast<uint64_t>(at_ms - kFirstMs);
    const uint64_t hour = since_ms / kHourMs;
    if (hour >= kPages * kPageHours) [[unlikely]] return worked_before(at_ms);
    const Page* page = pages_[hour / kPageHours].load(std::memory_order_acquire);
    if (page == nullptr) [[unlikely]] page = MakePage(hour / kPageHours, worked_before);
    const Hour& entry = (*page)[hour % kPageHours];
    if (entry.length_ms == kSeveralPieces) [[unlikely]] return worked_before(at_ms);
    const auto in_hour_ms = static_cast<int32_t>(since_ms - hour * kHourMs);
    return entry.worked_before_ms + std::clamp(in_hour_ms - entry.start_ms, 0, entry.length_ms);
  }

 private:
  struct Hour {
    int64_t worked_before_ms = 0;
    int32_t start_ms = 0;   // of the open piece, from the begin of the hour
    int32_t length_ms = 0;
  };
  static constexpr int32_t kSeveralPieces = -1;
  static constexpr size_t kPageHours = 8192;
  static constexpr size_t kPages = 64;
  static constexpr uint64_t kHourMs = 3'600'000;
  static constexpr int64_t kFirstMs = 631'152'000'000;  // 1990-01-01
  using Page = std::array<Hour, kPageHours>;

  template <class WorkedBefore>
  const Page* MakePage(size_t number, const WorkedBefore& worked_before) const {
    auto page = std::make_unique<Page>();
    int64_t hour_at = kFirstMs + static_cast<int64_t>(number * kPageHours * kHourMs);
    int64_t before_ms = worked_before(hour_at);
    for (Hour& hour : *page) {
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
  static void FindPiece(int64_t hour_at, const WorkedBefore& worked_before, Hour* hour) {
    int32_t closed_ms = 0, later_ms = static_cast<int32_t>(kHourMs);  // nothing is worked up to the one, something up to the other
    while (later_ms - closed_ms > 1) {
      const int32_t middle_ms = (closed_ms + later_ms) / 2;
      (worked_before(hour_at + middle_ms) == hour->worked_before_ms ? closed_ms : later_ms) = middle_ms;
    }
    hour->start_ms = closed_ms;
    const int32_t end_ms = closed_ms + hour->length_ms;
    const bool is_one = end_ms <= static_cast<int32_t>(kHourMs) &&
                        worked_before(hour_at + end_ms) == hour->worked_before_ms + hour->length_ms;
    if (!is_one) hour->length_ms = kSeveralPieces;
  }

  mutable std::array<std::atomic<const Page*>, kPages> pages_ = {};
};

}  // namespace supportkpi::time

#endif  // SUPPORTKPI_TIME_WORKED_HOURS_H_
