"""What the tests of the command line share: running qianmo, and a directory that vanishes."""
import os
import pathlib
import subprocess
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
REPORTS = ROOT / "examples" / "reports"
QIANMO = os.environ.get("QIANMO", str(ROOT / "build/release/bindings/cli/qianmo"))

USAGE, DATA, NO_INPUT, CANNOT_CREATE, IO_ERROR = 64, 65, 66, 73, 74


class CliTest(unittest.TestCase):
    def setUp(self):
        self.directory = tempfile.TemporaryDirectory()
        self.addCleanup(self.directory.cleanup)
        self.path = pathlib.Path(self.directory.name)

    def file(self, name, content):
        path = self.path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return str(path)

    def run_qianmo(self, *arguments, given=b"", status=0, env=None):
        """Runs in the test's directory; returns (output, messages) as text."""
        done = self.run_raw(*arguments, given=given, env=env)
        messages = done.stderr.decode(errors="replace")
        self.assertEqual(done.returncode, status, messages)
        return done.stdout.decode(errors="replace"), messages

    def run_raw(self, *arguments, given=b"", env=None):
        if isinstance(given, str):
            given = given.encode()
        clean = {k: v for k, v in os.environ.items() if k not in ("COLUMNS", "LC_ALL", "LANG", "LC_MESSAGES")}
        return subprocess.run([QIANMO, *map(str, arguments)], input=given, capture_output=True,
                              cwd=self.path, env={**clean, **(env or {})}, timeout=120)


def main():
    unittest.main(verbosity=1)
