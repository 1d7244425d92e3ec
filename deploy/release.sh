#!/usr/bin/env bash
# Makes the files of a release, on any machine with Java 17, git and a way to Maven Central. Publishes nothing.
#
#   deploy/release.sh                 of the tag that is checked out, after all tests
#   deploy/release.sh --version 1.2.0 of the commit that is checked out, under another version
#   deploy/release.sh --skip-tests    without the tests
#   deploy/release.sh --twice         builds once more from a clone in another folder, and compares
#
# They are in target/release: the installation, its SBOM, the changes, and SHA256SUMS of these.
set -euo pipefail
cd "$(dirname "$0")/.."

version='' tests=verify twice=false
while [ $# -gt 0 ]; do
  case $1 in
    --version) version=${2:?--version needs a version, for instance 1.2.0}; shift ;;
    --skip-tests) tests='package -DskipTests' ;;
    --twice) twice=true ;;
    *) echo "release.sh: unknown option $1; see the top of the file" >&2; exit 2 ;;
  esac
  shift
done

if [ -z "$version" ]; then
  tag=$(git describe --tags --exact-match --match 'v[0-9]*' 2>/dev/null) || {
    echo 'release.sh: no tag such as v1.2.0 is checked out; check one out, or give --version' >&2
    exit 2
  }
  version=${tag#v}
fi
if ! [[ $version =~ ^[0-9]+\.[0-9]+\.[0-9]+(-[0-9A-Za-z.]+)?$ ]]; then
  echo "release.sh: version '$version' is not of the form 1.2.0 or 1.2.0-rc.1" >&2
  exit 2
fi
if [ -n "$(git status --porcelain)" ]; then
  echo 'release.sh: there are changes that are not committed; nobody could build this again' >&2
  exit 2
fi
if ! grep -q "^## $version\b" agent/CHANGELOG.md; then
  echo "release.sh: agent/CHANGELOG.md has no section '## $version'" >&2
  exit 2
fi

if grep -q "^## $version\b.*unreleased" agent/CHANGELOG.md; then
  echo "release.sh: agent/CHANGELOG.md says '## $version, unreleased'; give the section the date of the release" >&2
  exit 2
fi
if ! grep -qx "appVersion: $version" deploy/helm/gradwatch/Chart.yaml; then
  echo "release.sh: deploy/helm/gradwatch/Chart.yaml has not appVersion: $version; agent/CONTRIBUTING.md lists where it stands" >&2
  exit 2
fi

# Time stamps inside the files are those of the commit.
commit=$(git rev-parse HEAD)
stamp=$(TZ=UTC git log -1 --date=format-local:%Y-%m-%dT%H:%M:%SZ --format=%cd)
build() {
  # shellcheck disable=SC2086 # $1 is a list of words
  ./mvnw -q clean $1 -Drevision="$version" -Dproject.build.outputTimestamp="$stamp"
}

build "$tests"
out=target/release
rm -rf "$out"
mkdir -p "$out"
cp agent/target/gradwatch.tar.gz "$out/gradwatch-$version.tar.gz"
cp agent/target/gradwatch.sbom.json "$out/gradwatch-$version.sbom.json"
# The section of this version, up to the next one.
sed -n "/^## $version\b/,/^## /{/^## /d;p}" agent/CHANGELOG.md > "$out/CHANGES.md"
(cd "$out" && sha256sum -- * > SHA256SUMS)

if "$twice"; then
  again=$(mktemp -d)
  trap 'rm -rf "$again"' EXIT
  git clone -q . "$again/another folder"
  (cd "$again/another folder" && git checkout -q "$commit" && build 'package -DskipTests')
  for file in gradwatch.tar.gz gradwatch-agent.jar gradwatch.sbom.json; do
    if ! cmp "agent/target/$file" "$again/another folder/agent/target/$file"; then
      echo "release.sh: two builds of $file differ" >&2
      exit 1
    fi
  done
  echo 'Two builds in two folders are the same, byte for byte.'
fi
cat "$out/SHA256SUMS"
