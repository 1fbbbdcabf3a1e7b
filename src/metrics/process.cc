#include "metrics/process.h"

#include <sys/resource.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <system_error>

namespace supportkpi::metrics {

namespace {

void Add(const char* name, const char* help, bool only_grows, double value, std::vector<Reading>* readings) {
  readings->push_back({name, help, only_grows, {{{}, value}}});
}

// Of proc(5): the fields of /proc/self/stat after the name in parentheses, which may hold blanks; the first is "state".
std::vector<double> StatFields() {
  std::ifstream file("/proc/self/stat");
  std::string text((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  std::vector<double> fields;
  const size_t end_of_name = text.rfind(')');
  if (end_of_name == std::string::npos) return fields;
  std::istringstream rest(text.substr(end_of_name + 1));
  std::string state;
  rest >> state;
  for (double number; rest >> number;) fields.push_back(number);
  return fields;
}

double BootSeconds() {
  std::ifstream file("/proc/stat");
  for (std::string word; file >> word;) {
    double seconds = 0;
    if (word == "btime" && file >> seconds) return seconds;
  }
  return 0;
}

}  // namespace

void ReadProcess(std::vector<Reading>* readings) {
  static const double ticks_per_second = static_cast<double>(sysconf(_SC_CLK_TCK));
  static const double page_bytes = static_cast<double>(sysconf(_SC_PAGESIZE));
  static const double boot_seconds = BootSeconds();
  // Places of proc(5), less the three before: utime 14, stime 15, num_threads 20, starttime 22, vsize 23, rss 24.
  if (const std::vector<double> stat = StatFields(); stat.size() > 20) {
    Add("process_cpu_seconds_total", "CPU time used, user and system.", true, (stat[10] + stat[11]) / ticks_per_second,
        readings);
    Add("process_threads", "Threads.", false, stat[16], readings);
    Add("process_start_time_seconds", "Start, in seconds since 1970.", false, boot_seconds + stat[18] / ticks_per_second,
        readings);
    Add("process_virtual_memory_bytes", "Virtual memory.", false, stat[19], readings);
    Add("process_resident_memory_bytes", "Resident memory.", false, stat[20] * page_bytes, readings);
  }
  std::error_code error;
  int64_t open_files = 0;
  for (std::filesystem::directory_iterator file("/proc/self/fd", error), end; !error && file != end; file.increment(error)) {
    ++open_files;
  }
  if (!error) Add("process_open_fds", "Open file descriptors.", false, static_cast<double>(open_files), readings);
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) == 0) {
    Add("process_max_fds", "File descriptors that may be open.", false, static_cast<double>(limit.rlim_cur), readings);
  }
}

}  // namespace supportkpi::metrics
