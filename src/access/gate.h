// Who a call comes from: what it shows, against credentials that can be exchanged while calls go on.
#ifndef SUPPORTKPI_ACCESS_GATE_H_
#define SUPPORTKPI_ACCESS_GATE_H_

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "access/caller.h"
#include "access/credentials.h"
#include "access/jwks.h"
#include "access/jwt.h"

namespace supportkpi::access {

// What a call shows. It is taken anew from each call: nothing of it is kept with the connection.
struct Shown {
  std::vector<std::string> authorizations;  // values of the header `authorization`
  CertificateNames certificate;             // of the connection's verified client certificate
};

// Longer ones are not looked at.
inline constexpr size_t kAuthorizationBytesMax = 4096;

// All that callers can be known by. Neither: everybody may do everything.
struct Keyring {
  std::optional<Credentials> credentials;
  std::optional<KeySet> keys;
  JwtRules rules;
};

// Callable from any thread.
class Gate {
 public:
  explicit Gate(Keyring keyring) { Exchange(std::move(keyring)); }
  Gate() : Gate(Keyring()) {}

  // For calls from now on.
  void Exchange(Keyring keyring) ABSL_LOCKS_EXCLUDED(mutex_);

  // A bearer token decides, else the certificate. UNAUTHENTICATED `authorization: ...`; never whether a tenant exists.
  absl::StatusOr<Caller> Identify(const Shown& shown, absl::Time now) const ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  mutable absl::Mutex mutex_;
  // Shared with the calls that are being identified.
  std::shared_ptr<const Keyring> keyring_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace supportkpi::access

#endif  // SUPPORTKPI_ACCESS_GATE_H_
