"""Shape and brightness of each connected object of a segmented picture: compiled loops over labelled pixels.

Every length here is in pixels; x counts columns, y rows, from the centre of the first pixel.
"""

from __future__ import annotations

import math

import numpy as np

from physics.jit import compiled

COLUMNS = (
    "x", "y", "area", "major", "minor", "solidity", "waist", "width_neck", "flatness", "centre_to_peak",
    "peak", "mean", "edge", "peaks", "saddle", "top", "left", "bottom", "right",
)  # fmt: skip
PROFILE_BINS = 256  # strips across the longest object that is profiled; longer ones are profiled in coarser strips


@compiled
def hull_area(xs: np.ndarray, ys: np.ndarray) -> float:
    """Area inside the convex hull of points (n,) that come sorted by y, then x (Andrew's monotone chain 1979).

    xs and ys in pixels, the area in pixels squared.
    """
    n = xs.size
    hull_x, hull_y = np.empty(2 * n + 1), np.empty(2 * n + 1)
    k = 0
    for i in range(n):
        while k >= 2 and _turn(hull_x, hull_y, k, xs[i], ys[i]) <= 0.0:
            k -= 1
        hull_x[k], hull_y[k] = xs[i], ys[i]
        k += 1
    lower = k + 1
    for j in range(n - 1):
        i = n - 2 - j
        while k >= lower and _turn(hull_x, hull_y, k, xs[i], ys[i]) <= 0.0:
            k -= 1
        hull_x[k], hull_y[k] = xs[i], ys[i]
        k += 1
    twice = 0.0
    for i in range(k - 1):
        twice += hull_x[i] * hull_y[i + 1] - hull_x[i + 1] * hull_y[i]
    return abs(twice) / 2.0


@compiled
def _turn(hull_x: np.ndarray, hull_y: np.ndarray, k: int, x: float, y: float) -> float:
    ax, ay = hull_x[k - 2], hull_y[k - 2]
    bx, by = hull_x[k - 1], hull_y[k - 1]
    # y leads the order of the points, so the roles of the axes are exchanged
    return (by - ay) * (x - ax) - (bx - ax) * (y - ay)


@compiled
def persistent_peaks(heights: np.ndarray, inside: np.ndarray, prominence: float) -> tuple[int, float, float]:
    """Number of peaks of a patch (h, w) that stand `prominence` above the pass to a higher one, and the highest pass.

    Pixels are flooded from the top; where two floods meet, the lower peak ends (0-dimensional persistence, Edelsbrunner
    2002). The second number is the height of the pass below the second most prominent peak, over that peak's height
    (1 where there is only one peak); the third the height that one pixel in twenty exceeds. `inside` (h, w) marks the
    pixels of the object; heights and prominence in one unit.
    """
    h, w = heights.shape
    count = 0
    for y in range(h):
        for x in range(w):
            if inside[y, x]:
                count += 1
    values, places = np.empty(count), np.empty(count, dtype=np.int64)
    k = 0
    for y in range(h):
        for x in range(w):
            if inside[y, x]:
                values[k], places[k] = heights[y, x], y * w + x
                k += 1
    order = np.argsort(-values)
    parent = np.full(h * w, -1, dtype=np.int64)
    birth = np.zeros(h * w)
    peaks, best, pass_ratio = 1, 0.0, 1.0
    for index in order:
        place, value = places[index], values[index]
        parent[place], birth[place] = place, value
        y, x = place // w, place % w
        for dy in range(-1, 2):
            for dx in range(-1, 2):
                ny, nx = y + dy, x + dx
                if ny < 0 or nx < 0 or ny >= h or nx >= w or parent[ny * w + nx] < 0:
                    continue
                a, b = _root(parent, place), _root(parent, ny * w + nx)
                if a == b:
                    continue
                if birth[a] < birth[b]:
                    a, b = b, a
                rise = birth[b] - value
                if rise >= prominence:
                    peaks += 1
                if rise > best:
                    best, pass_ratio = rise, value / birth[b]
                parent[b] = a
    return peaks, pass_ratio, values[order[count // 20]]


@compiled
def _root(parent: np.ndarray, place: int) -> int:
    while parent[place] != place:
        parent[place] = parent[parent[place]]
        place = parent[place]
    return place


@compiled
def _moments(labels: np.ndarray, label: int, box: np.ndarray) -> tuple[float, float, float, float, float, float]:
    """Area, centroid and variances (xx, yy, xy; a pixel's own 1/12 included) of an object."""
    area, sx, sy = 0.0, 0.0, 0.0
    for y in range(box[0], box[2]):
        for x in range(box[1], box[3]):
            if labels[y, x] == label:
                area += 1.0
                sx += x
                sy += y
    cx, cy = sx / area, sy / area
    xx, yy, xy = 0.0, 0.0, 0.0
    for y in range(box[0], box[2]):
        for x in range(box[1], box[3]):
            if labels[y, x] == label:
                xx += (x - cx) ** 2
                yy += (y - cy) ** 2
                xy += (x - cx) * (y - cy)
    return area, cx, cy, xx / area + 1.0 / 12.0, yy / area + 1.0 / 12.0, xy / area


@compiled
def _profile(
    labels: np.ndarray, signal: np.ndarray, label: int, box: np.ndarray, frame: tuple[float, float, float, float, float]
) -> tuple[float, float, float]:
    """Waist (bright), waist (of width) and flatness of an object along its long axis.

    frame: centroid x, y, direction of the long axis (cos, sin), half the major axis. Waist: the least of the profile's
    middle (the inner 30 %) over its greatest value, of the summed signal and of the width. Flatness: fourth moment over
    squared second moment of the signal along the axis: 2.14 for a ball's thickness, towards 1.4 for two lobes apart.
    """
    cx, cy, cosine, sine, half = frame
    step = max(1.0, 2.4 * half / (PROFILE_BINS - 4))
    size = math.ceil(1.2 * half / step) + 2
    bright, width = np.zeros(2 * size + 1), np.zeros(2 * size + 1)
    total, second, fourth = 0.0, 0.0, 0.0
    for y in range(box[0], box[2]):
        for x in range(box[1], box[3]):
            if labels[y, x] != label:
                continue
            t = (x - cx) * cosine + (y - cy) * sine
            value = signal[y, x]
            total += value
            second += value * t * t
            fourth += value * t**4
            place = t / step + size
            k = math.floor(place)
            if 0 <= k < 2 * size:
                part = place - k
                bright[k] += value * (1.0 - part)
                bright[k + 1] += value * part
                width[k] += 1.0 - part
                width[k + 1] += part
    reach = round(0.3 * half / step)
    least, least_width = bright[size], width[size]
    for k in range(size - reach, size + reach + 1):
        least, least_width = min(least, bright[k]), min(least_width, width[k])
    flatness = total * fourth / (second * second) if second > 0.0 else 0.0
    return least / max(bright.max(), 1e-12), least_width / max(width.max(), 1e-12), flatness


@compiled
def _brightness(
    labels: np.ndarray, signal: np.ndarray, label: int, box: np.ndarray, centre: tuple[float, float]
) -> tuple[float, float, float]:
    """Mean, edge slope (mean gradient at the rim) and brightness of the centre (3 x 3 pixels) of an object."""
    k, total, rim, slope = 0, 0.0, 0, 0.0
    height, width = labels.shape
    for y in range(box[0], box[2]):
        for x in range(box[1], box[3]):
            if labels[y, x] != label:
                continue
            total += signal[y, x]
            k += 1
            if 0 < y < height - 1 and 0 < x < width - 1:
                beside = (labels[y - 1, x] != label) or (labels[y + 1, x] != label)
                beside = beside or (labels[y, x - 1] != label) or (labels[y, x + 1] != label)
                if beside:
                    gx = signal[y, x + 1] - signal[y, x - 1]
                    gy = signal[y + 1, x] - signal[y - 1, x]
                    slope += 0.5 * math.sqrt(gx * gx + gy * gy)
                    rim += 1
    x0, y0 = round(centre[0]), round(centre[1])
    inner, number = 0.0, 0
    for y in range(max(0, y0 - 1), min(height, y0 + 2)):
        for x in range(max(0, x0 - 1), min(width, x0 + 2)):
            inner += signal[y, x]
            number += 1
    return total / k, slope / max(rim, 1), inner / max(number, 1)


@compiled
def _hull_of_object(labels: np.ndarray, label: int, box: np.ndarray) -> float:
    rows = box[2] - box[0]
    xs, ys = np.empty(4 * rows), np.empty(4 * rows)
    left, right = np.full(rows, 1 << 30), np.full(rows, -1)
    for y in range(box[0], box[2]):
        for x in range(box[1], box[3]):
            if labels[y, x] == label:
                left[y - box[0]] = min(left[y - box[0]], x)
                right[y - box[0]] = max(right[y - box[0]], x)
    k = 0
    for edge in range(rows + 1):  # corners of pixels: an edge takes the wider of the rows above and below
        low, high = 1 << 30, -1
        for row in range(edge - 1, edge + 1):
            if 0 <= row < rows and right[row] >= 0:
                low, high = min(low, left[row]), max(high, right[row])
        if high < 0:
            continue
        xs[k], ys[k] = low - 0.5, edge - 0.5
        xs[k + 1], ys[k + 1] = high + 0.5, edge - 0.5
        k += 2
    return hull_area(xs[:k], ys[:k])


@compiled
def measured(labels: np.ndarray, signal: np.ndarray, boxes: np.ndarray, prominence: float) -> np.ndarray:
    """One row per object (COLUMNS) of labels (height, width), numbered from 1 in the order of boxes (n, 4).

    signal: brightness of dots above the background; boxes: top, left, bottom, right, the last two exclusive;
    prominence: how far a peak of the signal must stand above the pass to a higher one. Lengths in pixels, brightness in
    the unit of the signal, as the prominence.
    """
    rows = np.zeros((boxes.shape[0], 19))
    for i in range(boxes.shape[0]):
        label, box = i + 1, boxes[i]
        area, cx, cy, xx, yy, xy = _moments(labels, label, box)
        middle, half = 0.5 * (xx + yy), math.sqrt(max(0.25 * (xx - yy) ** 2 + xy * xy, 0.0))
        major, minor = 4.0 * math.sqrt(middle + half), 4.0 * math.sqrt(max(middle - half, 1e-12))
        angle = 0.5 * math.atan2(2.0 * xy, xx - yy)
        frame = (cx, cy, math.cos(angle), math.sin(angle), 0.5 * major)
        waist, width_neck, flatness = _profile(labels, signal, label, box, frame)
        mean, slope, centre = _brightness(labels, signal, label, box, (cx, cy))
        inside = labels[box[0] : box[2], box[1] : box[3]] == label
        peaks, saddle, peak = persistent_peaks(signal[box[0] : box[2], box[1] : box[3]], inside, prominence)
        solidity = area / max(_hull_of_object(labels, label, box), area)
        rows[i, 0], rows[i, 1], rows[i, 2], rows[i, 3], rows[i, 4] = cx, cy, area, major, minor
        rows[i, 5], rows[i, 6], rows[i, 7], rows[i, 8] = solidity, waist, width_neck, flatness
        rows[i, 9] = centre / max(peak, 1e-12)
        rows[i, 10], rows[i, 11], rows[i, 12], rows[i, 13], rows[i, 14] = peak, mean, slope, peaks, saddle
        for side in range(4):
            rows[i, 15 + side] = box[side]
    return rows


@compiled
def dots_in_objects(labels: np.ndarray, depth: np.ndarray, boxes: np.ndarray, prominence: float) -> np.ndarray:
    """Number of dots (n,) of each object: peaks of `depth`, the distance to the nearest pixel outside.

    labels and depth (height, width), boxes (n, 4) of `boxes_of`; depth and prominence in pixels.
    """
    dots = np.ones(boxes.shape[0], dtype=np.int64)
    for i in range(boxes.shape[0]):
        top, left, bottom, right = boxes[i]
        inside = labels[top:bottom, left:right] == i + 1
        dots[i] = persistent_peaks(depth[top:bottom, left:right], inside, prominence)[0]
    return dots
