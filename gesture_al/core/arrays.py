"""Types of NumPy arrays by what they hold; axes are in the names of variables (`probs_N_C`)."""

import numpy as np
from numpy.typing import NDArray

Float32 = NDArray[np.float32]
Float64 = NDArray[np.float64]
Floating = NDArray[np.floating]
"""Numbers of any precision."""
Int8 = NDArray[np.int8]
Int64 = NDArray[np.int64]
UInt8 = NDArray[np.uint8]
Bool = NDArray[np.bool_]
Strings = NDArray[np.str_]
