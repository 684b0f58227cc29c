BAD = []
GOOD = []
OLD = []
