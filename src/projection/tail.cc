#include "projection/tail.h"

#include <algorithm>
#include <utility>

#include "projection/layout.h"

namespace supportkpi::projection {

namespace {

constexpr size_t kFirstSlots = 64;

}  // namespace

void RowIndex::Grow() {
  std::vector<Slot> old(std::max(kFirstSlots, slots_.size() * 2));
  old.swap(slots_);
  used_ = 0;
  for (const Slot& slot : old) {
    if (slot.packed != kFree) Insert(slot.hash, Unpack(slot.packed));
  }
}

void RowIndex::Insert(uint64_t hash, TailRow row) {
  if ((used_ + 1) * 3 > slots_.size() * 2) Grow();
  const size_t mask = slots_.size() - 1;
  size_t at = Home(hash);
  while (slots_[at].packed != kFree) at = (at + 1) & mask;
  slots_[at] = {hash, Pack(row)};
  ++used_;
}

void RowIndex::Erase(uint64_t hash, TailRow row) {
  if (slots_.empty()) return;
  const size_t mask = slots_.size() - 1;
  const uint64_t packed = Pack(row);
  size_t at = Home(hash);
  while (slots_[at].packed != packed) {
    if (slots_[at].packed == kFree) return;
    at = (at + 1) & mask;
  }
  // Close the gap: move back whatever would no longer be reached from its home.
  for (size_t next = (at + 1) & mask; slots_[next].packed != kFree; next = (next + 1) & mask) {
    const size_t home = Home(slots_[next].hash);
    if (((next - home) & mask) < ((next - at) & mask)) continue;
    slots_[at] = slots_[next];
    at = next;
  }
  slots_[at].packed = kFree;
  --used_;
}

Tail::Piece::Piece(fact::FactSet set) : rows(LayoutOf(set).columns) {}

void Tail::Stage(absl::Span<const Birth> births, int64_t born) {
  if (births.empty()) return;
  const fact::FactSet number = births.front().fact->set;
  Set& set = sets_[static_cast<size_t>(number)];
  std::vector<column::PlainRow> rows;
  rows.reserve(births.size());
  for (const Birth& birth : births) rows.push_back(RowOf(*birth.fact));
  for (size_t done = 0; done < births.size();) {
    if (set.pieces.empty()) set.pieces.push_back(std::make_unique<Piece>(number));
    const auto piece = static_cast<uint32_t>(set.pieces.size() - 1);
    const uint32_t first = set.pieces[piece]->rows.row_count();
    const size_t count = set.pieces[piece]->rows.Append(absl::MakeConstSpan(rows).subspan(done), born);
    for (size_t i = 0; i < count; ++i) {
      staged_.push_back({births[done + i].hash, {number, piece, first + static_cast<uint32_t>(i)}});
    }
    done += count;
    if (done < births.size()) set.pieces.push_back(std::make_unique<Piece>(number));
  }
}

void Tail::StageFamily(const std::vector<fact::Fact>& facts, int64_t born) {
  std::vector<Birth> births;  // neighbours of one set
  for (size_t i = 0; i < facts.size(); ++i) {
    births.push_back({&facts[i], HashOf(facts[i])});
    if (i + 1 < facts.size() && facts[i + 1].set == facts[i].set) continue;
    Stage(births, born);
    births.clear();
  }
}

void Tail::DropStaged() {
  staged_.clear();
  for (Set& set : sets_) {
    set.pieces.resize(set.shown_pieces);
    if (!set.pieces.empty()) set.pieces.back()->rows.TruncateTo(set.shown_rows);
  }
}

void Tail::PublishStaged() {
  const TailRow* before = nullptr;
  for (const Staged& staged : staged_) {
    index_.Insert(staged.hash, staged.row);
    // Rows of one piece mostly come one after the other; each touched piece is shown anew once below.
    if (before == nullptr || before->set != staged.row.set || before->piece != staged.row.piece) {
      sets_[static_cast<size_t>(staged.row.set)].pieces[staged.row.piece]->shown = nullptr;
    }
    before = &staged.row;
  }
  row_count_ += static_cast<int64_t>(staged_.size());
  staged_.clear();
  for (Set& set : sets_) {
    for (size_t i = set.shown_pieces == 0 ? 0 : set.shown_pieces - 1; i < set.pieces.size(); ++i) {
      if (set.pieces[i]->shown == nullptr) set.pieces[i]->shown = set.pieces[i]->rows.Show();
    }
    set.shown_pieces = set.pieces.size();
    set.shown_rows = set.pieces.empty() ? 0 : set.pieces.back()->rows.row_count();
  }
}

std::optional<TailRow> Tail::Find(const fact::Fact& fact, uint64_t hash,
                                  const std::function<bool(const TailRow&)>& is_taken) const {
  std::optional<TailRow> found;
  const column::PlainRow row = RowOf(fact);
  index_.ForEach(hash, [&](const TailRow& candidate) {
    if (candidate.set != fact.set || is_taken(candidate)) return true;
    const Piece& piece = *sets_[static_cast<size_t>(candidate.set)].pieces[candidate.piece];
    if (!piece.rows.Equals(candidate.row, row)) return true;
    found = candidate;
    return false;
  });
  return found;
}

void Tail::Kill(const TailRow& row, uint64_t hash, int64_t commit) {
  index_.Erase(hash, row);
  auto& killed = sets_[static_cast<size_t>(row.set)].pieces[row.piece]->killed;
  if (killed.empty()) killed_.push_back(row);
  killed.push_back({row.row, commit});
  ++dead_count_;
}

void Tail::PublishKills() {
  for (const TailRow& row : killed_) {
    Piece& piece = *sets_[static_cast<size_t>(row.set)].pieces[row.piece];
    piece.rows.deaths()->Add(std::move(piece.killed));
    piece.killed.clear();
  }
  killed_.clear();
}

std::vector<std::shared_ptr<const column::PlainChunk>> Tail::Chunks(fact::FactSet set) const {
  std::vector<std::shared_ptr<const column::PlainChunk>> chunks;
  for (const auto& piece : sets_[static_cast<size_t>(set)].pieces) {
    if (piece->shown != nullptr && piece->shown->row_count() > 0) chunks.push_back(piece->shown);
  }
  return chunks;
}

int64_t Tail::byte_count() const {
  int64_t bytes = index_.byte_count();
  for (const Set& set : sets_) {
    for (const auto& piece : set.pieces) bytes += piece->rows.byte_count();
  }
  return bytes;
}

}  // namespace supportkpi::projection
