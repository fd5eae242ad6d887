#include "client/cli/followed_stream.h"

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "client/api/backoff.h"
#include "client/cli/display_text.h"
#include "client/cli/limits.h"

namespace consilium {
namespace {

// Whether the same call from where it was may end otherwise: the server
// stopped, the stream got old, or we read it too slowly.
bool IsWorthAnother(const absl::Status& status, const Settings& settings) {
  return absl::IsUnavailable(status) || absl::IsResourceExhausted(status) ||
         (absl::IsDeadlineExceeded(status) && !settings.timeout.has_value());
}

void Tell(const CommandContext& context, absl::string_view what) {
  if (!context.settings.quiet) {
    context.io.err << VisibleText(what) << std::endl;
  }
}

}  // namespace

absl::Status Follow(const CommandContext& context, ServerSession& session,
                    const FollowedStream& stream) {
  Backoff backoff(kFollowDelayMin, kFollowDelayMax);
  while (true) {
    (void)stream.resume();
    bool any = false;
    const absl::Status ended = session.caller().Stream(
        stream.method, stream.request, stream.response,
        [&] {
          any = true;
          return stream.visit();
        },
        session.options(kStreamDeadline));
    if (!IsWorthAnother(ended, context.settings)) return ended;
    if (any) backoff.Reset();
    Tell(context, absl::StrCat(ended.message(),
                               "; trying again until it goes "
                               "on after ",
                               stream.resume()));
    // A stream says nothing while nothing happens; this tells whether it would.
    absl::Status back = ended;
    while (!back.ok()) {
      absl::SleepFor(backoff.Next());
      back = session.Standing(stream.registry).status();
      if (!back.ok() && !absl::IsUnavailable(back) &&
          !absl::IsDeadlineExceeded(back)) {
        return back;
      }
    }
    Tell(context,
         absl::StrCat(session.caller().address(),
                      " answers again; going on after ", stream.resume()));
  }
}

}  // namespace consilium
