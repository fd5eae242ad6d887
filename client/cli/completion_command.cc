#include "absl/strings/str_cat.h"
#include "client/cli/completion.h"

namespace consilium {
namespace {

constexpr char kBash[] = R"(# bash completion of consilium. Load it with:
#   source <(consilium completion bash)
_consilium() {
  local cur words cword line files=0
  if declare -F _get_comp_words_by_ref >/dev/null; then
    # Keeps HOST:PORT and --flag=value in one word.
    _get_comp_words_by_ref -n "=:" cur words cword
  else
    words=("${COMP_WORDS[@]}")
    cword=$COMP_CWORD
    cur=${words[cword]}
  fi
  COMPREPLY=()
  while IFS= read -r line; do
    case $line in
      :files) files=1 ;;
      :end) ;;
      *) COMPREPLY+=("${line%%$'\t'*}") ;;
    esac
  done < <("${words[0]}" __complete -- "${words[@]:1:cword}" 2>/dev/null)
  if ((files)); then
    compopt -o filenames
    while IFS= read -r line; do
      COMPREPLY+=("$line")
    done < <(compgen -f -- "$cur")
  fi
  if declare -F __ltrim_colon_completions >/dev/null; then
    __ltrim_colon_completions "$cur"
  fi
}
complete -F _consilium consilium
)";

constexpr char kZsh[] = R"(#compdef consilium
# zsh completion of consilium. Load it with:
#   source <(consilium completion zsh)
_consilium() {
  local line files=0
  local -a candidates
  while IFS= read -r line; do
    case $line in
      :files) files=1 ;;
      :end) ;;
      *) candidates+=("${${line%%$'\t'*}//:/\\:}:${line#*$'\t'}") ;;
    esac
  done < <("${words[1]}" __complete -- "${(@)words[2,CURRENT]}" 2>/dev/null)
  (( $#candidates )) && _describe -V consilium candidates
  (( files )) && _files
}
if [[ "${funcstack[1]}" == _consilium ]]; then
  _consilium
else
  compdef _consilium consilium
fi
)";

constexpr char kFish[] = R"(# fish completion of consilium. Load it with:
#   consilium completion fish | source
function __consilium_complete
  set -l words (commandline -opc)
  set -l current (commandline -ct)
  for line in ($words[1] __complete -- $words[2..-1] "$current" 2>/dev/null)
    switch $line
      case ':files'
        __fish_complete_path "$current"
      case ':end'
      case '*'
        echo $line
    end
  end
end
complete -c consilium -f -a '(__consilium_complete)'
)";

class CompletionCommand : public Command {
 public:
  void Declare(CommandSpec& spec) override {
    spec.Summary("Print the script that makes the shell complete commands")
        .Example("source <(consilium completion bash)")
        .Example("consilium completion fish | source");
    spec.Argument("SHELL", &shell_, "The shell").Choices(CompletionShells());
  }

  absl::StatusOr<ExitCode> Run(CommandContext& context) override {
    context.io.out << CompletionScript(shell_);
    return ExitCode::kOk;
  }

 private:
  std::string shell_;
};

}  // namespace

const std::vector<std::string>& CompletionShells() {
  static const auto* const shells =
      new std::vector<std::string>{"bash", "zsh", "fish"};
  return *shells;
}

std::string CompletionScript(absl::string_view shell) {
  if (shell == "bash") return kBash;
  if (shell == "zsh") return kZsh;
  if (shell == "fish") return kFish;
  return "";
}

std::unique_ptr<Command> MakeCompletionCommand() {
  return std::make_unique<CompletionCommand>();
}

}  // namespace consilium
