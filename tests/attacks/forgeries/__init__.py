"""Ways in which code under test can make a red run look green, each played in a real sandbox before the real judge.

`table.py` puts them into docs/design/tampering.md. `AURORA_FORGERIES=all` (`make forgeries`) plays all of them, else a share."""
