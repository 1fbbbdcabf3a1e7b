// What a part makes of a fact, written down: two parts with the same signature turn equal facts in equal buckets into equal
// states. Names are codes in it, tables made for the question their contents, so whatever an answer depends on besides the facts and the
// buckets is there, or known by its address for as long as it lives.
#ifndef SUPPORTKPI_EXEC_NATIVE_PART_SIGNATURE_H_
#define SUPPORTKPI_EXEC_NATIVE_PART_SIGNATURE_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/types/span.h"
#include "column/chunk.h"
#include "exec/native/bounds.h"
#include "exec/native/compiler.h"
#include "exec/native/part_scan.h"
#include "exec/native/program.h"

namespace supportkpi::exec::native {

struct PartSignature {
  std::string bytes;
  std::vector<std::weak_ptr<const void>> addressed;  // what `bytes` knows by its address; not held, it may be large
  uint64_t hash = 0;
  // Nodes of the program that it was made of, for which something else stands where the facts stand: comparisons with the end of
  // the data, and what other tickets tell.
  std::vector<NodeId> by_data_until, by_other_tickets;

  // False: something else may stand at one of its addresses.
  bool IsWhole() const;
  bool differs_by_chunk() const { return !by_data_until.empty() || !by_other_tickets.empty(); }
};

// What the nodes that a signature leaves out depend on in one chunk; as many words for each chunk. The bounds are the chunk's.
void AddOfChunk(const PartSignature& signature, const Program& program, const QueryResources& resources, const column::Chunk& chunk,
                ChunkBounds& bounds, std::vector<int64_t>* words);

// nullptr: a part whose states are not kept (groups of lists, which a fold may change).
std::shared_ptr<const PartSignature> SignatureOf(const PartScan& scan, const Program& program, const QueryResources& resources);

// Of the values of some nodes alone.
std::shared_ptr<const PartSignature> SignatureOf(absl::Span<const NodeId> nodes, const Program& program, const QueryResources& resources);

}  // namespace supportkpi::exec::native

#endif  // SUPPORTKPI_EXEC_NATIVE_PART_SIGNATURE_H_
