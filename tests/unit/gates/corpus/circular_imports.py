"""The cases are those that the interpreter is asked about, too."""

from tests.support.import_cycles import BAD as BAD
from tests.support.import_cycles import GOOD as GOOD
from tests.support.import_cycles import OLD as OLD
