#!/bin/sh
# Everything: builds once in release, runs the Swift tests and the end-to-end tests against that same build, and prints
# one closing line with the sum. Exits with 0 only if something ran and nothing failed.
#
# Further arguments go to pytest: scripts/test.sh -k "main job"
set -u
root=$(cd "$(dirname "$0")/.." && pwd)
cd "$root" || exit 1
results=$root/.build/test-results
mkdir -p "$results"
rm -f "$results"/*.xml

fail() {
    echo "$1" >&2
    echo "0 passed, 1 failed"
    exit 1
}

scripts/install-dependencies.sh build test || fail "Could not install what the tests need."
scripts/python-environment.sh || fail "Could not make the Python environment of the end-to-end tests."

# One build for both: the unit tests and the program under test are the release build that users get.
swift build -c release --build-tests || fail "The build failed."

# In three parts: suites that only compute would keep every thread busy, and those that talk to servers, with their time
# limits, would fail for want of one; the mail and webhook suites, whose limits are those of real far ends, most of all.
mailing='^DeliveryTests\.'
computing='^(ArchitectureTests|ChronologyTests|NotationTests|CoreTests|IntakeTests|PlaybookTests|ImportingTests|EngineTests|FuzzTests|OnCallTests|MigratingTests)\.'
unit=0
swift test -c release --skip-build --filter "$computing" --xunit-output "$results/unit-computing.xml" || unit=1
swift test -c release --skip-build --filter "$mailing" --xunit-output "$results/unit-mailing.xml" || unit=1
swift test -c release --skip-build --skip "$computing" --skip "$mailing" --xunit-output "$results/unit-talking.xml" || unit=1
.build/venv/bin/python -m pytest Tests/EndToEnd -c Tests/EndToEnd/pytest.ini \
    --junitxml "$results/end-to-end.xml" "$@"
end_to_end=$?

.build/venv/bin/python scripts/summarise-tests.py \
    "Swift tests" "$unit" "$results/unit*.xml" \
    "End-to-end tests" "$end_to_end" "$results/end-to-end.xml"
