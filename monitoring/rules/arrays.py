"""Names for arrays of numbers."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

# Of floating point; which one is nobody's business here.
Numbers = NDArray[Any]
Flags = NDArray[np.bool_]
