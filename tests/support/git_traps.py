"""Every form in which a repository can name a program or a file for git to write: each leaves a mark of its own."""

import os
from pathlib import Path

CONFIGURED = (
    "filter.evil.clean", "filter.evil.smudge", "filter.a=b.clean", "filter.a=b.smudge", "filter.evil.x.clean",
    "filter.long.process", "filter.a=b.c=d.process", "core.fsmonitor", "core.sshCommand", "core.gitProxy",
    "core.pager", "core.editor", "core.askPass", "core.alternateRefsCommand", "credential.helper",
    "credential.https://example.org.helper", "diff.external", "diff.evil.command", "diff.evil.textconv",
    "merge.evil.driver", "gpg.program", "gpg.ssh.program", "gpg.ssh.defaultKeyCommand", "gpg.x509.program",
    "sequence.editor", "uploadpack.packObjectsHook", "remote.origin.uploadpack", "remote.origin.receivepack",
    "remote.origin.proxy", "interactive.diffFilter", "trailer.sign.command", "trailer.sign.cmd", "man.evil.cmd",
    "browser.evil.cmd", "web.browser", "difftool.evil.cmd", "mergetool.evil.cmd", "sendemail.smtpServer",
    "sendemail.toCmd", "imap.tunnel", "instaweb.httpd", "pager.status", "pager.log", "pager.rev-parse", "fsck.skipList",
    "submodule.inner.update", "tar.evil.command", "gc.recentObjectsHook", "http.proxy", "http.sslCert",
    "core.attributesFile", "core.excludesFile", "blame.ignoreRevsFile", "init.templateDir",
    "receive.procReceiveRefs", "bundle.evil.uri", "log.mailmap",
)  # fmt: skip
BUILT_IN = ("status", "rev-parse", "cat-file", "rev-list", "for-each-ref", "update-ref", "index-pack", "pack-objects")
HOOKS = (
    "applypatch-msg", "pre-applypatch", "post-applypatch", "pre-commit", "prepare-commit-msg", "commit-msg",
    "post-commit", "pre-rebase", "post-checkout", "post-merge", "pre-push", "pre-receive", "update", "proc-receive",
    "post-receive", "post-update", "reference-transaction", "push-to-checkout", "pre-auto-gc", "post-rewrite",
    "post-index-change", "fsmonitor-watchman",
)  # fmt: skip


def program(marks: Path, name: str) -> str:
    """A shell command that leaves a mark, and passes on what it is given."""
    return f"touch '{marks / name.replace('/', '_')}'; cat"


def script(path: Path, marks: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{program(marks, path.name)} >/dev/null\nexit 0\n")
    path.chmod(0o755)


def lay(folder: Path, marks: Path, config: Path | None = None) -> None:
    """All of them in one repository; `config` is the file that is written, its own by default."""
    marks.mkdir(exist_ok=True)
    said: list[str] = []

    def say(key: str, value: str) -> None:
        (section, _, rest), escaped = key.partition("."), value.replace("\\", "\\\\").replace('"', '\\"')
        sub, _, name = rest.rpartition(".")
        head = f'[{section} "{sub}"]' if sub else f"[{section}]"
        said.append(f'{head}\n\t{name} = "{escaped}"\n')

    for key in CONFIGURED:
        say(key, program(marks, key))
    for verb in BUILT_IN:
        say(f"alias.{verb}", f"!{program(marks, f'alias.{verb}')}")
    for target in ("trace2.normalTarget", "trace2.eventTarget", "trace2.perfTarget"):
        say(target, str(marks / target))
    for key, value in (
        ("protocol.ext.allow", "always"), ("protocol.file.allow", "always"), ("gc.auto", "1"),
        ("maintenance.auto", "true"), ("commit.gpgSign", "true"), ("tag.gpgSign", "true"), ("push.gpgSign", "true"),
        ("uploadpack.allowFilter", "true"), ("log.showSignature", "true"), ("core.hooksPath", str(marks.parent / "hk")),
        ("filter.evil.required", "true"), ("core.untrackedCache", "true"), ("submodule.recurse", "true"),
        ("submodule.inner.active", "true"), ("extensions.partialClone", "origin"), ("remote.origin.promisor", "true"),
        ("remote.origin.partialclonefilter", "blob:none"), ("remote.origin.vcs", "ext"),
        ("remote.origin.url", f"ext::sh -c touch% {marks}/ext"), ("url.ext::sh -c touch% x.insteadOf", "file://"),
    ):  # fmt: skip
        say(key, value)
    with (config or folder / ".git/config").open("a") as file:
        file.writelines(said)
    for hook in HOOKS:
        script(folder / ".git/hooks" / hook, marks)
        script(marks.parent / "hk" / hook, marks)
    # several patterns for one file: the last wins, so each file has a filter of its own
    (folder / ".gitattributes").write_text(
        "* diff=evil merge=evil\n*.py filter=evil\napp.py filter=a=b\nnew.py filter=a=b.c=d\nsrc/** filter=evil.x\n"
    )
    (folder / ".git/info").mkdir(exist_ok=True)
    (folder / ".git/info/attributes").write_text("*.txt filter=long\n")
    (folder / "app.py").write_text("changed")
    (folder / "src/api.py").write_text("y = 1\n")
    (folder / "new.py").write_text("new")
    os.utime(folder / "app.py", (1, 1))


def marked(marks: Path) -> list[str]:
    return sorted(path.name for path in marks.iterdir())
