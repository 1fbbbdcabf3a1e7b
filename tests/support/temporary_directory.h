// A directory of a test's own that goes when the test ends.
#ifndef SUPPORTKPI_TESTS_SUPPORT_TEMPORARY_DIRECTORY_H_
#define SUPPORTKPI_TESTS_SUPPORT_TEMPORARY_DIRECTORY_H_

#include <stdlib.h>

#include <filesystem>
#include <string>
#include <system_error>

namespace supportkpi::testing {

class TemporaryDirectory {
 public:
  TemporaryDirectory() {
    std::string name = (std::filesystem::temp_directory_path() / "supportkpi_test_XXXXXX").string();
    path_ = mkdtemp(name.data());
  }
  ~TemporaryDirectory() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  TemporaryDirectory(const TemporaryDirectory&) = delete;
  TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

}  // namespace supportkpi::testing

#endif  // SUPPORTKPI_TESTS_SUPPORT_TEMPORARY_DIRECTORY_H_
