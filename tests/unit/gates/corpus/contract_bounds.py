"""The cases are those that a box is asked about, too."""

from tests.support.contract_bounds import BAD as BAD
from tests.support.contract_bounds import GOOD as GOOD
from tests.support.contract_bounds import OLD as OLD
