"""What every table of a recipe is: unknown keys are refused, numbers are numbers and finite."""

from pydantic import BaseModel, ConfigDict


class Table(BaseModel):
    """A table of the recipe: unknown keys are refused, numbers are numbers and finite."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, allow_inf_nan=False)
