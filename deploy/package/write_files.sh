#!/bin/sh
# write_files.sh CONSILIUM CONSILIUMD CHANGELOG DIR
#
# Lets the two programs write their manual pages and completions into DIR, as
# they are installed: compressed, and the same bytes for the same programs.
set -eu
consilium=$1 consiliumd=$2 changelog=$3 dir=$4

rm -rf "$dir"
mkdir -p "$dir/cli/man/man1" "$dir/cli/completion" "$dir/server/man/man5" \
  "$dir/server/man/man8"
"$consilium" __manual "$dir/cli/man/man1"
"$consiliumd" manual "$dir/server/man"
mv "$dir"/server/man/*.5 "$dir/server/man/man5"
mv "$dir"/server/man/*.8 "$dir/server/man/man8"
find "$dir" -path '*/man/*' -type f -exec gzip -9n {} +
gzip -9nc "$changelog" > "$dir/changelog.gz"
"$consilium" completion bash > "$dir/cli/completion/consilium"
"$consilium" completion zsh > "$dir/cli/completion/_consilium"
"$consilium" completion fish > "$dir/cli/completion/consilium.fish"
touch "$dir/stamp"
