"""What a person is asked to vary from take to take, so that a few clips show more than one way of doing it."""

from __future__ import annotations

from gesture_al.studio.record.plan import is_none

# Distance, hand, angle, speed and place in turn: neighbours in a series differ in kind.
GESTURE = (
    "As you would do it naturally",
    "A step further from the camera",
    "With the other hand, or the other hand leading",
    "Turn your hand a little to one side",
    "Faster",
    "Closer to the camera",
    "Higher or lower in the picture",
    "Turn yourself a little to one side",
    "Slower",
    "Further left or right in the picture",
)
# What recognisers fire at by mistake.
MOVEMENT = (
    "Scratch your head or touch your face",
    "Talk with your hands, as to a friend",
    "Type, or reach for the mouse",
    "Drink from a cup",
    "Rest your hands in the picture",
    "Wave a thought away",
    "Lean back and stretch",
    "Put your hands into the picture and out again",
    "Fix your hair or your glasses",
    "Hold something up, such as your phone",
)

FREE = "Gesture and move as you like, resting in between"


def prompt(label: str, taken: int) -> str:
    """What to vary next.

    Args:
        label: The class.
        taken: Clips of it that there are already, so that a later series goes on where the last one ended.

    >>> prompt("Like", 0), prompt("none", 13)
    ('As you would do it naturally', 'Drink from a cup')
    """
    prompts = MOVEMENT if is_none(label) else GESTURE
    return prompts[taken % len(prompts)]
