"""What can be told of a two-dimensional question before anything is simulated: do its steps follow the single dots?"""

import networkx as nx

from runs.complaints import RecipeError
from runs.schema import Dots, Recipe
from runs.two_dimensional_asked import asked, check, ensemble_of
from runs.two_dimensional_table import TwoDimensional

SIGMAS = (-2.0, 0.0, 2.0)  # sizes that any sample of a hundred dots holds


def check_before(recipe: Recipe, settings: TwoDimensional) -> None:
    """RecipeError where steps of t1, t2 or t3 are too coarse for the recipe's dots by themselves.

    Bonds widen the range of levels, so the ensemble itself is checked again once it is known; linked dots, which take
    a second to simulate, are checked only then.
    """
    if recipe.linking is not None:
        return
    given = asked(settings)
    model = settings.model or "site"
    graphs = [_lone(dots, 1.0 + sigma * dots.size_dispersion) for dots in recipe.dots for sigma in SIGMAS]
    try:
        many, _ = ensemble_of(graphs, settings, model)
    except RecipeError:  # of the real sample it is known which dots are moved to the end of their sizing curve
        return
    check(many, given)


def _lone(dots: Dots, factor: float) -> nx.Graph:
    graph: nx.Graph = nx.Graph()
    node = {"kind": dots.name, "material": dots.material, "diameter_nm": factor * dots.diameter_nm}
    if dots.shell is not None:
        node |= {"shell": dots.shell, "core_diameter_nm": dots.core_diameter_nm}
    graph.add_node(0, position_nm=(0.0, 0.0, 0.0), **node)
    return graph
