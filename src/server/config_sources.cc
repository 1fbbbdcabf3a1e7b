// Reads each source completely before anything is refused, so that all faults are told at once.
#include "server/config_sources.h"

#include <unistd.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "access/refusal.h"
#include "server/settings.h"
#include "time/edit_distance.h"
#include "yaml-cpp/yaml.h"

namespace supportkpi::server {

namespace {

constexpr absl::string_view kPrefix = "SUPPORTKPI_";
constexpr absl::string_view kFileVariable = "SUPPORTKPI_CONFIG";

struct Value {
  std::string text;
  std::string source;  // for faults: "--listen", "SUPPORTKPI_LISTEN", "kpi.yaml:3"
};
using Values = std::map<std::string, Value>;  // by setting

std::string Unknown(absl::string_view source, absl::string_view name) {
  const Setting* nearest = nullptr;
  int fewest = static_cast<int>(std::min<size_t>(4, name.size() / 3 + 1));  // short names are near to anything
  for (const Setting& setting : Settings()) {
    const int distance = time::EditDistance(name.substr(0, 64), setting.name);
    if (distance >= fewest) continue;
    fewest = distance;
    nearest = &setting;
  }
  return absl::StrCat(source, ": there is no setting ", access::Quoted(name), "; ",
                      nearest != nullptr ? absl::StrCat("did you mean \"", nearest->name, "\"?") : "--help lists them");
}

bool IsBool(const Setting& setting) { return std::holds_alternative<bool Config::*>(setting.field); }

// --name=value, --name value, --name and --noname where it is true or false.
class CommandLine {
 public:
  CommandLine(const std::vector<std::string>& arguments, LoadedConfig* loaded, std::vector<std::string>* faults)
      : loaded_(*loaded), faults_(*faults) {
    for (size_t i = 0; i < arguments.size(); ++i) {
      const std::string* next = i + 1 < arguments.size() ? &arguments[i + 1] : nullptr;
      if (TakesNext(arguments[i], next)) ++i;
    }
  }
  Values values;
  std::optional<std::string> file;

 private:
  // True: the next argument is the value of this one.
  bool TakesNext(absl::string_view argument, const std::string* next) {
    if (!absl::StartsWith(argument, "-")) {
      faults_.push_back(absl::StrCat(access::Quoted(argument), " is no flag; flags are --name=value, --help lists them"));
      return false;
    }
    argument.remove_prefix(absl::StartsWith(argument, "--") ? 2 : 1);
    const size_t equals = argument.find('=');
    std::string name(argument.substr(0, equals));
    std::optional<std::string> text;
    if (equals != absl::string_view::npos) text = std::string(argument.substr(equals + 1));
    if (name == "help" || name == "h") return Is(&loaded_.help);
    if (name == "version") return Is(&loaded_.version);
    if (name == "print_config") return Is(&loaded_.print);
    const Setting* setting = FindSetting(name);
    if (setting == nullptr && !text.has_value() && absl::StartsWith(name, "no")) {
      setting = FindSetting(name.substr(2));
      if (setting != nullptr && !IsBool(*setting)) setting = nullptr;
      if (setting != nullptr) text = "false";
    }
    if (setting == nullptr && name != "config") {
      faults_.push_back(Unknown(absl::StrCat("--", absl::CHexEscape(name.substr(0, 64))), name));
      return false;
    }
    if (setting != nullptr && IsBool(*setting) && !text.has_value()) text = "true";
    const bool takes_next = !text.has_value();
    if (takes_next && next == nullptr) {
      faults_.push_back(absl::StrCat("--", name, ": no value; --", name, "=VALUE"));
      return false;
    }
    if (takes_next) text = *next;
    if (setting == nullptr) {
      file = *text;
    } else {
      values[std::string(setting->name)] = {*text, absl::StrCat("--", setting->name)};
    }
    return takes_next;
  }

  bool Is(bool* flag) {
    *flag = true;
    return false;
  }

  LoadedConfig& loaded_;
  std::vector<std::string>& faults_;
};

// What Kubernetes sets for a service named supportkpi is no setting of ours.
bool IsOfKubernetes(absl::string_view name) {
  return name == "SUPPORTKPI_PORT" || absl::StartsWith(name, "SUPPORTKPI_PORT_") ||
         absl::StartsWith(name, "SUPPORTKPI_SERVICE_");
}

Values FromEnvironment(const Environment& environment, std::vector<std::string>* notes) {
  Values values;
  for (const auto& [name, text] : environment) {
    if (!absl::StartsWith(name, kPrefix) || name == kFileVariable) continue;
    const Setting* setting = FindSetting(absl::AsciiStrToLower(absl::string_view(name).substr(kPrefix.size())));
    if (setting != nullptr) {
      values[std::string(setting->name)] = {text, name};
    } else if (!IsOfKubernetes(name)) {
      notes->push_back(absl::StrCat("the variable ", name, " names no setting; it is ignored"));
    }
  }
  return values;
}

// yaml-cpp tells of faults by exceptions; none leaves here.
Values FromFile(const std::string& path, std::vector<std::string>* faults) {
  Values values;
  try {
    const YAML::Node root = YAML::LoadFile(path);
    if (root.IsNull()) return values;
    if (!root.IsMap()) {
      faults->push_back(absl::StrCat(path, ": not a list of `setting: value` lines"));
      return values;
    }
    for (const auto& entry : root) {
      const std::string source = absl::StrCat(path, ":", entry.first.Mark().line + 1);
      if (!entry.first.IsScalar()) {
        faults->push_back(absl::StrCat(source, ": the name of a setting is a text"));
        continue;
      }
      const std::string name = entry.first.Scalar();
      const Setting* setting = FindSetting(name);
      if (setting == nullptr) {
        faults->push_back(Unknown(source, name));
      } else if (!entry.second.IsScalar() && !entry.second.IsNull()) {
        faults->push_back(absl::StrCat(source, ": ", name, ": one value, not a list or a map; ", TypeOf(*setting)));
      } else if (!values.emplace(name, Value{entry.second.IsNull() ? "" : entry.second.Scalar(), source}).second) {
        faults->push_back(absl::StrCat(source, ": ", name, ": given twice"));
      }
    }
  } catch (const YAML::BadFile&) {
    faults->push_back(absl::StrCat("config: cannot read the file ", path));
  } catch (const YAML::Exception& e) {
    faults->push_back(absl::StrCat(path, ":", e.mark.line + 1, ": not YAML: ", e.msg));
  }
  return values;
}

void Apply(const Values& values, absl::string_view origin, LoadedConfig* loaded, std::vector<std::string>* faults) {
  for (const auto& [name, value] : values) {
    Config changed = loaded->config;
    const absl::Status status = SetFromText(*FindSetting(name), value.text, &changed);
    if (!status.ok()) {
      faults->push_back(absl::StrCat(value.source, ": ", status.message()));  // which starts with the name
      continue;
    }
    loaded->config = std::move(changed);
    loaded->origins[name] = std::string(origin);
  }
}

}  // namespace

Environment EnvironmentOfProcess() {
  Environment variables;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::pair<std::string, std::string> parts = absl::StrSplit(*entry, absl::MaxSplits('=', 1));
    variables[parts.first] = parts.second;
  }
  return variables;
}

absl::StatusOr<LoadedConfig> LoadConfig(const std::vector<std::string>& arguments, const Environment& environment) {
  LoadedConfig loaded;
  std::vector<std::string> faults;
  const CommandLine flags(arguments, &loaded, &faults);
  if (loaded.help || loaded.version) return loaded;
  for (const Setting& setting : Settings()) loaded.origins[std::string(setting.name)] = "default";

  if (const auto named = environment.find(std::string(kFileVariable)); named != environment.end()) {
    loaded.file = named->second;
  }
  if (flags.file.has_value()) loaded.file = *flags.file;
  if (!loaded.file.empty()) Apply(FromFile(loaded.file, &faults), "file", &loaded, &faults);
  Apply(FromEnvironment(environment, &loaded.notes), "environment", &loaded, &faults);
  Apply(flags.values, "flag", &loaded, &faults);

  if (const absl::Status status = Validate(loaded.config); !status.ok()) faults.emplace_back(status.message());
  if (!faults.empty()) return absl::InvalidArgumentError(absl::StrJoin(faults, "\n"));
  return loaded;
}

std::string PrintConfig(const LoadedConfig& loaded) {
  std::string out = absl::StrCat("# file: ", loaded.file.empty() ? "none" : loaded.file, "\n");
  for (const Setting& setting : Settings()) {
    const std::string text = TextOf(setting, loaded.config);
    const bool is_text = std::holds_alternative<std::string Config::*>(setting.field);
    YAML::Emitter quoted;
    if (is_text) quoted << YAML::DoubleQuoted << text;
    const std::string line = absl::StrCat(setting.name, ": ", is_text ? quoted.c_str() : text);
    absl::StrAppendFormat(&out, "%-50s # %s\n", line, loaded.origins.at(std::string(setting.name)));
  }
  return out;
}

std::string HelpText() {
  std::string out =
      "supportkpid serves support KPIs over gRPC.\n\n"
      "  supportkpid --data_dir=FOLDER [--listen=127.0.0.1:50051] [--SETTING=VALUE ...]\n"
      "  supportkpid token --name=NAME --tenant=TENANT --roles=read,write   makes a token and its entry\n"
      "  supportkpid health | backup | restore ...                          `supportkpid COMMAND --help` tells more\n\n"
      "  --config=FILE      YAML file of settings, `name: value` lines; also by SUPPORTKPI_CONFIG\n"
      "  --print_config     check the settings, print each with where it came from, and end\n"
      "  --version, --help\n\n"
      "A setting is taken from its flag --name=VALUE, else from the variable SUPPORTKPI_NAME, else from the file. Every\n"
      "fault is told at once. Those marked (*) are read again at SIGHUP; the log says what changed, or why nothing did.\n\n";
  const Config defaults;
  for (const Setting& setting : Settings()) {
    const std::string text = TextOf(setting, defaults);
    absl::StrAppend(&out, "  --", setting.name, setting.reload == Reload::kSighup ? " (*)" : "", "\n      ", setting.meaning,
                    "\n      ", TypeOf(setting), text.empty() ? "" : absl::StrCat("; default ", text), "\n");
  }
  absl::StrAppend(&out,
                  "\nExit codes:\n"
                  "  0   stopped by SIGTERM or SIGINT\n"
                  "  64  wrong settings, or a file that they name cannot be used\n"
                  "  65  the store is damaged\n"
                  "  69  the address cannot be listened on, or the store failed while serving\n"
                  "  70  anything else\n"
                  "  75  another process has the store\n");
  return out;
}

}  // namespace supportkpi::server
