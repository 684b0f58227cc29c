from tests.support.gate_cases import Case

SMALL = {"size": {"max_kb": 1}}
BAD = [
    Case("over two megabytes", "a.txt", "é" * 1_100_000),
    Case("too large", "app/big.py", b"x" * 2_000_001),
    Case("larger than before", "a.txt", "x" * 2_200_000, before="x" * 2_100_000),
    Case("over what aurora.yaml says", "a.txt", "x" * 1_001, gates=SMALL, says="1001 bytes; a file may have 1000"),
]
GOOD = [
    Case("just so", "a.txt", "x" * 2_000_000),
    Case("a large file may shrink", "a.txt", "x" * 2_100_000, before="x" * 2_200_000),
    Case("within what aurora.yaml says", "a.txt", "x" * 1_000, gates=SMALL),
]
