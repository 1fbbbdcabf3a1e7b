// When tickets that changed were created, commit by commit: what is told by other tickets stays true of those that none of the
// changed ones can concern.
#ifndef SUPPORTKPI_EXEC_NATIVE_REPEAT_CHANGE_LOG_H_
#define SUPPORTKPI_EXEC_NATIVE_REPEAT_CHANGE_LOG_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

namespace supportkpi::exec::native {

// Cheap to copy: what was added is shared.
class RepeatChangeLog {
 public:
  // Nothing changed since that commit.
  explicit RepeatChangeLog(int64_t commit = 0) : began_(commit) {}

  // Of a commit after all others; none: nothing changed.
  void Add(int64_t commit, std::vector<int64_t> created_at);
  // The last commit with a change from one instant to another, both included; the first one of all where there is none. It may
  // name one in which the change was near, never an earlier one than the last.
  int64_t LastIn(int64_t from, int64_t until) const;

 private:
  // Many instants are told by the first and the last, many commits by fewer.
  static constexpr size_t kInstantsMax = 4096, kCommitsMax = 256;
  struct Changes {
    int64_t commit;
    std::vector<int64_t> created_at;  // ascending, each once
    bool is_range;                    // all between the first and the last
  };
  static Changes Of(int64_t commit, std::vector<int64_t> created_at, bool is_range);

  int64_t began_;
  std::vector<std::shared_ptr<const Changes>> changes_;  // by commit
};

}  // namespace supportkpi::exec::native

#endif  // SUPPORTKPI_EXEC_NATIVE_REPEAT_CHANGE_LOG_H_
