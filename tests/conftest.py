"""What every test may ask for; each subject has its file in tests/fixtures."""

import os

pytest_plugins = [
    "tests.fixtures.postgres",
    "tests.fixtures.databases",
    "tests.fixtures.app",
    "tests.fixtures.clock",
    "tests.fixtures.browser",
    "tests.fixtures.district",
    "tests.fixtures.sms",
    "tests.fixtures.untested",
]

# A developer's own settings must not leak into the tests.
for name in [name for name in os.environ if name.startswith("PORTAL_")]:
    del os.environ[name]
