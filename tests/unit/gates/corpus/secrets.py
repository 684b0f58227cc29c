from tests.support.gate_cases import Case

AWS = "AKIA" + "QWERTYUIOPASDFGH"
OTHER = "AKIA" + "HGFDSAPOIUYTREWQ"
SECRETS = {
    "private key": "-----BEGIN RSA PRIVATE KEY-----",
    "pkcs8": "-----BEGIN PRIVATE KEY-----",
    "aws": AWS,
    "github": "ghp_" + "a1B2" * 9,
    "slack": "xoxb-" + "123456789012-abcdef",
    "anthropic": "sk-ant-" + "api03-" + "x" * 40,
    "openai": "sk-proj-" + "x" * 48,
    "google": "AIza" + "S" * 35,
    "gitlab": "glpat-" + "a" * 20,
}
BAD = [
    *(Case(kind, "config.txt", f"a\nb = '{secret}'\n", before="a\n", line=2) for kind, secret in SECRETS.items()),
    Case("one more than before", "c.txt", f"{AWS}\n{AWS}", before=AWS, line=2),
    Case("another in its place", "c.txt", OTHER, before=AWS),
]
GOOD = [
    *(
        Case(text, "config.txt", text)
        for text in ("AKIAIOSFODNN7EXAMPLE", "sk-learn", "sk-test", "ghp_short", "a" * 64, "task-" + "a" * 40)
    ),
]
OLD = [Case("a key of the base", "c.txt", f"new\n{AWS}\nmore", before=AWS)]
