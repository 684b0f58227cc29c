"""Redacted text never gets lost, and never stands in the way of an edit beside it."""

import pytest

from aurora.output import REDACTED, redact
from tests.support.tools_on import content, refused, tools_on, used

TOKEN = "ghp_" + "a1B2" * 9
CONFIG = f'HOST = "api"\nTOKEN = "{TOKEN}"\nTIMEOUT = 3\n'
KEY = "-----BEGIN PRIVATE KEY-----\n" + "MIIEvQIBADANBgkqhkiG9w0BAQEFAASC\n" * 3 + "-----END PRIVATE KEY-----\n"


@pytest.mark.parametrize(
    "line",
    [
        'API_KEY = "your-api-key"',
        '"x-api-key": "your-api-key-here"',
        "x-api-key: changeme123",
        "OPENAI_API_KEY=sk-your-openai-api-key-goes-here-example",
        'KEY = "sk-xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"',
        "SLACK=xoxb-your-token-here",
        "Authorization: Bearer <access_token>",
        "Authorization: Bearer ${API_TOKEN}",
        'headers = {"Authorization": "Bearer {access_token}"}',
        'headers = {"x-api-key": os.environ["API_KEY"]}',
        "headers: { 'x-api-key': process.env.API_KEY }",
        'client.get("/", headers={"x-api-key": settings.api_key})',
        'client.get("/", headers={"Authorization": "Bearer test-token"})',
        'client.get("/", headers={"x-api-key": get_api_key(request)})',
        'START = b"-----BEGIN PRIVATE KEY-----"\nEND = b"-----END PRIVATE KEY-----"',
        "const a = '-----BEGIN RSA PRIVATE KEY-----';\nexport const b = '-----END RSA PRIVATE KEY-----';",
        'KEY="-----BEGIN PRIVATE KEY-----\\n...\\n-----END PRIVATE KEY-----"',
        "git clone https://user:password@example.org/x.git",
        "url = https://oauth2:${GITLAB_TOKEN}@gitlab.com/x.git",
        "url = https://x-access-token:{token_here}@github.com/x.git",
    ],
)
def test_placeholders_and_lookups_stay(line: str) -> None:
    assert redact(line) == line


@pytest.mark.parametrize(
    "line",
    [
        f"TOKEN = {TOKEN}",
        "Authorization: Bearer eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.abc123DEF456",
        "x-api-key: 7f3c9a1e5b",
        "git clone https://bot:Gk29slPq81@example.org/x.git",
        "sk-" + "aB3dE6gH9jK2mN5p" * 3,
        "Authorization: Basic dXNlcjpodW50ZXIyMg==",
    ],
)
def test_credentials_do_not(line: str) -> None:
    assert REDACTED in redact(line)


async def test_what_is_redacted_is_said_to_be() -> None:
    shown = await content(tools_on({"c.py": CONFIG})[0], "read_file", path="c.py")
    assert TOKEN not in shown and f"[{REDACTED} stands for a credential" in shown.split("\n")[0]


@pytest.mark.parametrize(
    ("old", "new", "after"),
    [
        pytest.param("TIMEOUT = 3", "TIMEOUT = 5", CONFIG.replace("3\n", "5\n"), id="beside it"),
        pytest.param(
            f'HOST = "api"\nTOKEN = "{REDACTED}"\n',
            f'HOST = "web"\nTOKEN = "{REDACTED}"\n',
            CONFIG.replace('"api"', '"web"'),
            id="around it",
        ),
        pytest.param(
            f'TOKEN = "{REDACTED}"',
            'TOKEN = os.environ["TOKEN"]',
            CONFIG.replace(f'"{TOKEN}"', 'os.environ["TOKEN"]'),
            id="instead of it",
        ),
        pytest.param(
            f'TOKEN = "{REDACTED}"', f'API_TOKEN = "{REDACTED}"', CONFIG.replace("TOKEN", "API_TOKEN"), id="its name"
        ),
    ],
)
async def test_an_edit_finds_the_real_line_and_keeps_the_real_value(old: str, new: str, after: str) -> None:
    for ends in ("\n", "\r\n"):
        on, tree = tools_on({"c.py": CONFIG.replace("\n", ends)})
        await used(on, "edit_file", path="c.py", old=old, new=new)
        assert tree["c.py"].decode() == after.replace("\n", ends)


async def test_a_key_of_many_lines_is_kept_whole() -> None:
    on, tree = tools_on({"deploy/k.py": f"A = '''\n{KEY}'''\nB = 1\n"})
    shown = (await content(on, "read_file", path="deploy/k.py")).split("\n", 1)[1]
    assert "MIIE" not in shown
    await used(on, "edit_file", path="deploy/k.py", old=shown, new=shown.replace("B = 1", "B = 2"))
    assert tree["deploy/k.py"].decode() == f"A = '''\n{KEY}'''\nB = 2\n"


async def test_two_values_are_kept_in_their_order_or_not_at_all() -> None:
    other = "ghp_" + "z9Y8" * 9
    text = f'A = "{TOKEN}"\nB = "{other}"\n'
    old = f'A = "{REDACTED}"\nB = "{REDACTED}"\n'
    on, tree = tools_on({"c.py": text})
    await used(on, "edit_file", path="c.py", old=old, new=old.replace("A =", "C =").replace("B =", "D ="))
    assert tree["c.py"].decode() == text.replace("A =", "C =").replace("B =", "D =")
    said = await refused(
        on, "edit_file", path="c.py", old=old.replace("A", "C").replace("B", "D"), new=f"X = '{REDACTED}'\n"
    )
    assert "2 different redacted values" in said


@pytest.mark.parametrize(
    ("tool", "path", "given"),
    [
        pytest.param("write_file", "c.py", {"content": CONFIG.replace(TOKEN, REDACTED) + "X = 1\n"}, id="whole"),
        pytest.param("edit_file", "c.py", {"old": "TIMEOUT", "new": f'TOKEN = "{REDACTED}"\nTIMEOUT'}, id="edit"),
        pytest.param("write_file", "new.py", {"content": f'TOKEN = "{REDACTED}"\n'}, id="another file"),
        pytest.param(
            "edit_file", "d.py", {"new": f'    TOKEN = "{REDACTED}"', "after_line": 1}, id="inserted elsewhere"
        ),
    ],
)
async def test_writing_the_placeholder_back_is_refused(tool: str, path: str, given: dict[str, object]) -> None:
    on, tree = tools_on({"c.py": CONFIG, "d.py": "x = 1\n"})
    said = await refused(on, tool, path=path, **given)
    assert "stands for a credential in c.py" in said and "Nothing was changed" in said
    assert tree == {"c.py": CONFIG.encode(), "d.py": b"x = 1\n"}


async def test_a_program_that_says_redacted_itself_may_be_written() -> None:
    on, tree = tools_on({"c.py": CONFIG})
    text = f'def mask(line):\n    return line.replace(SECRET, "{REDACTED}")\n'
    await used(on, "write_file", path="mask.py", content=text)
    await used(on, "edit_file", path="mask.py", old=f'"{REDACTED}"', new=f'"{REDACTED}!"')
    assert REDACTED in tree["mask.py"].decode()


AUTHORISED = 'h = {"Authorization": "Bearer f83ka0qm2x9d81hs77"}\nu = "https://ada:Zq81mfP0wk2@host/x"\n'


@pytest.mark.parametrize(
    ("old", "new"),
    [
        pytest.param(f'"Authorization": "Bearer {REDACTED}"', f'"Note": "{REDACTED}"', id="moved with its placeholder"),
        pytest.param("Authorization", "Note", id="another name for it"),
        pytest.param("https://ada:", "host=", id="another scheme"),
    ],
)
async def test_no_edit_brings_a_redacted_value_into_sight(old: str, new: str) -> None:
    on, tree = tools_on({"c.py": AUTHORISED})
    said = await refused(on, "edit_file", path="c.py", old=old, new=new)
    assert "would show it" in said and tree["c.py"].decode() == AUTHORISED
    await used(on, "edit_file", path="c.py", old="u =", new="url =")


async def test_no_line_put_into_a_key_brings_the_rest_of_it_into_sight() -> None:
    key = KEY.replace("AASC\n", "AASC5d\n")
    on, tree = tools_on({"k.py": f"A = '''\n{key}'''\n"})
    said = await refused(on, "edit_file", path="k.py", new="-----", after_line=3)
    assert "would show it" in said and key in tree["k.py"].decode()
