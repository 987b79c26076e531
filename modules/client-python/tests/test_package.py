# SPDX-License-Identifier: Apache-2.0
"""The package as others get it, built with what is here and without a network."""

import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
import unittest
import zipfile
from pathlib import Path

import mesh_server  # noqa: F401  puts the sources on the path

import starling_mesh

MODULE = Path(__file__).resolve().parents[1]
BUILD = """
import sys
from setuptools import build_meta
getattr(build_meta, "build_" + sys.argv[1])(sys.argv[2])
"""


class PackageTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = Path(tempfile.mkdtemp())
        cls.addClassCleanup(shutil.rmtree, cls.folder)
        # A copy, as building leaves files beside the sources.
        copy = cls.folder / "copy"
        leftovers = shutil.ignore_patterns("build", "dist", "*.egg-info", "__pycache__", ".*")
        shutil.copytree(MODULE, copy, ignore=leftovers)
        for kind in ("wheel", "sdist"):
            command = [sys.executable, "-c", BUILD, kind, str(cls.folder)]
            built = subprocess.run(command, cwd=copy, capture_output=True, text=True, timeout=120)
            if built.returncode:
                raise AssertionError(built.stdout + built.stderr)
        (cls.wheel,) = cls.folder.glob("*.whl")
        (cls.sdist,) = cls.folder.glob("*.tar.gz")

    def test_the_wheel_has_the_modules_their_types_and_what_it_needs(self):
        with zipfile.ZipFile(self.wheel) as wheel:
            names = set(wheel.namelist())
            (metadata,) = (name for name in names if name.endswith("/METADATA"))
            text = wheel.read(metadata).decode()
        sources = (MODULE / "src/starling_mesh").glob("*.py")
        modules = {f"starling_mesh/{file.name}" for file in sources}
        self.assertLessEqual(modules | {"starling_mesh/py.typed"}, names)
        self.assertTrue(any(name.endswith("/LICENSE") for name in names))
        for line in (
            "Name: starling-mesh",
            f"Version: {starling_mesh.__version__}",
            "License: Apache-2.0",
            "Requires-Python: >=3.11",
        ):
            self.assertIn(line, text.splitlines())
        self.assertRegex(text, r"(?m)^Requires-Dist: websockets ?\(?>=10\.4\)?$")
        self.assertEqual(text.count("Requires-Dist"), 1)

    def test_the_wheel_runs_where_nothing_else_of_the_checkout_is(self):
        place = self.folder / "installed"
        with zipfile.ZipFile(self.wheel) as wheel:
            wheel.extractall(place)
        environment = {**os.environ, "PYTHONPATH": str(place)}
        command = [sys.executable, "-m", "starling_mesh", "--version"]
        at = {"cwd": place, "env": environment}
        printed = subprocess.check_output(command, text=True, timeout=60, **at)
        self.assertEqual(printed.strip(), starling_mesh.__version__)

    def test_the_source_archive_has_what_the_wheel_is_built_from(self):
        with tarfile.open(self.sdist) as archive:
            names = {name.partition("/")[2] for name in archive.getnames()}
        needed = {"pyproject.toml", "README.md", "LICENSE", "src/starling_mesh/agent.py"}
        self.assertLessEqual(needed | {"src/starling_mesh/py.typed"}, names)


if __name__ == "__main__":
    unittest.main()
