"""The numbers of Hamilton 2023, entered a second time from its text, and the ranges about them."""

import pytest

from runs.claims.hamilton_2023 import (
    ADDRESSES_CM1,
    BEATS_AT,
    DRAWN_CM1,
    FAMILIES,
    GIVES_WAY_TO,
    beat_range,
    near,
    peak_range,
)
from runs.recipe import load
from runs.two_dimensional.paper import claims

SECOND_ENTRY = {  # "240-280 fs range (140 to 120 cm-1)", "70 fs (480 cm-1)", "40 fs (850 cm-1)", 750, 275 and 115 fs
    "rho_I": ((120, 140), (240, 280), 750), "rho_III": (480, 70, 115), "rho_II": (850, 40, 275),
}  # fmt: skip


def test_the_second_entry_agrees():
    assert {name: tuple(family) for name, family in FAMILIES.items()} == SECOND_ENTRY
    assert list(DRAWN_CM1.values()) == [120, 480, 850]
    assert {ADDRESSES_CM1["a1"], ADDRESSES_CM1["a2"]} == {(18566, 18324), (18203, 17573)}
    assert {ADDRESSES_CM1["b1"], ADDRESSES_CM1["b2"]} == {(19163, 18808), (17905, 17018)}


@pytest.mark.parametrize("name", ["hamilton-3.0nm-9pct", "hamilton-2.8nm-5pct", "hamilton-2.8nm-9pct"])
def test_the_recipes_ask_at_the_papers_places(name):
    asked = load(name).two_dimensional_asked()
    assert asked is not None
    assert set(asked.addresses_cm1) == set(ADDRESSES_CM1.values())


def test_ranges_hold_the_papers_numbers_and_no_other_familys():
    for name, family in FAMILIES.items():
        for low, high in (peak_range(family.frequency_cm1), beat_range(name)):
            for other in FAMILIES.values():
                ends = other.frequency_cm1 if isinstance(other.frequency_cm1, tuple) else (other.frequency_cm1,)
                assert all((low <= end <= high) == (other is family) for end in ends)
    assert peak_range((120.0, 140.0)) == (120.0, 140.0)
    assert near((100.0, 200.0), 0.1) == pytest.approx((90.0, 220.0))
    assert near(850.0, 0.05) == pytest.approx((807.5, 892.5))


def summary(scale=1.0):
    """What a spectrum that follows the paper to the letter would say, its frequencies times `scale`."""
    middle = {name: sum(f) / 2 if isinstance(f, tuple) else f for name, (f, _, _) in FAMILIES.items()}
    families = {
        name: {"frequency_cm1": scale * middle[name], "weight": 1.0 + (name == "rho_III"),
               "dephasing_fs": {"h_over_fwhm": family.dephasing_fs}}
        for name, family in FAMILIES.items()
    }  # fmt: skip
    rows = [
        {"w1_cm1": w1, "w3_cm1": w3, "strongest_cm1": scale * middle[BEATS_AT[place]], "of_maximum": 0.5,
         "strongest_named_cm1": middle[BEATS_AT[place]], "early_cm1": middle[BEATS_AT[place]],
         "late_cm1": middle[GIVES_WAY_TO.get(place, "rho_I")]}
        for place, (w1, w3) in ADDRESSES_CM1.items()
    ]  # fmt: skip
    return families, rows, {"rho_I rho_II": True}


def test_a_run_is_held_against_the_same_numbers():
    found = claims(*summary())
    assert len(found) == 6 + 1 + 4 + 2 + 1
    assert all(claim.reached for claim in found)
    missed = [claim.quantity for claim in claims(*summary(1.2)) if not claim.reached]
    assert len(missed) == 3 + 4
    assert all("frequency" in quantity or "strongest beat at" in quantity for quantity in missed)
