#!/bin/sh
# Brings a bare Debian 12 or later to where `npm test` passes: as root, in the dev container, a virtual machine or a
# privileged container. Everything else the commands fetch themselves, into node_modules/ and .local/.
set -eu
cd "$(dirname "$0")/.."

export DEBIAN_FRONTEND=noninteractive
apt-get update
# git is what the tests read checkouts with; without recommended packages npm comes without compilers.
apt-get install --yes --no-install-recommends ca-certificates git nodejs npm

# A checkout that belongs to the user of the host is not root's, and git does not read it unless it is told to.
git config --global --replace-all safe.directory "$PWD" "^$PWD\$"

# The packages of the lock file, Node 24 among them: any command brings them, and this one does nothing else.
npm run --silent types -- --help >/dev/null
echo 'Ready: npm test, npm run test:unit, npm run demo.'
