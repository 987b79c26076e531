/**
 * Draws a fingerprint as two rows of cells: accent for positive, ink for negative, the stronger
 * the larger. Colours are the style sheet's, so that a change of theme needs no redraw.
 */
const SVG = "http://www.w3.org/2000/svg";
const ROWS = 2;
const STEP = 10;
const CELL = 8;

export function drawStrip(svg, fingerprint) {
  const columns = Math.ceil(fingerprint.length / ROWS);
  const strongest = Math.max(...fingerprint.map(Math.abs)) || 1;
  svg.setAttribute("viewBox", `0 0 ${columns * STEP - 2} ${ROWS * STEP * 2 - 2}`);
  while (svg.childElementCount < fingerprint.length) {
    svg.append(document.createElementNS(SVG, "rect"));
  }
  fingerprint.forEach((value, i) => drawCell(svg.children[i], i, columns, value / strongest));
}

function drawCell(cell, index, columns, value) {
  const empty = Math.abs(value) < 0.02;
  cell.setAttribute("x", (index % columns) * STEP);
  cell.setAttribute("y", Math.floor(index / columns) * STEP * 2);
  cell.setAttribute("width", CELL);
  cell.setAttribute("height", STEP * 2 - 2);
  cell.setAttribute("rx", 2);
  cell.setAttribute("class", empty ? "" : value > 0 ? "plus" : "minus");
  cell.setAttribute("fill-opacity", empty ? 0.6 : (0.12 + 0.88 * Math.abs(value)).toFixed(2));
}
