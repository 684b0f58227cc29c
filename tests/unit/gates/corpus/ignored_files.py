from tests.support.gate_cases import Case

TREE = {".gitignore": b"*.log\nbuild/\n"}
BAD = [Case("by its suffix", "app/a.log", tree=TREE), Case("by its folder", "build/a.py", tree=TREE)]
GOOD = [
    Case("a file that git takes", "app/a.py", tree=TREE),
    Case("a file that was there", "app/a.log", "b", before="a", tree=TREE),
]
