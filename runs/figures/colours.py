"""Colours that colour-blind people tell apart, and marks beside them; without matplotlib, for the page too."""

# Okabe and Ito, "Color Universal Design" (2008)
BLACK, ORANGE, SKY, GREEN, YELLOW, BLUE, VERMILION, PURPLE = (
    "#000000", "#E69F00", "#56B4E9", "#009E73", "#F0E442", "#0072B2", "#D55E00", "#CC79A7",
)  # fmt: skip
KIND_COLOURS = (BLUE, ORANGE, GREEN, PURPLE, SKY, VERMILION, YELLOW, BLACK)
RAMP = (BLUE, SKY, BLACK, ORANGE, VERMILION)  # from cold to hot, the recipe's own temperature in the middle
MARKS = ("o", "s", "D", "^", "v")
HATCHES = ("", "///", "...", "xx")  # tell bars apart without colours
