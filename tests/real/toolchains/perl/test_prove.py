"""Perl's tests, run by prove in the real sandbox, whose base image is made with a language that is added."""

from collections.abc import AsyncIterator, Mapping

import pytest

from aurora.domain import runs
from aurora.domain.task import Draft
from aurora.domain.workspace import Workspace
from aurora.drivers.sandbox.docker_sandbox import DockerSandbox
from aurora.ports import Box
from aurora.toolchains import registry
from aurora.toolchains.runs import judging, red
from tests.support.boxes import RUNTIME
from tests.support.event_format import faults
from tests.support.opened import opened
from tests.support.perl.language import PERL
from tests.support.perl.wording import PROVE

pytestmark = [pytest.mark.docker, pytest.mark.one_process]
SHOP = """package Shop;
use strict;
use warnings;

sub new { my ($class, %stock) = @_; return bless {stock => \\%stock}, $class }
sub total { my ($self, @counts) = @_; my $sum = 0; $sum += $_ for @counts; return $sum }
sub later { die "not implemented" }
sub price { my ($self, $name) = @_; return $self->{stock}{$name} // die "no price of $name" }
sub quits { exit 0 }
1;
"""
GREEN = """use strict;
use warnings;
my (@variables, @pipes);
BEGIN {
    @variables = grep {/^AURORA/} keys %ENV;
    opendir my $open, '/proc/self/fd' or die $!;
    @pipes = grep { $_ > 2 && (readlink("/proc/self/fd/$_") // '') =~ /^pipe/ } grep {/^\\d+$/} readdir $open;
}
use Test::More;
use Shop;
is(Shop->new->total(1, 2), 3, 'adds');
is(Shop->new(pen => 2)->price('pen'), 2, 'knows a price');
is_deeply([@variables, @pipes], [], 'is told nothing of the judge');
subtest 'nothing is sold' => sub { is(Shop->new->total, 0); };
SKIP: { skip 'no network', 1 }
done_testing;
"""
BASE = {"cpanfile": "", "lib/Shop.pm": SHOP, "t/shop.t": GREEN}
KILLS = "select undef, undef, undef, 0.5; kill 9, getppid; sleep 30;"  # once what was told is heard
HEAD = "use strict;\nuse warnings;\nuse Test::More;\nuse Shop;\n"


@pytest.fixture(scope="module")
async def shop(artifacts, tmp_path_factory) -> AsyncIterator[tuple[Workspace, Draft, DockerSandbox]]:
    """Of a sandbox of its own: another one's base image was made without Perl's plugins."""
    with registry.added(PERL):
        sandbox = DockerSandbox(artifacts, runtime=RUNTIME)
        try:
            async with opened(tmp_path_factory.mktemp("perl"), BASE, sandbox, artifacts) as (opening, workspace):
                assert workspace is not None and opening.opened is not None, opening
                yield workspace, Draft.model_validate(opening.opened.draft.model_dump()), sandbox
        finally:
            await sandbox.close()


@pytest.fixture
async def box(shop) -> AsyncIterator[Box]:
    workspace, draft, sandbox = shop
    async with sandbox.open(draft, workspace) as opened_box:
        yield opened_box


async def tried(box: Box, workspace: Workspace, texts: Mapping[str, str]) -> runs.TestRun:
    """The run of new files of tests."""
    for path, text in texts.items():
        await box.write(path, text.encode())
    chain = registry.tools(workspace)
    execution = await box.run_tests(chain.test_command(list(texts)))
    assert faults(execution.read_events()) == []
    return await judging.run_of(chain, execution)


async def test_a_green_project_is_its_baseline(shop):
    workspace, _, _ = shop
    baseline = workspace.baseline
    assert (baseline.error, baseline.why_invalid, baseline.red, baseline.lint) == ("", "", (), ())
    names = ("adds", "knows a price", "is told nothing of the judge", "nothing is sold")
    assert set(baseline.green) == {"t/shop.t", *(f"t/shop.t > {name}" for name in names)}
    assert (baseline.counts.passed, baseline.counts.skipped) == (5, 1)
    assert workspace.image.version_of("perl").startswith("5.") and not workspace.image.distributions


RED = {
    "assertion": ("is(Shop->new->total(1), 2, 'x');", " > x", "t/assertion.t:5", ""),
    "http_status": ("is(404, 200, 'status of a route');", " > status of a route", "t/http_status.t:5", ""),
    "not_implemented": ("ok 1;\nShop->later;", "", "lib/Shop.pm:7", ""),
    "application": ("ok 1;\nShop->new->price('ink');", "", "lib/Shop.pm:8", ""),
    "test_code": ("Shop->new->discount;", "", "t/test_code.t:5", "discount"),
    "timeout": ("alarm 1; sleep 30;", "", "", ""),
    "import": ("require_ok('Gone');", " > require Gone;", "t/import.t:5", ""),
}
"""By kind: (line, test, frame, what the code lacks)"""


async def test_a_red_test_says_why(shop, box):
    texts = {f"t/{kind}.t": f"{HEAD}{line}\ndone_testing;\n" for kind, (line, *_) in RED.items()}
    run = await tried(box, shop[0], texts)
    assert run.valid and not run.collection_errors, run.why_invalid
    assert {case.kind for case in run.red} == set(RED)
    for case in run.red:
        assert case.kind is not None
        _, name, frame, lacks = RED[case.kind]
        assert (case.test_id, case.lacks) == (f"t/{case.kind}.t{name}", lacks), case
        assert case.frame.partition(" in ")[0] == frame, case


async def test_a_file_that_does_not_compile_is_no_test_and_a_wrong_red(shop, box):
    run = await tried(box, shop[0], {"t/a.t": "use Test::More;\nok 1 'x';\n", "t/b.t": "use Gone;\n"})
    assert run.valid and not run.cases, (run.why_invalid, run.cases)
    found = [(case.test_id, case.kind, case.frame.partition(" in ")[0]) for case in run.collection_errors]
    assert found == [("t/a.t", "syntax", "t/a.t:2"), ("t/b.t", "import", "t/b.t:1")]
    report = red.red_reasons(run, ["t/a.t", "t/b.t"], PROVE)
    hints = [PROVE.red[case.kind] for case in run.collection_errors if case.kind]
    assert [finding.hint for finding in report.findings] == hints


async def test_a_test_file_that_ends_early_is_red_and_its_other_tests_stay(shop, box):
    text = "use Test::More tests => 2;\nuse Shop;\nok 1, 'a';\nShop->quits;\nok 1;\n"
    run = await tried(box, shop[0], {"t/new.t": text})
    assert run.valid, run.why_invalid
    assert [(case.test_id, case.outcome) for case in run.cases] == [("t/new.t > a", "passed"), ("t/new.t", "error")]
    assert "You planned 2 tests but ran 1" in run.red[0].message


async def test_a_test_that_ends_the_runner_makes_the_run_invalid(shop, box):
    run = await tried(box, shop[0], {"t/new.t": f"{HEAD}ok 1, 'a';\nok 1, 'b';\n{KILLS}\n"})
    assert not run.valid and "t/new.t was running" in run.why_invalid, run.why_invalid
    assert [case.test_id for case in run.red] == ["t/new.t"]


async def test_what_perl_says_of_a_file_is_a_finding_of_lint_and_imports(shop, box):
    chain = registry.tools(shop[0])
    await box.write("lib/Shop/Order.pm", b"package Shop::Order;\nuse strict;\nsub sum { return $total }\n1;\n")
    await box.write("lib/Shop/Note.pm", b"package Shop::Note;\nsub a { 1 }\nsub a { 2 }\n0;\n")
    found = await chain.lint(box, ["."])
    assert {(one.path, one.line) for one in found} == {("lib/Shop/Order.pm", 3), ("lib/Shop/Note.pm", 3)}, found
    assert {one.check for one in found} == {"lint:perl -wc"}
    report = await chain.imports(box, ["lib/Shop/Order.pm", "lib/Shop/Note.pm", "lib/Shop.pm", "t/shop.t"])
    assert report.status == "failed" and {one.check for one in report.findings} == {"imports"}
    assert any("did not return a true value" in one.message for one in report.findings), report
    assert (await chain.imports(box, ["lib/Shop.pm"])).summary == "1 file can be loaded"
