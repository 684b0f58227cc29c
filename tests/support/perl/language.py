"""Perl, as the rest of the program knows it: prove and core modules. It goes without test mutants, coverage, a bill of
materials and the finding of one test in its file."""

from aurora.toolchains.language import Language, ProtectedPaths
from tests.support.perl import check, detection, image, plugins, tools
from tests.support.perl.wording import PROVE

PERL = Language(
    name="perl",
    title="Perl",
    runners={"prove": PROVE},
    manifests=detection.MANIFESTS,
    suffixes=detection.SUFFIXES,
    claim=detection.claim,
    detect=detection.detect,
    tools=tools.PerlTools,
    image=image.RECIPE,
    test_names=("*.t",),
    test_line=r"^\s*use\s+Test2?::|^\s*(ok|is|isnt|is_deeply|like|cmp_ok|subtest|can_ok)\b",
    plugins=plugins.FILES,
    in_children=(check.parse,),
    never_written=(
        ProtectedPaths(kind="tests_configuration", names=r"\.proverc|\.prove", why="it decides how the tests are run"),
        ProtectedPaths(
            kind="lint_configuration",
            names=r"\.perlcriticrc|\.perltidyrc",
            why="it decides how the code is linted; fix the code instead",
        ),
        ProtectedPaths(
            kind="interpreter",
            names=r"sitecustomize\.pl",
            why="an interpreter runs it before any program; set things up where they are used",
        ),
        ProtectedPaths(
            kind="installed",
            names=r"(?:blib|local/lib/perl5)/.*",
            why="it is what an installed module looks like, and would be loaded in the place of one",
        ),
    ),
)
