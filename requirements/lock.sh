#!/bin/sh
# Resolve the locked sets; called by `make lock` with the path of uv.
# No index address is written: whoever installs decides where packages come from.
set -eu
uv=$1
options="--quiet --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url --no-emit-find-links"
echo uv | "$uv" pip compile $options - -o uv.txt
"$uv" pip compile $options ../pyproject.toml --extra web -o run.txt
"$uv" pip compile $options ../pyproject.toml --group ../pyproject.toml:dev --extra postgres --extra spark --extra web -c run.txt -o dev.txt
