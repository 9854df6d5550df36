"""How do yields go over many conditions: the sweep file, its points, who works them out, its folder and table."""
