"""An independent count: ImageJ's connected objects of one virtual micrograph beside ours; they agree within 3 %.

    apt-get install imagej xvfb        (Debian; ImageJ 1.52 or newer)
    python tests/benchmarks/imagej_objects.py

needs the package installed. The command it runs is

    xvfb-run -a java -jar /usr/share/java/ij.jar -batch objects.ijm micrograph.tif,particles.csv

with a macro that smooths by one pixel, takes Otsu's threshold and counts particles of at least 100 pixels that do not
touch the border. The particle table is then read by our own reader, as a person's would be. Here, with ImageJ 1.52i and
the picture below (2048 x 2048, 0.25 nm per pixel, about 750 dots of 6 nm): 515 objects and 515.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np

from assembly.counting import count
from runs.counting.areas import count_table
from runs.counting.micrographs import render_mixture, write_tiff
from runs.counting.tables import ParticleTable, read_table
from runs.schema import Micrograph

JAR = "/usr/share/java/ij.jar"
AGREE_WITHIN = 0.03
MACRO = """
args = split(getArgument(), ",");
open(args[0]);
run("Gaussian Blur...", "sigma=1");
setAutoThreshold("Otsu");
setOption("BlackBackground", false);
run("Convert to Mask");
run("Set Measurements...", "area centroid fit shape redirect=None decimal=9");
run("Analyze Particles...", "size=100-Infinity pixel exclude clear");
saveAs("Results", args[1]);
run("Quit");
"""


def main() -> None:
    (seen,) = render_mixture({1: 0.4, 2: 0.55, 3: 0.05}, 6.0, 0.05, 5.0, Micrograph(field_nm=512.0), 1)
    ours = count(seen.as_uint16().astype(np.float32), seen.nm_per_pixel)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_tiff(folder / "micrograph.tif", seen)
        (folder / "objects.ijm").write_text(MACRO)
        files = f"{folder / 'micrograph.tif'},{folder / 'particles.csv'}"
        command = ["xvfb-run", "-a", "java", "-jar", JAR, "-batch", str(folder / "objects.ijm"), files]
        subprocess.run(command, check=True, timeout=300)
        table = read_table(folder / "particles.csv")
    assert isinstance(table, ParticleTable)
    theirs, mine = len(table.columns["Area"]), len(ours.objects["dots"])
    width = count_table(table, "um", None).dot_diameter_nm[0]
    print(f"objects: ImageJ {theirs}, ours {mine}")
    print(f"dots across: ImageJ {width:.2f} nm, ours {ours.dot_diameter_nm[0]:.2f} nm")
    sys.exit(0 if abs(theirs - mine) <= AGREE_WITHIN * theirs else 1)


if __name__ == "__main__":
    main()
