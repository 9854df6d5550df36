"""The files of a run folder: each is written here, once, from results; nothing is computed."""

import csv
import io
import json
import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import networkx as nx
import numpy as np
import tomli_w
import xarray as xr

from assembly import Assembly
from runs.recipe import Recipe

UNIT_OF_ENDING = {"nm": "nm", "s": "s", "c": "celsius", "k": "kelvin", "ev": "eV", "um": "micromol/L", "nm2": "nm2"}
STATES = ("touching", "necked", "coalesced")
COLUMN_NAMES = {
    "particle_replica": "replica the dot belongs to",
    "particle_kind": "position of the dot's kind in kind_name",
    "particle_diameter_nm": "outer diameter of the dot before any fusion",
    "particle_cluster": "position of the dot's cluster among the clusters",
    "bond_replica": "replica the bond belongs to",
    "bond_first": "position of the first dot among the particles",
    "bond_second": "position of the second dot among the particles",
    "bond_time_s": "time at which the bond formed",
    "bond_strain": "relative shortening of the pair against two touching spheres",
    "bond_centre_distance_nm": "distance between the centres of the two lobes",
    "bond_neck_radius_nm": "radius of the neck between the two lobes",
    "bond_gap_nm": "gap between the surfaces (0 if fused)",
    "bond_state": "state of the bond",
    "cluster_replica": "replica the cluster belongs to",
    "cluster_size": "number of dots in the cluster",
    "cluster_molten_layer_nm": "thickness of the molten skin at the final temperature",
}


def plain(value: Any) -> Any:
    """The same value as strict JSON can hold it: numpy unwrapped, a number that is none becomes null."""
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, np.ndarray):
        return plain(value.tolist())
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if isinstance(value, np.generic):
        value = value.item()
    return None if isinstance(value, float) and not math.isfinite(value) else value


def json_text(value: Any) -> str:
    """Strict JSON, indented, keys in the order given."""
    return json.dumps(plain(value), indent=2, allow_nan=False, ensure_ascii=False) + "\n"


def write_json(path: Path, value: Any) -> None:
    """The same as a file."""
    path.write_text(json_text(value), encoding="utf-8")


def write_recipe(path: Path, recipe: Recipe, version: str) -> None:
    """The resolved recipe: every key with the value it had, so that it runs again to the same bits."""
    heading = f"# Resolved by qdmer {version} from the recipe {recipe.stem!r}: every key as it was in this run.\n"
    path.write_text(heading + tomli_w.dumps(recipe.resolved()), encoding="utf-8")


def write_table(path: Path, columns: Mapping[str, Sequence[Any]]) -> None:
    """A CSV file with one heading line; a value that does not exist is an empty field."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(columns)
    for row in zip(*columns.values(), strict=True):
        writer.writerow(["" if (value := plain(entry)) is None else value for entry in row])
    path.write_text(buffer.getvalue(), encoding="utf-8")


def clusters_dataset(assembly: Assembly, title: str) -> xr.Dataset:
    """Particles, bonds and clusters as columns along three dimensions, each with its unit."""
    data = {}
    for room, columns in (("particle", assembly.particles), ("bond", assembly.bonds), ("cluster", assembly.clusters)):
        for column, values in columns.items():
            name = f"{room}_{column}"
            attributes: dict[str, Any] = {"units": _unit(column), "long_name": COLUMN_NAMES.get(name, column)}
            if name == "bond_state":
                attributes |= {"flag_values": np.arange(3, dtype=np.int8), "flag_meanings": " ".join(STATES)}
            data[name] = xr.DataArray(np.asarray(values), dims=(room, *_further(values, name)), attrs=attributes)
    kinds = [dots.name for dots in assembly.flask.dots]
    coordinates = {"kind_name": ("kind", kinds, {"long_name": "name of each kind of dot"})}
    return xr.Dataset(data, coordinates, attrs={"title": title, "Conventions": "CF-1.10"})


def _unit(column: str) -> str:
    ending = column.rpartition("_")[2] if "_" in column else ""
    return UNIT_OF_ENDING.get(ending, "1")


def _further(values: np.ndarray, name: str) -> tuple[str, ...]:
    """Names for further dimensions of a column, should it have any."""
    return tuple(f"{name}_axis{axis}" for axis in range(1, np.ndim(values)))


def write_netcdf(path: Path, data: xr.Dataset) -> None:
    """netCDF through h5netcdf, numbers compressed."""
    packed = {"zlib": True, "complevel": 4, "shuffle": True}
    encoding = {name: packed for name in data.data_vars if data[name].dtype.kind in "iuf" and data[name].size}
    data.to_netcdf(path, engine="h5netcdf", encoding=encoding)


def write_graphs(path: Path, graphs: Sequence[nx.Graph], sampled_of: int) -> None:
    """A sample of the clusters as node-link graphs."""
    links = [nx.node_link_data(graph, edges="edges") for graph in graphs]
    path.write_text(
        json.dumps(plain({"sampled_of": sampled_of, "graphs": links}), allow_nan=False) + "\n", encoding="utf-8"
    )
