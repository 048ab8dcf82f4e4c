"""Drawing skeletons: `show` makes an animation of a clip or an overview of a data set."""

from gesture_al.data.view.settings import VIEWS, ViewSettings
from gesture_al.data.view.show import show

__all__ = ["VIEWS", "ViewSettings", "show"]
