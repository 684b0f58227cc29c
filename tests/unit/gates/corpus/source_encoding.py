from tests.support.gate_cases import Case

BAD = [
    Case("raw_unicode_escape", "a.py", "# coding: raw_unicode_escape\nx = 1\n", line=1),
    Case("utf-7", "a.py", "# -*- coding: utf-7 -*-\n"),
    Case("behind a byte order mark", "a.py", "\ufeff# coding=latin-1\n"),
    Case("in vim's words", "a.py", "#!/usr/bin/env python\n# vim: set fileencoding=rot13 :\n"),
    Case("a script without a suffix", "bin/run", "#!/usr/bin/python\n# coding: cp037\n"),
    Case("XML", "a.xml", '<?xml version="1.0" encoding="utf-7"?>'),
    Case("another than before", "a.py", "# coding: rot13\n", before="# coding: latin-1\n"),
]
GOOD = [
    Case("utf-8", "a.py", "# -*- coding: utf-8 -*-\n"),
    Case("UTF8", "a.py", "# coding: UTF8\n"),
    Case("in the third line", "a.py", "x = 1\ny = 2\n# coding: latin-1\n"),
    Case("nothing", "a.py", ""),
]
OLD = [Case("latin-1 of the base", "a.py", "# coding: latin-1\nx = 2\n", before="# coding: latin-1\nx = 1\n")]
