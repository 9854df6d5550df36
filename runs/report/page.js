"use strict";
/* The two moving parts of the page: clusters that turn, and maps under a slider. No network, no library. */

function read(id) {
  const node = document.getElementById(id);
  return node ? JSON.parse(node.textContent) : null;
}

/* A canvas no wider than its column, so that its letters stay readable on a phone; twice as fine where screens are. */
function fitted(canvas) {
  const shape = canvas.height / canvas.width, ratio = Math.min(2, Math.max(1, window.devicePixelRatio || 1));
  const width = Math.min(canvas.width, canvas.parentElement.clientWidth || canvas.width), height = Math.round(width * shape);
  canvas.width = Math.round(width * ratio);
  canvas.height = Math.round(height * ratio);
  canvas.style.width = width + "px";
  return { width, height, ratio };
}

function rgb(hex) {
  return [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16));
}

/* ---- clusters: lit spheres with a depth buffer, so that fused dots run into each other ---- */
function clusters() {
  const views = read("clusters-data");
  const canvas = document.getElementById("clusters-view");
  if (!views || !canvas) return;
  const { ratio } = fitted(canvas);
  const context = canvas.getContext("2d");
  const chooser = document.getElementById("clusters-choice");
  const readout = document.getElementById("clusters-scale");
  let turn = [1, 0, 0, 0, 1, 0, 0, 0, 1];

  function rotate(about, angle) {
    const c = Math.cos(angle), s = Math.sin(angle);
    const m = about === "x" ? [1, 0, 0, 0, c, -s, 0, s, c] : [c, 0, s, 0, 1, 0, -s, 0, c];
    const old = turn;
    turn = m.map((_, k) => {
      const row = 3 * Math.floor(k / 3), column = k % 3;
      return m[row] * old[column] + m[row + 1] * old[column + 3] + m[row + 2] * old[column + 6];
    });
  }

  function draw() {
    const { width, height } = canvas;
    const spheres = views[chooser.selectedIndex].spheres;
    const reach = Math.max(...spheres.map((s) => Math.hypot(s[0], s[1], s[2]) + s[3]));
    const scale = (0.46 * Math.min(width, height)) / reach;
    const image = context.createImageData(width, height);
    const depth = new Float32Array(width * height).fill(-Infinity);
    for (const [x, y, z, radius, colour] of spheres) {
      const [r, g, b] = rgb(colour);
      const px = width / 2 + scale * (turn[0] * x + turn[1] * y + turn[2] * z);
      const py = height / 2 - scale * (turn[3] * x + turn[4] * y + turn[5] * z);
      const pz = scale * (turn[6] * x + turn[7] * y + turn[8] * z);
      const pr = scale * radius;
      for (let v = Math.max(0, Math.ceil(py - pr)); v <= Math.min(height - 1, py + pr); v++) {
        for (let u = Math.max(0, Math.ceil(px - pr)); u <= Math.min(width - 1, px + pr); u++) {
          const dx = (u - px) / pr, dy = (v - py) / pr, rest = 1 - dx * dx - dy * dy;
          if (rest < 0) continue;
          const nz = Math.sqrt(rest), at = v * width + u, here = pz + pr * nz;
          if (here <= depth[at]) continue;
          depth[at] = here;
          const light = 0.35 + 0.65 * Math.max(0, -0.45 * dx - 0.55 * dy + 0.7 * nz);
          image.data.set([r * light, g * light, b * light, 255], 4 * at);
        }
      }
    }
    context.putImageData(image, 0, 0);
    const bar = [1, 2, 5, 10, 20, 50, 100].filter((nm) => nm * scale < width / 3).pop() || 1;
    context.fillStyle = "#000";
    context.fillRect(16 * ratio, height - 22 * ratio, bar * scale, 5 * ratio);
    context.font = 15 * ratio + "px system-ui, sans-serif";
    context.fillText(bar + " nm", 22 * ratio + bar * scale, height - 14 * ratio);
    readout.textContent = chooser.value + "; scale bar " + bar + " nm";
  }

  for (const view of views) chooser.add(new Option(view.name));
  chooser.selectedIndex = Math.max(0, views.findIndex((view) => view.name.startsWith("2 ")));
  chooser.addEventListener("change", draw);
  canvas.addEventListener("pointerdown", (event) => canvas.setPointerCapture(event.pointerId));
  canvas.addEventListener("pointermove", (event) => {
    if (!event.buttons) return;
    rotate("y", event.movementX / 120);
    rotate("x", event.movementY / 120);
    draw();
  });
  const keys = { ArrowLeft: ["y", -0.15], ArrowRight: ["y", 0.15], ArrowUp: ["x", -0.15], ArrowDown: ["x", 0.15] };
  canvas.addEventListener("keydown", (event) => {
    if (!(event.key in keys)) return;
    event.preventDefault();
    rotate(...keys[event.key]);
    draw();
  });
  draw();
}

/* ---- maps: one canvas and one slider for each stack ---- */
function ticks(low, high, most = 4) {
  const rough = (high - low) / most, power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((m) => m * power).find((s) => s >= rough);
  const found = [];
  for (let value = Math.ceil(low / step) * step; value <= high; value += step) found.push(value);
  return found;
}

function mapStack(section, stack) {
  const canvas = section.querySelector("canvas");
  const slider = section.querySelector("input");
  const readout = section.querySelector("output");
  const { width, height, ratio } = fitted(canvas);
  const context = canvas.getContext("2d");
  context.scale(ratio, ratio);
  const bytes = Uint8Array.from(atob(stack.bytes), (c) => c.charCodeAt(0));
  const colours = stack.colours.map(rgb);
  const [rows, columns] = stack.shape;
  const box = { x: 76, y: 16, w: width - 146, h: height - 76 };
  const small = document.createElement("canvas");
  small.width = columns;
  small.height = rows;
  const across = (w1) => box.x + (box.w * (w1 - stack.w1[0])) / (stack.w1[1] - stack.w1[0]);
  const up = (w3) => box.y + box.h - (box.h * (w3 - stack.w3[0])) / (stack.w3[1] - stack.w3[0]);

  function frameAndTicks() {
    context.strokeStyle = context.fillStyle = "#000";
    context.strokeRect(box.x, box.y, box.w, box.h);
    context.font = "15px system-ui, sans-serif";
    context.textAlign = "center";
    for (const value of ticks(...stack.w1, box.w < 300 ? 2 : 4)) context.fillText(value, across(value), box.y + box.h + 22);
    context.fillText("excitation ω₁ (1/cm)", box.x + box.w / 2, box.y + box.h + 48);
    context.textAlign = "right";
    for (const value of ticks(...stack.w3)) context.fillText(value, box.x - 8, up(value) + 5);
    context.save();
    context.translate(18, box.y + box.h / 2);
    context.rotate(-Math.PI / 2);
    context.textAlign = "center";
    context.fillText("detection ω₃ (1/cm)", 0, 0);
    context.restore();
  }

  function colourBar() {
    const x = box.x + box.w + 12, w = 12, step = box.h / colours.length;
    colours.forEach(([r, g, b], k) => {
      context.fillStyle = "rgb(" + r + "," + g + "," + b + ")";
      context.fillRect(x, box.y + box.h - (k + 1) * step, w, step + 0.6);
    });
    context.strokeRect(x, box.y, w, box.h);
    context.fillStyle = "#000";
    context.textAlign = "left";
    const low = stack.signed ? -1 : 0;
    for (const value of stack.signed ? [-1, -0.5, 0, 0.5, 1] : [0, 0.25, 0.5, 0.75, 1]) {
      context.fillText(String(value).replace("-", "−"), x + w + 4, box.y + box.h - (box.h * (value - low)) / (1 - low) + 5);
    }
  }

  function marks() {
    context.save();
    context.beginPath();
    context.rect(box.x, box.y, box.w, box.h);
    context.clip();
    context.setLineDash([6, 5]);
    context.strokeStyle = stack.signed ? "#000" : "#fff";
    context.beginPath();
    context.moveTo(across(stack.w1[0]), up(stack.w1[0]));
    context.lineTo(across(stack.w1[1]), up(stack.w1[1]));
    context.stroke();
    context.setLineDash([]);
    context.fillStyle = context.strokeStyle;
    context.font = "14px system-ui, sans-serif";
    context.textAlign = "left";
    stack.addresses.forEach(([w1, w3], k) => {
      const x = across(w1), y = up(w3);
      context.beginPath();
      context.moveTo(x, y - 8); context.lineTo(x + 7, y + 6); context.lineTo(x - 7, y + 6);
      context.closePath();
      context.stroke();
      context.fillText(String.fromCharCode(65 + k), x + 10, y + 6);
    });
    context.restore();
  }

  function draw() {
    const frame = Number(slider.value), start = frame * rows * columns;
    const image = small.getContext("2d").createImageData(columns, rows);
    let best = 0, where = 0;
    const zero = stack.signed ? 127.5 : 0;
    for (let k = 0; k < rows * columns; k++) {
      const level = bytes[start + k], row = rows - 1 - Math.floor(k / columns);
      image.data.set([...colours[level], 255], 4 * (row * columns + (k % columns)));
      if (Math.abs(level - zero) > best) { best = Math.abs(level - zero); where = k; }
    }
    small.getContext("2d").putImageData(image, 0, 0);
    context.fillStyle = "#fff";
    context.fillRect(0, 0, width, height);
    context.imageSmoothingEnabled = true;
    context.drawImage(small, box.x, box.y, box.w, box.h);
    marks();
    frameAndTicks();
    colourBar();
    const w1 = stack.w1[0] + ((where % columns) * (stack.w1[1] - stack.w1[0])) / Math.max(columns - 1, 1);
    const w3 = stack.w3[0] + (Math.floor(where / columns) * (stack.w3[1] - stack.w3[0])) / Math.max(rows - 1, 1);
    const share = Number((100 * stack.tops[frame]).toPrecision(2));
    readout.textContent = stack.frames[frame] + " " + stack.unit + "; strongest, " + share +
      " % of the largest of all these maps, at ω₁ = " + Math.round(w1) + ", ω₃ = " + Math.round(w3) + " 1/cm";
    slider.setAttribute("aria-valuetext", stack.frames[frame] + " " + stack.unit);
  }

  slider.max = String(stack.frames.length - 1);
  slider.value = String(stack.first);
  slider.addEventListener("input", draw);
  draw();
}

clusters();
(read("maps-data") || []).forEach((stack, k) => mapStack(document.getElementById("map-" + k), stack));
