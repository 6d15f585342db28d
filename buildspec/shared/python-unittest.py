"""Runs the tests that unittest discovers, and writes them as JUnit to the file of its argument."""

import os
import sys
import time
import unittest
from xml.etree import ElementTree


class Told(unittest.TextTestResult):
    """A result that keeps each case for the report."""

    def __init__(self, *given, **named):
        super().__init__(*given, **named)
        self.suite = ElementTree.Element("testsuite", name="unittest")
        self.began = 0.0

    def startTest(self, test):
        self.began = time.monotonic()
        super().startTest(test)

    def case(self, test, kind=None, text=""):
        name = getattr(test, "_testMethodName", str(test))
        one = ElementTree.SubElement(
            self.suite, "testcase", name=name, classname=type(test).__qualname__, time=f"{time.monotonic() - self.began:.3f}"
        )
        if kind:
            said = ElementTree.SubElement(one, kind, message=text.strip().split("\n")[-1])
            said.text = text

    def addSuccess(self, test):
        self.case(test)
        super().addSuccess(test)

    def addSkip(self, test, reason):
        self.case(test, "skipped", reason)
        super().addSkip(test, reason)

    def addFailure(self, test, err):
        super().addFailure(test, err)
        self.case(test, "failure", self.failures[-1][1])

    def addError(self, test, err):
        super().addError(test, err)
        self.case(test, "error", self.errors[-1][1])

    def addExpectedFailure(self, test, err):
        self.case(test)
        super().addExpectedFailure(test, err)

    def addUnexpectedSuccess(self, test):
        self.case(test, "failure", "passed, which was not expected")
        super().addUnexpectedSuccess(test)

    def addSubTest(self, test, subtest, err):
        super().addSubTest(test, subtest, err)
        if err is not None:
            kept = self.failures if issubclass(err[0], test.failureException) else self.errors
            self.case(test, "failure", kept[-1][1])


sys.path.insert(0, os.getcwd())
loader = unittest.TestLoader()
found = loader.discover(".", top_level_dir=".")
if found.countTestCases() == 0 and os.path.isdir("tests"):
    found = loader.discover("tests")
result = unittest.TextTestRunner(resultclass=Told, verbosity=2).run(found)
ElementTree.ElementTree(result.suite).write(sys.argv[1], encoding="utf-8", xml_declaration=True)
sys.exit(0 if result.wasSuccessful() else 1)
